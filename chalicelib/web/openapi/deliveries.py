"""The description of a dataset's deliveries, and of its figures over time."""

from chalicelib.catalog.history.deliveries import KEPT_VIOLATIONS
from chalicelib.catalog.history.delivery_pages import SERIES_AT_MOST
from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.history import (
    COUNT,
    COUNT_OR_NULL,
    FILE,
    HISTORY_PATHS,
    NO_HISTORY,
    NO_SUCH_DATASET,
    TIME,
    UNUSUAL,
    object_of,
    or_null,
    page_of,
)
from chalicelib.web.openapi.parts import (
    ETAG_HEADER,
    IF_NONE_MATCH,
    NOT_ASKED_SO,
    NOT_MODIFIED,
    PAGING,
    TEXT,
    errors,
    json_answer,
    parameter,
    reference,
)

_FIGURES = {
    "empty": {"type": ["number", "null"], "description": "The share of empty cells."},
    "distinct": COUNT_OR_NULL,
    "min": {"type": ["string", "null"]},
    "max": {"type": ["string", "null"]},
    "mean": {"type": ["number", "null"]},
    "quartiles": {"type": ["array", "null"], "items": {"type": ["number", "null"]}},
}


DELIVERY_SCHEMAS: Json = {
    "Delivery": object_of(
        "A write of a file of the dataset that the catalog has accepted.",
        {
            **FILE,
            "version_id": {"type": ["string", "null"]},
            "date": or_null(TEXT, "The day, month or year in the file's name."),
            "status": {"enum": ["ready", "failed"]},
            "error": {"type": ["string", "null"]},
            "file_size": COUNT,
            "row_count": COUNT_OR_NULL,
            "column_count": COUNT_OR_NULL,
            "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
            "schema_id": {"type": ["string", "null"]},
            "contract": {"type": ["object", "null"]},
            "violations": {"type": "array", "items": TEXT, "maxItems": KEPT_VIOLATIONS},
            "violations_total": COUNT,
            "change": or_null(
                {"$ref": "#/components/schemas/Change"},
                "Against the delivery of another file before it; null if nothing changed.",
            ),
            "same_as": or_null(
                object_of("An earlier delivery.", FILE), "The first with the same bytes."
            ),
            "unusual": UNUSUAL,
            "figures": {
                "type": "array",
                "items": object_of("The figures of a column.", {"name": TEXT, **_FIGURES}),
            },
            "figures_left_out": COUNT | {"description": "Columns whose figures are not kept."},
        },
    ),
    "Deliveries": page_of("Delivery"),
    "Series": object_of(
        "The last deliveries, oldest first.",
        {
            "column": {"type": ["string", "null"]},
            "items": {
                "type": "array",
                "maxItems": SERIES_AT_MOST,
                "items": object_of(
                    "A delivery.",
                    {
                        "filename": TEXT,
                        "sequencer": TEXT,
                        "time": TIME,
                        "date": or_null(TEXT, "The day, month or year in the file's name."),
                        "status": {"enum": ["ready", "failed"]},
                        "rows": COUNT_OR_NULL,
                        "bytes": COUNT,
                        "figures": or_null(
                            object_of("Those of the column.", _FIGURES),
                            "Null if no column is asked for, or its figures are not kept.",
                        ),
                    },
                ),
            },
        },
    ),
}


def _of_one_dataset(what: str, operation: Json) -> Json:
    """The two routes of one thing about a dataset: its name is in the path, or in the query."""
    in_query = operation | {
        "operationId": f"{operation['operationId']}ByQuery",
        "parameters": [
            parameter("dataset", "The dataset's name.", TEXT, "sales/{date}.csv")
            | {"required": True},
            *operation["parameters"],
        ],
    }
    in_path = operation | {"parameters": [_DATASET_IN_PATH, *operation["parameters"]]}
    return {f"/datasets/{{dataset}}/{what}": {"get": in_path}, f"/{what}": {"get": in_query}}


_DATASET_IN_PATH = HISTORY_PATHS["/datasets/{dataset}"]["get"]["parameters"][0]
_TIME_EXAMPLE = "2026-11-22T18:30:00.000Z"
DELIVERY_PATHS: Json = _of_one_dataset(
    "deliveries",
    {
        "operationId": "listDeliveries",
        "summary": "The deliveries of a dataset, the last of its story first",
        "description": "In the order of the dates, times and numbers in their names, else of their "
        "uploads.",
        "parameters": [
            parameter("uploaded_after", "Uploaded after this time.", TEXT, _TIME_EXAMPLE),
            parameter("uploaded_before", "Uploaded before this time.", TEXT, _TIME_EXAMPLE),
            *PAGING,
            IF_NONE_MATCH,
        ],
        "responses": {
            "200": json_answer("A page of deliveries.", reference("Deliveries"), ETAG_HEADER),
            **NOT_MODIFIED,
            **errors(_400=NOT_ASKED_SO, _404=NO_SUCH_DATASET, _409=NO_HISTORY),
        },
    },
) | _of_one_dataset(
    "series",
    {
        "operationId": "getSeries",
        "summary": "The rows and bytes of the last deliveries, and the figures of a column",
        "parameters": [
            parameter("column", "The name of a column.", TEXT, "amount"),
            IF_NONE_MATCH,
        ],
        "responses": {
            "200": json_answer("The deliveries.", reference("Series"), ETAG_HEADER),
            **NOT_MODIFIED,
            **errors(_400=NOT_ASKED_SO, _404=NO_SUCH_DATASET, _409=NO_HISTORY),
        },
    },
)
