"""Pages of another origin cannot have the emulator do anything, whatever way they try."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from dev.screenshots import CHROMIUM, CHROMIUM_FLAGS
from tests.deployed import Catalog
from tests.sign_in import ask

REBOUND = "rebound.test"


@pytest.fixture(scope="module")
def other_origin() -> Iterator[str]:
    """The origin of a page that is not the catalog's."""

    class EmptyPage(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["localhost", "127.0.0.1"])
def emulator(request, catalog: Catalog) -> str:
    port = urlsplit(catalog.url).port
    return f"http://{request.param}:{port}"


@pytest.fixture
def foreign_page(browser, other_origin) -> Iterator[Page]:
    page = browser.new_context().new_page()
    page.goto(other_origin)
    yield page
    page.context.close()


def status(page: Page, emulator: str, attempt: str, *arguments: str) -> int:
    """The status that the emulator answers to what the page tries."""
    with page.expect_response(lambda answer: answer.url.startswith(emulator)) as answer:
        page.evaluate(attempt, [emulator, *arguments])
    return answer.value.status


FETCH = "([url, path, options]) => void fetch(url + path, JSON.parse(options)).catch(() => {})"
FORM = """([url, path]) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = url + path;
    document.body.append(form);
    form.submit();
}"""
IMAGE = "([url, path]) => { new Image().src = url + path }"
LINK = "([url, path]) => { location.href = url + path }"
MAKE_QUEUE = "/?" + urlencode({"Action": "CreateQueue", "QueueName": "theirs"})


@pytest.mark.parametrize(
    ("attempt", "arguments"),
    [
        (FETCH, ["/", '{"method": "POST", "mode": "no-cors", "body": "Action=CreateQueue"}']),
        (FETCH, ["/2015-03-31/functions", '{"method": "POST", "mode": "no-cors", "body": "{}"}']),
        (FORM, [MAKE_QUEUE]),
        (IMAGE, [MAKE_QUEUE]),
        (LINK, [MAKE_QUEUE]),
    ],
    ids=["query", "function", "form", "image", "link"],
)
def test_a_page_of_another_origin_is_refused(foreign_page, emulator, catalog, attempt, arguments):
    assert status(foreign_page, emulator, attempt, *arguments) == 403
    queues = catalog.sqs.list_queues(QueueNamePrefix="theirs").get("QueueUrls", [])
    assert queues == []


@pytest.mark.parametrize("options", ["{}", '{"method": "PUT", "body": "id"}'])
def test_a_page_of_another_origin_reads_and_uploads_nothing(foreign_page, emulator, options):
    attempt = """([url, options]) => fetch(`${url}/csv-bucket/theirs.csv`, JSON.parse(options))
        .then(() => "answered", () => "refused")"""
    assert foreign_page.evaluate(attempt, [emulator, options]) == "refused"


def test_a_name_of_others_that_leads_to_this_machine_is_refused(browser, catalog):
    if ask(f"{catalog.project.environment['AWS_ENDPOINT_URL']}/_ministack/health").status != 200:
        pytest.skip("LocalStack answers to any name: it is MiniStack that `make run` keeps to this")
    url = urlsplit(catalog.url)
    rules = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=[*CHROMIUM_FLAGS, rules])
    answer = chromium.new_page().goto(f"http://{REBOUND}:{url.port}{url.path}/")
    chromium.close()
    assert answer.status == 403
