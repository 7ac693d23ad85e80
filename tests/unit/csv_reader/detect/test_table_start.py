"""Where a table begins: padded lines above its header, and headers of several kinds of rows."""

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.detect.dialect import detect_dialect
from tests.unit.csv_reader.csv_oracle import Pieces

HEADER = "id,item,qty,amount\n"
ROWS = "1,bolt,2,1.50\n2,nut,5,0.20\n3,screw,7,0.10\n4,nail,9,0.40\n"
NAMES = ("id", "item", "qty", "amount")


def read(text):
    return read_csv_metadata(Pieces(text.encode(), [100_000]), profile=True)


@pytest.mark.parametrize(
    "above",
    [
        "Store,Leeds,,\n",
        "Store,Leeds,,\nFrom,2024-01-01,,\nTo,2024-01-31,,\n",
        "From,2024-01-01,To,\n",
        "From,2024-01-01,To,2024-01-31\n",
        "Stock list,,,Page 1\n",
        "Sales,,Page,1\n",
        "Stock list,,,31/01/2024\n",
        "Stock list,,,2024\n",
        "Stock list,North,,\n",
        "Report_B,3/13/2015,,\n",
        "Sales 2024,,,\nPage 1 of 3,,,\n",
        "Client,ACME Ltd,,\nPeriod,Q1 2024,,\n,,,\n",
        "Name:,Leeds,Date:,2024-01-01\n",
        "Printed,2024-01-01 10:00,,\n",
        "Account,12345678,,\nCurrency,GBP,,\n",
        ",,,Page 1\n",
        "Company,Leeds Ltd,VAT,GB123\n",
    ],
)
def test_titles_keys_dates_and_page_numbers_that_were_padded_are_preamble(above):
    found = read(above + HEADER + ROWS)
    assert (found.column_names, found.header_rows) == (NAMES, 1)
    assert (found.preamble_rows, found.row_count) == (above.count("\n"), 4)


@pytest.mark.parametrize(
    "below",
    [
        "int,varchar,int,decimal\n",
        "numeric,text,numeric,numeric\n",
        '"INTEGER","VARCHAR(10)","INTEGER","NUMERIC(10,2)"\n',
        "#id,#item,#qty,#amount\n",
        "5s,15s,8n,8n\n",
        "--,----,---,------\n",
        "==,====,===,======\n",
        "Q1,Q2,Q3,Q4\n",
        "Number,Name of the item,How many,Price\n",
        "Number,Name of the item,How many,Price\nQ1,Q2,Q3,Q4\n--,--,--,--\n",
        '"{""ImportId"":""a""}","{""ImportId"":""b""}","{""ImportId"":""c""}","{}"\n',
    ],
)
def test_types_tags_formats_codes_labels_and_dashes_below_the_names_are_of_the_header(below):
    found = read(HEADER + below + ROWS)
    assert (found.column_names, found.header_rows) == (NAMES, 1 + below.count("\n"))
    assert [column.type for column in found.columns] == ["integer", "text", "integer", "decimal"]


def test_units_below_the_names_belong_to_them():
    assert read(HEADER + ",,pcs,EUR\n" + ROWS).column_names[2:] == ("qty / pcs", "amount / EUR")


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROWS,
        "id,val1,val2\nx,missing,none given\ny,5,6\nz,7,8\n",
        "name,age,city\nAnn,unknown,Leeds\nBob,5,York\nCy,7,Hull\n",
        "a,b,c,d\nw,x,y,z\n1,2,3,4\n5,6,7,8\n",
        "region,2019,2020,2021\nN,1,2,3\nS,4,5,6\n",
        HEADER + "-,-,-,-\n" + ROWS,
        "type,name,int\ntext,a,1\nint,b,2\n",
        "name,value\nrow 1,(5)\nrow 2,7\n",
    ],
)
def test_in_doubt_a_header_is_of_one_row(text):
    found = read(text)
    assert (found.preamble_rows, found.header_rows) == (0, 1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (",Population,,Area\nname,m,f,km2\nA,1,2,3\nB,3,4,5\n", ("name", "Population / m")),
        ("Region,People,,\n,2019,2020,2021\nA,1,2,3\nB,3,4,5\n", ("Region", "People / 2019")),
        (",Jan 2024,,Feb 2024,\nname,a,b,a,b\nx,1,2,3,4\ny,1,2,3,4\n", ("name", "Jan 2024 / a")),
    ],
)
def test_groups_of_columns_stay_groups(text, names):
    assert read(text).column_names[:2] == names


@pytest.mark.parametrize(
    ("text", "rows", "header_rows", "footer_rows"),
    [
        ("+--+---+\n|id|nam|\n+--+---+\n|1|a|\n|2|b|\n+--+---+\n", 2, 2, 1),
        (
            "+--+---+\n|id|nam|\n+--+---+\n|1|a|\n|2|b|\n+--+---+\n2 rows in set (0.00 sec)\n",
            2,
            2,
            2,
        ),
        ("|id|name|\n|:---|---:|\n|1|a|\n|2|b|\n", 2, 2, 0),
        (" id | name | n\n----+------+---\n  1 | a    | 5\n  2 | b    | 6\n(2 rows)\n", 2, 2, 1),
        ("id   name  n\n---  ----  --\n1    a     5\n2    b     6\n", 2, 2, 0),
    ],
)
def test_frames_around_a_table_are_no_rows(text, rows, header_rows, footer_rows):
    found = read(text)
    assert (found.row_count, found.header_rows, found.footer_rows) == (
        rows,
        header_rows,
        footer_rows,
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("id,item,,,,\n1,bolt,a,b,1,4\n2,nut,c,d,2,3\n", ("id", "item", "", "", "", "")),
        (
            "this,is,,,,\na,test,rows,stuff,1,4\nasd,dfg,ghj,jkk,2,3\n",
            ("this", "is", "", "", "", ""),
        ),
        ("name,city,,,,\nAnn,Leeds,a,b,c,d\nBob,York,e,f,g,h\n", ("name", "city", "", "", "", "")),
        ("id,,,,\n1,bolt,a,1,4\n2,nut,c,2,3\n", ("id", "", "", "", "")),
    ],
)
def test_a_header_may_name_fewer_than_half_of_the_columns(text, names):
    found = read(text)
    assert (found.column_names, found.preamble_rows, found.row_count) == (names, 0, 2)


def test_a_header_without_the_spaces_that_the_rows_have_names_all_columns():
    found = read("id,name,n\n" + "".join(f'{i}, "a{i}, b", {i}\n' for i in range(20)))
    assert (found.column_names, found.row_count) == (("id", "name", "n"), 20)
    assert [column.type for column in found.columns] == ["integer", "text", "integer"]
    assert found.ragged_rows.count == 0


@pytest.mark.parametrize(
    ("comment", "names"),
    [("# year month mean\n", ("year", "month", "mean")), ("# year mean\n", ())],
)
def test_names_behind_a_hash_over_aligned_numbers_are_names_if_they_are_as_many(comment, names):
    found = read(f"# data\n{comment} 1958 3 315.71\n 1958 4 317.45\n 1958 5 317.51\n")
    assert (found.column_names if found.has_header else ()) == names
    assert (found.column_count, found.row_count) == (3, 3)


def test_a_header_that_is_repeated_is_one():
    words = "File;Kind\na.java;text/x\nb.java;text/y\nFile;Kind\nc.java;text/z\n"
    assert detect_dialect(words, complete=True).has_header
    others = "Anna,Berg\nKarl,Dahl\nAnna,Berg\nEva,Lund\nKarl,Dahl\n"
    assert not detect_dialect(others, complete=True).has_header


@pytest.mark.parametrize("comments", [10, 500, 30_000])
@pytest.mark.parametrize(
    "line",
    ["# made, by a machine\n", "# with two bytes\r\n", '##contig=<ID=1,name="a b">\n', "%,\n"],
)
def test_comments_above_a_table_do_not_hide_it_however_many(comments, line):
    found = read(line * comments + HEADER.replace(",", "\t") + ROWS.replace(",", "\t"))
    assert (found.delimiter, found.column_names, found.preamble_rows) == ("\t", NAMES, comments)
    assert found.row_count == 4


def test_a_quote_in_comments_that_belongs_to_the_table_is_counted_as_it_is():
    found = read('#,"\n' * 501 + HEADER + ROWS)
    assert found.preamble_rows + found.header_rows + found.row_count + found.footer_rows == 1 + 250


def test_names_that_differ_in_case_or_unicode_form_only_are_warned_of():
    found = read("ID,id,Id,caf\u00e9,cafe\u0301\n1,2,3,4,5\n6,7,8,9,0\n")
    said = [warning for warning in found.warnings if "differ in case" in warning]
    assert len(said) == 2
    assert said[0].endswith("'ID', 'id', 'Id'")


def test_rows_that_are_each_in_quotes_as_one_cell_are_warned_of():
    simple = read('"id,name,city"\n"1,Ann,Paris"\n"2,Bob,Rome"\n')
    assert (simple.column_count, simple.row_count) == (3, 2)
    nested = read('"id,name,""city"""\n"1,Ann,""Paris, F"""\n"2,Bob,""Rome"""\n')
    assert nested.column_count == 1
    warning = "each whole row is in quotes, as one cell"
    assert simple.warnings == ("quotes are text, and quote nothing", warning)
    assert nested.warnings == (warning,)
    cells = read('city\n"Paris, France, EU"\n"Rome, Italy, EU"\n')
    assert (cells.column_count, cells.warnings) == (1, ())


@pytest.mark.parametrize("width", [2, 10])
@pytest.mark.parametrize("name", ["c{}", "col_{}", "field {}"])
@pytest.mark.parametrize(
    "code",
    [
        "123e4567-e89b-12d3-a456-4266141740{:02}",
        "da39a3ee5e6b4b0d3255bfef95601890afd807{:02}",
        "AB-000{:02}",
        "{:02}XYZ",
    ],
)
def test_numbered_names_above_codes_and_hashes_are_a_header(code, name, width):
    names = tuple(name.format(i) for i in range(width))
    rows = [",".join(code.format(width * row + i) for i in range(width)) for row in range(6)]
    found = read("\n".join([",".join(names), *rows, ""]))
    assert (found.column_names, found.row_count) == (names, 6)
    headless = read("\n".join([*rows, ""]))
    assert (headless.has_header, headless.row_count) == (False, 6)


def test_rows_that_are_numbered_themselves_have_no_header():
    found = read("A1,A2,A3\nB1,B2,B3\nC1,C2,C3\nD1,D2,D3\n")
    assert (found.has_header, found.row_count) == (False, 4)


@pytest.mark.parametrize(
    "row", ['"{{""id"": {0}}}","{{""size"": {0}}}"', "#a{0},#b{0}", "text({0}),date", "{0}s,{0}n"]
)
def test_rows_that_are_all_written_as_tags_or_types_are_data(row):
    found = read("c0,c1\n" + "".join(row.format(i) + "\n" for i in range(10, 30)))
    assert (found.column_names, found.header_rows, found.row_count) == (("c0", "c1"), 1, 20)


def test_codes_above_labels_are_names_and_no_keys():
    found = read("resp,q1,age,q2\nRespondent,Likes it,How old,How often\n1,5,30,2\n2,4,31,3\n")
    assert found.column_names == ("resp", "q1", "age", "q2")


@pytest.mark.parametrize("width", [5, 1000])
def test_names_over_short_rows_are_names(width):
    names = ",".join(f"n{i}" for i in range(width))
    found = read(f"{names}\n1,2\n3,4\n5,6\n")
    assert (found.delimiter, found.column_count, found.row_count) == (",", width, 3)


@pytest.mark.parametrize(
    "cells",
    [
        ["mac", "aa:bb:cc:dd:ee:ff", "00:11:22:33:44:55"],
        ["time", "12:30", "09:15"],
        ["ip", "2001:db8::1", "fe80::1", "::1"],
        ["ip", "2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:2"],
        ["host", "10.0.0.1:80", "10.0.0.2:443"],
        ["ratio", "1:2", "16:9", "4:3"],
    ],
)
def test_colons_within_times_and_addresses_divide_nothing(cells):
    found = read("\n".join(cells) + "\n")
    assert (found.column_names, found.row_count) == ((cells[0],), len(cells) - 1)


@pytest.mark.parametrize(
    "text",
    ["a:b:c:d:e:f\n10:20:30:40:50:60\n11:21:31:41:51:61\n", "from:to\n12:30\n09:15\n10:45\n"],
)
def test_names_with_as_many_colons_show_that_these_divide(text):
    assert read(text).delimiter == ":"
