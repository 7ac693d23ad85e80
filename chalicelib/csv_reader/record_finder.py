"""One record near the top of a CSV file, found as the file goes by: its text and its width."""

import re
from collections.abc import Iterator

_LINE_ENDS = re.compile(rb"[\r\n]+")
_WINDOW = 1 << 16  # bytes that are looked at together
_AT_ONCE = 1000  # fields


class RecordFinder:
    """Finds the record that comes after `skip` others, in bytes as `RecordCounter` takes them.

    `text` is the record as it is in the file, without its line end, or no more than the first
    `max_bytes` of it, in which case `is_cut`. All of its `fields` are counted.
    """

    def __init__(self, skip: int, delimiter: bytes, quote: bytes, escape: bytes, max_bytes: int):
        self._skip = skip
        self._max_bytes = max_bytes
        self._delimiter = delimiter
        self._quote = quote
        self._escape = escape
        # With none of these, there are as many fields as delimiters.
        self._marks = [mark for mark in (quote, escape, b" " if delimiter == b" " else b"") if mark]
        pairs = [re.escape(escape) + b"."] if escape else []
        quoted = _run(quote + escape, [*pairs, re.escape(2 * quote)]) if quote else b""
        self._in_quotes = re.compile(quoted, re.DOTALL)
        self._rest = re.compile(_run(b"\r\n" + delimiter + escape, pairs), re.DOTALL)
        self._field, self._field_or_line = _fields(delimiter, quote, quoted, escape, pairs)
        self._escaping = False
        self._inside = False
        self._just_closed = False
        self._at_field_start = True
        self._is_blank = True
        self._is_next = skip == 0  # the record, or it begins among the next few fields
        self._text = bytearray()
        self._delimiters = 0
        self.is_cut = False
        self._done = False

    @property
    def found(self) -> bool:
        """Return whether the file has that many records; the last one needs no line end."""
        return self._skip == 0 and not self._is_blank

    @property
    def text(self) -> bytes:
        """The record, without its line end."""
        return bytes(self._text)

    @property
    def fields(self) -> int:
        """The number of fields, if each delimiter begins one."""
        return self._delimiters + 1 if self.found else 0

    def feed(self, data: bytes) -> None:
        """Look on in the next chunk, with the states of `csv.reader`."""
        for start in range(0, len(data), _WINDOW):
            if self._done:
                return
            self._feed(data[start : start + _WINDOW])

    def _feed(self, data: bytes) -> None:
        position = 0
        while position < len(data) and not self._done:
            if self._escaping:
                self._keep(data[position : position + 1])
                self._escaping = False
                position += 1
            elif self._inside:
                position = self._read_quoted(data, position)
            elif self._is_blank and (line_ends := _LINE_ENDS.match(data, position)):
                position = line_ends.end()
            else:
                many = self._read_many(data, position) if self._at_field_start else position
                position = many if many > position else self._read_unquoted(data, position)

    def _read_quoted(self, data: bytes, start: int) -> int:
        """Read to the quote that closes the field, which may be half of a doubled one."""
        within = self._in_quotes.match(data, start)
        stop = within.end() if within else start
        mark = data[stop : stop + 1]
        self._keep(data[start:stop] + mark)
        self._just_closed = mark == self._quote
        self._inside = not self._just_closed
        self._escaping = self._inside and mark != b""
        return stop + 1

    def _read_many(self, data: bytes, start: int) -> int:
        """Read fields that are whole, and also lines of the records before."""
        match = (self._field if self._is_next else self._field_or_line)[0].match(data, start)
        if not match:
            return start
        if self._is_next:
            fields = match.group()
            is_plain = not any(mark in fields for mark in self._marks)
            self._keep(fields)
            self._delimiters += (
                fields.count(self._delimiter) if is_plain else len(self._field[1].findall(fields))
            )
            self._is_blank = False
            return match.end()
        line_ends = self._field_or_line[1].findall(match.group())
        ended = len(line_ends) - line_ends.count(b"")
        if ended >= self._skip:
            self._is_next = True
            return start
        self._skip -= ended
        self._is_blank = line_ends[-1] != b""
        return match.end()

    def _read_unquoted(self, data: bytes, start: int) -> int:
        """Read to the end of a field, or of a line, or the one byte that is neither."""
        mark = data[start : start + 1]
        if mark in b"\r\n":
            self._end_line()
            return start + 1
        stop = start + 1
        if mark == self._quote and (self._at_field_start or self._just_closed):
            self._inside = True
        elif mark == self._escape and not self._just_closed:  # behind a quote it is a letter
            self._escaping = stop == len(data)
            stop = stop if self._escaping else self._end_of_rest(data, stop + 1)
        elif mark != self._delimiter:
            stop = self._end_of_rest(data, stop)
        elif mark != b" " or not self._at_field_start:
            self._delimiters += 1
        self._keep(data[start:stop])
        self._at_field_start = mark == self._delimiter
        self._is_blank = self._just_closed = False
        return stop

    def _end_of_rest(self, data: bytes, start: int) -> int:
        rest = self._rest.match(data, start)
        return rest.end() if rest else start

    def _end_line(self) -> None:
        self._just_closed = False
        if self._skip == 0:
            self._done = True
            return
        self._skip -= 1
        self._delimiters = 0
        self._is_blank = self._at_field_start = True

    def _keep(self, data: bytes) -> None:
        if self._skip == 0:
            room = self._max_bytes - len(self._text)
            self._text += data[:room]
            self.is_cut |= len(data) > room


def _run(stops: bytes, pairs: list[bytes]) -> bytes:
    """The pattern of any bytes but some, which may be there in pairs."""
    plain = b"[^%b]*" % re.escape(stops)
    return b"%b(?:(?:%b)%b)*" % (plain, b"|".join(pairs), plain) if pairs else plain


def _fields(
    delimiter: bytes, quote: bytes, quoted: bytes, escape: bytes, pairs: list[bytes]
) -> Iterator[tuple[re.Pattern[bytes], re.Pattern[bytes]]]:
    """The patterns of many fields with the delimiter behind them, and of one of them.

    Then those of fields with a delimiter or the end of their line, which is the group.
    """
    rest = _run(b"\r\n" + delimiter + escape, pairs)
    is_aligned = delimiter == b" "  # no field is empty there
    field = rest
    if others := re.escape(quote + (b" \r\n" if is_aligned else b"")):
        field = b"(?![%b])%b" % (others, rest)
    if quote:
        behind = b"(?:[^%b]%b)?" % (re.escape(b"\r\n" + delimiter + quote), rest)
        mark = re.escape(quote)
        field = b"(?:%b%b%b%b|%b)" % (mark, quoted, mark, behind, field)
    field = b" *" * is_aligned + field
    divider = b" +" if is_aligned else re.escape(delimiter)
    for one in (field + divider, b"%b(?:%b|([\r\n]+))" % (field, divider)):
        many = b"(?:%b){1,%d}" % (one, _AT_ONCE)
        yield re.compile(many, re.DOTALL), re.compile(one, re.DOTALL)
