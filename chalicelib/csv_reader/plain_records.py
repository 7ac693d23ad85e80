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


class PlainRecords:
    """Tells and makes plain records of `width` fields, divided by `delimiter`."""

    def __init__(self, delimiter: bytes, quote: bytes, width: int):
        self._can_be_plain = quote == b'"' and delimiter.isascii() and delimiter != b" "
        self.delimiter = delimiter.decode() if self._can_be_plain else ","
        self._width = width
        mark = re.escape(delimiter)
        # A pattern that begins with its one literal is searched for at the speed of `find`.
        self._stray = re.compile(rb'"(?:(?<=[^"\n%b]")|(?=[^"\n%b]))' % (mark, mark))
        self._others = bytes(set(range(256)) - {*delimiter, *b"\n"})
        self._regular = delimiter * (width - 1) + b"\n"

    def as_they_stand(self, utf8: bytes, count: int) -> bytes | None:
        """The `count` records of `utf8`, if they are plain but for their line ends; else None."""
        if not self._can_be_plain:
            return None
        if b"\r" in utf8:
            is_quoted = b'"' in utf8
            if is_quoted and utf8.count(b"\n") != count:
                return None  # some line may end inside of quotes
            utf8 = utf8.replace(b"\r\n", b"\n")
            if b"\r" in utf8:
                if is_quoted:
                    return None
                utf8 = utf8.replace(b"\r", b"\n")
        if not utf8.endswith(b"\n"):
            utf8 += b"\n"
        outside = utf8
        if b'"' in utf8:
            parts = utf8.split(b'"')
            outside = b'"'.join(parts[::2])
            if len(parts) % 2 == 0 or self._stray.search(outside):
                return None
        elif utf8.count(b"\n") != count:
            outside = utf8 = b"\n".join([*filter(None, utf8.split(b"\n")), b""])
        if outside.count(b"\n") != count:
            return None  # there are blank lines too
        is_regular = not outside.translate(None, self._others).replace(self._regular, b"")
        return utf8 if is_regular else None

    def written(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Rows in the plain form, each cut or filled up to the width."""
        text = io.StringIO()
        writer = csv.writer(
            text, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
        )
        filler = [""] * self._width
        writer.writerows([*row, *filler][: self._width] for row in rows)
        return text.getvalue().encode()
