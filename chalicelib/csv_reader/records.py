"""Whole records of a CSV file, as it goes by."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.csv_reader.count import RecordCounter

_LONG = 1 << 19  # of a record, from which on it comes in parts
_LINE_ENDS = re.compile(rb"[\r\n]+")


@dataclass(frozen=True)
class Records:
    """Some records as they are in the file, and how many; blank lines are not counted.

    `is_part` says that they are a part of a long record, which only its last part counts.
    `may_stray` says that quotes within fields that are not quoted were met, in these records or
    before them.
    """

    utf8: bytes
    count: int
    may_stray: bool
    is_part: bool = False


class RecordSplitter:
    """Cuts what it is fed between records, by what `counter` says of where fields are quoted."""

    def __init__(self, counter: RecordCounter):
        self._counter = counter
        self._pieces: list[bytes] = []
        self._pending = 0  # bytes in `_pieces`
        self._nuls = 0  # that come behind `_pieces`
        self._before = 0
        self._is_long = False

    @property
    def held(self) -> tuple[bytes, ...] | None:
        """The beginning of the next records, or None if that was given already."""
        return None if self._is_long else tuple(self._pieces)

    def feed(self, utf8: bytes) -> Iterator[Records]:
        """Count on, and give the records that are whole."""
        if self._is_long:
            end = self._end_of_long(utf8)
            self._take(utf8[:end])
            utf8 = utf8[end:]
            if self._counter.between_records:
                yield self._records(self._counter.records)
                self._is_long = False
        cut = _last_line_end(utf8)
        if cut:
            self._take(utf8[:cut])
            if self._counter.between_records and not self._is_long:
                yield self._records(self._counter.records)
        self._take(utf8[cut:])
        if self._pending > _LONG:
            self._is_long = True
            yield self._records(self._before)

    def finish(self) -> Iterator[Records]:
        """Give the last records. Of NULs that pad the end of a file, one is left.

        Those within quotes are text.
        """
        if self._pending or self._nuls or self._is_long:
            yield self._records(self._counter.records)

    def _end_of_long(self, utf8: bytes) -> int:
        """The end of the record that goes on, behind blank lines; 0 if it goes on further."""
        end = 0
        if not self._counter.between_records:
            end = self._over_at(utf8)
            if not end:
                return 0
        blank = _LINE_ENDS.match(utf8, end)
        return blank.end() if blank else end

    def _over_at(self, utf8: bytes) -> int:
        """The first place where one record more is over, or 0: looked for in halves of halves."""
        counter = self._fed_with(self._counter, utf8)
        if counter.ended == self._counter.ended:
            return 0
        low, high, before = 0, len(utf8), self._counter
        while high - low > 1:
            middle = (low + high) // 2
            counter = self._fed_with(before, utf8[low:middle])
            if counter.ended == self._counter.ended:
                low, before = middle, counter
            else:
                high = middle
        return high

    def _fed_with(self, counter: RecordCounter, utf8: bytes) -> RecordCounter:
        counter = copy.copy(counter)
        counter.feed(utf8)
        return counter

    def _take(self, utf8: bytes) -> None:
        if not utf8:
            return
        self._counter.feed(utf8)
        if not utf8.strip(b"\0") and not self._counter.inside_quotes:
            self._nuls += len(utf8)
            return
        if self._nuls:
            self._pieces.append(bytes(self._nuls))
            self._pending += self._nuls
            self._nuls = 0
        self._pieces.append(utf8)
        self._pending += len(utf8)

    def _records(self, so_far: int) -> Records:
        utf8 = b"".join(self._pieces) + b"\0" * (self._nuls > 0)
        records = Records(utf8, so_far - self._before, self._counter.met_stray, self._is_long)
        self._before = so_far
        self._pieces.clear()
        self._pending = self._nuls = 0
        return records


def _last_line_end(utf8: bytes) -> int:
    """The end of the last line that is certainly over. A CR at the very end may be half of CRLF."""
    return max(utf8.rfind(b"\n"), utf8.rfind(b"\r", 0, -1)) + 1
