"""The calls for pandas and polars, run on the file: rows and values as cataloged."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

import pandas
import polars
import pytest

from chalicelib.tools.load.statement import schema_of
from tests.unit.tools.load.schema_files import DIFFICULT, FORMS, SAMPLES, VEGA, described, values

FILES = DIFFICULT | FORMS | SAMPLES | VEGA
PANDAS = {
    "boolean": "boolean",
    "integer": "Int64",
    "double": "Float64",
    "date": "datetime64",
    "timestamp": "datetime64",
    "timestamptz": "datetime64",
}
POLARS = {
    "boolean": polars.Boolean,
    "integer": polars.Int64,
    "double": polars.Float64,
    "date": polars.Date,
    "timestamp": polars.Datetime,
}


def run(code):
    """The data frame that the code makes."""
    made = {}
    exec(code, made)  # noqa: S102
    return made["df"]


def frame_of(name, folder, monkeypatch, tool):
    monkeypatch.chdir(folder)
    (folder / name).write_bytes(FILES[name])
    record = described(FILES[name], name)
    return record, run(schema_of(record, tool)[1]), values(FILES[name], record)


def as_pandas_has_it(value):
    """A value as pandas has one of its column: it has no times of a day, and decimals are doubles.

    Save those of more than 15 digits.
    """
    match value:
        case datetime():
            return pandas.Timestamp(value)
        case date():
            return pandas.Timestamp(value)
        case Decimal() if len(value.as_tuple().digits) <= 15:
            return float(value)
    return value


@pytest.mark.parametrize("name", FILES)
def test_pandas_has_the_rows_and_the_types_that_are_cataloged(name, tmp_path, monkeypatch):
    record, df, rows = frame_of(name, tmp_path, monkeypatch, "pandas")
    assert len(df) == record["row_count"]
    for place, column in enumerate(record["columns"]):
        found = [None if pandas.isna(cell) else cell for cell in df.iloc[:, place]]
        expected = [row[place] for row in rows]
        if column["type"] in ("time", "uuid"):
            found = [cell and read(column["type"], cell) for cell in found]
        elif column["type"] != "text":
            expected = list(map(as_pandas_has_it, expected))
            if column["type"] == "decimal" and column["precision"] > 15:
                expected = [row[place] for row in rows]
        assert found == expected, column["name"]
        kind = PANDAS.get(column["type"], "string")
        if column["type"] == "decimal":
            kind = "object" if column["precision"] > 15 else "Float64"
        assert str(df.dtypes.iloc[place]).split("[")[0] == kind


@pytest.mark.parametrize("name", FILES)
def test_polars_has_the_rows_and_the_types_that_are_cataloged(name, tmp_path, monkeypatch):
    record, df, rows = frame_of(name, tmp_path, monkeypatch, "polars")
    assert df.height == record["row_count"]
    for place, column in enumerate(record["columns"]):
        cells = df.to_series(place)
        found, expected = cells.to_list(), [row[place] for row in rows]
        if column["type"] in ("time", "timestamptz", "uuid"):
            found = [cell and read(column["type"], cell) for cell in found]
        assert found == expected, column["name"]
        kind = POLARS.get(column["type"], polars.String)
        if column["type"] == "decimal":
            kind = polars.Decimal(column["precision"], column["scale"])
        assert cells.dtype == kind


def read(kind, text):
    """A value of a type that neither has."""
    if kind == "uuid":
        return UUID(text)
    if kind == "time":
        if text.endswith("M"):
            return datetime.strptime(text, "%I:%M %p").time()
        hours, minutes, *seconds = text.split(":")
        second, _, fraction = "".join(seconds).partition(".")
        micro = int(fraction.ljust(6, "0")[:6] or 0)
        return time(int(hours), int(minutes), int(second or 0), micro)
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" +", "+"))


def test_a_plain_file_needs_nothing_but_the_call():
    record = described(b"id,name\n1,Ada\n", "orders.csv")
    assert (
        schema_of(record, "pandas")[1]
        == """import pandas as pd

df = pd.read_csv(
    "orders.csv",
    sep=",",
    quotechar="\\"",
    encoding="utf-8",
    encoding_errors="replace",
    compression=None,
    header=0,
    names=["id", "name"],
    usecols=range(2),
    dtype={
        "id": "Int64",
        "name": "string",
    },
    keep_default_na=False,
    na_values={
        "id": [""],
        "name": [""],
    },
)
"""
    )
    assert (
        schema_of(record, "polars")[1]
        == """import polars as pl

df = pl.read_csv(
    "orders.csv",
    has_header=False,
    skip_rows=1,
    separator=",",
    quote_char="\\"",
    encoding="utf8",
    glob=False,
    schema={
        "id": pl.Int64,
        "name": pl.String,
    },
).with_columns(
    pl.col("name").replace([""], None),
)
"""
    )
