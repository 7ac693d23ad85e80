"""Find where the table in a CSV file begins, and whether its first row names the columns."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from chalicelib.csv_reader.detect.cell_kinds import BLANK, CODE, DATE, LABEL, LINK, NUMBER, kind_of
from chalicelib.csv_reader.detect.column_words import COLUMN_WORDS, is_column_word
from chalicelib.csv_reader.detect.header_rows import (
    group_rows_above,
    is_frame,
    names_stand_below,
    rows_below_names,
)
from chalicelib.csv_reader.detect.preamble import are_distinct_names, is_preamble

_BODY_ROWS = 12  # enough to know what is in a column
_BODY_COLUMNS = 60
_REPEATED_NAME = 0.5  # what is to outweigh when a name is twice in a row
_MOST = 0.7  # of a column's cells, which makes it one of their kind
_LONGEST_NAME = 60
_SECTIONS = 8  # parts between blank lines that are looked at for a header
_HEADERS_ARE_USUAL = 0.4  # so a row has to be like the others to be one of them
_CLEAR = 1.0  # a label over a column of numbers
_PREAMBLE_ROWS = 12  # as wide as the table, at most
_VALUES = {NUMBER, DATE, LINK}

_WORDS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class TableStart:
    """The number of records above the table, and whether its first one is a header.

    In a header of several rows, `group_rows` are above the names of the columns. Below, there are
    `unit_rows`, which belong to the names, and `other_rows`, which do not.
    """

    preamble_rows: int
    has_header: bool
    group_rows: int = 0
    unit_rows: int = 0
    other_rows: int = 0


def find_table_start(rows: Sequence[list[str]], width: int, gaps: Sequence[int]) -> TableStart:
    """Find where the table begins in `rows`, the first records of a file without blank ones.

    `width` is the number of fields that most rows of the table have; `gaps` are the indices of the
    rows that blank lines are above, in order. The table begins with the first row that is as wide
    and about as full as its others, unless a blank line further down parts that from a row that is
    clearly a header. Only a header may be wider or narrower than the rows below it.
    """
    start = _find_names(rows, width, gaps)
    if not start.has_header:
        return start
    names_at, groups = start.preamble_rows, 0
    if names_stand_below(rows, names_at, width):
        names_at, groups = names_at + 1, 1
    groups += group_rows_above(rows, names_at - groups, width, gaps)
    return TableStart(names_at - groups, True, groups, *rows_below_names(rows, names_at, width))


def _find_names(rows: Sequence[list[str]], width: int, gaps: Sequence[int]) -> TableStart:
    """Find where the table begins below the groups of columns, if there are any."""
    if not rows:
        return TableStart(0, has_header=False)
    table = [row for row in rows if len(row) == width]
    usual_fill = median(map(_filled, table[:: 1 + len(table) // _BODY_ROWS])) if table else 0

    def may_begin(i: int) -> bool:
        return len(rows[i]) == width and 2 * _filled(rows[i]) > usual_fill and not is_frame(rows[i])

    first = next(
        (i for i in range(len(rows)) if may_begin(i) and not _is_comment(rows, i, width)), 0
    )
    sections = [first, *(gap for gap in gaps if gap > first and may_begin(gap))][:_SECTIONS]
    if len(sections) > 1:
        for start, end in zip(sections, [*sections[1:], len(rows)], strict=True):
            columns = _columns(rows[start + 1 : end], width)
            if len(columns[0]) > 1 and _contrast(rows[start], columns) >= _CLEAR:
                return TableStart(start, has_header=True)
    names_at = _names_below_preamble(rows, first, width)
    if names_at is not None:
        return TableStart(names_at, has_header=True)
    above = first - 1
    if above >= 0 and is_frame(rows[above]):
        above -= 1
    if above >= 0 and first not in gaps and _names_some(rows, above, first, width):
        return TableStart(above, has_header=True)
    if _is_repeated(rows, first, width) or _names_columns(
        rows[first], _columns(rows[first + 1 :], width)
    ):
        return TableStart(first, has_header=True)
    if (
        above >= 0
        and first not in gaps
        and _may_head(rows[above], width)
        and _names_columns(rows[above], _columns(rows[above + 1 :], width))
    ):
        return TableStart(above, has_header=True)
    return TableStart(first, has_header=False)


def _names_below_preamble(rows: Sequence[list[str]], first: int, width: int) -> int | None:
    """Find the names if what is above them was padded to the table's width.

    A row of distinct names over columns of numbers or dates proves it, if all that is above it
    looks like a title, keys and their values, a date or the number of a page.
    """
    for i in range(first + 1, min(first + 1 + _PREAMBLE_ROWS, len(rows) - 1)):
        if not is_preamble(rows[i - 1], width, rows[i]):
            return None
        if (
            are_distinct_names(rows[i], width)
            and not is_preamble(rows[i], width, rows[i + 1])
            and _contrast(rows[i], _columns(rows[i + 1 :], width)) >= _CLEAR
        ):
            return i
    return None


def _names_some(rows: Sequence[list[str]], i: int, first: int, width: int) -> bool:
    """Return whether row `i`, right above the `first` of the table, names only its first columns.

    A title may be there as well, above the names.
    """
    names = [cell.strip() for cell in rows[i]]
    filled = next((n for n, name in enumerate(names) if not name), width)
    if len(names) != width or not 0 < filled < width or any(names[filled:]):
        return False
    has_words = any(map(is_column_word, names[:filled]))
    if filled == 1 and names[0].lower() not in COLUMN_WORDS:
        return False
    if are_distinct_names(rows[first], width) and (
        not has_words or _contrast(rows[first], _columns(rows[first + 1 :], width)) >= _CLEAR
    ):
        return False
    below = rows[i + 1 : i + 3]
    return are_distinct_names(names[:filled], filled) and all(any(row[filled:]) for row in below)


def _is_repeated(rows: Sequence[list[str]], i: int, width: int) -> bool:
    """Return whether row `i` is a row of names that comes again, where no other row does."""
    row = rows[i]
    if row not in rows[i + 1 :] or not are_distinct_names(row, width):
        return False
    if _contrast(row, _columns(rows[i + 1 :], width, row)) >= _CLEAR:
        return True
    if width == 1:
        return False
    others = [tuple(other) for other in rows[i + 1 :] if other != row]
    return len(set(others)) == len(others)


def _may_head(row: list[str], width: int) -> bool:
    """Return whether a row may be the header although it has not the table's width."""
    if row[0].startswith("#") and len(row) - (row[0] == "#") != width:
        return False
    return len(row) > 1 and 2 * len(row) > width and 2 * _filled(row) > len(row)


def _is_comment(rows: Sequence[list[str]], i: int, width: int) -> bool:
    """Return whether row `i` is behind a hash and is not the header: that would be last."""
    if not rows[i][0].startswith("#") or i + 1 == len(rows):
        return False
    below = rows[i + 1]
    if below[0].startswith("#") or (width == 1 and rows[i][0].startswith("# ")):
        return True
    return len(below) == width and _contrast(below, _columns(rows[i + 2 :], width)) >= _CLEAR


def _filled(row: list[str]) -> int:
    """Count the filled cells; a name left out above an index column counts."""
    filled = [i for i, cell in enumerate(row) if cell.strip()]
    return len(filled) + (filled == list(range(1, len(filled) + 1)) != [])


def _columns(
    rows: Sequence[list[str]], width: int, header: list[str] | None = None
) -> list[list[str]]:
    """The cells of each column in the first of those rows that have the table's width.

    Rows of dashes do not count, nor those that are the `header` again.
    """
    body = [
        row
        for row in rows[: 3 * _BODY_ROWS]
        if len(row) == width and row != header and not is_frame(row)
    ][:_BODY_ROWS]
    return [[row[i] for row in body] for i in range(min(width, _BODY_COLUMNS))]


def _names_columns(row: list[str], columns: list[list[str]]) -> bool:
    """Return whether `row` names the `columns` below it, rather than being one more row of them."""
    row = row[:_BODY_COLUMNS]
    kinds = [kind_of(cell) for cell in row]
    series = _is_series(row)
    if not columns[0]:
        return not any(kind in _VALUES for kind in kinds) or (series and kinds[0] == LABEL)
    names = [cell.strip() for cell in row if cell.strip()]
    repeated = len(set(names)) < len(names) and not series
    if _are_numbered(row) and not any(map(_are_numbered, zip(*columns, strict=True))):
        return True
    return _HEADERS_ARE_USUAL + _contrast(row, columns) > _REPEATED_NAME * repeated


def _contrast(row: list[str], columns: list[list[str]]) -> float:
    """Rate how much `row` is unlike the rows of `columns` (above 0), or like them (below 0)."""
    series = _is_series(row[:_BODY_COLUMNS])
    return sum(
        _cell_contrast(cell.strip(), column, series)
        for cell, column in zip(row, columns, strict=False)
        if cell.strip()
    )


def _cell_contrast(cell: str, column: list[str], series: bool) -> float:
    """Rate how much a cell that is not blank is unlike the column below it, from -1 to 1.

    A label over numbers is all that a header needs, and a number over numbers all that it can't
    have; over text there are hints, which add up. The weights are those that read the examples
    right.
    """
    values = [value.strip() for value in column]
    kind = kind_of(cell)
    kinds = Counter(map(kind_of, values))
    del kinds[BLANK]
    if not kinds:
        return 0.0
    usual, count = kinds.most_common(1)[0]
    share = count / kinds.total()
    if usual in _VALUES and share >= _MOST:
        if kind != usual:
            return 0.5 if kind in _VALUES else 1.0
        return 0.5 if series and not all(map(_is_year, values)) else -1.0
    if kind in _VALUES:
        return 0.3 if series or share == 1 else -1.0
    if cell in values:
        return -1.0
    contrast = 0.0
    if is_column_word(cell):
        contrast += 0.6
    if usual == CODE and share >= _MOST:
        contrast += -0.5 if kind == CODE and not _is_other_code(cell, values) else 0.6
    lengths = [len(value) for value in values if value]
    if len(lengths) > 2 and not min(lengths) <= len(cell) <= max(lengths):
        contrast += 0.3
    return contrast - 0.5 * (len(cell) > _LONGEST_NAME)


def _is_other_code(cell: str, values: Sequence[str]) -> bool:
    """Return whether a code differs in length from those, all alike, and in composition."""
    lengths = {len(value) for value in values}
    is_other_length = len(values) > 1 and len(lengths) == 1 and len(cell) not in lengths
    return is_other_length and _composition(cell) not in map(_composition, values)


def _composition(code: str) -> str:
    """The marks of a code, and where there are letters and where digits between them."""
    return _DIGITS.sub("0", _WORDS.sub("a", code))


def _are_numbered(row: Sequence[str]) -> bool:
    """Return whether cells are one word and the numbers from 0 or 1 on: `c0`, `c1`."""
    word = row[0].strip().rstrip("0123456789")
    return len(row) > 1 and any(
        [cell.strip() for cell in row] == [f"{word}{i}" for i in range(first, first + len(row))]
        for first in (0, 1)
        if word
    )


def _is_year(cell: str) -> bool:
    year = cell.strip()
    return len(year) == 4 and year.isdecimal() and 1500 <= int(year) <= 2150


def _is_series(row: list[str]) -> bool:
    """Return whether the numbers in a row are years, or count its columns, as in headers."""
    numbers = [cell.strip() for cell in row if kind_of(cell) == NUMBER]
    if numbers and all(map(_is_year, numbers)):
        return True
    counted = [str(i) for i in range(len(row) + 1)]
    if len(numbers) == len(row) - 1 and (len(numbers) > 2 or not row[0].strip()):
        return numbers in (counted[:-2], counted[1:-1])
    return len(numbers) > 4 and numbers in (counted[: len(numbers)], counted[1 : len(numbers) + 1])
