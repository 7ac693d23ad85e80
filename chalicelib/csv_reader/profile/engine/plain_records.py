"""Records in the plainest form of CSV, which every parser reads alike.

Parsers differ over stray quotes, ragged rows, blank lines and line ends. So what is given to
another one is checked to have none of that: every row as wide as the others, every line ended by
LF, and every quote at the start or the end of a field, or doubled inside. The checks run at the
speed of Python's C loops; what fails them is to be split by Python's csv module and written anew.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.csv_reader.profile.batches import Batch

_SPACED = re.compile(b'" ')  # two bytes that are frequent are found sooner by `re` than by `in`


class PlainRecords:
    """Tells and makes plain records of `width` fields, divided by `delimiter`.

    Where fields are quoted, two faults are left to a strict parser, which refuses them: a row of
    more or fewer fields, unless the last one is empty, and a field that goes on after its quotes.
    """

    def __init__(self, delimiter: bytes, quote: bytes, escape: bytes, width: int):
        self._escape = escape
        self._quote = quote
        self._can_be_plain = quote in (b'"', b"") and delimiter.isascii() and delimiter != b" "
        self.delimiter = delimiter.decode() if self._can_be_plain else ","
        self._width = width
        mark = re.escape(delimiter)
        # A pattern that begins with its one literal is searched for at the speed of `find`.
        self._stray = re.compile(rb'"(?:(?<=[^"\n%b]")|(?=[^"\n%b]))' % (mark, mark))
        self._empty_end = re.compile(b'\n(?:(?<=%b\n)|(?<=%b""\n))' % (mark, mark))
        self._regular = delimiter * (width - 1) + b"\n"

    def as_they_stand(self, batch: Batch) -> Sequence[bytes] | None:
        """The pieces of a batch, if they are plain but for their line ends; else None."""
        if not self._can_be_plain or (self._escape and batch.has(self._escape)):
            return None
        if not self._quote and batch.has(b'"'):
            return None
        if batch.has(b"\r"):
            utf8 = _with_line_feeds(batch)
            if utf8 is None:
                return None
            batch = replace(batch, pieces=(utf8,))
        if not batch.pieces[-1].endswith(b"\n"):
            batch = replace(batch, pieces=(*batch.pieces, b"\n"))
        if batch.has(b'"'):
            return batch.pieces if self._is_plainly_quoted(batch) else None
        if not self._are_regular(batch.marks, batch) and batch.marks.count(b"\n") != batch.count:
            lines = batch.utf8.split(b"\n")
            batch = replace(batch, pieces=(b"\n".join([*filter(None, lines), b""]),))
        return batch.pieces if self._are_regular(batch.marks, batch) else None

    def _is_plainly_quoted(self, batch: Batch) -> bool:
        utf8 = batch.utf8
        # Spaces after a quote are dropped by some.
        if batch.may_stray or (batch.has(b" ") and _SPACED.search(utf8)):
            parts = utf8.split(b'"')
            outside = b'"'.join(parts[::2])
            if len(parts) % 2 == 0 or self._stray.search(outside):
                return False
            marks = outside.translate(None, batch.unmarked).replace(b'"', b"")
        elif not self._empty_end.search(utf8):
            return True
        else:
            # Without the quotes between which there is no other mark: few are left.
            marks = b"".join(batch.marks.replace(b'""', b"").split(b'"')[::2])
        return self._are_regular(marks, batch)

    def _are_regular(self, marks: bytes, batch: Batch) -> bool:
        """Return whether all rows are as wide as the table. Looks first whether there are as many
        marks, as those of rows that are much shorter would be too many to be made.
        """
        is_as_long = len(marks) == len(self._regular) * batch.count
        return is_as_long and marks == self._regular * batch.count

    def written(self, rows: Iterable[Sequence[str]], width: int) -> bytes:
        """Rows in the plain form, each cut or filled up to that width."""
        text = io.StringIO()
        writer = csv.writer(
            text, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
        )
        filler = [""] * width
        writer.writerows(row if len(row) == width else [*row, *filler][:width] for row in rows)
        return text.getvalue().encode()


def _with_line_feeds(batch: Batch) -> bytes | None:
    """The batch with all its lines ended by LF, unless one may end inside of quotes."""
    is_quoted = batch.has(b'"')
    if is_quoted and batch.count_of(b"\n") != batch.count:
        return None
    utf8 = batch.utf8.replace(b"\r\n", b"\n")
    if b"\r" in utf8:
        return None if is_quoted else utf8.replace(b"\r", b"\n")
    return utf8
