"""The description of the routes of the past, and of what they answer."""

from typing import Any

from chalicelib.catalog.file_query import LIMIT_AT_MOST
from chalicelib.catalog.history_pages import SCHEMAS_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.schema_change import CHANGES_AT_MOST, VERDICTS

Json = dict[str, Any]


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
            "next_cursor": _or_null(_TEXT, "The `cursor` of the next page; null after the last."),
        },
    )


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL = {"type": ["integer", "null"], "minimum": 0}
_TIME = {"type": "string", "format": "date-time"}
_SCHEMA_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_VERDICT = {
    "enum": list(VERDICTS),
    "description": "`silent` is the worst: no error, and wrong data.",
}
_FILE = {"filename": _TEXT, "sequencer": _TEXT, "upload_timestamp": _TIME}
_SCHEMA = {
    "schema_id": _SCHEMA_ID,
    "has_header": {"type": "boolean"},
    "column_count": _COUNT,
    "column_names": {"type": "array", "items": _TEXT},
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
                "properties": {"kind": _TEXT},
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
            {"filename": _TEXT, "sequencer": _TEXT, "schema_id": _SCHEMA_ID},
        ),
    },
)

HISTORY_SCHEMAS: Json = {
    "Change": _CHANGE,
    "Version": _object(
        "A write of a file.",
        {
            "sequencer": _TEXT,
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
            "dataset": _TEXT,
            "newest": _object("The last file that came.", _FILE | {"schema_id": _SCHEMA_ID}),
            "schemas_total": _COUNT | {"description": "Counted up to 100."},
            "last_change": _or_null(
                _object(
                    "The verdicts of the last change, and the file that brought it.",
                    {
                        "by_name": _VERDICT,
                        "by_position": _VERDICT,
                        "changes_total": _COUNT,
                        "filename": _TEXT,
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
            "dataset": _TEXT,
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
                            "Against the schema that came before it, in names and header.",
                        ),
                    },
                ),
            },
            "schemas_total": _COUNT,
        },
    ),
}
