"""The description of the routes of the past, and of what they answer."""

from typing import Any

from chalicelib.catalog.history.changes import CHANGES_AT_MOST, VERDICTS
from chalicelib.catalog.history.pages import SCHEMAS_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.query import LIMIT_AT_MOST
from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.parts import (
    ETAG_HEADER,
    IF_NONE_MATCH,
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


def _object(description: str, properties: Json, **more: Any) -> Json:
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        **more,
    }


def _or_null(schema: Json, description: str) -> Json:
    return {"oneOf": [schema, {"type": "null"}], "description": description}


def _page(of: str) -> Json:
    return _object(
        "A page, and where the next one begins.",
        {
            "items": {
                "type": "array",
                "maxItems": LIMIT_AT_MOST,
                "items": {"$ref": f"#/components/schemas/{of}"},
            },
            "next_cursor": _or_null(TEXT, "The `cursor` of the next page; null after the last."),
        },
    )


_COUNT = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL = {"type": ["integer", "null"], "minimum": 0}
_TIME = {"type": "string", "format": "date-time"}
_SCHEMA_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_VERDICT = {
    "enum": list(VERDICTS),
    "description": "`silent` is the worst: no error, and wrong data.",
}
_FILE = {"filename": TEXT, "sequencer": TEXT, "upload_timestamp": _TIME}
_SCHEMA = {
    "schema_id": _SCHEMA_ID,
    "has_header": {"type": "boolean"},
    "column_count": _COUNT,
    "column_names": {"type": "array", "items": TEXT},
}
_CHANGE = _object(
    "What changed, with the worst verdict for who reads columns by name and by position.",
    {
        "by_name": _VERDICT,
        "by_position": _VERDICT,
        "changes": {
            "type": "array",
            "maxItems": CHANGES_AT_MOST,
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": TEXT},
                "description": "A step: its kind, the names, and positions from 1.",
            },
        },
        "changes_total": _COUNT,
        "partial": {
            "type": "boolean",
            "description": "Names were cut: not all columns were compared.",
        },
        "compared_with": _object(
            "What it changed from.",
            {"filename": TEXT, "sequencer": TEXT, "schema_id": _SCHEMA_ID},
        ),
    },
)

HISTORY_SCHEMAS: Json = {
    "Change": _CHANGE,
    "Version": _object(
        "A write of a file.",
        {
            "sequencer": TEXT,
            "upload_timestamp": _TIME,
            "status": {"enum": ["ready", "failed", "deleted"]},
            "file_size": _COUNT,
            "row_count": _COUNT_OR_NULL,
            "column_count": _COUNT_OR_NULL,
            "schema_id": {"type": ["string", "null"]},
            "change": _or_null(
                {"$ref": "#/components/schemas/Change"},
                "Against the last version before it that was ready; null if nothing changed.",
            ),
        },
    ),
    "Versions": _page("Version"),
    "Dataset": _object(
        "Files that are deliveries of one thing.",
        {
            "dataset": TEXT,
            "newest": _object("The last file that came.", _FILE | {"schema_id": _SCHEMA_ID}),
            "schemas_total": _COUNT | {"description": "Counted up to 100."},
            "last_change": _or_null(
                _object(
                    "The verdicts of the last change, and the file that brought it.",
                    {
                        "by_name": _VERDICT,
                        "by_position": _VERDICT,
                        "changes_total": _COUNT,
                        "filename": TEXT,
                        "upload_timestamp": _TIME,
                    },
                ),
                "Null if nothing ever changed.",
            ),
        },
    ),
    "Datasets": _page("Dataset"),
    "DatasetSchemas": _object(
        "A dataset, and the schemas that it had, the one that came last first.",
        {
            "dataset": TEXT,
            "newest": _object(
                "The last file that was ready; it may be removed since.",
                _FILE | {"schema_id": _SCHEMA_ID},
            ),
            "schema": _object("That of the newest file, whole.", _SCHEMA),
            "schemas": {
                "type": "array",
                "maxItems": SCHEMAS_AT_MOST,
                "items": _object(
                    f"A schema, with up to {LISTED_COLUMNS} of its names.",
                    _SCHEMA
                    | {
                        "first": _object("Its first file.", _FILE),
                        "last": _object("Its last file.", _FILE),
                        "change": _or_null(
                            {"$ref": "#/components/schemas/Change"},
                            "What its first file changed, as `schema.changed` has told.",
                        ),
                    },
                ),
            },
            "schemas_total": _COUNT,
        },
    ),
}

_NO_HISTORY = "There is no history table; the message has the command that makes one."
_HISTORY = {
    "operationId": "getHistory",
    "summary": "The writes of the file, newest first, each with what it changed",
    "description": "Also of a file that is removed. A version is compared with the last one before "
    "it that was ready.",
    "parameters": [*PAGING, IF_NONE_MATCH],
    "responses": {
        "200": json_answer("A page of versions.", reference("Versions"), ETAG_HEADER),
        **NOT_MODIFIED,
        **errors(_400=NOT_ASKED_SO, _404="There never was such a file.", _409=_NO_HISTORY),
    },
}
_NO_SUCH_DATASET = "The catalog has no dataset of this name."
HISTORY_PATHS: Json = {
    **of_one_file("history", _HISTORY),
    "/datasets": {
        "get": {
            "operationId": "listDatasets",
            "summary": "The datasets by name, a page at a time",
            "parameters": [
                parameter("dataset", "This one dataset, instead.", TEXT, "sales/{date}.csv"),
                parameter(
                    "prefix",
                    "Datasets whose names start so.",
                    TEXT | {"maxLength": KEY_BYTES},
                    "sales/",
                ),
                *PAGING,
                IF_NONE_MATCH,
            ],
            "responses": {
                "200": json_answer(
                    "A page of datasets; with `dataset`, what that one is and was like.",
                    {"oneOf": [reference("Datasets"), reference("DatasetSchemas")]},
                    ETAG_HEADER,
                ),
                **NOT_MODIFIED,
                **errors(_400=NOT_ASKED_SO, _404=_NO_SUCH_DATASET, _409=_NO_HISTORY),
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
                IF_NONE_MATCH,
            ],
            "responses": {
                "200": json_answer("The dataset.", reference("DatasetSchemas"), ETAG_HEADER),
                **NOT_MODIFIED,
                **errors(_400=NOT_ASKED_SO, _404=_NO_SUCH_DATASET, _409=_NO_HISTORY),
            },
        }
    },
}
