"""What the API's own description says of an answer."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from chalicelib.web.openapi.document import openapi


def undescribed(path: str, body: Any) -> list[str]:
    """What is wrong with the answer of the route, by its description: a line each."""
    sent = json.loads(json.dumps(body))
    faults = [best_match([error]) for error in _validator(path).iter_errors(sent)]
    return [f"{path}: {fault.json_path}: {fault.message[:300]}" for fault in faults]


@cache
def _validator(path: str) -> Draft202012Validator:
    document = openapi()
    methods = document["paths"][path]
    operation = methods.get("get") or methods["post"]
    [answer] = [a for status, a in operation["responses"].items() if status in ("200", "201")]
    schema = answer["content"]["application/json"]["schema"]
    return Draft202012Validator(schema | {"components": document["components"]})
