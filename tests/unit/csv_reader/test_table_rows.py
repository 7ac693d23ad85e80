"""Rows of the table: headers that are repeated and what is below the table are none."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import read_csv_metadata
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import Pieces, piece_lengths, rows

HEADER = "id,item,price\n"
ROWS = "1,bolt,2.50\n2,nut,0.20\n3,screw,1.10\n"


def read(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_csv_metadata(io.BytesIO(content), profile=True, **options)


def types(found):
    return [column.type for column in found.columns]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROWS + HEADER + ROWS,
        HEADER + ROWS + "\ufeff" + HEADER + ROWS,
        HEADER + ROWS + '"id","item","price"\n' + ROWS,
        HEADER.replace("\n", "\r\n") + ROWS + HEADER.replace("\n", "\r\n") + ROWS,
        HEADER + ROWS + "\n" + HEADER + ROWS,
        HEADER + ROWS + ROWS + HEADER.rstrip(),
        '"id","item","price"\n' + ROWS + '"id","item","price"\n' + ROWS,
    ],
)
def test_a_header_that_is_repeated_is_no_row(text):
    found = read(text)
    assert (found.row_count, found.repeated_headers, found.footer_rows) == (6, 1, 0)
    assert types(found) == ["integer", "text", "decimal"]
    assert found.ragged_rows.count == 0
    assert f"above row {7 if text.endswith('price') else 4}" in found.warnings[0]


def test_every_repeated_header_is_counted_however_long_the_file():
    found = read((HEADER + ROWS * 300) * 100)
    assert (found.row_count, found.repeated_headers) == (90_000, 99)
    assert found.profiled_rows == 90_000
    assert types(found) == ["integer", "text", "decimal"]
    assert "99 times" in found.warnings[0]


def test_the_header_within_a_cell_or_a_longer_line_is_none():
    found = read(HEADER + ROWS + '4,"\nid,item,price\n",1\nid,item,price,5\n5,id,item\n')
    assert (found.row_count, found.repeated_headers) == (6, 0)


def test_the_header_behind_an_escaped_line_end_or_quote_is_one_where_a_record_begins():
    rows = '1,"a \\"b\\"",2\n2,"c\n",3\n'
    found = read(HEADER + rows * 20 + f'3,"\\"\n{HEADER}",4\n' + HEADER + rows + "4,a\\\n" + HEADER)
    assert found.escape_character == "\\"
    assert (found.row_count, found.repeated_headers) == (44, 1)


def test_a_value_of_the_only_column_may_be_as_its_name_is_unless_all_others_are_numbers():
    assert read("word\nthe\nword\nis\n").repeated_headers == 0
    assert read("id\n1\n2\nid\n3\n").repeated_headers == 1


@pytest.mark.parametrize(
    ("below", "footer_rows"),
    [
        ("Total,,3.80\n", 1),
        ("\nSource: the office\n", 1),
        (",,\n,,\n,,\n", 3),
        (",,\n" * 100_000, 100_000),
        ("   \n", 1),
        ("\x1a", 1),
        ("\x1a\n", 1),
        ("\0" * 5000, 1),
        ("\0" * 3_000_000, 1),
        ("Total,,3.80\n,,\n \n\x1a", 4),
        ('\n"Notes, in quotes"\n', 1),
    ],
)
def test_what_stands_below_the_table_is_no_row(below, footer_rows):
    found = read(HEADER + ROWS + below)
    assert (found.row_count, found.footer_rows) == (3, footer_rows)
    assert types(found) == ["integer", "text", "decimal"]
    assert "below the table" in found.warnings[0]


@pytest.mark.parametrize("end", ["\x1a", "\0\0\0", "\0" * 600_000])
def test_what_pads_the_last_row_is_no_part_of_its_last_cell(end):
    found = read((HEADER + ROWS).rstrip() + end)
    assert (found.row_count, found.footer_rows) == (3, 0)
    assert types(found) == ["integer", "text", "decimal"]


def test_a_header_of_nothing_but_delimiters_is_no_footer():
    data = "a\0\n\0;".encode("utf-16")
    found = read_csv_metadata(io.BytesIO(data))
    assert (found.preamble_rows, found.header_rows, found.footer_rows) == (1, 1, 0)
    assert found.row_count == 0


def test_a_warning_has_the_first_line_of_the_footer():
    assert "'Source: the office'" in read(HEADER + ROWS + "\nSource: the office\n").warnings[0]


@pytest.mark.parametrize(
    "text", [HEADER + ROWS + '"","",""\n', HEADER + ROWS + '4,"open\n,,\n,,\n', ",,\n,,\n"]
)
def test_what_may_be_a_row_is_one(text):
    assert read(text).footer_rows == 0


def test_rows_of_delimiters_alone_above_others_are_rows_and_are_warned_of():
    found = read(HEADER + ROWS + ",,\n" + ROWS + ",,\n" + ROWS)
    assert (found.row_count, found.footer_rows) == (11, 0)
    assert "2 rows are nothing but delimiters; the first is row 4" in found.warnings


def test_comments_between_rows_are_rows_and_are_warned_of():
    found = read(HEADER + ROWS + "# checked\n" + ROWS)
    assert found.row_count == 7
    assert "row 4 is a comment, to judge by its hash" in found.warnings
    tags = read("tag,n,m\n#a,1,2\n#b,2,3\n#c,2,3\n")
    assert tags.row_count == 3
    assert not tags.warnings


lines = st.lists(
    st.sampled_from(
        [
            *("a,b\n", "1,2\n", "x,y\r\n", ",\n", "\n", " \n", "Total,9\n", '"a","b"\n', "1,2"),
            *("\ufeffa,b\n", "note\n", "\x1a", "\0\0", "# c\n", "(2 rows)\n", '"', "a,b\r"),
        ]
    ),
    max_size=20,
)


@settings(max_examples=examples(50), deadline=None)
@given(lines=lines, lengths=piece_lengths, times=st.sampled_from([1, 300]))
def test_what_is_counted_and_what_is_left_out_are_all_records_of_the_csv_module(
    lines, lengths, times
):
    data = ("a,b\n1,2\n" + "".join(lines) * times).encode()
    found = read_csv_metadata(Pieces(data, lengths), profile=True)
    records = rows(data, found.encoding, found.delimiter, found.quote_character)
    assert len(records) == (
        found.preamble_rows
        + found.header_rows
        + found.repeated_headers
        + found.row_count
        + found.footer_rows
    )
    assert found.profiled_rows == found.row_count
    counted = read_csv_metadata(io.BytesIO(data))
    assert (counted.row_count, counted.footer_rows) == (found.row_count, found.footer_rows)
