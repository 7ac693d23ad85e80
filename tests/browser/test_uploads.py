"""Uploads by the page: chosen or dropped, each with its progress, until the file's row appears."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from chalicelib.web.page.page import page as catalog_page
from tests.browser.conftest import NOW, a_file
from tests.browser.fake_catalog import API_ORIGIN, BUCKET_ORIGIN, FakeCatalog
from tests.browser.fake_history import a_dataset, a_schema
from tests.browser.fake_records import a_failed_record, a_record


def choose(page: Page, *files: dict) -> None:
    page.locator("#chooser").set_input_files(list(files))
    page.locator("#preflight-go").click()


def upload(page: Page, name: str):
    return page.locator("#upload-list li").filter(has=page.get_by_text(name, exact=True))


def test_chosen_files_are_uploaded_and_their_rows_appear(open_page):
    page = open_page(FakeCatalog([a_record("old.csv")]))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files([a_file("one.csv"), a_file("two.TSV.gz"), a_file("<b>three.txt")])
    page.get_by_role("button", name="Upload 3 files").click()
    for name in ("one.csv", "two.TSV.gz", "<b>three.txt"):
        expect(upload(page, name)).to_contain_text("Cataloged: 1,204 rows, 3 columns")
        expect(page.get_by_role("row", name=name)).to_be_visible()
    expect(page.locator("#count")).to_have_text("4 files loaded.")
    upload(page, "one.csv").get_by_role("link", name="Open one.csv").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("one.csv")


def test_dropped_files_are_uploaded(open_page):
    page = open_page(FakeCatalog())
    files = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["id\\n1\\n"], "dropped.csv"));
            return data;
        }"""
    )
    page.dispatch_event("main", "dragover", {"dataTransfer": files})
    expect(page.locator("body")).to_have_class("dropping")
    page.dispatch_event("main", "drop", {"dataTransfer": files})
    expect(page.locator("body")).to_have_class("")
    page.get_by_role("button", name="Upload 1 file").click()
    expect(page.get_by_role("row", name="dropped.csv")).to_be_visible()


def test_before_an_upload_the_page_says_what_goes_where_and_asks_before_it_replaces(open_page):
    catalog = FakeCatalog([a_record("in/a.csv"), a_record("in/deep/b.csv")])
    page = open_page(catalog, "#/?prefix=in/")
    page.locator("#chooser").set_input_files([a_file("a.csv"), a_file("new.csv")])
    dialog = page.get_by_role("dialog", name="Upload")
    expect(dialog.get_by_label("Into folder")).to_have_value("in/")
    options = dialog.locator("#folders option").evaluate_all("all => all.map((o) => o.value)")
    assert options == ["in/", "in/deep/"]
    expect(dialog.get_by_text("Replace the file of this name, uploaded 2 days ago")).to_be_visible()
    expect(dialog.get_by_role("button", name="Upload 1 file")).to_be_enabled()
    dialog.get_by_role("checkbox").check()
    expect(dialog.get_by_role("button", name="Upload 2 files")).to_be_enabled()
    dialog.get_by_label("Into folder").fill("other")
    dialog.get_by_label("Into folder").press("Tab")
    expect(dialog.get_by_role("checkbox")).to_have_count(0)
    dialog.get_by_role("button", name="Upload 2 files").click()
    expect(upload(page, "other/new.csv")).to_contain_text("Cataloged")
    expect(page.locator("#uploads")).to_be_in_viewport()


def test_an_upload_goes_into_the_folder_of_the_search_and_those_of_datasets_are_offered(open_page):
    catalog = FakeCatalog([a_record("sales/eu/a.csv")])
    schema = a_schema("x/1.csv", "x/1.csv", "id")
    names = ["iot/plant/{date}.csv", "iot/{date}/x.csv"]
    catalog.datasets = [a_dataset(name, "x/1.csv", schema) for name in names]
    page = open_page(catalog, "#/?q=sales/")
    expect(page.locator("#count")).to_contain_text("1 file found.")
    page.locator("#chooser").set_input_files([a_file("new.csv")])
    expect(page.get_by_label("Into folder")).to_have_value("sales/")
    page.get_by_label("Into folder").fill("iot/")
    offered = page.locator("#folders option")
    expect(offered).to_have_count(2)
    assert offered.evaluate_all("all => all.map((o) => o.value)") == ["iot/plant/", "sales/eu/"]


def test_a_folder_is_uploaded_with_its_paths(open_page, tmp_path):
    (tmp_path / "data/deep").mkdir(parents=True)
    for name in ("data/a.csv", "data/deep/b.csv"):
        (tmp_path / name).write_bytes(b"id\n1\n")
    page = open_page(FakeCatalog())
    page.locator("#folder-chooser").set_input_files(tmp_path / "data")
    page.get_by_role("button", name="Upload 2 files").click()
    for name in ("data/a.csv", "data/deep/b.csv"):
        expect(upload(page, name)).to_contain_text("Cataloged")


def test_an_upload_can_be_left_off_by_the_keyboard(open_page):
    catalog = FakeCatalog()
    page = open_page(catalog)
    page.locator("#chooser").set_input_files([a_file("a.csv")])
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#uploads")).to_be_hidden()


@pytest.mark.parametrize("name", ["photo.jpg", "table.xlsx", "csv", "notes.csv.gz.bak"])
def test_a_file_that_the_catalog_ignores_is_refused_before_it_is_sent(open_page, name):
    catalog = FakeCatalog()
    page = open_page(catalog)
    page.locator("#chooser").set_input_files([a_file(name), a_file("a.csv")])
    dialog = page.get_by_role("dialog", name="Upload")
    expect(dialog.get_by_text("only what ends in .csv, .tsv or .txt")).to_have_count(1)
    dialog.get_by_role("button", name="Upload 1 file").click()
    expect(upload(page, "a.csv")).to_contain_text("Cataloged")
    expect(page.locator("#upload-list li")).to_have_count(1)


def test_a_name_that_is_refused_cannot_be_tried_again(open_page):
    page = open_page(FakeCatalog())
    page.route("**/uploads", lambda route: route.fulfill(status=500, json={}), times=1)
    choose(page, a_file("photo.jpg"))
    expect(upload(page, "photo.jpg")).to_contain_text("only what ends in .csv, .tsv or .txt")
    expect(upload(page, "photo.jpg").get_by_role("button")).to_have_count(0)


def test_a_file_above_the_limit_is_refused_before_it_is_sent(open_page, monkeypatch):
    monkeypatch.setattr("tests.browser.fake_catalog.MAX_UPLOAD_BYTES", 10_000)
    catalog = FakeCatalog()
    page = open_page(catalog)
    page.locator("#chooser").set_input_files([a_file("big.csv", b"x" * 20_000)])
    expect(page.get_by_text("It has 20 kB, and the limit is 10 kB.")).to_be_visible()
    expect(page.locator("#preflight-go")).to_be_disabled()
    assert not [url for url in catalog.requests if "bucket.test" in url]


def test_a_file_is_replaced_when_that_is_asked_for_and_waited_for_until_its_record_is_the_new_one(
    open_page,
):
    catalog = FakeCatalog([a_record("a.csv", row_count=1)])
    catalog.reads = lambda _filename: None
    page = open_page(catalog)
    held, catalog.records = catalog.records, {}  # it comes to be after the page has looked
    page.locator("#chooser").set_input_files([a_file("a.csv")])
    expect(page.locator("#preflight-go")).to_be_enabled()
    catalog.records = held
    page.locator("#preflight-go").click()
    expect(upload(page, "a.csv")).to_contain_text("Not uploaded: there is a file of this name.")
    assert not [url for url in catalog.requests if "bucket.test" in url]
    upload(page, "a.csv").get_by_role("button", name="Replace the file a.csv").click()
    with page.expect_response(re.compile("filename=a.csv")):
        expect(upload(page, "a.csv")).to_contain_text("Being read")
    with page.expect_response(re.compile("filename=a.csv")):
        expect(upload(page, "a.csv")).to_contain_text("Being read")
    catalog.records["a.csv"] = a_record(
        "a.csv", row_count=2, upload_timestamp="2026-11-22T15:59:00.000Z"
    )
    expect(upload(page, "a.csv")).to_contain_text("Cataloged: 2 rows")
    expect(page.locator("#rows .name a")).to_have_text(["a.csv"])


def test_a_file_that_can_not_be_read_is_reported_as_such(open_page):
    catalog = FakeCatalog()
    catalog.reads = lambda filename: a_failed_record(filename, "it looks like a PNG image")
    page = open_page(catalog)
    choose(page, a_file("picture.csv"))
    expect(upload(page, "picture.csv")).to_contain_text("it looks like a PNG image")
    expect(page.get_by_role("row", name="picture.csv")).to_contain_text("Failed")


def test_a_refusal_of_the_bucket_is_shown_with_its_reason_and_can_be_tried_again(open_page):
    catalog = FakeCatalog()
    catalog.refuses_upload = (403, "Policy expired")
    page = open_page(catalog)
    choose(page, a_file("a.csv"))
    expect(upload(page, "a.csv")).to_contain_text("(403): Policy expired. Try again once")
    catalog.refuses_upload = None
    upload(page, "a.csv").get_by_role("button", name="Upload a.csv again").click()
    expect(upload(page, "a.csv")).to_contain_text("Cataloged")


def test_an_upload_can_be_stopped(open_page):
    catalog = FakeCatalog()
    catalog.hold = lambda url: "bucket.test" in url
    page = open_page(catalog)
    choose(page, a_file("a.csv"))
    expect(upload(page, "a.csv").get_by_role("progressbar")).to_be_visible()
    upload(page, "a.csv").get_by_role("button", name="Stop the upload of a.csv").click()
    expect(upload(page, "a.csv")).to_contain_text("Stopped.")
    page.get_by_role("button", name="Clear finished").click()
    expect(page.locator("#uploads")).to_be_hidden()


def test_three_files_are_sent_at_a_time(open_page):
    catalog = FakeCatalog()
    catalog.hold = lambda url: "bucket.test" in url
    page = open_page(catalog)
    choose(page, *[a_file(f"{number}.csv") for number in range(5)])
    expect(page.locator("#upload-list .sending")).to_have_count(3)
    expect(page.locator("#upload-list .waiting")).to_have_count(2)
    catalog.hold = lambda _url: False
    catalog.release()
    expect(page.locator("#upload-list .done")).to_have_count(5)


def test_a_file_that_is_not_cataloged_in_time_can_be_asked_for_again(new_window):
    catalog = FakeCatalog()
    catalog.reads = lambda _filename: None
    page = new_window({API_ORIGIN, BUCKET_ORIGIN})
    page.clock.install(time=NOW)
    catalog.answer(page)
    page.goto(API_ORIGIN)
    choose(page, a_file("a.csv"))
    expect(upload(page, "a.csv")).to_contain_text("Being read")
    page.clock.fast_forward(120_000)
    expect(upload(page, "a.csv")).to_contain_text("not cataloged yet")
    catalog.records["a.csv"] = a_record("a.csv")
    upload(page, "a.csv").get_by_role("button", name="Check a.csv again").click()
    expect(upload(page, "a.csv")).to_contain_text("Cataloged")
    expect(page.get_by_role("row", name="a.csv")).to_be_visible()


def test_an_uploaded_file_that_the_search_excludes_does_not_join_its_results(open_page):
    page = open_page(FakeCatalog([a_record("sales.csv")]), "#/?prefix=sales")
    choose(page, a_file("other.csv"))
    expect(upload(page, "other.csv")).to_contain_text("Cataloged")
    expect(page.locator("#rows .name a")).to_have_text(["sales.csv"])


def test_the_end_of_an_upload_is_announced(open_page):
    page = open_page(FakeCatalog())
    choose(page, a_file("a.csv"))
    expect(page.locator("#announcer")).to_have_text("a.csv: Cataloged: 1,204 rows, 3 columns")


class HalfReader(BaseHTTPRequestHandler):
    """Serves the page, and takes half of an upload, and the rest only when it is told to."""

    go_on: threading.Event

    def do_GET(self) -> None:
        html, headers = catalog_page("http://bucket.test")
        self.send_response(200)
        for header in headers.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(html.encode())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length // 2)
        self.go_on.wait()
        self.rfile.read(length - length // 2)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def half_reader() -> Iterator[ThreadingHTTPServer]:
    HalfReader.go_on = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), HalfReader) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        HalfReader.go_on.set()
        server.shutdown()
        thread.join()


def test_the_progress_bar_moves_with_the_bytes(new_window, half_reader, tmp_path):
    big = tmp_path / "big.csv"
    big.write_bytes(bytes(30_000_000))
    catalog = FakeCatalog()
    catalog.bucket_origin = f"http://127.0.0.1:{half_reader.server_port}"
    page = new_window({catalog.bucket_origin})
    page.route(re.compile("/metadata|/uploads"), catalog.handle)
    page.goto(catalog.bucket_origin)
    page.locator("#chooser").set_input_files(big)
    page.locator("#preflight-go").click()
    bar = upload(page, "big.csv").get_by_role("progressbar")
    expect(upload(page, "big.csv")).to_contain_text(re.compile(r"Uploading: [5-9]\d% of 30 MB"))
    assert 0.5 <= bar.evaluate("bar => bar.value") < 1
    half_reader.RequestHandlerClass.go_on.set()
    expect(upload(page, "big.csv")).to_contain_text("Being read")
    catalog.records["big.csv"] = a_record("big.csv")
    expect(upload(page, "big.csv")).to_contain_text("Cataloged")
