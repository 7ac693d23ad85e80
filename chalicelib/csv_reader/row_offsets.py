"""Places in a file from which its rows can be read on, noted while it is counted.

A note says how many records begin before a byte of the file, less headers that are repeated, and
whether it is within quotes. What is there may be in the middle of a record, whose rest is to be
left out.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.recode import Utf8Recoder

APART = 3 << 19  # bytes between two notes, so that a row is within two megabytes of one
MOST = 3_600  # notes, as of 5 GB; of a larger file they are further apart
_MOST_BYTES = 1 << 20


class RowOffsets:
    """Notes of a file whose bytes go by, of which `left_out` records are not counted."""

    def __init__(
        self,
        counter: RecordCounter,
        recoder: Utf8Recoder,
        marks: tuple[bytes, bytes],
        left_out: Callable[[], int],
    ):
        self._counter = counter
        self._recoder = recoder
        self._left_out = left_out
        self._last = b""
        self._marks = (*marks, b"")  # a quote may be half of one that is doubled
        self._read = 0
        self._apart = APART
        self._notes: list[tuple[int, int, bool]] = []

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks. When one is asked for, all stages are through with those before."""
        for chunk in chunks:
            self._note()
            self._read += len(chunk)
            yield chunk

    def feed(self, utf8: bytes) -> Iterator[bytes]:
        """Look at how the text ends, and pass it on."""
        self._last = utf8[-1:] or self._last
        yield utf8

    def finish(self) -> Iterator[bytes]:
        """Nothing is left."""
        return iter(())

    def _note(self) -> None:
        """Note the place that the counter has come to, where that is far enough from the last."""
        last = self._notes[-1][1] if self._notes else 0
        if self._read - last < self._apart or self._recoder.held_back:
            return
        if self._last in self._marks:
            return
        records = self._counter.records - self._left_out()
        self._notes.append((records, self._read, self._counter.inside_quotes))
        if len(self._notes) > MOST:
            self._apart *= 2
            self._notes = self._notes[1::2]

    def packed(self) -> str | None:
        """The notes as a short text, or None if there are none."""
        if not self._notes:
            return None
        steps = [
            [record - earlier, byte - before, int(inside)]
            for (earlier, before, _), (record, byte, inside) in pairwise(
                [(0, 0, False), *self._notes]
            )
        ]
        columns = list(map(list, zip(*steps, strict=True)))  # equal ones together
        text = json.dumps(columns, separators=(",", ":"))
        return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


@dataclass(frozen=True)
class Note:
    """A byte of the file, how many records begin before it, and whether it is within quotes."""

    records: int = 0
    byte: int = 0
    inside: bool = False


def last_before(packed: str | None, record: int) -> Note:
    """The last note before the record, or else the beginning of the file."""
    if packed is None:
        return Note()
    text = zlib.decompressobj().decompress(base64.b64decode(packed), _MOST_BYTES)
    records, places, inside = json.loads(text)
    notes = zip(accumulate(records), accumulate(places), map(bool, inside), strict=True)
    before = [note for note in notes if note[0] <= record]
    return Note(*before[-1]) if before else Note()
