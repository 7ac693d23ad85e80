"""`make describe`: what the catalog would tell of a file, with no catalog."""

import gzip
import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from chalicelib.csv_reader import read_csv_metadata
from tests.unit.conftest import PROJECT

ORDERS = PROJECT / "samples/orders.csv"


def describe(*arguments, stdin=b"", width="80"):
    """The command's exit status and what it prints: out, and beside it."""
    done = subprocess.run(
        [sys.executable, "-m", "dev.describe", *map(str, arguments)],
        cwd=PROJECT,
        input=stdin,
        capture_output=True,
        env={"COLUMNS": width, "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_json_says_what_the_reader_says():
    status, out, _ = describe(ORDERS, "--json")
    with ORDERS.open("rb") as file:
        metadata = read_csv_metadata(file, profile=True)
    expected = {"filename": str(ORDERS), "file_size": ORDERS.stat().st_size, **asdict(metadata)}
    assert (status, json.loads(out)) == (0, json.loads(json.dumps(expected)))


def test_standard_input_is_read_as_a_file_is():
    content = gzip.compress(ORDERS.read_bytes())
    status, out, _ = describe("-", "--json", stdin=content)
    said = json.loads(out)
    assert (status, said["filename"], said["compression"]) == (0, "standard input", "gzip")
    assert (said["file_size"], said["row_count"]) == (len(content), 3)


def test_a_person_sees_a_line_for_each_column_within_80_characters():
    names = [f"measurement number {n} of the sensor" for n in range(40)]
    rows = [",".join(f"{'x' * 60}{n}" for n in range(40)) for _ in range(3)]
    status, out, _ = describe("-", stdin="\n".join([",".join(names), *rows]).encode())
    assert status == 0
    assert all(len(line) <= 80 for line in out.splitlines())
    assert sum(" text " in line for line in out.splitlines()) == 40


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
        (["samples/orders.csv", "--format=oracle"], "format is one of table-schema, duckdb"),
        ([""], "which file? As in `make describe FILE=samples/orders.csv`"),
    ],
    ids=["missing", "folder", "picture", "format", "none"],
)
def test_a_mistake_is_one_line_and_no_success(arguments, says):
    status, out, beside = describe(*arguments)
    assert (status, out) == (1, "")
    assert beside.startswith(says)
    assert len(beside.splitlines()) == 1
