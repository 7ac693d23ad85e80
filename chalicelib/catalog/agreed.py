"""Terms of a contract that a dataset's records keep: service levels, and texts for people."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

AGREED_BYTES = 40_000  # as JSON
DEPTH = 3

_DAY = 86_400
_LONGEST = 10 * 366 * _DAY


def is_agreed(values: Mapping[str, Any]) -> bool:
    """Return whether these are values that a contract can have: when it is due in whole seconds."""
    every, grace, by = values.get("every", 60), values.get("grace", 0), values.get("by", [])
    return (
        _is_whole(every, 60, _LONGEST)
        and _is_whole(grace, 0, _LONGEST)
        and isinstance(by, list)
        and len(by) <= 24
        and all(_is_whole(time, 0, _DAY - 1) for time in by)
        and _is_plain(values, DEPTH)
        and len(json.dumps(values, ensure_ascii=False).encode(errors="replace")) <= AGREED_BYTES
    )


def _is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_plain(value: Any, depth: int) -> bool:
    """Return whether a value is a text, a whole number, or a list or an object of such."""
    if isinstance(value, list | Mapping) and depth:
        inner = value.values() if isinstance(value, Mapping) else value
        return all(_is_plain(one, depth - 1) for one in inner)
    return isinstance(value, str) or _is_whole(value, 0, _LONGEST)


def plain(value: Any) -> Any:
    """The value as it was before DynamoDB had it, where numbers are Decimals."""
    match value:
        case Decimal():
            return int(value)
        case list():
            return [plain(one) for one in value]
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
    return value
