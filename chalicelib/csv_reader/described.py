"""Fields of dataclasses and typed dictionaries, with what the API's description says of them."""

from dataclasses import MISSING, field
from typing import Any


def described(meaning: str, default: Any = MISSING, *, compare: bool = True, **schema: Any) -> Any:
    """A field, what it means, and what its JSON Schema says beside its type."""
    known = {"meaning": meaning, "schema": schema}
    return field(default=default, compare=compare, metadata=known)


def about(meaning: str = "", **schema: Any) -> dict[str, Any]:
    """Return what is said of a field of a typed dictionary: it annotates the field's type."""
    return schema | ({"description": meaning} if meaning else {})


def number(meaning: str, default: Any = MISSING, least: int = 0) -> Any:
    """A field that is a number of things, or of a row."""
    return described(meaning, default, minimum=least)
