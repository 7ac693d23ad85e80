"""A file's own view: its columns, how it was read, its warnings, and the way there and back."""

from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.fake_catalog import API_ORIGIN, FakeCatalog
from tests.browser.fake_records import a_failed_record, a_record


def address(filename: str) -> str:
    return f"#/file/{quote(filename, safe='')}"


def test_a_file_shows_its_columns_how_it_was_read_and_its_warnings(open_page):
    record = a_record(
        "crm/people.csv.gz",
        column_names=["id", "email", "email", ""],
        delimiter="\t",
        encoding="windows-1252",
        preamble_rows=2,
        compression="gzip",
        warnings=["duplicate column name: email"],
    )
    page = open_page(FakeCatalog([record]), address("crm/people.csv.gz"))
    expect(page.get_by_role("heading", name="1 warning")).to_be_visible()
    expect(page.get_by_text("duplicate column name: email")).to_be_visible()
    expect(page.locator(".columns li")).to_have_text(
        ["1id", "2email (repeated)", "3email (repeated)", "4(blank)"]
    )
    expect(page.locator(".pairs").first.locator("dd")).to_have_text(
        ["tab", 'double quote "', "windows-1252", "Yes", "2, not counted", "gzip"]
    )
    expect(page.get_by_text("s3://csv-bucket/crm/people.csv.gz")).to_be_visible()
    expect(page.get_by_text("48,213 bytes")).to_be_visible()


def test_the_download_is_of_the_file_by_its_whole_name(open_page):
    name = "a/b c%2F+#?ü.csv"
    page = open_page(FakeCatalog([a_record(name)]), address(name))
    expect(page.get_by_role("link", name="Download")).to_have_attribute(
        "href", f"/download?{urlencode({'filename': name})}"
    )


def test_a_link_is_not_replaced_while_the_whole_record_comes(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    page = open_page(catalog)
    catalog.hold = lambda url: "filename=a.csv" in url
    page.get_by_role("link", name="a.csv").click()
    download = page.get_by_role("link", name="Download").element_handle()
    catalog.hold = lambda _url: False
    catalog.release()
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    assert download.evaluate("link => link.isConnected")


def test_a_failed_file_says_why_and_shows_nothing_it_does_not_have(open_page):
    failed = a_failed_record("budget.csv", "it looks like an Excel workbook")
    page = open_page(FakeCatalog([failed]), address("budget.csv"))
    expect(page.get_by_role("heading", name="This file could not be read")).to_be_visible()
    expect(page.get_by_text("it looks like an Excel workbook")).to_be_visible()
    expect(page.get_by_role("heading", name="Columns")).to_have_count(0)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (a_record("a.csv", column_names=["x"], column_count=50_000), "the first 1 of 50,000 names"),
        (a_record("a.csv", column_names=[], column_count=3, has_header=False), "without names"),
        (a_record("a.csv", column_names=[], column_count=0), "None: the file is empty."),
        (a_record("a.csv", column_names=["x"] * 501), "Show all 501 names"),
    ],
)
def test_what_is_special_about_the_columns_is_said(open_page, record, says):
    page = open_page(FakeCatalog([record]), address("a.csv"))
    expect(page.get_by_text(says)).to_be_visible()


def test_all_columns_of_a_wide_file_can_be_shown(open_page):
    wide = a_record("wide.csv", column_names=[f"c{number}" for number in range(2_000)])
    page = open_page(FakeCatalog([wide]), address("wide.csv"))
    expect(page.locator(".columns li")).to_have_count(500)
    page.get_by_role("button", name="Show all 2,000 names").click()
    expect(page.locator(".columns li")).to_have_count(2_000)


def test_a_column_leads_to_the_files_that_have_it_even_with_a_comma_in_its_name(open_page):
    page = open_page(
        FakeCatalog([a_record("a.csv", column_names=["last, first"]), a_record("b.csv")]),
        address("a.csv"),
    )
    page.get_by_role("link", name="last, first").click()
    expect(page.locator("#rows .name a")).to_have_text(["a.csv"])


def test_a_listing_that_cut_the_names_is_completed_from_the_record(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    listing = catalog._listing
    catalog._listing = lambda parameters: {
        "items": [item | {"column_names": []} for item in listing(parameters)["items"]],
        "next_cursor": None,
    }
    page = open_page(catalog)
    page.get_by_role("link", name="a.csv").click()
    expect(page.locator(".columns li")).to_have_text(["1id", "2name", "3email"])


def test_a_file_that_is_gone_is_said_to_be_gone_and_leaves_the_list(open_page):
    catalog = FakeCatalog([a_record("a.csv"), a_record("b.csv")])
    page = open_page(catalog)
    expect(page.locator("#rows .name a")).to_have_count(2)
    del catalog.records["a.csv"]
    page.get_by_role("link", name="a.csv").click()
    expect(page.get_by_role("heading", name="Not in the catalog")).to_be_visible()
    page.go_back()
    expect(page.locator("#rows .name a")).to_have_text(["b.csv"])


def test_a_file_that_can_not_be_loaded_can_be_tried_again(open_page):
    catalog = FakeCatalog([a_record("a.csv")])
    page = open_page(catalog)
    expect(page.locator("#rows .name a")).to_have_count(1)
    page.route("**/metadata?filename=*", lambda route: route.fulfill(status=503, json={}))
    page.get_by_role("link", name="a.csv").click()
    expect(page.get_by_role("alert")).to_contain_text("status 503")
    page.unroute("**/metadata?filename=*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()


def test_the_keyboard_alone_opens_a_file_and_comes_back_to_its_row(open_page):
    page = open_page(FakeCatalog([a_record("a.csv"), a_record("b.csv")]))
    row = page.get_by_role("link", name="b.csv")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("b.csv · CSV catalog")
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    expect(page).to_have_title("Files · CSV catalog")


def test_back_keeps_the_search_and_what_was_loaded(open_page):
    catalog = FakeCatalog([a_record(f"a{number:02}.csv") for number in range(60)])
    page = open_page(catalog, "#/?prefix=a")
    page.get_by_role("button", name="Load more").click()
    expect(page.locator("#rows .name a")).to_have_count(60)
    page.get_by_role("link", name="a30.csv").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("a30.csv")
    page.go_back()
    expect(page.locator("#rows .name a")).to_have_count(60)
    assert len(catalog.listings()) == 2


def test_every_control_can_be_reached_by_the_tab_key_and_shows_it(open_page):
    page = open_page(FakeCatalog([a_record("a.csv")]))
    expect(page.get_by_role("link", name="a.csv")).to_be_visible()
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            reached.append(focused.evaluate("node => node.textContent.trim() || node.id"))
            assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    for control in ["Skip to the content", "Upload", "All files 1", "search", "Refresh", "a.csv"]:
        assert control in reached
    assert page.url == f"{API_ORIGIN}/"


def test_marks_of_direction_are_shown_and_not_obeyed(open_page):
    name = "invoice\u202evsc.exe.csv"
    record = a_record(name, column_names=["a\u2066b", "שלום"])
    catalog = FakeCatalog([record])
    page = open_page(catalog, address(name))
    expect(page.locator("#file-title")).to_have_text("invoice[U+202E]vsc.exe.csv")
    expect(page.locator(".columns li")).to_have_text(["1a[U+2066]b", "2שלום"])
    assert page.title() == "invoice[U+202E]vsc.exe.csv · CSV catalog"
    page.get_by_role("link", name="All files").or_(page.locator("a.brand")).first.click()
    expect(page.locator("#rows .name a")).to_have_text(["invoice[U+202E]vsc.exe.csv"])
    page.locator("#rows .name a").click()
    assert any(quote(name) in url for url in catalog.requests)
