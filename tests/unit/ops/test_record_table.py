"""The table of records that `make run` and `make upload` print: one line a file, at 80 columns."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from ops.record_table import show

FORTY = [f"measurement_{number:02}" for number in range(1, 41)]


def record(names, **fields):
    return {
        "status": "ready",
        "file_size": 1_234_567_890,
        "row_count": 12_345_678,
        "column_names": names,
        "column_count": len(names),
        "error": None,
    } | fields


def printed(*results, width=80):
    """The lines of the table, its title left out."""
    console = Console(file=io.StringIO(), width=width)
    show(list(results), console)
    return [line.rstrip() for line in console.file.getvalue().splitlines()[1:]]


def test_forty_columns_take_one_line_with_how_many_more_there_are():
    [line] = printed(("sensors.csv", record(FORTY, file_size=52_000, row_count=900)))
    assert line == ("sensors.csv  ready   52,000   900       40  measurement_01, … 39 more")


def test_names_that_fit_are_shown_whole():
    [line] = printed(("orders.csv", record(["order_id", "customer"], file_size=167, row_count=3)))
    assert line == "orders.csv  ready     167     3        2  order_id, customer"


def test_a_long_name_is_cut_and_the_others_are_counted():
    names = ["x" * 300, "y", "z"]
    [line] = printed(("a.csv", record(names)))
    assert line.endswith("x…, … 2 more")
    [line] = printed(("a.csv", record(["x" * 300])))
    assert line.endswith("x…")
    assert len(line) == 80


def test_names_that_the_record_itself_has_left_out_are_counted_too():
    [line] = printed(("a.csv", record(["id", "name"], column_count=50_000, row_count=1)))
    assert line.endswith("id, name, … 49,998 more")


def test_of_a_long_key_the_end_is_shown():
    key = "reports 2026/sales & margins, 100% final (é).csv"
    [line] = printed((key, record(FORTY)))
    assert line.startswith("…")
    assert "final (é).csv" in line
    assert len(line) <= 80


def test_why_a_file_has_no_row_stands_below_the_table_whole(capsys):
    error = "not a CSV file: " + "it begins as a ZIP archive does, and so on and on " * 3
    lines = printed(
        ("book.csv", record([], status="failed", error=error, row_count=None, column_count=None)),
        ("gone.csv", "no record within 120 seconds: see `make logs`"),
    )
    assert [line.split()[:2] for line in lines] == [["book.csv", "failed"], ["gone.csv", "missing"]]
    assert capsys.readouterr().out.splitlines() == [
        f"book.csv: {error}",
        "gone.csv: no record within 120 seconds: see `make logs`",
    ]


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
    assert len(lines) == len(files)
    assert all(cell_len(line) <= width for line in lines)
