"""The JSON Schema of a record, its columns and its forecast, made from their dataclasses."""

from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader import ColumnProfile, LineFacts, OtherRows, Place, RaggedRows
from chalicelib.tools.forecast.facts import Finding
from chalicelib.web.openapi.from_types import Json, schema_of

RECORD_EXAMPLE: Json = {
    "filename": "reports/2026/sales.csv",
    "bucket": "csv-bucket",
    "sequencer": "0067A4F1C2D3E4B5A600000000000000",
    "upload_timestamp": "2026-11-22T18:30:00.123Z",
    "processed_timestamp": "2026-11-22T18:30:00.871Z",
    "status": "ready",
    "etag": "9a0364b9e99bb480dd25e1f0284c8555",
    "version_id": None,
    "file_size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "error": None,
    "row_count": 1204,
    "column_count": 1,
    "column_names": ["amount"],
    "delimiter": ",",
    "quote_character": '"',
    "escape_character": None,
    "encoding": "utf-8",
    "encoding_runner_up": None,
    "undecodable_bytes": 0,
    "undecodable_as": None,
    "has_open_quote": False,
    "rows_in_quotes": False,
    "swallowed_rows": None,
    "escaped_quotes": None,
    "decoded_twice": None,
    "replacement_characters": None,
    "invisible_characters": {"row": 88, "column": 1},
    "has_header": True,
    "header_rows": 1,
    "preamble_rows": 0,
    "repeated_headers": 0,
    "footer_rows": 0,
    "compression": None,
    "ragged_rows": {
        "count": 1,
        "first_long": 88,
        "first_long_fields": 4,
        "first_short": None,
        "first_short_fields": None,
    },
    "row_offsets": None,
    "lines": {
        "records_above": 1,
        "lines_above": 1,
        "blank": 0,
        "quotes": 28,
        "stray_quotes": 0,
        "quoted_newlines": 14,
        "first_quoted_newline": 12,
        "lf": 1219,
        "crlf": 0,
        "cr": 0,
    },
    "columns": [
        {
            "name": "amount",
            "type": "text",
            "precision": None,
            "scale": None,
            "null_count": 2,
            "null_words": [],
            "distinct_count": 1187,
            "distinct_is_exact": True,
            "min": "-3.50",
            "max": "see note",
            "mean": None,
            "quartiles": None,
            "min_length": 4,
            "max_length": 8,
            "top_values": [["-3.50", 12], ["0.00", 9]],
            "top_is_exact": True,
            "histogram": [],
            "histogram_is_exact": True,
            "true_share": None,
            "almost": {"type": "decimal", "count": 1, "row": 88, "text": "see note"},
            "decimal_mark": None,
            "date_order": None,
            "has_outer_spaces": False,
            "traits": [],
            "notes": [],
        }
    ],
    "profiled_rows": 1204,
    "reader_version": 2,
    "warnings": [],
    "schema_id": "7e0e32ade2b9c738bf11e12db5be8aa6",
    "dataset": "reports/{date}/sales.csv",
    "contract": {"key": "reports/_schema.json", "version": "3HL4kqtJlcpXroDTDmJ"},
    "violations": ["column 'amount' is of type text and not number"],
    "violation_count": 1,
    "unusual": ["1,204 rows; the last 28 deliveries had 341 to 372"],
    "verdicts": {"by_name": "ok", "by_position": "silent"},
    "agreed": None,
    "written_sequencer": None,
}


_RECORD = schema_of(
    FileRecord,
    description="What the catalog knows of one file, as of one write of it.",
    examples=[RECORD_EXAMPLE],
)
_FORECAST_EXAMPLE = {
    "tool": "Excel",
    "message": "Excel: 007 in `code` becomes 7 (row 12 first)",
    "column": "code",
    "row": 12,
    "evidence": "documentation",
    "source": "Keeping leading zeros and large numbers",
}
_FINDINGS = {"type": "array", "items": schema_of(Finding)}
_VERDICTS = {
    "type": "object",
    "required": ["by_name", "by_position"],
    "properties": {way: {"enum": ["ok", "breaks", "silent"]} for way in ("by_name", "by_position")},
}

RECORD_SCHEMAS: Json = {
    "Verdicts": _VERDICTS,
    "Agreed": {"type": "object"},
    "Record": _RECORD,
    "File": _RECORD
    | {
        "description": "A record by itself, with what tools would get wrong with the file by "
        "default.",
        "required": [*_RECORD["required"], "forecast"],
        "properties": _RECORD["properties"] | {"forecast": _FINDINGS},
        "examples": [RECORD_EXAMPLE | {"forecast": [_FORECAST_EXAMPLE]}],
    },
    "RaggedRows": schema_of(RaggedRows, ["count"], description=RaggedRows.__doc__),
    "Lines": schema_of(LineFacts, [], description=LineFacts.__doc__),
    "Column": schema_of(
        ColumnProfile,
        ["name", "type"],
        description="What all of a column's cells are, over the rows that were profiled. Texts of "
        "cells, and figures that tell of them, are left out where the stage says so.",
        examples=RECORD_EXAMPLE["columns"],
    ),
    "SwallowedRows": schema_of(OtherRows, description=OtherRows.__doc__),
    "EscapedQuotes": schema_of(OtherRows, description=OtherRows.__doc__),
    "DecodedTwice": schema_of(Place, description=Place.__doc__),
    "ReplacementCharacters": schema_of(Place, description=Place.__doc__),
    "InvisibleCharacters": schema_of(Place, description=Place.__doc__),
}
