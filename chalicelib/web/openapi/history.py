"""The description of the routes of the past, and of what they answer."""

from typing import Any

from chalicelib.catalog.history.changes import CHANGES_AT_MOST, VERDICTS
from chalicelib.catalog.history.dataset_pages import SORTS
from chalicelib.catalog.history.dataset_state import STATES
from chalicelib.catalog.history.pages import SCHEMAS_AT_MOST
from chalicelib.catalog.history.unusual import TOLD
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


def object_of(description: str, properties: Json, **more: Any) -> Json:
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        **more,
    }


def or_null(schema: Json, description: str) -> Json:
    return {"oneOf": [schema, {"type": "null"}], "description": description}


def page_of(of: str) -> Json:
    return object_of(
        "A page, and where the next one begins.",
        {
            "items": {
                "type": "array",
                "maxItems": LIMIT_AT_MOST,
                "items": {"$ref": f"#/components/schemas/{of}"},
            },
            "next_cursor": or_null(TEXT, "The `cursor` of the next page; null after the last."),
        },
    )


COUNT = {"type": "integer", "minimum": 0}
COUNT_OR_NULL = {"type": ["integer", "null"], "minimum": 0}
TIME = {"type": "string", "format": "date-time"}
_SCHEMA_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_VERDICT = {
    "enum": list(VERDICTS),
    "description": "`silent` is the worst: no error, and wrong data.",
}
FILE = {"filename": TEXT, "sequencer": TEXT, "upload_timestamp": TIME}
_SCHEMA = {
    "schema_id": _SCHEMA_ID,
    "has_header": {"type": "boolean"},
    "column_count": COUNT,
    "column_names": {"type": "array", "items": TEXT},
}
_CHANGE = object_of(
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
        "changes_total": COUNT,
        "partial": {
            "type": "boolean",
            "description": "Names were cut: not all columns were compared.",
        },
        "compared_with": object_of(
            "What it changed from.",
            {"filename": TEXT, "sequencer": TEXT, "schema_id": _SCHEMA_ID},
        ),
    },
)

UNUSUAL = {
    "type": "array",
    "maxItems": TOLD,
    "items": {"$ref": "#/components/schemas/Unusual"},
    "description": "What is unlike the deliveries before it, the worst first.",
}
_DATASET = {
    "dataset": TEXT,
    "newest": object_of(
        "The last file of its story that was ready; it may be removed since.",
        FILE | {"schema_id": _SCHEMA_ID},
    ),
    "schemas_total": COUNT | {"description": "In a listing, counted up to 100."},
    "last_change": or_null(
        object_of(
            "The verdicts of the last change, and the file that brought it.",
            {
                "by_name": _VERDICT,
                "by_position": _VERDICT,
                "changes_total": COUNT,
                "filename": TEXT,
                "upload_timestamp": TIME,
            },
        ),
        "Null if nothing ever changed.",
    ),
    "deliveries": COUNT | {"description": "In the last 30 days."},
    "state": {
        "enum": list(STATES),
        "description": "`unknown` where there is no rhythm; `recovered` until the next delivery "
        "after one that ended a lateness.",
    },
    "rhythm": or_null(TEXT, "How the deliveries come, in words; null if they keep no rhythm."),
    "next_due": or_null(TIME, "When the next delivery is late, grace included."),
    "unusual": UNUSUAL,
}
HISTORY_SCHEMAS: Json = {
    "Unusual": object_of(
        "A figure that is unusual.",
        {
            "figure": TEXT
            | {
                "description": "`rows`, `bytes`, `repeat`, or of a column `empty:name`, "
                "`distinct:name`, `mean:name`."
            },
            "value": {"type": "number"},
            "low": {"type": "number", "description": "The least that it was before."},
            "high": {"type": "number", "description": "The most that it was before."},
            "sentence": TEXT,
        },
    ),
    "Change": _CHANGE,
    "Version": object_of(
        "A write of a file.",
        {
            "sequencer": TEXT,
            "upload_timestamp": TIME,
            "status": {"enum": ["ready", "failed", "deleted"]},
            "file_size": COUNT,
            "row_count": COUNT_OR_NULL,
            "column_count": COUNT_OR_NULL,
            "schema_id": {"type": ["string", "null"]},
            "change": or_null(
                {"$ref": "#/components/schemas/Change"},
                "Against the last version before it that was ready; null if nothing changed.",
            ),
        },
    ),
    "Versions": page_of("Version"),
    "Dataset": object_of("Files that are deliveries of one thing.", _DATASET),
    "Datasets": page_of("Dataset"),
    "DatasetSchemas": object_of(
        "A dataset, and the schemas that it had, the one that came last first.",
        {
            **_DATASET,
            "description": {"type": ["string", "null"], "description": "From its contract."},
            "team": {"type": ["array", "null"], "items": {"type": "object"}},
            "support": {"type": ["array", "null"], "items": {"type": "object"}},
            "tags": {"type": ["array", "null"], "items": TEXT},
            "schema": object_of("That of the newest file, whole.", _SCHEMA),
            "schemas": {
                "type": "array",
                "maxItems": SCHEMAS_AT_MOST,
                "items": object_of(
                    f"A schema, with up to {LISTED_COLUMNS} of its names.",
                    _SCHEMA
                    | {
                        "first": object_of("Its first file.", FILE),
                        "last": object_of("Its last file.", FILE),
                        "change": or_null(
                            {"$ref": "#/components/schemas/Change"},
                            "What its first file changed, since the delivery before it.",
                        ),
                    },
                ),
            },
            "schemas_total": COUNT,
        },
    ),
}

NO_HISTORY = "There is no history table; the message has the command that makes one."
_HISTORY = {
    "operationId": "getHistory",
    "summary": "The writes of the file, newest first, each with what it changed",
    "description": "Also of a file that is removed. A version is compared with the last one before "
    "it that was ready.",
    "parameters": [*PAGING, IF_NONE_MATCH],
    "responses": {
        "200": json_answer("A page of versions.", reference("Versions"), ETAG_HEADER),
        **NOT_MODIFIED,
        **errors(_400=NOT_ASKED_SO, _404="There never was such a file.", _409=NO_HISTORY),
    },
}
NO_SUCH_DATASET = "The catalog has no dataset of this name."
HISTORY_PATHS: Json = {
    **of_one_file("history", _HISTORY),
    "/datasets": {
        "get": {
            "operationId": "listDatasets",
            "summary": "The datasets, a page at a time",
            "parameters": [
                parameter("dataset", "This one dataset, instead.", TEXT, "sales/{date}.csv"),
                parameter(
                    "prefix",
                    "Datasets whose names start so.",
                    TEXT | {"maxLength": KEY_BYTES},
                    "sales/",
                ),
                parameter(
                    "state",
                    "Datasets in this state.",
                    {"type": "string", "enum": list(STATES)},
                    "late",
                ),
                parameter(
                    "changed",
                    "Datasets whose schema has changed, or has not.",
                    {"type": "string", "enum": ["true", "false"]},
                    "true",
                ),
                parameter(
                    "min_deliveries",
                    "Datasets with so many deliveries in the last 30 days: a single file is "
                    "rarely a dataset.",
                    {"type": "integer", "minimum": 0},
                    2,
                ),
                parameter(
                    "sort",
                    "By name, or the newest delivery first.",
                    {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
                    "newest",
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
                **errors(_400=NOT_ASKED_SO, _404=NO_SUCH_DATASET, _409=NO_HISTORY),
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
                **errors(_400=NOT_ASKED_SO, _404=NO_SUCH_DATASET, _409=NO_HISTORY),
            },
        }
    },
}
