"""The spread of a column's values: quartiles and a histogram, exact or from a sample."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any

from chalicelib.csv_reader.column_types import NUMERIC
from chalicelib.csv_reader.profile.figures.evidence import EXACT, is_tiny
from chalicelib.csv_reader.profile.figures.tally import ColumnTally
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.kinds.kind import Cell, Number

WITH_HISTOGRAM = (*NUMERIC, "date", "timestamp", "timestamptz")
UNITS = {"integer": 1, "date": 86_400 * 10**9}  # dates are nanoseconds
_QUARTERS = (1, 2, 3)
_MOST_STEPS = 20


class Spread:
    """Values, each with how many cells it is the value of, in whatever order."""

    def __init__(self, weighted: list[tuple[Any, int]]):
        weighted.sort()
        self._weighted = weighted
        self._passed = list(accumulate(map(itemgetter(1), weighted)))

    def quartiles(self) -> list[Fraction]:
        """The quartiles, linear between the nearest ranks.

        That is what spreadsheets and pandas mean by them (R's type 7).
        """
        last = self._passed[-1] - 1

        def at(rank: int) -> Fraction:
            return Fraction(self._weighted[bisect_right(self._passed, rank)][0])

        found = []
        for quarter in _QUARTERS:
            below, part = divmod(last * quarter, 4)
            low, high = at(below), at(below + (part > 0))
            found.append(low + (high - low) * Fraction(part, 4))
        return found

    def histogram(self, low: Number, high: Number, unit: int | None, cells: int) -> tuple[int, ...]:
        """Count the cells in each of some equal steps from `low` to `high`.

        Values that are all multiples of a `unit` have steps of one at least. Whole numbers have
        one, which may be 0, and others None. What is between two steps belongs to the upper one.
        """
        edges = _edges(low, high, unit)
        if not edges or not self._passed:
            return (cells,)
        below = [0, *map(self._below, edges), self._passed[-1]]
        return _scaled([after - before for before, after in pairwise(below)], cells)

    def _below(self, edge: Number) -> int:
        place = bisect_left(self._weighted, (edge,))
        return self._passed[place - 1] if place else 0


def spread_of(
    tally: ColumnTally, judgement: Judgement, cells_read: Iterable[tuple[Cell, int]]
) -> Spread:
    """The values that are of the column's type, where that has a quartile or a histogram.

    `cells_read` are the kinds and values of a column that is counted, each with how many it is.
    """
    if judgement.type not in WITH_HISTOGRAM:
        return Spread([])
    if tally.sketches:
        return Spread(
            [
                (value * reading.times, weight)
                for reading in judgement.readings(tally.evidence)
                if reading.sketch
                for value, weight in reading.sketch.weighted()
            ]
        )
    return Spread(
        [
            (_not_tiny(judgement.value_in(kind, values)), count)
            for (kind, values), count in cells_read
            if values and kind in judgement.kinds
        ]
    )


def _edges(low: Number, high: Number, unit: int | None) -> list[Number]:
    """The edges of the steps, exactly: a twentieth of a decimal is one, too."""
    if unit is not None:
        low, high = int(low), int(high)
        span = high - low + unit
        steps = min(_MOST_STEPS, span // unit) if unit else _MOST_STEPS
        return [low - (-span * step // steps) for step in range(1, steps)] if span else []
    least, most = (Decimal(_not_tiny(value)) for value in (low, high))
    step = EXACT.divide(EXACT.subtract(most, least), Decimal(_MOST_STEPS))
    if not step:
        return []
    return [EXACT.add(least, EXACT.multiply(step, n)) for n in range(1, _MOST_STEPS)]


def _scaled(counts: Sequence[int], total: int) -> tuple[int, ...]:
    """The counts, made to add up to the total."""
    passed = list(accumulate(counts))
    scaled = [total * count // passed[-1] for count in passed]
    return tuple(after - before for before, after in pairwise([0, *scaled]))


def _not_tiny(number: Number) -> Number:
    return 0 if isinstance(number, Decimal) and is_tiny(number) else number
