"""The records of a CSV file in batches, each large enough to be looked at as a whole."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from chalicelib.csv_reader.record_finder import RecordFinder
from chalicelib.csv_reader.records import Records
from chalicelib.csv_reader.rows import quoting

MOST_FIELDS = 1_000_000  # of a record, which take about 200 bytes each as they are split


@dataclass(frozen=True)
class Batch:
    """Some records as they are in the file, the number of those before, and how many they are.

    `may_stray` says that quotes within fields that are not quoted were met, in these records or
    before them.
    """

    pieces: tuple[bytes, ...]
    before: int
    count: int
    may_stray: bool
    unmarked: bytes  # all but delimiters, quotes and line ends

    @cached_property
    def utf8(self) -> bytes:
        """All of it in one piece."""
        return b"".join(self.pieces)

    @cached_property
    def marks(self) -> bytes:
        """All delimiters, quotes and line ends, in their order."""
        return b"".join([piece.translate(None, self.unmarked) for piece in self.pieces])

    def has(self, mark: bytes) -> bool:
        """Return whether a byte occurs."""
        return any(mark in piece for piece in self.pieces)

    def count_of(self, mark: bytes) -> int:
        """Return how often a byte occurs."""
        return sum(piece.count(mark) for piece in self.pieces if mark in piece)

    def without(self, records: int, end: int) -> "Batch":
        """The batch less its first records, which end there."""
        return replace(
            self,
            pieces=(self.utf8[end:],),
            before=self.before + records,
            count=self.count - records,
        )

    def joined(self, following: "Batch") -> "Batch":
        """The batch and the one that follows it, as one."""
        return replace(
            following,
            pieces=(*self.pieces, *following.pieces),
            before=self.before,
            count=self.count + following.count,
        )


def unmarked(delimiter: bytes, quote: bytes) -> bytes:
    """All bytes but delimiters, quotes and line ends, for `translate` to leave only those."""
    return bytes(set(range(256)) - {*delimiter, *quote, *b"\r\n"})


class RecordBatches:
    """Joins records to batches of `size` bytes or more; only the last one may be smaller.

    No batch is made of a record that is too large to be held, nor of what comes after it. Then
    `too_large` says which record of the file that is, from 1, and `reason` what it has too much of.
    """

    def __init__(self, delimiter: bytes, quote: bytes, escape: bytes, size: int, longest: int):
        self._marks = delimiter, quote, escape
        self._unmarked = unmarked(delimiter, quote)
        self._longest = longest
        self._records: list[Records] = []
        self._pending = 0  # bytes in `_records`
        self._part: list[bytes] = []  # of these, a record that is not over
        self._delimiters = 0  # in that
        self._finder: RecordFinder | None = None  # counts its fields, once they may be too many
        self._before = 0
        self.size = size
        self.too_large: int | None = None
        self.reason = ""

    def feed(self, records: Records) -> Iterator[Batch]:
        """Take some more records, and give the batch that they complete, if they do."""
        if records.is_part:
            self._part.append(records.utf8)
            self._delimiters += records.utf8.count(self._marks[0])
            if self._is_too_large():
                whole = [each for each in self._records if not each.is_part]
                self._records = [*whole, _whole_records(self._part[0], *self._marks)]
                self._part.clear()
                yield from self.finish()
                self.too_large = self._before + 1
                return
        self._records.append(records)
        self._pending += len(records.utf8)
        if records.is_part and not records.count:
            return
        self._part.clear()
        self._delimiters, self._finder = 0, None
        if self._pending >= self.size or records.is_part:
            yield from self._batch()

    def _is_too_large(self) -> bool:
        """Return whether the record that goes on is too large to be held."""
        if sum(map(len, self._part)) > self._longest:
            self.reason = f"longer than {self._longest >> 20} MiB"
            return True
        if self._delimiters <= MOST_FIELDS:
            return False
        last = self._part[-1]
        if not self._finder:
            self._finder = RecordFinder(0, *self._marks, 0)
            whole = _whole_records(self._part[0], *self._marks)
            last = b"".join(self._part)[len(whole.utf8) :]
        self._finder.feed(last)
        self.reason = f"wider than {MOST_FIELDS:,} fields"
        return self._finder.fields > MOST_FIELDS

    def finish(self) -> Iterator[Batch]:
        """Give what is left as a batch."""
        yield from self._batch()

    def _batch(self) -> Iterator[Batch]:
        pieces = tuple(records.utf8 for records in self._records if records.utf8)
        count = sum(records.count for records in self._records)
        if pieces:
            may_stray = self._records[-1].may_stray
            yield Batch(pieces, self._before, count, may_stray, self._unmarked)
        self._before += count
        self._records.clear()
        self._pending = 0


def _whole_records(utf8: bytes, delimiter: bytes, quote: bytes, escape: bytes) -> Records:
    """The records before the one that is not over: it may have been found to be long late."""
    *ends, _ = [0, *record_ends(utf8, delimiter, quote, escape)]
    return Records(utf8[: ends[-1]] if ends else b"", max(len(ends) - 1, 0), may_stray=True)


def record_ends(utf8: bytes, delimiter: bytes, quote: bytes, escape: bytes) -> Iterator[int]:
    """The end of each record that is not blank.

    Read as Latin-1, a character each byte; before Python 3.11 the csv module takes no NUL.
    """
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        file = io.BytesIO(utf8.replace(b"\0", b" "))
        for line in io.TextIOWrapper(file, "latin-1", newline=""):
            end += len(line)
            yield line

    mark = delimiter.decode("latin-1")
    marks = quoting(quote.decode() or None, escape.decode() or None)
    reader = csv.reader(lines(), delimiter=mark, skipinitialspace=mark == " ", **marks)
    for record in reader:
        if record:
            yield end
