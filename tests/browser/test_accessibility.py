"""What axe-core says of each state of the page, in light and dark, on a phone and on a desk."""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dev.picture_files import SHOWN_FILE, rounds
from tests.browser.conftest import Open, a_file
from tests.browser.fake_catalog import FakeCatalog
from tests.browser.fake_history import (
    DAYS,
    a_change,
    a_dataset,
    a_delivery,
    a_point,
    a_schema,
    a_version,
    an_oddity,
)
from tests.browser.fake_records import Record, a_failed_record, a_record, a_record_of
from tests.browser.fake_sign_in import FakeSignIn
from tests.examples import first_of

CONTACTS, ORDERS = "crm/contacts_{date}.csv", "sales/eu/orders_{date}.csv"
LONG_NAME = "a-very-long-folder-name-without-any-break/" * 4 + "x" * 120 + ".csv"


@cache
def records() -> list[Record]:
    """A page of files and more, some failed, some with warnings, and one with all there can be."""
    plain = [a_record(f"sales/{number:02}.csv", row_count=number * 97) for number in range(50)]
    content = next(files[SHOWN_FILE] for files in rounds() if SHOWN_FILE in files)
    rich = a_record_of(
        SHOWN_FILE,
        content,
        upload_timestamp="2026-11-22T15:58:00.000Z",
        dataset=CONTACTS,
        contract={"key": "crm/_schema.json", "version": "3"},
        violations=["column 'orders' is of type text and not integer"],
    )
    return [*plain, rich, a_failed_record("finance/budget.csv", "looks like an Excel workbook")]


def rich_catalog() -> FakeCatalog:
    catalog = FakeCatalog(records())
    swap = {"kind": "reordered", "name": "phone", "position": 6, "position_before": 5}
    swapped = a_change("ok", "silent", swap)
    renamed = {"kind": "renamed", "from": "amount", "to": "total", "position": 4, "guess": True}
    catalog.histories[SHOWN_FILE] = [
        a_version("2026-11-22T15:58:00.000Z", change=swapped),
        a_version("2026-11-15T16:02:11.000Z", change=a_change("breaks", "ok", renamed)),
        a_version("2026-11-08T15:49:37.000Z", status="failed", row_count=None, column_count=None),
        a_version("2026-11-01T15:55:02.000Z"),
    ]
    both = [a_schema("2.csv", "3.csv", "phone", "email", change=swapped)]
    both.append(a_schema("1.csv", "1.csv", "email", "phone"))
    catalog.datasets = [
        a_dataset(name, SHOWN_FILE, *both) for name in (CONTACTS, ORDERS, "iot/sensors_{date}.csv")
    ]
    odd = an_oddity("3 rows; the last 28 deliveries had 341 to 372")
    late = {"state": "late", "unusual": [odd], "description": "All orders.", "tags": ["sales"]}
    catalog.datasets[1] |= late | {"deliveries": 1, "last_change": None}
    catalog.deliveries[ORDERS] = [
        a_delivery(SHOWN_FILE, unusual=[odd]),
        a_delivery("1.csv", status="failed", error="cut", row_count=None),
    ]
    catalog.series[ORDERS, None] = [a_point(day, 100 + n) for n, day in enumerate(DAYS)]
    return catalog


def a_list(open_page: Open) -> Page:
    page = open_page(FakeCatalog([*records(), a_record(LONG_NAME)]))
    expect(page.locator("#rows .name a")).to_have_count(50)
    return page


def a_file_view(open_page: Open) -> Page:
    catalog = rich_catalog()
    names = next(r["column_names"] for r in records() if r["filename"] == SHOWN_FILE)
    catalog.previews[SHOWN_FILE] = (
        200,
        {
            "filename": SHOWN_FILE,
            "column_names": names,
            "first_row": 1,
            "rows": [["x", "", *["x"] * (len(names) - 2)]] * 5,
            "cut_cells": [],
            "odd_cells": [[2, 10]],
            "complete": False,
            "next_cursor": "6",
        },
    )
    page = open_page(catalog, f"#/file/{quote(SHOWN_FILE, safe='')}")
    expect(page.locator(".preview .odd-cell")).to_have_count(1)
    expect(page.locator(".schema pre")).to_contain_text("duckdb")
    expect(page.locator(".line > li")).to_have_count(4)
    page.locator("button.opens").nth(8).click()
    expect(page.get_by_role("link", name="Files that have this column")).to_be_visible()
    return page


def a_file_with_long_words(open_page: Open) -> Page:
    record = a_record(LONG_NAME, column_names=["y" * 400], warnings=["z" * 300])
    page = open_page(FakeCatalog([record]), f"#/file/{quote(LONG_NAME, safe='')}")
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    return page


def the_datasets(open_page: Open) -> Page:
    page = open_page(rich_catalog(), "#/datasets")
    expect(page.locator("#dataset-rows .name")).to_have_count(3)
    return page


def a_dataset_view(open_page: Open) -> Page:
    dataset = quote(ORDERS, safe="")
    page = open_page(rich_catalog(), f"#/dataset/{dataset}")
    expect(page.locator(".line > li")).to_have_count(2)
    expect(page.locator(".deliveries tbody tr")).to_have_count(2)
    expect(page.locator(".lines figure")).to_have_count(2)
    return page


def before_signing_in(open_page: Open) -> Page:
    catalog = FakeCatalog(sign_in=FakeSignIn())
    page = open_page(catalog, "?error=access_denied&state=none")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def a_list_of_who_is_signed_in(open_page: Open) -> Page:
    page = open_page(FakeCatalog(records()[:9], sign_in=FakeSignIn()))
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
    catalog.hold = lambda url: url.endswith("upload=7")
    read = {"slow.csv": None, "failed.csv": a_failed_record("failed.csv", "cut")}
    catalog.reads = lambda name: read.get(name, a_record(name))
    page = open_page(catalog)
    states = {
        "done.csv": "done", "slow.csv": "reading", "failed.csv": "failed", "sending.csv": "sending"
    }  # fmt: skip
    for name, state in states.items():
        page.locator("#chooser").set_input_files([a_file(name)])
        page.locator("#preflight-go").click()
        expect(page.locator(f"#upload-list .{state}")).to_have_count(1)
    return page


def what_an_upload_would_replace(open_page: Open) -> Page:
    page = open_page(FakeCatalog([a_record("a.csv"), a_record(LONG_NAME)]))
    page.locator("#chooser").set_input_files([a_file(n) for n in ("a.csv", LONG_NAME, "photo.jpg")])
    expect(page.get_by_role("checkbox")).to_have_count(2)
    return page


def a_search_and_a_list_that_is_stale(open_page: Open) -> Page:
    catalog = FakeCatalog(records())
    page = open_page(catalog, "#/?q=sales&prefix=sales/")
    expect(page.locator("#rows .name a").first).to_be_visible()
    catalog.refuses_listing = (500, {"Code": "InternalServerError", "Message": "x" * 300})
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


STATES = [
    a_list,
    what_an_upload_would_replace,
    a_search_and_a_list_that_is_stale,
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


WINDOWS = [(360, "light"), (1440, "dark")]  # the least, the most, and each scheme
WINDOWS += [(1024, "light"), (360, "dark"), (1440, "light"), (1024, "dark")]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    open_page: Open, state: Callable[..., Page]
):
    page = state(open_page)
    for width, scheme in first_of(WINDOWS, 2):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{width}, {scheme}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sticking_out = page.locator(".card").evaluate_all(
            "cards => cards.filter((c) => c.scrollWidth > c.clientWidth).map((c) => c.textContent)"
        )
        assert sticking_out == [], f"{width}, {scheme}"


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
