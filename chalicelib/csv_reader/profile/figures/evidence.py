"""Evidence about one column's cells, by their kinds, as they go by.

All of it can be found part by part and added up over the parts, and none of it depends on the
column's type. That is judged at the end, when all kinds are known, so nothing is read again.
"""

from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any, TypeVar

from chalicelib.csv_reader.profile.figures.sketches import QuantileSketch
from chalicelib.csv_reader.profile.kinds.kind import Number

_MOST_NULL_WORDS = 50
GROUP, DIGITS_OF_A_GROUP = 1000, 3
_SMALLEST_EXPONENT = -400  # a double below is zero
_End = TypeVar("_End", str, int)
EXACT = Context(prec=2000, Emax=MAX_EMAX, Emin=MIN_EMIN)


def is_tiny(number: Decimal) -> bool:
    """Return whether it is far below all doubles, and taken for zero: no fraction is in memory."""
    return number.adjusted() < _SMALLEST_EXPONENT


@dataclass
class Reading:
    """The values of some cells in one of their readings.

    `low` and `high` are value, row and text of the first cell that has the least and the greatest.
    Of numbers, there are the most digits on either side of the decimal mark, and their sum, which
    is exact: `sums` of those with so many digits behind the point, in units of the last. `sketch`
    has the values of a column that has too many to be kept; they are to be multiplied by `times`.
    """

    low: tuple[Any, int, str] | None = None
    high: tuple[Any, int, str] | None = None
    whole_digits: int = 0
    scale: int = 0
    sums: dict[int, int] = field(default_factory=dict)
    sketch: QuantileSketch | None = None
    times: int = 1

    def include(self, value: Any, row: int, text: str) -> None:
        low, high = self.low, self.high
        if low is None or value < low[0] or (value == low[0] and row < low[1]):
            self.low = value, row, text
        if high is None or value > high[0] or (value == high[0] and row < high[1]):
            self.high = value, row, text

    def add_number(self, value: Number, digits: tuple[int, int], count: int) -> None:
        """Add `count` cells of a number, written with that many digits."""
        self.whole_digits = max(self.whole_digits, digits[0])
        self.scale = max(self.scale, digits[1])
        if isinstance(value, int):
            self._add_units(0, value * count)
        elif value and not is_tiny(value):
            scale = -int(value.as_tuple().exponent)
            self._add_units(scale, int(EXACT.scaleb(value, scale)) * count)

    def add_total(self, total: str, power: int) -> None:
        """Add the sum of some cells, written in decimal and times ten to that power."""
        scale = len(total.partition(".")[2])
        self._add_units(scale - power, int(total.replace(".", "")))
        extremes = filter(None, (self.low, self.high))
        digits = max(len(str(abs(int(value)))) * (abs(value) >= 1) for value, _, _ in extremes)
        self.whole_digits = max(self.whole_digits, digits)

    def _add_units(self, scale: int, units: int) -> None:
        self.sums[scale] = self.sums.get(scale, 0) + units

    def grouped(self) -> "Reading":
        """The same, were the mark before the last three digits of each number a thousands mark."""
        low, high = (
            extreme and (extreme[0] * GROUP, *extreme[1:]) for extreme in (self.low, self.high)
        )
        sums = {scale - DIGITS_OF_A_GROUP: units for scale, units in self.sums.items()}
        digits = self.whole_digits + DIGITS_OF_A_GROUP, self.scale - DIGITS_OF_A_GROUP
        return Reading(low, high, *digits, sums, self.sketch, GROUP)

    def add(self, other: "Reading") -> None:
        """Add the values of other cells."""
        for extreme in filter(None, (other.low, other.high)):
            self.include(*extreme)
        self.whole_digits = max(self.whole_digits, other.whole_digits)
        self.scale = max(self.scale, other.scale)
        for scale, units in other.sums.items():
            self._add_units(scale, units)
        if self.sketch and other.sketch:
            self.sketch.merge(other.sketch)
        else:
            self.sketch = self.sketch or other.sketch


@dataclass
class KindEvidence:
    """The cells of one kind. `row` and `text` are those of the first.

    `texts` are the least and the greatest by code point. `readings` are as many as the kind has.
    """

    row: int
    text: str
    texts: tuple[str, str]
    lengths: tuple[int, int]
    count: int = 0
    readings: tuple[Reading, ...] = ()

    def add_cells(self, count: int, texts: tuple[str, str], lengths: tuple[int, int]) -> None:
        """Add that many cells, between these texts by code point, and between these lengths."""
        self.count += count
        self.texts = _spanning(self.texts, texts)
        self.lengths = _spanning(self.lengths, lengths)

    def add(self, other: "KindEvidence") -> None:
        """Add other cells of the kind."""
        if other.row < self.row:
            self.row, self.text = other.row, other.text
        self.add_cells(other.count, other.texts, other.lengths)
        for reading, of_other in zip(self.readings, other.readings, strict=True):
            reading.add(of_other)

    def add_digits(self, other: "KindEvidence") -> None:
        """Take the digits of other cells' numbers in, and nothing else."""
        for reading, of_other in zip(self.readings, other.readings, strict=True):
            reading.whole_digits = max(reading.whole_digits, of_other.whole_digits)
            reading.scale = max(reading.scale, of_other.scale)


def _spanning(span: tuple[_End, _End], other: tuple[_End, _End]) -> tuple[_End, _End]:
    """From the least to the greatest of both."""
    return min(span[0], other[0]), max(span[1], other[1])


class ColumnEvidence:
    """All cells of a column that are not empty, and how many are."""

    def __init__(self) -> None:
        self.empty = 0
        self.kinds: dict[str, KindEvidence] = {}
        self.null_words: dict[str, tuple[int, int]] = {}  # how often, and the first row
        self.is_spaced = False

    def add_null_word(self, word: str, count: int, row: int) -> None:
        """Add `count` cells of a word that may mean that there is nothing, the first in `row`."""
        if word in self.null_words or len(self.null_words) < _MOST_NULL_WORDS:
            before, first = self.null_words.get(word, (0, row))
            self.null_words[word] = before + count, min(first, row)

    def add(self, other: "ColumnEvidence") -> None:
        """Add other cells of the column."""
        self.empty += other.empty
        self.is_spaced |= other.is_spaced
        for word, (count, row) in other.null_words.items():
            self.add_null_word(word, count, row)
        for kind, evidence in other.kinds.items():
            if kind in self.kinds:
                self.kinds[kind].add(evidence)
            else:
                self.kinds[kind] = evidence


def digits_of(text: str, mark: str) -> tuple[int, int]:
    """Count a number's digits on either side of its decimal mark, without its exponent's."""
    mantissa = text.replace("E", "e").partition("e")[0]
    whole, found, fraction = mantissa.rpartition(mark) if mark else ("", "", mantissa)
    return (_count_digits(whole), len(fraction)) if found else (_count_digits(fraction), 0)


def digits_of_value(value: Number) -> tuple[int, int]:
    """Count a number's digits on either side of its decimal mark, as Python keeps it."""
    if isinstance(value, int):
        return len(str(abs(value))), 0
    _, digits, exponent = value.as_tuple()
    scale = -int(exponent)
    return max(len(digits) - scale, 1), scale


def _count_digits(text: str) -> int:
    digits = text.lstrip("+-")
    return len(digits) if digits.isdecimal() else sum(map(str.isdecimal, digits))
