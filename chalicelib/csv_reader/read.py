"""Read a CSV file in one pass over a stream: its shape, its column names, and how to read it.

Pure: no AWS, no clock, no environment.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol

from chalicelib.csv_reader.column_names import ColumnNames
from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.decompress import Decompressed, Readable, read_chunks
from chalicelib.csv_reader.detect.comments import comments_end, without_last_lines
from chalicelib.csv_reader.detect.dialect import CsvDialect, detect_dialect
from chalicelib.csv_reader.detect.encoding import UnreadableCsv, detect_encoding
from chalicelib.csv_reader.oddities import Oddities, OtherRows, Place
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.line_facts import LineFacts
from chalicelib.csv_reader.profile.stream import StreamProfiler
from chalicelib.csv_reader.read_ahead import read_ahead
from chalicelib.csv_reader.reading_warnings import warnings_of
from chalicelib.csv_reader.recode import Utf8Recoder
from chalicelib.csv_reader.records import RecordSplitter
from chalicelib.csv_reader.row_offsets import RowOffsets
from chalicelib.csv_reader.table_rows import TableRows

__all__ = ["READER_VERSION", "CsvMetadata", "UnreadableCsv", "read_csv_metadata"]

READER_VERSION = 4  # goes up when a file may be read otherwise than before
MAX_DECOMPRESSED_BYTES = 100 * 10**9
_SAMPLE_BYTES = 1 << 16
_COMMENTS_AT_MOST = 1 << 22  # bytes of them, below which the table is looked for
_AHEAD_OF_THE_COUNT = 2  # chunks that are read ahead
_AHEAD_OF_A_PROFILE = 80  # somewhat more than a batch of its records


class Stage(Protocol):
    """Takes pieces of a file and gives others, to the next stage."""

    def feed(self, piece: Any, /) -> Iterator[Any]:
        """Take one more, and give what it completes."""

    def finish(self) -> Iterator[Any]:
        """Give what is left at the end."""


@dataclass(frozen=True)
class CsvMetadata:
    """The content of the file, and how it was read.

    `columns`, `profiled_rows`, `ragged_rows` and `lines` are those of a profile, if one was asked
    for; the last two are None where it does not cover the whole file.
    """

    row_count: int
    column_count: int
    column_names: tuple[str, ...]
    delimiter: str
    quote_character: str | None
    encoding: str
    has_header: bool
    preamble_rows: int
    compression: str | None
    warnings: tuple[str, ...]
    header_rows: int = 0
    escape_character: str | None = None
    row_offsets: str | None = None
    repeated_headers: int = 0
    footer_rows: int = 0
    encoding_runner_up: str | None = None
    undecodable_bytes: int = 0
    undecodable_as: str | None = None
    has_open_quote: bool = False
    rows_in_quotes: bool = False
    swallowed_rows: OtherRows | None = None
    escaped_quotes: OtherRows | None = None
    decoded_twice: Place | None = None
    replacement_characters: Place | None = None
    invisible_characters: Place | None = None
    columns: tuple[ColumnProfile, ...] = ()
    profiled_rows: int | None = None
    ragged_rows: RaggedRows | None = None
    lines: LineFacts | None = None


def read_csv_metadata(
    stream: Readable,
    *,
    profile: bool = False,
    time_is_short: Callable[[], bool] = lambda: False,
    check_time: Callable[[], None] = lambda: None,
    max_decompressed_bytes: int = MAX_DECOMPRESSED_BYTES,
) -> CsvMetadata:
    """Read `stream` to its end, once, and say what is in it.

    `stream` is any readable binary file object, not necessarily seekable; gzip, bzip2, xz,
    Zstandard and a zip archive of one file are recognised by their content. How to read it is
    judged by its first 64 KiB. Memory is bounded, whatever the size of the file, of a record or of
    a field: of a header, half a mebibyte is kept. Raises `UnreadableCsv` if it is not a CSV file,
    or is damaged, or decompresses to more than `max_decompressed_bytes`; what `stream.read` raises
    passes through.

    With `profile`, it has a profile of every column. `time_is_short` is asked every few
    megabytes; once it is, the profile ends there, as a warning says, and only the count goes on.
    `check_time` is called before each piece of text is looked at: what it raises passes through.
    """
    ahead = _AHEAD_OF_A_PROFILE if profile else _AHEAD_OF_THE_COUNT
    file = Decompressed(read_chunks(stream), max_decompressed_bytes)
    with closing(read_ahead(iter(file), ahead)) as chunks:
        return _read(file, chunks, profile, time_is_short, check_time)


def _read(
    file: Decompressed,
    chunks: Iterator[bytes],
    profile: bool,
    time_is_short: Callable[[], bool],
    check_time: Callable[[], None],
) -> CsvMetadata:
    head, chunks = _peek(chunks, _SAMPLE_BYTES + 1)
    while len(head) < _COMMENTS_AT_MOST and comments_end(head) >= len(head) - _SAMPLE_BYTES:
        size = len(head)
        head, chunks = _peek(chunks, 2 * size)
        if len(head) == size:
            break
    encoding, runner_up, is_ascii, dialect = _detect(head)

    recoder = Utf8Recoder(encoding, dialect.delimiter, runner_up, is_ascii)

    def new_counter() -> RecordCounter:
        return RecordCounter(recoder.delimiter, dialect.quote, dialect.escape)

    counter = new_counter()
    header = ColumnNames(dialect, recoder)
    splitter = RecordSplitter(counter)
    table = TableRows(dialect, recoder, header, new_counter)
    odd = Oddities(dialect, recoder, header, counter, splitter, table)
    marks = dialect.quote, dialect.escape
    offsets = RowOffsets(counter, recoder, marks, lambda: table.repeated_headers.count)
    stages: list[Stage] = [recoder, odd, offsets, header, splitter, table]
    profiler = StreamProfiler(recoder, dialect, header, time_is_short) if profile else None
    with closing(profiler) if profiler else nullcontext():
        stages += [profiler] if profiler else []
        _run(stages, offsets.over(_checking(check_time, chunks)))

    left_out = dialect.preamble_rows + header.header_rows
    left_out += table.repeated_headers.count + table.footer_rows
    row_count = max(counter.records - left_out, 0)
    warnings = header.warnings
    if file.ignored_bytes:
        end = f"the end of the {file.compression} data"
        warnings.append(f"{file.ignored_bytes:,} bytes behind {end} were not read")
    warnings += table.warnings
    found = CsvMetadata(
        row_count=row_count,
        column_count=header.count,
        column_names=header.names,
        delimiter=dialect.delimiter,
        quote_character=dialect.quote_character,
        encoding=recoder.encoding,
        has_header=header.header_rows > 0,
        preamble_rows=dialect.preamble_rows,
        compression=file.compression,
        warnings=(),
        header_rows=header.header_rows,
        escape_character=dialect.escape_character,
        repeated_headers=table.repeated_headers.count,
        footer_rows=table.footer_rows,
        row_offsets=None if file.compression else offsets.packed(),
        encoding_runner_up=recoder.runner_up,
        undecodable_bytes=recoder.undecodable,
        undecodable_as=recoder.undecodable_as,
        has_open_quote=counter.inside_quotes,
        rows_in_quotes=dialect.rows_in_quotes,
        swallowed_rows=odd.swallowed_rows,
        escaped_quotes=odd.escaped_quotes,
        decoded_twice=odd.places.get("decoded_twice"),
        replacement_characters=odd.places.get("replacement_characters"),
        invisible_characters=odd.places.get("invisible_characters"),
    )
    found = replace(found, warnings=(*warnings, *warnings_of(found)))
    return _with_profile(found, profiler) if profiler else found


def _detect(head: bytes) -> tuple[str, str | None, bool, CsvDialect]:
    """The encoding, the one that is next if that is a guess, and the dialect of a file.

    Between them, whether nothing but ASCII was seen of it. Many comments above the table are not
    looked at: what decides may begin where they end.
    """
    skipped = without_last_lines(head[: comments_end(head)])
    found = _detect_behind(head, skipped)
    if not skipped:
        return found
    encoding, runner_up, is_ascii, dialect = found
    recoder = Utf8Recoder(encoding, dialect.delimiter)
    counter = RecordCounter(recoder.delimiter, dialect.quote, dialect.escape)
    for utf8 in (*recoder.feed(skipped), *recoder.finish()):
        counter.feed(utf8)
    if not counter.between_records:  # a quote in a comment is one of the table's
        return _detect_behind(head, b"")
    dialect = replace(dialect, preamble_rows=dialect.preamble_rows + counter.records)
    return encoding, runner_up, is_ascii and skipped.isascii(), dialect


def _detect_behind(head: bytes, skipped: bytes) -> tuple[str, str | None, bool, CsvDialect]:
    """The same as what follows the first bytes says, save for a byte order mark in these."""
    mark = codecs.BOM_UTF8 if skipped.startswith(codecs.BOM_UTF8) else b""
    rest = mark + head[len(skipped) :]
    sample, complete = rest[:_SAMPLE_BYTES], len(rest) <= _SAMPLE_BYTES
    encoding, runner_up = detect_encoding(sample, complete)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, complete)
    is_ascii = encoding == "utf-8" and sample.isascii() and not complete
    return encoding, runner_up, is_ascii, detect_dialect(text, complete)


def _with_profile(found: CsvMetadata, profiler: StreamProfiler) -> CsvMetadata:
    columns = profiler.columns(found.column_names)
    warnings = profiler.warnings(found.row_count, found.column_count, len(columns))
    ragged_rows = profiler.ragged_rows(found.row_count)
    if ragged_rows and ragged_rows.count:
        warnings.append(_ragged_warning(ragged_rows))
    return replace(
        found,
        columns=columns,
        profiled_rows=profiler.rows,
        ragged_rows=ragged_rows,
        lines=profiler.lines(found.row_count),
        warnings=(*found.warnings, *warnings),
    )


def _ragged_warning(ragged: RaggedRows) -> str:
    first, fields = min(
        (row, fields)
        for row, fields in (
            (ragged.first_long, ragged.first_long_fields),
            (ragged.first_short, ragged.first_short_fields),
        )
        if row
    )
    if ragged.count == 1:
        return f"row {first:,} has {fields:,} fields, and not as many as the header"
    return (
        f"{ragged.count:,} rows have more or fewer fields than the header; "
        f"the first is row {first:,}, with {fields:,}"
    )


def _run(stages: Sequence[Stage], pieces: Iterator[Any]) -> None:
    """Feed each stage with what the stage before it gives."""
    for stage in stages:
        pieces = _through(stage, pieces)
    for _ in pieces:
        pass


def _through(stage: Stage, pieces: Iterator[Any]) -> Iterator[Any]:
    for piece in pieces:
        yield from stage.feed(piece)
    yield from stage.finish()


def _checking(check_time: Callable[[], None], chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        check_time()
        yield chunk


def _peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes or more, if there are that many, and all the chunks with them."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= size:
            break
    return head, chain([head], chunks)
