"""A batch of records as a table in DuckDB, which counts and compares cells by the vector.

It is given plain records only and takes every cell for text: no type is its guess.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.csv_reader.column_evidence import ELLIPSIS, LONGEST_TEXT

_MEMORY = "160MB"
_LONGEST_LINE = 1 << 21
_SAMPLE = 4096  # rows at least that stand for all of a batch where quantiles are estimated
# What `key_of` makes of a cell.
_KEY = (
    f"case when strlen(c) > {LONGEST_TEXT} and length(c) > {LONGEST_TEXT}"
    f" then left(c, {LONGEST_TEXT}) || '{ELLIPSIS}' || md5(c) || length(c) else c end"
)


class EngineFailed(Exception):
    """DuckDB could not be loaded, or could not do what it was asked to."""


class DuckDbTable:
    """The cells of the batch that was loaded last. An empty cell is NULL."""

    def __init__(self, columns: int, width: int, delimiter: str):
        try:
            import duckdb
        except ImportError as error:
            raise EngineFailed("DuckDB can't be loaded") from error
        self._errors = duckdb.Error, OSError
        self._refused = duckdb.InvalidInputException
        self._columns = columns
        with self._failing():
            self._folder = tempfile.TemporaryDirectory(prefix="csv-reader-")
            self._file = Path(self._folder.name, "batch.csv")
            self._connection = duckdb.connect(
                config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": ""}
            )
        names = [f"c{i}" for i in range(width)]
        self._header = (delimiter.join(names) + "\n").encode()
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        self._load = (
            f"create temp table batch as select {', '.join(names[:columns])}"
            f" from read_csv($file, columns = {{{types}}}, auto_detect = false, header = true,"
            f" delim = $delimiter, quote = '\"', escape = '\"', new_line = '\\n', nullstr = '',"
            f" allow_quoted_nulls = true, max_line_size = {_LONGEST_LINE},"
            f" buffer_size = {2 * _LONGEST_LINE})"
        )
        self._delimiter = delimiter
        self._has_long_cells = True
        self.sample_level = 0
        self.filled: tuple[int, ...] = ()  # how many cells of each column are not empty

    def load(self, utf8: bytes, rows: int) -> bool:
        """Load plain records, `rows` of them, instead of those before; False if it can't be done.

        They are written below a line of names, so that nothing in them is taken for a mark.
        """
        with self._failing():
            with self._file.open("wb") as file:
                file.write(self._header)
                file.write(utf8)
            self._connection.execute("drop table if exists batch")
            self._connection.execute("drop table if exists sample")
            try:
                self._connection.execute(
                    self._load, {"file": str(self._file), "delimiter": self._delimiter}
                )
            except self._refused:
                return False
            self.sample_level = max((rows // _SAMPLE).bit_length() - 1, 0)
            self._connection.execute(
                "create temp table sample as select * from batch"
                f" where hash(rowid) % {1 << self.sample_level} = 0"
            )
        if self.one("select count(*) from batch") != (rows,):
            return False
        asked = ", ".join(f"count(c{i}), max(strlen(c{i}))" for i in range(self._columns))
        answers = self.one(f"select {asked} from batch")
        self.filled = answers[::2]
        self._has_long_cells = any(length and length > LONGEST_TEXT for length in answers[1::2])
        return True

    def close(self) -> None:
        """Let go of memory and of the file."""
        self._connection.close()
        self._folder.cleanup()

    def cells(self, column: int, table: str = "batch") -> str:
        """A subquery: the row, from 0, and the key `k` of each cell `c` that is not empty.

        The table `sample` has one row of 2 ** `sample_level` of those of `batch`.
        """
        return (
            f"(select rowid as r, c, {_KEY if self._has_long_cells else 'c'} as k"
            f" from (select rowid, c{column} as c from {table}) where c is not null)"
        )

    def one(self, query: str, *values) -> tuple:
        """The one row that a query gives."""
        return self.all(query, *values)[0]

    def all(self, query: str, *values) -> list[tuple]:
        """All rows that a query gives."""
        with self._failing():
            return self._connection.execute(query, values).fetchall()

    def hashes_of(self, keys: Iterable[str]) -> list[int]:
        """The hash of each key, as the function `hash` has it."""
        found = self.all("select hash(k) from (select unnest($1::varchar[]) as k)", list(keys))
        return [value for (value,) in found]

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Nothing of what DuckDB says is told: it may hold what stands in a cell."""
        try:
            yield
        except self._errors as error:
            raise EngineFailed(f"DuckDB failed ({type(error).__name__})") from error
