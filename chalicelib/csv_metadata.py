"""What is in a CSV file: its shape, its column names, how to read it; in one pass over a stream.

Pure: no AWS, no clock, no environment.
"""

import csv
import io
from dataclasses import dataclass
from typing import BinaryIO


class UnreadableCsv(ValueError):
    """The bytes are not a CSV file that anyone could read; the message says why."""


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


def read_csv_metadata(stream: BinaryIO) -> CsvMetadata:
    """Read `stream` to its end, once, and say what is in it.

    `stream` is any readable binary file object, not necessarily seekable. Raises `UnreadableCsv`.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        rows = filter(None, csv.reader(text))
        names = tuple(next(rows, ()))
        row_count = sum(1 for _ in rows)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableCsv(f"not a CSV file in UTF-8: {error}") from error
    finally:
        text.detach()
    return CsvMetadata(
        row_count=row_count,
        column_count=len(names),
        column_names=names,
        delimiter=",",
        quote_character='"',
        encoding="utf-8",
        has_header=bool(names),
        preamble_rows=0,
        compression=None,
        warnings=(),
    )
