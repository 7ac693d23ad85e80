"""The first rows of a file whose layout is known, from the bytes that it begins with."""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise

from chalicelib.csv_reader.decompress import Decompressed
from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from chalicelib.csv_reader.rows import read_rows

_DECOMPRESSED_AT_MOST = 1 << 22


@dataclass(frozen=True)
class Beginning:
    """The rows that a file begins with, each a list of its cells as they stand there.

    `complete` says that the file has no others.
    """

    rows: list[list[str]]
    complete: bool


def split_beginning(
    data: bytes,
    is_whole: bool,
    *,
    rows: int,
    delimiter: str,
    quote_character: str | None,
    escape_character: str | None,
    encoding: str,
    compression: str | None,
    records_above: int,
) -> Beginning:
    """At most `rows` rows of the file that begins with `data`, as `read_csv_metadata` counts them.

    `is_whole` says that `data` is the whole file; otherwise its last record may be cut, and is left
    out then. `records_above` are the preamble's and the header's. Of a compressed beginning, as
    much is read as can be decompressed.
    """
    if compression:
        data, ended = _decompressed(data)
        is_whole = is_whole and ended
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, is_whole)
    marks = delimiter, quote_character, escape_character
    records = read_rows(text, *marks) if is_whole else _whole_records(text, *marks)
    table = islice(filter(None, records), records_above, None)
    first = list(islice(table, rows))
    return Beginning(first, is_whole and next(table, None) is None)


def _decompressed(data: bytes) -> tuple[bytes, bool]:
    """What `data` decompresses to, as far as that goes, and whether it goes to the end."""
    beginning = bytearray()
    with suppress(UnreadableCsv):
        for piece in Decompressed(iter([data]), _DECOMPRESSED_AT_MOST):
            beginning += piece
        return bytes(beginning), True
    return bytes(beginning), False


def _whole_records(
    text: str, delimiter: str, quote_character: str | None, escape_character: str | None
) -> Iterator[list[str]]:
    """The records of a text that may be cut anywhere, less the last one, if that is cut.

    One more letter goes on with the record that is cut, or is a record by itself: either way, it is
    in the last one.
    """
    records = read_rows(text + "x", delimiter, quote_character, escape_character)
    return (record for record, _ in pairwise(records))
