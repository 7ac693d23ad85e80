"""What is in a CSV file: its shape, its column names, and how to read it, in one pass over a
stream.

Pure: no AWS, no clock, no environment.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from chalicelib.csv_reader.count_records import RecordCounter
from chalicelib.csv_reader.decompress import gunzip, is_gzip, read_chunks
from chalicelib.csv_reader.detect_dialect import CsvDialect, detect_dialect, split_record
from chalicelib.csv_reader.detect_encoding import UnreadableCsv, detect_encoding
from chalicelib.csv_reader.find_record import RecordFinder
from chalicelib.csv_reader.recode import Utf8Recoder

__all__ = ["CsvMetadata", "UnreadableCsv", "read_csv_metadata"]

MAX_DECOMPRESSED_BYTES = 100 * 10**9
_SAMPLE_BYTES = 1 << 16
_MAX_NAMES_BYTES = 1 << 19
_WARNINGS_OF_A_KIND = 10
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class CsvMetadata:
    """What was found, and how the file was read."""

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


def read_csv_metadata(
    stream: BinaryIO, *, max_decompressed_bytes: int = MAX_DECOMPRESSED_BYTES
) -> CsvMetadata:
    """Read `stream` to its end, once, and say what is in it.

    `stream` is any readable binary file object, not necessarily seekable; gzip is recognised by its
    content. How to read it is judged by its first 64 KiB. Memory is bounded, whatever the size of
    the file, of a record or of a field: of a header, half a mebibyte is kept. Raises
    `UnreadableCsv` if it is no CSV file, or is damaged, or decompresses to more than
    `max_decompressed_bytes`; what `stream.read` raises passes through.
    """
    head, chunks = _peek(read_chunks(stream), 2)
    compression = "gzip" if is_gzip(head) else None
    if compression:
        chunks = gunzip(chunks, max_decompressed_bytes)

    head, chunks = _peek(chunks, _SAMPLE_BYTES + 1)
    sample, complete = head[:_SAMPLE_BYTES], len(head) <= _SAMPLE_BYTES
    encoding = detect_encoding(sample, complete)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, complete)
    dialect = detect_dialect(text, complete)

    recoder = Utf8Recoder(encoding, dialect.delimiter)
    quote = dialect.quote_character.encode()
    counter = RecordCounter(recoder.delimiter, quote)
    finder = RecordFinder(dialect.preamble_rows, recoder.delimiter, quote, _MAX_NAMES_BYTES)
    for utf8 in recoder.recode(chunks):
        counter.feed(utf8)
        finder.feed(utf8)

    has_header = dialect.has_header and finder.found
    fields = _fields(recoder.text(finder.text), dialect) if finder.found else []
    column_count = len(fields)
    if finder.is_cut:
        fields.pop()
        column_count = finder.fields
    names = tuple(fields if has_header else _numbered_names(column_count))
    warnings = list(_name_warnings(names)) if has_header else []
    if len(names) < column_count:
        warnings.append(f"only the first {len(names):,} of {column_count:,} column names are kept")
    if counter.inside_quotes:
        warnings.append("unterminated quote")
    if recoder.undecodable:
        warnings.append(f"{recoder.undecodable:,} bytes are not {encoding} and were replaced")
    return CsvMetadata(
        row_count=max(counter.records - dialect.preamble_rows - has_header, 0),
        column_count=column_count,
        column_names=names,
        delimiter=dialect.delimiter,
        quote_character=dialect.quote_character,
        encoding=encoding,
        has_header=has_header,
        preamble_rows=dialect.preamble_rows,
        compression=compression,
        warnings=tuple(warnings),
    )


def _peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes or more, if there are so many, and all the chunks with them."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= size:
            break
    return head, chain([head], chunks)


def _fields(record: str, dialect: CsvDialect) -> list[str]:
    """Split a record that may hold a field longer than the csv module takes by default."""
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, len(record)))
    try:
        return split_record(record, dialect)
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
    """What a person should know of a header's names, a few of each kind."""
    repeated = (name for name, times in Counter(names).items() if times > 1 and name.strip())
    blank = (f"column {i}" for i, name in enumerate(names, 1) if not name.strip())
    padded = (name for name in names if name.strip() and name != name.strip())
    unprintable = (name for name in names if not name.isprintable())
    for kind, found in (
        ("duplicate column name", map(_shown, repeated)),
        ("blank column name", blank),
        ("leading or trailing spaces in column name", map(_quoted, padded)),
        ("non-printing characters in column name", map(_quoted, unprintable)),
    ):
        for what in islice(found, _WARNINGS_OF_A_KIND):
            yield f"{kind}: {what}"
        if more := sum(1 for _ in found):
            yield f"{kind}: {more:,} more"


def _shown(name: str) -> str:
    return name if len(name) <= _SHOWN_CHARACTERS else name[: _SHOWN_CHARACTERS - 1] + "…"


def _quoted(name: str) -> str:
    return repr(_shown(name))
