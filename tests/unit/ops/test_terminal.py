"""What others have named or said reaches the terminal through one guard, whoever prints it."""

import ast
import json
import stat
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError

from dev import load
from ops import backfill, dead_letters, deploy, logs, upload
from ops.stage import ROOT, read_stage
from ops.terminal import Stop, one_line
from tests.examples.records import RECORD

HOSTILE = "a\x1b[31m\x1b]0;title\x07\r\N{RIGHT-TO-LEFT OVERRIDE}\ud800\nforged.csv"
GUARDED = "a\ufffd[31m\ufffd]0;title" + 5 * "\ufffd" + "forged.csv"
PRINTING = sorted([*(ROOT / "ops").glob("*.py"), *(ROOT / "dev").glob("*.py")])


def test_what_is_not_printable_is_replaced_and_all_else_is_left():
    assert one_line(HOSTILE) == GUARDED
    assert one_line("Größe (km²), 東京, naïve 🎉") == "Größe (km²), 東京, naïve 🎉"
    assert str(Stop(HOSTILE)) == GUARDED


def prints_logs(monkeypatch):
    entry = {"level": "INFO", "message": HOSTILE, "key": HOSTILE}
    event = logs.Event(0, "store", "stream", json.dumps(entry))
    monkeypatch.setattr(logs, "events", lambda *_: [event])
    run(monkeypatch, logs, logs.logs_command)


def prints_differences(monkeypatch):
    found = [backfill.Difference(HOSTILE, "not cataloged", {})]
    monkeypatch.setattr(backfill, "differences", lambda *_, **__: found)
    lacking = SimpleNamespace(filename=HOSTILE)
    past = SimpleNamespace(is_kept=lambda: True, missing=lambda _: [lacking])
    monkeypatch.setattr(backfill, "Past", lambda _: past)
    contracts = SimpleNamespace(add=None, wrong=lambda: {HOSTILE: "contract is gone"})
    monkeypatch.setattr(backfill, "NotedContracts", lambda *_: contracts)
    monkeypatch.setattr(backfill, "lost", lambda _: HOSTILE)
    run(monkeypatch, backfill, backfill.verify_command)


def prints_dead_letters(monkeypatch):
    letter = dead_letters.DeadLetter("id", "queue", HOSTILE, 3, HOSTILE, "{}", "receipt")
    monkeypatch.setattr(dead_letters, "unstored", lambda _: [letter])
    monkeypatch.setattr(dead_letters, "unextracted", lambda _: [letter])
    monkeypatch.setattr(dead_letters, "lacks", lambda _: [])
    run(monkeypatch, dead_letters, dead_letters.dead_letters_command)


def prints_records(monkeypatch):
    ready = replace(RECORD, filename=HOSTILE, column_names=(HOSTILE, "b"), column_count=2)
    failed = replace(RECORD, status="failed", error=HOSTILE)
    uploads = [upload.Upload(Path(HOSTILE), HOSTILE)] * 3
    results = zip(uploads, [ready, failed, HOSTILE], strict=True)
    monkeypatch.setattr(upload, "upload_all", lambda *_, **__: (result for result in results))
    chosen = upload.Chosen(uploads, [HOSTILE], [HOSTILE])
    monkeypatch.setattr(upload, "find", lambda *_: chosen)
    monkeypatch.setattr(upload, "live_api_url", lambda _: "")
    run(monkeypatch, upload, upload.upload_command, "--replace", "a.csv")


def prints_a_burst(monkeypatch):
    def fail(*_):
        raise EndpointConnectionError(endpoint_url=HOSTILE)

    monkeypatch.setattr(load.Burst, "run", fail)
    monkeypatch.setattr(load, "connect", lambda _: read_stage("local"))
    monkeypatch.setattr("sys.argv", ["load", "10"])
    load.main()


def run(monkeypatch, module, command, *arguments):
    monkeypatch.setattr(module, "connect", lambda _: read_stage("local"))
    command(list(arguments), standalone_mode=False)


@pytest.mark.parametrize(
    "prints",
    [
        prints_logs,
        prints_differences,
        prints_dead_letters,
        prints_records,
        prints_a_burst,
    ],
)
def test_no_command_lets_a_name_or_a_message_act_on_the_terminal(prints, monkeypatch, capsys):
    stopped = ""
    try:
        prints(monkeypatch)
    except Stop as stop:
        stopped = str(stop)
    printed = "".join(capsys.readouterr()) + stopped
    assert "forged.csv" in printed
    assert all(line.isprintable() for line in printed.split("\n"))
    assert not any(line.startswith("forged") for line in printed.split("\n"))


def test_what_a_tool_said_before_it_failed_keeps_its_lines_and_nothing_else(
    monkeypatch, capsys, tmp_path
):
    tool = tmp_path / "chalice"
    tool.write_text("#!/bin/sh\nprintf 'role \\033[31m\\nis missing\\n'\nexit 1\n")
    tool.chmod(stat.S_IRWXU)
    monkeypatch.setattr(deploy, "BIN", tmp_path)
    with pytest.raises(Stop):
        deploy.run("chalice", "deploy", "--stage", "prod")
    assert capsys.readouterr().err.splitlines() == ["role \ufffd[31m", "is missing"]


@pytest.mark.parametrize("path", PRINTING, ids=lambda path: path.name)
def test_nothing_is_printed_past_the_guard(path):
    """Constants and modules' docstrings apart, which nobody else has written."""
    if path.name == "terminal.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called, given = node.func.id, [ast.unparse(argument) for argument in node.args]
            assert called not in {"print", "Text"}, f"line {node.lineno}"
            assert called != "SystemExit" or given in (["__doc__"], ["1"]), f"line {node.lineno}"
