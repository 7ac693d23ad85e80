"""The JSON Schema of what the API takes and answers; the record's is made from itself."""

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from chalicelib.catalog.file_query import LIMIT_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.record import FileRecord
from chalicelib.web.uploads import MAX_UPLOAD_BYTES, UPLOAD_SECONDS

Json = dict[str, Any]

_RECORD_EXAMPLE = {
    "filename": "reports/2026/sales.csv",
    "bucket": "csv-bucket",
    "sequencer": "0067A4F1C2D3E4B5A600000000000000",
    "upload_timestamp": "2026-11-22T18:30:00.123Z",
    "processed_timestamp": "2026-11-22T18:30:00.871Z",
    "status": "ready",
    "etag": "9a0364b9e99bb480dd25e1f0284c8555",
    "version_id": None,
    "file_size": 48213,
    "error": None,
    "row_count": 1204,
    "column_count": 3,
    "column_names": ["id", "name", "amount"],
    "delimiter": ",",
    "quote_character": '"',
    "encoding": "utf-8",
    "has_header": True,
    "preamble_rows": 0,
    "compression": None,
    "warnings": [],
}


_TYPES: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}},
}


def _property(name: str, meaning: str, more: Json) -> Json:
    """The JSON Schema of a field of the record, from its type and its meaning there."""
    declared = _HINTS[name]
    options = [option for option in get_args(declared) or [declared] if option is not NoneType]
    kind = _TYPES[declared if declared in _TYPES else options[0]]
    if NoneType in get_args(declared):
        kind = kind | {"type": [kind["type"], "null"]}
    return kind | more | {"description": meaning}


_HINTS = get_type_hints(FileRecord)
_RECORD = {
    "type": "object",
    "description": "What the catalog knows of one file, as of one write of it.",
    "required": list(_HINTS),
    "additionalProperties": False,
    "properties": {
        known.name: _property(known.name, known.metadata["meaning"], known.metadata["schema"])
        for known in fields(FileRecord)
    },
    "examples": [_RECORD_EXAMPLE],
}

_PAGE = {
    "type": "object",
    "required": ["items", "next_cursor"],
    "additionalProperties": False,
    "properties": {
        "items": {
            "type": "array",
            "maxItems": LIMIT_AT_MOST,
            "items": {"$ref": "#/components/schemas/Record"},
            "description": f"Records with up to {LISTED_COLUMNS} of their column names.",
        },
        "next_cursor": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next page; null after the last.",
        },
    },
    "examples": [{"items": [_RECORD_EXAMPLE], "next_cursor": None}],
}

_UPLOAD = {
    "type": "object",
    "description": "A form to send to `url` as multipart/form-data: `fields`, then the `file`.",
    "required": ["url", "fields", "max_bytes", "expires_in", "filename", "metadata_url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "max_bytes": {"type": "integer", "description": "S3 refuses a larger file."},
        "expires_in": {"type": "integer", "description": "Seconds that the form is good for."},
        "filename": {"type": "string"},
        "metadata_url": {
            "type": "string",
            "format": "uri",
            "description": "Where the record of the file will stand, a moment after the upload.",
        },
    },
    "examples": [
        {
            "url": "https://csv-bucket.s3.eu-west-1.amazonaws.com/",
            "fields": {"key": "orders.csv", "policy": "eyJleHBp…", "x-amz-signature": "5d67…"},
            "max_bytes": MAX_UPLOAD_BYTES,
            "expires_in": UPLOAD_SECONDS,
            "filename": "orders.csv",
            "metadata_url": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod/metadata/orders.csv",
        }
    ],
}

_ERROR = {
    "type": "object",
    "required": ["Code", "Message"],
    "additionalProperties": False,
    "properties": {
        "Code": {"type": "string", "description": "The kind of error, for a program."},
        "Message": {"type": "string", "description": "What is wrong, for a person."},
    },
    "examples": [{"Code": "BadRequestError", "Message": "limit is a whole number from 1 to 100"}],
}

SCHEMAS: Json = {
    "Record": _RECORD,
    "Page": _PAGE,
    "Upload": _UPLOAD,
    "UploadRequest": {
        "type": "object",
        "required": ["filename"],
        "additionalProperties": False,
        "properties": {
            "filename": {
                "type": "string",
                "minLength": 1,
                "maxLength": KEY_BYTES,
                "pattern": r"\.([cC][sS][vV]|[tT][sS][vV]|[tT][xX][tT])(\.[gG][zZ])?$",
                "description": f"The key to upload to: up to {KEY_BYTES:,} bytes.",
            }
        },
    },
    "Health": {
        "type": "object",
        "required": ["status"],
        "additionalProperties": False,
        "properties": {"status": {"const": "ok"}},
        "examples": [{"status": "ok"}],
    },
    "Error": _ERROR,
}
