"""A batch of records as a table in DuckDB, which counts and compares cells by the vector.

It is given plain records only and takes every cell for text: no type is its guess. All that is
asked of a batch is one query, so that it is parsed once and its table kept no longer than that.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.csv_reader.profile.evidence import LONGEST_TEXT
from chalicelib.csv_reader.shortened import ELLIPSIS

_MEMORY = "160MB"
_LONGEST_LINE = 1 << 21
_SAMPLE = 4096  # rows at least that stand for all of a batch where quantiles are estimated
# What `key_of` makes of a cell.
_KEY_OF_LONG = (
    f"case when strlen(c) > {LONGEST_TEXT} and length(c) > {LONGEST_TEXT}"
    f" then left(c, {LONGEST_TEXT}) || '{ELLIPSIS}' || md5(c) || length(c) else c end"
)


class EngineFailed(Exception):
    """DuckDB could not be loaded, or could not do what it was asked to."""


@dataclass(frozen=True)
class Found:
    """What was found of some columns: how many cells are filled, figures, and distinct cells.

    Of each of these the key, how often it occurs, in which row first, and its hash if asked for.
    """

    filled: dict[int, int] = field(default_factory=dict)
    figures: dict[int, dict] = field(default_factory=dict)
    cells: dict[int, list[tuple]] = field(default_factory=dict)

    def add(self, other: "Found") -> None:
        """Add what was found besides."""
        self.filled.update(other.filled)
        self.figures.update(other.figures)
        self.cells.update(other.cells)


class DuckDbBatch:
    """The batch that was written last, as the table `batch`.

    Its columns are the first `columns` of `width`, from `c0` on, in which an empty cell is NULL,
    the row `r`, from 0, and whether that is one of the `sample`, which has one of
    2 ** `sample_level`. The macro `key(c)` gives a cell as `key_of` does.
    """

    def __init__(self, columns: int, width: int, delimiter: str):
        try:
            import duckdb
        except ImportError as error:
            raise EngineFailed("DuckDB can't be loaded") from error
        self._errors = duckdb.Error, OSError
        self._refused = duckdb.InvalidInputException
        with self._failing():
            self._folder = tempfile.TemporaryDirectory(prefix="csv-reader-")
            self._file = Path(self._folder.name, "batch.csv")
            self._file.touch()
            self._keys_file = Path(self._folder.name, "keys.csv")
            self._connection = duckdb.connect(
                config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": ""}
            )
        self.keep_long_cells(whole=True)
        names = [f"c{i}" for i in range(width)]
        self._header = (delimiter.join(names) + "\n").encode()
        self._columns = ", ".join(names[:columns])
        self._records = _read_csv(self._file, names, delimiter, header=True)
        self._keys = f"select hash(k) from {_read_csv(self._keys_file, ['k'], ',', header=False)}"
        self._rows = self.sample_level = 0
        self.is_ascii = True

    def keep_long_cells(self, whole: bool) -> None:
        """Whether `key(c)` is to be all of a cell that is long: where none is, that is faster."""
        self.keeps_whole = whole
        with self._failing():
            self._connection.execute(
                f"create or replace temp macro key(c) as {'c' if whole else _KEY_OF_LONG}"
            )

    def write(self, pieces: Sequence[bytes], rows: int) -> None:
        """Take plain records, `rows` of them, instead of those before.

        They are written below a line of names, so that nothing in them is taken for a mark.
        """
        with self._failing(), self._file.open("r+b") as file:
            file.write(self._header)
            file.writelines(pieces)
            file.truncate()
        self.is_ascii = all(piece.isascii() for piece in pieces)
        self._rows = rows
        self.sample_level = max((rows // _SAMPLE).bit_length() - 1, 0)

    def ask(self, selects: Iterable[str], filled: Sequence[int]) -> Found | None:
        """What all `selects` find; None if the records can't be read as they are.

        Each selects of a column i its number, and either a key, with how often it occurs, in which
        row first and its hash, or four times null, and a struct of figures. `filled` are the
        columns of which is told, too, how many cells are not empty.
        """
        numbered = f"select {self._columns}, row_number() over () - 1 as r from {self._records}"
        sample = f"hash(r) % {1 << self.sample_level} = 0 as sample"
        counts = ", ".join(["count(*)", *(f"count(c{i})" for i in filled)])
        count = (
            f"select null, null, unnest([{counts}]), unnest(range({1 + len(filled)})), null, null"
        )
        query = " union all ".join([f"{count} from batch", *selects])
        with self._failing():
            try:
                answer = self._connection.execute(
                    f"with batch as materialized (select *, {sample} from ({numbered})) {query}"
                ).fetchall()
            except self._refused:
                return None
        counted = sorted((row, number) for i, _, number, row, _, _ in answer if i is None)
        (_, rows), *numbers = counted
        if rows != self._rows:
            return None
        found = Found(dict(zip(filled, (number for _, number in numbers), strict=True)))
        for column, key, number, row, hashed, figures in answer:
            if figures:
                found.figures[column] = figures
            elif column is not None:
                found.cells.setdefault(column, []).append((key, number, row, hashed))
        return found

    def close(self) -> None:
        """Let go of memory and of the file."""
        self._connection.close()
        self._folder.cleanup()

    def hashes_of(self, keys: Iterable[str]) -> list[int]:
        """The hash of each key, as the function `hash` has it."""
        with self._failing():
            with self._keys_file.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
                writer.writerows((key,) for key in keys)
            found = self._connection.execute(self._keys).fetchall()
        return [value for (value,) in found]

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Nothing of what DuckDB says is told: it may hold what stands in a cell."""
        try:
            yield
        except self._errors as error:
            raise EngineFailed(f"DuckDB failed ({type(error).__name__})") from error


def _read_csv(file: Path, names: Sequence[str], delimiter: str, header: bool) -> str:
    """The table function for plain records.

    All is written out: given one value apart from the query, DuckDB loads NumPy and pandas where
    they are, which takes a second.
    """
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    return (
        f"read_csv({_quoted(str(file))}, columns = {{{types}}}, auto_detect = false,"
        f" header = {str(header).lower()}, delim = {_quoted(delimiter)},"
        " quote = '\"', escape = '\"', new_line = '\\n', nullstr = '', allow_quoted_nulls = true,"
        f" max_line_size = {_LONGEST_LINE}, buffer_size = {2 * _LONGEST_LINE})"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
