"""Records are cut where `csv.reader` ends them, long ones and those behind them too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import records as splitting
from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.records import RecordSplitter
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import csv_bytes, cut, dialects, piece_lengths, rows


def split(pieces, delimiter=",", quote='"', escape=None):
    marks = delimiter.encode(), (quote or "").encode(), (escape or "").encode()
    splitter = RecordSplitter(RecordCounter(*marks))
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.finish()


@settings(max_examples=examples(50), deadline=None)
@given(data=csv_bytes, dialect=dialects, long=st.integers(1, 60), lengths=piece_lengths)
def test_what_comes_together_is_of_whole_records(data, dialect, long, lengths):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_LONG", long)
        given = list(split(cut(data, lengths), *dialect))
    held, count = b"", 0
    for records in given:
        held += records.utf8
        count += records.count
        if records.count:
            assert count == len(rows(held, "latin-1", *dialect))
            held, count = b"", 0
    assert not rows(held, "latin-1", *dialect)
    assert sum(records.count for records in given) == len(rows(data, "latin-1", *dialect))


def test_records_behind_a_long_one_come_together():
    data = b'"' + b'""\n' * 300_000 + b'"\n' + b'"a\n",b\n' * 10_000
    given = list(split(data[start : start + 100_000] for start in range(0, len(data), 100_000)))
    assert sum(records.count for records in given) == 10_001
    assert len(given) < 10
