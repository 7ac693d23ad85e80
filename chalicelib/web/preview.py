"""A look inside a file: some of its rows, as they were when it was cataloged."""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, TypedDict

from chalicelib.aws import S3, Body
from chalicelib.catalog.cursor import InvalidCursor, cursor_at, position_of
from chalicelib.catalog.record import FAILED, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.csv_reader.beginning import (
    Beginning,
    before_note,
    encoding_of_part,
    split_beginning,
)
from chalicelib.csv_reader.decompress import CHUNK_BYTES, Decompressed
from chalicelib.csv_reader.described import about
from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from chalicelib.csv_reader.profile.judgement.judge import fits
from chalicelib.csv_reader.row_offsets import Note, last_before
from chalicelib.csv_reader.shortened import shortened
from chalicelib.tools.dialect import header_rows_of
from chalicelib.web.answers import Answer, NotAllowed, NothingKnown
from chalicelib.web.downloads import open_part, read_part
from chalicelib.web.files import asked_for
from chalicelib.web.parameters import InvalidParameter, Parameters, single, up_to

ROWS = 20
ROWS_AT_MOST = 100
CELL_CHARACTERS = 200

# What is read of the object, and what the rows may take in the answer. A function's answer has 6 MB
# at most, and is JSON within JSON there: escaping makes it twice as long at worst.
# ("Lambda quotas")
BEGINNING_BYTES = 1 << 20
READ_BYTES = 2_000_000
CONTENT_BYTES = 1_900_000  # compression may add some bytes to what has no order
DECOMPRESSED_AT_MOST = 50_000_000
ROWS_BYTES = 2_500_000


Places = list[Annotated[list[Annotated[int, about(minimum=0)]], about(minItems=2, maxItems=2)]]


class Preview(TypedDict):
    filename: str
    column_names: list[str]
    first_row: Annotated[
        int, about("The number of the first of these rows; 1 is the first of the file.", minimum=1)
    ]
    rows: Annotated[
        list[list[str]],
        about(
            "The cells of each row as they are in the file; a row may have fewer or more than "
            "there are names.",
            maxItems=ROWS_AT_MOST,
        ),
    ]
    cut_cells: Annotated[
        Places,
        about(
            "Row and place in it, from 0, of each cell that is cut to its first "
            f"{CELL_CHARACTERS} characters and an ellipsis."
        ),
    ]
    odd_cells: Annotated[
        Places,
        about(
            "The same of each cell that is not of the type that nearly all of its column is, "
            "which is the column's `almost`."
        ),
    ]
    complete: Annotated[bool, about("Whether these are all rows of the file.")]
    next_cursor: Annotated[
        str | None, about("The `cursor` of the next rows; null after the last that can be shown.")
    ]


@dataclass(frozen=True)
class _Rows:
    """The rows of one write of a file, which a cursor belongs to."""

    filename: str
    etag: str | None
    version_id: str | None
    processed_timestamp: str


@dataclass(frozen=True)
class _Table:
    """A file that could be read: its record, and what splits it into rows."""

    record: FileRecord
    delimiter: str
    encoding: str
    row_count: int

    @property
    def above(self) -> int:
        """The records above the first row."""
        return (self.record.preamble_rows or 0) + header_rows_of(vars(self.record))

    @property
    def rows(self) -> _Rows:
        record = self.record
        return _Rows(record.filename, record.etag, record.version_id, record.processed_timestamp)


@dataclass(frozen=True)
class _Place:
    """The beginning of a page: its first row, counted from 1, and the byte of the decompressed
    file.

    `skip` are records between the byte and that row. Within a record, `note` is what is known of
    the byte, and `within` what is before it.
    """

    row: int
    byte: int
    skip: int = 0
    note: Note | None = None
    within: bytes = b""


def show_preview(
    records: RecordsTable, s3: S3, allowed: bool, parameters: Parameters, segment: str | None = None
) -> Answer:
    """A page of the rows of one file, split as it was read.

    Raises `NotAllowed` where the stage shows no contents, `FileChanged`, `NothingKnown`,
    `InvalidParameter`.
    """
    if not allowed:
        raise NotAllowed("this catalog shows no contents of files: PREVIEW is off")
    record = asked_for(records, segment, parameters, "rows", "row", "cursor")
    rows = up_to(ROWS_AT_MOST)("rows", parameters.get("rows", [str(ROWS)]))
    if record.status == FAILED or record.delimiter is None or record.encoding is None:
        raise NothingKnown(f"the file could not be read: {record.error}")
    table = _Table(record, record.delimiter, record.encoding, record.row_count or 0)
    place = _asked_place(table, parameters)
    with (_compressed if record.compression else _plain)(s3, table, place) as read:
        while True:
            place, data, is_end = read(place)
            page = _split(table, place, data, is_end, rows)
            if page.rows or page.complete or place.row == 1 or not page.to_leave_out:
                break
            if not record.compression or not page.read:
                raise NothingKnown(_out_of_reach(record, place.row))
            place = _Place(place.row, place.byte + page.read, page.to_leave_out)
    shown = _within(ROWS_BYTES, map(_cut, page.rows))
    if len(shown) < len(page.rows):  # the next page begins where these end
        page = _split(table, place, data, is_end, len(shown))
    following = _Place(place.row + len(page.rows), place.byte + page.read, page.to_leave_out)
    is_last = page.complete or not (page.rows or _size_at(place) < READ_BYTES)
    return Answer(
        Preview(
            filename=record.filename,
            column_names=list(record.column_names),
            first_row=place.row,
            rows=shown,
            cut_cells=[
                [i, j]
                for i, row in enumerate(shown)
                for j in range(len(row))
                if len(page.rows[i][j]) > CELL_CHARACTERS
            ],
            odd_cells=_odd_cells(record, page.rows),
            complete=page.complete and place.row == 1 and _is_whole(shown, page.rows),
            next_cursor=None if is_last else _cursor(table, following),
        )
    )


def _asked_place(table: _Table, parameters: Parameters) -> _Place:
    """Return where the page begins that is asked for. Raises `InvalidParameter`."""
    if "cursor" in parameters:
        if "row" in parameters:
            raise InvalidParameter("row and cursor both say where to begin: give one of them")
        try:
            position = position_of(single("cursor", parameters["cursor"]), table.rows)
        except InvalidCursor as error:
            raise InvalidParameter(
                "cursor is the next_cursor of an earlier preview of this file as it is now"
            ) from error
        number, byte, skip = map(int, position.split())
        return _Place(number, byte, skip)
    if "row" not in parameters:
        return _Place(1, 0, skip=table.above)
    row = single("row", parameters["row"])
    if not re.fullmatch("[0-9]{1,18}", row) or not 1 <= int(row) <= max(table.row_count, 1):
        raise InvalidParameter(f"row is a whole number from 1 to {table.row_count}")
    before = table.above + int(row) - 1
    note = last_before(table.record.row_offsets, before)
    skip = before - note.records
    return _Place(int(row), note.byte, skip, note if note.byte else None)


def _cursor(table: _Table, place: _Place) -> str:
    return cursor_at(f"{place.row} {place.byte} {place.skip}", table.rows)


def _out_of_reach(record: FileRecord, row: int) -> str:
    if record.compression:
        size = f"the first {DECOMPRESSED_AT_MOST // 10**6} MB"
        return f"row {row} is behind {size}, and compressed files can be looked into no further"
    return (
        f"row {row} is not within reach: this file was read before places in it were noted. "
        "`./catalog backfill --older` reads it again"
    )


def _size_at(place: _Place) -> int:
    """The bytes that are read: the first rows, which all ask for, are mostly in fewer."""
    return BEGINNING_BYTES if (place.row, place.byte) == (1, 0) else READ_BYTES


_MARGIN = 4  # bytes before a note that show whether a record is under way there


# What is at a place and behind it, and whether the file ends there.
_Read = tuple[_Place, bytes, bool]
_Reader = Callable[[_Place], _Read]


@contextmanager
def _plain(s3: S3, table: _Table, _place: _Place) -> Iterator[_Reader]:
    """Reads a file that is not compressed, of which any place is one request away."""
    yield lambda place: _read_plain(s3, table, place)


def _read_plain(s3: S3, table: _Table, place: _Place) -> _Read:
    margin = _MARGIN if place.note else 0
    start = place.byte - margin
    data = read_part(s3, table.record, start, _size_at(place))
    is_end = start + len(data) >= table.record.file_size
    if place.note:
        encoding = _encoding_at(place, table, data)
        quote = table.record.quote_character
        within = before_note(data[:margin], place.note.inside, encoding, quote)
        place = replace(place, within=within)
    return place, data[margin:], is_end


def _encoding_at(place: _Place, table: _Table, data: bytes) -> str:
    return encoding_of_part(table.encoding, data) if place.byte else table.encoding


class _Reading:
    """A compressed file, read on to where it is asked for."""

    def __init__(self, record: FileRecord):
        self._record = record
        self._pieces = iter(Decompressed(self._parts(), DECOMPRESSED_AT_MOST))
        self._open: Callable[[int], Body] | None = None
        self._body: Body | None = None
        self._read = 0  # bytes of the object
        self._data = b""
        self._before = 0  # bytes that are not needed any more
        self._is_over = False
        self.is_end = False

    def begin(self, s3: S3, size: int) -> None:
        """Read on with requests of a fixed size, one of which is mostly enough, until `close`."""
        self._open = lambda start: open_part(s3, self._record, start, size)

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def _parts(self) -> Iterator[bytes]:
        while self._read < self._record.file_size and self._open:
            if self._body is None:
                self._body = self._open(self._read)
            if part := self._body.read(CHUNK_BYTES):
                self._read += len(part)
                yield part
            else:
                self.close()

    def reaches(self, byte: int) -> bool:
        """Return whether it has not gone past that byte."""
        return self._before <= byte

    def is_near(self, place: _Place) -> bool:
        """Return whether the next two megabytes of the object are certain to reach that place."""
        end = self._before + len(self._data)
        return place.skip <= ROWS_AT_MOST and place.byte <= max(end, self._before + CONTENT_BYTES)

    def data_from(self, byte: int) -> bytes:
        """The bytes from there on: `CONTENT_BYTES`, or fewer at the end of the file."""
        while not self._is_over and self._before + len(self._data) < byte + CONTENT_BYTES:
            try:
                self._data += next(self._pieces)
            except StopIteration:
                self._is_over = self.is_end = True
            except UnreadableCsv:  # it goes on beyond what is decompressed of it
                self._is_over = True
            if self._before + len(self._data) <= byte:
                self._before += len(self._data)
                self._data = b""
        self._data = self._data[byte - self._before :]
        self._before = byte
        return self._data[:CONTENT_BYTES]


# A page goes on where the last one ended: whoever asks for one after the other is mostly answered
# by the same process, which then has no need to decompress all that came before.
_READINGS: OrderedDict[_Rows, _Reading] = OrderedDict()
_READINGS_AT_MOST = 4


@contextmanager
def _compressed(s3: S3, table: _Table, place: _Place) -> Iterator[_Reader]:
    """Reads a compressed file on to a place, and from there, with one request to the bucket."""
    reading = _READINGS.pop(table.rows, None)
    if reading is None or not reading.reaches(place.byte):
        reading = _Reading(table.record)

    def read(place: _Place) -> _Read:
        data = reading.data_from(place.byte)
        return place, data, reading.is_end and len(data) < CONTENT_BYTES

    reading.begin(s3, READ_BYTES if reading.is_near(place) else DECOMPRESSED_AT_MOST)
    with closing(reading):
        yield read
    _READINGS[table.rows] = reading
    if len(_READINGS) > _READINGS_AT_MOST:
        _READINGS.popitem(last=False)


def _odd_cells(record: FileRecord, rows: list[list[str]]) -> list[list[int]]:
    """The places of the cells that are not of the type that nearly all of their column is."""
    nearly = {
        place: column["almost"]["type"]
        for place, column in enumerate(record.columns)
        if column.get("almost")
    }
    return [
        [i, place]
        for i, row in enumerate(rows)
        for place, type_ in nearly.items()
        if place < len(row) and row[place] and not fits(row[place], type_)
    ]


def _split(table: _Table, place: _Place, data: bytes, is_end: bool, rows: int) -> Beginning:
    record = table.record
    return split_beginning(
        data,
        is_whole=is_end,
        rows=rows,
        delimiter=table.delimiter,
        quote_character=record.quote_character,
        escape_character=record.escape_character,
        encoding=_encoding_at(place, table, data),
        records_above=place.skip,
        within=place.within,
        header=record.column_names if record.repeated_headers and record.header_rows == 1 else None,
        starts_file=place.byte == 0,
        rows_left=table.row_count - place.row + 1 if record.footer_rows else None,
    )


def _cut(row: list[str]) -> list[str]:
    return [shortened(cell, CELL_CHARACTERS) for cell in row]


def _is_whole(shown: list[list[str]], rows: list[list[str]]) -> bool:
    return sum(map(len, shown)) == sum(map(len, rows))


def _within(limit: int, rows: Iterable[list[str]]) -> list[list[str]]:
    """The first of the rows whose JSON stays within `limit` bytes; of a single one, its cells."""
    kept: list[list[str]] = []
    for row in rows:
        size = len(json.dumps(row))
        if size > limit:
            if not kept:
                kept.append([cell for [cell] in _within(limit, ([cell] for cell in row))])
            break
        limit -= size
        kept.append(row)
    return kept
