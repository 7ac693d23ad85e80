"""What the cells of one column were, as far as they have been seen, by their kinds.

All of it can be told of a part of a file and added up over the parts, and none of it depends on the
column's type. That is judged at the end, when all kinds are known, so nothing is read again.
"""

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.csv_reader.profile.cells import NULL_WORD, NUMBERS, TEXT, read_cell
from chalicelib.csv_reader.shortened import ELLIPSIS, shortened

LONGEST_TEXT = 1000  # characters that are kept of a cell
_MOST_NULL_WORDS = 50
_SMALLEST_EXPONENT = -400  # a double below is zero


@dataclass
class Range:
    """The least and the greatest of some cells: value, row and text of the first that has it."""

    low: tuple | None = None
    high: tuple | None = None

    def include(self, value, row: int, text: str) -> None:
        low, high = self.low, self.high
        if low is None or value < low[0] or (value == low[0] and row < low[1]):
            self.low = value, row, text
        if high is None or value > high[0] or (value == high[0] and row < high[1]):
            self.high = value, row, text


@dataclass
class KindEvidence:
    """The cells of one kind. `row` and `text` are of the first of them.

    `texts` are the least and the greatest by code point, `by_value` by value. A date that may be
    either is by day first in `by_value`, by month first in `by_month`. `sums` are of numbers, and
    exact: of those with so many digits behind the point, in units of the last.
    """

    row: int
    text: str
    count: int = 0
    texts: tuple[str, str] | None = None
    lengths: tuple[int, int] | None = None
    by_value: Range = field(default_factory=Range)
    by_month: Range = field(default_factory=Range)
    whole_digits: int = 0
    scale: int = 0
    sums: dict[int, int] = field(default_factory=dict)

    def add_cells(self, count: int, texts: tuple[str, str], lengths: tuple[int, int]) -> None:
        """Add so many cells, between these texts by code point, and between these lengths."""
        self.count += count
        self.texts = _spanning(self.texts, texts)
        self.lengths = _spanning(self.lengths, lengths)

    def add_number(self, text: str, count: int) -> None:
        """Add the digits of `count` cells that read `text`, a number."""
        digits, _, exponent = text.lstrip("+-").lower().partition("e")
        whole, _, fraction = digits.replace(",", ".").partition(".")
        self.whole_digits = max(self.whole_digits, len(whole))
        self.scale = max(self.scale, len(fraction))
        scale = len(fraction) - int(exponent or 0)
        total = count * int(Decimal(whole + fraction))
        if total and scale < -_SMALLEST_EXPONENT + len(digits):
            self.sums[scale] = self.sums.get(scale, 0) + (-total if text[0] == "-" else total)


def _spanning(span: tuple | None, other: tuple) -> tuple:
    """From the least to the greatest of both."""
    if span is None or (other[0] <= span[0] and span[1] <= other[1]):
        return other
    if span[0] <= other[0] and other[1] <= span[1]:
        return span
    return min(span[0], other[0]), max(span[1], other[1])


class ColumnEvidence:
    """All cells of a column that are not empty, and how many are."""

    def __init__(self):
        self.empty = 0
        self.kinds: dict[str, KindEvidence] = {}
        self.null_words: dict[str, int] = {}
        self.is_spaced = False

    def of_kind(self, kind: str, row: int, text: str) -> KindEvidence:
        """The evidence of that kind, which a cell in `row` is of."""
        evidence = self.kinds.get(kind)
        if evidence is None:
            evidence = self.kinds[kind] = KindEvidence(row, text)
        elif row < evidence.row:
            evidence.row, evidence.text = row, text
        return evidence

    def add(self, key: str, count: int, row: int) -> tuple:
        """Add `count` cells of one text, given as `key_of` gives it, the first of them in `row`.

        Returns what `read_cell` makes of it.
        """
        text, length = shown(key), length_of(key)
        kind, value = read_cell(key) if length <= LONGEST_TEXT else (TEXT, None)
        evidence = self.of_kind(kind, row, text)
        evidence.add_cells(count, (text, text), (length, length))
        if kind == TEXT:
            return kind, value
        bare = key.strip(" \t")
        self.is_spaced |= bare != key and bare != ""
        if kind == NULL_WORD:
            if key in self.null_words or len(self.null_words) < _MOST_NULL_WORDS:
                self.null_words[key] = self.null_words.get(key, 0) + count
        elif isinstance(value, tuple):
            evidence.by_value.include(value[0], row, text)
            evidence.by_month.include(value[1], row, text)
        elif value is not None:
            evidence.by_value.include(value, row, text)
            if kind in NUMBERS:
                evidence.add_number(bare, count)
        return kind, value


def key_of(cell: str) -> str:
    """What tells a cell from others: itself, or of a long one its beginning, hash and length."""
    if len(cell) <= LONGEST_TEXT:
        return cell
    digest = hashlib.md5(cell.encode(), usedforsecurity=False).hexdigest()
    return f"{cell[:LONGEST_TEXT]}{ELLIPSIS}{digest}{len(cell)}"


def shown(key: str) -> str:
    """What is shown of a cell: all of it, or its beginning and an ellipsis."""
    return shortened(key, LONGEST_TEXT)


def length_of(key: str) -> int:
    """How many characters a cell has."""
    return len(key) if len(key) <= LONGEST_TEXT else int(key[LONGEST_TEXT + 33 :])
