"""The first rows of a file are those that the whole file has, wherever its beginning ends."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.beginning import before_note, encoding_of_part, split_beginning
from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.row_offsets import RowOffsets, last_before
from chalicelib.csv_reader.rows import read_rows
from tests.unit.csv_reader.csv_oracle import table_of

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
    "a repeated header": b"id,name\n1,Ada\nid,name\n2,Grace\n3,Joan\nid,name\n",
    "a footer": b"id,name\n1,Ada\n2,Grace\n\nSource: nobody\n",
    "header only": b"id,name\n",
    "nothing": b"",
}


def beginning(content, size=None, rows=1000):
    """What is split of the first bytes of a file that was read."""
    read = read_csv_metadata(io.BytesIO(content))
    known = {
        "delimiter": read.delimiter,
        "quote_character": read.quote_character,
        "escape_character": read.escape_character,
        "encoding": read.encoding,
        "records_above": read.preamble_rows + read.header_rows,
        "header": read.column_names if read.repeated_headers and read.header_rows == 1 else None,
        "rows_left": read.row_count if read.footer_rows else None,
    }
    size = len(content) if size is None else size
    return read, split_beginning(content[:size], size >= len(content), rows=rows, **known)


def rows_of(content, read):
    """The rows of the whole file."""
    return table_of(content, read)


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_whole_file_has_as_many_rows_as_were_counted(content):
    read, found = beginning(content)
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


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("name", ["plain", "quoted newlines", "carriage returns", "blank lines",
    "escaped line ends", "no last line end", "ragged"])  # fmt: skip
def test_rows_are_read_on_where_the_last_ended(name, rows, encoding):
    content = FILES[name].decode().replace("Ada", "Adé").encode(encoding)
    read = read_csv_metadata(io.BytesIO(content))
    if read.encoding.replace("_", "-") not in (encoding, "utf-8"):
        encoding = read.encoding
    known = {
        "delimiter": read.delimiter,
        "quote_character": read.quote_character,
        "escape_character": read.escape_character,
    }
    found, at, above = [], 0, read.preamble_rows + read.has_header
    for size in (17, 40, 1000):  # cut anywhere, and then whole
        while True:
            data = content[at : at + size]
            of_part = encoding_of_part(encoding, data) if at else encoding
            is_end = at + size >= len(content)
            page = split_beginning(
                data, is_end, rows=rows, records_above=above, encoding=of_part, **known
            )
            above = page.to_leave_out
            found += page.rows
            at += page.read
            if not page.read or page.complete:
                break
    assert found == rows_of(content, replace(read, encoding=encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "gbk"])
def test_a_row_that_is_far_into_a_file_is_one_read_away(encoding):
    line = '{n};"Zoé, {n}\n";x\n' if encoding != "gbk" else '{n};"\u4f60\u597d {n}\n";x\n'
    content = ("id;name;x\n" + "".join(line.format(n=n) for n in range(250_000))).encode(encoding)
    read = read_csv_metadata(io.BytesIO(content))
    assert len(read.row_offsets) < 300
    for row in (0, 1, 100_000, 123_456, 249_999):
        note = last_before(read.row_offsets, row + 1)
        assert note.records <= row + 1
        at = note.byte
        data = content[at : at + 2_000_000]
        of_part = encoding_of_part(encoding, data) if at else encoding
        within = before_note(content[at - 4 : at], note.inside, of_part, '"') if at else b""
        page = split_beginning(
            data,
            at + 2_000_000 >= len(content),
            rows=1,
            delimiter=";",
            quote_character='"',
            escape_character=None,
            encoding=of_part,
            records_above=row + 1 - note.records,
            within=within,
        )
        assert page.rows[0][0] == f"{row}"


@pytest.mark.parametrize("quoted", [True, False])
@given(st.data())
def test_from_any_place_that_is_noted_the_rows_are_those_of_the_file(quoted, data):
    cell = st.text(alphabet='ab,"\n\ré', max_size=8)
    written = io.StringIO()
    for row in data.draw(st.lists(st.tuples(cell, cell), min_size=3, max_size=9)):
        cells = [f'"{c.replace(chr(34), chr(34) * 2)}"' if quoted or set(c) & set(',"\n\r') else c
                 for c in row]  # fmt: skip
        written.write(",".join([*cells, "x"]) + data.draw(st.sampled_from(["\n", "\r\n"])))
    content = ("x" + written.getvalue()).encode()
    whole = list(filter(None, read_rows(content.decode(), ",", '"', None)))
    for at in range(1, len(content)):
        counter, recoder = RecordCounter(b",", b'"'), Utf8Recoder("utf-8", ",")
        offsets = RowOffsets(counter, recoder, (b'"', b""), lambda: 0)
        offsets._apart = 1
        for chunk in offsets.over([content[:at], b""]):
            for utf8 in recoder.feed(chunk):
                counter.feed(b"".join(offsets.feed(utf8)))
        note = last_before(offsets.packed(), len(content))
        if not note.byte:
            continue
        within = before_note(b"\n\n\n" + content[:at], note.inside, "utf-8", '"')
        marks = {"delimiter": ",", "quote_character": '"', "escape_character": None}
        page = split_beginning(content[at:], True, rows=99, encoding="utf-8", records_above=0,
            within=within, **marks)  # fmt: skip
        assert page.rows == whole[note.records :], (at, content)


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
