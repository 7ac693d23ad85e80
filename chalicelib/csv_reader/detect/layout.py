"""The delimiter and the quote character that make a table of a text.

A delimiter is believed for the regularity of the rows that it makes (van den Burg, Nazábal and
Sutton, "Wrangling messy CSV files by detecting row and type patterns", 2019), times the share of
the cells that look whole. Rows above and below the table don't count against it, and a file of one
column has to be known from one that happens to contain a delimiter.
"""

from chalicelib.csv_reader.detect.cell_kinds import (
    BLANK,
    CODE,
    DATE,
    LABEL,
    LINK,
    NUMBER,
    TEXT,
    kind_of,
)
from chalicelib.csv_reader.detect.quoting import find_quoted_layout
from chalicelib.csv_reader.detect.sample import Layout

# How readily a character is believed to divide cells. Colons, spaces, tildes and carets are in
# cells as a matter of course, so they have to explain a file much better than the others do.
_CREDIT = {
    ",": 1.0,
    "\t": 1.0,
    ";": 1.0,
    "\x01": 1.0,
    "\x1f": 1.0,
    "|": 0.99,
    "||": 0.98,
    ", ": 0.9,
    " : ": 0.7,
    "::": 0.7,
    "~": 0.6,
    "^": 0.6,
    ":": 0.5,
    " ": 0.5,
}
_LEAST_CREDIBLE = frozenset({":", "::", " ", "~", "^"})
_PARTS_OF_LONGER_ONES = "|:;"
_CREDIT_OF_LONGER_ONES = 0.98

_ROWS = 16  # whose only cells are looked at, for a file of one column
_CELLS = 48  # looked at, for a table

# How sure a sign a cell is that its row was divided where it should be.
_WHOLE = {BLANK: 0.5, NUMBER: 1.0, DATE: 1.0, LINK: 1.0, CODE: 0.9, LABEL: 0.9, TEXT: 0.6}
_BEYOND_DOUBT = 10  # rows of three or more words each: no prose goes on like that
_RAGGED = 0.3  # what a row of two or more fields is worth that has not the table's width


def find_layout(text: str, complete: bool, declared: str | None) -> Layout:
    """The likeliest layout of a file that begins with `text`.

    `complete` says that `text` is the whole file: otherwise its last record is cut short. A
    `declared` delimiter is taken for granted, and only the quoting looked for.
    """
    if declared:
        return find_quoted_layout(text, complete, declared)
    layouts = [find_quoted_layout(text, complete, delimiter) for delimiter in _delimiters_in(text)]
    in_order = list(filter(_is_in_order, layouts))
    ranked = sorted(
        ((_regularity(layout), layout) for layout in in_order or layouts),
        key=lambda pair: pair[0],
        reverse=True,
    )
    best = find_quoted_layout(text, complete, None)
    best_score = -1.0 if in_order else _one_column_score(best)
    for regularity, layout in ranked:
        if regularity <= best_score:
            break  # cells can't look more than whole
        score = regularity * _wholeness(layout)
        if score > best_score:
            best, best_score = layout, score
    return best


def _is_in_order(layout: Layout) -> bool:
    """Return whether no other delimiter is believed: all rows are alike, and all quotes where they
    belong.

    That proves nothing of a space or a colon: sentences have words in quotes between these.
    """
    return (
        layout.has_only_proper_quotes
        and layout.width > 1
        and layout.delimiter not in _LEAST_CREDIBLE
        and all(len(row) == layout.width for row in layout.rows)
    )


def _delimiters_in(text: str) -> list[str]:
    """The delimiters that may be in `text` at all, the more credible first."""
    found = [delimiter for delimiter in _CREDIT if delimiter in text]
    for spaced in (", ", " : "):
        if spaced in found and f'{spaced}"' not in text:
            found.remove(spaced)  # one character will do where no quote follows the space
    for one in _PARTS_OF_LONGER_ONES:
        longer = _longer_delimiter(one, text) if one in text else None
        if longer:
            found = [delimiter for delimiter in found if delimiter not in longer]
            found.append(longer)
    return found


def _longer_delimiter(one: str, text: str) -> str | None:
    """The delimiter of two or three characters that `one` is always a part of: `||` or `~|~`."""
    count, first = text.count(one), text.index(one)
    if count == 2 * text.count(2 * one):
        return 2 * one
    around = text[first - 1 : first], text[first + 1 : first + 2]
    if any(mark.isalnum() or mark.isspace() or mark in f"\"'{one}" for mark in around):
        return None
    longer = one.join(around)
    return longer if count == text.count(longer) else None


def _regularity(layout: Layout) -> float:
    """Return how much like a table the rows are, from 0 to 1, by their widths alone.

    It is the share of rows that agree, among those from the first to the last of the table, squared
    as chance agrees in part; the share that these are of all; and the more columns the better.
    """
    rows, width = layout.rows, layout.width
    if width == 1:
        return 0.0
    agreeing = [i for i, row in enumerate(rows) if len(row) == width]
    if len(agreeing) == 1 and layout.delimiter in _LEAST_CREDIBLE:
        return 0.0  # a sentence agrees with itself
    first, last = agreeing[0], agreeing[-1]
    table = rows[first : last + 1]
    ragged = sum(1 for row in table if 1 < len(row) != width)
    agreement = (len(agreeing) + _RAGGED * ragged) / len(table)
    coverage = len(table) / len(rows)
    regularity = agreement**2 * coverage * (1 - 1 / width) * _credit(layout.delimiter or ",")
    if width == 2 and 0 < first == sum(len(row) == 1 for row in rows[:first]):
        is_decimal = layout.delimiter == "," and _is_numeric(rows[first])
        if is_decimal or (layout.delimiter == ":" and first == 1):
            regularity *= 0.3  # decimal commas or ratios below the name of their only column
    return regularity


def _credit(delimiter: str) -> float:
    return _CREDIT.get(delimiter, _CREDIT_OF_LONGER_ONES)


def _is_numeric(row: list[str]) -> bool:
    return all(kind_of(cell) == NUMBER for cell in row)


def _wholeness(layout: Layout) -> float:
    """Return how whole the cells of the table look, from 0 to 1."""
    table = [row for row in layout.rows if len(row) == layout.width]
    rows = _spread(table, max(3, _CELLS // layout.width))
    cells = [cell for row in rows for cell in row[:_CELLS]]
    beyond_doubt = layout.width > 2 and len(table) == len(layout.rows) >= _BEYOND_DOUBT
    doubtful = layout.delimiter in _LEAST_CREDIBLE and not beyond_doubt
    quote = layout.quoting.quote_character
    quotes = "'\"" if quote else ""
    if quote and layout.has_only_proper_quotes:  # what is left in a cell was doubled there
        quotes = quotes.replace(quote, "")
    return sum(_cell_wholeness(cell, doubtful, quotes) for cell in cells) / max(1, len(cells))


def _spread(rows: list[list[str]], count: int) -> list[list[str]]:
    """At most `count` of the rows, from all over."""
    return rows[:: max(1, -(-len(rows) // count))]


def _cell_wholeness(cell: str, doubtful: bool, quotes: str) -> float:
    """Return how whole a cell looks; one that begins or ends with one of the `quotes` was cut."""
    kind = kind_of(cell)
    if kind == TEXT:
        value = cell.strip()
        stray_quote = cell[0] in quotes or (value[-1] in quotes and value[-1] != value[0])
        if stray_quote or any(mark in value for mark in ";|\t"):
            return 0.0
    if doubtful and kind in (LABEL, TEXT, CODE):
        return 0.4  # words, which sentences divide into just as well
    return _WHOLE[kind]


def _one_column_score(layout: Layout) -> float:
    """Return what a table has to beat: little, unless the rows are whole values as they are."""
    cells = [row[0] for row in _spread(layout.rows, _ROWS)]
    if not cells or _has_names_with_colons(cells):
        return 0.0 if cells else 1.0
    return sum(map(_lone_cell_score, cells)) / len(cells)


def _has_names_with_colons(cells: list[str]) -> bool:
    """Return whether what looks like times or addresses has a header of as many parts."""
    first, *others = cells
    parts = first.count(":")
    return (
        0 < parts > first.count(": ") * parts
        and kind_of(first) == TEXT
        and others != []
        and all(cell.count(":") == parts and kind_of(cell) in (DATE, LINK) for cell in others)
    )


def _lone_cell_score(cell: str) -> float:
    kind = kind_of(cell)
    if kind == TEXT:
        return 0.12
    if kind in (DATE, LINK) and "," not in cell:
        return 0.9
    if kind == NUMBER and "," not in cell and " " not in cell.strip():
        return 0.9
    return 0.25
