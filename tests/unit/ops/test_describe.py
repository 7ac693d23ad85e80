"""`./catalog describe`: what the catalog would say of a file, with no catalog."""

import gzip
import json
import os
import pty
import subprocess
import sys
from dataclasses import asdict

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.tools.forecast.findings import forecast
from tests.unit.conftest import PROJECT

ORDERS = PROJECT / "samples/orders.csv"


def describe(*arguments, stdin=b""):
    """The command's exit status and what it prints: out, and beside it."""
    done = subprocess.run(
        [sys.executable, "-m", "ops.command", "describe", *map(str, arguments)],
        cwd=PROJECT,
        input=stdin,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_json_says_what_the_reader_says():
    status, out, _ = describe(ORDERS, "--json")
    with ORDERS.open("rb") as file:
        metadata = read_csv_metadata(file, profile=True)
    expected = {"filename": str(ORDERS), "file_size": ORDERS.stat().st_size, **asdict(metadata)}
    expected["forecast"] = forecast(expected)
    assert expected["forecast"]
    assert (status, json.loads(out)) == (0, json.loads(json.dumps(expected)))


def test_standard_input_is_read_as_a_file_is():
    content = gzip.compress(ORDERS.read_bytes())
    status, out, _ = describe("-", "--json", stdin=content)
    said = json.loads(out)
    assert (status, said["filename"], said["compression"]) == (0, "standard input", "gzip")
    assert (said["file_size"], said["row_count"]) == (len(content), 3)


@pytest.fixture
def wide(tmp_path):
    """A file of 40 columns with long names and long cells."""
    names = [f"measurement number {n} of the sensor" for n in range(40)]
    rows = [",".join(f"{'x' * 60}{n}" for n in range(40)) for _ in range(3)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([",".join(names), *rows]))
    return path


def on_a_terminal(*arguments, columns):
    """The lines that the command prints on a terminal of that width."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ops.command", "describe", *map(str, arguments)],
        cwd=PROJECT,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={"COLUMNS": str(columns), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    ):
        os.close(follower)
        printed = b""
        while part := _read(leader):
            printed += part
    os.close(leader)
    return printed.decode().splitlines()


def _read(leader):
    try:
        return os.read(leader, 65536)
    except OSError:  # on Linux, the end of what a terminal was sent
        return b""


def test_a_terminal_gets_a_line_for_each_column_cut_to_its_width(wide):
    lines = on_a_terminal(wide, columns=80)
    table = [line for line in lines if " text " in line]
    assert len(table) == 40
    assert all(len(line) <= 80 and line.endswith("…") for line in table)


def test_a_pipe_gets_whole_names_and_no_control_characters(wide):
    _, out, _ = describe(wide)
    assert "measurement number 39 of the sensor  text" in out
    assert f"{'x' * 60}39" in out
    assert all(line.isprintable() for line in out.splitlines())


def test_several_files_are_described_one_after_the_other_and_are_a_list_in_json():
    _, out, _ = describe("samples/orders.csv", "samples/stock.tsv")
    assert "samples/orders.csv: 3 rows" in out
    assert "\n\nsamples/stock.tsv: 2 rows" in out
    _, out, _ = describe("samples/orders.csv", "samples/stock.tsv", "--json")
    assert [one["row_count"] for one in json.loads(out)] == [3, 2]


def test_one_file_that_cannot_be_read_leaves_the_others():
    status, out, beside = describe("nothing.csv", "samples/stock.tsv")
    assert (status, beside) == (1, "nothing.csv cannot be opened: No such file or directory\n")
    assert "samples/stock.tsv: 2 rows" in out


def test_what_tools_would_get_wrong_is_in_the_text():
    _, out, _ = describe("samples/deliveries.csv")
    assert "pandas: rows are split at commas, and not at ';'" in out


def test_what_is_odd_is_told_with_its_place():
    rows = "".join(f"{n},1\n" for n in range(200))
    _, out, _ = describe("-", stdin=f"amount,id\n{rows}see note,2\n".encode())
    assert "amount: integer, except 1 of 201 cells; the first in row 201: see note" in out


def test_an_escape_sequence_in_a_name_does_not_reach_the_terminal():
    _, out, _ = describe("-", stdin=b"id,\x1b[31mname\n1,\x1b[2Jx\n")
    assert "\x1b" not in out


def test_with_a_format_it_prints_what_loads_the_file_there():
    _, out, _ = describe(PROJECT / "samples/stock.tsv", "--format=duckdb")
    assert out.startswith('CREATE TABLE "stock" AS\nSELECT *')
    assert "delim = E'\\x09'" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing.csv"], "nothing.csv cannot be opened: No such file or directory"),
        ([PROJECT], f"{PROJECT} cannot be opened: Is a directory"),
        (["docs/page-light.png"], "docs/page-light.png cannot be read: looks like a PNG image"),
        ([""], " cannot be opened: No such file or directory"),
    ],
    ids=["missing", "folder", "picture", "none"],
)
def test_a_mistake_is_one_line_and_no_success(arguments, says):
    status, out, beside = describe(*arguments)
    assert (status, out) == (1, "")
    assert beside.startswith(says)
    assert len(beside.splitlines()) == 1
