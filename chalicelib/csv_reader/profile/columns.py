"""A profile of every column, of the records that go by.

The rows are split as Python's csv module splits them. Memory is bounded: of a column's cells, only
so many distinct ones are kept as its figures need, and of a cell only so much as is shown.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from chalicelib.csv_reader.profile.batches import Batch
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.distinct_sketch import DistinctSketch
from chalicelib.csv_reader.profile.engine import DuckDbBatch
from chalicelib.csv_reader.profile.figures import describe_column
from chalicelib.csv_reader.profile.plain_records import PlainRecords
from chalicelib.csv_reader.profile.quantile_sketch import QuantileSketch
from chalicelib.csv_reader.profile.queries import ColumnQuestion, ask_all
from chalicelib.csv_reader.profile.ragged_rows import RaggedRowCounter
from chalicelib.csv_reader.profile.tally import ColumnTally

MOST_COLUMNS = 1000
MOST_VALUES = 10_050  # that are counted exactly in a file of any length: 10,000, and null words
_MOST_CHARACTERS = 50_000_000  # of distinct cells, counting what it takes to keep one
_CHARACTERS_PER_VALUE = 250
_MOST_SKETCHED = 1 << 19  # numbers in a sketch's buffers, of all columns together
_LARGEST_SKETCH = 1 << 12

_FEW_ROWS = 2000  # in a batch, which are looked at sooner than asked for
_CELLS_AT_ONCE = 200_000  # that are looked at here

Split = Callable[[bytes], Iterator[list[str]]]


class ColumnProfiler:
    """Profiles the columns of a table, batch after batch of records.

    `split` makes rows of a batch's bytes; `preamble_rows` and `header_rows` stand above the data.
    The first batch is looked at here, and those that follow by DuckDB: loading that takes longer
    than a small file does.
    """

    def __init__(
        self,
        split: Split,
        delimiter: bytes,
        quote: bytes,
        escape: bytes,
        preamble_rows: int,
        header_rows: int,
    ):
        self._split = split
        self._marks = delimiter, quote, escape
        self._preamble_rows = preamble_rows
        self._header_rows = header_rows
        self.width = 0
        self._tallies: list[ColumnTally] = []
        self._ragged = RaggedRowCounter()
        self._duckdb: DuckDbBatch | None = None
        self.rows = 0

    def add(self, batch: Batch) -> bool:
        """Take in some more records. Raises `EngineFailed`, with all that was before kept.

        Returns whether they are certain to be plain records.
        """
        if self.rows == 0:
            self._add_first(batch)
            return False
        if not self._duckdb:
            self._plain = PlainRecords(*self._marks, self.width)
            self._duckdb = DuckDbBatch(len(self._tallies), self.width, self._plain.delimiter)
        self._sketch_where_many()
        if batch.count >= _FEW_ROWS:
            pieces = self._plain.as_they_stand(batch)
            if pieces and self._add_by_duckdb(pieces, batch.count, []):
                return True
            widths: list[int] = []
            utf8 = self._plain.written(_noting_widths(self._split(batch.utf8), widths))
            if self._add_by_duckdb([utf8], batch.count, widths):
                return False
        rows = self._split(batch.utf8)
        while some := list(islice(rows, 1 + _CELLS_AT_ONCE // self.width)):
            self._add_rows(some)
        return False

    def columns(self, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
        """The profiles of the first columns, as far as they have names."""
        return tuple(map(describe_column, names, self._tallies))

    def ragged_rows(self) -> RaggedRows:
        """Which rows have more or fewer fields than the header, or than the first row without."""
        return self._ragged.result()

    def close(self) -> None:
        """Let go of what the profile was made with."""
        if self._duckdb:
            self._duckdb.close()

    def _add_first(self, batch: Batch) -> None:
        rows = list(self._split(batch.utf8))
        table = rows[max(self._preamble_rows - batch.before, 0) :]
        header_rows = max(self._header_rows - max(batch.before - self._preamble_rows, 0), 0)
        rows = table[header_rows:]
        self.width = max([self.width, *map(len, table[: header_rows or 1])])
        self._tallies = [ColumnTally() for _ in range(min(self.width, MOST_COLUMNS))]
        if rows:
            self._add_rows(rows)

    def _add_rows(self, rows: list[list[str]]) -> None:
        widths = list(map(len, rows))
        self._ragged.add(widths, self.width, self.rows + 1)
        columns = len(self._tallies)
        if self.width > columns or max(widths) > self.width:
            rows = [row[:columns] for row in rows]
        if min(widths) < columns:
            padded = zip_longest([""] * columns, *rows, fillvalue="")
            cells = [column[1:] for column in padded]
        else:
            cells = list(zip(*rows, strict=True))
        sketched = []
        for tally, column in zip(self._tallies, cells, strict=True):
            counted = tally.count_cells(column, self.rows + 1)
            if tally.counts is None:
                sketched.append((tally, counted))
            else:
                tally.add_counted(counted)
        if sketched:
            hashes = iter(self._duckdb.hashes_of(key for _, some in sketched for key, _, _ in some))
            for tally, counted in sketched:
                tally.distinct.add(islice(hashes, len(counted)))
                tally.add_sketched(counted)
        self.rows += len(rows)

    def _add_by_duckdb(self, pieces: Sequence[bytes], count: int, widths: list[int]) -> bool:
        """Add plain records, if DuckDB can read them: not where one has some megabytes."""
        duckdb = self._duckdb
        duckdb.write(pieces, count)
        questions = [ColumnQuestion(i, tally) for i, tally in enumerate(self._tallies)]
        found = ask_all(duckdb, questions)
        if not found:
            return False
        for question in questions:
            question.take_in(found, self.rows + 1, count, duckdb.sample_level)
        self._ragged.add(widths, self.width, self.rows + 1)
        self.rows += count
        return True

    def _sketch_where_many(self) -> None:
        """Keep the values no longer of columns that have too many, or take too much memory."""
        kept = [tally for tally in self._tallies if tally.counts is not None]
        memory = sum(map(_memory, kept))
        size = max(min(_MOST_SKETCHED // len(self._tallies), _LARGEST_SKETCH), 256)
        for tally in sorted(kept, key=_memory, reverse=True):
            if len(tally.counts) > MOST_VALUES or memory > _MOST_CHARACTERS:
                memory -= _memory(tally)
                tally.sketch(
                    self._duckdb.hashes_of, DistinctSketch(MOST_VALUES), QuantileSketch(size)
                )


def _noting_widths(rows: Iterator[list[str]], widths: list[int]) -> Iterator[list[str]]:
    for row in rows:
        widths.append(len(row))
        yield row


def _memory(tally: ColumnTally) -> int:
    return tally.characters + _CHARACTERS_PER_VALUE * len(tally.counts)
