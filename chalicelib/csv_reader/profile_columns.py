"""A profile of every column, of the records that go by.

The rows are split as Python's csv module splits them. Memory is bounded: of a column's cells, only
so many distinct ones are kept as its figures need, and of a cell only so much as is shown.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import zip_longest

from chalicelib.csv_reader.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.column_tally import ColumnTally
from chalicelib.csv_reader.describe_column import describe_column
from chalicelib.csv_reader.distinct_sketch import LIMIT
from chalicelib.csv_reader.quantile_sketch import QuantileSketch
from chalicelib.csv_reader.ragged_rows import RaggedRowCounter
from chalicelib.csv_reader.record_batches import Batch

MOST_COLUMNS = 1000
_MOST_CHARACTERS = 64_000_000  # of distinct cells, counting what it takes to keep one
_CHARACTERS_PER_VALUE = 120
_MOST_SKETCHED = 1 << 19  # numbers in a sketch's buffers, of all columns together
_LARGEST_SKETCH = 1 << 12

Split = Callable[[bytes], list[list[str]]]


class ColumnProfiler:
    """Profiles the columns of a table, batch after batch of records.

    `split` makes rows of a batch's bytes; `preamble_rows` and `header_rows` stand above the data.
    """

    def __init__(self, split: Split, preamble_rows: int, header_rows: int):
        self._split = split
        self._preamble_rows = preamble_rows
        self._header_rows = header_rows
        self._width = 0
        self._tallies: list[ColumnTally] = []
        self._ragged = RaggedRowCounter()
        self.rows = 0

    def add(self, batch: Batch) -> None:
        """Take in some more records."""
        rows = self._split(batch.utf8)
        table = rows[max(self._preamble_rows - batch.before, 0) :]
        header_rows = max(self._header_rows - max(batch.before - self._preamble_rows, 0), 0)
        rows = table[header_rows:]
        if self.rows == 0:
            above = table[: header_rows or 1]
            self._width = max([self._width, *map(len, above)])
            self._tallies = [ColumnTally() for _ in range(min(self._width, MOST_COLUMNS))]
        if rows:
            self._sketch_where_many()
            self._add_rows(rows)

    def columns(self, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
        """The profiles of the first columns, as far as they have names."""
        return tuple(map(describe_column, names, self._tallies))

    def ragged_rows(self) -> RaggedRows:
        """Which rows have more or fewer fields than the header, or than the first row without."""
        return self._ragged.result()

    def _add_rows(self, rows: list[list[str]]) -> None:
        widths = list(map(len, rows))
        self._ragged.add(widths, self._width, self.rows + 1)
        columns = len(self._tallies)
        if self._width > columns or max(widths) > self._width:
            rows = [row[:columns] for row in rows]
        if min(widths) < columns:
            padded = zip_longest([""] * columns, *rows, fillvalue="")
            cells = [column[1:] for column in padded]
        else:
            cells = list(zip(*rows, strict=True))
        for tally, column in zip(self._tallies, cells, strict=True):
            tally.add_cells(column, self.rows + 1, hashes_of)
        self.rows += len(rows)

    def _sketch_where_many(self) -> None:
        """Keep the values no longer of columns that have too many, or take too much memory."""
        kept = [tally for tally in self._tallies if tally.counts is not None]
        memory = sum(map(_memory, kept))
        size = max(min(_MOST_SKETCHED // len(self._tallies), _LARGEST_SKETCH), 256)
        for tally in sorted(kept, key=_memory, reverse=True):
            if len(tally.counts) > LIMIT or memory > _MOST_CHARACTERS:
                memory -= _memory(tally)
                tally.sketch(hashes_of, QuantileSketch(size))


def hashes_of(keys: Iterable[str]) -> list[int]:
    """A hash of each, the same in every run."""
    return [int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") for key in keys]


def _memory(tally: ColumnTally) -> int:
    return tally.characters + _CHARACTERS_PER_VALUE * len(tally.counts)
