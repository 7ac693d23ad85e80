"""The values of one column and how often each occurs, as long as they are few enough to be kept.

A column of few values is counted by value, and each value looked at once, at the end: that is fast,
and makes all figures exact. Of a column of many, every cell is looked at as it goes by, and what
can't be told exactly of so many values is estimated.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from chalicelib.csv_reader.profile.cells import NUMBERS
from chalicelib.csv_reader.profile.distinct_sketch import DistinctSketch
from chalicelib.csv_reader.profile.evidence import LONGEST_TEXT, ColumnEvidence, key_of
from chalicelib.csv_reader.profile.quantile_sketch import QuantileSketch

Hashes = Callable[[Iterable[str]], Iterable[int]]


class ColumnTally:
    """What is known of a column's cells.

    `counts` has the distinct cells that are not empty, as `key_of` gives them and in the order of
    the file, each with how often it occurs and in which row first. It is None once there are too
    many; then `distinct` and `quantiles` stand in for it.
    """

    def __init__(self):
        self.counts: dict[str, tuple[int, int]] | None = {}
        self.characters = 0  # of the keys of `counts`
        self.evidence = ColumnEvidence()
        self.distinct: DistinctSketch | None = None
        self.quantiles: QuantileSketch | None = None
        self.is_mixed = False  # whether to expect cells that are not as most of them are

    def count_cells(self, cells: Sequence[str], first_row: int) -> list[tuple[str, int, int]]:
        """The distinct ones of the cells of so many rows, with how often, and where first."""
        if max(map(len, cells)) > LONGEST_TEXT:
            cells = list(map(key_of, cells))
        counts = Counter(cells)
        last_row = first_row + len(cells) - 1
        rows = dict(zip(reversed(cells), range(last_row, first_row - 1, -1), strict=True))
        self.evidence.empty += counts.pop("", 0)
        return [(key, count, rows[key]) for key, count in counts.items()]

    def add_counted(self, counted: Iterable[tuple[str, int, int]]) -> None:
        """Add cells of which each key occurs so often, and in that row first, in their order."""
        counts = self.counts
        for key, count, row in counted:
            known = counts.get(key)
            if known:
                counts[key] = known[0] + count, known[1]
            else:
                counts[key] = count, row
                self.characters += len(key)

    def values(self) -> Iterator[tuple[str, int, int]]:
        """The keys in `counts`, with how often each occurs and in which row first."""
        for key, (count, row) in self.counts.items():
            yield key, count, row

    def sketch(
        self, hashes_of: Hashes, distinct: DistinctSketch, quantiles: QuantileSketch
    ) -> None:
        """Keep the values no longer, but what is to be told of them."""
        self.distinct = distinct
        self.distinct.add(hashes_of(self.counts))
        self.quantiles = quantiles
        self.add_sketched(self.values())
        self.is_mixed = len(self.evidence.kinds) > 1
        self.counts = None

    def add_sketched(self, counted: Iterable[tuple[str, int, int]]) -> None:
        """Look at cells that are not kept. Their hashes are not asked for here."""
        single = []
        for key, count, row in counted:
            kind, value = self.evidence.add(key, count, row)
            if kind in NUMBERS:
                if count == 1:
                    single.append(float(value))
                else:
                    self.quantiles.add(float(value), count)
        self.quantiles.extend(single)
