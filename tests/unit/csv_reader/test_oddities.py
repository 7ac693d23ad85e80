"""What only the rest of a file shows is told with its first place, whatever the pieces."""

import csv
import io

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.oddities import OtherRows, Place
from tests.unit.csv_reader.csv_oracle import Pieces


def read(data: bytes, **options):
    return read_csv_metadata(io.BytesIO(data), **options)


def rows(count: int, delimiter: bytes = b"\t") -> bytes:
    return b"".join(b"%d%babc\n" % (n, delimiter) for n in range(count))


BEGINNING = b"id\ttitle\n" + rows(10_000)
TAKING = b'1\t"Rome\n' + rows(8) + b'2\t"Oslo\n'
LINES = {
    "closed by another quote": BEGINNING + b'1\t"Rome\n' + rows(19_989) + b'2\t"Oslo\n' + rows(9),
    "few lines": BEGINNING + b'1\t"Rome\n' + rows(6) + b'2\t"Oslo\n' + rows(9),
    "never closed": BEGINNING + b'1\t"Rome\n' + rows(20_000),
    "within the piece after": BEGINNING + rows(40_000) + TAKING,
    "in two pieces, one after the other": BEGINNING + TAKING + rows(30_000) + TAKING + rows(9),
    "ends of lines of two characters": (
        BEGINNING + b'1\t"Rome\n' + rows(50) + b'2\t"Oslo\n' + rows(9)
    ).replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("profile", [False, True])
@pytest.mark.parametrize("data", LINES.values(), ids=LINES)
def test_rows_within_a_quoted_cell_are_warned_of_with_the_row_and_the_count_without(data, profile):
    found = read(data, profile=profile)
    lines = [line for line in data.split(b"\n") if line.strip(b"\r")]
    first = next(n for n, line in enumerate(lines) if b'"' in line)
    assert found.quote_character == '"'
    assert found.swallowed_rows == OtherRows(first, len(lines) - 1)
    assert f"row {first:,}" in "".join(found.warnings)
    assert f"{len(lines) - 1:,} rows" in "".join(found.warnings)


@pytest.mark.parametrize("size", [100, 5_000, 70_000, 100_000])
def test_wherever_the_pieces_end(size):
    data = LINES["closed by another quote"]
    found = read_csv_metadata(Pieces(data, [size]))
    assert found.swallowed_rows == read(data).swallowed_rows


QUIET = {
    "a text of lines": b'1\t"a poem\nof many\nlines\nthat\nis\nlong\nand"\n',
    "a text with tabs here and there": b'1\t"a\tb\nc\nd\te\nf\ng\nh\ni"\n',
    "lines without the quote": b'1\t"a"\n' + rows(100),
    "folders": b'1\t"C:\\temp\\"\n2\t"D:\\"\n',
    "JSON": b'1\t"{""a"": ""b\\""c""}"\n',
    "stray quotes": b'1\t5" x 7\n2\t"y" z\n',
}


@pytest.mark.parametrize("more", QUIET.values(), ids=QUIET)
def test_what_is_in_order_is_not_warned_of(more):
    found = read(BEGINNING + more + rows(9))
    assert (found.swallowed_rows, found.escaped_quotes, found.warnings) == (None, None, ())


COMMAS = b"id,say,n\n" + b"".join(b"%d,abc,1\n" % n for n in range(10_000))


def test_backslashes_before_quotes_are_warned_of_with_the_row_and_the_count_with_them():
    data = COMMAS + b'1,"say \\"a, b\\", now",2\n2,"a \\"\nb\\"",3\n3,c,4\n'
    found = read(data)
    expected = [row for row in csv.reader(io.StringIO(data.decode()), escapechar="\\") if row]
    assert found.escape_character is None
    assert found.escaped_quotes == OtherRows(10_001, len(expected) - 1)
    assert "a backslash seems to escape a quote, first in row 10,001" in found.warnings[0]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_backslash_and_its_quote_may_be_in_two_pieces(cut):
    data = COMMAS + b'1,"\\"a, b\\", now",2\n2,c,3\n'
    stream = Pieces(data, [len(COMMAS) + cut, len(data)])
    assert read_csv_metadata(stream).escaped_quotes == OtherRows(10_001, 10_002)


MARKS = {
    "decoded_twice": ["cafÃ©", "MÃ¼nchen", "naÃ¯ve", "Â£5", "itâ€™s", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Ã€ bas"],
    "replacement_characters": ["caf\ufffd"],
    "invisible_characters": ["\u202a+972", "5\u200e", "a\u200bb", "a\ufeff", "soft\u00adly"],
}
MARKED = [(what, cell) for what, cells in MARKS.items() for cell in cells]


@pytest.mark.parametrize("before", [1, 30_000])
@pytest.mark.parametrize(("what", "cell"), MARKED)
def test_a_mark_of_a_mistake_is_told_with_its_first_cell(what, cell, before):
    rows = ["1,Zoë,x\n"] * before + [f"2,y,{cell}\n"] * 2
    found = read(("id,name,note\n" + "".join(rows)).encode())
    assert {name: getattr(found, name) for name in MARKS if getattr(found, name)} == {
        what: Place(before + 1, 3)
    }
    assert f"first in row {before + 1:,}, column 3" in found.warnings[-1]


@pytest.mark.parametrize(
    "cell",
    [
        "São Paulo",
        "SÃO PAULO",
        "Âge",
        "Århus",
        "İstanbul",
        "наука",
        "§ 5 – “a”",
        "\U0001f469\u200d\U0001f4bb",
    ],
)
def test_letters_that_only_look_like_it_are_none(cell):
    found = read(f"id,name\n1,{cell}\n".encode())
    assert not any(getattr(found, name) for name in MARKS)


def test_what_is_replaced_here_was_not_lost_before():
    found = read("id,näme\n1,é\n".encode() + b"2,\xff\n")
    assert (found.undecodable_bytes, found.replacement_characters) == (1, None)


def test_a_name_that_was_decoded_twice_is_above_the_first_row():
    found = read("id,prÃ©nom\n1,Zoe\n".encode())
    assert found.decoded_twice == Place(None, 2)
    assert found.warnings[-1].endswith("first above the first row, column 2")


def test_rows_that_are_one_cell_in_quotes_each_are_told():
    found = read(b'"id,name,""city"""\n"1,Ann,""Paris, France"""\n"2,Bob,""Rome"""\n')
    assert found.rows_in_quotes
    assert "each whole row is in quotes, as one cell" in found.warnings
    assert not read(b'"a, b"\n"c"\n"d, e"\n').rows_in_quotes


TAIL = b"".join(b"%d,abc\n" % n for n in range(20_000))


@pytest.mark.parametrize(
    ("cells", "encoding"),
    [
        ("café £5", "cp1252"),
        ("£5.10", "cp1252"),
        ("Łódź Kraków Gdańsk Żywiec", "cp1250"),
        ("東京都 大阪府 神奈川県 横浜市", "cp932"),
        ("Zoë 5 €", "utf-8"),
    ],
)
def test_the_encoding_is_decided_where_the_first_byte_beyond_ascii_is(cells, encoding):
    data = b"id,name\n" + TAIL + f"1,{cells}\n".encode(encoding)
    for content in (data, data + TAIL):
        found = read(content)
        assert (found.encoding, found.undecodable_bytes) == (encoding, 0)
        assert found.encoding_runner_up == {"utf-8": None, "cp1252": "cp1250"}.get(
            encoding, "cp1252"
        )


@pytest.mark.parametrize("size", [1, 7, 4_095])
def test_whatever_the_pieces_that_it_comes_in(size):
    data = b"id,name\n" + TAIL + "1,café £5\n".encode("cp1252") + b"2,x\n" * 2_000
    found = read_csv_metadata(Pieces(data, [150_000, *[size] * 500]))
    assert (found.encoding, found.undecodable_bytes) == ("cp1252", 0)


def test_bytes_that_are_not_utf_8_name_the_encoding_that_they_probably_are_of():
    polish = "1,Łódź\n2,Kraków\n3,Gdańsk\n4,Żywiec\n".encode("cp1250")
    found = read("id,é\n".encode() + TAIL + polish + TAIL)
    assert (found.encoding, found.undecodable_as) == ("utf-8", "cp1250")
    assert found.warnings == ("6 bytes are not utf-8 and were replaced; probably cp1250",)


@pytest.mark.parametrize("size", [7, 100, 100_000])
def test_rows_are_numbered_without_the_headers_that_are_repeated_above_them(size):
    header = "id,name,qty\n"
    table = [f"{i},x,{i}\n" for i in range(1, 30)]
    table[9] = '10,"x\nid,name,qty\n",10\n'
    table[20] = "21,Ã©té,21\n"
    table[24] = "25,\ufffd,25\n"
    table[5:5] = table[15:15] = [header]
    table[24:24] = [header, header]
    found = read_csv_metadata(Pieces("".join([header, *table]).encode(), [size]))
    assert found.repeated_headers == 4
    assert found.decoded_twice == Place(21, 2)
    assert found.replacement_characters == Place(25, 2)


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_quote_that_takes_rows_is_found_in_its_row_below_repeated_headers(size):
    header = b"id\ttitle\n"
    data = (
        BEGINNING + header + rows(500) + header + b'1\t"Rome\n' + rows(20) + header + b'2\t"Oslo\n'
    )
    found = read_csv_metadata(Pieces(data, [size]))
    assert found.swallowed_rows is not None
    assert found.swallowed_rows.row == 10_501
