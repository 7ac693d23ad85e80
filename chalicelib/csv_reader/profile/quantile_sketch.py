"""Quartiles of numbers of any amount, in bounded memory.

Up to `size` numbers are kept as they are. Then every second one of a full buffer, sorted, goes on
to the next buffer, where each stands for twice as many: the compactors of Karnin, Lang and Liberty,
"Optimal quantile approximation in streams" (2016), which alternate here instead of tossing a coin,
so that the same file has the same quartiles. With buffers of 4,096 a quartile's rank is off by some
tenths of a percent at most.
"""

from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

_QUARTERS = (1, 2, 3)
_SMALLEST_EXPONENT = -400  # a double below is zero


class QuantileSketch:
    """Numbers, of which only so many are kept that their quartiles can be told."""

    def __init__(self, size: int):
        self._size = size
        self._levels: list[array] = []
        self._keeps_second = False

    def add(self, value: float, weight: int) -> None:
        """Add a number that occurs `weight` times."""
        level = 0
        while weight:
            if weight & 1:
                self.extend([value], level)
            weight >>= 1
            level += 1

    def extend(self, values: Iterable[float], level: int = 0) -> None:
        """Add numbers that each stand for 2 ** `level`."""
        while len(self._levels) <= level:
            self._levels.append(array("d"))
        buffer = self._levels[level]
        buffer.extend(values)
        if len(buffer) >= self._size:
            values = sorted(buffer)
            odd = values[len(values) & ~1 :]
            self._keeps_second = not self._keeps_second
            self._levels[level] = array("d", odd)
            self.extend(values[self._keeps_second : len(values) & ~1 : 2], level + 1)

    def quartiles(self) -> list[Fraction]:
        """The three quartiles of what was added."""
        return quartiles(
            [(value, 1 << level) for level, buffer in enumerate(self._levels) for value in buffer]
        )


def quartiles(weighted: Sequence[tuple]) -> list[Fraction]:
    """The quartiles of numbers, each with how often it occurs, linear between the nearest ranks.

    That is what spreadsheets and pandas mean by them (R's type 7).
    """
    ordered = sorted(weighted)
    last = sum(weight for _, weight in ordered) - 1
    ranks = sorted({rank for q in _QUARTERS for rank in (last * q // 4, -(-last * q // 4))})
    at = {}
    passed = 0
    values = iter(ordered)
    value, weight = next(values)
    for rank in ranks:
        while passed + weight <= rank:
            passed += weight
            value, weight = next(values)
        at[rank] = _exact(value)
    found = []
    for q in _QUARTERS:
        below, part = divmod(last * q, 4)
        above = -(-last * q // 4)
        found.append(at[below] + (at[above] - at[below]) * Fraction(part, 4))
    return found


def _exact(number: float | Decimal) -> Fraction:
    """The number itself; zero for one that is far below all doubles, and no fraction in memory."""
    if isinstance(number, Decimal) and number.adjusted() < _SMALLEST_EXPONENT:
        return Fraction(0)
    return Fraction(number)
