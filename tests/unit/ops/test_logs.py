"""The lines of the functions' logs, as they are shown."""

import json
import re

from click.testing import CliRunner

from ops import logs
from ops.stage import read_stage

EMF = {
    "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Rows", "Unit": "Count"}]}]},
    "Rows": [3],
}
STORED = {"level": "INFO", "message": "stored", "service": "s", "key": "a.csv", "rows": 3}
UNREADABLE = STORED | {"message": "extracted", "key": "b.csv", "status": "failed", "reason": "x"}
FAILED = {
    "level": "ERROR",
    "message": "could not extract a record",
    "exception": "Traceback (most recent call last):\n  File app.py\nKeyError: 'etag'",
}
BROKEN_OFF = "2026-11-28T10:00:00Z 1-2-3 Task timed out after 20.00 seconds"
LOGGED = [
    "INIT_START Runtime Version: python:3.13",
    "START RequestId: 1 Version: $LATEST",
    json.dumps(STORED),
    json.dumps(EMF),
    json.dumps(UNREADABLE),
    json.dumps(FAILED),
    BROKEN_OFF,
    "END RequestId: 1",
    "REPORT RequestId: 1 Duration: 2 ms",
]


def event(text, function="store"):
    return logs.Event(0, function, "stream", text if isinstance(text, str) else json.dumps(text))


def shown(monkeypatch, *options):
    """The lines that the command prints, their times left out."""
    monkeypatch.setattr(logs, "connect", read_stage)
    monkeypatch.setattr(logs, "events", lambda *_: [event(text) for text in LOGGED])
    printed = CliRunner().invoke(logs.logs_command, options).stdout
    return [re.sub(r"^\S+ store\s+", "", line) for line in printed.splitlines()]


def test_each_step_is_one_line_without_start_end_and_figures(monkeypatch):
    assert shown(monkeypatch) == [
        "INFO  stored key=a.csv rows=3",
        "INFO  extracted key=b.csv rows=3 status=failed reason=x",
        "ERROR could not extract a record error=KeyError: 'etag'",
        BROKEN_OFF,
    ]


def test_errors_are_what_failed_a_file_a_step_or_a_whole_run(monkeypatch):
    assert [line.split()[1] for line in shown(monkeypatch, "--errors")] == [
        "extracted", "could", "1-2-3",
    ]  # fmt: skip


def test_grep_keeps_lines_of_a_regular_expression_in_any_case(monkeypatch):
    assert shown(monkeypatch, "--grep", r"KEY=A\.csv") == ["INFO  stored key=a.csv rows=3"]
    assert len(shown(monkeypatch, "--grep", "a.csv|b.csv")) == 2
    assert shown(monkeypatch, "--errors", "--grep", "stored") == []


def test_json_has_all_that_was_logged_of_a_step(monkeypatch):
    lines = [json.loads(line) for line in shown(monkeypatch, "--json")]
    assert lines[0] == {"function": "store"} | STORED
    assert lines[2]["exception"] == FAILED["exception"]
    assert lines[3] == {"function": "store", "message": BROKEN_OFF}


def test_lines_that_a_library_has_printed_stay_lines():
    first, *others = logs.lines(event("Traceback:\n  File app.py", "api"))
    assert first.endswith("api     Traceback:")
    assert others == ["  File app.py"]
