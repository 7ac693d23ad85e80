"""The profile of a file that goes by, as far as it can be made, and why not further.

A file is counted to its end whatever happens to its profile.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from chalicelib.csv_reader.column_names import ColumnNames
from chalicelib.csv_reader.detect.dialect import CsvDialect
from chalicelib.csv_reader.profile.batches import Batch, RecordBatches
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.columns import ColumnProfiler
from chalicelib.csv_reader.profile.engine.database import EngineFailed
from chalicelib.csv_reader.profile.line_facts import LineFacts, LineObserver
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.records import Records
from chalicelib.csv_reader.rows import read_rows

_FIRST_BATCH_BYTES = 1 << 20  # up to which DuckDB is not loaded
_SECOND_BATCH_BYTES = 3 << 20  # with the first one: what is known of the columns starts with it
_SECOND_BATCH_ROWS = 1000  # at least
_BATCH_BYTES = 3 << 23
_BATCH_CELLS = 3_000_000
_SPLIT_BATCH_BYTES = 1 << 22  # of records that are not plain: they are split in memory
_LONGEST_RECORD = 1 << 25


class StreamProfiler:
    """Profiles the records that it is fed, until `time_is_short` or memory is."""

    def __init__(
        self,
        recoder: Utf8Recoder,
        dialect: CsvDialect,
        header: ColumnNames,
        time_is_short: Callable[[], bool],
    ):
        marks = recoder.delimiter, dialect.quote, dialect.escape
        self._lines = LineObserver(*marks, dialect.preamble_rows + dialect.header_rows)
        self._batches = RecordBatches(*marks, _FIRST_BATCH_BYTES, _LONGEST_RECORD)
        self._recoder = recoder
        self._dialect = dialect
        self._header = header
        self._profiler: ColumnProfiler | None = ColumnProfiler(
            self._split,
            *marks,
            dialect.preamble_rows,
            dialect.header_rows,
        )
        self._time_is_short = time_is_short
        self._most_bytes = _BATCH_BYTES
        self._stopped_by: str | None = None
        self._met_stray = False

    def feed(self, records: Records) -> Iterator[None]:
        """Profile some more records, a batch at a time."""
        if not self._stopped_by:
            self._met_stray = records.may_stray
            for batch in self._batches.feed(records):
                self._add(batch)
            if self._batches.too_large and not self._stopped_by:
                self._stop(self._too_large(self._batches.too_large))
        return iter(())

    def finish(self) -> Iterator[None]:
        """Profile the last records."""
        if not self._stopped_by:
            for batch in self._batches.finish():
                self._add(batch)
        if self._profiler:
            with self._stopping():
                self._profiler.finish()
        return iter(())

    def close(self) -> None:
        """Let go of what the profile was made with."""
        if self._profiler:
            self._profiler.close()

    @property
    def rows(self) -> int:
        """Return how many rows the profile has seen."""
        return self._profiler.rows if self._profiler else 0

    def columns(self, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
        """The profiles of the first columns, of as many rows as were seen."""
        return self._profiler.columns(names) if self._profiler else ()

    def ragged_rows(self, row_count: int) -> RaggedRows | None:
        """Return which rows have more or fewer fields than the header, if all were seen."""
        if self._profiler is None or self.rows != row_count:
            return None
        return self._profiler.ragged_rows()

    def lines(self, row_count: int) -> LineFacts | None:
        """Return how the records are laid out in the lines of the file, if all were seen."""
        return self._lines.result(self._met_stray) if self.rows == row_count else None

    def warnings(self, row_count: int, column_count: int, columns: int) -> list[str]:
        """Return what the profile leaves out, and why."""
        found = []
        if self.rows < row_count:
            seen = f"only the first {self.rows:,} of" if self.rows else "none of"
            reason = self._stopped_by or "the others are split in another way than they are counted"
            found.append(f"the profile covers {seen} {row_count:,} rows: {reason}")
        if self.rows and columns < column_count:
            found.append(f"only the first {columns:,} of {column_count:,} columns are profiled")
        return found

    def _split(self, utf8: bytes) -> Iterator[list[str]]:
        text = self._recoder.text(utf8)
        return filter(None, read_rows(text, *self._dialect.marks))

    def _add(self, batch: Batch) -> None:
        profiler = self._profiler
        if profiler is None:
            return
        if self._time_is_short():
            self._stop("time ran short")
            return
        if not self.rows:
            profiler.width = self._header.width
        is_plain = False
        with self._stopping(), _without_search_for_cycles():
            is_plain = profiler.add(batch)
        self._lines.add(batch, is_plain)
        if not self._stopped_by:
            self._batches.size = self._next_size(batch, is_plain, profiler.ran_short)

    def _too_large(self, record: int) -> str:
        row = record - self._dialect.preamble_rows - self._dialect.header_rows
        what = f"row {row:,}" if row > 0 else "a record above the first row"
        return f"{what} is {self._batches.reason}"

    def _next_size(self, batch: Batch, is_plain: bool, ran_short: bool) -> int:
        """Return how many bytes the next batch is to have, by those of this one."""
        size = sum(map(len, batch.pieces))
        if ran_short:
            self._most_bytes = size // 2
        cells = batch.count * self._header.width if is_plain else len(batch.marks)
        by_cells = _BATCH_CELLS * size // max(cells, 1)
        may_be_plain = is_plain or not batch.before
        most = self._most_bytes if may_be_plain else min(self._most_bytes, _SPLIT_BATCH_BYTES)
        if not batch.before:
            rows = _SECOND_BATCH_ROWS * size // max(batch.count, 1)
            most = min(most, max(_SECOND_BATCH_BYTES, rows))
        return max(min(by_cells, most), 1)

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """End the profile where it can't go on."""
        try:
            yield
        except EngineFailed as error:
            self._stop(str(error))
        except MemoryError:
            self.close()
            self._profiler = None
            self._stop("memory ran short")

    def _stop(self, reason: str) -> None:
        self._stopped_by = reason


@contextmanager
def _without_search_for_cycles() -> Iterator[None]:
    """Hold back Python's search for cycles: among millions of rows it takes a quarter of the time,
    and finds none.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
