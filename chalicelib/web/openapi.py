"""The API described in OpenAPI 3.1: what `GET /openapi.json` answers."""

from typing import Any

from chalicelib.catalog.file_query import LIMIT_AT_MOST
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.listing import FILES_AT_MOST, SORTED_HERE_AT_MOST
from chalicelib.web.downloads import DOWNLOAD_SECONDS
from chalicelib.web.openapi_history import HISTORY_SCHEMAS
from chalicelib.web.openapi_record import Json
from chalicelib.web.openapi_schemas import SCHEMAS
from chalicelib.web.preview import ROWS, ROWS_AT_MOST
from chalicelib.web.schema import FORMATS

_ETAG_HEADER = {
    "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`, the next time."}
}
_LINK_HEADER = {
    "Link": {
        "schema": {"type": "string"},
        "description": 'With CSV, where the next page is (`rel="next"`); none after the last.',
    }
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
    "Each of these routes has one that takes the name in the query instead.",
    "schema": {"type": "string", "minLength": 1},
    "example": "orders.csv",
}
_NAME_IN_QUERY = {
    "name": "filename",
    "in": "query",
    "required": True,
    "description": "The file's name.",
    "schema": {"type": "string"},
    "example": "reports/2026/sales.csv",
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


def _of_one_file(what: str, operation: Json) -> Json:
    """The two routes of one thing about one file: its name is in the path, or in the query."""
    in_query = operation | {
        "operationId": f"{operation['operationId']}ByQuery",
        "parameters": [_NAME_IN_QUERY, *operation["parameters"]],
    }
    in_path = operation | {"parameters": [_NAME_IN_PATH, *operation["parameters"]]}
    return {f"/metadata/{{filename}}/{what}": {"get": in_path}, f"/{what}": {"get": in_query}}


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
        "violations",
        "Files that are not as their contract says; with `false`, the others.",
        {"type": "boolean"},
        True,
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


_NOT_ASKED_SO = "A parameter is unknown, missing or repeated, or has a value that is not allowed."

_DOWNLOAD = {
    "operationId": "downloadFile",
    "summary": "The file itself, as it was cataloged",
    "parameters": [],
    "responses": {
        "200": _json(
            "For who accepts `application/json`: where the file is, for a page that cannot send a "
            "token along with a link.",
            _reference("Download"),
        ),
        "302": {
            "description": f"To S3; the URL is good for {DOWNLOAD_SECONDS} s.",
            "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
        },
        **_errors(
            _400=_NOT_ASKED_SO,
            _404=_NO_SUCH_FILE,
            _409="The bucket no longer has the write that was cataloged.",
        ),
    },
}

_PREVIEW = {
    "operationId": "previewFile",
    "summary": "The first rows of the file, as it was cataloged",
    "parameters": [
        _parameter(
            "rows",
            "How many rows, at most.",
            {"type": "integer", "minimum": 1, "maximum": ROWS_AT_MOST, "default": ROWS},
            5,
        )
    ],
    "responses": {
        "200": _json("The rows.", _reference("Preview")),
        **_errors(
            _400=_NOT_ASKED_SO,
            _403="This stage shows no contents.",
            _404=_NO_SUCH_FILE,
            _409="The bucket no longer has the write that was cataloged, or the file could not be "
            "read.",
        ),
    },
}

_SCHEMA = {
    "operationId": "getSchema",
    "summary": "What loads the file into a tool",
    "parameters": [
        _parameter(
            "format", "Of which tool, or by which standard.", {"enum": list(FORMATS)}, "duckdb"
        )
        | {"required": True},
        _IF_NONE_MATCH,
    ],
    "responses": {
        "200": {
            "description": "SQL or Python as text, and the two schemas as JSON. Types that are not "
            "known of all rows are text, and a comment says so.",
            "content": {
                "text/plain": {"schema": _TEXT},
                "application/json": {"schema": {"type": "object"}},
            },
            "headers": _ETAG_HEADER,
        },
        **_NOT_MODIFIED,
        **_errors(
            _400=_NOT_ASKED_SO,
            _404=_NO_SUCH_FILE,
            _409="The file could not be read, or has more columns than the catalog keeps names of, "
            "or than the tool allows.",
        ),
    },
}

_NO_HISTORY = "There is no table of the history; the message has the command that makes one."
_PAGING = [one for one in _LIST_PARAMETERS if one["name"] in ("limit", "cursor")]
_HISTORY = {
    "operationId": "getHistory",
    "summary": "The writes of the file, newest first, each with what it changed",
    "description": "Also of a file that is removed. A version is compared with the last one before "
    "it that was ready.",
    "parameters": [*_PAGING, _IF_NONE_MATCH],
    "responses": {
        "200": _json("A page of versions.", _reference("Versions"), _ETAG_HEADER),
        **_NOT_MODIFIED,
        **_errors(_400=_NOT_ASKED_SO, _404="There never was such a file.", _409=_NO_HISTORY),
    },
}
_NO_SUCH_DATASET = "The catalog has no dataset of this name."
_DATASETS = {
    "/datasets": {
        "get": {
            "operationId": "listDatasets",
            "summary": "The datasets by name, a page at a time",
            "parameters": [
                _parameter("dataset", "This one dataset, instead.", _TEXT, "sales/{date}.csv"),
                _parameter(
                    "prefix",
                    "Datasets whose names start so.",
                    _TEXT | {"maxLength": KEY_BYTES},
                    "sales/",
                ),
                *_PAGING,
                _IF_NONE_MATCH,
            ],
            "responses": {
                "200": _json(
                    "A page of datasets; with `dataset`, what that one is and was like.",
                    {"oneOf": [_reference("Datasets"), _reference("DatasetSchemas")]},
                    _ETAG_HEADER,
                ),
                **_NOT_MODIFIED,
                **_errors(_400=_NOT_ASKED_SO, _404=_NO_SUCH_DATASET, _409=_NO_HISTORY),
            },
        }
    },
    "/datasets/{dataset}": {
        "get": {
            "operationId": "getDataset",
            "summary": "A dataset's newest file, and the schemas that it had",
            "parameters": [
                {
                    "name": "dataset",
                    "in": "path",
                    "required": True,
                    "description": "The dataset's name as one segment: `/` is written %2F. "
                    "`GET /datasets?dataset=` takes it in the query instead.",
                    "schema": {"type": "string", "minLength": 1},
                    "example": "orders.csv",
                },
                _IF_NONE_MATCH,
            ],
            "responses": {
                "200": _json("The dataset.", _reference("DatasetSchemas"), _ETAG_HEADER),
                **_NOT_MODIFIED,
                **_errors(_400=_NOT_ASKED_SO, _404=_NO_SUCH_DATASET, _409=_NO_HISTORY),
            },
        }
    },
}


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
                        "200": {
                            "description": "A page of files; with `filename`, the record of that "
                            "file. As CSV for who prefers that.",
                            "content": {
                                "application/json": {
                                    "schema": {"oneOf": [_reference("Page"), _reference("File")]}
                                },
                                "text/csv": {"schema": _TEXT},
                            },
                            "headers": _ETAG_HEADER | _LINK_HEADER,
                        },
                        **_NOT_MODIFIED,
                        **_errors(
                            _400="A parameter is unknown, repeated, or has a value that is not "
                            "allowed; the message names it and says what is.",
                            _404=_NO_SUCH_FILE,
                            _409="The table lacks an index, or is still building it.",
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
                        "200": _json("The record.", _reference("File"), _ETAG_HEADER),
                        **_NOT_MODIFIED,
                        **_errors(_404=_NO_SUCH_FILE),
                    },
                }
            },
            **_of_one_file("download", _DOWNLOAD),
            **_of_one_file("preview", _PREVIEW),
            **_of_one_file("schema", _SCHEMA),
            **_of_one_file("history", _HISTORY),
            **_DATASETS,
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
        "components": {"schemas": SCHEMAS | HISTORY_SCHEMAS},
    }
