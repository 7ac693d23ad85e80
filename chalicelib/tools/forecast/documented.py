"""Forecasts for Athena, Glue and Excel, from what their documentation says.

Each finding names the page.
"""

import re
from collections.abc import Iterator

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.tools.forecast.facts import DOCUMENTATION, Cells, Facts, Finding, at, shown

_OPEN_CSV = "Open CSV SerDe for processing CSV"
_LAZY_SIMPLE = "Lazy Simple SerDe for CSV, TSV, and custom-delimited files"
_COMPRESSION = "Use compression in Athena"
_CLASSIFIERS = "Defining and managing classifiers"
_ZEROS = "Keeping leading zeros and large numbers"
_LIMITS = "Excel specifications and limits"
_UTF_8 = "Opening CSV UTF-8 files correctly in Excel"

_GLUE_DELIMITERS = {",": "comma", "|": "pipe", "\t": "tab", ";": "semicolon", "\x01": "Ctrl-A"}
_LONGEST_NAME = 150
_SHEET_ROWS, _SHEET_COLUMNS, _CELL_CHARACTERS, _DIGITS = 1_048_576, 16_384, 32_767, 15


def athena_forecast(facts: Facts) -> Iterator[Finding]:
    """Compression, which it knows by names; newlines and quotes, which not each SerDe knows."""
    if compressed := facts.not_decompressed("gzip", "bz2", "zstd"):
        yield _finding("Athena", compressed, _COMPRESSION)
    elif facts.is_plain_by_a_name_of_gzip:
        yield _finding("Athena", "it is not gzip, as its name says, and is not read", _COMPRESSION)
    if facts.record["quote_character"] is None:
        what = "quotes are text, and are taken for quotation"
        yield _finding("Athena OpenCSVSerDe", what, _OPEN_CSV)
    elif facts.record.get("escape_character"):
        what = "backslashes escape, which it does not know by default"
        yield _finding("Athena LazySimpleSerDe", what, _LAZY_SIMPLE)
    newlines = facts.lines.get("quoted_newlines")
    if newlines:
        row = facts.lines["first_quoted_newline"]
        for tool, page in (
            ("Athena OpenCSVSerDe", _OPEN_CSV),
            ("Athena LazySimpleSerDe", _LAZY_SIMPLE),
        ):
            splits = (
                "quoted newline splits a row" if newlines == 1 else "quoted newlines split rows"
            )
            what = f"{newlines:,} {splits}{at(row)}"
            yield _finding(tool, what, page, row)
    elif facts.lines.get("quotes"):
        what = "values are in quotes, which it keeps, and splits within"
        yield _finding("Athena LazySimpleSerDe", what, _LAZY_SIMPLE)


def glue_forecast(facts: Facts) -> Iterator[Finding]:
    """Yield what the built-in classifier does not take for CSV, and headers that it does
    not see.
    """
    names = facts.names
    what = None
    if facts.delimiter not in _GLUE_DELIMITERS and facts.width > 1:
        what = f"{facts.delimiter!r} is none of the delimiters that it looks for"
    elif facts.width < 2 or facts.record["row_count"] < 2:
        what = "a table has two columns and two rows at least, or it is not taken for CSV"
    elif facts.header_rows and facts.is_profiled:
        if all(cells.type in ("text", "empty") for cells in facts.columns):
            what = "all columns are texts, so the header is not known from the rows"
        elif any(len(name) >= _LONGEST_NAME for name in names[:-1]):
            what = f"a name has {_LONGEST_NAME} characters or more, so the header is not seen"
        elif numbers := [name for name in names if re.fullmatch(r"[-+]?[0-9.]+", name)]:
            what = f"the name {shown(numbers[0])} is a number, so the header is not seen"
    if what:
        yield _finding("Glue classifier", what, _CLASSIFIERS)


def excel_forecast(facts: Facts) -> Iterator[Finding]:
    """Cells that it takes for numbers, limits of a sheet, and letters that it takes for others."""
    record = facts.record
    rows = record["row_count"] + facts.header_rows + record["preamble_rows"]
    rows += (record.get("repeated_headers") or 0) + (record.get("footer_rows") or 0)
    if rows > _SHEET_ROWS:
        what = f"{rows:,} rows, and a sheet has {_SHEET_ROWS:,}"
        yield _finding("Excel", what, _LIMITS, _SHEET_ROWS - facts.header_rows + 1)
    if facts.width > _SHEET_COLUMNS:
        what = f"{facts.width:,} columns, and a sheet has {_SHEET_COLUMNS:,}"
        yield _finding("Excel", what, _LIMITS)
    if facts.record["encoding"] == "utf-8" and (text := _first_beyond_ascii(facts)):
        what = f"{shown(text)} is read in another encoding, as no mark says that it is UTF-8"
        yield _finding("Excel", what, _UTF_8)
    for cells in facts.columns:
        yield from _excel_cells(cells)


def _first_beyond_ascii(facts: Facts) -> str | None:
    texts = [*facts.names, *(text for cells in facts.columns for text, _ in cells.known_texts())]
    return next((text.rstrip("…") for text in texts if not text.rstrip("…").isascii()), None)


def _excel_cells(cells: Cells) -> Iterator[Finding]:
    name = cells.name
    if zero := cells.kinds.get(kinds.LEADING_ZERO):
        text, row = zero["text"], zero["row"]
        without = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", text.strip()).lstrip("+") if text else None
        becomes = f" becomes {shown(without)}" if without else " loses its zeros"
        what = f"{shown(text, 'a code')} in `{shown(name)}`{becomes}{at(row)}"
        yield _finding("Excel", what, _ZEROS, row, name)
    for text, row in cells.known_texts():
        digits = text.strip().lstrip("+-")
        if re.fullmatch(r"[1-9][0-9]*", digits) and digits[_DIGITS:].strip("0"):
            kept = digits[:_DIGITS] + "0" * (len(digits) - _DIGITS)
            what = f"{shown(text)} in `{shown(name)}` becomes {shown(kept)}{at(row)}"
            yield _finding("Excel", what, _ZEROS, row, name)
            break
    if (cells.profile.get("max_length") or 0) > _CELL_CHARACTERS:
        longest = cells.profile["max_length"]
        what = f"a cell in `{shown(name)}` has {longest:,} characters, and {_CELL_CHARACTERS:,} fit"
        yield _finding("Excel", what, _LIMITS, None, name)


def _finding(
    tool: str, what: str, page: str, row: int | None = None, column: str | None = None
) -> Finding:
    return Finding(tool, f"{tool}: {what}", column, row, DOCUMENTATION, page)
