"""The description of the routes of the past, and of what they answer."""

from chalicelib.catalog.history.dataset_pages import SORTS
from chalicelib.catalog.history.dataset_state import STATES
from chalicelib.catalog.history.unusual import Unusual
from chalicelib.catalog.history.views import (
    Change,
    Dataset,
    DatasetSchemas,
    Delivery,
    Series,
    Version,
)
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.web.openapi.from_types import Json, described, schema_of
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
    page_of,
    parameter,
    reference,
)

HISTORY_SCHEMAS: Json = {
    "Unusual": schema_of(Unusual, description=Unusual.__doc__),
    **described(Change, Version, Dataset, DatasetSchemas, Delivery, Series),
    "Versions": page_of("Version"),
    "Datasets": page_of("Dataset"),
    "Deliveries": page_of("Delivery"),
}

NO_HISTORY = "There is no history table; the message has the command that makes one."
_HISTORY = {
    "operationId": "getHistory",
    "summary": "The writes of the file, newest first, each with what it changed",
    "description": "Also for a removed file. A version is compared with the last one before "
    "it that was ready.",
    "parameters": [*PAGING, IF_NONE_MATCH],
    "responses": {
        "200": json_answer("A page of versions.", reference("Versions"), ETAG_HEADER),
        **NOT_MODIFIED,
        **errors(_400=NOT_ASKED_SO, _404="The catalog never had this file.", _409=NO_HISTORY),
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
                parameter("dataset", "This dataset, instead of a list.", TEXT, "sales/{date}.csv"),
                parameter(
                    "prefix",
                    "Datasets whose names start with this.",
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
                    "Datasets with at least this many deliveries in the last 30 days: a single "
                    "file is rarely a dataset.",
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
                    "A page of datasets; with `dataset`, that one with its schemas.",
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
