"""Records and lines of a file, where they differ: tools that read by lines trip over that."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.csv_reader.described import number
from chalicelib.csv_reader.profile.batches import Batch
from chalicelib.csv_reader.rows import quoting


@dataclass(frozen=True)
class LineFacts:
    """Differences between records and lines, and places of quotes."""

    records_above: int = number("records above the first row, blank lines among them")
    lines_above: int = number("lines above the first row: more where a cell has several")
    blank: int = number("blank lines from the first row on")
    quotes: int = number("quote characters")
    stray_quotes: int = number(
        "quotes that neither begin nor end a cell nor are doubled or escaped, at least"
    )
    quoted_newlines: int = number("ends of lines within cells of the rows")
    first_quoted_newline: int | None = number("the first row that has one")
    lf: int = number("lines that end in a line feed alone")
    crlf: int = number("lines that end in a carriage return and a line feed")
    cr: int = number("lines that end in a carriage return alone")


class LineObserver:
    """Takes in batches of records, in bytes as `RecordCounter` takes them.

    `above` is the number of records above the rows, without blank ones.
    """

    def __init__(self, delimiter: bytes, quote: bytes, escape: bytes, above: int):
        self._reading = {
            "delimiter": delimiter.decode("latin-1"),
            "skipinitialspace": delimiter == b" ",
            **quoting(quote.decode() or None, escape.decode() or None),
        }
        self._quote = quote
        self._escape = escape
        self._above = above
        mark = re.escape(quote)
        ordinary = b"[^\r\n%b%b%b]" % (mark, re.escape(delimiter), re.escape(escape))
        # A pattern that begins with its one literal is searched for at the speed of `find`.
        self._stray = re.compile(b"%b(?<=%b%b)(?=%b)" % (mark, ordinary, mark, ordinary))
        self._records_above = self._lines_above = self._blank = 0
        self._quotes = self._stray_quotes = self._quoted_newlines = 0
        self._first_quoted_newline: int | None = None
        self._lf = self._crlf = self._cr = 0

    def add(self, batch: Batch, is_plain: bool) -> None:
        """Take in some more records. They are split only where they are not one to a line.

        `is_plain` says that all quotes begin or end a cell, or are doubled.
        """
        quotes = batch.count_of(self._quote) if self._quote else 0
        self._quotes += quotes
        if quotes and not is_plain:
            self._stray_quotes += len(self._stray.findall(batch.utf8))
        others = self._count_lines(batch, batch.utf8 if quotes else batch.marks) - batch.count
        above = min(max(self._above - batch.before, 0), batch.count)
        if not others:
            self._records_above += above
            self._lines_above += above
            return
        if not above:
            if not (quotes or self._escape):
                self._blank += others
                return
            if is_plain and self._first_quoted_newline and not _may_be_blank(batch):
                self._quoted_newlines += others
                return
        seen = batch.before
        for is_blank, lines in self._records(batch.utf8):
            if seen < self._above:
                self._records_above += 1
                self._lines_above += lines
            elif is_blank:
                self._blank += 1
            elif lines > 1:
                self._quoted_newlines += lines - 1
                self._first_quoted_newline = self._first_quoted_newline or seen - self._above + 1
            seen += not is_blank

    def result(self, stray_quotes: bool) -> LineFacts:
        """Return what was found. `stray_quotes` says that others have met some."""
        return LineFacts(
            records_above=self._records_above,
            lines_above=self._lines_above,
            blank=self._blank,
            quotes=self._quotes,
            stray_quotes=self._stray_quotes or int(stray_quotes),
            quoted_newlines=self._quoted_newlines,
            first_quoted_newline=self._first_quoted_newline,
            lf=self._lf,
            crlf=self._crlf,
            cr=self._cr,
        )

    def _count_lines(self, batch: Batch, ends: bytes) -> int:
        """Return how many lines there are, of which the last one needs no end. Adds up the ends.

        `ends` has all of them, and may have nothing but marks.
        """
        lf, crlf, cr = ends.count(b"\n"), 0, 0
        if b"\r" in ends:
            crlf = batch.utf8.count(b"\r\n")
            cr = ends.count(b"\r") - crlf
        self._lf += lf - crlf
        self._crlf += crlf
        self._cr += cr
        return lf + cr + (bool(batch.pieces) and not batch.pieces[-1].endswith((b"\n", b"\r")))

    def _records(self, utf8: bytes) -> Iterator[tuple[bool, int]]:
        """Yield whether each record is blank, and how many lines it has.

        Read as Latin-1, a character each byte; before Python 3.11 the csv module takes no NUL.
        """
        file = io.BytesIO(utf8.replace(b"\0", b" "))
        reader = csv.reader(io.TextIOWrapper(file, "latin-1", newline=""), **self._reading)
        before = 0
        for record in reader:
            yield not record, reader.line_num - before
            before = reader.line_num


def _may_be_blank(batch: Batch) -> bool:
    """Return whether lines of the batch may be blank: those within quotes count as well."""
    return batch.has(b"\r") or batch.utf8.startswith(b"\n") or b"\n\n" in batch.utf8
