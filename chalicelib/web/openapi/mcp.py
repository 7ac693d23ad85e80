"""The description of the endpoint that models ask: its messages are JSON-RPC's, and its own."""

from typing import Any

from chalicelib.web.openapi.from_types import Json
from chalicelib.web.openapi.parts import json_answer


def _message(description: str, required: list[str], **properties: Any) -> Json:
    return {
        "type": "object",
        "description": description,
        "required": ["jsonrpc", *required],
        "properties": {"jsonrpc": {"const": "2.0"}, **properties},
    }


_ID = {"type": ["string", "integer", "null"]}
_ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}
_FAILURE = _message("The reason of the refusal.", ["id", "error"], id=_ID, error=_ERROR)

MCP_PATHS: Json = {
    "/mcp": {
        "post": {
            "operationId": "askAsModel",
            "summary": "The same questions as tools of the Model Context Protocol",
            "description": "Streamable HTTP without sessions, in the versions 2026-07-28 and "
            "2025-11-25; six tools, which only read. A client sets this address up as a server.",
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _message(
                            "A request, or a notification, which has no `id`.",
                            ["method"],
                            id={"type": ["string", "integer"]},
                            method={"type": "string"},
                            params={"type": "object"},
                        ),
                        "example": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
                    }
                },
            },
            "responses": {
                "200": json_answer(
                    "The answer.",
                    _message(
                        "A `result`, or an `error`.",
                        ["id"],
                        id=_ID,
                        result={"type": "object"},
                        error=_ERROR,
                    ),
                ),
                "202": {"description": "The notification is accepted, and has no effect."},
                "400": json_answer("The message is malformed, or of another version.", _FAILURE),
                "403": json_answer("The request comes from a page of another site.", _FAILURE),
                "404": json_answer("There is no such method.", _FAILURE),
                "405": json_answer("There are neither streams nor sessions.", _FAILURE),
            },
        }
    }
}
