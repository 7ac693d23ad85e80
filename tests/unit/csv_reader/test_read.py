"""read_csv_metadata: the whole way from a stream of bytes to what is in it."""

import codecs
import gzip
import io
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import CsvMetadata, UnreadableCsv, read_csv_metadata
from tests.examples import examples, first_of
from tests.unit.csv_reader.csv_oracle import Pieces, csv_bytes, piece_lengths, quoting, rows


def read(data: bytes, **limits) -> CsvMetadata:
    return read_csv_metadata(io.BytesIO(data), **limits)


def test_the_shape_and_the_names_are_read():
    assert read(b"id,name\n1,a\n\n2,b\n") == CsvMetadata(
        row_count=2,
        column_count=2,
        column_names=("id", "name"),
        delimiter=",",
        quote_character='"',
        encoding="utf-8",
        has_header=True,
        preamble_rows=0,
        compression=None,
        warnings=(),
        header_rows=1,
        columns=(),
        profiled_rows=None,
        ragged_rows=None,
    )


@pytest.mark.parametrize("data", [b"", b"\n\r\n", codecs.BOM_UTF8, gzip.compress(b"", mtime=0)])
def test_a_file_without_records_has_no_columns(data):
    found = read(data)
    assert (found.row_count, found.column_count, found.column_names) == (0, 0, ())


def assert_as_csv_module_reads(data: bytes, found: CsvMetadata) -> None:
    expected = rows(data, found.encoding, found.delimiter, *quoting(found))
    left_out = found.repeated_headers + found.footer_rows
    assert found.row_count == len(expected) - found.preamble_rows - found.header_rows - left_out
    assert found.has_header == (found.header_rows > 0)
    header = expected[found.preamble_rows :][: found.header_rows or 1]
    if found.delimiter == ", ":  # a header may have no spaces behind its commas
        header = [row[0].split(",") if len(row) == 1 else row for row in header]
    assert found.column_count == max(map(len, header), default=0)
    if not found.has_header:
        assert found.column_names == tuple(f"column_{n}" for n in range(1, found.column_count + 1))
    elif found.header_rows == 1:
        assert found.column_names == tuple(header[0])


ENCODINGS = st.sampled_from(["", "utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"])


@settings(max_examples=examples(80), deadline=None)
@given(data=csv_bytes, encoding=ENCODINGS, lengths=piece_lengths, zipped=st.booleans())
@example(data=b"\0;a", encoding="utf-16-be", lengths=[1], zipped=False)
@example(data=b'\\,\r\\,\\, "', encoding="", lengths=[1], zipped=False)
def test_any_bytes_are_read_as_the_csv_module_reads_them(data, encoding, lengths, zipped):
    if encoding:
        data = data.decode("utf-8", "replace").encode(encoding, "replace")
    stream = Pieces(gzip.compress(data, 1, mtime=0) if zipped and data else data, lengths)
    try:
        found = read_csv_metadata(stream)
    except UnreadableCsv as error:
        assert str(error).startswith(("looks like", "holds nothing but"))  # noqa: PT017
        return
    assert found.compression == ("gzip" if zipped and data else None)
    assert_as_csv_module_reads(data, found)


@pytest.mark.parametrize(
    "data",
    [
        b"id,pipe\n1,5\" x 3\n2,'a\n",
        b'id,"note"\n1,"a\n\n""b"", c"\n\n2,\n',
        b"id,name\r1,a\r\r2,b",
        b"id,a\0b\n1,\0\n",
        "naïve,café\n1,2\n".encode(),
        "id,name\n1,ä\n".encode("utf-16"),
        "id;name\n1;ä\n2;ö\n".encode("utf-32"),
        codecs.BOM_UTF8 + b'"id","a,b"\n1,2\n',
        b"id||name||note\n1||a||x\n2||b||y\n3||c||z\n",
        b"id,name\n1,\xff\xfe\n",
    ],
)
def test_a_cut_at_any_byte_changes_nothing(data):
    whole = read(data)
    assert_as_csv_module_reads(data, whole)
    for at in range(1, len(data)):
        assert read_csv_metadata(Pieces(data, [at, len(data)])) == whole


@pytest.mark.parametrize("filler", [b"1,a\n", b'1,"a\n"\n', "1,é\n".encode(), b"\n\r\n"])
def test_a_file_longer_than_the_sample_is_counted_to_its_end(filler):
    data = b"id,name\n2,b\n" + filler * 100_000 + b'7,"c'
    found = read(data)
    assert_as_csv_module_reads(data, found)
    assert found.warnings == ("unterminated quote",)


@pytest.mark.parametrize(
    ("data", "undecodable"),
    [
        (b"\xff", 1),
        (b"\xff\xc3(", 2),
        (b"\xe2\x82\n", 2),
        (b"\xef\xbf\xbd\xff", 1),
        (b"\xf0\x9f\x98", 3),
        (b"\xff" * 200_000, 200_000),
    ],
)
def test_bytes_that_do_not_decode_later_on_are_counted_and_stop_nothing(data, undecodable):
    data = "id,näme\n".encode() + b"1,a\n" * 20_000 + data
    found = read(data)
    assert_as_csv_module_reads(data, found)
    assert found.undecodable_bytes == undecodable
    assert found.warnings[0].endswith(f"replaced; probably {found.undecodable_as}")


def test_half_a_character_of_utf_16_is_counted_too():
    data = "id,name\n".encode("utf-16-le") + "1,a\n".encode("utf-16-le") * 10_000
    data += b"\x00\xd8a\x00\n"
    found = read(codecs.BOM_UTF16_LE + data)
    assert_as_csv_module_reads(codecs.BOM_UTF16_LE + data, found)
    assert (found.undecodable_bytes, found.row_count) == (3, 10_001)
    assert found.warnings == ("3 bytes are not utf-16 and were replaced",)


@pytest.mark.parametrize(
    ("header", "warnings"),
    [
        ("id,name", []),
        ("id,name,id,id", ["duplicate column name: id"]),
        ("id,,name", ["blank column name: column 2"]),
        ('id,"",name', ["blank column name: column 2"]),
        ("id, name", ["leading or trailing spaces in column name: ' name'"]),
        ('id,"name "', ["leading or trailing spaces in column name: 'name '"]),
        ("id,na\0me", [r"non-printing characters in column name: 'na\x00me'"]),
        ("id,na\u200bme", [r"non-printing characters in column name: 'na\u200bme'"]),
    ],
)
def test_names_are_raw_and_the_odd_ones_are_warned_of(header, warnings):
    data = f"{header}\n{','.join('1234'[: header.count(',') + 1])}\n".encode()
    found = read(data)
    assert found.has_header
    assert_as_csv_module_reads(data, found)
    assert list(found.warnings) == warnings


def test_many_odd_names_are_warned_of_in_a_few_lines():
    found = read(",".join(["id", "name"] * 50).encode() + b"\n" + b",".join([b"1"] * 100) + b"\n")
    assert found.warnings == ("duplicate column name: id", "duplicate column name: name")
    found = read(b"id,name" + b"," * 50 + b"\n1,a" + b"," * 50 + b"\n")
    assert len(found.warnings) == 11
    assert found.warnings[-1] == "blank column name: 40 more"


HEADERS = {
    "short names": b",".join(b"c%d" % n for n in range(300_000)),
    "quoted names": b",".join(b'"c,%d"' % n for n in range(300_000)),
    "quoted names with quotes": b",".join(b'"c""%d"' % n for n in range(300_000)),
    "one long name": b"id,name," + b"x" * 2_000_000,
    "a long name in quotes": b'id,name,"' + b"x\n" * 1_000_000 + b'"',
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_of_megabytes_is_counted_whole_and_kept_in_part(header):
    expected = rows(header, "utf-8", ",", '"')[0]
    found = read(header + b"\n" + b"1" + b"," * (len(expected) - 1) + b"\n")
    assert found.column_count == len(expected)
    assert found.row_count + found.has_header == 2
    kept = len(found.column_names)
    assert 0 < kept < len(expected)
    if found.has_header:
        assert list(found.column_names) == expected[:kept]
    assert f"only the first {kept:,} of {len(expected):,} column names are kept" in found.warnings


class Fault(Exception):
    """What a stream may raise that is no fault of the file."""


@pytest.mark.parametrize(
    "head", [b"", b"id,name\n1,a\n", gzip.compress(b"id,name\n", mtime=0)[:-4]]
)
def test_what_the_stream_raises_passes_through(head):
    class Faulty(io.BytesIO):
        def read(self, size):
            if data := super().read(size):
                return data
            raise Fault

    with pytest.raises(Fault):
        read_csv_metadata(Faulty(head))


class Repeated:
    """A stream of `head`, and then `piece` over and over up to `size` bytes, made as it is read."""

    def __init__(self, head: bytes, piece: bytes, size: int):
        self._head = head
        self._pieces = piece * (2**19 // len(piece) + 2)
        self._period = len(piece)
        self._at = 0
        self._size = size

    def read(self, size: int) -> bytes:
        if self._head:
            head, self._head = self._head[:size], self._head[size:]
            return head
        start = self._at % self._period
        piece = self._pieces[start : start + min(size, self._size - self._at)]
        self._at += len(piece)
        return piece


LONG = [
    (b"", b'"abcdef",'),
    (b"id,name\n", b'1,"a""\n"\n'),
    (b'id,name\n1,"', b"ab\n"),
    ("id,name\n1,ä\n".encode("utf-16"), "1,ä\n".encode("utf-16-le")),
    (b"id,name\n", b"1,a\n"),
    (b"id,name\n", b'1,5" pipe\n'),
    (b"id,name\n1,2\n", b"ab,"),
    (b"id,name\n1,2\n", b"\n"),
    (b"", b"ab,"),
    (b'id,"', b"ab\n"),
]


@pytest.mark.parametrize(("head", "piece"), first_of(LONG, 4))
def test_memory_does_not_grow_with_the_file_nor_with_a_line_nor_with_a_field(head, piece):
    read(b"id,name\n1,2\n")
    tracemalloc.start()
    try:
        read_csv_metadata(Repeated(head, piece, 1_250_000))
        _, peak_of_a_small_one = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        read_csv_metadata(Repeated(head, piece, 3_000_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24_000_000
    assert peak < peak_of_a_small_one + 1_250_000  # of 1,750,000 that are more to read


def test_decompressing_to_more_than_the_cap_is_refused_before_it_is_done():
    bomb = gzip.compress(b"1,a\n2,b\n" * 1_000_000, mtime=0)
    stream = io.BytesIO(bomb * 50)
    with pytest.raises(UnreadableCsv, match="more than 1,000,000 bytes"):
        read_csv_metadata(stream, max_decompressed_bytes=1_000_000)
    assert read(bomb, max_decompressed_bytes=8_000_000).row_count == 2_000_000
