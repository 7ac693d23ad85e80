"""What is in a CSV file: its shape, its column names, and how to read it, in one pass over a
stream.

Pure: no AWS, no clock, no environment.
"""

import codecs
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from chalicelib.csv_reader.column_names import ColumnNames
from chalicelib.csv_reader.count import RecordCounter
from chalicelib.csv_reader.decompress import gunzip, is_gzip, read_chunks
from chalicelib.csv_reader.detect.dialect import detect_dialect
from chalicelib.csv_reader.detect.encoding import UnreadableCsv, detect_encoding
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.line_facts import LineFacts
from chalicelib.csv_reader.profile.stream import StreamProfiler
from chalicelib.csv_reader.read_ahead import read_ahead
from chalicelib.csv_reader.recode import Utf8Recoder

__all__ = ["READER_VERSION", "CsvMetadata", "UnreadableCsv", "read_csv_metadata"]

READER_VERSION = 4  # goes up when a file may be read otherwise than before
MAX_DECOMPRESSED_BYTES = 100 * 10**9
_SAMPLE_BYTES = 1 << 16
_AHEAD_OF_THE_COUNT = 2  # chunks that are read ahead
_AHEAD_OF_A_PROFILE = 80  # somewhat more than a batch of its records is of


@dataclass(frozen=True)
class CsvMetadata:
    """What was found, and how the file was read.

    `columns`, `profiled_rows`, `ragged_rows` and `lines` are those of a profile, if one was asked
    for; the last two are None where it does not cover the whole file.
    """

    row_count: int
    column_count: int
    column_names: tuple[str, ...]
    delimiter: str
    quote_character: str
    encoding: str
    has_header: bool
    preamble_rows: int
    compression: str | None
    warnings: tuple[str, ...]
    header_rows: int = 0
    columns: tuple[ColumnProfile, ...] = ()
    profiled_rows: int | None = None
    ragged_rows: RaggedRows | None = None
    lines: LineFacts | None = None


def read_csv_metadata(
    stream: BinaryIO,
    *,
    profile: bool = False,
    time_is_short: Callable[[], bool] = lambda: False,
    max_decompressed_bytes: int = MAX_DECOMPRESSED_BYTES,
) -> CsvMetadata:
    """Read `stream` to its end, once, and say what is in it.

    `stream` is any readable binary file object, not necessarily seekable; gzip is recognised by its
    content. How to read it is judged by its first 64 KiB. Memory is bounded, whatever the size of
    the file, of a record or of a field: of a header, half a mebibyte is kept. Raises
    `UnreadableCsv` if it is no CSV file, or is damaged, or decompresses to more than
    `max_decompressed_bytes`; what `stream.read` raises passes through.

    With `profile`, it is told what is in every column too. `time_is_short` is asked every few
    megabytes; once it is, the profile ends there, as a warning says, and only the count goes on.
    """
    ahead = _AHEAD_OF_A_PROFILE if profile else _AHEAD_OF_THE_COUNT
    with closing(read_ahead(read_chunks(stream), ahead)) as chunks:
        return _read(chunks, profile, time_is_short, max_decompressed_bytes)


def _read(
    chunks: Iterator[bytes],
    profile: bool,
    time_is_short: Callable[[], bool],
    max_decompressed_bytes: int,
) -> CsvMetadata:
    head, chunks = _peek(chunks, 2)
    compression = "gzip" if is_gzip(head) else None
    if compression:
        chunks = gunzip(chunks, max_decompressed_bytes)

    head, chunks = _peek(chunks, _SAMPLE_BYTES + 1)
    sample, complete = head[:_SAMPLE_BYTES], len(head) <= _SAMPLE_BYTES
    encoding, runner_up = detect_encoding(sample, complete)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, complete)
    dialect = detect_dialect(text, complete)

    recoder = Utf8Recoder(encoding, dialect.delimiter)
    counter = RecordCounter(recoder.delimiter, dialect.quote_character.encode())
    header = ColumnNames(dialect, recoder)
    profiler = StreamProfiler(counter, recoder, dialect, time_is_short) if profile else None
    with closing(profiler) if profiler else nullcontext():
        feed = profiler.feed if profiler else counter.feed
        for utf8 in recoder.recode(chunks):
            feed(utf8)
            header.feed(utf8)
        if profiler:
            profiler.finish()

    header.finish()
    row_count = max(counter.records - dialect.preamble_rows - header.header_rows, 0)
    warnings = header.warnings
    if runner_up:
        warnings.append(f"the encoding is a guess: {encoding}, or else {runner_up}")
    if counter.inside_quotes:
        warnings.append("unterminated quote")
    if recoder.undecodable:
        warnings.append(f"{recoder.undecodable:,} bytes are not {encoding} and were replaced")
    found = CsvMetadata(
        row_count=row_count,
        column_count=header.count,
        column_names=header.names,
        delimiter=dialect.delimiter,
        quote_character=dialect.quote_character,
        encoding=encoding,
        has_header=header.header_rows > 0,
        preamble_rows=dialect.preamble_rows,
        compression=compression,
        warnings=tuple(warnings),
        header_rows=header.header_rows,
    )
    return _with_profile(found, profiler) if profiler else found


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


def _peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes or more, if there are so many, and all the chunks with them."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= size:
            break
    return head, chain([head], chunks)
