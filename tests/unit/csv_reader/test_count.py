"""RecordCounter counts what csv.reader reads, whatever the bytes and wherever they are cut."""

from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import count as count_records
from chalicelib.csv_reader.count import RecordCounter
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import (
    csv_bytes,
    cut,
    dialects,
    piece_lengths,
    rows,
)


def records_of_csv_reader(data: bytes, *dialect: str | None) -> int:
    return len(rows(data, "latin-1", *(dialect or (",", '"'))))


def counter_of(delimiter: str, quote: str | None, escape: str | None = None) -> RecordCounter:
    return RecordCounter(delimiter.encode(), (quote or "").encode(), (escape or "").encode())


def records(chunks, *dialect: str | None) -> int:
    counter = counter_of(*(dialect or (",", '"')))
    for chunk in chunks:
        counter.feed(chunk)
    return counter.records


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"\n\r\n\r", 0),
        (b"a\nb\rc\r\nd", 4),
        (b"\na\n\n\r\rb\n\n", 2),
        (b" \n", 1),
        (b",\n", 1),
        (b"\0\n\0", 2),
        (b'"a\nb",c\n', 1),
        (b'"a\r\n\r\nb"\n"c"', 2),
        (b'"a,b","c""d"\n', 1),
        (b'""\n""\n', 2),
        (b'"""\n"\n', 1),
        (b'"a""\n"\n', 1),
        (b'5" pipe\n6" pipe\n', 2),
        (b'5"" pipe,"\n"\n', 1),
        (b'a,b"\n"c\nd', 2),
        (b'"a"b"\n"c"\n', 2),
        (b'"a"b,"c\nd"\n', 1),
        (b'"a" "b\nc"\n', 2),
        (b'a\n"b\nc\n', 2),
        (b'"', 1),
        (b'a,"', 1),
    ],
)
def test_a_record_is_what_csv_reader_says_it_is(data, expected):
    assert records([data]) == records_of_csv_reader(data) == expected


@pytest.mark.parametrize(
    ("data", "inside"),
    [(b"", False), (b'"a\n', True), (b'"a"\n', False), (b'"a""', True), (b'a"\n', False)],
)
def test_it_knows_whether_a_quoted_field_is_still_open(data, inside):
    counter = counter_of(",", '"')
    counter.feed(data)
    assert counter.inside_quotes is inside


BACKSLASH = "\\"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rb"a\,b", 1),
        (b"a\\\nb\nc", 2),  # the escaped line end goes on
        (b"a\\\r\nb", 2),  # of CR LF the CR is escaped, and the LF ends the record
        (b"a\\\rb\n", 1),
        (b'"a\\"\nb"\nc', 2),
        (b'"a\\\\"\nb', 2),
        (b'"a"\\"\nb"\nc', 3),  # behind a closing quote a backslash is a letter
        (b'\\"a\nb"\n', 2),
        (b"\\\n\nb", 2),
        (b"\\", 1),
        (b'"\\', 1),
    ],
)
def test_an_escape_takes_what_stands_behind_it(data, expected):
    dialect = (",", '"', BACKSLASH)
    assert records([data], *dialect) == records_of_csv_reader(data, *dialect) == expected


def test_without_a_quote_character_a_record_is_a_line():
    data = b'1,"a\n2,b"\n\n3,"\r\n'
    assert records([data], ",", None) == records_of_csv_reader(data, ",", None) == 3


@pytest.mark.parametrize(
    ("data", "between"),
    [
        (b"", True),
        (b"a", False),
        (b"a\n", True),
        (b"a\\\n", False),
        (b"a\\", False),
        (b'"\n', False),
    ],
)
def test_it_knows_whether_a_record_has_ended(data, between):
    counter = counter_of(",", '"', BACKSLASH)
    counter.feed(data)
    assert counter.between_records is between


@given(data=csv_bytes, lengths=piece_lengths)
def test_its_lines_are_the_records_without_a_quote_character(data, lengths):
    counter = counter_of(",", '"')
    for chunk in cut(data, lengths):
        counter.feed(chunk)
    assert counter.lines == records_of_csv_reader(data, ",", None)


@pytest.mark.parametrize(
    ("data", "is_stray"),
    [
        (rb'"a\"b",c', False),
        (rb'a\"b,"\\"', False),
        (rb'a\,"b', True),
        (rb'"\""b', True),
        (rb'"a"\b', True),
        (rb'"\a"', False),
        (rb'"a""\"b"', False),
    ],
)
def test_an_escaped_quote_is_not_stray(data, is_stray):
    counter = counter_of(",", '"', BACKSLASH)
    counter.feed(data)
    assert counter.met_stray is is_stray


def test_escapes_are_read_by_expressions_only_where_one_may_be_behind_a_closing_quote(monkeypatch):
    read_by_expressions = []
    monkeypatch.setattr(
        RecordCounter, "_feed_by_expressions", lambda _, block: read_by_expressions.append(block)
    )
    for data in (rb"\"" * 100, rb'"\"a\\",b,' * 100, rb'a"b\",' * 100, b'"a""\\\n",b\n' * 100):
        counter_of(",", '"', BACKSLASH).feed(data)
    assert not read_by_expressions
    counter_of(",", '"', BACKSLASH).feed(rb'"a"\"')
    assert read_by_expressions


def test_a_cut_at_any_byte_changes_nothing():
    data = b'\r\n"a\r\n""b""",5" pipe\r\n\r\n"c"d"e\r\n",\r\n""\r\n"f",""""\r"g\n\n'
    expected = records_of_csv_reader(data)
    for i in range(len(data) + 1):
        for j in range(i, len(data) + 1):
            assert records([data[:i], data[i:j], data[j:]]) == expected


@contextmanager
def small_blocks(block: int, quoteless_stretch: int):
    """The sizes that are tuned for speed, so small that all seams are met in little data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count_records, "_BLOCK", block)
        patch.setattr(count_records, "_LOW_BITS", (4 ** (block + 1) - 1) // 3)
        patch.setattr(count_records, "_QUOTELESS_STRETCH", quoteless_stretch)
        yield


@settings(max_examples=examples(250), deadline=None)
@given(
    data=csv_bytes,
    dialect=dialects,
    lengths=piece_lengths,
    block=st.sampled_from([1, 2, 3, 7, 64]),
    quoteless_stretch=st.sampled_from([1, 4, 64]),
)
def test_any_bytes_in_any_chunks_count_as_csv_reader_counts_them(
    data, dialect, lengths, block, quoteless_stretch
):
    with small_blocks(block, quoteless_stretch):
        assert records(cut(data, lengths), *dialect) == records_of_csv_reader(data, *dialect)


@settings(max_examples=examples(50), deadline=None)
@given(pattern=csv_bytes.filter(bool), stray=csv_bytes, times=st.integers(1, 3000))
def test_whole_blocks_of_the_real_size_count_as_csv_reader_counts_them(pattern, stray, times):
    data = pattern * times + stray + pattern * times
    assert records([data]) == records_of_csv_reader(data)
