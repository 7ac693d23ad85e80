"""What every answer says, and what HEAD and other origins are answered."""

from dataclasses import replace

import pytest
from chalice.config import Config
from chalice.local import LocalGateway, LocalGatewayException

from tests.examples.records import RECORD


@pytest.fixture
def api(client, indexed):
    """The app with one file in its catalog."""
    import app

    app.records_table().put_if_newer(replace(RECORD, filename="a.csv"))
    return client.http


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health",
        "/openapi.json",
        "/metadata/a.csv",
        "/metadata?filename=a.csv",
        "/metadata",
        "/metadata/nobody.csv",
    ],
)
def test_head_is_answered_as_get_is_without_a_body(api, path):
    get, head = api.get(path), api.request("HEAD", path)
    assert (head.status_code, head.body) == (get.status_code, b"")
    assert head.headers == get.headers


@pytest.mark.parametrize(
    "path", ["/", "/health", "/metadata", "/metadata/nobody.csv", "/metadata?limit=0", "/download"]
)
def test_every_answer_says_that_its_type_is_as_it_says_and_sends_nobody_its_address(api, path):
    headers = api.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def headers_of(gateway, method):
    try:
        return gateway.handle_request(method, "/openapi.json", {}, b"")["headers"]
    except LocalGatewayException as error:
        return error.headers


@pytest.mark.parametrize("origin", ["", "https://a.example", "*"])
def test_another_origin_may_ask_if_the_setting_says_so(app_of, origin):
    gateway = LocalGateway(app_of(CORS_ORIGIN=origin).app, Config(chalice_stage="local"))
    answers = [headers_of(gateway, method) for method in ("GET", "HEAD", "OPTIONS")]
    allowed = [headers.get("Access-Control-Allow-Origin") for headers in answers]
    assert allowed == [origin or None] * 3
    if origin:
        preflight = answers[2]
        assert "Authorization" in preflight["Access-Control-Allow-Headers"]
        assert "GET" in preflight["Access-Control-Allow-Methods"]
        assert "ETag" in answers[0]["Access-Control-Expose-Headers"]
