"""The list of files: what it shows, how it is searched, sorted and continued."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_catalog import API_ORIGIN, FakeCatalog
from tests.browser.fake_records import a_failed_record, a_record

HOSTILE_NAME = "<img src=x onerror=alert(1)>.csv"


def names(page: Page):
    return page.locator("#rows .name a")


def many(number: int) -> list[dict]:
    """Files one to a minute, the newest last; the more rows, the older."""
    return [
        a_record(
            f"file-{place:03}.csv",
            upload_timestamp=f"2026-11-20T{place // 60:02}:{place % 60:02}:00.000Z",
            row_count=1000 - place,
        )
        for place in range(number)
    ]


def test_files_are_listed_newest_first_with_their_shape(open_page):
    small = a_record("old.csv", upload_timestamp="2026-11-01T00:00:00.000Z", row_count=1)
    large = a_record(
        "reports/new.csv",
        upload_timestamp="2026-11-22T15:00:00.000Z",
        row_count=1_234_567,
        column_names=["a", "b"],
        file_size=96_442_180,
    )
    page = open_page(FakeCatalog([small, large]))
    expect(names(page)).to_have_text(["reports/new.csv", "old.csv"])
    cells = page.get_by_role("row").nth(1).get_by_role("cell")
    expect(cells).to_have_text(["1 hour ago", "96 MB", "1,234,567", "2", "Ready"])
    expect(cells.nth(0).locator("time")).to_have_attribute(
        "title", re.compile("22 Nov 2026, 15:00:00 UTC")
    )
    expect(cells.nth(1)).to_have_attribute("title", "96,442,180 bytes")


def test_a_click_during_which_the_list_is_loaded_again_opens_its_file(open_page):
    page = open_page(FakeCatalog([a_record("people.csv")]))
    names(page).hover()
    page.mouse.down()
    with page.expect_response(lambda response: "/metadata" in response.url):
        page.get_by_role("button", name="Refresh").evaluate("button => button.click()")
    expect(page.locator("#files")).to_have_attribute("aria-busy", "false")
    page.mouse.up()
    expect(page.get_by_role("heading", name="people.csv")).to_be_visible()


def test_a_failed_file_says_why_and_one_with_warnings_says_how_many(open_page):
    failed = a_failed_record("budget.csv", "it looks like an Excel workbook")
    warned = a_record("people.csv", warnings=["duplicate column name: id"])
    page = open_page(FakeCatalog([failed, warned]))
    row = page.get_by_role("row", name="budget.csv")
    expect(row).to_contain_text("it looks like an Excel workbook")
    expect(row).to_contain_text("Failed")
    expect(page.get_by_role("row", name="people.csv")).to_contain_text("1 warning")


@pytest.mark.parametrize(
    "name",
    [
        HOSTILE_NAME,
        "a/b c%2Fd+e#f?g&h=ü.csv",
        "100%.csv",
        "日本/表.csv",
        "\"quoted\" 'name'.csv",
        " leading.csv",
    ],
)
def test_any_name_is_shown_as_text_and_opens(open_page, name):
    page = open_page(FakeCatalog([a_record(name, column_names=[HOSTILE_NAME])]))
    expect(names(page)).to_have_text([name])
    names(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text(HOSTILE_NAME).last).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main img")).to_have_count(0)


@pytest.mark.parametrize(
    "root",
    ["/", "/prod", "/prod/", "/_aws/execute-api/ab12/local/", "/restapis/a/b/_user_request_"],
)
def test_the_page_finds_its_api_under_any_form_of_address(open_page, root):
    catalog = FakeCatalog([a_record("a.csv")], root=root)
    page = open_page(catalog)
    expect(names(page)).to_have_text(["a.csv"])
    expect(page.get_by_role("link", name="Health")).to_have_attribute(
        "href", f"{root.rstrip('/')}/health"
    )
    [listing] = [url for url in catalog.requests if "/metadata?" in url]
    assert listing.startswith(f"{API_ORIGIN}{root.rstrip('/')}/metadata?")


def test_an_empty_catalog_says_how_to_fill_it(open_page):
    page = open_page(FakeCatalog())
    expect(page.get_by_role("heading", name="No files yet")).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()
    with page.expect_file_chooser():
        page.get_by_role("button", name="Choose files").click()


def test_while_the_list_loads_its_place_is_held(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    catalog.hold = lambda url: "/metadata" in url
    page = open_page(catalog)
    expect(page.locator("#files")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#rows .bone").first).to_be_visible()
    expect(page.locator("#count")).to_have_text("Loading…")
    catalog.release()
    expect(names(page)).to_have_text(["a.csv"])
    expect(page.locator("#rows .bone")).to_have_count(0)


def test_an_error_is_shown_in_the_words_of_the_api_and_can_be_tried_again(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    catalog.refuses_listing = (409, {"Code": "ConflictError", "Message": "Add the index with: aws"})
    page = open_page(catalog)
    expect(page.get_by_role("alert")).to_contain_text("Add the index with: aws")
    catalog.refuses_listing = None
    page.get_by_role("button", name="Try again").click()
    expect(names(page)).to_have_text(["a.csv"])
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_gateway_error_without_our_json_is_an_error_too(open_page):
    catalog = FakeCatalog()
    catalog.refuses_listing = (502, {"message": "Internal server error"})
    expect(open_page(catalog).get_by_role("alert")).to_contain_text("Internal server error")


def test_more_files_load_until_there_are_no_more(open_page):
    catalog = FakeCatalog(many(120))
    page = open_page(catalog)
    expect(page.locator("#count")).to_have_text("50 files loaded; there are more.")
    for loaded in (100, 120):
        page.get_by_role("button", name="Load more").click()
        expect(names(page)).to_have_count(loaded)
    expect(page.get_by_role("button", name="Load more")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("120 files loaded.")
    assert [listing.get("cursor") for listing in catalog.listings()] == [None, ["50"], ["100"]]


def test_when_more_can_not_be_loaded_what_is_there_stays(open_page):
    catalog = FakeCatalog(many(60))
    page = open_page(catalog)
    expect(names(page)).to_have_count(50)
    catalog.refuses_listing = (400, {"Code": "BadRequestError", "Message": "the cursor is no good"})
    page.get_by_role("button", name="Load more").click()
    expect(page.get_by_text("the cursor is no good")).to_be_visible()
    expect(names(page)).to_have_count(50)
    catalog.refuses_listing = None
    page.get_by_role("button", name="Load more").click()
    expect(names(page)).to_have_count(60)


def test_when_the_list_can_not_be_loaded_anew_what_was_listed_stays(open_page):
    catalog = FakeCatalog(many(3))
    page = open_page(catalog)
    expect(names(page)).to_have_count(3)
    catalog.refuses_listing = (503, {"Code": "x", "Message": "the table is busy"})
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("alert")).to_contain_text("the table is busy")
    expect(names(page)).to_have_count(3)
    catalog.refuses_listing = None
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)


SEARCH = "Search names of files and of columns"


def test_one_search_takes_names_of_files_and_of_columns_and_says_what_it_searched(open_page):
    by_name, by_column = a_record("Sales.csv"), a_record("b.csv", column_names=["id", "on_sale"])
    catalog = FakeCatalog([by_name, by_column, a_record("sensors.csv")])
    page = open_page(catalog)
    expect(names(page)).to_have_count(3)
    page.get_by_label(SEARCH).press_sequentially("sale")
    expect(names(page)).to_have_text(["Sales.csv", "b.csv"])
    expect(page.locator("#count")).to_have_text(
        "2 files found. Searched names of files (1) and of columns (1)."
    )
    expect(page.get_by_role("row", name="b.csv")).to_contain_text("has column on_sale")
    asked = catalog.listings()[-2:]
    assert [one.get("name", one.get("column~")) for one in asked] == [["sale"], ["sale"]]
    assert len(catalog.listings()) < 8, "two requests for each letter"


def test_columns_that_an_address_asks_for_are_shown_and_can_be_taken_off(open_page):
    both = a_record("both.csv", column_names=["ID", "Email"])
    catalog = FakeCatalog([both, a_record("one.csv", column_names=["id"])])
    page = open_page(catalog, "#/?column=id&column=email")
    expect(names(page)).to_have_text(["both.csv"])
    assert catalog.listings()[-1]["column"] == ["id", "email"]
    page.get_by_role("button", name="Do not ask for: has column email").click()
    expect(names(page)).to_have_count(2)


def test_the_filters_have_the_figures_of_the_whole_catalog_and_one_click_shows_their_files(
    open_page,
):
    broken = a_record("broken.csv", violations=["x"])
    catalog = FakeCatalog([*many(60), a_failed_record("b.csv", "cut"), broken])
    page = open_page(catalog)
    kinds = page.get_by_role("navigation", name="Kinds of files")
    expect(kinds.get_by_role("link")).to_have_text(["All files 62", "Failed 1", "Violations 1"])
    kinds.get_by_role("link", name="Failed").click()
    expect(names(page)).to_have_text(["b.csv"])
    expect(kinds.get_by_role("link", name="Failed")).to_have_attribute("aria-current", "true")
    page.reload()
    expect(names(page)).to_have_text(["b.csv"])
    kinds.get_by_role("link", name="Violations").click()
    expect(names(page)).to_have_text(["broken.csv"])


def test_figures_that_are_not_known_are_not_shown(open_page):
    catalog = FakeCatalog(many(2))
    catalog.histories = None
    page = open_page(catalog)
    kinds = page.get_by_role("navigation", name="Kinds of files")
    expect(names(page)).to_have_count(2)
    expect(kinds.get_by_role("link")).to_have_text(["All files", "Failed", "Violations"])


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(open_page):
    catalog = FakeCatalog([a_record("ab.csv"), a_record("ac.csv")])
    page = open_page(catalog)
    expect(names(page)).to_have_count(2)
    catalog.hold = lambda url: "name=" in url
    for text in ("a", "ab"):
        with page.expect_request(re.compile(f"name={text}&")):
            page.get_by_label(SEARCH).fill(text)
    catalog.release()
    expect(names(page)).to_have_text(["ab.csv"])
    expect(page.locator("#files")).to_have_attribute("aria-busy", "false")


def test_a_search_that_finds_nothing_can_be_cleared(open_page):
    page = open_page(FakeCatalog([a_record("a.csv"), a_failed_record("b.csv", "cut")]))
    expect(names(page)).to_have_count(2)
    page.get_by_label(SEARCH).fill("nowhere/")
    expect(page.get_by_role("heading", name="No file matches")).to_be_visible()
    page.get_by_role("button", name="Show all files").click()
    expect(names(page)).to_have_count(2)
    expect(page.get_by_label(SEARCH)).to_be_focused()


def test_a_search_stands_in_the_address(open_page):
    catalog = FakeCatalog([a_record("a b+c.csv"), a_record("d.csv")])
    page = open_page(catalog)
    page.get_by_label(SEARCH).fill("a b+")
    expect(names(page)).to_have_text(["a b+c.csv"])
    page.reload()
    expect(names(page)).to_have_text(["a b+c.csv"])
    expect(page.get_by_label(SEARCH)).to_have_value("a b+")


def test_a_page_of_the_api_that_holds_nothing_yet_is_followed_by_the_next(open_page):
    catalog = FakeCatalog([a_record("found.csv", violations=["x"])])
    page = open_page(catalog)
    expect(names(page)).to_have_count(1)
    pages = iter([{"items": [], "next_cursor": "on"}] * 2)
    listing = catalog._listing
    catalog._listing = lambda parameters: (
        next(pages, None) or listing(parameters | {"cursor": ["0"]})
    )
    page.get_by_role("link", name="Violations").click()
    expect(page.locator("#count")).to_have_text("1 file found.")


def test_sorting_by_name_is_done_by_the_api(open_page):
    catalog = FakeCatalog(many(60))
    page = open_page(catalog)
    expect(names(page).first).to_have_text("file-059.csv")
    page.get_by_role("button", name="Name").click()
    expect(names(page).first).to_have_text("file-000.csv")
    header = page.get_by_role("columnheader", name="Name")
    expect(header).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Name").click()
    expect(names(page).first).to_have_text("file-059.csv")
    expect(header).to_have_attribute("aria-sort", "descending")
    asked = [(listing["sort"], listing["order"]) for listing in catalog.listings()[1:]]
    assert asked == [(["filename"], ["asc"]), (["filename"], ["desc"])]


def test_sorting_by_rows_says_that_it_orders_only_what_is_loaded(open_page):
    page = open_page(FakeCatalog([*many(60), a_failed_record("failed.csv", "cut")]))
    page.get_by_role("button", name="Rows").click()
    expect(names(page).first).to_have_text("file-011.csv")
    expect(names(page).last).to_have_text("failed.csv")
    expect(page.locator("#sort-note")).to_contain_text("Sorted by rows among these only")
    page.get_by_role("button", name="Load more").click()
    expect(names(page).first).to_have_text("file-000.csv")
    expect(page.locator("#sort-note")).to_be_empty()


def test_the_list_is_downloaded_whole_as_it_is_filtered(open_page):
    catalog = FakeCatalog([*many(250), a_record("other.csv")])
    page = open_page(catalog, "#/?prefix=file-&sort=filename&order=asc")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download list").click()
    assert download.value.suggested_filename == "files.csv"
    lines = download.value.path().read_text(encoding="utf-8").split("\n")
    assert lines == ["filename,status", *[f"file-{n:03}.csv,ready" for n in range(250)], ""]
    assert [asked.get("cursor") for asked in catalog.listings()[1:]] == [None, ["100"], ["200"]]
    expect(page.get_by_role("button", name="Download list")).to_be_visible()


def test_a_download_of_the_list_can_be_stopped_and_says_what_failed(open_page):
    catalog = FakeCatalog(many(250))
    page = open_page(catalog)
    expect(names(page)).to_have_count(50)
    catalog.hold = lambda url: "cursor=100" in url
    page.get_by_role("button", name="Download list").click()
    expect(page.get_by_text("100 files so far")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Download list")).to_be_visible()
    catalog.refuses_listing = (503, {"Code": "x", "Message": "the table is busy"})
    page.get_by_role("button", name="Download list").click()
    expect(page.get_by_text("the table is busy")).to_be_visible()
    expect(page.get_by_role("button", name="Download list again")).to_be_visible()
