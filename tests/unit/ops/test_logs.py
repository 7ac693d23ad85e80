"""How log events are shown."""

import json

from ops import logs


def test_a_log_line_is_shown_as_one_line_for_a_person():
    entry = {"level": "INFO", "message": "stored", "service": "s", "key": "a.csv", "rows": 3}
    [shown] = logs.lines(0, "store", json.dumps(entry))
    assert shown.endswith("store   INFO stored key=a.csv rows=3")
    emf = {
        "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Rows", "Unit": "Count"}]}]},
        "Rows": [3],
    }
    [shown] = logs.lines(0, "store", json.dumps(emf))
    assert shown.endswith("store   METRICS Rows=[3]")
    [shown] = logs.lines(0, "api", "START RequestId: 1")
    assert shown.endswith("api     START RequestId: 1")


def test_lines_that_a_library_has_printed_stay_lines():
    first, *others = logs.lines(0, "api", "Traceback:\n  File app.py")
    assert first.endswith("api     Traceback:")
    assert others == ["  File app.py"]
