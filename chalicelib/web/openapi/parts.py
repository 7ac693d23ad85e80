"""Parts that the descriptions of several routes share."""

from typing import Any

from chalicelib.catalog.query import LIMIT_AT_MOST
from chalicelib.web.openapi.from_types import Json

ETAG_HEADER = {
    "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`, the next time."}
}
LINK_HEADER = {
    "Link": {
        "schema": {"type": "string"},
        "description": 'With CSV, the URL of the next page (`rel="next"`); none after the last.',
    }
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of an earlier answer: if it is still the same, 304 and no body.",
    "schema": {"type": "string"},
    "example": 'W/"0f343b0931126a20f133d67c2b018a3b"',
}
NAME_IN_PATH = {
    "name": "filename",
    "in": "path",
    "required": True,
    "description": "The file's name as one segment: `/` is written %2F. "
    "Each of these routes has one that takes the name in the query instead.",
    "schema": {"type": "string", "minLength": 1},
    "example": "orders.csv",
}
NAME_IN_QUERY = {
    "name": "filename",
    "in": "query",
    "required": True,
    "description": "The file's name.",
    "schema": {"type": "string"},
    "example": "reports/2026/sales.csv",
}


def json_answer(description: str, schema: Json, headers: Json | None = None) -> Json:
    response = {"description": description, "content": {"application/json": {"schema": schema}}}
    return response | ({"headers": headers} if headers else {})


def reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(of: str, **more: Any) -> Json:
    """A page of what is described under that name; `more` is said of its items."""
    next_cursor = {
        "type": ["string", "null"],
        "description": "The `cursor` of the next page; null after the last.",
    }
    items = {"type": "array", "maxItems": LIMIT_AT_MOST, "items": reference(of)} | more
    return {
        "type": "object",
        "description": "A page, and the cursor of the next one.",
        "required": ["items", "next_cursor"],
        "additionalProperties": False,
        "properties": {"items": items, "next_cursor": next_cursor},
    }


def errors(**descriptions: str) -> Json:
    described = {status.removeprefix("_"): text for status, text in descriptions.items()}
    described["500"] = "An unexpected failure; the function's log has it."
    return {status: json_answer(text, reference("Error")) for status, text in described.items()}


def of_one_file(what: str, operation: Json) -> Json:
    """The two routes of one thing about one file: its name is in the path, or in the query."""
    in_query = operation | {
        "operationId": f"{operation['operationId']}ByQuery",
        "parameters": [NAME_IN_QUERY, *operation["parameters"]],
    }
    in_path = operation | {"parameters": [NAME_IN_PATH, *operation["parameters"]]}
    return {f"/metadata/{{filename}}/{what}": {"get": in_path}, f"/{what}": {"get": in_query}}


def parameter(name: str, description: str, schema: Json, example: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema,
        "example": example,
    }


NOT_MODIFIED = {"304": {"description": "The same as before.", "headers": ETAG_HEADER}}
NO_SUCH_FILE = "The catalog has no file of this name."
TEXT = {"type": "string"}
NOT_ASKED_SO = "A parameter is unknown, missing or repeated, or has a value that is not allowed."
PAGING = [
    parameter(
        "limit",
        "Items in a page.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_AT_MOST, "default": 25},
        25,
    ),
    {
        "name": "cursor",
        "in": "query",
        "description": "The `next_cursor` of an earlier answer to the same query.",
        "schema": TEXT,
    },
]
