"""How a CSV file is laid out: its delimiter, its quote character, and where its table begins."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chalicelib.csv_cells import BLANK, CODE, DATE, LABEL, LINK, NUMBER, TEXT, kind_of
from chalicelib.csv_header import find_table_start


@dataclass(frozen=True)
class CsvDialect:
    """What it takes to read a CSV file's text as a table.

    `delimiter` is one character, `" "` for columns aligned with runs of spaces, or two characters.
    `preamble_rows` counts the non-blank records above the header, or above the data, which are no
    part of the table.
    """

    delimiter: str
    quote_character: str
    has_header: bool
    preamble_rows: int


# What divides cells, and how readily that is believed. A colon, a space, a tilde and a caret stand inside cells
# as a matter of course, so they have to explain a file much better than the others do.
_DELIMITERS = {
    ",": 1.0,
    "\t": 1.0,
    ";": 1.0,
    "|": 0.99,
    "\x01": 1.0,
    "\x1f": 1.0,
    "||": 0.98,
    "::": 0.7,
    ", ": 0.9,
    ":": 0.5,
    " ": 0.5,
    "~": 0.6,
    "^": 0.6,
}
_WEAK = frozenset({":", " ", "~", "^", "::"})

_ROWS = 200
_CELLS = 100

# How sure a sign a cell is that it was cut out of its row where it should be.
_WHOLE = {
    BLANK: 0.5,
    NUMBER: 1.0,
    DATE: 1.0,
    LINK: 1.0,
    CODE: 0.9,
    LABEL: 0.9,
    TEXT: 0.6,
}


@dataclass(frozen=True)
class _Layout:
    """The rows that a delimiter and a quote character make of a text, and how table-like they are."""

    delimiter: str
    quote_character: str
    rows: list[list[str]]
    gaps: list[int]
    width: int
    regularity: float


def detect_dialect(text: str, complete: bool) -> CsvDialect:
    """The layout of a file that begins with `text`; any text whatsoever gets an answer.

    `complete` says that `text` is the whole file: its last record isn't cut short.
    """
    declared = text[:4].lower() == "sep=" and text[4:5] not in "\r\n" and text[5:6] in "\r\n"
    delimiters = [text[4]] if declared else _plausible_delimiters(text)
    layouts = [
        _layout(text, complete, delimiter, quote, declared)
        for delimiter in delimiters
        for quote in _plausible_quotes(text, delimiter)
    ]
    layouts.sort(key=lambda layout: -layout.regularity)
    best, best_score = _layout(text, complete, ",", '"', declared), 0.0
    if not declared:
        best = _layout(text, complete, "\0", '"', False)
        best_score = _single_column_score(best)
    for layout in layouts:
        if layout.regularity <= best_score:
            break
        score = layout.regularity * _wholeness(layout)
        if score > best_score:
            best, best_score = layout, score
    rows = best.rows[1:] if declared else best.rows
    start = find_table_start(
        rows, best.width, [gap - declared for gap in best.gaps if gap < len(best.rows)]
    )
    return CsvDialect(
        delimiter="," if best.delimiter == "\0" else best.delimiter,
        quote_character=best.quote_character,
        has_header=start.has_header,
        preamble_rows=start.preamble_rows + declared,
    )


def split_record(text: str, dialect: CsvDialect) -> list[str]:
    """The fields of the record that `text` begins with, as they stand there."""
    return next(_records(text, dialect.delimiter, dialect.quote_character), [])


def _plausible_delimiters(text: str) -> list[str]:
    found = [delimiter for delimiter in _DELIMITERS if delimiter in text]
    if ', "' not in text and ", " in found:
        found.remove(", ")
    for one, two in (("|", "||"), (":", "::")):
        if two in found and text.count(one) == 2 * text.count(two):
            found.remove(one)
    return found


def _plausible_quotes(text: str, delimiter: str) -> list[str]:
    """An apostrophe quotes only where about as many of them open a field as close one."""
    opening = sum(map(text.count, (delimiter + "'", "\n'", "\r'"))) + text.startswith("'")
    closing = sum(map(text.count, ("'" + delimiter, "'\n", "'\r"))) + text.endswith("'")
    return ['"', "'"] if opening and closing and abs(opening - closing) <= 1 else ['"']


def _layout(text: str, complete: bool, delimiter: str, quote: str, declared: bool) -> _Layout:
    rows: list[list[str]] = []
    gaps: list[int] = []
    for row in islice(_records(text, delimiter, quote), 2 * _ROWS):
        if row:
            rows.append(row)
        elif gaps[-1:] != [len(rows)]:
            gaps.append(len(rows))
    if not complete and len(rows) > 1:
        rows = rows[:-1]
    widths = Counter(map(len, rows[1:] if declared and len(rows) > 1 else rows))
    width = max(widths, key=lambda w: widths[w] * w if w > 1 < widths[w] else min(w, 2), default=1)
    if width == 1:
        return _Layout(delimiter, quote, rows, gaps, 1, 0.0)
    first = next(i for i, row in enumerate(rows) if len(row) == width)
    last = next(i for i in range(len(rows) - 1, -1, -1) if len(rows[i]) == width)
    block = rows[first : last + 1]
    ragged = sum(1 for row in block if 1 < len(row) != width)
    agreement = (widths[width] + 0.3 * ragged) / len(block)
    coverage = len(block) / len(rows)
    regularity = agreement**2 * coverage * (1 - 1 / width) * _DELIMITERS.get(delimiter, 1.0)
    if (
        first
        and delimiter == ","
        and width == 2
        and all(kind_of(c) in (NUMBER, BLANK) for c in rows[first])
    ):
        if not any(len(row) > 1 for row in rows[:first]):
            regularity *= 0.3
    return _Layout(delimiter, quote, rows, gaps, width, regularity)


def _wholeness(layout: _Layout) -> float:
    """The share of cells that look whole, from 0 to 1."""
    table = [row for row in layout.rows if len(row) == layout.width]
    rows = _spread(table, max(3, _CELLS // layout.width))
    cells = [cell for row in rows for cell in row[:_CELLS]]
    return sum(_cell_score(cell, layout.delimiter) for cell in cells) / len(cells)


def _spread(rows: list[list[str]], count: int) -> list[list[str]]:
    """About `count` of the rows, from all over."""
    return rows[:: -(-len(rows) // count)] if rows else rows


def _cell_score(cell: str, delimiter: str) -> float:
    kind = kind_of(cell)
    if kind == TEXT:
        value = cell.strip()
        stray_quote = cell[0] in "'\"" or (value[-1] in "'\"" and value[-1] != value[0])
        if stray_quote or any(mark in value for mark in ";|\t"):
            return 0.0
    if delimiter in _WEAK and kind in (LABEL, TEXT, CODE):
        return 0.4
    return _WHOLE[kind]


def _single_column_score(layout: _Layout) -> float:
    cells = [row[0] for row in _spread(layout.rows, 50)]
    if not cells:
        return 1.0
    total = 0.0
    for cell in cells:
        kind = kind_of(cell)
        if kind in (NUMBER, DATE, LINK):
            total += 0.25 if "," in cell or (kind == NUMBER and " " in cell.strip()) else 0.9
        elif kind == TEXT:
            total += 0.12
        else:
            total += 0.25
    return total / len(cells)


def _records(text: str, delimiter: str, quote_character: str) -> Iterator[list[str]]:
    """The records of `text`, as the csv module reads them.

    It takes delimiters of one character only, and before Python 3.11 no NUL, so characters that
    the text hasn't got stand in for those while it reads.
    """
    unused = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
    stand_ins = {}
    if len(delimiter) > 1 or delimiter == "\0":
        stand_ins[delimiter] = next(unused)
    if "\0" in text:
        stand_ins["\0"] = next(unused)
    for original, stand_in in stand_ins.items():
        text = text.replace(original, stand_in)
    aligned = delimiter == " "
    rows = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=stand_ins.get(delimiter, delimiter),
        quotechar=quote_character,
        skipinitialspace=aligned,
    )
    for row in rows:
        if aligned and len(row) > 1 and not row[-1]:
            row.pop()
        for original, stand_in in stand_ins.items():
            row = [cell.replace(stand_in, original) for cell in row]
        yield row
