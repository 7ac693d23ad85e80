"""A look inside a file, what loads it right elsewhere, and what tools would get wrong."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_catalog import FakeCatalog
from tests.browser.fake_records import a_column, a_failed_record, a_profiled_record, a_record

HOSTILE = "<img src=x onerror=alert(1)>"


def a_preview(*rows: list[str], **fields) -> tuple[int, dict]:
    names = ["id", "name"]
    nothing_odd = {"cut_cells": [], "odd_cells": [], "complete": True, "next_cursor": None}
    preview = {"filename": "a.csv", "column_names": names, "first_row": 1, "rows": rows}
    return 200, preview | nothing_odd | fields


def a_catalog(**fields) -> FakeCatalog:
    columns = [a_column("id", "integer"), a_column("name", "text")]
    return FakeCatalog([a_profiled_record("a.csv", columns, **fields)])


def looked_into(open_page, preview: tuple[int, dict]) -> Page:
    catalog = a_catalog()
    catalog.previews["a.csv"] = preview
    page = open_page(catalog, "#/file/a.csv")
    expect(page.get_by_role("heading", name="Rows", exact=True)).to_be_visible()
    return page


def lines(page: Page):
    return page.locator(".preview tbody tr")


def test_the_first_rows_are_shown_with_their_numbers(open_page):
    page = looked_into(open_page, a_preview(["1", "Ada"], ["2", HOSTILE]))
    expect(page.locator(".preview thead th")).to_have_text(["Row", "idinteger", "nametext"])
    expect(lines(page)).to_have_text(["11Ada", f"22{HOSTILE}"])
    expect(page.get_by_text("All rows.")).to_be_visible()
    expect(page.get_by_role("button", name="More rows")).to_be_hidden()
    expect(page.locator(".preview .n")).to_have_text(["idinteger", "1", "2"])


def test_more_rows_are_shown_on_demand_to_the_last(open_page):
    catalog = a_catalog()
    page = open_page(catalog, "#/file/a.csv")
    expect(lines(page)).to_have_count(20)
    expect(page.get_by_text("Rows 1 to 20 of 1,204.")).to_be_visible()
    page.get_by_role("button", name="More rows").click()
    expect(lines(page)).to_have_count(120)
    expect(page.get_by_text("Rows 1 to 120 of 1,204.")).to_be_visible()


def test_any_row_can_be_gone_to_and_named_ones_by_a_click(open_page):
    almost = {"type": "integer", "count": 1, "row": 777, "text": "N/A"}
    catalog = a_catalog()
    catalog.records["a.csv"]["columns"][0] = a_column("id", "text", almost=almost)
    page = open_page(catalog, "#/file/a.csv")
    page.get_by_label("Go to row").fill("1000")
    page.keyboard.press("Enter")
    expect(lines(page).first).to_contain_text("1,000id 1000")
    expect(page.get_by_text("Rows to look at: row 777 (id: no integer)")).to_be_visible()
    page.get_by_role("button", name="row 777").last.click()
    expect(lines(page).first).to_contain_text("777id 777")
    expect(page.locator(".preview .scroller")).to_be_in_viewport()
    page.get_by_role("button", name="First rows").click()
    expect(lines(page).first).to_contain_text("1id 1")


def test_rows_that_are_loaded_can_be_filtered(open_page):
    page = open_page(a_catalog(), "#/file/a.csv")
    expect(lines(page)).to_have_count(20)
    page.get_by_label("Filter the rows that are loaded").fill("NAME 7")
    expect(lines(page)).to_have_text(["7id 7name 7"])
    page.get_by_label("Filter the rows that are loaded").fill("nowhere")
    expect(page.get_by_text("None of the rows that are loaded")).to_be_visible()


def test_words_for_an_empty_cell_are_marked(open_page):
    catalog = a_catalog()
    catalog.records["a.csv"]["columns"][0] = a_column("id", "integer", null_words=["NA"])
    catalog.previews["a.csv"] = a_preview(["NA", "x"])
    page = open_page(catalog, "#/file/a.csv")
    expect(page.get_by_title("Counted as empty.")).to_have_text("NA")


def test_empty_cells_are_told_from_blanks_and_from_cells_that_are_not_there(open_page):
    page = looked_into(open_page, a_preview(["", " \t"], ["x"], ["a\nb", "y", "z"]))
    expect(lines(page)).to_have_text(["1empty␣␣", "2xno cell", "3a↵byz"])
    expect(page.locator(".preview thead th").last).to_have_text("beyond the header")


def test_a_cell_that_breaks_a_type_says_which_and_a_cut_cell_that_it_is_cut(open_page):
    catalog = a_catalog()
    almost = {"type": "integer", "count": 1, "row": 2, "text": "N/A"}
    catalog.records["a.csv"]["columns"][0] = a_column("id", "text", almost=almost)
    catalog.previews["a.csv"] = a_preview(
        ["1", "x" * 200 + "…"], ["N/A", "y"], odd_cells=[[1, 0]], cut_cells=[[0, 1]]
    )
    page = open_page(catalog, "#/file/a.csv")
    expect(page.locator(".odd-cell")).to_have_text(["N/A not integer"])
    expect(page.get_by_title("Only its first 200 characters are shown.")).to_have_count(1)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(403, "This stage shows no contents."), (409, "a.csv was overwritten since.")],
)
def test_what_may_not_be_looked_into_says_why(open_page, status, sentence):
    page = looked_into(open_page, (status, {"Code": "x", "Message": sentence}))
    expect(page.locator(".preview")).to_contain_text(sentence)
    expect(page.locator(".preview button:visible")).to_have_count(0)


def test_a_look_that_failed_can_be_tried_again(open_page):
    catalog = a_catalog()
    catalog.previews["a.csv"] = (503, {"Code": "x", "Message": "not now"})
    page = open_page(catalog, "#/file/a.csv")
    expect(page.locator(".preview")).to_contain_text("not now")
    catalog.previews["a.csv"] = a_preview(["1", "Ada"])
    page.locator(".preview").get_by_role("button", name="Try again").click()
    expect(lines(page)).to_have_text(["11Ada"])


def test_a_file_without_rows_says_so_and_a_failed_one_has_no_look_inside(open_page):
    expect(looked_into(open_page, a_preview()).get_by_text("It has no rows.")).to_be_visible()
    page = open_page(FakeCatalog([a_failed_record("b.csv", "cut")]), "#/file/b.csv")
    expect(page.get_by_text("This file could not be read")).to_be_visible()
    expect(page.get_by_role("heading", name="Rows", exact=True)).to_have_count(0)
    expect(page.get_by_role("heading", name="Load it")).to_have_count(0)


def test_of_a_very_wide_file_the_first_columns_are_looked_into(open_page):
    names = [f"c{place}" for place in range(5_000)]
    page = looked_into(open_page, a_preview(names, column_names=names))
    expect(page.get_by_text("All rows. The first 200 columns.")).to_be_visible()
    expect(lines(page).locator("td")).to_have_count(200)


def test_the_header_stays_while_the_rows_scroll(open_page):
    page = open_page(a_catalog(), "#/file/a.csv")
    page.get_by_role("button", name="More rows").click()
    expect(lines(page)).to_have_count(120)
    scroller = page.locator(".preview .scroller")
    scroller.evaluate("node => node.scrollTo(0, 1000)")
    head = page.locator(".preview thead th").last.bounding_box()["y"]
    assert head == pytest.approx(scroller.bounding_box()["y"] + 1, abs=1)


def test_a_schema_is_shown_for_the_tool_that_is_chosen_and_kept_for_the_next_file(open_page):
    catalog = a_catalog()
    catalog.records["b.csv"] = a_record("b.csv")
    page = open_page(catalog, "#/file/a.csv")
    expect(page.locator(".schema pre")).to_have_text("-- duckdb: what loads a.csv\n")
    choice = page.get_by_label("Load it into")
    expect(choice.locator("option")).to_have_text(
        [
            "DuckDB",
            "Postgres",
            "Athena",
            "pandas",
            "polars",
            "Table Schema",
            "CSV on the Web",
            "Croissant",
        ]
    )
    choice.select_option("CSV on the Web")
    expect(page.locator(".schema pre")).to_have_text("-- csvw: what loads a.csv\n")
    page.goto(page.url.replace("a.csv", "b.csv"))
    expect(page.locator(".schema pre")).to_have_text("-- csvw: what loads b.csv\n")


def test_a_schema_can_be_copied(open_page):
    page = open_page(a_catalog(), "#/file/a.csv")
    page.get_by_label("Load it into").select_option("Postgres")
    expect(page.locator(".schema pre")).to_contain_text("-- postgres")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_label("Find a column").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("Find a column")).to_have_value("-- postgres: what loads a.csv")


def test_a_statement_may_have_an_address_that_needs_no_rights(open_page):
    catalog = a_catalog()
    catalog.schemas["duckdb"] = (200, "SELECT * FROM 's3://csv-bucket/a.csv'")
    page = open_page(catalog, "#/file/a.csv")
    page.get_by_label("with an https:// address").check()
    expect(page.locator(".schema pre")).to_have_text(
        "SELECT * FROM 'https://bucket.test/a.csv?signed'"
    )
    expect(page.get_by_text("The address is good for 15 minutes")).to_be_visible()
    page.get_by_label("Load it into").select_option("Postgres")
    expect(page.get_by_label("with an https:// address")).to_be_hidden()


def test_a_tool_that_cannot_load_the_file_says_why(open_page):
    catalog = a_catalog()
    sentence = "Postgres takes 1,600 columns, and this file has 2,000."
    catalog.schemas["postgres"] = (409, {"Code": "ConflictError", "Message": sentence})
    page = open_page(catalog, "#/file/a.csv")
    page.get_by_label("Load it into").select_option("Postgres")
    expect(page.locator(".schema").get_by_role("status")).to_have_text(sentence)
    expect(page.locator(".schema pre")).to_be_hidden()
    expect(page.get_by_role("button", name="Copy")).to_be_disabled()


def test_what_tools_would_get_wrong_is_said_with_its_evidence(open_page):
    finding = {"tool": "Excel", "column": "id", "row": 12, "message": "Excel: 007 becomes 7"}
    forecast = [
        finding | {"evidence": "documentation", "source": "Keeping leading zeros"},
        finding | {"message": "DuckDB: it fails", "evidence": "test", "source": "DuckDB 1.5.6"},
    ]
    page = open_page(a_catalog(forecast=forecast), "#/file/a.csv")
    expect(page.locator(".findings li")).to_have_text(
        [
            "Excel: 007 becomes 7 Go to row 12By its documentation: Keeping leading zeros",
            "DuckDB: it fails Go to row 12Shown by a test on DuckDB 1.5.6",
        ]
    )


def test_a_file_that_every_tool_reads_right_says_so(open_page):
    page = open_page(a_catalog(forecast=[]), "#/file/a.csv")
    expect(page.get_by_text("Nothing: each tool that the catalog knows of")).to_be_visible()
