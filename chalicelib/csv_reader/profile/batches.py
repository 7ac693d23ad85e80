"""The records of a CSV file in batches, each large enough to be looked at as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from chalicelib.csv_reader.records import Records


@dataclass(frozen=True)
class Batch:
    """Some records as they stand in the file, the number of those before, and how many they are.

    `marks` are all of their delimiters, quotes and line ends, in their order. `may_stray` says that
    quotes within fields that are not quoted were met, in these records or before them.
    """

    pieces: tuple[bytes, ...]
    before: int
    count: int
    marks: bytes
    may_stray: bool
    unmarked: bytes  # the bytes that are no marks

    @cached_property
    def utf8(self) -> bytes:
        """All of it in one piece."""
        return b"".join(self.pieces)

    def without(self, records: int, end: int) -> "Batch":
        """The batch less its first records, which end there."""
        before, utf8 = self.utf8[:end], self.utf8[end:]
        marks = self.marks[len(before.translate(None, self.unmarked)) :]
        return replace(
            self,
            pieces=(utf8,),
            before=self.before + records,
            count=self.count - records,
            marks=marks,
        )

    def joined(self, following: "Batch") -> "Batch":
        """The batch and the one that follows it, as one."""
        return replace(
            following,
            pieces=(*self.pieces, *following.pieces),
            before=self.before,
            count=self.count + following.count,
            marks=self.marks + following.marks,
        )


def unmarked(delimiter: bytes, quote: bytes) -> bytes:
    """All bytes but delimiters, quotes and line ends, for `translate` to leave only those."""
    return bytes(set(range(256)) - {*delimiter, *quote, *b"\r\n"})


class RecordBatches:
    """Joins records to batches of `size` bytes or more; only the last one may be smaller.

    Of what comes after a record that is longer than `longest` no batch is made.
    """

    def __init__(self, delimiter: bytes, quote: bytes, size: int, longest: int):
        self._unmarked = unmarked(delimiter, quote)
        self._longest = longest
        self._records: list[Records] = []
        self._pending = 0  # bytes in `_records`
        self._part = 0  # of these, bytes of a record that is not over
        self._before = 0
        self.size = size
        self.is_over = False

    def feed(self, records: Records) -> Iterator[Batch]:
        """Take some more records, and give the batch that they complete, if they do."""
        self._records.append(records)
        self._pending += len(records.utf8)
        if records.is_part and not records.count:
            self._part += len(records.utf8)
            if self._part > self._longest:
                self.is_over = True
                self._records.clear()
            return
        self._part = 0
        if self._pending >= self.size or records.is_part:
            yield self._batch()

    def finish(self) -> Iterator[Batch]:
        """Give what is left as a batch."""
        if self._records:
            yield self._batch()

    def _batch(self) -> Batch:
        pieces = tuple(records.utf8 for records in self._records if records.utf8)
        count = sum(records.count for records in self._records)
        marks = b"".join([piece.translate(None, self._unmarked) for piece in pieces])
        may_stray = self._records[-1].may_stray
        batch = Batch(pieces, self._before, count, marks, may_stray, self._unmarked)
        self._before += count
        self._records.clear()
        self._pending = 0
        return batch
