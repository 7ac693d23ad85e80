"""The JSON Schema of a record, made from the record itself; of its columns, and its forecast."""

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from chalicelib.catalog.columns import Column
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.column_types import COLUMN_TYPES, DATE_ORDERS, TRAITS

Json = dict[str, Any]

RECORD_EXAMPLE = {
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
    "has_header": True,
    "header_rows": 1,
    "preamble_rows": 0,
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
            "top_values": [],
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
    "written_sequencer": None,
}


TEXTS = {"type": "array", "items": {"type": "string"}}
_TYPES: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    tuple[str, ...]: TEXTS,
    tuple[Column, ...]: {"type": "array", "items": {"$ref": "#/components/schemas/Column"}},
}


def _property(name: str, hint: Any, meaning: str, more: Json) -> Json:
    """The JSON Schema of a field of the record, from its type and its meaning there.

    That of an object is called as the field is.
    """
    described = more | {"description": meaning}
    if hint in _TYPES:
        return _TYPES[hint] | described
    [option] = [option for option in get_args(hint) if option is not NoneType]
    named = {"$ref": f"#/components/schemas/{name.title().replace('_', '')}"}
    kind = _TYPES.get(option, named)
    if "$ref" in kind:
        return {"oneOf": [kind, {"type": "null"}], **described}
    return {"type": [kind["type"], "null"], **described}


def _counts_or_null(**meanings: str) -> Json:
    return {
        name: {"type": ["integer", "null"], "minimum": 0, "description": meaning}
        for name, meaning in meanings.items()
    }


_HINTS = get_type_hints(FileRecord)
_RECORD = {
    "type": "object",
    "description": "What the catalog knows of one file, as of one write of it.",
    "required": list(_HINTS),
    "additionalProperties": False,
    "properties": {
        known.name: _property(
            known.name, _HINTS[known.name], known.metadata["meaning"], known.metadata["schema"]
        )
        for known in fields(FileRecord)
    },
    "examples": [RECORD_EXAMPLE],
}

_FORECAST_EXAMPLE = {
    "tool": "Excel",
    "message": "Excel: 007 in `code` becomes 7 (row 12 first)",
    "column": "code",
    "row": 12,
    "evidence": "documentation",
    "source": "Keeping leading zeros and large numbers",
}
_FILE = _RECORD | {
    "description": "A record by itself, with what tools would get wrong with the file by default.",
    "required": [*_HINTS, "forecast"],
    "properties": {
        **_RECORD["properties"],
        "forecast": {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(_FORECAST_EXAMPLE),
                "additionalProperties": False,
                "properties": {
                    "tool": {"type": "string"},
                    "message": {"type": "string", "description": "a sentence, for a person"},
                    "column": {"type": ["string", "null"], "description": "of which column"},
                    "row": {"type": ["integer", "null"], "description": "where it is first"},
                    "evidence": {
                        "enum": ["test", "documentation"],
                        "description": "`test`: seen on the tool itself",
                    },
                    "source": {
                        "type": "string",
                        "description": "the tool and its version, or the title of the page",
                    },
                },
            },
        },
    },
    "examples": [RECORD_EXAMPLE | {"forecast": [_FORECAST_EXAMPLE]}],
}

_RAGGED_ROWS = {
    "type": "object",
    "required": ["count"],
    "properties": {
        "count": {"type": "integer", "minimum": 0},
        **_counts_or_null(
            first_long="the number of the first row with more fields than the header; 1 is the "
            "first below it",
            first_long_fields="how many it has",
            first_short="the number of the first row with fewer",
            first_short_fields="how many it has",
        ),
    },
}

_LINES = {
    "type": "object",
    "properties": _counts_or_null(
        records_above="records above the first row, blank lines among them",
        lines_above="lines above the first row, which are more where a cell has several",
        blank="blank lines from the first row on",
        quotes="quote characters",
        stray_quotes="of these, such as neither begin nor end a cell nor are doubled, at least",
        quoted_newlines="ends of lines within cells of the rows",
        first_quoted_newline="the number of the first row that has one",
        lf="lines that end in a line feed alone",
        crlf="lines that end in a carriage return and a line feed",
        cr="lines that end in a carriage return alone",
    ),
}

_COLUMN = {
    "type": "object",
    "description": "What all of a column's cells are, over the rows that were profiled. "
    "Min, max, mean, quartiles, top values and texts are left out where the stage says so.",
    "required": ["name", "type"],
    "properties": {
        "name": {"type": "string"},
        "type": {
            "enum": list(COLUMN_TYPES),
            "description": "true of every cell that is not null",
        },
        **_counts_or_null(
            precision="digits of a `decimal`",
            scale="of these, behind the point",
            null_count="cells that are empty, or one of `null_words`",
        ),
        "null_words": TEXTS | {"description": "words that stand for an empty cell here, as NA"},
        **_counts_or_null(distinct_count="distinct values that are not null"),
        "distinct_is_exact": {"type": "boolean", "description": "or else an estimate"},
        "min": {"type": ["string", "null"], "description": "as it stands in the file"},
        "max": {"type": ["string", "null"], "description": "as it stands in the file"},
        "mean": {"type": ["number", "null"]},
        "quartiles": {"type": ["array", "null"], "items": {"type": "number"}},
        **_counts_or_null(min_length="in characters", max_length="in characters"),
        "top_values": {
            "type": "array",
            "description": "up to 10 pairs of value and count, where at most 50 are distinct",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 1}],
            },
        },
        "kinds": {
            "type": "array",
            "description": "the ways in which cells are written, and the first cell of each",
            "items": {
                "type": "object",
                "required": ["kind", "count", "row", "text"],
                "properties": {
                    "kind": {"type": "string"},
                    "count": {"type": "integer", "minimum": 1},
                    "row": {"type": "integer", "minimum": 1},
                    "text": {"type": ["string", "null"]},
                },
            },
        },
        "almost": {
            "description": "a narrower type of 99 % of the cells, and the first that is not",
            "oneOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "required": ["type", "count", "row", "text"],
                    "properties": {
                        "type": {"enum": list(COLUMN_TYPES)},
                        "count": {"type": "integer", "minimum": 1},
                        "row": {"type": "integer", "minimum": 1},
                        "text": {"type": ["string", "null"]},
                    },
                },
            ],
        },
        "decimal_mark": {
            "enum": [".", ",", None],
            "description": "what precedes the fraction of a `decimal` or a `double`",
        },
        "date_order": {
            "enum": [*DATE_ORDERS, None],
            "description": "the order of year, month and day in a `date` or a `timestamp`",
        },
        "has_outer_spaces": {
            "type": "boolean",
            "description": "whether there are spaces or tabs around values",
        },
        "traits": {
            "type": "array",
            "items": {"enum": list(TRAITS)},
            "description": "peculiarities of the cells",
        },
        "notes": TEXTS | {"description": "sentences about these facts, for people"},
    },
    "examples": RECORD_EXAMPLE["columns"],
}

RECORD_SCHEMAS: Json = {
    "Record": _RECORD,
    "File": _FILE,
    "RaggedRows": _RAGGED_ROWS,
    "Lines": _LINES,
    "Column": _COLUMN,
}
