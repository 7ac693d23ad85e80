"""Oddities that only the rest of a file shows, found as it goes by, with the first place of each.

Its beginning decides how a file is read. Further down there may be quotes that are text and take
rows with them, backslashes that escape, and characters that show a mistake made before.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from chalicelib.csv_reader.column_names import ColumnNames
from chalicelib.csv_reader.count import MANY_LINES, RecordCounter
from chalicelib.csv_reader.described import number
from chalicelib.csv_reader.detect.dialect import CsvDialect
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.records import RecordSplitter
from chalicelib.csv_reader.rows import read_rows
from chalicelib.csv_reader.table_rows import Passed, TableRows

_BACKSLASH = b"\\"
_WINDOW = 1 << 16  # bytes that are looked through at a time, or more
_SEAM = 1 << 13  # of the next ones, which a cell may go on in
_LONGEST_MARK = 12
_MARKS_LOOKED_AT = 100  # at a time, above the first row

# Bytes 0x80 to 0xBF, decoded as cp1252 and written as UTF-8.
_FOLLOWING = (
    rb"(?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]"
    rb"|\xe2(?:\x80[\x90-\xba]|\x82\xac|\x84\xa2))"
)


@dataclass(frozen=True)
class Place:
    """A cell: its row, None above the first one, and the number of its column, if known."""

    row: int | None = number("the number of the row; null above the first one", least=1)
    column: int | None = number("the number of the column, if it is known", least=1)


@dataclass(frozen=True)
class OtherRows:
    """The row from which on a file may have been read wrong, and how many there are otherwise."""

    row: int = number("the row where it begins", least=1)
    row_count: int = number("the number of rows that there would be")


# Each begins with its one literal byte, and so is searched for at the speed of `find`.
_MARKS = {
    "decoded_twice": [
        re.compile(
            rb"\xc3(?:[\x82\x83]%b|\xa2\xe2\x82\xac|[\x90\x91]%b\xc3[\x90\x91]%b)"
            % (_FOLLOWING, _FOLLOWING, _FOLLOWING)
        )
    ],
    "replacement_characters": [re.compile(rb"\xef(?:\xbf\xbd)")],
    "invisible_characters": [
        re.compile(rb"\xe2(?:\x80[\x8b\x8e\x8f\xaa-\xae]|\x81[\xa0-\xa4\xa6-\xa9])"),
        re.compile(rb"\xef(?:\xbb\xbf)"),
        re.compile(rb"\xc2(?:\xad)"),
    ],
}


class Oddities:
    """Looks through a file before `counter` counts it, and passes it on."""

    def __init__(
        self,
        dialect: CsvDialect,
        recoder: Utf8Recoder,
        header: ColumnNames,
        counter: RecordCounter,
        splitter: RecordSplitter,
        table: TableRows,
    ):
        self._splitter = splitter
        self._table = table
        self._dialect = dialect
        self._recoder = recoder
        self._header = header
        self._counter = counter
        self._above = dialect.preamble_rows + dialect.header_rows
        self._places: dict[str, Place] = {}
        self._end = b""  # of what went by, where a mark may begin
        self._last = b""  # byte of what went by
        self._window: list[bytes] = []
        self._before = copy.copy(counter)  # the window
        self._window_passed = self._passed()
        self._text_before: dict[str, bytes] = {}  # what was found in the piece, in the piece
        self._repeated: dict[str, int] = {}  # headers above what was found
        self._swallowed_in: int | None = None
        self._escaped_in: int | None = None
        self._escaping: RecordCounter | None = None
        self._met_stray_before = self._is_refuted = False

    def feed(self, utf8: bytes) -> Iterator[bytes]:
        """Look on in the next piece, of which nothing is counted yet."""
        if not utf8.isascii():
            self._look_for_marks(utf8)
        if self._dialect.quote == b'"' and not self._dialect.escape:
            self._look_for_lost_rows(utf8)
            self._look_for_escapes(utf8)
        passed = self._passed() if self._text_before else None
        yield utf8
        if passed:
            for what, text in self._text_before.items():
                self._repeated[what] = self._table.repeated_in(passed, text)
            self._text_before.clear()

    def finish(self) -> Iterator[bytes]:
        """Look through what is left."""
        if self._window:
            self._look_through_window(b"")
        return iter(())

    def _passed(self) -> Passed:
        """Return what the table has passed on, and what it is to be fed next."""
        return self._table.passed(self._splitter.held)

    def _row(self, what: str, number: int) -> int:
        """The number of a row, less the headers that are repeated above it."""
        return max(number - self._repeated.get(what, 0), 1)

    @property
    def places(self) -> dict[str, Place]:
        """The first place of each kind of mark."""
        return {
            what: place if place.row is None else replace(place, row=self._row(what, place.row))
            for what, place in self._places.items()
        }

    @property
    def swallowed_rows(self) -> OtherRows | None:
        """A quoted cell with lines like rows, and the number of rows if quotes are text."""
        if self._swallowed_in is None:
            return None
        row = self._row("swallowed_rows", self._swallowed_in)
        return OtherRows(row, self._counter.lines - self._left_out)

    @property
    def escaped_quotes(self) -> OtherRows | None:
        """A backslash that is likely to escape a quote, and the number of rows if it does."""
        escaping = self._escaping
        if self._escaped_in is None or escaping is None or self._is_refuted:
            return None
        is_mended = self._counter.met_stray and not self._met_stray_before
        if not is_mended and escaping.records == self._counter.records:
            return None
        row = self._row("escaped_quotes", self._escaped_in)
        return OtherRows(row, escaping.records - self._left_out)

    @property
    def _left_out(self) -> int:
        return self._above + self._table.repeated_headers.count

    def _look_for_marks(self, utf8: bytes) -> None:
        data = self._end + utf8
        for what, patterns in _MARKS.items():
            if what in self._places:
                continue
            if what == "replacement_characters" and self._recoder.undecodable:
                continue  # made here
            starts = [start for pattern in patterns for start in _starts(pattern, data)]
            for start in sorted(starts):
                place = self._place(utf8, max(start - len(self._end), 0))
                # Characters of names that do not print have a warning of their own.
                if place.row or what != "invisible_characters":
                    self._places[what] = place
                    self._text_before[what] = utf8[: max(start - len(self._end), 0)]
                    break
        self._end = data[-_LONGEST_MARK:]

    def _place(self, utf8: bytes, position: int) -> Place:
        counter = copy.copy(self._counter)
        line = max(utf8.rfind(end, 0, position) for end in (b"\n", b"\r")) + 1
        counter.feed(utf8[:line])
        column = None
        if counter.between_records:
            text = self._recoder.text(utf8[line:position] + b"x")
            column = len(next(read_rows(text, *self._dialect.marks)))
        counter.feed(utf8[line:position])
        row = _current(counter) - self._above
        return Place(row if row > 0 else None, column)

    def _look_for_lost_rows(self, utf8: bytes) -> None:
        if sum(map(len, self._window)) >= _WINDOW:
            self._look_through_window(utf8[:_SEAM])
        if self._swallowed_in is not None:
            return
        if not self._window:
            self._before = copy.copy(self._counter)
            self._window_passed = self._passed()
        self._window.append(utf8)

    def _look_through_window(self, seam: bytes) -> None:
        pieces, self._window = self._window, []
        before, after = self._before, self._counter
        lost = (after.lines - after.records) - (before.lines - before.records)
        has_run = lost >= MANY_LINES and after.line_runs > before.line_runs
        delimiters = self._header.width - 1
        if not (has_run or (lost and after.inside_quotes)) or delimiters < 1:
            return
        window = b"".join(pieces)
        start = 0 if has_run else max(window.rfind(b'"') - 1, 0)  # the last cell may go on
        cells = _cells_of_rows(self._recoder.delimiter, delimiters)
        for cell in cells.finditer(window[start:] + seam):
            text = window[: start + cell.start()]
            if len(text) == len(window):
                return
            counter = copy.copy(before)
            counter.feed(text)
            if not counter.inside_quotes:
                self._swallowed_in = max(_current(counter) - self._above, 1)
                self._repeated["swallowed_rows"] = self._table.repeated_in(
                    self._window_passed, text
                )
                return

    def _look_for_escapes(self, utf8: bytes) -> None:
        if self._is_refuted:
            return
        if self._escaping is None:
            if _BACKSLASH not in utf8 and self._last != _BACKSLASH:
                self._last = utf8[-1:]
                return
            last, self._last = self._last, utf8[-1:]
            has_begun = last == _BACKSLASH and utf8.startswith(self._dialect.quote)
            place = 0 if has_begun else utf8.find(_BACKSLASH + self._dialect.quote)
            if place < 0:
                return
            self._escaping = self._counter.escaping(_BACKSLASH, has_begun)
            self._met_stray_before = self._counter.met_stray
            counter = copy.copy(self._counter)
            counter.feed(utf8[:place])
            self._escaped_in = max(_current(counter) - self._above, 1)
            self._text_before["escaped_quotes"] = utf8[:place]
        self._escaping.feed(utf8)
        self._is_refuted = self._escaping.met_stray


def _starts(pattern: re.Pattern[bytes], data: bytes) -> Iterator[int]:
    """Yield where the first of what matches begins: some, as those above the first row may not
    count.
    """
    return (match.start() for match in islice(pattern.finditer(data), _MARKS_LOOKED_AT))


@cache
def _cells_of_rows(delimiter: bytes, delimiters: int) -> re.Pattern[bytes]:
    """A quoted cell of many lines, each but the first and the last with that many delimiters."""
    mark, line_end = re.escape(delimiter), rb"(?:\r\n?|\n)"
    line = rb'[^%b"\r\n]*(?:%b[^%b"\r\n]*){%d}' % (mark, mark, mark, delimiters)
    return re.compile(
        rb'"(?<![^%b\r\n]")[^"\r\n]*%b(?:%b%b){%d,}[^"\r\n]*(?:"|\Z)'
        % (mark, line_end, line, line_end, MANY_LINES - 1)
    )


def _current(counter: RecordCounter) -> int:
    """The number of the record that goes on, or begins."""
    return counter.records + counter.between_records
