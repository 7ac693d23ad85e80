"""The forecast for DuckDB's sniffer: `FROM 'file.csv'`. Every rule was seen on DuckDB."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.csv_reader.column_types import NUMERIC, YEAR_FIRST
from chalicelib.csv_reader.kind_names import date_kind
from chalicelib.tools.forecast.facts import (
    PLAIN_NUMBERS,
    TEST,
    Cells,
    Facts,
    Finding,
    at,
    first_rounded,
    shown,
)

_SOURCE = "DuckDB 1.5.6"
_SAMPLE_LINES = 20_480
_DELIMITERS = {",", ";", "|", "\t", ", "}
_BOOLEANS = {"true", "false", "t", "f", "yes", "no"}
_EITHER = {date_kind(kinds.EITHER, separator) for separator in "-/."}
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def duckdb_forecast(facts: Facts) -> Iterator[Finding]:
    """The findings: of the whole file, unless it is not read at all, and then of each column."""
    whole = list(_of_the_file(facts))
    yield from whole
    if whole and whole[0].column is None and not facts.header_rows > 1:
        return
    for cells in facts.columns:
        yield from _of_a_column(cells)
        yield from _late(cells, _SAMPLE_LINES - facts.header_rows)


def _of_the_file(facts: Facts) -> Iterator[Finding]:
    empty = "the file is empty, and gets a column that is made up"
    if unread := facts.unread("gzip", "zstd", empty=empty):
        yield _finding(unread)
    elif facts.delimiter not in _DELIMITERS and facts.width > 1:
        yield _finding(f"{facts.delimiter!r} is not a delimiter that it looks for")
    elif facts.escapes_outside_quotes:
        yield _finding("backslashes that escape outside of quotes are taken for text")
    elif facts.rows_left_out:
        yield _finding(facts.rows_left_out)
    elif row := facts.first_ragged_row:
        yield _finding(f"rows are not of one width, so it stops or finds one column{at(row)}", row)
    elif facts.mixes_line_ends:
        yield _finding("lines end in more ways than one, and it stops")
    elif facts.width == 1 and facts.lines.get("blank"):
        blank = facts.lines["blank"]
        yield _finding(f"blank lines, of which there are {blank:,}, are rows without a value")
    elif facts.header_rows > 1:
        yield _finding(f"the header has {facts.header_rows} rows, and all but one are data", 1)
    elif _takes_header_for_data(facts):
        yield _finding("the header is taken for a row, as each name over numbers is a number")
    elif _takes_data_for_header(facts):
        yield _finding("the first row is taken for the header, as all columns are texts", 1)


def _takes_header_for_data(facts: Facts) -> bool:
    over_numbers = [cells.name for cells in facts.columns if cells.type in NUMERIC]
    plain = all(cells.type in ("text", *NUMERIC) for cells in facts.columns)
    return bool(
        facts.header_rows == 1
        and facts.is_profiled
        and plain
        and over_numbers
        and all(_NUMBER.fullmatch(name) for name in over_numbers)
    )


def _takes_data_for_header(facts: Facts) -> bool:
    return bool(
        facts.header_rows == 0
        and facts.is_profiled
        and facts.width > 1
        and all(set(cells.kinds) == {kinds.TEXT} for cells in facts.columns)
        and not any(map(_all_booleans, facts.columns))
    )


def _of_a_column(cells: Cells) -> Iterator[Finding]:
    name, found, first = cells.name, set(cells.kinds), cells.first
    if first is None:
        return
    if found <= _EITHER and len(found) == 1:
        yield _ambiguous(first, name)
    elif found and cells.type == "text" and all("%y" in kind for kind in found):
        what = f"{shown(first['text'])} in `{shown(name)}` is taken for a date, year first or last"
        yield _finding(what + at(first["row"]), first["row"], name)
    elif found == {kinds.LEADING_ZERO} and _all_negative(cells, first):
        value = int(first["text"])
        what = f"{shown(first['text'])} in `{shown(name)}` becomes {value}"
        yield _finding(what + at(first["row"]), first["row"], name)
    elif cells.type == "text" and _all_booleans(cells):
        truth = str(first["text"].lower() in ("true", "t", "yes")).lower()
        what = f"{shown(first['text'])} in `{shown(name)}` becomes {truth}"
        yield _finding(what + at(first["row"]), first["row"], name)
    elif _is_double(cells) and (rounded := first_rounded(cells)):
        text, double, row = rounded
        what = f"{shown(text)} in `{shown(name)}` becomes {double}"
        yield _finding(what + at(row), row, name)


def _is_double(cells: Cells) -> bool:
    found = set(cells.kinds)
    doubles = {kinds.FRACTION, kinds.EXPONENT, kinds.LONG_INTEGER}
    return bool(found & doubles) and found <= PLAIN_NUMBERS


def _ambiguous(first: Mapping[str, Any], name: str) -> Finding:
    parts = re.fullmatch(r"\s*([0-9]+)[-/.]([0-9]+)[-/.][0-9]+\s*", first["text"] or "")
    days = "with the day first"
    if parts:
        one, two = int(parts[1]), int(parts[2])
        days = f"as {two} {_MONTHS[one - 1]} or {one} {_MONTHS[two - 1]}"
    text = shown(first["text"], "dates")
    message = f"DuckDB reads {text} in `{shown(name)}` {days}: ambiguous{at(first['row'])}"
    return Finding("DuckDB", message, name, first["row"], TEST, _SOURCE)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _all_negative(cells: Cells, first: Mapping[str, Any]) -> bool:
    """Return whether all cells that are known are negative integers, with leading zeros."""
    known = (cells.profile.get("min"), cells.profile.get("max"), first["text"])
    return all(text and re.fullmatch("-0[0-9]+", text) for text in known)


def _all_booleans(cells: Cells) -> bool:
    values = cells.values
    return bool(values) and {value.lower() for value in values} <= _BOOLEANS


def _late(cells: Cells, judged_by: int) -> Iterator[Finding]:
    """Kinds of cells that first come below the rows that the types are judged by."""
    early = {k for k, cell in cells.kinds.items() if cell["row"] <= judged_by}
    late = [cell for cell in cells.kinds.values() if cell["row"] > judged_by]
    if not early or not late:
        return
    first = min(late, key=lambda cell: cell["row"])
    kind, row, name = first["kind"], first["row"], cells.name
    integers, dates = early == {kinds.INTEGER}, early == {date_kind(YEAR_FIRST, "-")}
    numbers = early <= {kinds.INTEGER, kinds.FRACTION}
    where = f"{shown(first['text'])} in `{shown(name)}`"
    judged = f"types are judged by the first {_SAMPLE_LINES:,} lines"
    if (integers and kind == kinds.FRACTION) or (numbers and kind == kinds.LEADING_ZERO):
        yield _finding(f"{judged}, and {where} becomes a plain number{at(row)}", row, name)
    elif dates and kind == date_kind(YEAR_FIRST, "-", timed=True):
        yield _finding(f"{judged}, and {where} loses its time{at(row)}", row, name)
    elif (numbers or dates) and kind in (kinds.TEXT, kinds.NULL_WORD, kinds.COMMA):
        yield _finding(f"{judged}, and it stops at {where}{at(row)}", row, name)


def _finding(what: str, row: int | None = None, column: str | None = None) -> Finding:
    return Finding("DuckDB", f"DuckDB: {what}", column, row, TEST, _SOURCE)
