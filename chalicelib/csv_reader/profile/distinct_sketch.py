"""How many values are distinct: exact up to a limit, then an estimate, in bounded memory.

Of the values' hashes, which are as good as random, the least are kept, one more than the limit. As
long as there are no more, they are counted. Then they are taken to be spread evenly, so that the
greatest of them tells how many there are in all, to a hundredth (Bar-Yossef and others, "Counting
distinct elements in a data stream", 2002).
"""

from array import array
from collections.abc import Iterable

HASHES = 1 << 64
_UNSORTED = 8192  # hashes at most that are kept besides, since sorting takes its time


class DistinctSketch:
    """The least of the hashes of some values. Up to `limit` values are counted exactly."""

    def __init__(self, limit: int):
        self.limit = limit
        self._least = array("Q")  # in order
        self._unsorted = array("Q")

    @property
    def threshold(self) -> int:
        """Hashes from here on tell nothing new."""
        return self._least[-1] if self.is_full else HASHES

    @property
    def is_full(self) -> bool:
        """Whether there are more values than can be told exactly."""
        return len(self._least) > self.limit

    def add(self, hashes: Iterable[int]) -> None:
        """Add the hashes of values, from 0 to `HASHES`; those below the threshold are enough."""
        threshold = self.threshold
        self._unsorted.extend(value for value in hashes if value < threshold)
        if len(self._unsorted) >= _UNSORTED:
            self._sort()

    def count(self) -> int:
        """How many values are distinct."""
        self._sort()
        if not self.is_full:
            return len(self._least)
        return max(round(self.limit * HASHES / (self._least[-1] + 1)), len(self._least))

    def _sort(self) -> None:
        self._least = array("Q", sorted({*self._least, *self._unsorted})[: self.limit + 1])
        self._unsorted = array("Q")
