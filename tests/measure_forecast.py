"""What DuckDB and pandas really do with files by default, against what was forecast.

`python -m tests.measure_forecast` writes docs/forecast.md. Wrong is a row, a column or a value that
is not there as it stands in the file.
"""

import datetime
import importlib.metadata
import math
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas

from chalicelib.csv_reader.shortened import counted
from chalicelib.tools.forecast.findings import forecast
from tests.unit.tools.load.schema_files import (
    DIFFICULT,
    FORMS,
    PROJECT,
    VEGA,
    cells_of,
    described,
    values,
)

DOCUMENT = PROJECT / "docs/forecast.md"


def numbered(last: str, rows: int = 25_000) -> bytes:
    """A long file whose last row is unlike the others."""
    return ("id,value\n" + "".join(f"{n},{n % 9}\n" for n in range(rows)) + last).encode()


MORE = {
    "empty.csv": b"",
    "not gzip.csv.gz": b"id,n\n1,2\n",
    "late text.csv": numbered("1,none known\n"),
    "late fraction.csv": numbered("1,0.5\n"),
    "late code.csv": numbered("1,007\n"),
    "Norway.csv": b"country,sold\nNO,1\nNO,2\n",
    "negative codes.csv": b"code,sold\n-007,1\n-010,2\n",
    "years for names.csv": b"2020,2021\n5,6\n7,8\n",
    "texts without header.csv": b"north,low\nsouth,low\nnorth,high\nnorth,low\n",
    "unterminated.csv": b'id,note\n1,"x\n2,y\n',
    "years of two digits.csv": b"id,day\n1,01/02/20\n2,03/04/20\n",
    "gaps among long ids.csv": b"id,sold\n9007199254740993,1\n,2\n",
    "colons.csv": b"id:name:sold\n1:Ada:10\n2:Grace:20\n3:Jean:30\n",
    "plain.csv": b"id,name,price,day\n1,Ada,0.5,2020-01-01\n2,Grace,1.25,2020-01-02\n",
}
FILES = VEGA | DIFFICULT | MORE


def by_duckdb(path: Path) -> tuple[int, list[tuple]]:
    """The number of columns and the rows, as DuckDB has them by default."""
    pattern = str(path).replace("[", "[[]")
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_csv(?)", [pattern])
        return len(found.description), found.fetchall()


def by_pandas(path: Path) -> tuple[int, list[tuple]]:
    """The same by pandas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pandas.read_csv(path)
    return frame.shape[1], list(frame.itertuples(index=False, name=None))


def what_is_wrong(read: Callable, path: Path, record: dict[str, Any]) -> str | None:
    """What a tool gets wrong with a file, or None."""
    try:
        width, rows = read(path)
    except (duckdb.Error, ValueError, OSError) as error:  # pandas raises the last two
        return f"stops: {type(error).__name__}"
    if width != record["column_count"]:
        return f"{counted(width, 'column')}, not {record['column_count']}"
    if len(rows) != record["row_count"]:
        return f"{counted(len(rows), 'row')}, not {record['row_count']:,}"
    content = path.read_bytes()
    raw = cells_of(content, record)
    for number, (texts, typed, found) in enumerate(
        zip(raw, values(content, record), rows, strict=True), 1
    ):
        for text, value, cell in zip(texts, typed, found, strict=True):
            if not is_same(text, value, cell):
                return f"`{text}` is {shown(cell)} (row {number:,})"
    return None


def shown(cell: Any) -> str:
    if isinstance(cell, float) and math.isnan(cell):
        return "NaN"
    return f"`{cell}`"


def is_same(text: str, value: Any, cell: Any) -> bool:
    """Whether `cell` is what stands in the file: the text, or the value that it is."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or cell is pandas.NaT:
        return value is None
    if isinstance(cell, str):
        return cell.strip() == text.strip()
    if isinstance(cell, bool) or isinstance(value, bool):
        return cell is value or cell == value
    if isinstance(cell, int | float) and isinstance(value, str):
        return str(cell) == text.strip()
    if isinstance(cell, datetime.date) and isinstance(value, datetime.date):
        return str(pandas.Timestamp(cell)) == str(pandas.Timestamp(value))
    if isinstance(cell, int | float | Decimal) and isinstance(value, int | float | Decimal):
        return Decimal(repr(cell) if isinstance(cell, float) else cell) == Decimal(
            repr(value) if isinstance(value, float) else value
        )
    return cell == value


TOOLS = {"DuckDB": by_duckdb, "pandas": by_pandas}


def measured(name: str, folder: Path) -> Iterator[tuple[str, str | None, list[str]]]:
    """For each tool: its name, what it gets wrong, and what was forecast of it."""
    path = folder / name
    content = (FILES | FORMS)[name]
    path.write_bytes(content)
    record = described(content, name)
    findings = forecast(record)
    for tool, read in TOOLS.items():
        messages = [one["message"] for one in findings if one["tool"] == tool]
        yield tool, what_is_wrong(read, path, record), messages


def document() -> str:
    """The table, and what it adds up to."""
    lines, counts = [], {}
    with TemporaryDirectory() as folder:
        for name in FILES:
            for tool, wrong, messages in measured(name, Path(folder)):
                forecasts = "<br>".join(escaped(m.removeprefix(f"{tool}: ")) for m in messages)
                cells = (name, tool, escaped(wrong or "right"), forecasts or "nothing")
                lines.append("| " + " | ".join(cells) + " |")
                key = tool, bool(wrong), bool(messages)
                counts[key] = counts.get(key, 0) + 1
    summary = "\n".join(
        f"| {tool} {importlib.metadata.version(tool.lower())} "
        f"| {counts.get((tool, True, True), 0)} | {counts.get((tool, True, False), 0)} "
        f"| {counts.get((tool, False, True), 0)} | {counts.get((tool, False, False), 0)} |"
        for tool in TOOLS
    )
    return TEXT.format(files=len(FILES), summary=summary, table="\n".join(lines))


def escaped(text: str) -> str:
    """A text within a cell of Markdown."""
    return text.replace("|", "\\|").replace("\n", "\\n").replace("\r", "\\r")


TEXT = """# What each tool would get wrong

`forecast` in the record of a file says what the tools that load CSV would get wrong with it by
default: Athena's two SerDes, Glue's classifier, DuckDB, pandas, Postgres' `COPY`, Excel, and
Python's `csv.Sniffer`. Wrong is a row, a column or a value that differs from the
file. A type that is wider than it could be is not wrong, nor is a column by another name.

Each finding says how it is known. `evidence` is `test` where the tool itself was seen to do it:
DuckDB, pandas, Postgres and `csv.Sniffer` are run by
`tests/unit/tools/forecast/test_findings.py`, on files that each rule fits and on files that it
does not fit. It is `documentation` for Athena, Glue and Excel, which cannot be run here; `source`
is the title of the page.

The record has counts and first places, not the cells, so what only the cells would show is not
forecast. A finding that is false is a defect; one that is missing is in the table.

## Measured

The eight files of vega_datasets, and difficult ones, {files} in all, read by DuckDB
(`FROM 'file.csv'`) and by pandas (`read_csv('file.csv')`) against what was forecast.
`make forecast` writes this page anew.

| tool | wrong, and forecast | wrong, not forecast | right, but forecast | right |
| --- | --- | --- | --- | --- |
{summary}

| file | tool | what it did | what was forecast |
| --- | --- | --- | --- |
{table}
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
