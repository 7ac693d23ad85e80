"""JSON Schema of dataclasses and of typed dictionaries, from their fields and what these say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

Json = dict[str, Any]

_PLAIN: tuple[tuple[Any, str], ...] = (
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (bool, "boolean"),
    (int | float, "number"),
)


def schema_of(kind: type, required: Collection[str] | None = None, **more: Any) -> Json:
    """The schema of an object. All fields are required, and no others allowed, unless `required`
    names those that every version of the program has written."""
    described = _described(kind)
    strict = {"additionalProperties": False} if required is None else {}
    return {
        "type": "object",
        "required": list(described if required is None else required),
        **strict,
        "properties": described,
        **more,
    }


def described(*kinds: type) -> Json:
    """The schemas of these, each under its name, as its docstring describes it."""
    return {kind.__name__: schema_of(kind, description=kind.__doc__) for kind in kinds}


def _described(kind: type) -> Json:
    if is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        return {name: _annotated(name, hint) for name, hint in hints.items()}
    hints = get_type_hints(kind)
    return {
        known.name: _property(known.name, hints[known.name], known.metadata)
        for known in fields(kind)
    }


def _annotated(name: str, hint: Any) -> Json:
    if get_origin(hint) is Annotated:
        bare, more = get_args(hint)
        return _or_null(name, bare) | dict(more)
    return _or_null(name, hint)


def _property(name: str, hint: Any, metadata: Mapping[str, Any]) -> Json:
    more = dict(metadata["schema"]) | {"description": metadata["meaning"]}
    if "enum" in more:
        may_be_null = isinstance(hint, UnionType) and NoneType in get_args(hint)
        return more | {"enum": [*more["enum"], *([None] if may_be_null else [])]}
    return _or_null(name, hint) | more


def _or_null(name: str, hint: Any) -> Json:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    some = [option for option in options if option is not NoneType]
    schema = _schema(name, some[0] if len(some) == 1 else int | float)
    if len(some) == len(options):
        return schema
    if isinstance(schema.get("type"), str) and schema["type"] != "object":
        return schema | {"type": [schema["type"], "null"]}
    return {"oneOf": [schema, {"type": "null"}]}


def _schema(name: str, hint: Any) -> Json:
    for plain, type_ in _PLAIN:
        if hint == plain:
            return {"type": type_}
    if get_origin(hint) is Annotated:
        return _annotated(name, hint)
    if is_typeddict(hint) or (isinstance(hint, type) and is_dataclass(hint)):
        return schema_of(hint)
    kind, arguments = get_origin(hint), get_args(hint)
    if kind is Literal:
        return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
    if kind is dict:
        values = (
            {} if arguments[1] is Any else {"additionalProperties": _schema(name, arguments[1])}
        )
        return {"type": "object", **values}
    if kind in (list, Sequence) or arguments[-1] is Ellipsis:
        return {"type": "array", "items": _or_null(name.removesuffix("s"), arguments[0])}
    if kind is not tuple:  # an object, which is called as the field is
        return {"$ref": f"#/components/schemas/{name.title().replace('_', '')}"}
    if len(set(arguments)) == 1:
        return {"type": "array", "items": _schema(name, arguments[0])}
    return {"type": "array", "prefixItems": [_schema(name, argument) for argument in arguments]}
