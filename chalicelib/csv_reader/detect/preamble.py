"""Lines above the header that a spreadsheet padded to the width of the table."""

import re
from collections.abc import Sequence

from chalicelib.csv_reader.detect.cell_kinds import BLANK, CODE, DATE, LABEL, NUMBER, TEXT, kind_of
from chalicelib.csv_reader.detect.column_words import is_column_word

_LONGEST_NAME = 60
_PAGE = re.compile(
    r"(?:page|seite|p\.|pág\.?|página|pagina|strona)\s*\d+.*|\d+\s?/\s?\d+", re.IGNORECASE
)
_DAY = re.compile(r"\d+\D+\w+\D+\d+")


def is_preamble(row: Sequence[str], width: int, names: Sequence[str]) -> bool:
    """Return whether a row above a row of distinct `names` is a title, keys and values, or a page's
    number.

    What spans several columns is a group of them: that is for `header_rows` to find.
    """
    cells = [cell.strip() for cell in row]
    filled = [i for i, cell in enumerate(cells) if cell]
    if len(row) != width or not filled:
        return len(row) < width or not filled
    if filled == [0] and width > 1:
        return True
    if filled == [0, 1] and width > 2:
        return True
    kinds = [kind_of(cells[i]) for i in filled]
    if filled[0] == 0 and kinds[0] in (LABEL, TEXT, CODE) and len(filled) < width:
        ends = [cells[i] for i in filled[1:]]
        alone = len(ends) == 1 and kind_of(ends[0]) == NUMBER and filled[1] == width - 1
        if alone or any(_PAGE.fullmatch(cell) for cell in [*ends, " ".join(ends)]):
            return True
        if len(ends) == 1 and _is_day(ends[0]):
            return True
    return _are_keys_and_values(cells, filled) or _are_keys_and_texts(cells, filled, names)


def _are_keys_and_values(cells: list[str], filled: list[int]) -> bool:
    """Return whether a key comes first, and then its value, and so on; of one value, it is
    certain.
    """
    if filled != list(range(len(filled))) or len(filled) < 3:
        return False
    keys, values = cells[: len(filled) : 2], cells[1 : len(filled) : 2]
    return all(kind_of(key) in (LABEL, TEXT) for key in keys) and all(
        _is_day(value) or kind_of(value) == NUMBER or key.endswith(":")
        for key, value in zip(keys, values, strict=False)
    )


def _are_keys_and_texts(cells: list[str], filled: list[int], names: Sequence[str]) -> bool:
    """Return whether keys and values are above names, of which most are words that name columns.

    None of the keys and values is such a word, and one of the values is a code.
    """
    if filled != list(range(len(filled))) or len(filled) < 4 or len(filled) % 2:
        return False
    above = cells[: len(filled)]
    words = sum(is_column_word(name.strip()) for name in names)
    return (
        2 * words > len(names)
        and not any(map(is_column_word, above))
        and all(kind_of(key) == LABEL for key in above[::2])
        and any(kind_of(value) == CODE for value in above[1::2])
    )


def _is_day(cell: str) -> bool:
    """Return whether a cell is a date of a day, and no month, quarter or year, which may be a
    group.
    """
    return kind_of(cell) == DATE and bool(_DAY.match(cell))


def are_distinct_names(row: Sequence[str], width: int) -> bool:
    """Return whether a row has `width` names, all different."""
    names = [cell.strip() for cell in row]
    return (
        len(names) == width
        and len(set(names)) == width
        and all(0 < len(name) <= _LONGEST_NAME for name in names)
        and all(kind_of(name) not in (NUMBER, DATE, BLANK) for name in names)
    )
