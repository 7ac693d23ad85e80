"""The names of a CSV file's columns, from its header as the file goes by."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from chalicelib.csv_reader.detect.dialect import CsvDialect, split_record
from chalicelib.csv_reader.detect.header_rows import joined_names
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.record_finder import RecordFinder
from chalicelib.csv_reader.shortened import names_are_cut, shortened

_MAX_NAMES_BYTES = 1 << 19
_WARNINGS_OF_A_KIND = 10
_SHOWN_CHARACTERS = 59


class ColumnNames:
    """The names and the number of the columns, known once the header has gone by.

    Without a header, the columns of the first row are numbered. Of each row of a header, half a
    mebibyte is kept.
    """

    def __init__(self, dialect: CsvDialect, recoder: Utf8Recoder):
        self._dialect = dialect
        self._recoder = recoder
        marks = recoder.delimiter, dialect.quote, dialect.escape
        self._finders = [
            RecordFinder(dialect.preamble_rows + row, *marks, _MAX_NAMES_BYTES)
            for row in range(max(dialect.header_rows, 1))
        ]

    def feed(self, utf8: bytes) -> Iterator[bytes]:
        """Look on for the header in what `recoder` made of the file, and pass that on."""
        for finder in self._finders:
            finder.feed(utf8)
        yield utf8

    @property
    def header(self) -> list[bytes]:
        """The records of the header that went by, as they are there, unless one is very long."""
        is_kept = self._dialect.has_header and not any(finder.is_cut for finder in self._finders)
        return [finder.text for finder in self._finders if finder.found] if is_kept else []

    @property
    def width(self) -> int:
        """Return how many fields the header has, or the first row without."""
        widths = [
            finder.fields
            if finder.is_cut
            else len(_fields(self._recoder.text(finder.text), self._dialect))
            for finder in self._finders
            if finder.found
        ]
        return max(widths, default=0)

    def finish(self) -> Iterator[bytes]:
        """Split what was found into `names`, `count` them, and say what is odd in `warnings`."""
        found = [finder for finder in self._finders if finder.found]
        self.header_rows = len(found) if self._dialect.has_header else 0
        rows = [_fields(self._recoder.text(finder.text), self._dialect) for finder in found]
        self.count = kept = max(map(len, rows), default=0)
        for finder, fields in zip(found, rows, strict=True):
            if finder.is_cut:
                self.count = max(self.count, finder.fields)
                kept = min(kept, len(fields) - 1)
        if self.header_rows:
            groups = self._dialect.group_rows
            names = joined_names(
                rows[:groups], rows[groups], rows[groups + 1 :][: self._dialect.unit_rows]
            )
            self.names = tuple(names[:kept])
        else:
            self.names = tuple(_numbered_names(self.count))
        self.warnings = list(_name_warnings(self.names)) if self.header_rows else []
        if len(self.names) < self.count:
            self.warnings.append(names_are_cut(len(self.names), self.count))
        return iter(())


def _fields(record: str, dialect: CsvDialect) -> list[str]:
    """Split a record that may hold a field longer than the csv module takes by default.

    A header may have no spaces behind its commas where the rows have them, or be behind a hash.
    """
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, len(record)))
    try:
        fields = split_record(record, dialect)
        if dialect.delimiter == ", " and len(fields) == 1:
            return split_record(record, replace(dialect, delimiter=","))
        is_behind_hash = dialect.has_header and dialect.delimiter == " " and fields[:1] == ["#"]
        return fields[is_behind_hash:]
    finally:
        csv.field_size_limit(limit)


def _numbered_names(count: int) -> Iterator[str]:
    """`column_1` to `column_<count>`, or as many as fit in what is kept of a header."""
    room = _MAX_NAMES_BYTES
    for number in range(1, count + 1):
        name = f"column_{number}"
        room -= len(name) + 1
        if room < 0:
            return
        yield name


def _name_warnings(names: Sequence[str]) -> Iterator[str]:
    """Yield what a person should know of a header's names, a few of each kind."""
    repeated = (name for name, times in Counter(names).items() if times > 1 and name.strip())
    blank = (f"column {i}" for i, name in enumerate(names, 1) if not name.strip())
    padded = (name for name in names if name.strip() and name != name.strip())
    alike = _alike(names)
    unprintable = (name for name in names if not name.isprintable())
    decomposed = (name for name in names if not unicodedata.is_normalized("NFC", name))
    for kind, found in (
        ("duplicate column name", map(shown, repeated)),
        ("column names that differ in case or Unicode form only", alike),
        ("blank column name", blank),
        ("leading or trailing spaces in column name", map(_quoted, padded)),
        ("non-printing characters in column name", map(_quoted, unprintable)),
        ("accents apart from their letters in column name", map(_quoted, decomposed)),
    ):
        for what in islice(found, _WARNINGS_OF_A_KIND):
            yield f"{kind}: {what}"
        if more := sum(1 for _ in found):
            yield f"{kind}: {more:,} more"


def _alike(names: Sequence[str]) -> Iterator[str]:
    """Names that many tools take for the same, though they are not."""
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        groups.setdefault(folded, {})[name] = None
    for group in groups.values():
        if len(group) > 1:
            yield ", ".join(map(_quoted, islice(group, _WARNINGS_OF_A_KIND)))


def shown(name: str) -> str:
    """A name or another text from the file, cut for a warning."""
    return shortened(name, _SHOWN_CHARACTERS)


def _quoted(name: str) -> str:
    return repr(shown(name))
