"""Requests that the emulator refuses, since another page sent them or meant another host."""

import asyncio

import pytest

from dev.foreign_requests import refusal, refuse_foreign_requests

HERE = {"host": "localhost:4566"}


@pytest.mark.parametrize(
    "headers",
    [
        HERE,
        {"host": "127.0.0.1:4566"},
        {"host": "[::1]:4566"},
        {"host": "csv-bucket.localhost:4566"},
        HERE | {"origin": "http://localhost:4566", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1:4566", "origin": "http://localhost:4566"},
        HERE | {"origin": "http://127.0.0.1:4566", "sec-fetch-site": "cross-site"},
        HERE | {"sec-fetch-site": "none"},
        HERE | {"sec-fetch-site": "same-origin"},
    ],
    ids=str,
)
def test_programs_and_the_pages_of_the_emulator_are_answered(headers):
    assert refusal(headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        HERE | {"origin": "https://evil.example"},
        HERE | {"origin": "null"},
        HERE | {"origin": ""},
        HERE | {"origin": "http://localhost:8000"},
        HERE | {"origin": "http://localhost.evil.example:4566"},
        HERE | {"origin": "http://[broken"},
        HERE | {"origin": "http://localhost:many"},
        HERE | {"origin": "http://localhost@evil.example:4566"},
        HERE | {"origin": "http://evil.example\\@localhost:4566"},
        HERE | {"origin": "http://evil.example@localhost:4566"},
        HERE | {"origin": "http://localhost:4566.evil.example"},
        HERE | {"origin": "http://[::1].evil.example:4566"},
        HERE | {"origin": "http://[2001:db8::1]:4566"},
        HERE | {"origin": "file://"},
        HERE | {"origin": "chrome-extension://localhost-like"},
        HERE | {"sec-fetch-site": "cross-site"},
        HERE | {"sec-fetch-site": "same-site"},
        {"host": "evil.example@localhost:4566"},
        {"host": "localhost:4566@evil.example"},
        {"host": "evil.example/localhost:4566"},
        {"host": "localhost.:4566.evil.example"},
        {"host": "127.0.0.1.evil.example:4566"},
        {"host": "[2001:db8::7f00:1]:4566"},
        {"host": "0.0.0.0:4566"},
        {"host": "evil.example:4566"},
        {"host": "evil.example"},
        {"host": "192.168.1.7:4566"},
        {"host": "localhost.evil.example:4566"},
        {"host": "notlocalhost:4566"},
        {"host": "[broken"},
        {"host": ""},
        {},
    ],
    ids=str,
)
def test_pages_of_others_and_hosts_that_are_not_loopback_are_refused(headers):
    assert refusal(headers)


async def everything(scope, _receive, send):
    headers = [(b"access-control-allow-origin", b"*"), (b"etag", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"all"})


def answer(headers, type="http"):
    """What is sent to a request with these headers."""
    sent = []

    async def send(message):
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    app = refuse_foreign_requests(everything)
    asyncio.run(app({"type": type, "headers": raw}, None, send))
    return sent


def test_a_refused_request_does_not_reach_the_emulator():
    start, body = answer(HERE | {"origin": "https://evil.example"})
    assert start["status"] == 403
    assert b"sent by a page of https://evil.example" in body["body"]
    assert answer({"host": "evil.example"}, "websocket") == [
        {"type": "websocket.close", "code": 1008}
    ]


def test_no_answer_may_be_read_by_every_origin():
    start, _ = answer(HERE)
    assert start["headers"] == [(b"etag", b"1")]
    start, _ = answer(HERE | {"origin": "http://localhost:4566"})
    allowed = (b"access-control-allow-origin", b"http://localhost:4566")
    assert start["headers"] == [(b"etag", b"1"), allowed, (b"vary", b"Origin")]


def test_what_is_not_a_request_is_passed_on():
    assert len(answer({}, "lifespan")) == 2
