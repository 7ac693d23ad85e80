"""The JSON Schema of what the API takes and answers."""

from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.query import LIMIT_AT_MOST
from chalicelib.catalog.totals import FIGURES
from chalicelib.web.downloads import DOWNLOAD_SECONDS
from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.record import RECORD_EXAMPLE, RECORD_SCHEMAS, TEXTS
from chalicelib.web.preview import CELL_CHARACTERS, ROWS_AT_MOST
from chalicelib.web.uploads import MAX_UPLOAD_BYTES, UPLOAD_SECONDS

_PAGE = {
    "type": "object",
    "required": ["items", "next_cursor"],
    "additionalProperties": False,
    "properties": {
        "items": {
            "type": "array",
            "maxItems": LIMIT_AT_MOST,
            "items": {"$ref": "#/components/schemas/Record"},
            "description": f"Records with up to {LISTED_COLUMNS} column names, and without "
            "what only the record of one file tells: the columns, and how they were read.",
        },
        "next_cursor": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next page; null after the last.",
        },
    },
    "examples": [{"items": [RECORD_EXAMPLE], "next_cursor": None}],
}

_UPLOAD = {
    "type": "object",
    "description": "A form to send to `url` as multipart/form-data: `fields`, then the `file`.",
    "required": [
        "url",
        "fields",
        "max_bytes",
        "expires_in",
        "filename",
        "replaces",
        "metadata_url",
    ],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "max_bytes": {"type": "integer", "description": "S3 refuses a larger file."},
        "expires_in": {"type": "integer", "description": "Seconds that the form is good for."},
        "filename": {"type": "string"},
        "replaces": {
            "type": "boolean",
            "description": "Whether there is a file of this name, which the upload replaces.",
        },
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
            "replaces": False,
            "metadata_url": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod/metadata/orders.csv",
        }
    ],
}

_CELLS = {
    "type": "array",
    "items": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "minItems": 2,
        "maxItems": 2,
    },
}
_PREVIEW = {
    "type": "object",
    "required": [
        *("filename", "column_names", "first_row", "rows", "cut_cells", "odd_cells"),
        *("complete", "next_cursor"),
    ],
    "additionalProperties": False,
    "properties": {
        "filename": {"type": "string"},
        "column_names": TEXTS,
        "first_row": {
            "type": "integer",
            "minimum": 1,
            "description": "The number of the first of these rows; 1 is the first of the file.",
        },
        "rows": {
            "type": "array",
            "maxItems": ROWS_AT_MOST,
            "items": TEXTS,
            "description": "The cells of each row as they stand in the file; a row may have fewer "
            "or more than there are names.",
        },
        "cut_cells": _CELLS
        | {
            "description": "Row and place in it, from 0, of each cell of which only the first "
            f"{CELL_CHARACTERS} characters are there, and an ellipsis."
        },
        "odd_cells": _CELLS
        | {
            "description": "The same of each cell that is not of the type that nearly all of its "
            "column is, which is the column's `almost`."
        },
        "complete": {"type": "boolean", "description": "Whether these are all rows of the file."},
        "next_cursor": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next rows; null after the last that can be shown.",
        },
    },
    "examples": [
        {
            "filename": "orders.csv",
            "column_names": ["id", "name"],
            "first_row": 1,
            "rows": [["1", "Ada"], ["2", ""], ["3"]],
            "cut_cells": [],
            "odd_cells": [],
            "complete": True,
            "next_cursor": None,
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

_TOTALS = {
    "type": "object",
    "description": "Counted as each file is accepted. `violations`, `changed` and `unusual` are "
    "numbers of files.",
    "required": list(FIGURES),
    "additionalProperties": False,
    "properties": {name: {"type": "integer", "minimum": 0} for name in FIGURES},
}

SCHEMAS: Json = RECORD_SCHEMAS | {
    "Totals": _TOTALS,
    "Page": _PAGE,
    "Preview": _PREVIEW,
    "Contract": {
        "type": "object",
        "required": ["key", "version"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string"},
            "version": {"type": "string", "description": "S3's version of it, else its ETag."},
        },
    },
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
            },
            "replace": {
                "type": "boolean",
                "default": False,
                "description": "Whether the upload may replace a file of this name.",
            },
        },
    },
    "Download": {
        "type": "object",
        "required": ["url", "expires_in"],
        "additionalProperties": False,
        "properties": {
            "url": {"type": "string", "format": "uri"},
            "expires_in": {"type": "integer", "description": "Seconds that the URL is good for."},
        },
        "examples": [
            {
                "url": "https://csv-bucket.s3.eu-west-1.amazonaws.com/orders.csv?X-Amz-Signature=…",
                "expires_in": DOWNLOAD_SECONDS,
            }
        ],
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
