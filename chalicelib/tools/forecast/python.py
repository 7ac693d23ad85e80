"""The forecasts for pandas' `read_csv` and Python's `csv.Sniffer`, as seen on them."""

from collections.abc import Iterator

from chalicelib.csv_reader import kind_names as kinds
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

_PANDAS = "pandas 3.1.1"
_NOTHING = frozenset(
    """
    #N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None n/a nan null
    """.split()  # noqa: SIM905
)


def pandas_forecast(facts: Facts) -> Iterator[Finding]:
    """The findings: of the whole file, unless it is not read at all, and then of each column."""
    whole = list(_of_the_file(facts))
    yield from whole
    if not whole:
        for cells in facts.columns:
            yield from _of_a_column(cells)


def _of_the_file(facts: Facts) -> Iterator[Finding]:
    record = facts.record
    empty = "it stops at a file that is empty"
    if unread := facts.unread("gzip", "bz2", "xz", "zip", empty=empty):
        yield _finding(unread)
    elif facts.delimiter != ",":
        yield _finding(f"rows are split at commas, and not at {facts.delimiter!r}")
    elif facts.odd_quoting:
        yield _finding(facts.odd_quoting)
    elif facts.has_unterminated_quote:
        yield _finding("it stops at a quote that is never closed")
    elif record["preamble_rows"]:
        rows = record["preamble_rows"]
        first = "the row" if rows == 1 else f"the first of {rows:,} rows"
        yield _finding(f"{first} above the table is taken for the header")
    elif facts.rows_left_out:
        yield _finding(facts.rows_left_out)
    elif row := facts.first_long_row:
        yield _finding(f"it stops at a row that is too long, or shifts the columns{at(row)}", row)
    elif facts.header_rows > 1:
        yield _finding(f"the header has {facts.header_rows} rows, and all but one are data", 1)
    elif facts.header_rows == 0 and record["row_count"]:
        yield _finding("the first row is taken for the header", 1)


def _of_a_column(cells: Cells) -> Iterator[Finding]:
    found, name = set(cells.kinds), cells.name
    if kinds.LEADING_ZERO in found and found <= PLAIN_NUMBERS | {kinds.LEADING_ZERO}:
        first = cells.kinds[kinds.LEADING_ZERO]
        if first["text"] and "," not in first["text"]:
            where = f"{shown(first['text'])} in `{shown(name)}`"
            value = first["text"].strip().lstrip("+")
            sign, digits = ("-", value[1:]) if value[0] == "-" else ("", value)
            what = f"{where} becomes {sign}{digits.lstrip('0') or '0'}{at(first['row'])}"
            yield _finding(what, first["row"], name)
    elif cells.type == "text" and kinds.PLUS in found and found <= {kinds.PLUS, kinds.INTEGER}:
        first = cells.kinds[kinds.PLUS]
        number = (first["text"] or "a number").strip().lstrip("+")
        where = f"{shown(first['text'], 'a telephone number')} in `{shown(name)}`"
        yield _finding(f"{where} becomes {number}{at(first['row'])}", first["row"], name)
    elif cells.type == "text":
        yield from _eaten(cells)
    elif _is_double(cells) and (rounded := first_rounded(cells)):
        text, double, row = rounded
        what = f"{shown(text)} in `{shown(name)}` becomes {double}{at(row)}"
        yield _finding(what, row, name)


def _is_double(cells: Cells) -> bool:
    """Return whether pandas makes doubles of the column: of fractions, and of integers with
    gaps.
    """
    found = set(cells.kinds) - {kinds.NULL_WORD}
    if not found <= PLAIN_NUMBERS or cells.profile.get("null_words"):
        return False
    if found & {kinds.FRACTION, kinds.EXPONENT}:
        return True
    return found == {kinds.INTEGER} and bool(cells.profile.get("null_count"))


def _eaten(cells: Cells) -> Iterator[Finding]:
    """A text that is taken for a gap."""
    eaten = [(text, row) for text, row in cells.known_texts() if text in _NOTHING]
    eaten += [(text, None) for text in cells.values if text in _NOTHING]
    if eaten:
        text, row = eaten[0]
        what = f"{shown(text)} in `{shown(cells.name)}` becomes NaN, a gap{at(row)}"
        yield _finding(what, row, cells.name)


def _finding(what: str, row: int | None = None, column: str | None = None) -> Finding:
    return Finding("pandas", f"pandas: {what}", column, row, TEST, _PANDAS)


def sniffer_forecast(facts: Facts) -> Iterator[Finding]:
    """Yield what `csv.Sniffer().sniff` cannot answer, whatever the file: no delimiter, and a long
    one.
    """
    what = None
    if facts.width == 1 and facts.record["row_count"]:
        what = "there is one column only, and it stops or takes a letter for the delimiter"
    elif len(facts.delimiter) > 1:
        what = f"the delimiter is {facts.delimiter!r}, and it knows of single characters"
    elif facts.record["quote_character"] is None or facts.record.get("escape_character"):
        what = "it finds neither that quotes are text nor that backslashes escape"
    if what:
        message = f"csv.Sniffer: {what}"
        yield Finding("csv.Sniffer", message, None, None, TEST, "Python 3.11")
