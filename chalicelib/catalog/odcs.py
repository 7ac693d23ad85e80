"""Contracts of the Open Data Contract Standard (ODCS), version 3: read into what is judged here.

Its `schema` becomes a Table Schema, its `quality` rules are judged by the profile, and its service
levels say when a delivery is due. What is not judged is named. The file is bounded before it is
parsed: aliases (`*name`) may make few bytes into many values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from chalicelib.catalog.contract import judge_columns
from chalicelib.catalog.odcs_rules import judge_rules
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.shortened import shortened

ODCS_BYTES = 100_000
VALUES_AT_MOST = 50_000
DEPTH_AT_MOST = 40
TEXT_AT_MOST = 500  # characters of a description
LISTED_AT_MOST = 10  # members of a team, channels, tags

_TYPES = {"timestamp": "datetime"}  # the others are called the same in a Table Schema
_KNOWN_TYPES = {
    "string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7 * 86_400),
    **dict.fromkeys(("mo", "month", "months"), 31 * 86_400),
    **dict.fromkeys(("y", "yr", "year", "years"), 366 * 86_400),
}
_EVERY = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 31 * 86_400,
    "yearly": 366 * 86_400,
}
_LEAST_GRACE = 900
_FREQUENCY, _LATENCY = ("frequency", "fy"), ("latency", "ly")
_AVAILABLE = ("timeofavailability", "ta")
_CLOCK = re.compile(
    r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?\s*"
    r"(?:(Z|UTC)|([+-])([01][0-9]):?([0-5][0-9]))?",
    re.IGNORECASE,
)


class NoContract(ValueError):
    """The file is not an ODCS contract; the message says why."""


@dataclass(frozen=True)
class Agreement:
    """A contract of the standard, in the form in which it is judged."""

    table_schema: Mapping[str, Any] | None  # None if it names no columns
    rules: Sequence[tuple[str | None, Mapping[str, Any]]] = ()  # of a column, or of all
    agreed: Mapping[str, Any] = field(default_factory=dict)
    not_judged: Sequence[str] = ()


def judge_odcs(
    body: bytes, record: FileRecord, name: str
) -> tuple[list[str], list[str], Mapping[str, Any] | None]:
    """Return what in the file is not as agreed, what could not be judged, and what is agreed
    besides.
    """
    try:
        contract = read_odcs(body, name)
    except NoContract as error:
        return [f"the contract {error}"], [], None
    violations, not_judged = judge_rules(contract.rules, record)
    if contract.table_schema:
        of_columns, unknown = judge_columns(contract.table_schema, record)
        violations, not_judged = of_columns + violations, unknown + not_judged
    return violations, [*not_judged, *contract.not_judged], contract.agreed or None


@lru_cache(maxsize=16)
def read_odcs(body: bytes, name: str = "") -> Agreement:
    """Return what the contract says of the dataset `name`. Raises `NoContract`."""
    contract = _parsed(body)
    if contract.get("kind", "DataContract") != "DataContract":
        raise NoContract("is not an ODCS contract: its kind is not DataContract")
    if not str(contract.get("apiVersion", "")).startswith("v3"):
        raise NoContract("is not an ODCS contract of version 3: see its apiVersion")
    table = _table(contract.get("schema"), name)
    fields, rules, not_judged = _columns(table)
    agreed, not_kept = _service_levels(contract.get("slaProperties"))
    return Agreement(
        {"fieldsMatch": "subset", "fields": fields} if fields else None,
        [*((None, rule) for rule in _objects(table.get("quality"))), *rules],
        agreed | _for_people(contract),
        [*not_judged, *not_kept],
    )


def _parsed(body: bytes) -> dict[str, Any]:
    import yaml

    if len(body) > ODCS_BYTES:
        raise NoContract(f"is larger than {ODCS_BYTES:,} bytes")
    loader: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    # 10:00 is a time here, not 600 (a number to the base of 60 of YAML 1.1); days are texts.
    loader.yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag.rpartition(":")[2] in ("bool", "null", "merge")
        ]
        for first, resolvers in loader.yaml_implicit_resolvers.items()
    }
    number = "[-+]?[0-9]+", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    for tag, pattern in zip(("int", "float"), number, strict=True):
        loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(f"^{pattern}$"), list("-+.0123456789")
        )
    try:
        text = body.decode("utf-8-sig")
        _check_size(yaml, yaml.parse(text, Loader=loader))
        contract = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as error:
        if isinstance(error, NoContract):
            raise
        raise NoContract("is not YAML") from error
    if not isinstance(contract, dict):
        raise NoContract("is not an ODCS contract: it is not an object")
    return contract


def _check_size(yaml: Any, events: Iterator[Any]) -> None:
    """Count the values that the text makes, an alias as all that it stands for."""
    sizes: dict[str, int] = {}
    open_ones: list[tuple[str | None, int]] = []
    total = 0
    for event in events:
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                open_ones.append((event.anchor, total))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                anchor, before = open_ones.pop()
                if anchor:
                    sizes[anchor] = total - before + 1
            case yaml.AliasEvent():
                if event.anchor not in sizes:
                    raise NoContract(f"is not YAML: nothing complete is named {event.anchor!r}")
                total += sizes[event.anchor]
            case yaml.ScalarEvent() if event.anchor:
                sizes[event.anchor] = 1
        total += 1
        if total > VALUES_AT_MOST or len(open_ones) > DEPTH_AT_MOST:
            raise NoContract("has more values, or deeper ones, than are read")


def _table(schema: Any, name: str) -> Mapping[str, Any]:
    """The object of the schema that is the dataset's: that of its name, else the first."""
    tables = _objects(schema)
    named = [
        table
        for table in tables
        if name and name in (table.get("name"), table.get("physicalName"), table.get("id"))
    ]
    return (named or tables or [{}])[0]


def _columns(
    table: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], list[tuple[str | None, Mapping[str, Any]]], list[str]]:
    """The fields of a Table Schema, the rules of each, and what is not judged."""
    fields: list[dict[str, Any]] = []
    rules: list[tuple[str | None, Mapping[str, Any]]] = []
    not_judged: list[str] = []
    columns = [one for one in _objects(table.get("properties")) if _name_of(one)]
    keys = [one for one in columns if one.get("primaryKey") is True]
    if len(keys) > 1:
        not_judged.append("primaryKey of several columns in the contract cannot be judged")
    for column in columns:
        name = _name_of(column)
        constraints: dict[str, Any] = {}
        options = column.get("logicalTypeOptions")
        if isinstance(options, dict):
            constraints |= {
                option: value for option, value in options.items() if isinstance(option, str)
            }
            constraints.pop("timezone", None)
            constraints.pop("defaultTimezone", None)
        for constraint in ("required", "unique"):
            if column.get(constraint) is True or [column] == keys:
                constraints[constraint] = True
        if "enum" in column:
            constraints["enum"] = column["enum"]
        kind = column.get("logicalType")
        if kind is not None and kind not in _KNOWN_TYPES:
            not_judged.append(f"logicalType of column {name!r} in the contract cannot be judged")
            kind = None
        one: dict[str, Any] = {"name": name, "constraints": constraints}
        if kind:
            one["type"] = _TYPES.get(kind, kind)
        fields.append(one)
        rules += [(name, rule) for rule in _objects(column.get("quality"))]
    return fields, rules, not_judged


def _name_of(column: Mapping[str, Any]) -> str:
    """The name of a column in the file: the physical one, if it has one."""
    name = column.get("physicalName") or column.get("name")
    return name if isinstance(name, str) else ""


def _service_levels(levels: Any) -> tuple[dict[str, Any], list[str]]:
    """Return when deliveries are due: `every` and `grace` in seconds, `by` in seconds of
    the day.
    """
    every = latency = None
    by, not_judged = set(), []
    for level in _objects(levels):
        name = str(level.get("property", "")).casefold()
        if name in _FREQUENCY:
            every = _seconds(level)
            known = every is not None
        elif name in _LATENCY:
            latency = _seconds(level)
            known = latency is not None
        elif name in _AVAILABLE:
            time = _time_of_day(level.get("value"))
            known = time is not None
            by |= {time} if time is not None else set()
        else:
            continue
        if not known:
            value = shortened(str(level.get("value")), 60)
            not_judged.append(
                f"{level.get('property')} {value!r} in the contract is not understood"
            )
    agreed: dict[str, Any] = {}
    if by:
        agreed["by"] = sorted(by)[:24]
    if every is None and latency is not None and not by:
        return {"every": latency, "grace": _LEAST_GRACE}, not_judged
    if every is not None:
        agreed["every"] = every
    if agreed and latency is not None:
        agreed["grace"] = latency
    return agreed, not_judged


def _seconds(level: Mapping[str, Any]) -> int | None:
    value, unit = level.get("value"), level.get("unit")
    if isinstance(value, str) and not unit:
        if value.casefold() in _EVERY:
            return _EVERY[value.casefold()]
        if found := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)", value.casefold()):
            value, unit = float(found[1]), found[2]
    if isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value * _UNITS.get(str(unit or "").casefold(), 0)
    return int(seconds) if 60 <= seconds <= 10 * 366 * 86_400 else None


def _time_of_day(value: Any) -> int | None:
    """The seconds of the day in UTC of a time with or without an offset from it."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        return None
    hours, minutes, _, sign, *offset = found.groups()
    seconds = 3_600 * int(hours) + 60 * int(minutes)
    if sign:
        away = 3_600 * int(offset[0]) + 60 * int(offset[1])
        seconds += away if sign == "-" else -away
    return seconds % 86_400


def _for_people(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown with the dataset: what it is for, and whom to ask."""
    description = contract.get("description")
    if isinstance(description, dict):
        description = " ".join(
            value
            for name in ("purpose", "usage", "limitations")
            if isinstance(value := description.get(name), str)
        )
    team, tags = contract.get("team"), contract.get("tags")
    support = _objects(contract.get("support"))
    people = _objects(team.get("members") if isinstance(team, dict) else team)
    shown: dict[str, Any] = {
        "description": _text(description, TEXT_AT_MOST),
        "team": [
            _texts(one, "name", "username", "role") for one in people if not one.get("dateOut")
        ],
        "support": [_texts(one, "channel", "tool", "url", "description") for one in support],
        "tags": [
            text for tag in (tags if isinstance(tags, list) else ()) if (text := _text(tag, 100))
        ],
    }
    if isinstance(team, dict) and (name := _text(team.get("name"), 100)):
        shown["team"] = [{"name": name}, *shown["team"]]
    return {
        name: value[:LISTED_AT_MOST] if isinstance(value, list) else value
        for name, value in shown.items()
        if value
    }


def _texts(one: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: text for name in names if (text := _text(one.get(name), 100))}


def _text(value: Any, most: int) -> str | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return shortened(str(value), most).encode(errors="replace").decode() or None


def _objects(values: Any) -> list[Mapping[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
