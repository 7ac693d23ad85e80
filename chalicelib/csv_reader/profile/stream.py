"""The profile of a file that goes by, as far as it can be made, and why no further where it can't.

A file is counted to its end whatever happens to its profile.
"""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.detect.dialect import CsvDialect
from chalicelib.csv_reader.profile.batches import Batch, RecordBatches
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.columns import ColumnProfiler
from chalicelib.csv_reader.profile.engine import EngineFailed
from chalicelib.csv_reader.profile.line_facts import LineFacts, LineObserver
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.rows import read_rows

_FIRST_BATCH_BYTES = 1 << 20
_BATCH_BYTES = 3 << 23
_NARROW = 30  # columns, up to which a batch may be as large as that
_LEAST_BATCH_BYTES = 1 << 22  # of however many columns
_LONGEST_RECORD = 1 << 25


class StreamProfiler:
    """Counts records with `counter` and profiles them, until `time_is_short` or memory is."""

    def __init__(
        self,
        counter: RecordCounter,
        recoder: Utf8Recoder,
        dialect: CsvDialect,
        time_is_short: Callable[[], bool],
    ):
        marks = recoder.delimiter, dialect.quote, dialect.escape
        self._counter = counter
        self._lines = LineObserver(*marks, dialect.preamble_rows + dialect.header_rows)
        self._batches = RecordBatches(
            counter, recoder.delimiter, dialect.quote, _FIRST_BATCH_BYTES, _LONGEST_RECORD
        )
        self._recoder = recoder
        self._dialect = dialect
        self._profiler: ColumnProfiler | None = ColumnProfiler(
            self._split,
            *marks,
            dialect.preamble_rows,
            dialect.header_rows,
        )
        self._time_is_short = time_is_short
        self._stopped_by: str | None = None

    def feed(self, utf8: bytes) -> None:
        """Count on, and profile the records that are complete."""
        for batch in self._batches.feed(utf8):
            self._add(batch)
        if self._batches.is_over and not self._stopped_by:
            self._stopped_by = f"a record is longer than {_LONGEST_RECORD >> 20} MiB"

    def finish(self) -> None:
        """Profile the last records."""
        for batch in self._batches.finish():
            self._add(batch)

    def close(self) -> None:
        """Let go of what the profile was made with."""
        if self._profiler:
            self._profiler.close()

    @property
    def rows(self) -> int:
        """How many rows the profile has seen."""
        return self._profiler.rows if self._profiler else 0

    def columns(self, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
        """The profiles of the first columns, of as many rows as were seen."""
        return self._profiler.columns(names) if self._profiler else ()

    def ragged_rows(self, row_count: int) -> RaggedRows | None:
        """Which rows have more or fewer fields than the header, if all were seen."""
        whole = self._profiler and self.rows == row_count
        return self._profiler.ragged_rows() if whole else None

    def lines(self, row_count: int) -> LineFacts | None:
        """How the records stand in the lines of the file, if all were seen."""
        return self._lines.result(self._counter.met_stray) if self.rows == row_count else None

    def warnings(self, row_count: int, column_count: int, columns: int) -> list[str]:
        """What the profile leaves out, and why."""
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
        if self._time_is_short():
            self._stop("time ran short")
            return
        is_plain = False
        try:
            is_plain = self._profiler.add(batch)
        except EngineFailed as error:
            self._stop(str(error))
        except MemoryError:
            self._profiler.close()
            self._profiler = None
            self._stop("memory ran short")
        self._lines.add(batch, is_plain)
        if self._stopped_by:
            return
        width = max(self._profiler.width, _NARROW)
        most = max(_BATCH_BYTES * _NARROW // width, _LEAST_BATCH_BYTES)
        # It is known which columns have many values before the batches are large.
        size = 2 * self._batches.size if batch.before else _FIRST_BATCH_BYTES
        self._batches.size = min(size, most)

    def _stop(self, reason: str) -> None:
        self._stopped_by = reason
        self._batches.stop()
