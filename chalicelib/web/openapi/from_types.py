"""JSON Schema of dataclasses, from the types of their fields and the descriptions there."""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

Json = dict[str, Any]

_PLAIN = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    int | float: {"type": "number"},
}


def schema_of(kind: type, required: Collection[str] | None = None, **more: Any) -> Json:
    """The schema of a dataclass. All fields are required, and no others allowed, unless `required`
    names those that every version of the program has written."""
    hints = get_type_hints(kind)
    described = {
        known.name: _property(known.name, hints[known.name], known.metadata)
        for known in fields(kind)
    }
    strict = {"additionalProperties": False} if required is None else {}
    return {
        "type": "object",
        "required": list(described if required is None else required),
        **strict,
        "properties": described,
        **more,
    }


def _property(name: str, hint: Any, metadata: Mapping[str, Any]) -> Json:
    more = dict(metadata["schema"]) | {"description": metadata["meaning"]}
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    may_be_null = NoneType in options
    if "enum" in more:
        return more | {"enum": [*more["enum"], *([None] if may_be_null else [])]}
    some = [option for option in options if option is not NoneType]
    schema = _schema(name, some[0] if len(some) == 1 else int | float)
    if not may_be_null:
        return schema | more
    if isinstance(schema.get("type"), str) and schema["type"] != "object":
        return schema | {"type": [schema["type"], "null"]} | more
    return {"oneOf": [schema, {"type": "null"}]} | more


def _schema(name: str, hint: Any) -> Json:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return schema_of(hint)
    arguments = get_args(hint)
    if get_origin(hint) is not tuple:  # an object, which is called as the field is
        return {"$ref": f"#/components/schemas/{name.title().replace('_', '')}"}
    if arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(name.removesuffix("s"), arguments[0])}
    if len(set(arguments)) == 1:
        return {"type": "array", "items": _schema(name, arguments[0])}
    return {"type": "array", "prefixItems": [_schema(name, argument) for argument in arguments]}
