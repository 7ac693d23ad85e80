"""A listing as CSV is read as it was written, and no cell of it is run."""

import csv
import io
import json
from dataclasses import fields, replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.record import FileRecord
from chalicelib.web.listing_csv import CSV_COLUMNS, listing_as_csv, prefers_csv
from tests.examples.records import RECORD

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_its_columns_are_fields_of_the_record():
    assert set(CSV_COLUMNS) <= {field.name for field in fields(FileRecord)}


def test_lines_end_as_rfc_4180_has_it_and_the_first_names_the_columns():
    text = listing_as_csv([RECORD])
    assert text.split("\r\n") == [
        ",".join(CSV_COLUMNS),
        "reports/2026/sales.csv,ready,2026-11-22T18:00:00.123Z,2026-11-22T18:00:01.456Z,1024,3,2,"
        '"[""id"", ""naïve""]",",","""",utf-8,true,0,,,"[""duplicate column name: id""]",'
        f"{RECORD.bucket},d41d8cd98f00b204e9800998ecf8427e,,",
        "",
    ]


@pytest.mark.parametrize("first", list("=+-@＝＋－＠\t\r\n"))
def test_a_cell_that_a_spreadsheet_would_run_is_a_text(first):
    [row] = rows(listing_as_csv([replace(RECORD, filename=f"{first}1+1.csv")]))
    assert row["filename"] == f"'{first}1+1.csv"


@pytest.mark.parametrize("between", [";", "\t", '";"', "\n", "a;b;"])
@pytest.mark.parametrize("first", list("=+-@＝＋－＠"))
def test_nothing_is_run_where_semicolons_or_tabs_are_the_delimiters(between, first):
    text = listing_as_csv([replace(RECORD, filename=f"a{between}{first}1+1.csv")])
    for delimiter in ";\t":
        cells = chain(*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        assert not any(cell.startswith(tuple("=+-@＝＋－＠")) for cell in cells)


@pytest.mark.parametrize("before", [" ", "\u00a0", "\u200b", "\u202e", "\ufeff", '"', "' ", "a;  "])
@pytest.mark.parametrize("sign", list("=@＝﹦−"))
def test_nothing_is_run_behind_what_a_program_drops(before, sign):
    [row] = rows(listing_as_csv([replace(RECORD, filename=f"{before}{sign}1+1.csv")]))
    assert row["filename"] == f"{before}'{sign}1+1.csv"


def test_a_name_of_separators_is_looked_through_once():
    name = '; \t"' * 20_000
    [row] = rows(listing_as_csv([replace(RECORD, filename=name)]))
    assert row["filename"] == name


@given(TEXTS, st.lists(TEXTS), st.none() | st.integers(0, 2**63 - 1))
def test_every_cell_is_read_back_and_none_is_a_formula(name, names, count):
    record = replace(RECORD, filename=name, column_names=tuple(names), row_count=count)
    [row] = rows(listing_as_csv([record]))
    assert not any(cell[:1] in tuple("=+-@\t\r\n") for cell in row.values())
    assert row["filename"].replace("'", "") == name.replace("'", "")
    read = json.loads(row["column_names"])
    assert [one.replace("'", "") for one in read] == [one.replace("'", "") for one in names]
    assert row["row_count"] == ("" if count is None else str(count))


@pytest.mark.parametrize(
    ("accept", "csv_is_preferred"),
    [
        ("", False),
        ("*/*", False),
        ("text/csv", True),
        ("Text/CSV; header=present", True),
        ("text/*", True),
        ("application/json", False),
        ("application/json, text/csv", False),
        ("application/json;q=0.9, text/csv", True),
        ("text/csv;q=0.5, */*;q=0.1", True),
        ("text/csv;q=0.1, */*;q=0.5", False),
        ("text/html, */*;q=0.8", False),
        ("text/csv;q=0", False),
        ("text/csv;q=zero", True),
        (";,;q=,text/csv", True),
    ],
)
def test_who_prefers_csv_gets_it(accept, csv_is_preferred):
    assert prefers_csv(accept) is csv_is_preferred
