"""The emulator of this laptop: what is said where it cannot be had, and that it can be stopped."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from dev import emulator
from ops.terminal import Stop
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
        f"port {web_server} is taken by something that is not an emulator: "
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


def test_stopping_when_nothing_runs_says_so_and_is_not_an_error(silent_port):
    status, lines = run("dev.emulator", "stop", PORT=silent_port)
    assert (status, lines) == (0, [f"this folder has no emulator on port {silent_port}"])


def test_only_the_emulator_of_the_port_is_stopped_or_all_of_this_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(emulator, "STATE", tmp_path)
    ended = []
    monkeypatch.setattr(emulator, "_end", lambda home: not ended.append(home.name))
    for port in (4566, 4577):
        (tmp_path / f"emulator-{port}").mkdir()
    assert emulator.stop(4577)
    assert ended == ["emulator-4577"]
    assert emulator.stop_all() == [4566, 4577]


@pytest.fixture
def an_emulator(monkeypatch) -> Iterator[tuple[str, dict]]:
    """The URL of an emulator on this machine, on PORT, and what it answers, by path."""
    answers = {"/_localstack/health": {"services": {}}}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(answers[self.path]).encode() if self.path in answers else b""
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PORT", str(server.server_port))
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield f"http://localhost:{server.server_port}", answers
        server.shutdown()


def test_an_emulator_of_another_folder_is_refused_unless_it_is_named(an_emulator, monkeypatch):
    url, answers = an_emulator
    answers[emulator.FOLDER_PATH] = {"folder": "/home/ada/catalog"}
    with pytest.raises(Stop, match=f"{url} was started from /home/ada/catalog: choose another"):
        emulator.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert emulator.start() == f"the emulator that answers at {url}"


def test_an_emulator_of_this_folder_and_localstack_are_used(an_emulator):
    url, answers = an_emulator
    assert emulator.start() == f"the emulator that answers at {url}"
    answers[emulator.FOLDER_PATH] = {"folder": str(emulator.ROOT.resolve())}
    answers["/_ministack/health"] = {"services": {}}
    assert emulator.start() == f"the emulator that answers at {url}"


@pytest.mark.parametrize("named", [True, False])
def test_a_bare_ministack_is_refused_with_a_sentence(an_emulator, monkeypatch, named):
    url, answers = an_emulator
    answers["/_ministack/health"] = {"services": {}}
    if named:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(Stop, match="was not started by `make run`, and lacks what this app needs"):
        emulator.start()
