"""The files that a query asks for."""

from dataclasses import replace

import pytest

from chalicelib.catalog.query import FileQuery
from tests.examples.records import RECORD

FAILED = replace(RECORD, status="failed", row_count=None, column_count=None, column_names=())
CHANGED = replace(RECORD, verdicts={"by_name": "ok", "by_position": "silent"}, unusual=("no rows",))


@pytest.mark.parametrize(
    ("parameters", "record", "matches"),
    [
        ({"prefix": ""}, RECORD, True),
        ({"prefix": RECORD.filename}, RECORD, True),
        ({"prefix": RECORD.filename[:3]}, RECORD, True),
        ({"prefix": RECORD.filename + "x"}, RECORD, False),
        ({"prefix": RECORD.filename[1:]}, RECORD, False),
        ({"status": "ready"}, RECORD, True),
        ({"status": "ready"}, FAILED, False),
        ({"status": "failed"}, FAILED, True),
        ({"uploaded_after": RECORD.upload_timestamp}, RECORD, False),
        ({"uploaded_after": "2026-11-22T18:00:00.122Z"}, RECORD, True),
        ({"uploaded_before": RECORD.upload_timestamp}, RECORD, False),
        ({"uploaded_before": "2026-11-22T18:00:00.124Z"}, RECORD, True),
        ({"min_rows": 3}, RECORD, True),
        ({"min_rows": 4}, RECORD, False),
        ({"max_rows": 3}, RECORD, True),
        ({"max_rows": 2}, RECORD, False),
        ({"min_rows": 0}, FAILED, False),
        ({"max_rows": 9}, FAILED, False),
        ({"changed": True}, RECORD, False),
        ({"changed": True}, CHANGED, True),
        ({"changed": False}, RECORD, True),
        ({"unusual": True}, RECORD, False),
        ({"unusual": True}, CHANGED, True),
        ({"unusual": False}, CHANGED, False),
        ({"min_rows": 0, "max_rows": 9, "status": "ready", "prefix": ""}, RECORD, True),
        ({"min_rows": 0, "max_rows": 9, "status": "failed"}, RECORD, False),
    ],
)
def test_a_file_matches_if_it_meets_every_filter(parameters, record, matches):
    assert FileQuery(**parameters).matches(record) == matches


@pytest.mark.parametrize(
    ("columns", "has_them"),
    [
        ([], True),
        (["id"], True),
        (["ID"], True),
        (["NAÏVE", "id"], True),
        (["id", "id"], True),
        (["id", "other"], False),
        (["i"], False),
        ([""], False),
    ],
)
def test_columns_are_asked_for_in_any_case_and_all_of_them(columns, has_them):
    folded = frozenset(name.casefold() for name in columns)
    assert FileQuery(column=folded).has_columns(("id", "naïve")) == has_them
