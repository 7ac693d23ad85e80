"""Envelopes in which notifications come: of SNS, of SQS, and of one within the other.

The shapes are those of "Using Lambda with Amazon SNS" and "Using Lambda with Amazon SQS" (AWS
Lambda Developer Guide), and of "Amazon SNS message format" for a queue that a topic sends to.
"""

import json
from collections.abc import Iterator
from typing import Any

_DEPTH = 8  # a list of records in each of two envelopes takes six


def notifications_in(event: Any, depth: int = _DEPTH) -> Iterator[Any]:
    """Each notification in the event, without its envelopes.

    What is not a notification is among them as it came, so that it is refused by name, and stops
    no other.
    """
    match event:
        case _ if not depth:
            yield event
        case {"Records": [_, *_] as records}:
            for record in records:
                yield from notifications_in(record, depth - 1)
        case (
            {"Sns": {"Message": str(text)}}
            | {"Type": "Notification", "Message": str(text)}
            | {"body": str(text)}
        ):
            yield from notifications_in(_opened(text), depth - 1)
        case _:
            yield event


def _opened(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
