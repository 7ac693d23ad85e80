"""The description of a dataset's deliveries, and of its figures over time."""

from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.history import HISTORY_PATHS, NO_HISTORY, NO_SUCH_DATASET
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
        "summary": "The deliveries of a dataset, the last in order first",
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
