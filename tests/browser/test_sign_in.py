"""Signing in by the page: before it, the way there and back, renewal, and the way out."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, a_file
from tests.browser.fake_catalog import API_ORIGIN, FakeCatalog
from tests.browser.fake_records import a_record
from tests.browser.fake_sign_in import CLIENT_ID, EMAIL, KEPT, SIGN_IN_URL, FakeSignIn


@pytest.fixture
def sign_in() -> FakeSignIn:
    return FakeSignIn()


@pytest.fixture
def catalog(sign_in: FakeSignIn) -> FakeCatalog:
    return FakeCatalog([a_record("a.csv"), a_record("b.csv")], root="/prod/", sign_in=sign_in)


def before_signing_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="What is in your CSV files")).to_be_visible()
    for name in ("Upload files", "Sign out", "Refresh"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()


def signed_in(open_page: Open, catalog: FakeCatalog, address: str = "") -> Page:
    page = open_page(catalog, address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_text(EMAIL)).to_be_visible()
    return page


def names(page: Page):
    return page.locator("#rows .name a")


def test_where_nobody_signs_in_nothing_is_said_of_it(open_page):
    page = open_page(FakeCatalog([a_record("a.csv")]))
    expect(names(page)).to_have_text(["a.csv"])
    expect(page.get_by_role("button", name=re.compile("Sign"))).to_have_count(0)


def test_before_signing_in_one_sees_what_this_is_and_nothing_is_asked(open_page, catalog):
    page = open_page(catalog)
    before_signing_in(page)
    expect(page).to_have_title("Sign in · CSV catalog")
    assert catalog.requests == [f"{API_ORIGIN}/prod/"]


def test_signing_in_shows_the_files_and_who_one_is(open_page, catalog, sign_in):
    page = signed_in(open_page, catalog)
    expect(names(page)).to_have_count(2)
    assert page.url == f"{API_ORIGIN}/prod/"
    (_, asked), (_, exchanged) = sign_in.asked
    assert asked["redirect_uri"] == exchanged["redirect_uri"] == f"{API_ORIGIN}/prod/"
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid email", "S256")
    assert re.fullmatch(r"[\w.~-]{43,128}", exchanged["code_verifier"])


def test_one_comes_back_to_where_one_was(open_page, catalog):
    page = signed_in(open_page, catalog, "#/file/b.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("b.csv")
    assert page.url == f"{API_ORIGIN}/prod/#/file/b.csv"


def test_the_tokens_are_the_tabs_alone_and_outlive_a_reload(open_page, catalog, sign_in):
    page = signed_in(open_page, catalog)
    page.reload()
    expect(names(page)).to_have_count(2)
    assert sign_in.times("/oauth2/authorize") == 1
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    other = page.context.new_page()
    catalog.answer(other)
    other.goto(f"{API_ORIGIN}/prod/")
    before_signing_in(other)
    other.close()


def test_an_answer_that_was_not_asked_for_signs_nobody_in(open_page, catalog, sign_in):
    page = open_page(catalog, "?code=stolen&state=made-up#/file/b.csv")
    expect(page.get_by_role("alert")).to_contain_text("This sign-in was not begun in this tab.")
    before_signing_in(page)
    assert page.url == f"{API_ORIGIN}/prod/#/file/b.csv"
    assert sign_in.asked == []


def test_a_refusal_is_said_in_its_words_and_can_be_tried_again(open_page, catalog, sign_in):
    sign_in.refuses = "User is not confirmed."
    page = open_page(catalog, "#/file/b.csv")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("User is not confirmed.")
    sign_in.refuses = None
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("b.csv")


def test_a_code_that_is_no_good_leads_back_to_the_sign_in(open_page, catalog, sign_in):
    page = open_page(catalog)
    page.get_by_role("button", name="Sign in").click()
    sign_in.refuses = "no longer"
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Signing in did not work.")
    before_signing_in(page)


def test_a_token_is_renewed_before_it_expires(open_page, catalog, sign_in):
    sign_in.expires_in = 50  # less than the minute that the page renews ahead
    page = signed_in(open_page, catalog)
    expect(names(page)).to_have_count(2)
    sign_in.expires_in = 3600
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#files")).to_have_attribute("aria-busy", "false")
    before = sign_in.times("/oauth2/token")
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#files")).to_have_attribute("aria-busy", "false")
    assert before >= 2
    assert sign_in.times("/oauth2/token") == before
    assert sign_in.asked[-1][1]["refresh_token"] == KEPT


def test_a_token_that_is_refused_is_renewed_once_for_all_who_ask(open_page, catalog, sign_in):
    page = signed_in(open_page, catalog)
    expect(names(page)).to_have_count(2)
    sign_in.expire()
    page.get_by_role("link", name="b.csv").click()
    expect(page.locator(".schema pre")).to_have_text("-- duckdb: what loads b.csv\n")
    expect(page.locator(".preview tbody tr")).to_have_count(20)
    assert sign_in.times("/oauth2/token") == 2


def test_a_sign_in_that_has_ended_says_so_and_goes_on_where_it_was(open_page, catalog, sign_in):
    page = signed_in(open_page, catalog)
    expect(names(page)).to_have_count(2)
    sign_in.expire()
    sign_in.refuses = "no longer"
    page.get_by_role("link", name="b.csv").click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out.")
    before_signing_in(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", name="b.csv")).to_be_hidden()
    sign_in.refuses = None
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("b.csv")


def test_signing_out_revokes_forgets_and_leaves(open_page, catalog, sign_in):
    page = signed_in(open_page, catalog)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{SIGN_IN_URL}/logout**")
    (revoke, revoked), (_, left) = sign_in.asked[-2:]
    assert (revoke, revoked["token"]) == ("/oauth2/revoke", KEPT)
    assert left == {"client_id": CLIENT_ID, "logout_uri": f"{API_ORIGIN}/prod/"}
    page.goto(f"{API_ORIGIN}/prod/")
    before_signing_in(page)


def test_files_are_uploaded_and_downloaded_by_who_is_signed_in(open_page, catalog):
    page = signed_in(open_page, catalog)
    page.locator("#chooser").set_input_files([a_file("new.csv")])
    page.locator("#preflight-go").click()
    expect(page.locator("#upload-list")).to_contain_text("Cataloged")
    page.get_by_role("link", name="b.csv").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.url == "https://bucket.test/b.csv?signed"
    expect(page.get_by_role("heading", level=1)).to_have_text("b.csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Record as JSON").click()
    assert download.value.suggested_filename == "b.csv.json"
    del catalog.records["b.csv"]
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("No file 'b.csv'.")


def test_the_keyboard_alone_signs_in(open_page, catalog):
    page = open_page(catalog, f"#/file/{quote('a.csv')}")
    before_signing_in(page)
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Continue")).to_be_visible()
