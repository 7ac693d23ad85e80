"""Contracts: what was agreed of a file, as a Table Schema, and what of it a file does not keep.

A contract is a Table Schema of Frictionless Data, version 2 (https://datapackage.org/standard/
table-schema/). It is judged by what the record has: names, and the profiles of the columns. What
cannot be judged by those is named as such, and is not a violation.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.catalog import contract_forms
from chalicelib.catalog.columns import Column
from chalicelib.catalog.keys import composed
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.column_types import (
    COLUMN_TYPES,
    DAY_FIRST,
    MONTH_FIRST,
    NUMERIC,
    TEXT,
    YEAR_FIRST,
)
from chalicelib.csv_reader.shortened import ELLIPSIS, counted, shortened

CONTRACT_BYTES = 1_000_000
VIOLATIONS_AT_MOST = 50
_SENTENCE = 299  # characters
_SENTENCES_BYTES = 18_000  # of all of them, as JSON

# Which types of a profile are cases of a Table Schema's. A column without a value is of any.
_TYPES: dict[str, set[str] | None] = {
    **{
        name: {type for type, known in COLUMN_TYPES.items() if known.table_schema == name}
        for name in {known.table_schema for known in COLUMN_TYPES.values()}
    },
    "any": None,
    "string": None,
    "number": set(NUMERIC),
    "year": {"integer"},
}
_NOT_JUDGED_TYPES = {"yearmonth", "duration", "geopoint", "geojson", "object", "array", "list"}
_NO = "is not a Table Schema"
_FIELDS_MATCH = ("exact", "equal", "subset", "superset", "partial")
# The places of year, month and day in a date, by the profile's order of these.
_PLACES = {YEAR_FIRST: (0, 1, 2), DAY_FIRST: (2, 1, 0), MONTH_FIRST: (2, 0, 1)}


class NoTableSchema(ValueError):
    """A contract is not a valid Table Schema; the message says why."""


def contract_of(record: FileRecord) -> dict[str, Any]:
    """The contract that the file meets: names, order and types; no figures, which may change."""
    types = [COLUMN_TYPES.get(column["type"], TEXT).table_schema for column in record.columns]
    types += ["any"] * (len(record.column_names) - len(types))
    fields = [
        {"name": name, "type": kind} for name, kind in zip(record.column_names, types, strict=False)
    ]
    complete = len(fields) == record.column_count
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": "exact" if complete else "subset",
        "fields": fields,
    }


def judge(body: bytes, record: FileRecord) -> tuple[list[str], list[str]]:
    """Return what in the file is not as agreed, and what could not be judged, a sentence each."""
    try:
        contract = read_contract(body)
    except NoTableSchema as error:
        return [f"the contract {error}"], []
    return judge_columns(contract, record)


def judge_columns(contract: Mapping[str, Any], record: FileRecord) -> tuple[list[str], list[str]]:
    """The same, by a Table Schema that was read."""
    judged = _Judged(contract, record)
    return judged.violations, judged.not_judged


def bounded(sentences: Sequence[str]) -> tuple[str, ...]:
    """The first of the sentences, each cut; and how many more there are.

    They quote what anyone may have written into a contract: a message takes some characters of
    JSON, and none that is half of a surrogate pair.
    """
    kept, size = [], 0
    for sentence in sentences[:VIOLATIONS_AT_MOST]:
        text = shortened(sentence, _SENTENCE).encode(errors="replace").decode()
        size += len(json.dumps(text)) + 1
        if size > _SENTENCES_BYTES:
            break
        kept.append(text)
    if more := len(sentences) - len(kept):
        kept.append(f"and {more:,} more")
    return tuple(kept)


def read_contract(body: bytes) -> dict[str, Any]:
    """The Table Schema that the body is. Raises `NoTableSchema`."""
    if len(body) > CONTRACT_BYTES:
        raise NoTableSchema(f"is larger than {CONTRACT_BYTES:,} bytes")
    try:
        contract = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoTableSchema("is not JSON") from error
    if not isinstance(contract, dict):
        raise NoTableSchema(f"{_NO}: it is not an object")
    fields = contract.get("fields")
    if not isinstance(fields, list) or not fields:
        raise NoTableSchema(f"{_NO}: it has no list of fields")
    for number, field in enumerate(fields, 1):
        if not isinstance(field, dict) or not isinstance(field.get("name"), str):
            raise NoTableSchema(f"{_NO}: field {number} is not an object with a name")
        kind = field.get("type", "any")
        if not isinstance(kind, str) or kind not in {*_TYPES, *_NOT_JUDGED_TYPES}:
            raise NoTableSchema(f"{_NO}: field {number} has an unknown type")
        if not isinstance(field.get("constraints", {}), dict):
            raise NoTableSchema(f"{_NO}: field {number} has no object of constraints")
    if _fields_match(contract) not in _FIELDS_MATCH:
        raise NoTableSchema(f"{_NO}: fieldsMatch is one of {', '.join(_FIELDS_MATCH)}")
    return contract


def _fields_match(contract: Mapping[str, Any]) -> Any:
    """Return how fields are matched: a text, or a list of one, as the standard has had it."""
    match contract.get("fieldsMatch", "exact"):
        case str(one) | [str(one)]:
            return one
    return None


class _Judged:
    """A file and its contract, compared."""

    def __init__(self, contract: Mapping[str, Any], record: FileRecord):
        self._contract = contract
        self._record = record
        self._fields = [{**field, "name": composed(field["name"])} for field in contract["fields"]]
        self._names = tuple(map(composed, record.column_names))
        self.not_judged: list[str] = []
        self.violations = [*self._of_names(), *self._of_columns()]
        for name in ("primaryKey", "foreignKeys", "uniqueKeys"):
            if name in contract:
                self.not_judged.append(f"{name} of the contract cannot be judged")

    def _of_names(self) -> Iterator[str]:
        record, agreed = self._record, [field["name"] for field in self._fields]
        if record.column_count and not record.has_header:
            yield "the file has no header, and the contract names its columns"
            return
        if len(self._names) < (record.column_count or 0):
            self.not_judged.append("not all names of columns are known: the others are not judged")
        missing = _without(agreed, self._names)
        extra = _without(self._names, agreed)
        match = _fields_match(self._contract)
        if match in ("exact", "equal", "subset"):
            yield from (f"column {name!r} is missing" for name in missing)
        if match in ("exact", "equal", "superset"):
            yield from (f"column {name!r} is not in the contract" for name in extra)
        if match == "partial" and len(missing) == len(agreed):
            yield "none of the contract's columns is there"
        if match in ("exact", "equal") and not (missing or extra):
            if record.column_count != len(agreed):
                yield f"there are {record.column_count:,} columns and not {len(agreed):,}"
            elif match == "exact":
                yield from (
                    f"column {number} is {name!r} and not {other!r}"
                    for number, (name, other) in enumerate(
                        zip(self._names, agreed, strict=False), 1
                    )
                    if name != other
                )

    def _of_columns(self) -> Iterator[str]:
        record = self._record
        if not record.has_header:
            return
        by_name: dict[str, Column] = {}
        for name, column in zip(self._names, record.columns, strict=False):
            by_name.setdefault(name, column)
        names = set(self._names)
        unprofiled = [f for f in self._fields if f["name"] in names and f["name"] not in by_name]
        if unprofiled:
            self.not_judged.append(
                f"types and constraints of {len(unprofiled):,} columns without a profile are not "
                "judged"
            )
        if by_name and (record.profiled_rows or 0) < (record.row_count or 0):
            self.not_judged.append(f"only the first {record.profiled_rows:,} rows are judged")
        for field in self._fields:
            if profile := by_name.get(field["name"]):
                yield from self._of_type(field, profile)
                yield from self._of_constraints(field, profile)

    def _of_type(self, field: Mapping[str, Any], column: Column) -> Iterator[str]:
        name, kind = field["name"], field.get("type", "any")
        if kind in _NOT_JUDGED_TYPES:
            self._cannot_judge(name, f"type {kind}")
            return
        missing = contract_forms.missing_values(self._contract, field)
        if column["type"] != "empty" and contract_forms.judges(field, missing, column):
            found = contract_forms.violations(field, missing, column)
            if found is None:
                self._cannot_judge(name, "format" if "format" in field else f"type {kind}")
            for end in found or ():
                yield f"column {name!r} is not {kind} as agreed: {end}"
            return
        if field.get("format", "default") not in ("default", "any"):
            self._cannot_judge(name, "format")
        allowed = _TYPES[kind]
        if allowed is None or column["type"] in {"empty", *allowed}:
            return
        sentence = f"column {name!r} is of type {column['type']} and not {kind}"
        almost = column.get("almost")
        if almost and almost["type"] in allowed:
            count, row = almost["count"], almost["row"]
            others = f"{count:,} cells are not, the first of them in row {row:,}"
            sentence += f": {others}" if count > 1 else f": 1 cell is not, in row {row:,}"
        yield sentence

    def _of_constraints(self, field: Mapping[str, Any], column: Column) -> Iterator[str]:
        name = field["name"]
        for constraint, wanted in field.get("constraints", {}).items():
            match constraint:
                case "required":
                    if wanted is True and (empty := column["null_count"]):
                        yield f"column {name!r} is required, and has {counted(empty, 'empty cell')}"
                case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
                    yield from self._of_bound(name, column, constraint, wanted)
                case "minLength" | "maxLength" if type(wanted) is int:
                    length = column["min_length" if constraint == "minLength" else "max_length"]
                    too_far = length is not None and (
                        length < wanted if constraint == "minLength" else length > wanted
                    )
                    if too_far:
                        lengths = f"a cell of {length:,} characters: {constraint} is {wanted:,}"
                        yield f"column {name!r} has {lengths}"
                case "unique" if wanted is False or column["distinct_is_exact"]:
                    values = (self._record.profiled_rows or 0) - column["null_count"]
                    if wanted is True and column["distinct_count"] < values:
                        yield f"column {name!r} is to be unique, and has values that repeat"
                case _:
                    self._cannot_judge(name, str(constraint))

    def _of_bound(self, name: str, column: Column, constraint: str, wanted: Any) -> Iterator[str]:
        is_low = constraint in ("minimum", "exclusiveMinimum")
        text = column["min" if is_low else "max"]
        if column["type"] == "empty":
            return
        value, bound = _value(text, column), _bound(wanted, column)
        if value is None or bound is None:
            self._cannot_judge(name, constraint)
            return
        beyond = value < bound if is_low else value > bound
        if beyond or (value == bound and constraint.startswith("exclusive")):
            yield f"column {name!r} has a value beyond its {constraint}, {wanted}"

    def _cannot_judge(self, name: str, what: str) -> None:
        self.not_judged.append(f"{what} of column {name!r} in the contract cannot be judged")


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    left_out = set(others)
    return [name for name in names if name not in left_out]


def _value(text: str | None, column: Column) -> Any:
    """The value of a profile's text, in a form that compares; None if that is not
    known.
    """
    if text is None or text.endswith(ELLIPSIS):
        return None
    match column["type"]:
        case "integer":
            return _number(contract_forms.plain_number(text, column))
        case "decimal" | "double" if column.get("decimal_mark"):
            return _number(contract_forms.plain_number(text, column))
        case _ if column.get("date_pattern"):
            return None
        case "time":
            return text.strip()
        case "date" | "timestamp" if order := column.get("date_order"):
            day, *clock = re.split("[T ]", text.strip(), maxsplit=1)
            parts = re.split("[-/.]", day)
            if len(parts) != 3:
                return None
            iso = "-".join(parts[place].zfill(2) for place in _PLACES[order])
            return "T".join([iso, *clock])
    return None


def _bound(wanted: Any, column: Column) -> Any:
    if column["type"] in NUMERIC:
        return _number(str(wanted)) if type(wanted) in (int, float, str) else None
    return wanted.replace(" ", "T") if isinstance(wanted, str) else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
