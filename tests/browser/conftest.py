"""A headless Chromium, whose windows fail their test for whatever goes wrong in them unseen."""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from dev.screenshots import CHROMIUM, CHROMIUM_FLAGS
from tests.browser.fake_catalog import API_ORIGIN, BUCKET_ORIGIN, FakeCatalog
from tests.browser.fake_sign_in import SIGN_IN_URL

expect.set_options(timeout=15_000)

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=timezone.utc)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser is installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Watch:
    """Notes what goes wrong in windows: script errors, breaches of the CSP, requests elsewhere."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._listening: list[tuple[Page, str, Callable]] = []

    def begin(self, page: Page, origins: set[str]) -> None:
        def request_made(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme != "data" and f"{url.scheme}://{url.netloc}" not in origins:
                self.faults.append(f"a request to {request.url}")

        def console_used(message) -> None:
            # An HTTP status that the page asked for and shows is no fault of the page.
            if message.type in {"error", "warning"} and "status of" not in message.text:
                self.faults.append(message.text)

        def script_failed(error) -> None:
            self.faults.append(str(error))

        for event, listener in (
            ("request", request_made), ("console", console_used), ("pageerror", script_failed)
        ):  # fmt: skip
            page.on(event, listener)
            self._listening.append((page, event, listener))

    def end(self) -> None:
        """Look away: what follows breaks off what a test left open."""
        while self._listening:
            page, *listener = self._listening.pop()
            page.remove_listener(*listener)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test whose windows had faults."""
    watch = Watch()
    yield watch
    assert watch.faults == []


def a_window(browser: Browser) -> Page:
    return browser.new_context(reduced_motion="reduce", timezone_id="UTC").new_page()


def shape(page: Page, width: int = 1280, scheme: str = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


@pytest.fixture
def new_window(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens windows of the test's own: `new_window({"http://localhost:4566"}, width=360)`."""
    windows: list[Page] = []

    def new_window(origins: set[str], **shaped: object) -> Page:
        windows.append(page := a_window(browser))
        shape(page, **shaped)
        watch.begin(page, origins)
        return page

    yield new_window
    watch.end()
    for page in windows:
        page.unroute_all(behavior="ignoreErrors")
        page.context.close()


@pytest.fixture(scope="session")
def kept_window(browser: Browser) -> Page:
    """A window that one test after the other has, since to make one takes longer than most do."""
    page = a_window(browser)
    page.clock.set_fixed_time(NOW)
    return page


@pytest.fixture
def open_page(kept_window: Page, new_window, watch: Watch) -> Iterator[Open]:
    """Opens the page of a fake catalog: `open_page(catalog, "#/file/a.csv", width=360)`.

    In the window that is kept, but for a second page, and for where people sign in: the window
    would keep their tokens.
    """
    origins = {API_ORIGIN, BUCKET_ORIGIN, SIGN_IN_URL}
    kept = [kept_window]
    catalogs = []

    def open_page(catalog: FakeCatalog, address: str = "", **shaped: object) -> Page:
        if kept and not catalog.sign_in:
            page = kept.pop()
            shape(page, **shaped)
            watch.begin(page, origins)
        else:
            page = new_window(origins, **shaped)
            page.clock.set_fixed_time(NOW)
        catalogs.append(catalog)
        catalog.answer(page)
        page.goto(API_ORIGIN + catalog.root + address)
        return page

    yield open_page
    watch.end()
    kept_window.unroute_all(behavior="ignoreErrors")
    kept_window.goto("about:blank")
    assert [fault for catalog in catalogs for fault in catalog.undescribed] == []


def a_file(name: str, content: bytes = b"id,name\n1,Ada\n") -> dict[str, object]:
    """A file as a file chooser gives it to the page."""
    return {"name": name, "mimeType": "text/csv", "buffer": content}
