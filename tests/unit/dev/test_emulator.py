"""The emulator of this laptop: what is said where it cannot be had, and that it can be stopped."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from dev import emulator
from tests.unit.command import run


@pytest.fixture
def web_server() -> Iterator[str]:
    """A server on this machine that is no emulator; its port."""

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def test_a_port_that_something_else_holds_is_one_line_that_says_how_to_choose_another(web_server):
    status, lines = run("dev.run", PORT=web_server)
    assert status == 1
    assert lines == [
        f"port {web_server} is taken by something that is no emulator: "
        "choose another, as in `PORT=4577 make run`"
    ]


def test_a_port_that_is_no_port_is_one_line():
    status, lines = run("dev.run", PORT="http")
    assert (status, lines) == (1, ["PORT is 'http', not a number from 1 to 65535"])


def test_an_endpoint_at_which_nothing_answers_is_one_line(silent_port):
    url = f"http://localhost:{silent_port}"
    status, lines = run("dev.run", AWS_ENDPOINT_URL=url)
    assert status == 1
    assert lines == [
        f"AWS_ENDPOINT_URL is {url}, and no emulator answers there: "
        "start it, or unset AWS_ENDPOINT_URL"
    ]


def test_called_wrongly_it_explains_itself():
    status, lines = run("dev.emulator", "too", "many", "words")
    assert status == 1
    assert "python -m dev.emulator" in "\n".join(lines)


def test_stopping_when_nothing_runs_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(emulator, "STATE", tmp_path)
    assert emulator.stop() == []
