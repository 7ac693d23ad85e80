"""The layout of a CSV file: its delimiter, its quote character, and where its table begins."""

from dataclasses import dataclass

from chalicelib.csv_reader.detect.header import find_table_start
from chalicelib.csv_reader.detect.layout import find_layout
from chalicelib.csv_reader.detect.preamble import are_distinct_names
from chalicelib.csv_reader.detect.sample import DOUBLE_QUOTES, Layout, Quoting, read_layout
from chalicelib.csv_reader.rows import read_rows

_SOME_ROWS = 3
_SAMPLE = 65_536  # characters; what is further down decides nothing


@dataclass(frozen=True)
class CsvDialect:
    """All that it takes to read a CSV file's text as a table.

    `delimiter` is one character, or two, or one space for columns that runs of spaces align.
    Without a `quote_character` quotes are text; an `escape_character` takes what is behind it
    for text, in quotes and outside.
    `preamble_rows` counts the non-blank records above the header, or above the data, which are not
    part of the table. In a header of several rows, `group_rows` are above the row of names, and
    `unit_rows` and `other_rows` below. `rows_in_quotes` says that each row was quoted as one cell.
    """

    delimiter: str
    quote_character: str | None
    has_header: bool
    preamble_rows: int
    group_rows: int = 0
    unit_rows: int = 0
    other_rows: int = 0
    escape_character: str | None = None
    rows_in_quotes: bool = False

    @property
    def marks(self) -> tuple[str, str | None, str | None]:
        """Return what divides, quotes and escapes."""
        return self.delimiter, self.quote_character, self.escape_character

    @property
    def quote(self) -> bytes:
        """The quote character as a byte, or nothing."""
        return (self.quote_character or "").encode()

    @property
    def escape(self) -> bytes:
        """The escape character as a byte, or nothing."""
        return (self.escape_character or "").encode()

    @property
    def header_rows(self) -> int:
        """The number of records in the header."""
        return self.has_header + self.group_rows + self.unit_rows + self.other_rows


def detect_dialect(text: str, complete: bool) -> CsvDialect:
    """The dialect of a file that begins with `text`; any text whatsoever gets an answer.

    `complete` says that `text` is the whole file: otherwise its last record is cut short. The first
    400 records decide.
    """
    complete = complete and len(text) <= _SAMPLE
    text = text[:_SAMPLE]
    declared = _declared_delimiter(text)
    if declared:
        text = text[6:].removeprefix("\n")
    layout = find_layout(text, complete, declared)
    within = _layout_within_quotes(text, complete, layout)
    if within and '"' not in "".join(cell for [cell] in layout.rows):
        layout = read_layout(text, complete, within.delimiter, Quoting(None, None))
    rows = [_split_header(row, layout) for row in layout.rows]
    start = find_table_start(rows, layout.width, layout.gaps)
    return CsvDialect(
        delimiter=layout.delimiter
        or _delimiter_of_one_column(text, layout.quoting, start.preamble_rows),
        quote_character=layout.quoting.quote_character,
        escape_character=layout.quoting.escape_character,
        has_header=start.has_header,
        preamble_rows=start.preamble_rows + bool(declared),
        group_rows=start.group_rows,
        unit_rows=start.unit_rows,
        other_rows=start.other_rows,
        rows_in_quotes=within is not None or _are_rows_in_quotes(layout),
    )


def split_record(text: str, dialect: CsvDialect) -> list[str]:
    """The fields of the record that `text` begins with, as they are there."""
    return next(read_rows(text, *dialect.marks), [])


def _split_header(row: list[str], layout: Layout) -> list[str]:
    """A row as it is read if it is the header: less a hash, or split at commas without spaces."""
    if layout.delimiter == " " and row[0] == "#":
        return row[1:] if len(row) - 1 == layout.width else [" ".join(row)]
    if layout.delimiter != ", " or len(row) != 1:
        return row
    cells = next(read_rows(row[0], ",", *layout.quoting), row)
    return cells if len(cells) == layout.width else row


def _layout_within_quotes(text: str, complete: bool, layout: Layout) -> Layout | None:
    """The layout of rows that were each put in quotes as a whole, if they were.

    They have three cells or more, and a header: sentences with a comma in each may be cells.
    """
    lines = [line for line in text.splitlines() if line]
    in_quotes = all(line[0] == '"' for line in lines)
    if (
        not in_quotes
        or layout.width != 1
        or len(layout.rows) < 2
        or layout.quoting.quote_character != '"'
    ):
        return None
    within = find_layout("\n".join(cell for [cell] in layout.rows), complete, None)
    widths = {len(row) for row in within.rows}
    is_table = within.delimiter and widths == {within.width} and within.width > 2
    start = find_table_start(within.rows, within.width, [])
    if is_table and start.has_header and are_distinct_names(within.rows[0], within.width):
        return within
    return None


def _declared_delimiter(text: str) -> str | None:
    """The delimiter that a first line `sep=;` declares, as Excel writes and reads it."""
    line_is_over = text[5:6] in ("\r", "\n")
    if text[:4].lower() == "sep=" and line_is_over and text[4] not in "\"'\r\n":
        return text[4]
    return None


def _are_rows_in_quotes(layout: Layout) -> bool:
    """Return whether each row is one cell, and that is a row of several cells itself."""
    if layout.delimiter or len(layout.rows) < _SOME_ROWS:
        return False
    lines = "\n".join(row[0] for row in layout.rows if len(row) == 1)
    for delimiter in (",", ";", "\t"):
        rows = list(read_rows(lines, delimiter, *DOUBLE_QUOTES))
        if len(rows) == len(layout.rows) and {len(rows[0])} == set(map(len, rows)) != {1}:
            return True
    return False


def _delimiter_of_one_column(text: str, quoting: Quoting, preamble_rows: int) -> str:
    """A comma, unless that would divide the first cell; then what is nowhere in the text."""
    rows = read_layout(text, True, ",", quoting).rows
    if len(rows) <= preamble_rows or len(rows[preamble_rows]) == 1:
        return ","
    return next((delimiter for delimiter in "\t;|" if delimiter not in text), "\x1f")
