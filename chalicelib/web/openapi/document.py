"""The API described in OpenAPI 3.1: what `GET /openapi.json` answers."""

from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.listing import FILES_AT_MOST, SORTED_HERE_AT_MOST
from chalicelib.tools.load.statement import FORMATS
from chalicelib.web.downloads import DOWNLOAD_SECONDS
from chalicelib.web.openapi.deliveries import DELIVERY_PATHS
from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.history import HISTORY_PATHS, HISTORY_SCHEMAS
from chalicelib.web.openapi.mcp import MCP_PATHS
from chalicelib.web.openapi.parts import (
    ETAG_HEADER,
    IF_NONE_MATCH,
    LINK_HEADER,
    NAME_IN_PATH,
    NO_SUCH_FILE,
    NOT_ASKED_SO,
    NOT_MODIFIED,
    PAGING,
    TEXT,
    errors,
    json_answer,
    of_one_file,
    parameter,
    reference,
)
from chalicelib.web.openapi.schemas import SCHEMAS
from chalicelib.web.preview import ROWS, ROWS_AT_MOST

_TIME = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?(Z|[+-]\d\d:\d\d)?)?$",
}

_LIST_PARAMETERS = [
    parameter(
        "filename",
        "The record of this file, instead of a list; other parameters are ignored.",
        TEXT,
        "reports/2026/sales.csv",
    ),
    parameter(
        "prefix",
        "Files whose names start with this.",
        TEXT | {"maxLength": KEY_BYTES},
        "reports/2026/",
    ),
    parameter(
        "name",
        "Files whose names have this anywhere in them; case and accents do not matter.",
        TEXT | {"maxLength": KEY_BYTES},
        "sales",
    ),
    parameter(
        "column",
        "Files that have this column, in any case; may be repeated, for files that have them all.",
        {"type": "array", "items": TEXT},
        ["id", "amount"],
    ),
    parameter(
        "column~",
        "Files with a column whose name has this anywhere in it; case and accents do not matter. "
        "May be repeated.",
        {"type": "array", "items": TEXT},
        ["mail"],
    ),
    parameter("status", "Files of this status.", {"enum": ["ready", "failed"]}, "ready"),
    parameter(
        "uploaded_after",
        "Files uploaded later than this date or time (ISO 8601, in UTC unless it says otherwise).",
        _TIME,
        "2026-11-22",
    ),
    parameter("uploaded_before", "Files uploaded earlier than this.", _TIME, "2026-11-23T12:00Z"),
    parameter(
        "min_rows", "Files with as many rows, or more.", {"type": "integer", "minimum": 0}, 1
    ),
    parameter(
        "max_rows", "Files with as many rows, or fewer.", {"type": "integer", "minimum": 0}, 9999
    ),
    parameter(
        "violations",
        "Files that violate their contract; with `false`, the others.",
        {"type": "boolean"},
        True,
    ),
    parameter(
        "changed",
        "Files whose columns or dialect differ from the delivery before them; with `false`, the "
        "others.",
        {"type": "boolean"},
        True,
    ),
    parameter(
        "unusual",
        "Files that are unlike the deliveries before them; with `false`, the others.",
        {"type": "boolean"},
        True,
    ),
    parameter(
        "sort",
        "The order of the files.",
        {"enum": ["upload_timestamp", "filename"], "default": "upload_timestamp"},
        "filename",
    ),
    parameter(
        "order",
        "`desc` unless given, newest first; with `sort=filename`, `asc`.",
        {"enum": ["asc", "desc"]},
        "asc",
    ),
    *PAGING,
]

_LISTING = f"""The files that meet all the filters given, newest first, a page at a time.

While files come and go, or are overwritten, pages neither repeat nor skip a file that stays as it
is. An overwritten file is as new as its last write, and moves.

A request looks through {FILES_AT_MOST:,} files at most, and then answers with the files that it
has found, if any, and a `next_cursor` to go on from. Time and `sort=upload_timestamp`,
`prefix` and `sort=filename` are served by an index, whose pages are full. So is a prefix or a time
in the other order, with no more than {SORTED_HERE_AT_MOST} files. The other filters look
through the files that these leave."""


_DOWNLOAD = {
    "operationId": "downloadFile",
    "summary": "The file itself, as it was cataloged",
    "parameters": [
        parameter(
            "redirect",
            "With `false`, the answer is the address of the file, for a page that cannot send a "
            "token along with a link.",
            {"type": "boolean", "default": True},
            False,
        )
    ],
    "responses": {
        "200": json_answer("With `redirect=false`: the file's address.", reference("Download")),
        "302": {
            "description": f"To S3; the URL is good for {DOWNLOAD_SECONDS} s.",
            "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
        },
        **errors(
            _400=NOT_ASKED_SO,
            _404=NO_SUCH_FILE,
            _409="The bucket no longer has the write that was cataloged.",
        ),
    },
}

_PREVIEW = {
    "operationId": "previewFile",
    "summary": "Rows of the file, as it was cataloged",
    "description": "A request reads 2 MB of the file at most, so there may be fewer rows than "
    "asked for. A compressed file can be shown up to its first 50 MB: with one read, which goes "
    "through all that is before, unless the place is near the last one.",
    "parameters": [
        parameter(
            "rows",
            "Rows at most.",
            {"type": "integer", "minimum": 1, "maximum": ROWS_AT_MOST, "default": ROWS},
            5,
        ),
        parameter(
            "row",
            "The number of the row to begin with: 1 is the first.",
            {"type": "integer", "minimum": 1, "default": 1},
            1,
        ),
        parameter("cursor", "The `next_cursor` of an earlier preview of this file.", TEXT, None)
        | {"example": "kLb6Yh3V7Q0J0f7y2v1xYDIxIDM3MCAw"},
    ],
    "responses": {
        "200": json_answer("The rows.", reference("Preview")),
        **errors(
            _400=NOT_ASKED_SO,
            _403="This stage does not show contents of files.",
            _404=NO_SUCH_FILE,
            _409="The bucket no longer has the write that was cataloged, the file could not be "
            "read, or the row is out of reach.",
        ),
    },
}

_SCHEMA = {
    "operationId": "getSchema",
    "summary": "The statement or schema that loads the file into a tool",
    "parameters": [
        parameter("format", "The tool, or the standard.", {"enum": list(FORMATS)}, "duckdb")
        | {"required": True},
        IF_NONE_MATCH,
    ],
    "responses": {
        "200": {
            "description": "SQL or Python as text, and the two schemas as JSON. Types that are not "
            "known for all rows are text, and a comment says so.",
            "content": {
                "text/plain": {"schema": TEXT},
                "application/json": {"schema": {"type": "object"}},
            },
            "headers": ETAG_HEADER,
        },
        **NOT_MODIFIED,
        **errors(
            _400=NOT_ASKED_SO,
            _404=NO_SUCH_FILE,
            _409="The file could not be read, or has more columns than the catalog keeps names "
            "for, or than the tool allows.",
        ),
    },
}


_PATHS: Json = {
    "/": {
        "get": {
            "operationId": "getPage",
            "summary": "The web page",
            "responses": {
                "200": {
                    "description": "The page, with its style and its script in it.",
                    "content": {"text/html": {"schema": {"type": "string"}}},
                },
                **errors(),
            },
        }
    },
    "/health": {
        "get": {
            "operationId": "getHealth",
            "summary": "Health check",
            "responses": {
                "200": json_answer("All is well.", reference("Health")),
                **errors(
                    _503="The table cannot be read, or the bucket no longer notifies the catalog."
                ),
            },
        }
    },
    "/totals": {
        "get": {
            "operationId": "getTotals",
            "summary": "The figures of the whole catalog",
            "parameters": [IF_NONE_MATCH],
            "responses": {
                "200": json_answer("The figures.", reference("Totals"), ETAG_HEADER),
                **NOT_MODIFIED,
                **errors(_409="No history is kept, or not all files are counted yet."),
            },
        }
    },
    "/metadata": {
        "get": {
            "operationId": "listFiles",
            "summary": "The files, a page at a time",
            "description": _LISTING,
            "parameters": [*_LIST_PARAMETERS, IF_NONE_MATCH],
            "responses": {
                "200": {
                    "description": "A page of files; with `filename`, the record of that "
                    "file. `Accept: text/csv` gets it as CSV.",
                    "content": {
                        "application/json": {
                            "schema": {"oneOf": [reference("Page"), reference("File")]}
                        },
                        "text/csv": {"schema": TEXT},
                    },
                    "headers": ETAG_HEADER | LINK_HEADER,
                },
                **NOT_MODIFIED,
                **errors(
                    _400="A parameter is unknown, repeated, or has a value that is not "
                    "allowed; the message names it and says what is.",
                    _404=NO_SUCH_FILE,
                    _409="The table lacks an index, or is still building it.",
                ),
            },
        }
    },
    "/metadata/{filename}": {
        "get": {
            "operationId": "getFile",
            "summary": "The record of one file",
            "parameters": [NAME_IN_PATH, IF_NONE_MATCH],
            "responses": {
                "200": json_answer("The record.", reference("File"), ETAG_HEADER),
                **NOT_MODIFIED,
                **errors(_404=NO_SUCH_FILE),
            },
        }
    },
    **of_one_file("download", _DOWNLOAD),
    **of_one_file("preview", _PREVIEW),
    **of_one_file("schema", _SCHEMA),
    **HISTORY_PATHS,
    **DELIVERY_PATHS,
    **MCP_PATHS,
    "/openapi.json": {
        "get": {
            "operationId": "getDescription",
            "summary": "This description",
            "parameters": [IF_NONE_MATCH],
            "responses": {
                "200": json_answer("The description.", {"type": "object"}, ETAG_HEADER),
                **NOT_MODIFIED,
                **errors(),
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
                        "schema": reference("UploadRequest"),
                        "example": {"filename": "orders.csv"},
                    }
                },
            },
            "responses": {
                "201": json_answer(
                    "The form.",
                    reference("Upload"),
                    {"Location": {"schema": {"type": "string", "format": "uri"}}},
                ),
                **errors(
                    _400="The body is not such an object, or not a name that S3 and the "
                    "catalog take.",
                    _409="There is a file of this name, and `replace` is not true.",
                    _415="The content type is not application/json.",
                ),
            },
        }
    },
}


def openapi() -> Json:
    """The description. Its server is relative, so that it is right wherever the API is."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CSV catalog",
            "version": "1.0.0",
            "summary": "What is in the CSV files of an S3 bucket.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "./", "description": "The address of this description."}],
        "paths": {path: _with_head(operations) for path, operations in _PATHS.items()},
        "components": {"schemas": SCHEMAS | HISTORY_SCHEMAS},
    }


def _with_head(operations: Json) -> Json:
    """The operations of a path, and HEAD, which is answered wherever GET is."""
    if "get" not in operations:
        return operations
    get = operations["get"]
    about_head = {
        "operationId": f"{get['operationId']}Headers",
        "summary": f"The headers of: {get['summary']}",
    }
    return operations | {"head": get | about_head}
