"""What the profile of the worst files takes: each is read in a process of its own, and measured."""

import io
import json
import subprocess
import sys

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.profile.engine.database import DuckDb, OutOfMemory
from tests.examples import first_of

MEGABYTES = 350

# Makes a file of a beginning and of a piece that is repeated, reads it, and prints how much more
# memory that took at its peak than before, and what was found.
READER = """
import gzip, io, json, random, sys
from chalicelib.csv_reader import read_csv_metadata

class Repeated:
    def __init__(self, beginning, piece, times, end=b""):
        self.buffer, self.piece, self.times, self.end = beginning, piece, times, end
    def read(self, size):
        while len(self.buffer) < size and self.times:
            some = min(max(size // len(self.piece), 1), self.times)
            self.buffer, self.times = self.buffer + self.piece * some, self.times - some
        if not self.times:
            self.buffer, self.end = self.buffer + self.end, b""
        piece, self.buffer = self.buffer[:size], self.buffer[size:]
        return piece

class Made:
    def __init__(self, columns, cell, size):
        self.buffer, self.columns, self.cell, self.left = names(columns), columns, cell, size
        self.chance = random.Random(42)
    def read(self, size):
        while len(self.buffer) < size and self.left > 0:
            row = ",".join(self.cell(self.chance) for _ in range(self.columns)) + "\\n"
            self.buffer += row.encode()
            self.left -= len(row)
        piece, self.buffer = self.buffer[:size], self.buffer[size:]
        return piece

def kilobytes(what):
    status = open("/proc/self/status").read()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(what))

def names(count):
    return b",".join(b"c%d" % i for i in range(count)) + b"\\n"

def row(count):
    return b",".join(b"%d" % (7 * i) for i in range(count)) + b"\\n"

stream = eval(sys.argv[1])
before = kilobytes("VmRSS")
found = read_csv_metadata(stream, profile=True)
grown = (kilobytes("VmHWM") - before) // 1000
print(json.dumps([grown, found.row_count, found.profiled_rows, found.warnings]))
"""


def read_in_a_process(stream: str) -> tuple[int, int, int, list[str]]:
    command = [sys.executable, "-c", READER, stream]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


ROWS = [
    ("Repeated(names(1000) + row(1000) * 40, b'1,2\\n' * 500 + row(1000), 500)", 250_540),
    ("Repeated(names(2), b'1,\"' + b'x,' * 5_000_000 + b'\"\\n', 4)", 4),
    ("Repeated(b'a\\n', b'1\\n', 2_500_000)", 2_500_000),
    ("Repeated(names(2), b'1,' + b'x' * 10_000_000 + b'\\n', 6)", 6),
    ("Repeated(names(3000), row(3000), 900)", 900),
    ("Repeated(names(1000) + row(1000) * 40, b'1,2\\n', 600_000)", 600_040),
]


@pytest.mark.parametrize(("stream", "rows"), first_of(ROWS, 2))
def test_every_row_is_profiled_in_bounded_memory(stream, rows):
    grown, row_count, profiled_rows, _ = read_in_a_process(stream)
    assert row_count == profiled_rows == rows
    assert grown < MEGABYTES


SHAPES = [
    "Made(300, lambda chance: str(chance.randrange(10**6)), 24_000_000)",
    "Made(100, lambda chance: f'{chance.getrandbits(60):x} harbor', 24_000_000)",
    "Made(4, lambda chance: f'{chance.random()} harbor' * 14, 24_000_000)",
]


@pytest.mark.parametrize("stream", SHAPES)
def test_the_three_shapes_that_take_most_are_profiled_in_bounded_memory(stream):
    grown, row_count, profiled_rows, warnings = read_in_a_process(stream)
    assert (row_count == profiled_rows > 10_000, warnings) == (True, [])
    assert grown < MEGABYTES


@pytest.mark.parametrize(
    "piece",
    [b"\0,", b",", "Ā,".encode(), b'"",'],
    ids=["NULs", "nothing", "letters", "quoted"],
)
def test_a_row_that_cannot_be_held_ends_the_profile_and_is_named(piece):
    stream = f"Repeated(b'id,name\\n' + b'1,Ada\\n' * 20_000, {piece!r}, 8_000_000, b'\\n2,Bo\\n')"
    grown, row_count, profiled_rows, warnings = read_in_a_process(stream)
    assert (row_count, profiled_rows) == (20_002, 20_000)
    assert grown < MEGABYTES
    assert warnings == [
        "the profile covers only the first 20,000 of 20,002 rows:"
        " row 20,001 is wider than 1,000,000 fields"
    ]


def test_many_texts_that_are_all_different_take_no_more_than_others():
    stream = (
        "io.BytesIO(names(100) + b''.join(b','.join(b'some text %d' % (i * 100 + j)"
        " for j in range(100)) + b'\\n' for i in range(8_000)))"
    )
    grown, row_count, profiled_rows, _ = read_in_a_process(stream)
    assert row_count == profiled_rows == 8_000
    assert grown < MEGABYTES


def numbered(count: int) -> bytes:
    return b"id,name,n\n" + b"".join(b"%d,name %d,%d\n" % (i, i % 7, 3 * i) for i in range(count))


def loading_at_most(rows: int):
    whole = DuckDb.load

    def load(self, pieces, count, columns, width):
        if count > rows:
            raise OutOfMemory("memory ran short")
        return whole(self, pieces, count, columns, width)

    return load


def test_a_batch_that_memory_cannot_hold_is_halved_and_every_row_profiled(monkeypatch):
    content = numbered(200_000)
    whole = read_csv_metadata(io.BytesIO(content), profile=True)
    monkeypatch.setattr(DuckDb, "load", loading_at_most(30_000))
    halved = read_csv_metadata(io.BytesIO(content), profile=True)
    assert halved.profiled_rows == 200_000
    assert (halved.columns[1], halved.warnings) == (whole.columns[1], ())
    for found, expected in zip(halved.columns, whole.columns, strict=True):
        for figure in ("type", "min", "max", "mean", "null_count", "min_length", "max_length"):
            assert getattr(found, figure) == getattr(expected, figure)


def test_one_row_that_memory_cannot_hold_ends_the_profile_and_is_named(monkeypatch):
    monkeypatch.setattr("chalicelib.csv_reader.profile.columns._FEW_ROWS", 1)
    monkeypatch.setattr("chalicelib.csv_reader.profile.columns._FEW_CELLS", 1)
    monkeypatch.setattr(DuckDb, "load", loading_at_most(0))
    found = read_csv_metadata(io.BytesIO(numbered(100_000)), profile=True)
    assert (found.row_count, found.profiled_rows) == (100_000, 0)
    assert found.warnings == (
        "the profile covers none of 100,000 rows: there is not enough memory for row 1",
    )
