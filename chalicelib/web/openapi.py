"""The API described in OpenAPI 3.1: what `GET /openapi.json` answers."""

from typing import Any

from chalicelib.catalog.file_query import LIMIT_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.listing import FILES_AT_MOST, SORTED_HERE_AT_MOST
from chalicelib.web.uploads import DOWNLOAD_SECONDS, MAX_UPLOAD_BYTES, UPLOAD_SECONDS

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


def _or_null(kind: str, description: str, **more: Any) -> Json:
    return {"type": [kind, "null"], "description": description, **more}


_TIMESTAMP = {"type": "string", "format": "date-time", "examples": ["2026-11-22T18:30:00.123Z"]}
_COUNT = {"minimum": 0}

_RECORD = {
    "type": "object",
    "description": "What the catalog knows of one file, as of one write of it.",
    "required": list(_RECORD_EXAMPLE),
    "additionalProperties": False,
    "properties": {
        "filename": {"type": "string", "description": "The S3 object's key, whole."},
        "bucket": {"type": "string"},
        "sequencer": {"type": "string", "description": "Orders the writes of one key."},
        "upload_timestamp": _TIMESTAMP | {"description": "When S3 finished the write, in UTC."},
        "processed_timestamp": _TIMESTAMP | {"description": "When it was read, in UTC."},
        "status": {
            "enum": ["ready", "failed"],
            "description": "`failed`: the file could not be read, and `error` says why.",
        },
        "etag": _or_null("string", "S3's entity tag of this write."),
        "version_id": _or_null("string", "S3's version of this write, if the bucket keeps them."),
        "file_size": {"type": "integer", "description": "Bytes, as stored.", **_COUNT},
        "error": _or_null("string", "Why the file could not be read."),
        "row_count": _or_null(
            "integer", "Records that are not blank, less the header and what is above it.", **_COUNT
        ),
        "column_count": _or_null("integer", "Columns of the header.", **_COUNT),
        "column_names": {
            "type": "array",
            "items": {"type": "string"},
            "description": "As they stand in the file: duplicates and blanks kept. "
            "Where there are fewer than `column_count`, they are the first ones.",
        },
        "delimiter": _or_null("string", "What parts the fields."),
        "quote_character": _or_null("string", "What quotes a field."),
        "encoding": _or_null("string", "How its bytes are text."),
        "has_header": _or_null("boolean", "Whether the file names its columns."),
        "preamble_rows": _or_null(
            "integer", "Records above the header that are not part of the table.", **_COUNT
        ),
        "compression": _or_null("string", "`gzip`, or null."),
        "warnings": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What a person should know of the file.",
        },
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
        "next_cursor": _or_null("string", "The `cursor` of the next page; null after the last."),
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

_ETAG_HEADER = {
    "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`, the next time."}
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of an earlier answer: if it is still the same, 304 and no body.",
    "schema": {"type": "string"},
    "example": 'W/"0f343b0931126a20f133d67c2b018a3b"',
}
_NAME_IN_PATH = {
    "name": "filename",
    "in": "path",
    "required": True,
    "description": "The file's name as one segment: `/` is written %2F. "
    "`GET /metadata?filename=` takes a name in the query instead.",
    "schema": {"type": "string", "minLength": 1},
    "example": "orders.csv",
}


def _json(description: str, schema: Json, headers: Json | None = None) -> Json:
    response = {"description": description, "content": {"application/json": {"schema": schema}}}
    return response | ({"headers": headers} if headers else {})


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _errors(**descriptions: str) -> Json:
    described = {status.removeprefix("_"): text for status, text in descriptions.items()}
    described["500"] = "Something failed that should not; the function's log says what."
    return {status: _json(text, _reference("Error")) for status, text in described.items()}


def _parameter(name: str, description: str, schema: Json, example: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema,
        "example": example,
    }


_NOT_MODIFIED = {"304": {"description": "The same as before.", "headers": _ETAG_HEADER}}
_NO_SUCH_FILE = "The catalog has no file of this name."
_TEXT = {"type": "string"}
_TIME = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?(Z|[+-]\d\d:\d\d)?)?$",
}

_LIST_PARAMETERS = [
    _parameter(
        "filename",
        "The record of this one file, instead of a list: the other parameters do not matter then.",
        _TEXT,
        "reports/2026/sales.csv",
    ),
    _parameter(
        "prefix",
        "Files whose names start so.",
        _TEXT | {"maxLength": KEY_BYTES},
        "reports/2026/",
    ),
    _parameter(
        "column",
        "Files that have this column, in any case; may be repeated, for files that have them all.",
        {"type": "array", "items": _TEXT},
        ["id", "amount"],
    ),
    _parameter("status", "Files of this status.", {"enum": ["ready", "failed"]}, "ready"),
    _parameter(
        "uploaded_after",
        "Files uploaded later than this date or time (ISO 8601, in UTC unless it says otherwise).",
        _TIME,
        "2026-11-22",
    ),
    _parameter("uploaded_before", "Files uploaded earlier than this.", _TIME, "2026-11-23T12:00Z"),
    _parameter(
        "min_rows", "Files with as many rows, or more.", {"type": "integer", "minimum": 0}, 1
    ),
    _parameter(
        "max_rows", "Files with as many rows, or fewer.", {"type": "integer", "minimum": 0}, 9999
    ),
    _parameter(
        "sort",
        "What the files are sorted by.",
        {"enum": ["upload_timestamp", "filename"], "default": "upload_timestamp"},
        "filename",
    ),
    _parameter(
        "order",
        "`desc` unless given, newest first; with `sort=filename`, `asc`.",
        {"enum": ["asc", "desc"]},
        "asc",
    ),
    _parameter(
        "limit",
        "Files to a page.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_AT_MOST, "default": 25},
        25,
    ),
    {
        "name": "cursor",
        "in": "query",
        "description": "The `next_cursor` of an earlier answer to the same query.",
        "schema": _TEXT,
    },
]

_LISTING = f"""The files that meet all the filters given, newest first, a page at a time.

While files come and go, or are overwritten, pages neither repeat nor skip a file that stays as it
is. An overwritten file is as new as its last write, and moves.

Whatever it asks, a request looks through {FILES_AT_MOST:,} files at most, and then answers what it
has found, even nothing, with a `next_cursor` to go on from. Time and `sort=upload_timestamp`,
`prefix` and `sort=filename` are served by an index, whose pages are full. So is a prefix or a time
in the other order, where it has no more than {SORTED_HERE_AT_MOST} files. The other filters look
through what these leave."""


def openapi() -> Json:
    """The description. Its server is relative, so that it is right wherever the API stands."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CSV catalog",
            "version": "1.0.0",
            "summary": "What is in the CSV files of an S3 bucket.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "./", "description": "Where this description stands."}],
        "paths": {
            "/": {
                "get": {
                    "operationId": "getPage",
                    "summary": "The web page",
                    "responses": {
                        "200": {
                            "description": "The page, with its style and its script in it.",
                            "content": {"text/html": {"schema": {"type": "string"}}},
                        },
                        **_errors(),
                    },
                }
            },
            "/health": {
                "get": {
                    "operationId": "getHealth",
                    "summary": "Whether the catalog can be asked",
                    "responses": {
                        "200": _json("It can.", _reference("Health")),
                        **_errors(_503="The table cannot be read."),
                    },
                }
            },
            "/metadata": {
                "get": {
                    "operationId": "listFiles",
                    "summary": "The files, a page at a time",
                    "description": _LISTING,
                    "parameters": [*_LIST_PARAMETERS, _IF_NONE_MATCH],
                    "responses": {
                        "200": _json(
                            "A page of files; with `filename`, the record of that file.",
                            {"oneOf": [_reference("Page"), _reference("Record")]},
                            _ETAG_HEADER,
                        ),
                        **_NOT_MODIFIED,
                        **_errors(
                            _400="A parameter is unknown, repeated, or has a value that is not "
                            "allowed; the message names it and says what is.",
                            _404=_NO_SUCH_FILE,
                            _409="The table lacks an index; the message has the command for it.",
                        ),
                    },
                }
            },
            "/metadata/{filename}": {
                "get": {
                    "operationId": "getFile",
                    "summary": "The record of one file",
                    "parameters": [_NAME_IN_PATH, _IF_NONE_MATCH],
                    "responses": {
                        "200": _json("The record.", _reference("Record"), _ETAG_HEADER),
                        **_NOT_MODIFIED,
                        **_errors(_404=_NO_SUCH_FILE),
                    },
                }
            },
            "/metadata/{filename}/download": {
                "get": {
                    "operationId": "downloadFile",
                    "summary": "The file itself, as it was cataloged",
                    "parameters": [_NAME_IN_PATH],
                    "responses": {
                        "302": {
                            "description": f"To S3; the URL is good for {DOWNLOAD_SECONDS} s.",
                            "headers": {
                                "Location": {"schema": {"type": "string", "format": "uri"}}
                            },
                        },
                        **_errors(
                            _404=_NO_SUCH_FILE,
                            _409="The bucket no longer has the write that was cataloged.",
                        ),
                    },
                }
            },
            "/openapi.json": {
                "get": {
                    "operationId": "getDescription",
                    "summary": "This description",
                    "parameters": [_IF_NONE_MATCH],
                    "responses": {
                        "200": _json("The description.", {"type": "object"}, _ETAG_HEADER),
                        **_NOT_MODIFIED,
                        **_errors(),
                    },
                }
            },
            "/uploads": {
                "post": {
                    "operationId": "createUpload",
                    "summary": "A form to upload one file with",
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": _reference("UploadRequest"),
                                "example": {"filename": "orders.csv"},
                            }
                        },
                    },
                    "responses": {
                        "201": _json(
                            "The form.",
                            _reference("Upload"),
                            {"Location": {"schema": {"type": "string", "format": "uri"}}},
                        ),
                        **_errors(
                            _400="The body is not such an object, or not a name that S3 and the "
                            "catalog take.",
                            _415="The body is not said to be application/json.",
                        ),
                    },
                }
            },
        },
        "components": {
            "schemas": {
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
        },
    }
