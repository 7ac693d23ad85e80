"""A profile of every column, of the records that go by.

The rows are split as Python's csv module splits them. Memory is bounded: of a column's cells, only
so many distinct ones are kept as its figures need, and of a cell only so much as is shown. Cells
that a short row lacks are counted, and are in no table.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice, zip_longest

from chalicelib.csv_reader.profile.batches import Batch, record_ends
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.engine.alike import AlikeColumns
from chalicelib.csv_reader.profile.engine.database import DuckDb, EngineFailed, OutOfMemory
from chalicelib.csv_reader.profile.engine.plain_records import PlainRecords
from chalicelib.csv_reader.profile.engine.questions import LongCells, Questions
from chalicelib.csv_reader.profile.figures.describe import describe_column
from chalicelib.csv_reader.profile.figures.sketches import DistinctSketch
from chalicelib.csv_reader.profile.figures.tally import (
    LONGEST_TEXT,
    MOST_VALUES,
    Answer,
    ColumnTally,
    Sketches,
    key_of,
)

MOST_COLUMNS = 1000
_MOST_CHARACTERS = 50_000_000  # of distinct cells, counting what it takes to keep one
_CHARACTERS_PER_VALUE = 250
# In the sketches of all columns together, of one at least, and of one at most.
_SKETCHED_NUMBERS = 1 << 17, 1 << 8, 1 << 11
_SKETCHED_HASHES = 1 << 17, 1 << 11, 1 << 12

_FEW_ROWS, _FEW_CELLS = 500, 4_000  # which are looked at sooner than asked for
_CELLS_AT_ONCE = 500_000  # of rows that are split here

Split = Callable[[bytes], Iterator[list[str]]]


@dataclass(frozen=True)
class _Engine:
    """The means to ask of a batch: the database, and the writer of what it reads."""

    duckdb: DuckDb
    plain: PlainRecords


class RowTooLarge(EngineFailed):
    """There is not enough memory for a single row."""


class ColumnProfiler:
    """Profiles the columns of a table, batch after batch of records.

    `split` makes rows of a batch's bytes; `preamble_rows` and `header_rows` are above the data.
    A batch that is the only one is looked at here, and others by DuckDB: loading that takes longer
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
        self.rows = 0
        self.ran_short = False  # of memory, with the last batch
        self._tallies: list[ColumnTally] = []
        self._ragged = RaggedRowCounter()
        self._engine: _Engine | None = None
        self._held: Batch | None = None  # the first one, as long as it may be the only one
        self._memory = 0  # of the values that are kept
        self._may_be_alike = True
        self._keeps_records = True  # whether DuckDB keeps all records so far

    def add(self, batch: Batch) -> bool:
        """Take in some more records. Raises `EngineFailed`, with all that was before kept.

        Returns whether they are certain to be plain records.
        """
        self.ran_short = False
        if self._held is None and self.rows == 0:
            self._held = self._below_the_header(batch)
            return False
        if not self._engine:
            plain = PlainRecords(*self._marks, self.width)
            self._engine = _Engine(DuckDb(plain.delimiter), plain)
        engine = self._engine
        if self._held:
            batch, self._held = self._held.joined(batch), None
        self._sketch_where_many(engine.duckdb)
        if _is_worth_asking(batch.count, len(self._tallies)):
            pieces = engine.plain.as_they_stand(batch)
            if pieces and self._add_plain(engine.duckdb, pieces, batch.count):
                self._count_if_enough(engine.duckdb)
                return True
        for rows in _chunks(self._split(batch.utf8)):
            self._add_rows(rows, engine)
            self._sketch_where_many(engine.duckdb)
            self._count_if_enough(engine.duckdb)
        return False

    def finish(self) -> None:
        """Look at the records that no others came after."""
        if self._held:
            held, self._held = self._held, None
            for rows in _chunks(self._split(held.utf8)):
                self._add_rows(rows, None)
        if self._engine:
            self._count_kept(self._engine.duckdb, is_all=True)

    def columns(self, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
        """The profiles of the first columns, as far as they have names."""
        return tuple(map(describe_column, names, self._tallies))

    def ragged_rows(self) -> RaggedRows:
        """The rows with more or fewer fields than the header, or the first row without one."""
        return self._ragged.result()

    def close(self) -> None:
        """Let go of what the profile was made with."""
        if self._engine:
            self._engine.duckdb.close()

    def _below_the_header(self, batch: Batch) -> Batch | None:
        """The records of the table, if the batch has some. Finds how wide that is."""
        if not batch.count:
            return None
        above = max(self._preamble_rows - batch.before, 0)
        header_rows = max(self._header_rows - max(batch.before - self._preamble_rows, 0), 0)
        most = above + max(header_rows, 1)
        ends = list(islice(record_ends(batch.utf8, *self._marks), most))
        table = self._split(batch.utf8[: ends[-1] if ends else 0])
        self.width = self.width or max([0, *map(len, islice(table, above, None))])
        self._tallies = [ColumnTally() for _ in range(min(self.width, MOST_COLUMNS))]
        skipped = above + header_rows
        if skipped >= batch.count:
            return None
        return batch.without(skipped, ends[skipped - 1] if skipped else 0)

    def _add_plain(self, duckdb: DuckDb, pieces: Sequence[bytes], count: int) -> bool:
        rows = range(self.rows + 1, self.rows + 1 + count)
        try:
            answers = self._asked(duckdb, pieces, rows, len(self._tallies), self.width)
        except OutOfMemory:
            self.ran_short = True
            return False
        if answers is None:
            return False
        self._take_in(answers, count)
        self.rows += count
        return True

    def _add_rows(self, rows: list[list[str]], engine: _Engine | None) -> None:
        """Add rows, or half of them at a time as long as there is not enough memory for all."""
        first = self.rows + 1
        try:
            found = [
                (self._answers(some, numbers, engine), len(some))
                for some, numbers in _of_like_width(rows, first, len(self._tallies))
            ]
        except (OutOfMemory, MemoryError) as error:
            self.ran_short = True
            if len(rows) == 1:
                raise RowTooLarge(f"there is not enough memory for row {first:,}") from error
            half = len(rows) // 2
            self._add_rows(rows[:half], engine)
            self._add_rows(rows[half:], engine)
            return
        for answers, count in found:
            self._take_in(answers, count)
        self._ragged.add(list(map(len, rows)), self.width, first)
        self.rows += len(rows)

    def _take_in(self, answers: Sequence[Answer], rows: int) -> None:
        """Add what was found of the first columns in some rows that lack the others."""
        for answer, tally in zip(answers, self._tallies, strict=False):
            answer.add_to(tally)
        for tally in self._tallies[len(answers) :]:
            tally.evidence.empty += rows

    def _answers(
        self, rows: list[list[str]], numbers: Sequence[int], engine: _Engine | None
    ) -> list[Answer]:
        """Answers about the first columns in rows of about the same width."""
        columns = min(max(map(len, rows)), len(self._tallies))
        if engine and _is_worth_asking(len(rows), columns):
            utf8 = engine.plain.written(rows, columns)
            answers = self._asked(engine.duckdb, [utf8], numbers, columns, columns)
            if answers is not None:
                return answers
        cells = list(zip_longest([""] * columns, *rows, fillvalue=""))[:columns]
        return self._looked_at([column[1:] for column in cells], numbers, engine)

    def _asked(
        self,
        duckdb: DuckDb,
        pieces: Sequence[bytes],
        numbers: Sequence[int],
        columns: int,
        width: int,
    ) -> list[Answer] | None:
        """DuckDB's answers about plain records, if it can read them: not those of megabytes."""
        asked = self._tallies[:columns], numbers, partial(self._may_be_kept, duckdb)
        answers = self._asked_as_one(AlikeColumns(duckdb, *asked), pieces, width)
        if answers is None:
            if not duckdb.load(pieces, len(numbers), columns, width):
                return None
            try:
                answers = Questions(duckdb, *asked).answers()
            except LongCells:
                duckdb.shortens = True
                return self._asked(duckdb, pieces, numbers, columns, width)
        self._keep(duckdb, pieces, len(numbers), width)
        return answers

    def _asked_as_one(
        self, columns: AlikeColumns, pieces: Sequence[bytes], width: int
    ) -> list[Answer] | None:
        """The answers about columns that are all alike, as long as they are."""
        if not self._may_be_alike or not columns.are_alike(pieces):
            return None
        self._may_be_alike = False
        answers = columns.answers_of(pieces, width)
        self._may_be_alike = answers is not None
        return answers

    def _keep(self, duckdb: DuckDb, pieces: Sequence[bytes], rows: int, width: int) -> None:
        """Have DuckDB keep records as long as there are columns whose values are to be counted."""
        self._keeps_records = self._keeps_records and bool(self._partial())
        if self._keeps_records:
            duckdb.keep(pieces, rows, width)

    def _partial(self) -> dict[int, DistinctSketch]:
        """The columns with hashes of only a share of their values."""
        sketched = ((i, tally.sketches) for i, tally in enumerate(self._tallies))
        distinct = ((i, sketches.distinct) for i, sketches in sketched if sketches)
        return {i: sketch for i, sketch in distinct if sketch.is_partial}

    def _count_if_enough(self, duckdb: DuckDb) -> None:
        if self._keeps_records and (duckdb.kept_rows > 2 * MOST_VALUES or duckdb.keeps_much):
            self._count_kept(duckdb)

    def _count_kept(self, duckdb: DuckDb, is_all: bool = False) -> None:
        """Count the values of columns in the records that DuckDB keeps, and keep no more of these.

        `is_all` says that no others follow.
        """
        self._keeps_records = False
        sketches = self._partial()
        with suppress(OutOfMemory):  # they stay estimates
            # Python tells them apart: DuckDB needs a table of them for each of a thousand columns.
            for i, hashes in duckdb.kept_values(list(sketches), "list(hash({c}))"):
                distinct = set(hashes)
                if len(distinct) > MOST_VALUES or is_all:
                    sketches[i].settle(len(distinct))
                else:
                    sketches[i].complete(distinct)

    def _looked_at(
        self, cells: Sequence[Sequence[str]], numbers: Sequence[int], engine: _Engine | None
    ) -> list[Answer]:
        """Python's answers about the cells of the first columns."""
        answers = []
        sketched = []
        for column, tally in zip(cells, self._tallies, strict=False):
            answer = Answer()
            answers.append(answer)
            counted = _count(column, numbers, answer)
            if not tally.sketches:
                answer.counted = counted
                continue
            if tally.sketches.distinct.is_partial and engine:
                self._count_kept(engine.duckdb)
            sketched.append((answer, tally.sketches.distinct.threshold, counted))
            answer.look_at(counted, tally.sketches.size)
        if sketched and engine:
            keys = (key for *_, counted in sketched for key, _, _ in counted)
            hashes = iter(engine.duckdb.hashes_of(keys))
            for answer, most, counted in sketched:
                found = islice(hashes, len(counted))
                answer.hashes = [value for value in found if value <= most]
        return answers

    def _sketch_where_many(self, duckdb: DuckDb) -> None:
        """Keep the values no longer of columns that have too many, or take too much memory."""
        kept = [tally for tally in self._tallies if not tally.sketches]
        self._memory = sum(map(_memory, kept))
        for tally in sorted(kept, key=_memory, reverse=True):
            if len(tally.counts) > MOST_VALUES or self._memory > _MOST_CHARACTERS:
                self._sketch(tally, duckdb)

    def _may_be_kept(self, duckdb: DuckDb, tally: ColumnTally, distinct: int, cells: int) -> bool:
        """Return whether the batch's many values are worth keeping. If not, the tally sketches."""
        share = _MOST_CHARACTERS // (_CHARACTERS_PER_VALUE * len(self._tallies))
        if distinct > MOST_VALUES or (distinct > share and 3 * distinct > cells):
            sketches = self._sketch(tally, duckdb)
            if distinct > MOST_VALUES:
                sketches.distinct.expect(distinct)
            return False
        return True

    def _sketch(self, tally: ColumnTally, duckdb: DuckDb) -> Sketches:
        self._memory -= _memory(tally)
        numbers, hashes = (
            max(min(most // len(self._tallies), largest), least)
            for most, least, largest in (_SKETCHED_NUMBERS, _SKETCHED_HASHES)
        )
        is_partial = self._keeps_records and not tally.counts
        return tally.sketch(duckdb.hashes_of, numbers, hashes, is_partial)


class RaggedRowCounter:
    """Counts rows that have more or fewer fields than the header. Remembers the first of either."""

    def __init__(self) -> None:
        self._count = 0
        self._first_long: tuple[int, int] | tuple[None, None] = (None, None)
        self._first_short: tuple[int, int] | tuple[None, None] = (None, None)

    def add(self, widths: Sequence[int], width: int, first_row: int) -> None:
        """Add rows of those `widths`, one after the other, where the header has `width` fields."""
        fitting = widths.count(width)
        if fitting == len(widths):
            return
        self._count += len(widths) - fitting
        if self._first_long[0] is None and max(widths) > width:
            place = next(i for i, fields in enumerate(widths) if fields > width)
            self._first_long = first_row + place, widths[place]
        if self._first_short[0] is None and min(widths) < width:
            place = next(i for i, fields in enumerate(widths) if fields < width)
            self._first_short = first_row + place, widths[place]

    def result(self) -> RaggedRows:
        """The number of such rows, with the first that is too long and too short."""
        return RaggedRows(self._count, *self._first_long, *self._first_short)


def _chunks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Rows, about that many cells at a time."""
    chunk: list[list[str]] = []
    cells = 0
    for row in rows:
        chunk.append(row)
        cells += len(row)
        if cells >= _CELLS_AT_ONCE:
            yield chunk
            chunk, cells = [], 0
    if chunk:
        yield chunk


def _of_like_width(
    rows: list[list[str]], first: int, columns: int
) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """Rows, each with its number, none more than twice as wide as another."""
    widths = set(map(len, rows))
    if len({min(width, columns).bit_length() for width in widths}) == 1:
        yield rows, range(first, first + len(rows))
        return
    classes = [min(len(row), columns).bit_length() for row in rows]
    for of_class in sorted(set(classes)):
        places = [i for i, class_ in enumerate(classes) if class_ == of_class]
        yield [rows[i] for i in places], [first + i for i in places]


def _count(
    cells: Sequence[str], numbers: Sequence[int], answer: Answer
) -> list[tuple[str, int, int]]:
    """The distinct ones of the cells, with how often, and the number of the row of the first."""
    if max(map(len, cells)) > LONGEST_TEXT:
        cells = list(map(key_of, cells))
    counts = Counter(cells)
    first_rows = dict(zip(reversed(cells), reversed(numbers), strict=True))
    answer.evidence.empty = counts.pop("", 0)
    return [(key, count, first_rows[key]) for key, count in counts.items()]


def _is_worth_asking(rows: int, columns: int) -> bool:
    """Return whether DuckDB is faster than Python: asking costs some time for each column."""
    return rows >= _FEW_ROWS and rows * columns >= _FEW_CELLS


def _memory(tally: ColumnTally) -> int:
    return tally.characters + _CHARACTERS_PER_VALUE * len(tally.counts)
