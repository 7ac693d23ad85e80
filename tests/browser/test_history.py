"""What changed: a file's versions, datasets and their schemas, and what breaks a contract."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.fake_catalog import FakeCatalog
from tests.browser.fake_history import (
    DAYS,
    a_change,
    a_dataset,
    a_delivery,
    a_file,
    a_point,
    a_schema,
    a_version,
    an_oddity,
)
from tests.browser.fake_records import a_failed_record, a_record

HOSTILE = "<img src=x onerror=alert(1)>"
SALES = "sales/{date}.csv"
ADDED = {"kind": "added", "name": "b", "position": 2}


def versions_of(open_page: Open, *versions: dict) -> Page:
    catalog = FakeCatalog([a_record("a.csv")])
    catalog.histories["a.csv"] = list(versions)
    page = open_page(catalog, "#/file/a.csv")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    return page


def days(number: int) -> list[dict]:
    return [a_version(f"2026-11-{number - day:02}T12:00:00.000Z") for day in range(number)]


def line(page: Page):
    return page.locator(".line > li")


def test_a_files_versions_stand_in_a_line_the_newest_first(open_page):
    page = versions_of(
        open_page,
        a_version("2026-11-22T15:00:00.000Z", row_count=5, change=a_change("ok", "silent", ADDED)),
        a_version("2026-11-12T15:00:00.000Z", row_count=4),
        a_version("2026-11-11T15:00:00.000Z", status="deleted", row_count=None, column_count=None),
        a_version("2026-11-10T15:00:00.000Z", status="failed", row_count=None, column_count=None),
        a_version("2026-11-09T15:00:00.000Z", row_count=3),
    )
    expect(line(page)).to_contain_text(
        [
            "1 hour ago 48 kB, 5 rows, 3 columns",
            "12 Nov 2026 48 kB, 4 rows, 3 columnsThe schema is as before",
            "11 Nov 2026 Removed",
            "10 Nov 2026 Could not be read",
            "9 Nov 2026 48 kB, 3 rows, 3 columnsThe first version",
        ]
    )
    expect(line(page).first).to_contain_text("by name: okby position: silentb added as column 2")


@pytest.mark.parametrize(
    ("by_name", "by_position", "worst"),
    [("ok", "ok", "ok"), ("breaks", "ok", "breaks"), ("breaks", "silent", "silent")],
)
def test_a_verdict_is_said_in_words_and_in_a_colour_of_its_own(
    open_page, by_name, by_position, worst
):
    change = a_change(by_name, by_position, ADDED)
    page = versions_of(open_page, a_version("2026-11-22T15:00:00.000Z", change=change))
    expect(page.locator(".verdict")).to_have_text(
        [f"by name: {by_name}", f"by position: {by_position}"]
    )
    expect(line(page)).to_have_class(worst)
    color = "getComputedStyle(node, '::before').backgroundColor"
    dot = line(page).evaluate(f"node => {color}")
    assert dot == page.locator(f".verdict.{worst}").first.evaluate(
        "node => getComputedStyle(node).color"
    )


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (ADDED, "b added as column 2"),
        ({"kind": "removed", "name": "b", "position_before": 2}, "b removed, which was column 2"),
        (
            {"kind": "renamed", "from": "amount", "to": "total", "position": 3, "guess": True},
            "amount renamed to total, as it seems",
        ),
        (
            {"kind": "renamed", "from": "id", "to": "ID", "position": 1, "guess": False},
            "id renamed to ID: only case or spaces differ",
        ),
        (
            {"kind": "reordered", "name": "b", "position": 3, "position_before": 2},
            "b moved from column 2 to 3",
        ),
        (
            {
                "kind": "retyped",
                "name": "b",
                "position": 2,
                "from": "integer",
                "to": "decimal",
                "widened": True,
            },
            "b was integer, is decimal (wider)",
        ),
        (
            {"kind": "repeated", "name": "id", "position": 4},
            "id stands more than once now, also as column 4",
        ),
        ({"kind": "header_lost"}, "the header is gone"),
        ({"kind": "header_gained"}, "a header has come"),
        ({"kind": "delimiter", "from": ",", "to": ";"}, "delimiter was comma ,, is semicolon ;"),
        ({"kind": "compression", "from": None, "to": "gzip"}, "compression was none, is gzip"),
        ({"kind": "header_rows", "from": 1, "to": 2}, "header rows was 1, is 2"),
        ({"kind": "added", "name": HOSTILE, "position": 1}, f"{HOSTILE} added as column 1"),
        ({"kind": "added", "name": " ", "position": 1}, "(blank) added as column 1"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_each_kind_of_step_is_a_sentence(open_page, step, says):
    change = a_change("breaks", "breaks", step)
    page = versions_of(open_page, a_version("2026-11-22T15:00:00.000Z", change=change))
    expect(page.locator(".change li")).to_have_text([says])


def test_a_change_that_is_cut_or_against_another_file_says_so(open_page):
    before = {"filename": "b.csv", "sequencer": "00", "schema_id": "b2" * 16}
    change = a_change("ok", "ok", ADDED, changes_total=101, partial=True, compared_with=before)
    page = versions_of(open_page, a_version("2026-11-22T15:00:00.000Z", change=change))
    expect(page.locator(".change")).to_contain_text("and 100 more")
    expect(page.locator(".change")).to_contain_text("not all columns could be compared")
    expect(page.locator(".change").get_by_role("link", name="b.csv")).to_be_visible()


def test_a_long_history_is_continued(open_page):
    page = versions_of(open_page, *days(28))
    expect(line(page)).to_have_count(25)
    expect(page.get_by_text("The first version")).to_have_count(0)
    page.get_by_role("button", name="Load more").last.click()
    expect(line(page)).to_have_count(28)
    expect(line(page).last).to_contain_text("The first version")


def test_where_no_history_is_kept_the_page_says_so_and_raises_no_alarm(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    catalog.histories = catalog.datasets = None
    page = open_page(catalog, "#/file/a.csv")
    with page.expect_response(re.compile("/history")):
        page.reload()
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    expect(page.get_by_text("No history is kept of this file.")).to_be_visible()
    page.get_by_role("link", name="Datasets").click()
    expect(page.get_by_role("heading", name="No history is kept")).to_be_visible()
    expect(page.locator("#datasets-notice")).to_contain_text("The history table is not there.")
    expect(page.get_by_role("alert")).to_have_count(0)


def sales(*changes: dict | None) -> dict:
    """A dataset that had a schema more than changes."""
    schemas = [
        a_schema("sales/1.csv", "sales/2.csv", "id", f"c{place}", change=change)
        for place, change in enumerate([*changes, None])
    ]
    return a_dataset(SALES, "sales/2.csv", *schemas)


def test_datasets_show_their_newest_file_their_schemas_and_their_last_change(open_page):
    catalog = FakeCatalog([a_record("sales/2.csv")])
    catalog.datasets = [
        sales(a_change("breaks", "silent", ADDED)),
        a_dataset(
            "stock/{n}.tsv", "stock/123.tsv", a_schema("stock/123.tsv", "stock/123.tsv", "id")
        ),
    ]
    page = open_page(catalog)
    page.get_by_role("link", name="Datasets").click()
    expect(page).to_have_title("Datasets · CSV catalog")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("link", name="Datasets")).to_have_attribute("aria-current", "page")
    rows = page.locator("#dataset-rows tr:not(.group)")
    expect(rows.first).to_contain_text(f"{SALES}Silent changesales/2.csv")
    expect(rows.first.get_by_role("cell").nth(2)).to_have_text("4")
    expect(rows.first.get_by_role("cell").nth(3)).to_contain_text(
        "by name: breaksby position: silent1 change, 2 minutes ago"
    )
    expect(rows.nth(1).get_by_role("cell").nth(3)).to_have_text("None")
    rows.first.get_by_role("link", name="sales/2.csv").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("sales/2.csv")


def test_datasets_are_searched_by_the_start_of_their_name(open_page):
    catalog = FakeCatalog()
    other = a_schema("x/1.csv", "x/1.csv", "id")
    catalog.datasets = [sales(), a_dataset("x/{n}.csv", "x/1.csv", other)]
    page = open_page(catalog, "#/datasets")
    expect(page.locator("#dataset-rows .name")).to_have_count(2)
    page.get_by_label("Dataset starts with").fill("sal")
    expect(page.locator("#dataset-rows .name")).to_have_text([SALES])
    expect(page.locator("#datasets-count")).to_have_text("1 dataset.")
    page.reload()
    expect(page.locator("#dataset-rows .name")).to_have_text([SALES])
    page.get_by_label("Dataset starts with").fill("nowhere")
    expect(page.get_by_role("heading", name="No dataset matches")).to_be_visible()


def test_many_datasets_load_a_page_at_a_time(open_page):
    catalog = FakeCatalog()
    schema = a_schema("a.csv", "a.csv", "id")
    catalog.datasets = [
        a_dataset(f"d{number:02}/{{n}}.csv", "a.csv", schema) for number in range(60)
    ]
    page = open_page(catalog, "#/datasets")
    expect(page.locator("#datasets-count")).to_have_text("50 datasets; there are more.")
    page.get_by_role("button", name="Load more").click()
    expect(page.locator("#dataset-rows .name")).to_have_count(60)


def single(name: str, **fields: object) -> dict:
    return a_dataset(name, "a.csv", a_schema("a.csv", "a.csv", "id"), **fields)


def test_datasets_that_changed_are_on_top_and_those_of_one_file_come_last(open_page):
    catalog = FakeCatalog()
    alone = [single(f"a{number}.csv", deliveries=1) for number in range(2)]
    several = [single("b/{n}.csv"), single("y/{n}.csv")]
    catalog.datasets = [*alone, *several, sales(a_change("ok", "breaks", ADDED))]
    page = open_page(catalog, "#/datasets")
    expect(page.locator("#dataset-rows .name")).to_have_text(
        [SALES, "b/{n}.csv", "y/{n}.csv", "a0.csv", "a1.csv"]
    )
    expect(page.locator("#dataset-rows .group")).to_have_text(
        ["Changed", "Two files and more in 30 days", "Others"]
    )
    page.get_by_role("link", name="Changed").click()
    expect(page.locator("#dataset-rows .name")).to_have_text([SALES])
    expect(page.locator("#dataset-rows .group")).to_have_count(0)


def test_groups_of_datasets_go_on_where_a_page_ended(open_page):
    catalog = FakeCatalog()
    changed = [{**sales(a_change("ok", "ok", ADDED)), "dataset": f"c{n:02}"} for n in range(55)]
    catalog.datasets = [*changed, *(single(f"d{n:02}") for n in range(55))]
    page = open_page(catalog, "#/datasets")
    names = page.locator("#dataset-rows .name")
    for count in (50, 105, 110):
        expect(names).to_have_count(count)
        more = page.locator("#datasets-more").get_by_role("button", name="Load more")
        if count < 110:
            more.click()
    expect(more).to_have_count(0)
    assert len(set(names.all_text_contents())) == 110


def test_datasets_that_are_late_are_a_click_away_from_the_files(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    catalog.datasets = [single("in/{date}.csv"), single("late/{date}.csv", state="late")]
    page = open_page(catalog)
    page.get_by_role("link", name="Late datasets 1").click()
    expect(page.locator("#dataset-rows .name")).to_have_text(["late/{date}.csv"])
    expect(page.locator("#dataset-rows .status")).to_have_text(["Late"])
    page.get_by_role("link", name="late/{date}.csv").click()
    late = page.locator(".callout").filter(has=page.get_by_role("heading", name="Late"))
    expect(late).to_contain_text("It comes weekly on Sundays.")
    expect(late).to_contain_text("Ask whoever delivers it.")


def test_a_dataset_shows_its_deliveries_and_what_is_wrong_with_each(open_page):
    catalog = FakeCatalog([a_record("sales/2.csv")])
    odd = an_oddity("3 rows; the last 28 deliveries had 341 to 372")
    again = an_oddity("the same bytes as sales/00.csv")
    catalog.datasets = [sales() | {"unusual": [odd], "team": [{"name": "Ada"}]}]
    catalog.deliveries[SALES] = [
        a_delivery("sales/3.csv", unusual=[odd], row_count=3),
        a_delivery("sales/2.csv", violations=["id: empty"], violations_total=4),
        a_delivery("sales/1.csv", change=a_change("ok", "silent", ADDED)),
        a_delivery("sales/0.csv", same_as=a_file("sales/00.csv"), unusual=[again]),
        *(a_delivery(f"sales/old/{n}.csv") for n in range(23)),
    ]
    page = open_page(catalog, f"#/dataset/{quote(SALES, safe='')}")
    expect(page.get_by_role("heading", name="unlike those before it")).to_be_visible()
    expect(page.get_by_text("Ada", exact=True)).to_be_visible()
    rows = page.locator(".deliveries tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.nth(0)).to_contain_text("3 rows; the last 28 deliveries had 341 to 372")
    for place, says in enumerate(["Unusual", "4 violations", "Silent change", "Unusual"]):
        expect(rows.nth(place).locator(".status")).to_have_text([says])
    expect(rows.nth(3)).to_contain_text("the same bytes as sales/00.csv")
    page.locator(".deliveries").get_by_role("button", name="Load more").click()
    expect(rows).to_have_count(27)


def test_a_datasets_rows_and_columns_are_drawn_over_time(open_page):
    catalog = FakeCatalog()
    catalog.datasets = [sales()]
    catalog.series[SALES, None] = [a_point(day, 100 + n) for n, day in enumerate(DAYS)]
    catalog.series[SALES, "id"] = [a_point(day, 9, mean=n) for n, day in enumerate(DAYS)]
    page = open_page(catalog, f"#/dataset/{quote(SALES, safe='')}")
    figures = page.locator(".lines figcaption")
    expect(figures).to_have_text(["Rows 103", "Size 4.1 kB"])
    page.get_by_label("Figures of").select_option("id")
    expect(figures).to_have_text(["Mean 3"])
    page.get_by_label("Figures of").select_option("c0")
    expect(page.get_by_text("no figures of two deliveries")).to_be_visible()


def test_a_dataset_shows_its_schemas_and_what_changed_between_them(open_page):
    catalog = FakeCatalog([a_record("sales/2.csv")])
    catalog.datasets = [sales(a_change("ok", "silent", ADDED))]
    page = open_page(catalog, "#/datasets")
    page.get_by_role("link", name=SALES).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SALES)
    expect(line(page)).to_have_count(2)
    expect(line(page).first).to_contain_text("by position: silentb added as column 2")
    expect(line(page).last).to_contain_text("idc1")
    expect(line(page).last).to_contain_text("The first schema")
    page.get_by_role("link", name="that begin with sales/").click()
    expect(page.locator("#rows .name a")).to_have_text(["sales/2.csv"])


def test_a_dataset_that_is_not_there_says_so(open_page):
    page = open_page(FakeCatalog(), f"#/dataset/{quote('x/{n}.csv', safe='')}")
    expect(page.get_by_role("heading", name="No such dataset")).to_be_visible()


def test_a_file_leads_to_its_dataset(open_page):
    catalog = FakeCatalog([a_record("sales/2.csv", dataset=SALES)])
    catalog.datasets = [sales()]
    page = open_page(catalog, f"#/file/{quote('sales/2.csv', safe='')}")
    page.get_by_role("link", name=f"Dataset {SALES}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SALES)


def test_violations_stand_where_warnings_are(open_page):
    broken = a_record(
        "a.csv",
        violations=["id: row 3 is empty", "total: missing"],
        contract={"key": "sales/_schema.json", "version": "1"},
        warnings=["unterminated quote"],
    )
    page = open_page(FakeCatalog([broken, a_failed_record("b.csv", "cut")]))
    row = page.get_by_role("row", name="a.csv")
    expect(row).to_contain_text("id: row 3 is empty, and 1 more")
    expect(row.locator(".status")).to_have_text(["2 violations", "1 warning"])
    page.get_by_role("link", name="Violations 1").click()
    expect(page.locator("#rows .name a")).to_have_text(["a.csv"])
    page.reload()
    expect(page.locator("#rows .name a")).to_have_text(["a.csv"])
    page.get_by_role("link", name="a.csv").click()
    expect(
        page.get_by_role("heading", name="2 violations of its contract, sales/_schema.json")
    ).to_be_visible()
    expect(page.get_by_text("total: missing")).to_be_visible()
