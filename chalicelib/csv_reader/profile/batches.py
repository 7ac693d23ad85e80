"""The records of a CSV file in batches of whole ones, counted as they go by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from chalicelib.csv_reader.count import RecordCounter

_LONG = 1 << 20  # of a record, whose end is worth looking for


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
    """Cuts what it is fed between records, by what `counter` says of where fields are quoted.

    A batch has `size` bytes or more, unless it is the last or ends with a long record. Of what
    comes after a record that is longer than `longest` no batch is made; it is counted all the same.
    """

    def __init__(
        self, counter: RecordCounter, delimiter: bytes, quote: bytes, size: int, longest: int
    ):
        self._counter = counter
        self._unmarked = unmarked(delimiter, quote)
        self._line_end_after_quote = re.compile(rb"%b[^%b\r\n]*[\r\n]+" % (quote, quote))
        self._longest = longest
        self._pieces: list[bytes] = []
        self._pending = 0  # bytes in `_pieces`
        self._whole = 0  # of which so many are of whole records
        self._before = 0
        self.size = size
        self.is_over = False

    def feed(self, utf8: bytes) -> Iterator[Batch]:
        """Count on, and give the batch that this completes, if it does."""
        if self.is_over:
            self._counter.feed(utf8)
            return
        is_long = self._pending - self._whole > _LONG
        for piece in self._pieces_of(utf8) if is_long else [utf8]:
            cut = _last_line_end(piece)
            if cut:
                self._take(piece[:cut])
                if self._counter.between_records:
                    self._whole = self._pending
                    if self._pending >= self.size or is_long:
                        yield self._batch()
            self._take(piece[cut:])
        if self._pending - self._whole > self._longest:
            self.stop()

    def _pieces_of(self, utf8: bytes) -> Iterator[bytes]:
        """Pieces that end where a record that is quoted may end too."""
        start = 0
        for match in self._line_end_after_quote.finditer(utf8):
            yield utf8[start : match.end()]
            start = match.end()
        yield utf8[start:]

    def finish(self) -> Iterator[Batch]:
        """Give what is left as a batch."""
        if self._pending and not self.is_over:
            yield self._batch()

    def stop(self) -> None:
        """Make no more batches: only count."""
        self.is_over = True
        self._pieces.clear()

    def _take(self, utf8: bytes) -> None:
        if utf8:
            self._counter.feed(utf8)
            self._pieces.append(utf8)
            self._pending += len(utf8)

    def _batch(self) -> Batch:
        count = self._counter.records - self._before
        marks = b"".join([piece.translate(None, self._unmarked) for piece in self._pieces])
        batch = Batch(
            tuple(self._pieces), self._before, count, marks, self._counter.met_stray, self._unmarked
        )
        self._before += count
        self._pieces.clear()
        self._pending = self._whole = 0
        return batch


def _last_line_end(utf8: bytes) -> int:
    """Where the last line that is certainly over ends. A CR at the very end may be half of CRLF."""
    return max(utf8.rfind(b"\n"), utf8.rfind(b"\r", 0, -1)) + 1
