"""The record that names the columns is found where csv.reader finds it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader.record_finder import RecordFinder
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import (
    csv_bytes,
    cut,
    dialects,
    piece_lengths,
    rows,
)


def find(pieces, skip=0, delimiter=",", quote='"', escape=None, max_bytes=1000) -> RecordFinder:
    marks = delimiter.encode(), (quote or "").encode(), (escape or "").encode()
    finder = RecordFinder(skip, *marks, max_bytes)
    for piece in pieces:
        finder.feed(piece)
    return finder


@pytest.mark.parametrize(
    ("data", "skip", "text", "fields"),
    [
        (b"id,name\n1,2\n", 0, b"id,name", 2),
        (b"id,name\n1,2", 1, b"1,2", 2),
        (b"\r\n\nid\r\n", 0, b"id", 1),
        (b'\n"a\n""b"",",c\r\n', 0, b'"a\n""b"",",c', 2),
        (b'5" pipe,"\n"\n', 0, b'5" pipe,"\n"', 2),
        (b'"a"b"\n"c', 1, b'"c', 1),
        (b'"a","b","c"', 0, b'"a","b","c"', 3),
        (b",,\n", 0, b",,", 3),
    ],
)
def test_the_record_after_so_many_others_is_found(data, skip, text, fields):
    finder = find([data], skip)
    assert finder.found
    assert (finder.text, finder.fields) == (text, fields)


@pytest.mark.parametrize(("data", "skip"), [(b"", 0), (b"\n\r", 0), (b"a\n", 1), (b"a\n\n", 1)])
def test_there_may_be_none(data, skip):
    finder = find([data], skip)
    assert not finder.found
    assert finder.fields == 0


def test_no_more_is_kept_than_asked_for_but_all_is_counted():
    finder = find([b'a,"b,",', b'"c"', b",d\ne"], max_bytes=9)
    assert finder.is_cut
    assert (finder.text, finder.fields) == (b'a,"b,","c', 4)
    assert not find([b"123456789\n"], max_bytes=9).is_cut


def test_columns_aligned_with_spaces_are_counted_by_their_runs():
    assert find([b"  id   na", b"me ", b"  x\n"], delimiter=" ").fields == 3


@settings(max_examples=examples(60), deadline=None)
@given(data=csv_bytes, dialect=dialects, skip=st.integers(0, 3), lengths=piece_lengths)
def test_any_bytes_in_any_pieces_are_split_into_records_as_csv_reader_does(
    data, dialect, skip, lengths
):
    expected = rows(data, "latin-1", *dialect)
    finder = find(cut(data, lengths), skip, *dialect, max_bytes=1 << 20)
    assert finder.found == (len(expected) > skip)
    if finder.found:
        assert finder.fields == len(expected[skip])
        assert rows(finder.text, "latin-1", *dialect) == [expected[skip]]


@pytest.mark.parametrize(
    "piece", [b"\n", b'"', b'a"', b'"a"b,', b'"""",', b",", b'"",', b"a,", b'\\"']
)
def test_a_record_of_megabytes_takes_no_step_for_each_byte(piece, monkeypatch):
    steps = 0
    for name in ("_read_quoted", "_read_many", "_read_unquoted"):
        step = getattr(RecordFinder, name)

        def counted(self, data, start, step=step):
            nonlocal steps
            steps += 1
            return step(self, data, start)

        monkeypatch.setattr(RecordFinder, name, counted)
    find([piece * (1_000_000 // len(piece))])
    find([piece * (1_000_000 // len(piece))], escape="\\")
    assert steps < 6_000
