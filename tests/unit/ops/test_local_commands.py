"""The commands of the Makefile: what they take, and what they say to a mistake."""

import json
import os
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from dev import emulator
from ops import logs, stage, upload
from ops.stage import ROOT


def run(*command, **variables):
    """A module's command, in a process of its own. Its exit status and the last line it printed."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("AWS_") and n != "PORT"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, (done.stdout + done.stderr).rstrip().splitlines()


@pytest.fixture
def no_emulator(monkeypatch):
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def web_server():
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


def test_an_endpoint_at_which_nothing_answers_is_one_line(no_emulator):
    url = f"http://localhost:{no_emulator}"
    status, lines = run("dev.run", AWS_ENDPOINT_URL=url)
    assert status == 1
    assert lines == [
        f"AWS_ENDPOINT_URL is {url}, and no emulator answers there: "
        "start it, or unset AWS_ENDPOINT_URL"
    ]


@pytest.mark.parametrize(
    "command", [("ops.upload", "samples/orders.csv"), ("ops.logs",)], ids=lambda c: c[0]
)
def test_without_an_emulator_a_command_says_so_in_one_line(command, no_emulator):
    status, lines = run(*command, PORT=no_emulator)
    assert status == 1
    assert lines == [
        f"no emulator answers at http://localhost:{no_emulator}: start one with `make run`"
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "which file? As in `make upload FILE=samples/orders.csv`"),
        ("nowhere.csv", "there is no file nowhere.csv"),
        ("samples/orders.csv nowhere.csv", "there is no file nowhere.csv"),
        ("'unbalanced", "there is no file 'unbalanced"),
        ("Makefile", "Makefile is not a .csv, .tsv or .txt file, gzipped or not: "
                      "the catalog would leave it alone"),
        ("tests/events", "tests/events holds no .csv, .tsv or .txt file, gzipped or not"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_uploaded_is_one_line(path, reason):
    status, lines = run("ops.upload", path)
    assert (status, lines) == (1, [reason])


def test_a_stage_that_is_not_configured_is_one_line():
    status, lines = run("ops.deploy", "staging", "--yes")
    assert status == 1
    assert lines == ["there is no stage 'staging': .chalice/config.json has local, prod"]


@pytest.mark.parametrize("module", ["ops.deploy", "dev.emulator", "ops.logs"])
def test_a_command_called_wrongly_explains_itself(module):
    status, lines = run(module, "too", "many", "words")
    assert status == 1
    assert f"python -m {module}" in "\n".join(lines)


def test_stopping_when_nothing_runs_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(emulator, "STATE", tmp_path)
    assert emulator.stop() == []


def keys(paths):
    return [found.key for found in upload.find(paths)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b c.csv", "sub/d.TSV.gz", "sub/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("id\n1\n")
    return tmp_path


def test_a_file_is_called_by_its_name_and_a_file_in_a_folder_by_its_path_there(folder):
    assert keys("a.csv") == ["a.csv"]
    assert keys("sub/d.TSV.gz") == ["d.TSV.gz"]
    assert keys(".") == ["a.csv", "b c.csv", "sub/d.TSV.gz"]
    assert keys(str(folder)) == keys(".")


def test_several_files_patterns_and_names_with_spaces_are_understood(folder):
    assert keys("a.csv sub") == ["a.csv", "d.TSV.gz"]
    assert keys("b c.csv") == ["b c.csv"]
    assert keys("a.csv 'b c.csv'") == ["a.csv", "b c.csv"]
    assert keys("*.csv") == ["a.csv", "b c.csv"]


def test_what_a_file_is_called_cannot_colour_or_break_the_terminal():
    assert upload._cell("[red]\x1b[31ma\nb").plain == "[red]\ufffd[31ma\ufffdb"


def test_the_local_stage_never_uses_what_the_shell_is_signed_in_to(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ | {"AWS_PROFILE": "work", "PORT": "4577"})
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SESSION_TOKEN": "token"}
    stage.use("local")
    assert os.environ["AWS_ENDPOINT_URL"] == "http://localhost:4577"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "test"
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(os.environ)


def test_a_log_line_is_shown_as_one_line_for_a_person():
    entry = {"level": "INFO", "message": "stored", "service": "s", "key": "a.csv", "rows": 3}
    shown = logs.line(0, "store", json.dumps(entry))
    assert shown.endswith("store   INFO stored key=a.csv rows=3")
    emf = {
        "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Rows", "Unit": "Count"}]}]},
        "Rows": [3],
    }
    assert logs.line(0, "store", json.dumps(emf)).endswith("store   METRICS Rows=[3]")
    assert logs.line(0, "api", "START RequestId: 1").endswith("api     START RequestId: 1")


def test_every_target_of_the_makefile_is_listed_with_one_line():
    makefile = (ROOT / "Makefile").read_text()
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE))
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for target in phony.split():
        assert re.search(rf"^  make {target}\s+\S", listed, re.MULTILINE), target
