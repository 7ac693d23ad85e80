"""DuckDB, which holds a batch of records as a table, and counts and compares its cells.

It is given plain records only and takes every cell for text: no type is its guess. A batch is
parsed once; then it is asked about some columns at a time.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.csv_reader.profile.figures.tally import LONGEST_TEXT
from chalicelib.csv_reader.shortened import ELLIPSIS

_MEMORY = "160MB"
_LONGEST_LINE = 1 << 21
_MOST_KEPT = 1 << 26  # bytes
_COUNTED_AT_ONCE = 1 << 20  # cells
_HELD_COLUMNS = 100  # at most, that are not a table
# What `key_of` makes of a cell.
_KEY = (
    "case when strlen({c}) > {n} and length({c}) > {n}"
    " then left({c}, {n}) || '{dots}' || md5({c}) || length({c}) else {c} end"
)


class EngineFailed(Exception):
    """DuckDB could not be loaded, or could not do what it was asked to."""


class OutOfMemory(EngineFailed):
    """The batch takes more memory than there may be: a smaller one may not."""


class DuckDb:
    """A database in memory, with the batch that was loaded last as the table `batch`.

    Its columns are `c0`, `c1` and so on. An empty cell is NULL, and a long one is what `key_of`
    makes of it, where `shortens` says so: that takes time. `rowid` counts the rows, from 0.
    """

    def __init__(self, delimiter: str):
        try:
            import duckdb
        except ImportError as error:
            raise EngineFailed("DuckDB can't be loaded") from error
        self._duckdb = duckdb
        self.delimiter = delimiter
        self.shortens = False
        self.is_ascii = True
        self.kept_rows = 0
        self._is_table = False  # the batch
        self._kept: dict[int, Path] = {}  # by their width
        with self._failing():
            self._folder = tempfile.TemporaryDirectory(prefix="csv-reader-")
            self._file = Path(self._folder.name, "batch.csv")
            self._file.touch()
            self._connection = duckdb.connect(
                config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": ""}
            )
            self._connection.execute("set enable_progress_bar = false")  # on standard output

    def load(self, pieces: Sequence[bytes], rows: int, columns: int, width: int) -> bool:
        """Take plain records, of `width` cells each, instead of those before.

        Of each row the first `columns` are kept. False if they can't be read as they are, or are
        not as many as `rows`. They are written below a line of names, so that nothing in them is
        taken for a mark.
        """
        names = _names(width)
        cells = ", ".join(f"{self._key(name)} as {name}" for name in names[:columns])
        self._write(pieces, names)
        self.is_ascii = all(piece.isascii() for piece in pieces)
        records = _read_csv(self._file, names, self.delimiter, header=True)
        try:
            self._hold(cells, records, is_wide=columns > _HELD_COLUMNS)
        except Refused:
            return False
        return self.ask("select count(*) from batch") == [(rows,)]

    def _hold(self, cells: str, records: str, is_wide: bool) -> None:
        """Hold the cells as `batch`.

        What a macro that is called gives is held as it comes, which takes half the time that
        filling a table does. But all of its columns are gone through for the sake of one.
        """
        self._let_go()
        if is_wide:
            self.ask(f"create temp table batch as select {cells} from {records}")
            self._is_table = True
            return
        self.ask(
            "create or replace temp macro held() as table"
            f" select {cells}, row_number() over () - 1 as rowid from {records}"
        )
        with self._failing():
            self._connection.sql("call held()").create_view("batch")

    def _let_go(self) -> None:
        """Free the memory of the batch."""
        self.ask(f"drop {'table' if self._is_table else 'view'} if exists batch")
        self._is_table = False

    def cells_of(self, pieces: Sequence[bytes], type_: str) -> str:
        """Take the cells of plain records without quotes, and return what to ask them from.

        They are a column `c`, and `n` counts them, row after row. They are parsed whenever they are
        asked, which takes less time than to keep them does; then `Refused` is raised if one is not
        of the type.
        """
        self._let_go()
        mark = self.delimiter.encode()
        self._write((piece.replace(mark, b"\n") for piece in pieces), ["c"])
        self.is_ascii = all(piece.isascii() for piece in pieces)
        cells = _read_csv(self._file, ["c"], self.delimiter, header=True, type_=type_)
        return f"(select c, (row_number() over () - 1)::uinteger as n from {cells})"

    def _write(self, pieces: Iterable[bytes], names: Sequence[str]) -> None:
        with self._failing(), self._file.open("r+b") as file:
            file.write((self.delimiter.join(names) + "\n").encode())
            file.writelines(pieces)
            file.truncate()

    def keep(self, pieces: Sequence[bytes], rows: int, width: int) -> None:
        """Keep records that were loaded, to count their values once more is known of these.

        There is no harm in keeping a record twice.
        """
        file = self._kept.get(width)
        with self._failing():
            if not file:
                file = self._kept[width] = Path(self._folder.name, f"kept-{width}.csv")
                file.write_text(self.delimiter.join(_names(width)) + "\n", encoding="utf-8")
            with file.open("ab") as opened:
                opened.writelines(pieces)
        self.kept_rows += rows

    @property
    def keeps_much(self) -> bool:
        """Return whether the records that are kept take more room than they may."""
        return sum(file.stat().st_size for file in self._kept.values()) > _MOST_KEPT

    def kept_values(self, columns: Sequence[int], what: str) -> Iterator[tuple[int, Any]]:
        """Something of the records that are kept, for each of some columns, with its number.

        `what` is SQL for all of its cells `{c}`.
        """
        if not columns:
            return
        parts = []
        for width, file in self._kept.items():
            names = _names(width)
            cells = ", ".join(f"{self._key(name)} as {name}" for name in names)
            records = _read_csv(file, names, self.delimiter, header=True)
            parts.append(f"select {cells} from {records}")
        self.ask(f"create or replace temp view kept as {' union all by name '.join(parts)}")
        at_once = max(_COUNTED_AT_ONCE // self.kept_rows, 1)
        first = 0
        while some := columns[first : first + at_once]:
            told = ", ".join(what.format(c=f"c{i}") for i in some)
            try:
                answers = self.ask(f"select {told} from kept")
            except OutOfMemory:
                if len(some) == 1:
                    raise
                at_once = len(some) // 2
                continue
            yield from zip(some, *answers, strict=True)
            first += len(some)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that answer the query.

        All is written out in it: given one value apart from the query, DuckDB loads NumPy and
        pandas where they are, which takes a second.
        """
        with self._failing():
            return self._connection.execute(query).fetchall()

    def ask_in_parts(self, query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows that answer the query, not all of them at once."""
        with self._failing():
            answer = self._connection.execute(query)
            while rows := answer.fetchmany(size):
                yield rows

    def hashes_of(self, keys: Iterable[str]) -> list[int]:
        """The hash of each key, as the function `hash` has it."""
        file = Path(self._folder.name, "keys.csv")
        with self._failing(), file.open("w", newline="", encoding="utf-8") as text:
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows((key,) for key in keys)
        return [
            value
            for (value,) in self.ask(
                f"select hash(k) from {_read_csv(file, ['k'], ',', header=False)}"
            )
        ]

    def close(self) -> None:
        """Let go of memory and of the files."""
        self._connection.close()
        self._folder.cleanup()

    def _key(self, cell: str) -> str:
        """SQL for what is kept of a cell."""
        return _KEY.format(c=cell, n=LONGEST_TEXT, dots=ELLIPSIS) if self.shortens else cell

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Keep DuckDB's own words out of errors: they may quote a cell."""
        try:
            yield
        except self._duckdb.OutOfMemoryException as error:
            raise OutOfMemory("memory ran short") from error
        except (self._duckdb.InvalidInputException, self._duckdb.ConversionException) as error:
            raise Refused("DuckDB refused the records") from error
        except (self._duckdb.Error, OSError) as error:
            raise EngineFailed(f"DuckDB failed ({type(error).__name__})") from error
        except RuntimeError as error:  # what DuckDB makes of Ctrl-C
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            raise


class Refused(EngineFailed):
    """The records are not plain after all."""


def _names(width: int) -> list[str]:
    return [f"c{i}" for i in range(width)]


def _read_csv(
    file: Path, names: Sequence[str], delimiter: str, header: bool, type_: str = "VARCHAR"
) -> str:
    """The table function for plain records."""
    types = ", ".join(f"'{name}': '{type_}'" for name in names)
    return (
        f"read_csv({_literal(str(file))}, columns = {{{types}}}, auto_detect = false,"
        f" header = {str(header).lower()}, delim = {_literal(delimiter)},"
        " quote = '\"', escape = '\"', new_line = '\\n', nullstr = '', allow_quoted_nulls = true,"
        f" max_line_size = {_LONGEST_LINE}, buffer_size = {2 * _LONGEST_LINE})"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
