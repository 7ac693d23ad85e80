"""One record near the top of a CSV file, found as the file goes by: its text and its width."""

import re

_SPACES = re.compile(b" +")


class RecordFinder:
    """Finds the record that comes after `skip` others, in bytes as `RecordCounter` takes them.

    `text` is the record as it stands in the file, without its line end, or no more than the first
    `max_bytes` of it, in which case `is_cut`. All of its `fields` are counted.
    """

    def __init__(self, skip: int, delimiter: bytes, quote: bytes, escape: bytes, max_bytes: int):
        self._skip = skip
        self._max_bytes = max_bytes
        self._delimiter = delimiter
        self._quote = quote
        self._escape = escape
        marks = re.escape(quote + escape)
        self._stop = re.compile(b"[\r\n%b]" % marks)
        self._stop_in_quotes = re.compile(b"[%b]" % (marks or b"\r\n"))
        self._simple_fields = (
            re.compile(b"(?:%b[^%b]*%b%b){1,1000}" % (quote, marks, quote, re.escape(delimiter)))
            if quote
            else None
        )
        self._escaping = False
        self._inside = False
        self._just_closed = False
        self._at_field_start = True
        self._is_blank = True
        self._text = bytearray()
        self._delimiters = 0
        self.is_cut = False
        self._done = False

    @property
    def found(self) -> bool:
        """Whether the file had so many records; the last one needs no line end."""
        return self._skip == 0 and not self._is_blank

    @property
    def text(self) -> bytes:
        """The record, without its line end."""
        return bytes(self._text)

    @property
    def fields(self) -> int:
        """How many fields the record has, were each delimiter to begin one."""
        return self._delimiters + 1 if self.found else 0

    def feed(self, data: bytes) -> None:
        """Look on in the next chunk.

        From quote to quote and line end, with the states of `csv.reader`.
        """
        position = 0
        while position < len(data) and not self._done:
            if self._escaping:
                self._keep(data[position : position + 1])
                self._escaping = False
                position += 1
            elif self._inside:
                position = self._read_quoted(data, position)
            else:
                position = self._read_unquoted(data, position)

    def _read_quoted(self, data: bytes, start: int) -> int:
        match = self._stop_in_quotes.search(data, start)
        stop = match.end() if match else len(data)
        self._keep(data[start:stop])
        self._escaping = match is not None and match.group() == self._escape
        self._inside = not match or self._escaping
        self._just_closed = not self._inside
        return stop

    def _read_unquoted(self, data: bytes, start: int) -> int:
        if self._at_field_start and self._simple_fields:
            fields = self._simple_fields.match(data, start)
            if fields:
                self._keep(fields.group())
                self._delimiters += fields.group().count(self._quote) // 2
                self._is_blank = False
                return fields.end()
        match = self._stop.search(data, start)
        stop = match.start() if match else len(data)
        if match is None or stop > start:
            between = data[start:stop]
            self._keep(between)
            self._delimiters += self._count_delimiters(between)
            self._at_field_start = between.endswith(self._delimiter)
            self._is_blank = self._just_closed = False
            return stop
        mark = match.group()
        if mark in b"\r\n":
            self._end_line()
            return stop + 1
        self._keep(mark)
        if mark == self._quote:
            self._inside = self._at_field_start or self._just_closed
        else:
            self._escaping = not self._just_closed  # right behind a closing quote it is a letter
        self._at_field_start = self._is_blank = self._just_closed = False
        return stop + 1

    def _end_line(self) -> None:
        self._just_closed = False
        if not self._is_blank and self._skip == 0:
            self._done = True
            return
        self._skip -= not self._is_blank
        self._delimiters = 0
        self._is_blank = self._at_field_start = True

    def _count_delimiters(self, between: bytes) -> int:
        if self._delimiter != b" ":
            return between.count(self._delimiter)
        runs = len(_SPACES.findall(between))
        return runs - (self._at_field_start and between.startswith(b" "))

    def _keep(self, data: bytes) -> None:
        if self._skip == 0:
            room = self._max_bytes - len(self._text)
            self._text += data[:room]
            self.is_cut |= len(data) > room
