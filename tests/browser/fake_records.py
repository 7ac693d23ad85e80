"""Records as the API sends them, for the fake catalog."""

import json
from dataclasses import asdict
from io import BytesIO
from typing import Any

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.tools.forecast.findings import forecast
from tests.examples.records import NOT_RAGGED, a_plain_record, a_profile

Record = dict[str, Any]


def a_record(filename: str, **fields: Any) -> Record:
    """A record as the API sends it: of a small plain file, unless `fields` say otherwise."""
    names = fields.get("column_names", ["id", "name", "email"])
    plain = a_plain_record(
        filename,
        sequencer="0065E152DD9AD100000000000000000000",
        upload_timestamp="2026-11-20T09:30:00.000Z",
        processed_timestamp="2026-11-20T09:30:00.640Z",
        etag="9a0364b9e99bb480dd25e1f0284c8555",
        file_size=48_213,
        row_count=1_204,
        column_count=len(names),
        column_names=tuple(names),
    )
    return plain.as_dict() | {"forecast": []} | fields


def a_record_of(filename: str, content: bytes, **fields: Any) -> Record:
    """The record of a file with this content, as the app would read it."""
    metadata = read_csv_metadata(BytesIO(content), profile=True)
    known = a_record(filename).keys() & asdict(metadata).keys()
    read = json.loads(json.dumps(asdict(metadata)))
    record = a_record(filename, file_size=len(content), **{name: read[name] for name in known})
    return record | {"forecast": forecast(record)} | fields


def a_column(name: str, type: str, **fields: Any) -> Record:
    """The profile of a column as a record has it: full of different cells, unless `fields` say."""
    plain = {
        **dict.fromkeys(("precision", "scale", "min", "max", "mean", "quartiles", "decimal_mark")),
        "null_count": 0,
        "distinct_count": 1_204,
        "min_length": 1,
        "max_length": 12,
        "top_values": [],
        "kinds": [],
    }
    return a_profile(name, type=type, **(plain | fields))


def a_profiled_record(filename: str, columns: list[Record], **fields: Any) -> Record:
    """A record of a file whose every row was profiled."""
    names = [column["name"] for column in columns]
    record = a_record(filename, column_names=names, columns=columns, ragged_rows=NOT_RAGGED)
    return record | {"profiled_rows": fields.get("row_count", record["row_count"])} | fields


def a_failed_record(filename: str, error: str, **fields: Any) -> Record:
    """A record of a file that could not be read."""
    unread = dict.fromkeys(
        [
            *["row_count", "column_count", "delimiter", "quote_character", "encoding"],
            *["has_header", "preamble_rows", "compression"],
            *["repeated_headers", "footer_rows"],
        ]
    )
    failed = unread | {"status": "failed", "error": error, "column_names": []}
    return a_record(filename, **(failed | fields))
