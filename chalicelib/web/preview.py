"""A look inside a file: its first rows, as they were when it was cataloged."""

import json
from collections.abc import Iterable

from chalicelib.catalog.record import FAILED, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.csv_reader.beginning import Beginning, split_beginning
from chalicelib.csv_reader.profile.judgement import fits
from chalicelib.csv_reader.shortened import shortened
from chalicelib.tools.dialect import header_rows_of
from chalicelib.web.answers import Answer, NotAllowed, NothingKnown
from chalicelib.web.downloads import read_beginning
from chalicelib.web.files import asked_for
from chalicelib.web.parameters import Parameters, up_to

ROWS = 20
ROWS_AT_MOST = 100
CELL_CHARACTERS = 200

# What is read of the object, and what the rows may take in the answer. A function's answer has 6 MB
# at most, and is JSON within JSON there: escaping makes it twice as long at worst.
# ("Lambda quotas")
BEGINNING_BYTES = 1 << 20
ROWS_BYTES = 2_500_000


def show_preview(
    table: RecordsTable, s3, allowed: bool, parameters: Parameters, segment: str | None = None
) -> Answer:
    """The first rows of one file, split as it was read.

    Raises `NotAllowed` where the stage shows no contents, `FileChanged`, `NothingKnown`.
    """
    if not allowed:
        raise NotAllowed("this catalog shows no contents of files: PREVIEW is off")
    record = asked_for(table, segment, parameters, "rows")
    rows = up_to(ROWS_AT_MOST)("rows", parameters.get("rows", [str(ROWS)]))
    if record.status == FAILED:
        raise NothingKnown(f"the file could not be read: {record.error}")
    beginning = _split(record, read_beginning(s3, record, BEGINNING_BYTES), rows)
    shown = _within(ROWS_BYTES, map(_cut, beginning.rows))
    fits_whole = sum(map(len, shown)) == sum(map(len, beginning.rows))
    return Answer(
        {
            "filename": record.filename,
            "column_names": list(record.column_names),
            "rows": shown,
            "cut_cells": [
                [i, j]
                for i, row in enumerate(shown)
                for j in range(len(row))
                if len(beginning.rows[i][j]) > CELL_CHARACTERS
            ],
            "odd_cells": _odd_cells(record, beginning.rows[: len(shown)]),
            "complete": beginning.complete and fits_whole,
        }
    )


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


def _split(record: FileRecord, data: bytes, rows: int) -> Beginning:
    return split_beginning(
        data,
        is_whole=len(data) == record.file_size,
        rows=rows,
        delimiter=record.delimiter,
        quote_character=record.quote_character,
        escape_character=record.escape_character,
        encoding=record.encoding,
        compression=record.compression,
        records_above=record.preamble_rows + header_rows_of(vars(record)),
    )


def _cut(row: list[str]) -> list[str]:
    return [shortened(cell, CELL_CHARACTERS) for cell in row]


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
