"""Headers of several rows: groups above the names, as merged cells leave them, and units below.

Eight in a hundred files of public offices have one. Taking a row of data for a part of the header
is the worse mistake, so each row has to prove what it is: a group by spanning columns, units by
being units above numbers.
"""

import re
from collections.abc import Sequence

from chalicelib.csv_reader.detect.cell_kinds import BLANK, CODE, DATE, LINK, NUMBER, kind_of
from chalicelib.csv_reader.detect.preamble import are_distinct_names, is_preamble

JOINT = " / "
_MOST_GROUP_ROWS = 3
_BODY_ROWS = 12
_MOST = 0.7  # of a column's cells, which makes it one of numbers
_LONGEST_GROUP = 80

_MOST_ROWS_BELOW = 4
_FRAME = re.compile(r"[-=+|:_ ]*")
_TYPES = re.compile(
    r"(?:(?:tiny|small|medium|big|u)?int(?:eger)?(?:\d{1,2})?|number|numeric|decimal|dec|float\d{0,2}"
    r"|double(?: precision)?|real|money|currency|bit|bool(?:ean)?|logical|factor|categor(?:y|ical)"
    r"|n?(?:var)?char2?|character(?: varying)?|str(?:ing)?|text|object|date|time|date ?time\d{0,2}"
    r"|datetime64\[ns\]|timestamp(?:tz)?|uuid|guid|json|blob|continuous|discrete|meta|class)"
    r"(?: ?\(\d+(?:, ?\d+)?\))?",
    re.IGNORECASE,
)
_FORMATS = re.compile(r"\d{1,4}[sdn]|%\d*(?:\.\d+)?[sdfg]")  # as the files of the USGS have them
_TAGS = re.compile(r"#\w[\w+# -]*|\{.*\}")
_UNIT = (
    r"(?:%|‰|°[CF]?|deg ?[CF]?|[munkcM]?m[23²³]?|[munkc]?m\^[23]|ha|ft|mi|in|[mkµ]?g|[mk]?l|t"
    r"|ppm|ppb|[mµn]?s|sec|min|h|hrs?|days?|years?|yr|[mkMGµ]?[VAWJN]|[kMGT]?Wh|[kMG]?Hz|[hkM]?Pa"
    r"|m?bar|[mµ]?mol|psu|[kMG]?B|USD|EUR|GBP|CHF|[$€£¥]|number|count|index|ratio|persons?"
    r"|people|thousands?|millions?|pcs?|pieces?|ea|each|units?|stk|st|lbs?|oz|gal|SEK|NOK|DKK|PLN"
    r"|CZK|HUF|CAD|AUD|JPY|CNY|INR|BRL|TRY|k€|k\$)"
)
# In parentheses, anything but a negative number.
_NEGATIVE = r"\([$€£¥ ]*[0-9][0-9.,' ]*[$€£¥% ]*\)"
_UNITS = re.compile(
    rf"{_UNIT}(?: ?[/·*] ?{_UNIT}[23²³]?)*|(?!{_NEGATIVE})[(\[][^()\[\]]{{1,20}}[)\]]"
)


def group_rows_above(
    rows: Sequence[list[str]], names_at: int, width: int, gaps: Sequence[int]
) -> int:
    """Count the rows right above the row of names that are groups of columns."""
    count = 0
    while (
        count < min(names_at, _MOST_GROUP_ROWS)
        and names_at - count not in gaps
        and _spans(rows[names_at - count - 1], rows[names_at], width)
        and not (
            are_distinct_names(rows[names_at], width)
            and is_preamble(rows[names_at - count - 1], width, rows[names_at])
        )
    ):
        count += 1
    return count


def names_stand_below(rows: Sequence[list[str]], groups_at: int, width: int) -> bool:
    """Return whether the row taken for the names has groups, and the next one the names."""
    if groups_at + 2 >= len(rows):
        return False
    groups, names = rows[groups_at], rows[groups_at + 1]
    if len(groups) != width or len(names) != width:
        return False
    if not all(_is_name(cell) for cell in names if cell.strip()):
        return False
    numeric = _numeric_columns(rows[groups_at + 2 :], width)
    named = [i for i in numeric if _is_name(names[i])]
    of_one_row = [i for i in numeric if groups[i].strip() and not names[i].strip()]
    if len(named) < 2 or len(named) + len(of_one_row) < len(numeric):
        return False
    spanned = [
        i
        for i in named
        if i and (not groups[i].strip() or groups[i].strip() == groups[i - 1].strip())
    ]
    pairs = list(zip(carried([groups])[0], names, strict=True))
    return bool(spanned) and len(set(pairs)) == len(pairs)


def rows_below_names(rows: Sequence[list[str]], names_at: int, width: int) -> tuple[int, int]:
    """Count the rows of units below the names; and of dashes, types, tags, labels below these.

    Units belong to the names. The others would make names of them that nobody calls a column by.
    """
    count = 0
    while count < _MOST_ROWS_BELOW and names_at + count + 1 < len(rows):
        at = names_at + count + 1
        if not is_frame(rows[at]) and not (
            len(rows[at]) == width and _describes(rows, at, names_at, width, count > 0)
        ):
            break
        count += 1
    below = rows[names_at + 1 : names_at + 2]
    units = int(count > 0 and _has_units(below[0], rows[names_at + 2 :], width))
    return units, count - units


def is_frame(row: list[str]) -> bool:
    """Return whether a row is of dashes alone, as drawn around or below a header."""
    cells = [cell.strip() for cell in row]
    return any("--" in cell or "==" in cell for cell in cells) and all(
        _FRAME.fullmatch(cell) for cell in cells
    )


def _describes(
    rows: Sequence[list[str]], at: int, names_at: int, width: int, is_further: bool
) -> bool:
    """Return whether a row below the names describes the columns, rather than being data.

    `is_further` says that there is such a row above it.
    """
    cells = [cell.strip() for cell in rows[at]]
    filled = [cell for cell in cells if cell]
    body = rows[at + 1 :]
    names = [cell.strip() for cell in rows[names_at]]
    if not body or not filled or any(name in filled for name in names if name):
        return False
    for pattern in (_TYPES, _FORMATS, _TAGS):
        if len(filled) > 1 and all(pattern.fullmatch(cell) for cell in filled):
            return not any(pattern.fullmatch(name) for name in names) and not any(
                all(pattern.fullmatch(cell.strip()) for cell in row) for row in body[:_BODY_ROWS]
            )
    return _has_units(cells, body, width) or _has_labels(cells, names, body, width, is_further)


def _has_units(row: list[str], body: Sequence[list[str]], width: int) -> bool:
    """Return whether the cells are the units of the numbers in their columns."""
    if len(row) != width or not body:
        return False
    units = [cell.strip() for cell in row]
    if any(kind_of(cell) in (NUMBER, DATE, LINK) and not _UNITS.fullmatch(cell) for cell in units):
        return False
    above_numbers = [units[i] for i in _numeric_columns(body, width)]
    found = [unit for unit in above_numbers if _UNITS.fullmatch(unit)]
    certain = [unit for unit in found if not unit.isalpha()]
    others = [unit for unit in above_numbers if kind_of(unit) != BLANK and unit not in found]
    return not others and len(found) * 2 >= len(above_numbers) and (len(found) > 1 or certain != [])


def _has_labels(
    cells: list[str],
    names: list[str],
    body: Sequence[list[str]],
    width: int,
    is_further: bool,
) -> bool:
    """Return whether the cells are labels, all different, above columns of numbers and dates.

    Of numbers and dates alone there are two such columns, or one whose name is a code.
    """
    filled = [cell for cell in cells if cell]
    if len(body) < 2 or len(filled) < 2 or len(set(filled)) < len(filled):
        return False
    if not is_further:
        above = {cell for row in body[:_BODY_ROWS] for cell in row}
        if len(filled) < width or not above.isdisjoint(filled):
            return False
    values = _numeric_columns(body, width, (NUMBER, DATE))
    kinds = [kind_of(cells[i]) for i in values]
    if any(
        kind in (NUMBER, DATE, LINK) or (kind == BLANK and cells[i])
        for i, kind in zip(values, kinds, strict=True)
    ):
        return False
    if is_further:
        return any(cells[i] for i in values) and not any(
            kind_of(c) in (NUMBER, DATE) for c in cells
        )
    codes = [i for i in values if kind_of(names[i]) == CODE and kind_of(cells[i]) != CODE]
    return len(values) > 1 or codes != []


def joined_names(
    groups: Sequence[list[str]], names: list[str], units: Sequence[list[str]]
) -> list[str]:
    """The names of the columns: all that is above them, from top to bottom.

    A group's name is carried over the blank cells to its right, as far as the group above it goes.
    """
    if not groups and not units:
        return names
    rows = [*carried(groups), names, *units]
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return [
        JOINT.join(filter(None, map(str.strip, column))) for column in zip(*padded, strict=True)
    ]


def carried(groups: Sequence[list[str]]) -> list[list[str]]:
    """The rows of groups, each group's name in all cells that it spans."""
    filled: list[list[str]] = []
    for row in groups:
        spanning = ""
        cells = []
        for i, cell in enumerate(row):
            begins_above = any(
                i < len(above) and above[i].strip() for above in groups[: len(filled)]
            )
            spanning = cell if cell.strip() or begins_above else spanning
            cells.append(spanning)
        filled.append(cells)
    return filled


def _spans(groups: list[str], names: list[str], width: int) -> bool:
    """Return whether some names in `groups` span several of the names below."""
    if len(groups) != width or len(names) != width:
        return False
    filled = [i for i, cell in enumerate(groups) if cell.strip()]
    if not all(_is_name(groups[i]) for i in filled) or not filled:
        return False
    if len(filled) == 1 and filled != [1]:
        return False  # a title in a sheet's first column, or in its middle
    ends = [*filled[1:], width]
    spans = [end - start for start, end in zip(filled, ends, strict=True)]
    of_several = [
        start
        for start, end, span in zip(filled, ends, spans, strict=True)
        if span > 1 and all(names[i].strip() for i in range(start, end))
    ]
    return bool(of_several)


def _is_name(cell: str) -> bool:
    value = cell.strip()
    is_year = len(value) == 4 and value.isdecimal()
    return 0 < len(value) <= _LONGEST_GROUP and (
        is_year or kind_of(value) not in (NUMBER, LINK, BLANK)
    )


def _numeric_columns(
    rows: Sequence[list[str]], width: int, kinds: Sequence[str] = (NUMBER,)
) -> list[int]:
    """The columns with mostly cells of these kinds in the first of those rows."""
    body = [row for row in rows[: 3 * _BODY_ROWS] if len(row) == width][:_BODY_ROWS]
    found = []
    for i in range(width):
        cells = [kind for row in body if (kind := kind_of(row[i])) != BLANK]
        if cells and sum(kind in kinds for kind in cells) >= _MOST * len(cells):
            found.append(i)
    return found
