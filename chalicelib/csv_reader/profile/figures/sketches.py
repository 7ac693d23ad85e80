"""Figures of values that are too many to be kept: in bounded memory, and estimated.

All three give the same for the same file: where others toss a coin, these alternate or go by hash.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from math import sqrt

HASHES = 1 << 64
_PART = 16  # one hash in that many is asked for where the number of values is unknown
_DEVIATIONS = 8  # standard deviations: no more happen


class DistinctSketch:
    """Hashes of some values, which show how many are distinct.

    Up to `limit` values are counted exactly. Of more, only hashes below a threshold are kept, which
    falls to where there are about `kept` whenever they are twice as many. As hashes are as good as
    random, that is a known share of all, to 1 / sqrt(kept) (the theta sketches of Dasgupta and
    others, 2015).

    Hashing takes longest, so where values can be counted later in another way, only a share
    is hashed from the start (`is_partial`). That shows that most columns have too many.
    """

    def __init__(self, limit: int, kept: int, is_partial: bool = False):
        self.threshold = HASHES - 1  # hashes above add nothing new
        self.is_partial = is_partial  # too few hashes are here to know the count, up to the limit
        self._limit = limit
        self._most = limit
        self._share = kept
        self._kept = array("Q")
        self._added = array("Q")
        self._at_least = 0
        self._exactly: int | None = None
        if is_partial:
            self.threshold = HASHES // _PART - 1
            expected = limit / _PART
            self._most = int(expected + _DEVIATIONS * sqrt(expected))

    @property
    def may_be_exact(self) -> bool:
        """Return whether there may be no more values than are counted exactly."""
        return self.is_partial or self.threshold == HASHES - 1

    def add(self, hashes: Iterable[int]) -> None:
        """Add the hashes of values, none of them above the threshold."""
        self._added.extend(hashes)
        if len(self._kept) + len(self._added) > self._most:
            self._sift()

    def expect(self, count: int) -> None:
        """Take it that there are about as many values, more than are counted exactly."""
        self._pass_limit()
        if self.threshold == HASHES - 1:
            known = {*self._kept, *self._added}
            self._at_least = max(self._at_least, len(known))
            self._lower(count)
            self._kept = array("Q", [value for value in known if value <= self.threshold])
            self._added = array("Q")
        self._sift()

    def settle(self, count: int) -> None:
        """Take the number of values so far, which were counted in another way."""
        if count > self._limit:
            self._pass_limit()
            self._at_least = max(self._at_least, count)
        else:
            self._exactly = count

    def complete(self, hashes: Iterable[int]) -> None:
        """Take the hashes of all values so far, at most as many as are counted exactly."""
        self.is_partial = False
        self.threshold = HASHES - 1
        self._most = self._limit
        self._kept = array("Q", hashes)
        self._added = array("Q")

    def count(self) -> tuple[int, bool]:
        """Count the distinct values, and say whether that is exact."""
        if self._exactly is not None:
            return self._exactly, True
        self._sift()
        estimate = round(len(self._kept) * HASHES / (self.threshold + 1))
        return max(estimate, self._at_least), self.threshold == HASHES - 1

    def is_at_most(self, count: int) -> bool:
        """Return whether there are about that many distinct values, or fewer."""
        most = count * (self.threshold + 1) // HASHES
        if len(self._kept) > most:
            return False
        self._sift()
        return len(self._kept) <= most and self._at_least <= count

    def _pass_limit(self) -> None:
        self.is_partial = False
        self._at_least = max(self._at_least, self._limit + 1)
        self._most = 2 * self._share

    def _lower(self, count: int) -> None:
        """Lower the threshold to where fewer hashes are, of as many that are below it now."""
        self.threshold = min(self.threshold * self._share // count, self.threshold - 1)
        self._most = 2 * self._share

    def _sift(self) -> None:
        if not self._added:
            return
        kept = {*self._kept, *self._added}
        self._at_least = max(self._at_least, len(kept))
        self._added = array("Q")
        if self.is_partial and len(kept) > self._most:
            self._pass_limit()
        if len(kept) > self._most:
            self._lower(len(kept))
            kept = {value for value in kept if value <= self.threshold}
        self._kept = array("Q", kept)


class QuantileSketch:
    """Numbers, a few of which are kept: enough to know how all are spread.

    Up to `size` numbers are kept as they are. Then every second one of a full buffer, sorted, goes
    on to the next buffer, where each stands for twice as many: the compactors of Karnin, Lang and
    Liberty, "Optimal quantile approximation in streams" (2016), which alternate here. With buffers
    of 4,096 a quartile's rank is off by some tenths of a percent at most.
    """

    def __init__(self, size: int):
        self._size = size
        self._levels: list[array[float]] = []
        self._keeps_second = False

    def add(self, weighted: Iterable[tuple[float, int]]) -> None:
        """Add numbers, each with how often it occurs."""
        of_levels: dict[int, list[float]] = {}
        for value, weight in weighted:
            level = 0
            while weight:
                if weight & 1:
                    of_levels.setdefault(level, []).append(value)
                weight >>= 1
                level += 1
        for level in sorted(of_levels):
            self.extend(of_levels[level], level)

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

    def merge(self, other: "QuantileSketch") -> None:
        """Add the numbers of another one."""
        for level, buffer in enumerate(other._levels):
            self.extend(buffer, level)

    def weighted(self) -> list[tuple[float, int]]:
        """The numbers that are kept, each with how many it stands for."""
        return [
            (value, 1 << level) for level, buffer in enumerate(self._levels) for value in buffer
        ]


class TopSketch:
    """The most frequent of some texts: those that are rare so far are forgotten now and then."""

    def __init__(self, size: int):
        self._size = size
        self._counts: Counter[str] = Counter()

    def add(self, counted: Iterable[tuple[str, int]]) -> None:
        """Add texts, each with how often it occurs."""
        for text, count in counted:
            self._counts[text] += count
        if len(self._counts) > 2 * self._size:
            self._counts = Counter(dict(self._counts.most_common(self._size)))

    def add_sample(self, texts: Iterable[str], weight: int) -> None:
        """Add texts of a sample. One that was met nowhere else is passed over: most are rare."""
        self.add(
            (text, count * weight)
            for text, count in Counter(texts).items()
            if count > 1 or text in self._counts
        )

    def most_common(self, count: int | None = None) -> list[tuple[str, int]]:
        """That many texts, or all that are known, each with about how often it occurs."""
        return self._counts.most_common(count)
