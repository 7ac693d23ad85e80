"""The line of a file that `make run` and `./catalog upload` print, cut on a terminal alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ops import record_line
from ops.record_line import liner
from tests.examples.records import RECORD

FORTY = tuple(f"measurement_{number:02}" for number in range(1, 41))


def record(names, **fields):
    counts = {"column_count": len(names), "file_size": 52_000, "row_count": 900, "error": None}
    return replace(RECORD, column_names=tuple(names), **(counts | fields))


def printed(*results, width=80):
    """The lines on a terminal of that width; in a pipe for None."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_line, "width", lambda: width)
        line = liner([key for key, _ in results])
        return [line(key, result) for key, result in results]


def test_each_line_has_its_number_and_what_was_read():
    orders = record(["order_id", "customer"], file_size=167, row_count=1)
    gone = "no record within 120 seconds"
    assert printed(("orders.csv", orders), ("gone.csv", gone)) == [
        "1/2  orders.csv  ready  1 row, 2 columns, 167 bytes  order_id, customer",
        "2/2  gone.csv    missing  no record within 120 seconds",
    ]


def test_forty_columns_take_one_line_with_how_many_more_there_are():
    [line] = printed(("a.csv", record(FORTY)))
    assert line.endswith("900 rows, 40 columns, 52,000 bytes  measurement_01, … 39 more")


def test_a_pipe_gets_whole_names():
    key = "reports/" + "x" * 200 + ".csv"
    [line] = printed((key, record(FORTY)), width=None)
    assert key in line
    assert line.endswith(", ".join(FORTY))


def test_names_that_the_record_itself_has_left_out_are_counted_too():
    for width in (200, None):
        [line] = printed(("a.csv", record(["id", "name"], column_count=50_000)), width=width)
        assert line.endswith("id, name, … 49,998 more")


def test_of_a_long_key_the_end_is_shown():
    key = "reports 2026/sales & margins, 100% final (é).csv"
    [line] = printed((key, record(FORTY)))
    assert line.startswith("1/1  …")
    assert "% final (é).csv" in line
    assert len(line) <= 80


def test_why_a_file_could_not_be_read_is_whole():
    error = "not a CSV file: " + "it begins as a ZIP archive does, and so on and on " * 3
    [line] = printed(("book.csv", record([], status="failed", error=error, row_count=None)))
    assert line == f"1/1  book.csv  failed  {error}"


@pytest.mark.parametrize("width", [80, 100, 200])
@given(
    files=st.lists(
        st.tuples(
            st.text(min_size=1, max_size=120),
            st.lists(st.text(max_size=60), min_size=1, max_size=60),
            st.integers(0, 5 * 2**30),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_files_are_called_each_takes_one_line_of_the_width(width, files):
    lines = printed(
        *((key, record(names, file_size=size, row_count=size)) for key, names, size in files),
        width=width,
    )
    assert all(cell_len(line) <= max(width, 90) for line in lines)
    assert all("\n" not in line for line in lines)
