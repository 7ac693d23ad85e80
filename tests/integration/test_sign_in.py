"""Where people sign in: who has a good token is answered, and nobody else is.

All of it after a plain `chalice deploy`, which has to find the user pool in the settings.
"""

import pytest

from chalicelib.web.security import PUBLIC
from tests.deployed import eventually
from tests.sign_in import Person, SignInForm, a_brief_token, ask, of_another_pool


@pytest.fixture(scope="module")
def catalog(people_catalog):
    return people_catalog


def routes(catalog):
    """A request for each operation that the API describes: path, body, whether it is for all."""
    described = catalog.ask("/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            body = b"{}" if method == "post" else None
            yield path.replace("{filename}", "a.csv"), body, "security" not in operation


def test_the_page_health_and_the_description_are_for_all_and_all_else_wants_a_token(catalog):
    asked = list(routes(catalog))
    assert {path for path, _, public in asked if public} == set(PUBLIC)
    assert len(asked) > len(PUBLIC) + 3
    for path, body, public in asked:
        answer = catalog.ask(path, body)
        if public:
            assert answer.status == 200, path
        else:
            assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"}), path


def test_the_description_says_what_token_is_wanted(catalog):
    described = catalog.ask("/openapi.json").json()
    scheme = described["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    listing = described["paths"]["/metadata"]["get"]
    assert listing["security"] == [{"token": []}]
    assert "401" in listing["responses"]


def test_the_page_knows_where_people_sign_in_and_may_speak_to_it_and_to_no_other(catalog):
    page = catalog.ask("/")
    assert f'<meta name="sign-in-url" content="{catalog.sign_in_url}">' in page.body
    assert f'<meta name="sign-in-client" content="{catalog.client_id}">' in page.body
    policy = dict(
        part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; ")
    )
    own, _, sign_in = policy["connect-src"].split(" ")
    assert (own, sign_in) == ("'self'", catalog.sign_in_url)


def test_who_signs_in_by_the_page_uploads_lists_and_downloads(catalog):
    form = catalog.open_sign_in_page()
    code = form.code_for(catalog.person)
    answer = form.exchange(code)
    tokens = answer.json()
    mine = {"Authorization": tokens["id_token"]}

    allowed = catalog.ask("/uploads", b'{"filename": "by-token.csv"}', **mine,
                          Content_Type="application/json")  # fmt: skip
    assert allowed.status == 201
    catalog.record_of("by-token.csv", b"id\n1\n")
    listed = catalog.ask("/metadata?prefix=by-token", **mine).json()
    assert [item["filename"] for item in listed["items"]] == ["by-token.csv"]
    where = catalog.ask("/metadata/by-token.csv/download?redirect=false", **mine)
    assert where.status == 200
    assert ask(where.json()["url"]).body == "id\n1\n"
    led = catalog.ask("/download?filename=by-token.csv", **mine)
    assert led.status == 302
    assert ask(led.headers["Location"]).body == "id\n1\n"


def test_a_code_is_good_once_and_only_for_who_has_asked_for_it(catalog):
    form = catalog.open_sign_in_page()
    code = form.code_for(catalog.person)
    for wrong in ({"code_verifier": "x" * 48}, {"redirect_uri": "http://localhost/"}):
        refused = form.exchange(code, **wrong)
        assert (refused.status, refused.json()["error"]) == (400, "invalid_grant")
    assert form.exchange(code).status == 200
    assert form.exchange(code).json()["error"] == "invalid_grant"


def test_people_are_sent_back_to_the_page_of_this_catalog_and_nowhere_else(catalog):
    elsewhere = SignInForm(catalog, redirect_uri="https://example.com/")
    assert elsewhere.page.status == 400
    client = catalog.project.client("cognito-idp").describe_user_pool_client(
        UserPoolId=catalog.user_pool, ClientId=catalog.client_id
    )["UserPoolClient"]
    assert client["CallbackURLs"] == client["LogoutURLs"] == [catalog.page_url]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert not client.get("ClientSecret")


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_person_are_told_alike(catalog, email):
    answer = catalog.open_sign_in_page().submit(username=email, password="wrong horse battery")
    assert answer.status == 200
    assert "Location" not in answer.headers
    assert "Incorrect username or password." in answer.body
    said = catalog.people("token", email, typed="wrong horse battery\n", succeeds=False)
    assert said == "Incorrect username or password.\n"


def test_a_token_is_renewed_until_who_has_it_signs_out(catalog):
    form = catalog.open_sign_in_page()
    tokens = form.exchange(form.code_for(catalog.person)).json()
    renew = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = form.catalog_token(**renew).json()
    assert catalog.ask("/metadata", Authorization=renewed["id_token"]).status == 200
    out = ask(
        f"{catalog.sign_in_url}/oauth2/revoke",
        {"token": tokens["refresh_token"], "client_id": catalog.client_id},
    )
    assert out.status == 200
    assert form.catalog_token(**renew).json()["error"] == "invalid_grant"
    query = f"client_id={catalog.client_id}&logout_uri={catalog.page_url}"
    left = ask(f"{catalog.sign_in_url}/logout?{query}")
    assert (left.status, left.headers["Location"]) == (302, catalog.page_url)


def changed(catalog):
    head, claims, signature = catalog.token.split(".")
    return ".".join([head, claims[:-4] + "AAAA", signature])


@pytest.mark.parametrize("token_of", [of_another_pool, changed, lambda _: "x", lambda _: ""])
def test_a_token_that_is_not_of_this_pool_is_refused(catalog, token_of):
    answer = catalog.ask("/metadata", Authorization=token_of(catalog))
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_token_is_refused_when_its_time_is_over(catalog):
    token = a_brief_token(catalog)
    assert catalog.ask("/metadata", Authorization=token).status == 200
    eventually(lambda: catalog.ask("/metadata", Authorization=token).status == 401)


def test_nobody_signs_up_and_a_person_is_invited_once(catalog):
    cognito = catalog.project.client("cognito-idp")
    pool = cognito.describe_user_pool(UserPoolId=catalog.user_pool)["UserPool"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["MfaConfiguration"] == "OPTIONAL"
    said = catalog.people("invite", catalog.person.email)
    assert said == f"{catalog.person.email} is there already\n"
    said = catalog.people("invite", "nobody", succeeds=False)
    assert "'nobody' is not the address of a person" in said


def test_who_is_invited_chooses_a_password_on_the_page(catalog):
    said = catalog.people("invite", "grace@example.com")
    form = catalog.open_sign_in_page()
    form.page = form.submit(username="grace@example.com", password=said.split()[-1])
    assert "new_password" in form.page.body
    chosen = "another horse battery"
    answer = form.submit(new_password=chosen, confirm_password=chosen)
    assert answer.headers["Location"].startswith(f"{catalog.page_url}?code=")
    catalog.open_sign_in_page().code_for(Person("grace@example.com", chosen))


def test_a_script_gets_a_token_with_a_password_that_no_argument_has(catalog):
    assert catalog.token_of(*catalog.person).count(".") == 2
    said = catalog.people("token", catalog.person.email, succeeds=False)
    assert said == "password: there is no line for it\n"


def test_alarms_reach_the_address_of_the_stage(catalog):
    sns = catalog.project.client("sns")
    topics = {
        subscription["TopicArn"]
        for page in sns.get_paginator("list_subscriptions").paginate()
        for subscription in page["Subscriptions"]
        if subscription["Endpoint"] == "on-call@example.com"
    }
    stack = catalog.project.functions["api"] + "-resources"
    pages = catalog.project.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [a for p in pages for a in p["MetricAlarms"] if a["AlarmName"].startswith(stack)]
    assert len(alarms) == 19
    assert all(set(alarm["AlarmActions"]) <= topics and alarm["AlarmActions"] for alarm in alarms)


def test_a_stage_where_nobody_signs_in_invites_nobody(people_catalog):
    project = people_catalog.project
    said = project.catalog("invite", "a@b.c", "--stage", "prod", succeeds=False)
    assert "its API_AUTHORIZATION is AWS_IAM, and not COGNITO" in said
