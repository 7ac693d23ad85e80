"""The figures of a delivery are kept in 3 KB, whatever its columns are."""

from dataclasses import replace

import pytest

from chalicelib.catalog.history.figures import (
    FIGURES,
    PACKED_AT_MOST,
    comparable,
    packed_figures,
    unpacked_figures,
)
from tests.examples.records import RECORD

COLUMN = {
    "name": "amount",
    "type": "decimal",
    "null_count": 2,
    "distinct_count": 7,
    "min": "1.50",
    "max": "9" * 100,
    "mean": 1 / 3,
    "quartiles": [1, 2.5, 4.123456789012345],
}


def record(columns, rows=8):
    return replace(RECORD, columns=tuple(columns), column_count=len(columns), profiled_rows=rows)


def test_they_are_those_of_the_profile():
    packed, left_out = packed_figures(record([COLUMN]))
    assert left_out == 0
    assert unpacked_figures(packed) == [
        {
            "empty": 0.25,
            "distinct": 7,
            "min": "1.50",
            "max": "9" * 40 + "…",
            "mean": 0.333333333333,
            "quartiles": [1, 2.5, 4.12345678901],
        }
    ]


@pytest.mark.parametrize("count", [1, 50, 1_000])
def test_they_take_3_kb_and_say_how_many_columns_are_left_out(count):
    columns = [COLUMN | {"mean": 1 / (n + 1), "min": f"{n}é" * 20} for n in range(count)]
    packed, left_out = packed_figures(record(columns))
    assert len(packed) <= PACKED_AT_MOST
    assert len(unpacked_figures(packed)) == count - left_out > 0


def test_what_is_not_known_is_null():
    packed, _ = packed_figures(record([{"name": "a", "type": "text"}], rows=0))
    assert unpacked_figures(packed) == [dict.fromkeys(FIGURES)]


def test_columns_without_a_profile_are_left_out():
    assert packed_figures(replace(RECORD, columns=(), column_count=3))[1] == 3


def test_they_are_compared_by_the_names_of_columns():
    figures = unpacked_figures(packed_figures(record([COLUMN, COLUMN | {"mean": None}]))[0])
    assert comparable(8, 99, figures, ["a", "b"]) == {
        "rows": 8,
        "bytes": 99,
        "empty:a": 0.25,
        "distinct:a": 7,
        "mean:a": 0.333333333333,
        "empty:b": 0.25,
        "distinct:b": 7,
    }
