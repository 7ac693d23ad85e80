"""The page on a deployed catalog: what a person does with it, from upload to row and back."""

import csv
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import a_file
from tests.deployed import Catalog, eventually
from tests.examples import first_of

expect.set_options(timeout=30_000)  # a cold function on an emulator takes its time
HOSTILE_NAME = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture
def open_catalog(new_window: Callable[..., Page], catalog: Catalog) -> Callable[..., Page]:
    """Opens the deployed page; the emulator answers for the API and for the bucket."""

    def open_catalog(address: str = "/", url: str = catalog.url, **window: object) -> Page:
        port = urlsplit(url).port
        page = new_window({f"http://localhost:{port}", f"http://127.0.0.1:{port}"}, **window)
        page.goto(url + address)
        return page

    return open_catalog


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def choose(page: Page, *files: dict, replace: bool = False) -> None:
    page.locator("#chooser").set_input_files(list(files))
    if replace:
        page.get_by_role("checkbox").check()
    page.locator("#preflight-go").click()


def test_a_file_uploaded_by_the_page_gets_its_row_is_found_and_opens(open_catalog):
    """A first visit: upload, find, look, load."""
    page = open_catalog()
    choose(page, a_file("people.csv", b"id,name,email\n1,Ada,a@x\n2,Bob,b@x\n"))
    expect(page.locator("#upload-list")).to_contain_text("Cataloged: 2 rows, 3 columns")
    expect(row(page, "people.csv")).to_be_visible()
    search = page.get_by_label("Search names of files and of columns")
    for text in ("EOP", "mail"):
        search.fill(text)
        expect(page.locator("#count")).to_contain_text("Searched names of files")
        expect(row(page, "people.csv")).to_be_visible()
    row(page, "people.csv").get_by_role("link").click()
    expect(page.locator(".schema pre")).to_contain_text("people.csv")
    expect(page.locator(".profile tbody .opens")).to_have_text(["id", "name", "email"])
    expect(page.locator(".profile .type")).to_have_text(["integer", "text", "text"])
    expect(page.locator(".preview tbody tr")).to_have_text(["11Adaa@x", "22Bobb@x"])
    expect(page.get_by_text("comma")).to_be_visible()


def test_a_messy_file_shows_what_is_in_it_and_what_loads_it(open_catalog, catalog):
    rows = [f"{number};{number}09,50;A{number % 3}" for number in range(1, 201)]
    rows[2] = "three;0,50;A0;more"
    catalog.record_of("messy.csv", "\n".join(["id;price;group", *rows, ""]).encode())
    page = open_catalog("/#/file/messy.csv")
    row = page.locator(".profile tbody tr")
    expect(row.first).to_contain_text("integer, except 1 of 200 cells; the first in row 3: three")
    expect(row.nth(1)).to_contain_text("The decimal mark is a comma.")
    expect(row.nth(2).locator(".values li")).to_have_count(3)
    expect(page.get_by_text("1: first, row 3 is too long, with 4 fields")).to_be_visible()
    expect(page.locator(".odd-cell")).to_have_text(["three not integer"])
    expect(page.locator(".schema pre")).to_contain_text("read_csv('s3://")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    for tool in ("Postgres", "Athena", "pandas", "polars", "Table Schema", "CSV on the Web"):
        page.get_by_label("Load it into").select_option(tool)
        expect(page.get_by_role("button", name="Copy")).to_be_enabled()
        expect(page.locator(".schema pre")).to_contain_text("price")


def test_the_list_is_downloaded_as_csv(open_catalog, catalog):
    catalog.record_of("saved/a.csv", b"x\n1\n")
    page = open_catalog("/#/?prefix=saved/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download list").click()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        [line] = csv.DictReader(file)
    assert (line["filename"], line["row_count"]) == ("saved/a.csv", "1")


@pytest.mark.parametrize(
    "name",
    first_of([HOSTILE_NAME, "a b%2F+c#d?e&ü.csv", "100%.CSV", "日本.tsv", "$1 [x] ~(y)'.txt"], 2),
)
def test_a_file_of_any_name_can_be_uploaded_opened_and_downloaded(open_catalog, name):
    page = open_catalog()
    choose(page, a_file(name, b"a,b\n1,2\n"))
    expect(page.locator("#upload-list")).to_contain_text("Cataloged: 1 row, 2 columns")
    row(page, name).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == b"a,b\n1,2\n"


def test_a_file_in_folders_opens_by_its_address_and_can_be_downloaded(open_catalog, catalog):
    name = "reports/2026 Q4/a+b%2F#ü.csv"
    catalog.record_of(name, b"x,y\n1,2\n")
    page = open_catalog(f"/#/file/{quote(name, safe='')}")
    expect(page.locator(".profile tbody .opens")).to_have_text(["x", "y"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == b"x,y\n1,2\n"


def test_an_overwritten_file_shows_what_is_in_it_now(open_catalog):
    page = open_catalog()
    for content, says, replace in [
        (b"a\n1\n", "1 row, 1 column", False),
        (b"a,b\n1,2\n3,4\n", "2 rows, 2 columns", True),
    ]:
        choose(page, a_file("twice.csv", content), replace=replace)
        expect(page.locator("#upload-list li").last).to_contain_text(f"Cataloged: {says}")
    expect(row(page, "twice.csv")).to_have_count(1)


def test_a_file_that_is_not_a_csv_is_listed_as_failed_and_says_why(open_catalog):
    page = open_catalog()
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    choose(page, a_file("picture.csv", png))
    expect(page.locator("#upload-list")).to_contain_text("it can't be read")
    expect(row(page, "picture.csv")).to_contain_text("Failed")


def test_the_newest_is_first_and_names_sort_both_ways(open_catalog, catalog):
    for name in ("sorted/b.csv", "sorted/a.csv", "sorted/c.csv"):
        catalog.record_of(name, b"x\n1\n")
    page = open_catalog("/#/?prefix=sorted/")
    links = page.locator("#rows .name a")
    expect(links).to_have_text(["sorted/c.csv", "sorted/a.csv", "sorted/b.csv"])
    page.get_by_role("button", name="Name").click()
    expect(links).to_have_text(["sorted/a.csv", "sorted/b.csv", "sorted/c.csv"])
    page.get_by_role("button", name="Name").click()
    expect(links).to_have_text(["sorted/c.csv", "sorted/b.csv", "sorted/a.csv"])


def test_more_than_a_page_of_files_can_be_loaded_to_the_end(open_catalog, catalog):
    names = [f"many/{number:02}.csv" for number in range(56)]
    for name in names:
        catalog.upload(name, b"x\n1\n")
    for name in names:
        eventually(lambda name=name: catalog.record(name))
    page = open_catalog("/#/?prefix=many/")
    expect(page.locator("#count")).to_have_text("50 files found; there are more.")
    page.get_by_role("button", name="Load more").click()
    expect(page.locator("#count")).to_have_text("56 files found.")


@pytest.mark.parametrize("form", ["url", "older_url"])
@pytest.mark.parametrize("end", ["/", ""])
def test_the_page_works_under_each_form_of_the_url(open_catalog, catalog, form, end):
    catalog.record_of("form.csv", b"x\n1\n")
    page = open_catalog(f"{end}#/?prefix=form", url=getattr(catalog, form))
    expect(row(page, "form.csv")).to_be_visible()
    page.get_by_role("link", name="Health").click()
    expect(page.locator("body")).to_contain_text('"ok"')


def test_an_error_of_the_api_is_shown_in_its_words(open_catalog):
    page = open_catalog(f"/#/?prefix={'x' * 1025}")
    expect(page.get_by_role("alert")).to_contain_text("prefix is up to 1,024 bytes")


def test_on_a_dark_phone_the_list_fits(open_catalog, catalog):
    catalog.record_of(HOSTILE_NAME, b"x\n1\n")
    page = open_catalog(f"/#/?prefix={quote(HOSTILE_NAME)}", width=360, scheme="dark")
    expect(row(page, HOSTILE_NAME)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_three_days_of_an_export_show_what_changed_and_how_bad_it_is(open_catalog, catalog):
    for day, header in enumerate(["id,amount,city", "id,new,amount,city", "id,new,city,amount"]):
        width = header.count(",")
        catalog.record_of(
            f"three-days/2026-11-0{day + 1}.csv", f"{header}\n1{',2' * width}\n".encode()
        )
    # The history is written after the record.
    dataset = "/datasets?dataset=three-days/{date}.csv"
    eventually(lambda: catalog.get(dataset)[1].get("schemas_total") == 3)
    page = open_catalog("/#/datasets?prefix=three-days/")
    row = page.locator("#dataset-rows tr:not(.group)")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("three-days/2026-11-03.csv")
    expect(row).to_contain_text("by name: okby position: silent")
    row.get_by_role("link", name="three-days/{date}.csv").click()
    schemas = page.locator(".line > li")
    expect(schemas).to_have_count(3)
    expect(schemas.nth(0)).to_contain_text("moved from column")
    expect(schemas.nth(1)).to_contain_text("new added as column 2")
    expect(schemas.nth(2)).to_contain_text("The first schema")


def test_an_overwritten_file_has_a_history(open_catalog, catalog):
    for content in (b"id,amount\n1,2\n", b"id,total\n1,2\n"):
        catalog.record_of("renamed.csv", content)
    eventually(lambda: len(catalog.get("/history?filename=renamed.csv")[1].get("items", [])) == 2)
    page = open_catalog("/#/file/renamed.csv")
    versions = page.locator(".line > li")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("by name: breaksby position: ok")
    expect(versions.first).to_contain_text("amount renamed to total, as it seems")
    expect(versions.last).to_contain_text("The first version")


def test_a_file_that_is_not_as_agreed_is_found_and_says_what_is_wrong(open_catalog, catalog):
    contract = b'{"fields": [{"name": "id", "type": "integer", "constraints": {"required": true}}]}'
    catalog.upload("promised/_schema.json", contract)
    catalog.record_of("promised/kept.csv", b"id\n1\n")
    catalog.record_of("promised/broken.csv", b"id\nx\n")
    page = open_catalog("/#/?prefix=promised/")
    page.get_by_role("link", name="Violations").click()
    expect(page.locator("#rows .name a")).to_have_text(["promised/broken.csv"])
    expect(row(page, "promised/broken.csv")).to_contain_text("1 violation")
    row(page, "promised/broken.csv").get_by_role("link").click()
    title = "1 violation of its contract, promised/_schema.json"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
