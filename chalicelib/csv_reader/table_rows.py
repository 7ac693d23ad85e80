"""The rows of the table: the records of a file less headers that are repeated, and its footer.

Files that were joined have their header again, and reports end with totals and notes. These are not
rows: they do not count, and do not decide what is in a column. The end of a file is held back until
it is known whether it is a footer.
"""

import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.csv_reader.column_names import ColumnNames, shown
from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.detect.cell_kinds import DATE, NUMBER, kind_of
from chalicelib.csv_reader.detect.dialect import CsvDialect
from chalicelib.csv_reader.detect.footer import find_footer
from chalicelib.csv_reader.escapes import with_letters
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.records import Records
from chalicelib.csv_reader.rows import read_rows

_LAST_BYTES = 1 << 12
_HELD_BYTES = 1 << 16  # that hold something, at the end of the file
_MOST_HELD_BYTES = 1 << 30  # of delimiters alone, which compress to next to nothing
_ROWS_WITH_HASH = 1000  # that are as wide as others, after which no more are looked at
_VALUES_LOOKED_AT = 100
_LONG_LINE = 12  # bytes, which `find` passes over faster than `rfind` does
_BYTE_ORDER_MARK = "\ufeff".encode()
_LINE_END = re.compile(rb"\r\n|\r|\n")
_COMMENT = re.compile(rb"#(?:(?<=[\r\n]#)|(?<=\A#))[^\r\n]*")  # begins with its one literal


@dataclass(frozen=True)
class Some:
    """A count of rows, and the first of them (or the row that the first is above)."""

    count: int = 0
    first: int | None = None

    def more(self, count: int, first: int) -> "Some":
        """These and some more."""
        return Some(self.count + count, self.first or first)


@dataclass(frozen=True)
class Passed:
    """The records that came so far, the headers repeated among them, and the text that is next.

    `next` is None in the middle of a long record, of whose end nothing is known.
    """

    records: int
    repeated: int
    next: tuple[bytes, ...] | None


class TableRows:
    """Passes on the records that belong to the table, its header and its preamble.

    `new_counter` makes a counter of records for the file's dialect; `header` has the header once
    that has gone by. `repeated_headers` and `footer_rows` are left out; `void_rows`, of delimiters
    alone, and `comment_rows`, behind a hash and too short, are rows.
    """

    def __init__(
        self,
        dialect: CsvDialect,
        recoder: Utf8Recoder,
        header: ColumnNames,
        new_counter: Callable[[], RecordCounter],
    ):
        self._dialect = dialect
        self._recoder = recoder
        self._header = header
        self._new_counter = new_counter
        self._above = dialect.preamble_rows + dialect.header_rows
        self._blank = recoder.delimiter + b" \t\0\x1a\r\n"
        self._repeated: _Lines | None = None
        self._void: _Lines | None = None
        self._width = 0
        self._rows_with_hash = 0
        self._held: deque[_Held] = deque()
        self._end = 0  # of all that was fed
        self._solid_end = 0  # of what is more than delimiters
        self._fed = self._before = 0  # records that came, and that were passed on
        self.repeated_headers = self.void_rows = self.comment_rows = Some()
        self.footer_rows = 0
        self.footer = ""  # the first of these rows, unless it is of delimiters alone

    def feed(self, records: Records) -> Iterator[Records]:
        """Take some more records, and give those that cannot be a footer."""
        if records.is_part:
            yield from self._release(self._end)
            self._fed += records.count
            self._before += records.count
            yield records
            return
        records = self._without_repeated(records)
        self._held.append(_Held(records, self._end, self._blank))
        self._end += len(records.utf8)
        if solid := self._held[-1].solid:
            self._solid_end = self._held[-1].start + solid
        keep = self._solid_end - _HELD_BYTES
        too_much = self._end - self._held[0].start > _MOST_HELD_BYTES
        yield from self._release(self._end if too_much else keep)

    def finish(self) -> Iterator[Records]:
        """Give the last records, less the footer."""
        void = []
        while self._held and not self._held[-1].solid:
            void.append(self._held.pop())
        held = [held.records for held in self._held]
        last = Records(
            b"".join(records.utf8 for records in held),
            sum(records.count for records in held),
            bool(held) and held[-1].may_stray,
        )
        kept = last
        if held:
            kept = self._without_footer(last, self._solid_end - self._held[0].start)
        # The header is not a footer, whatever is in it, nor is all of a file.
        if not held or self._before + kept.count < self._above:
            self._held.extend(reversed(void))
            yield from self._release(self._end)
            return
        self.footer_rows = last.count - kept.count + sum(held.count for held in void)
        yield self._pass_on(kept)
        if not self.footer_rows:
            self._held = deque(reversed(void))
            yield from self._release(self._end)

    def passed(self, following: tuple[bytes, ...] | None) -> Passed:
        """Return where the table is, if that text follows."""
        return Passed(self._fed, self.repeated_headers.count, following)

    def repeated_in(self, passed: Passed, text: bytes) -> int:
        """Count the repeated headers above the end of a text, which comes behind `passed`."""
        if self._repeated is None or passed.next is None:
            return passed.repeated
        utf8 = b"".join((*passed.next, text))
        records = Records(utf8, 0, may_stray=True)
        spans = [span for span in self._repeated.find(utf8) if span[1] < len(utf8)]
        found, _ = self._records_at(records, spans, self._above - passed.records)
        return passed.repeated + len(found)

    def _release(self, until: int) -> Iterator[Records]:
        """Give those records that end before that place."""
        while self._held and self._held[0].end <= until:
            yield self._pass_on(self._held.popleft().records)

    @property
    def warnings(self) -> list[str]:
        """Warnings of rows that are left out, and of odd ones."""
        found = []
        if count := self.repeated_headers.count:
            first = f"above row {self.repeated_headers.first:,}"
            found.append(
                f"the header is repeated {first}, and left out there"
                if count == 1
                else f"the header is repeated {count:,} times, and left out: first {first}"
            )
        if self.footer_rows:
            rows = "1 row" if self.footer_rows == 1 else f"{self.footer_rows:,} rows"
            first = f"{shown(self.footer)!r}" if self.footer else "delimiters, spaces or NULs alone"
            found.append(f"{rows} below the table left out: {first}")
        for some, what in (
            (self.void_rows, "nothing but delimiters"),
            (self.comment_rows, "a comment, to judge by its hash"),
        ):
            if some.count == 1:
                found.append(f"row {some.first:,} is {what}")
            elif some.count:
                found.append(f"{some.count:,} rows are {what}; the first is row {some.first:,}")
        return found

    def _pass_on(self, records: Records) -> Records:
        self._look_through(records)
        self._before += records.count
        return records

    def _without_footer(self, records: Records, solid: int) -> Records:
        """The records less those below the table. What is more than delimiters ends at `solid`."""
        line_end = _LINE_END.search(records.utf8, solid)
        utf8 = records.utf8[: line_end.end()] if line_end else records.utf8.rstrip(b"\0\x1a")
        counter = self._new_counter()
        counter.feed(utf8)
        if counter.inside_quotes or (line_end and not counter.between_records):
            return records
        left = self._without_last_lines(Records(utf8, counter.records, records.may_stray))
        return records if line_end and left.count == records.count else left

    def _without_last_lines(self, records: Records) -> Records:
        """The records less totals, notes and the like, if each of these is a line."""
        utf8 = records.utf8
        counter, start = self._new_counter(), 0
        while len(utf8) - start > _HELD_BYTES:  # what is before the last part is not looked at
            line_end = _LINE_END.search(utf8, max(len(utf8) - _HELD_BYTES, start))
            if not line_end:
                return records
            counter.feed(utf8[start : line_end.end()])
            start = line_end.end()
            if counter.between_records:
                break
        if not counter.between_records:
            return records
        before = self._before + counter.records
        rows = self._split(utf8[start:], with_blank=True)
        above = max(self._above - before, 0)
        while above and rows:
            above -= bool(rows.pop(0))
        delimiter = self._dialect.delimiter
        footer = find_footer(rows, delimiter, max(before - self._above, 0))
        if not footer:
            return records
        lines = utf8[start:].splitlines(keepends=True)
        filled = [i for i, line in enumerate(lines) if line.strip(b"\r\n")]
        kept = b"".join(lines[: filled[-footer]])
        counter.feed(kept)
        if not counter.between_records or counter.records != records.count - footer:
            return records
        self.footer = delimiter.join(list(filter(None, rows))[-footer])
        return Records(utf8[:start] + kept, counter.records, records.may_stray)

    def _without_repeated(self, records: Records) -> Records:
        """The records less those that are the header, or a row of it, word for word."""
        if self._repeated is None:
            self._repeated = _Lines(self._header_lines(records), _BYTE_ORDER_MARK)
        utf8, row = records.utf8, self._fed - self._above - self.repeated_headers.count + 1
        found, before = self._records_at(
            records, self._repeated.find(utf8), self._above - self._fed
        )
        self._fed += records.count
        if not found:
            return records
        self.repeated_headers = self.repeated_headers.more(len(found), row + before)
        kept, position = [], 0
        for start, end in found:
            if start > position:
                kept.append(utf8[position:start])
            position = end + (2 if utf8.startswith(b"\r\n", end) else 1)
        kept.append(utf8[position:])
        return Records(b"".join(kept), records.count - len(found), records.may_stray)

    def _header_lines(self, records: Records) -> list[bytes]:
        """The header's records as files that are joined have them: with other quotes too.

        In a single column a value may be the same word, unless all others are numbers or dates.
        """
        header = self._header.header
        rows = [self._split(record)[0] for record in header]
        if rows and len(rows[-1]) == 1:
            below = self._split(records.utf8[:_HELD_BYTES])[self._above : _VALUES_LOOKED_AT]
            kinds = {kind_of(row[0]) for row in below if row not in rows}
            if not kinds or not kinds <= {NUMBER, DATE}:
                return []
        written = []
        quote = self._dialect.quote_character
        if quote and not self._dialect.escape_character:
            written = [self._written(row, quote, all_) for row in rows for all_ in (False, True)]
        return list(dict.fromkeys([*header, *written]))

    def _split(self, utf8: bytes, with_blank: bool = False) -> list[list[str]]:
        text = self._recoder.text(utf8)
        return [row for row in read_rows(text, *self._dialect.marks) if row or with_blank]

    def _written(self, row: list[str], quote: str, quotes: bool) -> bytes:
        """A record of these cells, each in quotes or where it has to be, as `recoder` has it."""
        marks = (self._dialect.delimiter, quote, "\r", "\n")
        cells = [
            f"{quote}{cell.replace(quote, 2 * quote)}{quote}"
            if quotes or any(mark in cell for mark in marks)
            else cell
            for cell in row
        ]
        return self._recoder.delimiter.join(cell.encode() for cell in cells)

    def _look_through(self, records: Records) -> None:
        """Note rows of delimiters alone, and lines that look like comments."""
        if self._void is None:
            self._width = self._header.width
            void = self._recoder.delimiter * (self._width - 1)
            self._void = _Lines([void] if void else [])
        utf8, above, row = records.utf8, self._above - self._before, self._before - self._above + 1
        found, before = self._records_at(records, self._void.find(utf8), above)
        if found:
            self.void_rows = self.void_rows.more(len(found), row + before)
        lines = []
        if self._width > 1 and self._rows_with_hash < _ROWS_WITH_HASH and b"#" in utf8:
            lines = [match.span() for match in _COMMENT.finditer(utf8)]
        delimiter = self._recoder.delimiter
        short = [span for span in lines if utf8.count(delimiter, *span) < self._width - 1]
        self._rows_with_hash += len(lines) - len(short)
        short, before = self._records_at(records, short, above)
        if short:
            self.comment_rows = self.comment_rows.more(len(short), row + before)

    def _records_at(
        self, records: Records, spans: Sequence[tuple[int, int]], above: int
    ) -> tuple[list[tuple[int, int]], int]:
        """The spans that are records, but the first `above`; how many come before the first."""
        utf8, quote, escape = records.utf8, self._dialect.quote, self._dialect.escape
        if not spans:
            return [], 0
        found: list[tuple[int, int]] = []
        before = position = looked_at = 0
        counter = self._new_counter()
        lettered = with_letters(utf8, self._recoder.delimiter, quote, escape) if escape else utf8
        inside, is_by_line = False, None
        for i, (start, end) in enumerate(spans):
            if found and is_by_line is None:
                is_by_line = _is_by_line(records)
            if is_by_line:
                return [*found, *spans[i:]], before
            if not records.may_stray:  # as the proof of `count` has it
                inside ^= lettered.count(quote, looked_at, start) % 2 == 1 if quote else False
                looked_at = start
                if inside or lettered[start - 1 : start] not in b"\r\n":
                    continue
            if not found or records.may_stray:
                counter.feed(utf8[position:start])
                position = start
                if not counter.between_records or counter.records < above:
                    continue
            before = before if found else counter.records
            found.append((start, end))
        return found, before


class _Held:
    """Records that are held back. They are compressed if they are of delimiters alone."""

    def __init__(self, records: Records, start: int, blank: bytes):
        self.start = start
        self.end = start + len(records.utf8)
        self.count = records.count
        self.solid = _solid_end(records.utf8, blank)  # where what is more than delimiters ends
        self._records = records
        if not self.solid:
            self._records = replace(records, utf8=zlib.compress(records.utf8, 1))

    @property
    def records(self) -> Records:
        if self.solid:
            return self._records
        return replace(self._records, utf8=zlib.decompress(self._records.utf8))


def _solid_end(utf8: bytes, blank: bytes) -> int:
    """The end of the last byte that is not blank: mostly near the end, so not all is copied."""
    last = utf8[-_LAST_BYTES:]
    solid = len(last.rstrip(blank))
    return len(utf8) - len(last) + solid if solid else len(utf8.rstrip(blank))


class _Lines:
    """Finds lines of certain texts, which may be behind a `mark`. They may be very long."""

    def __init__(self, texts: Sequence[bytes], mark: bytes = b""):
        self._texts = [(text, set(text)) for text in texts]
        self._mark = mark

    def find(self, utf8: bytes) -> list[tuple[int, int]]:
        """Their beginnings and ends."""
        lines: list[bytes] = []
        for text, its_bytes in self._texts:
            if all(byte in utf8 for byte in its_bytes):  # single bytes are found in no time
                lines += {text, self._mark + text} if self._mark[:1] in utf8 else [text]
        spans = [(0, len(line)) for line in lines if utf8.startswith(line)]
        for line in lines:
            for line_end in (b"\n", b"\r"):
                if line_end in utf8:
                    spans += _spans(line_end + line, utf8)
        return sorted(span for span in spans if utf8[span[1] : span[1] + 1] in b"\r\n")


def _is_by_line(records: Records) -> bool:
    """Return whether each record is a line."""
    return sum(map(bool, records.utf8.splitlines())) == records.count


def _spans(line: bytes, utf8: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of a line that is given with the line end before it.

    From the end, `bytes` looks for the first byte of it, a line end, which is rare. From the start
    it looks for the last, which a line of delimiters has everywhere, but skips more of a long line.
    """
    length = len(line)
    is_long = length >= _LONG_LINE and line[1:2] != line[-1:]
    start = utf8.find(line) if is_long or utf8.rfind(line) >= 0 else -1
    while start >= 0:
        end = start + length
        yield start + 1, end
        start = utf8.find(line, end)
