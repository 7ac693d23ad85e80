"""What axe-core says of each state of the page, in light and dark, on a phone and on a desk."""

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dev.fake_catalog import FakeCatalog, a_failed_record, a_record
from dev.fake_sign_in import FakeSignIn
from dev.screenshots import SHOWN_FILE, made_up_catalog, made_up_records
from tests.browser.conftest import Open, a_file

LONG_NAME = "a-very-long-folder-name-without-any-break/" * 4 + "x" * 120 + ".csv"


def a_list(open_page: Open) -> Page:
    records = [*made_up_records(), a_record(LONG_NAME), a_failed_record("b.csv", "x" * 300)]
    page = open_page(FakeCatalog(records))
    page.get_by_text("Both charts as a table").click()
    expect(page.locator("#rows .name a")).to_have_count(50)
    return page


def a_file_view(open_page: Open) -> Page:
    page = open_page(made_up_catalog(), f"#/file/{quote(SHOWN_FILE, safe='')}")
    page.get_by_text("6 more").click()
    expect(page.locator(".preview .odd-cell")).to_have_count(1)
    expect(page.locator(".schema pre")).to_contain_text("CREATE TABLE")
    expect(page.locator(".line > li")).to_have_count(4)
    return page


def a_file_with_long_words(open_page: Open) -> Page:
    record = a_record(LONG_NAME, column_names=["y" * 400], warnings=["z" * 300])
    page = open_page(FakeCatalog([record]), f"#/file/{quote(LONG_NAME, safe='')}")
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    return page


def the_datasets(open_page: Open) -> Page:
    page = open_page(made_up_catalog(), "#/datasets")
    expect(page.locator("#dataset-rows tr")).to_have_count(3)
    return page


def a_dataset_view(open_page: Open) -> Page:
    dataset = quote("sales/eu/orders_{date}.csv", safe="")
    page = open_page(made_up_catalog(), f"#/dataset/{dataset}")
    expect(page.locator(".line > li")).to_have_count(2)
    return page


def before_signing_in(open_page: Open) -> Page:
    catalog = FakeCatalog(sign_in=FakeSignIn())
    page = open_page(catalog, "?error=access_denied&state=none")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def a_list_of_who_is_signed_in(open_page: Open) -> Page:
    page = open_page(FakeCatalog(made_up_records()[:9], sign_in=FakeSignIn()))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("#rows .name a")).to_have_count(9)
    return page


def a_failed_file(open_page: Open) -> Page:
    page = open_page(FakeCatalog([a_failed_record("b.csv", "cut")]), "#/file/b.csv")
    expect(page.get_by_text("This file could not be read")).to_be_visible()
    return page


def an_empty_catalog(open_page: Open) -> Page:
    page = open_page(FakeCatalog())
    expect(page.get_by_text("No files yet")).to_be_visible()
    return page


def an_error(open_page: Open) -> Page:
    catalog = FakeCatalog()
    catalog.refuses_listing = (500, {"Code": "InternalServerError", "Message": "x" * 300})
    page = open_page(catalog)
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def a_list_that_loads(open_page: Open) -> Page:
    catalog = FakeCatalog()
    catalog.hold = lambda url: "/metadata" in url
    page = open_page(catalog)
    expect(page.locator("#rows .bone").first).to_be_visible()
    return page


def uploads_in_every_state(open_page: Open) -> Page:
    catalog = FakeCatalog()
    catalog.hold = lambda url: url.endswith("upload=2")
    catalog.reads = lambda name: None if name == "slow.csv" else a_record(name)
    page = open_page(catalog)
    names = ["done.csv", "slow.csv", "sending.csv", "photo.jpg"]
    page.locator("#chooser").set_input_files([a_file(name) for name in names])
    for state in ("done", "reading", "sending", "failed"):
        expect(page.locator(f"#upload-list .{state}")).to_have_count(1)
    return page


STATES = [
    a_list,
    a_file_view,
    a_file_with_long_words,
    the_datasets,
    a_dataset_view,
    before_signing_in,
    a_list_of_who_is_signed_in,
    a_failed_file,
    an_empty_catalog,
    an_error,
    a_list_that_loads,
    uploads_in_every_state,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    open_page: Open, state: Callable[..., Page]
):
    page = state(open_page)
    for width, scheme in product((360, 1440), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{width}, {scheme}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_is_dark_and_light_is_light(open_page):
    def brightness(scheme: str) -> int:
        page = open_page(FakeCatalog(), scheme=scheme)
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(channel) for channel in re.findall(r"\d+", color))

    assert brightness("dark") < 150 < 600 < brightness("light")


def test_nothing_moves_for_those_who_asked_for_less_motion(open_page):
    page = a_list_that_loads(open_page)
    moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length"
    assert page.evaluate(moving) == 0
