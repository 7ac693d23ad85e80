"""A file's columns: what is shown of each profile, and how columns are found and sorted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.fake_catalog import FakeCatalog
from tests.browser.fake_records import a_column, a_profiled_record, a_record
from tests.examples.records import NOT_RAGGED

HOSTILE = "<img src=x onerror=alert(1)>"
ROWS = 1_000


def opened(open_page: Open, *columns: dict, **fields) -> Page:
    """The view of a file of a thousand rows that has these columns."""
    record = a_profiled_record("a.csv", list(columns), **({"row_count": ROWS} | fields))
    page = open_page(FakeCatalog([record]), "#/file/a.csv")
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    return page


def row_of(page: Page, name: str):
    return page.locator(".profile tbody tr").filter(
        has=page.locator("button.opens").get_by_text(name, exact=True)
    )


def shown_names(page: Page):
    return page.locator(".profile tbody .opens")


def test_a_number_shows_its_type_range_empty_cells_and_quartiles(open_page):
    price = a_column(
        "price",
        "decimal",
        precision=9,
        scale=2,
        null_count=250,
        distinct_count=12_345,
        distinct_is_exact=False,
        min="-1204,50",
        max="918220,00",
        mean=412.306,
        quartiles=[0.0, 38.5, 210.25],
        histogram=[12, 700, 38],
        histogram_is_exact=False,
        decimal_mark=",",
        notes=["A sentence that decides nothing."],
    )
    page = opened(open_page, price)
    cells = row_of(page, "price").get_by_role("cell")
    expect(cells).to_have_text(
        ["1", "decimal(9, 2)", "25%", "≈ 12,345", "-1,204.50to 918,220.00", re.compile("38.5")]
    )
    expect(page.get_by_title("250 of 1,000 cells empty")).to_be_visible()
    expect(cells.last).to_contain_text("median 38.5, mean 412.3")
    expect(cells.last.get_by_role("img")).to_have_accessible_name(
        "From -1,204.50 to 918,220.00, in 3 steps: about 12, 700, 38 cells"
    )
    expect(row_of(page, "price")).to_contain_text("A sentence that decides nothing.")


def test_the_quartiles_of_a_profile_without_steps_are_drawn(open_page):
    figures = {"min": "0", "max": "400", "quartiles": [0.0, 38.5, 210.25], "histogram": []}
    page = opened(open_page, a_column("price", "integer", distinct_count=300, **figures))
    expect(row_of(page, "price").get_by_role("img")).to_have_accessible_name(
        "A quarter up to 0, half up to 38.5, three quarters up to 210.3"
    )


def test_a_column_of_few_values_shows_how_often_each_occurs(open_page):
    values = [[letter, 500 - 100 * place] for place, letter in enumerate("ABCDE")]
    page = opened(open_page, a_column("grade", "text", distinct_count=5, top_values=values))
    cell = row_of(page, "grade").get_by_role("cell").last
    expect(cell.locator("> .values li")).to_have_text(["A50%", "B40%", "C30%"])
    expect(cell.get_by_title("300 of 1,000 cells")).to_be_visible()
    expect(cell).to_contain_text("and 2 more")
    page.get_by_role("button", name="grade").click()
    expect(page.locator(".opened .values li")).to_have_text(
        ["A50%", "B40%", "C30%", "D20%", "E10%"]
    )


@pytest.mark.parametrize(
    ("null_count", "says"), [(0, "None"), (1_000, "100%"), (125, "12.5%"), (999, "99.9%")]
)
def test_the_share_of_empty_cells_is_never_rounded_to_none_or_all(open_page, null_count, says):
    page = opened(open_page, a_column("a", "text", null_count=null_count))
    expect(row_of(page, "a").get_by_role("cell").nth(2)).to_have_text(says)


def test_a_single_empty_cell_of_a_million_is_told_from_none_and_from_all(open_page):
    columns = [a_column("one", "text", null_count=1), a_column("most", "text", null_count=999_999)]
    page = opened(open_page, *columns, row_count=1_000_000)
    expect(row_of(page, "one").get_by_role("cell").nth(2)).to_have_text("<0.1%")
    expect(row_of(page, "most").get_by_role("cell").nth(2)).to_have_text(">99.9%")


def test_a_column_that_is_almost_of_a_type_says_what_keeps_it_from_that(open_page):
    almost = {"type": "integer", "count": 3, "row": 88_211, "text": HOSTILE}
    page = opened(
        open_page,
        a_column("code", "text", almost=almost, null_count=669, null_words=["n/a"]),
        row_count=1_205_000,
    )
    expect(row_of(page, "code")).to_contain_text(
        f"integer, except 3 of 1,204,331 cells; the first in row 88,211: {HOSTILE}"
    )
    expect(row_of(page, "code")).to_contain_text("“n/a” counted as empty.")


def test_all_different_is_said_only_of_an_exact_count(open_page):
    exact = a_column("exact", "text", distinct_count=990, null_count=10)
    guessed = a_column("guess", "text", distinct_count=990, null_count=10, distinct_is_exact=False)
    page = opened(open_page, exact, guessed)
    expect(row_of(page, "exact")).to_contain_text("all different")
    expect(row_of(page, "guess")).not_to_contain_text("all different")


def test_what_a_catalog_keeps_no_values_of_shows_types_and_counts(open_page):
    almost = {"type": "integer", "count": 3, "row": 7, "text": None}
    columns = [
        a_column("code", "text", almost=almost, null_count=500),
        a_column("price", "double", mean=3.5, quartiles=[1, 2, 5]),
    ]
    page = opened(open_page, *columns)
    expect(page.get_by_text("Values of cells are not kept here")).to_be_visible()
    expect(row_of(page, "code")).to_contain_text(
        "integer, except 3 of 500 cells; the first in row 7"
    )
    expect(row_of(page, "code").get_by_role("cell").nth(4)).to_have_text("1 to 12 characters")
    expect(row_of(page, "price")).to_contain_text("median 2, mean 3.5")


def test_a_file_without_a_profile_shows_its_names(open_page):
    page = open_page(FakeCatalog([a_record("a.csv")]), "#/file/a.csv")
    expect(page.locator(".columns li")).to_have_text(["1id", "2name", "3email"])
    page.get_by_label("Find a column").fill("ma")
    expect(page.locator(".columns li")).to_have_text(["3email"])


def test_figures_of_a_part_of_the_rows_say_so(open_page):
    page = opened(open_page, a_column("a", "text", null_count=30), profiled_rows=60)
    expect(page.get_by_text("The figures are of the first 60 of 1,000 rows.")).to_be_visible()
    expect(row_of(page, "a").get_by_role("cell").nth(2)).to_have_text("50%")


def test_columns_beyond_the_profile_are_named_all_the_same(open_page):
    page = opened(open_page, a_column("a", "text"), column_names=["a", "b"])
    expect(row_of(page, "b")).to_contain_text("Not profiled")


def test_ragged_rows_and_a_header_of_two_rows_are_told(open_page):
    ragged = {"count": 3, "first_long": 88, "first_long_fields": 7}
    page = opened(open_page, a_column("a", "text"), ragged_rows=NOT_RAGGED | ragged, header_rows=2)
    expect(page.get_by_text("3: first, row 88 is too long, with 7 fields")).to_be_visible()
    expect(page.get_by_text("Yes, of 2 rows")).to_be_visible()


def test_the_list_says_of_a_file_what_is_ragged_or_profiled_in_part(open_page):
    warnings = ["3 rows have too many fields", "only 60 rows were profiled"]
    page = open_page(FakeCatalog([a_record("a.csv", warnings=warnings)]))
    row = page.get_by_role("row", name="a.csv")
    expect(row).to_contain_text("3 rows have too many fields, and 1 more")
    expect(row).to_contain_text("2 warnings")


def test_columns_sort_by_each_heading_and_those_without_a_value_come_last(open_page):
    columns = [
        a_column("b", "text", null_count=5, distinct_count=7),
        a_column("A", "integer", null_count=9, distinct_count=2),
        a_column("c", "date", null_count=0, distinct_count=30),
    ]
    page = opened(open_page, *columns, column_names=["b", "A", "c", "d"])
    for heading, names in [
        ("Name", ["A", "b", "c", "d"]),
        ("Type", ["c", "A", "b", "d"]),
        ("Empty", ["A", "b", "c", "d"]),
        ("Distinct", ["c", "b", "A", "d"]),
        ("#", ["b", "A", "c", "d"]),
    ]:
        page.get_by_role("button", name=heading, exact=True).click()
        expect(shown_names(page)).to_have_text(names)
    page.get_by_role("button", name="#", exact=True).click()
    expect(shown_names(page)).to_have_text(["d", "c", "A", "b"])
    expect(page.get_by_role("columnheader", name="#")).to_have_attribute("aria-sort", "descending")


def test_columns_are_found_by_a_part_of_their_name_or_by_their_type(open_page):
    columns = [a_column("User ID", "integer"), a_column("born", "date"), a_column("died", "date")]
    page = opened(open_page, *columns)
    page.get_by_label("Find a column").fill("user i")
    expect(shown_names(page)).to_have_text(["User ID"])
    expect(page.get_by_text("1 of 3 columns")).to_be_visible()
    page.get_by_label("Find a column").fill("date")
    expect(shown_names(page)).to_have_text(["born", "died"])
    page.get_by_label("Find a column").fill("nothing")
    expect(page.get_by_text("0 of 3 columns")).to_be_visible()
    expect(page.get_by_text("No column has this in its name")).to_be_visible()
    expect(page.locator(".profile")).to_be_hidden()


def test_a_column_opens_to_what_is_known_of_it_elsewhere_and_closes_again(open_page):
    record = a_profiled_record("a.csv", [a_column("id", "integer")], dataset="a-{date}.csv")
    other = a_record("b.csv", column_names=["ID"], dataset="b-{n}.csv")
    page = open_page(FakeCatalog([record, other]), "#/file/a.csv")
    opener = page.get_by_role("button", name="id", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    below = page.locator(".opened")
    expect(below.get_by_role("link", name="b-{n}.csv")).to_be_visible()
    expect(below.get_by_role("link", name="Files that have this column")).to_have_attribute(
        "href", "#/?column=id"
    )
    page.keyboard.press("Enter")
    expect(below).to_have_count(0)


def test_numbers_are_written_in_one_manner(open_page):
    count = a_column("n", "integer", min="1401", max="2359", quartiles=[1401, 1401, 2359])
    page = opened(open_page, count)
    expect(row_of(page, "n")).to_contain_text("1,401to 2,359")
    expect(row_of(page, "n")).to_contain_text("median 1,401")


def test_escape_in_the_search_of_columns_empties_it_and_stays(open_page):
    page = opened(open_page, a_column("a", "text"), a_column("b", "text"))
    page.get_by_label("Find a column").fill("b")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Find a column")).to_have_value("")
    expect(shown_names(page)).to_have_text(["a", "b"])
    expect(page.get_by_role("heading", level=1)).to_have_text("a.csv")


def test_five_hundred_columns_are_there_at_once_and_a_thousand_on_demand(open_page):
    columns = [
        a_column(f"c{place}", "double", min="1", max="9", quartiles=[2, 3, 4], mean=3.1)
        for place in range(1_000)
    ]
    page = opened(open_page, *columns)
    expect(page.locator(".profile tbody tr")).to_have_count(500)
    page.get_by_label("Find a column").fill("c99")
    expect(page.locator(".profile tbody tr")).to_have_count(11)
    page.get_by_label("Find a column").fill("")
    page.get_by_role("button", name="Show all 1,000 columns").click()
    expect(page.locator(".profile tbody tr")).to_have_count(1_000)


def test_values_are_shown_as_text_whatever_they_are(open_page):
    page = opened(
        open_page,
        a_column(
            HOSTILE,
            "text",
            min=HOSTILE,
            max="z" * 1_000,
            distinct_count=2,
            top_values=[[HOSTILE, 600], ["  ", 400]],
            notes=[HOSTILE],
        ),
    )
    expect(page.locator(".profile .value")).to_have_text(
        [HOSTILE, "z" * 40 + "…", HOSTILE, "(blank)"]
    )
    expect(page.locator("main img")).to_have_count(0)
