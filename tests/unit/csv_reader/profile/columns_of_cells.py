"""Cells of every kind, the profile of a column of them, and long files made of short ones."""

import csv
import io
from contextlib import contextmanager
from dataclasses import asdict

import pytest

from chalicelib.csv_reader import read, read_csv_metadata, table_rows
from chalicelib.csv_reader.profile import columns as profile_columns
from chalicelib.csv_reader.profile import stream as profile_stream
from chalicelib.csv_reader.profile.engine import plan, questions
from chalicelib.csv_reader.profile.figures import tally
from tests.unit.csv_reader.csv_oracle import Pieces

POOLS = {
    "integers": ["0", "1", "-1", "7", "12", "+5", "-0", "9007199254740993", "1000"],
    "long": ["9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" * 40],
    "fractions": ["0.5", "-0.25", ".5", "5.", "12.50", "9007199254740993.1", "0." + "1" * 38],
    "exponents": ["1e5", "-1.5E-3", "1e400", "1e-400", "2e308", ".5e1", "1.e2"],
    "hex ids": ["4e5123456789", "4e512345678", "0e512345678", "1f2e3d4c5b6a", "123456789012"],
    "huge": ["9" * 308, "9" * 310, "-" + "9" * 400, "9" * 310 + ".5", "1e-999999999", "1e308"],
    "zeros": ["007", "-007", "007.1", "00", "0e1", "00e1"],
    "commas": ["1,5", "0,123", ",5", "12,3456", "-1,5"],
    "ambiguous commas": ["1,234", "12,345", "-999,000"],
    "decorated": ["1,234,567", "1.234,50", "1 234", "5%", "12,5 %", "$5", "5 €", "EUR 1,234.50"],
    "thousands": ["1,234,567", "2,288", "194", "-1,047", "12,345.5", "0.5"],
    "thousands with points": ["1.234.567", "2.288", "194", "-1.047", "12.345,50", "7,5"],
    "thousands with spaces": ["1 234", "12 345 678", "7", "-5 000", "1 234,5", "0,25", "1 234.5"],
    "lakhs": ["12,34,567", "1,000", "99", "1,00,000.5"],
    "ids of nine digits": ["123 456 789", "987 654 321", "123.456.789"],
    "money": ["$5", "$1,234.50", "-$3", "$-2.5", "7.00", "($4)", "$ 1,000"],
    "euros": ["5,00 €", "1.234,50 €", "-3 €", "0,5\u00a0€", "€ 7"],
    "crowns": ["5 kr", "120 kr.", "kr 7", "5,50 zł", "R$ 3"],
    "shares": ["5%", "12.5 %", "-3%", "100%", "7"],
    "minuses": ["(5)", "(1,234.00)", "7", "5-", "1.5-", "−5", "–3", "-2", "(12)", "(0.5)"],
    "true and false": ["true", "FALSE", "True", "false"],
    "yes and no": ["yes", "No", "t", "F", "ja", "oui", "y", "n"],
    "iso dates": ["2020-01-31", "2021-02-30", "2020-2-1", "0001-01-01", "0000-01-01", "9999-12-31"],
    "dates": ["01/02/2020", "13/02/2020", "02/13/2020", "31/02/2020", "5/6/1999"],
    "other dates": ["2020/01/31", "31.12.2020", "1.2.2020", "2020.01.02", "31/12/20", "1-2-2020"],
    "short years": [
        "31/12/99",
        "04/07/20",
        "15/03/21",
        "12/31/99",
        "01/02/03",
        "24-01-31",
        "5-6-68",
    ],
    "months by name": [
        "12-Jan-24",
        "5-Feb-24",
        "31-Dec-99",
        "01-OCT-2023",
        "31 Jan 2024",
        "30-Feb-24",
    ],
    "months in front": ["Jan 31, 2024", "May 1, 2024", "March 3, 2023", "Jan 31 2024"],
    "dates elsewhere": [
        "2024年1月31日",
        "2024年12月1日",
        "2024.01.31.",
        "31. 1. 2024",
        "1. 12. 2024",
    ],
    "half days": ["1/2/2023, 12:33 PM", "12/22/2023, 11:57 AM", "9:05 PM", "12:10 am", "13:00 PM"],
    "logged": ["2024-01-31 10:15:00,123", "31/Jan/2024:10:00:00 +0100", "2024/01/31 10:00 +0100"],
    "times": ["10:00", "9:05:03", "24:00", "23:59:59.5", "12:60", "00:00:00.123456789"],
    "timestamps": [
        "2020-01-31 10:00",
        "2020-01-31T10:00:00",
        "2020-01-31T10:00:00.25",
        "2020-01-31 24:00",
    ],
    "other timestamps": ["13/02/2020 10:00", "01/02/2020 11:00:01", "02/13/2020T09:00"],
    "zoned": [
        "2020-01-31T10:00Z",
        "2020-01-31 10:00:00+02:00",
        "2020-01-31 23:00-0530",
        "2020-01-31T08:00 UTC",
    ],
    "uuids": ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174001"],
    "nulls": ["", "NA", "n/a", "NULL", "\\N", "None", "-", ".", "   "],
    "telephones": ["+14155550123", "+49 30 1234", "+49 301 234", "+4930", "+1 (415) 555-0123"],
    "nothing in other words": ["NaN", "#N/A", "--", "n.a.", "…", "—", "0000-00-00", "x", "*"],
    "booleans elsewhere": ["ja", "Nein", "VRAI", "faux", "on", "OFF", "oui", "non", "Ja"],
    "words": [
        "Bonn",
        "München",
        "東京",
        "a, b",
        'say "hi"',
        "two\nlines",
        "x" * 1000,
        "nan",
        "inf",
        "1_000",
        "١٢",
    ],
    "spaced": [" 5", "5 ", "\t7", " 0.5 ", " 2020-01-31", " true"],
    "prices": ["12.50", "0.99", "1000.00", "-3.25", "7.5"],
    "prices with commas": ["12,50", "0,99", "1000,00", "-3,25", "7,5", "1.000,00"],
    "long fractions with commas": ["12,5012", "0,1234", "-3,2510"],
    "moments": ["2020-01-31 10:00:00", "2021-12-01 23:59:59", "2020-02-29 00:00:00"],
    "moments with a T": ["2020-01-31T10:00:00", "2020-01-31T10:00:00.250", "0001-01-01T00:00:00"],
    "nearly moments": ["2020-01-31 10:00: 5", "2020-01-31 10:0:00", "2020-01-31 10:00:0"],
    "nearly dates": ["2020-01-3 ", "2020-1-031", "2020-01-3/", "infinity", "epoch", "10000-01-01"],
    "letters first": [
        *("Hills", "harbor", "fjord", "amber", "yes sir", "no", "no ", "Nathan", "nul", "none"),
        *("GBP 5", "USD", "East", "deadbeef", "deadbeef-dead-beef-dead-beefdeadbeef", "Zürich"),
        *("false ", "falsehood", "t", "e5", "Élan", "Ωmega", "12 Main St", "5 km", "€uro", "–"),
    ],
}


def written(names, rows, **options) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n", **options).writerows([names, *rows])
    return stream.getvalue().encode()


def profiled(column: list[str], name="value"):
    """The profile of a column, beside one that keeps rows from being blank."""
    rows = [(f"row {number}", cell) for number, cell in enumerate(column, 1)]
    found = read_csv_metadata(Pieces(written(["row", name], rows), [100]), profile=True)
    assert found.column_names == ("row", name)
    assert found.profiled_rows == found.row_count == len(column)
    return found.columns[1]


def profiled_beside_itself(column: list[str]):
    """The profiles of two columns of the same cells."""
    data = written(["row 1", "row 2"], zip(column, column, strict=True), delimiter=";")
    found = read_csv_metadata(Pieces(data, [100]), profile=True)
    return found if (found.column_count, found.row_count) == (2, len(column)) else None


def as_oracle(found) -> dict:
    """What the oracle tells too."""
    fields = asdict(found)
    almost = found.almost
    fields["almost"] = almost and (almost.type, almost.count, almost.row, almost.text)
    for name in ("name", "has_outer_spaces", "traits", "notes", "kinds", "month_language"):
        del fields[name]
    return fields


@contextmanager
def small_batches(values: int):
    """As if a file of some hundred bytes were long, and more than so many values too many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_SAMPLE_BYTES", 150)
        patch.setattr(table_rows, "_HELD_BYTES", 50)
        patch.setattr(profile_stream, "_FIRST_BATCH_BYTES", 200)
        patch.setattr(profile_stream, "_SECOND_BATCH_BYTES", 200)
        patch.setattr(profile_stream, "_BATCH_BYTES", 1000)
        patch.setattr(profile_columns, "_FEW_CELLS", 6)
        patch.setattr(profile_columns, "_FEW_ROWS", 1)
        for module in (profile_columns, questions, tally):
            patch.setattr(module, "MOST_VALUES", values)
        patch.setattr(questions, "_COLUMNS_AT_ONCE", 1)
        patch.setattr(questions, "_MANY_LEFT", 2)
        patch.setattr(plan, "_MOST_LEFT", 3)
        yield
