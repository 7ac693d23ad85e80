"""Whole records of a CSV file, as it goes by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.csv_reader.count import RecordCounter

_LONG = 1 << 19  # of a record, from which on it comes in parts


@dataclass(frozen=True)
class Records:
    """Some records as they stand in the file, and how many; blank lines are not counted.

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

    def __init__(self, counter: RecordCounter, quote: bytes):
        self._counter = counter
        self._line_end_after_quote = re.compile(rb"%b[^%b\r\n]*[\r\n]+" % (quote, quote))
        self._pieces: list[bytes] = []
        self._pending = 0  # bytes in `_pieces`
        self._nuls = 0  # that come behind `_pieces`
        self._before = 0
        self._is_long = False

    def feed(self, utf8: bytes) -> Iterator[Records]:
        """Count on, and give the records that are whole."""
        for piece in self._pieces_of(utf8) if self._is_long else [utf8]:
            cut = _last_line_end(piece)
            if cut:
                self._take(piece[:cut])
                if self._counter.between_records:
                    yield self._records(self._counter.records)
                    self._is_long = False
            self._take(piece[cut:])
        if self._pending > _LONG:
            self._is_long = True
            yield self._records(self._before)

    def finish(self) -> Iterator[Records]:
        """Give the last records. Of NULs that pad the end of a file, one is left."""
        if self._pending or self._nuls or self._is_long:
            yield self._records(self._counter.records)

    def _pieces_of(self, utf8: bytes) -> Iterator[bytes]:
        """Pieces that end where a record that is quoted may end too."""
        start = 0
        for match in self._line_end_after_quote.finditer(utf8):
            yield utf8[start : match.end()]
            start = match.end()
        yield utf8[start:]

    def _take(self, utf8: bytes) -> None:
        if not utf8:
            return
        self._counter.feed(utf8)
        if not utf8.strip(b"\0"):
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
    """Where the last line that is certainly over ends. A CR at the very end may be half of CRLF."""
    return max(utf8.rfind(b"\n"), utf8.rfind(b"\r", 0, -1)) + 1
