"""The page of a deployed catalog where people sign in, on the sign-in page of its user pool."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import a_file
from tests.deployed import eventually
from tests.sign_in import SignInCatalog, a_brief_token, of_another_pool

expect.set_options(timeout=30_000)  # a cold function on an emulator takes its time


@pytest.fixture
def page(new_window, people_catalog: SignInCatalog) -> Page:
    """A window that may go to the catalog and to its sign-in page."""
    port = urlsplit(people_catalog.page_url).port
    return new_window({f"http://localhost:{port}", f"http://127.0.0.1:{port}"})


def type_password(page: Page, catalog: SignInCatalog, password: str | None = None) -> None:
    page.locator("input[name=username]").fill(catalog.person.email)
    page.locator("input[name=password]").fill(password or catalog.person.password)
    page.locator("input[name=password]").press("Enter")


def sign_in(page: Page, catalog: SignInCatalog, address: str = "") -> None:
    page.goto(catalog.page_url + address)
    page.get_by_role("button", name="Sign in").click()
    type_password(page, catalog)
    expect(page.get_by_text(catalog.person.email)).to_be_visible()


def tokens(page: Page) -> dict:
    return json.loads(page.evaluate("sessionStorage.getItem('tokens')"))


def change_tokens(page: Page, **changed: str) -> None:
    """Go on with other tokens than those that were given."""
    text = json.dumps(tokens(page) | changed)
    page.evaluate("text => sessionStorage.setItem('tokens', text)", text)


def test_a_wrong_password_lets_nobody_in_and_the_right_one_leads_back(page, people_catalog):
    people_catalog.upload("signed/back.csv", b"id,name\n1,Ada\n")
    eventually(lambda: people_catalog.record("signed/back.csv"))
    page.goto(f"{people_catalog.page_url}#/file/signed%2Fback.csv")
    expect(page.get_by_role("heading", name="What is in your CSV files")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    type_password(page, people_catalog, "wrong horse battery")
    expect(page.get_by_text("Incorrect username or password.")).to_be_visible()
    type_password(page, people_catalog)
    expect(page.get_by_role("heading", level=1)).to_have_text("signed/back.csv")
    assert page.url == f"{people_catalog.page_url}#/file/signed%2Fback.csv"


def test_who_is_signed_in_uploads_and_downloads_and_signs_out(page, people_catalog):
    sign_in(page, people_catalog)
    page.locator("#chooser").set_input_files([a_file("signed.csv", b"a,b\n1,2\n")])
    page.locator("#preflight-go").click()
    expect(page.locator("#upload-list")).to_contain_text("Cataloged: 1 row, 2 columns")
    page.locator("#rows").get_by_role("link", name="signed.csv", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.path().read_bytes() == b"a,b\n1,2\n"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="What is in your CSV files")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("token_of", [of_another_pool, a_brief_token, lambda _: "no token"])
def test_a_token_that_is_not_accepted_is_renewed_unseen(page, people_catalog, token_of):
    sign_in(page, people_catalog)
    token = token_of(people_catalog)
    eventually(lambda: people_catalog.ask("/metadata", Authorization=token).status == 401)
    change_tokens(page, id_token=token)
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#files")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert tokens(page)["id_token"] != token


def test_who_can_not_be_renewed_is_asked_to_sign_in_again(page, people_catalog):
    sign_in(page, people_catalog, "#/datasets")
    page.wait_for_load_state("networkidle")  # what is still being asked would be refused first
    change_tokens(page, id_token="no token", refresh_token="no token")
    page.get_by_role("link", name="Files").click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out.")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
