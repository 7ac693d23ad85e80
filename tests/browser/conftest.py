"""A headless Chromium, whose windows fail their test for whatever goes wrong in them unseen."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from dev.fake_catalog import API_ORIGIN, BUCKET_ORIGIN, FakeCatalog
from dev.fake_sign_in import SIGN_IN_URL
from dev.screenshots import CHROMIUM, CHROMIUM_FLAGS, NOW

expect.set_options(timeout=15_000)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser is installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows; a script error, a breach of the CSP or a request elsewhere fails the test."""
    windows: list[Page] = []
    faults: list[str] = []

    def new_window(origins: set[str], width: int = 1280, scheme: str = "light") -> Page:
        page = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            timezone_id="UTC",
        ).new_page()

        def request_made(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme != "data" and f"{url.scheme}://{url.netloc}" not in origins:
                faults.append(f"a request to {request.url}")

        def console_used(message) -> None:
            # An HTTP status that the page asked for and shows is no fault of the page.
            if message.type in {"error", "warning"} and "status of" not in message.text:
                faults.append(message.text)

        page.on("request", request_made)
        page.on("console", console_used)
        page.on("pageerror", lambda error: faults.append(str(error)))
        windows.append(page)
        return page

    yield new_window
    seen = list(faults)  # closing breaks off what a test left open
    for page in windows:
        page.unroute_all(behavior="ignoreErrors")
        page.context.close()
    assert seen == []


@pytest.fixture
def open_page(new_window: Callable[..., Page]) -> Open:
    """Opens the page of a fake catalog: `open_page(catalog, "#/file/a.csv", width=360)`."""

    def open_page(catalog: FakeCatalog, address: str = "", **window: object) -> Page:
        page = new_window({API_ORIGIN, BUCKET_ORIGIN, SIGN_IN_URL}, **window)
        page.clock.set_fixed_time(NOW)
        catalog.answer(page)
        page.goto(API_ORIGIN + catalog.root + address)
        return page

    return open_page


def a_file(name: str, content: bytes = b"id,name\n1,Ada\n") -> dict[str, object]:
    """A file as a file chooser gives it to the page."""
    return {"name": name, "mimeType": "text/csv", "buffer": content}
