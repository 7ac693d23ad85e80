"""Files that are made to harm are read, or refused, in bounded time and memory."""

import sys

import pytest

from bench.hostile import read_together
from bench.hostile_files import written
from chalicelib.csv_reader.profile.batches import MOST_FIELDS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")

BYTES = 1 << 14


def test_small_files_of_every_kind_do_no_harm(tmp_path):
    readings = list(read_together(written(tmp_path, BYTES)))
    assert len(readings) > 150
    assert [reading for reading in readings if reading.faults] == []


def test_a_row_that_is_too_wide_and_a_file_that_is_refused_are_no_faults(tmp_path):
    wide, json = tmp_path / "wide.csv", tmp_path / "a.json"
    wide.write_bytes(b"id,name\n1,Ada\n" + b"," * MOST_FIELDS + b"\n2,Bo\n")
    json.write_bytes(b'{"a": 1}')
    readings = list(read_together([wide, json]))
    assert [(reading.faults, reading.refused) for reading in readings] == [
        ([], None),
        ([], "looks like a JSON document, not a CSV file"),
    ]


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("raise ValueError('x')", "ValueError: x"),
        ("__main__.SECONDS = 0.1; work_until(time.process_time() + 0.2)", "s, and "),
        ("__main__.MEGABYTES = 100; bytearray(b'x') * 150_000_000", "MB more memory"),
    ],
)
def test_what_raises_or_takes_too_long_or_too_much_is_a_fault(broken, fault, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,Ada\n")
    (tmp_path / "sitecustomize.py").write_text(
        "import __main__, time\n"
        "from chalicelib.csv_reader.detect import dialect\n"
        "def work_until(end):\n"
        "    all(iter(lambda: time.process_time() < end, False))\n"
        "def find_layout(*_):\n"
        f"    {broken}\n"
        "    raise MemoryError\n"
        "dialect.find_layout = find_layout\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:.")
    [reading] = read_together([path])
    assert any(fault in each for each in reading.faults)
