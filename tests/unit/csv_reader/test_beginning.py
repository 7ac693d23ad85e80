"""The first rows of a file are those that the whole file has, wherever its beginning ends."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.beginning import split_beginning
from chalicelib.csv_reader.rows import read_rows

FILES = {
    "plain": b"id,name\n1,Ada\n2,Grace\n",
    "no last line end": b"id,name\n1,Ada\n2,Grace",
    "quoted newlines": b'id,note\n1,"a\nb"\n2,"c\r\nd"\n3,e\n',
    "carriage returns": b"id,name\r1,Ada\r2,Grace\r",
    "blank lines": b"\n\nid,name\n\n1,Ada\n\n\n2,Grace\n\n",
    "semicolons and a preamble": b"Report\n\nid;price\n1;0,5\n2;0,7\n",
    "declared": b"sep=;\nid;price\n1;0,5\n",
    "no header": b"1,2\n3,4\n5,6\n",
    "ragged": b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n",
    "apostrophes": b"id,name\n1,'a,b'\n2,'c'\n",
    "escaped quotes": b'id,name\n1,"a \\"b\\", c"\n2,"d\\\ne"\n3,f\n',
    "escaped line ends": b"id,name\n1,a\\, b\n2,c\\\nd\n3,e\\, f\n",
    "quotes are text": b'id\tname\n1\t"a\n2\tb\n3\tc\n4\t"d\n5\te\n',
    "aligned": b"id  name\n1   Ada\n2   Grace\n",
    "two characters": b"id||name\n1||Ada\n2||Grace\n",
    "utf-16": "id,name\n1,Zoë\n2,Ökonom\n".encode("utf-16"),
    "utf-8 with a mark": "id,name\n1,Zoë\n".encode("utf-8-sig"),
    "cp1252": "id,name\n1,Zoë\n2,Bjørn\n".encode("cp1252"),
    "one column": b"name\nAda, the first\nGrace\n",
    "header only": b"id,name\n",
    "nothing": b"",
}


def beginning(content, size=None, rows=1000, compressed=False):
    """What is split of the first bytes of a file that was read."""
    read = read_csv_metadata(io.BytesIO(content))
    known = {
        "delimiter": read.delimiter,
        "quote_character": read.quote_character,
        "escape_character": read.escape_character,
        "encoding": read.encoding,
        "records_above": read.preamble_rows + read.has_header,
    }
    if compressed:
        content = gzip.compress(content, mtime=0)
    size = len(content) if size is None else size
    compression = "gzip" if compressed else None
    whole = size >= len(content)
    return read, split_beginning(content[:size], whole, rows=rows, compression=compression, **known)


def rows_of(content, read):
    """The rows of the whole file."""
    marks = read.delimiter, read.quote_character, read.escape_character
    records = read_rows(content.decode(read.encoding), *marks)
    return [record for record in records if record][read.preamble_rows + read.has_header :]


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_whole_file_has_as_many_rows_as_were_counted(content, compressed):
    read, found = beginning(content, compressed=compressed)
    assert found.rows == rows_of(content, read)
    assert (len(found.rows), found.complete) == (read.row_count, True)


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_wherever_it_is_cut_its_rows_are_those_of_the_file_and_none_is_cut(content):
    read = read_csv_metadata(io.BytesIO(content))
    rows = rows_of(content, read)
    for size in range(len(content)):
        _, found = beginning(content, size)
        assert found.rows == rows[: len(found.rows)]
        assert not found.complete


def test_a_row_that_ends_where_the_beginning_ends_is_one():
    assert beginning(b"id\n1\n2\n3\n", len(b"id\n1\n2\n"))[1].rows == [["1"], ["2"]]
    assert beginning(b"id\n1\n2\n3\n", len(b"id\n1\n2"))[1].rows == [["1"]]


def test_no_more_rows_than_are_asked_for_and_whether_there_are_more():
    content = b"id\n1\n2\n"
    assert beginning(content, rows=1)[1].rows == [["1"]]
    assert [beginning(content, rows=n)[1].complete for n in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize("size", [1, 10, 200, 2000])
def test_a_gzip_file_that_is_cut_is_read_as_far_as_it_goes(size):
    content = b"id,name\n" + b"".join(b"%d,%x\n" % (i, i * 7919) for i in range(5000))
    read, found = beginning(content, size, compressed=True)
    assert not found.complete
    assert found.rows == rows_of(content, read)[: len(found.rows)]
    assert len(found.rows) > 100 or size < 2000


def test_a_small_file_that_decompresses_to_much_is_read_in_part():
    content = b"id,name\n" + b"1,Ada\n" * 2_000_000
    _, found = beginning(content, rows=100, compressed=True)
    assert (found.rows, found.complete) == ([["1", "Ada"]] * 100, False)


@given(st.text(alphabet="a1,;\t|\"'\\\r\n ", max_size=60))
def test_of_any_text_the_rows_are_those_that_are_counted(text):
    read, found = beginning(text.encode())
    assert len(found.rows) == read.row_count


@given(st.text(alphabet='a,"\\\r\n', max_size=40), st.integers(0, 40))
def test_of_any_text_cut_anywhere_no_row_is_cut(text, size):
    content = text.encode()
    read = read_csv_metadata(io.BytesIO(content))
    _, found = beginning(content, size)
    assert found.rows == rows_of(content, read)[: len(found.rows)]
