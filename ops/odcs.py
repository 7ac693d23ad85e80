"""A dataset's contract in the Open Data Contract Standard: names, types, and when it is due."""

import math
import uuid
from typing import Any

import yaml

from chalicelib.catalog.contract import contract_of
from chalicelib.catalog.history.cadence import EVERY_DAY, Rhythm
from chalicelib.catalog.history.declared import Interval
from chalicelib.catalog.history.windows import DAY, Cycle
from chalicelib.catalog.record import FileRecord

_LOGICAL_TYPES = {"datetime": "timestamp", "year": "integer"}
_TYPES = {"string", "date", "timestamp", "time", "number", "integer", "boolean"}


def odcs_contract(
    dataset: str, record: FileRecord, rhythm: Rhythm | Interval | None
) -> dict[str, Any]:
    """The contract that the file meets, and the rhythm that its dataset keeps, if it has one."""
    levels = _service_levels(rhythm)
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"s3://{record.bucket}/{dataset}")),
        "name": dataset,
        "version": "1.0.0",
        "status": "draft",
        "schema": [
            {
                "name": dataset,
                "logicalType": "object",
                "physicalType": "file",
                "properties": [
                    {"name": field["name"], **_logical_type(field["type"])}
                    for field in contract_of(record)["fields"]
                    if field["name"]
                ],
            }
        ],
        **({"slaProperties": levels} if levels else {}),
    }


def as_yaml(contract: dict[str, Any]) -> str:
    """The contract as text, in ASCII: nothing in it acts on a terminal."""
    text: str = yaml.safe_dump(contract, sort_keys=False, width=100)
    return text


def _logical_type(kind: str) -> dict[str, str]:
    logical = _LOGICAL_TYPES.get(kind, kind)
    return {"logicalType": logical} if logical in _TYPES else {}


def _service_levels(rhythm: Rhythm | Interval | None) -> list[dict[str, Any]]:
    """The rhythm as service levels; none where they cannot say it, as days of the week."""
    if isinstance(rhythm, Interval):
        return [_lasting("frequency", rhythm.seconds), _lasting("latency", rhythm.grace)]
    if rhythm is None or not isinstance(rhythm.windows, Cycle):
        return []
    hours = rhythm.parts_of_day
    if rhythm.weekdays != EVERY_DAY or (hours and len(hours) < DAY // rhythm.windows.period):
        return []
    levels = [
        _lasting("frequency", rhythm.windows.period / len(rhythm.latest)),
        _lasting("latency", rhythm.grace),
    ]
    if rhythm.windows.period == DAY:
        levels += [
            {"property": "timeOfAvailability", "value": f"{minutes // 60:02}:{minutes % 60:02}Z"}
            for start, latest in zip(rhythm.windows.starts, rhythm.latest, strict=True)
            for minutes in [math.ceil((start + latest) % DAY / 60) % 1_440]
        ]
    return levels


def _lasting(what: str, seconds: float) -> dict[str, Any]:
    for unit, length in (("d", 86_400), ("h", 3_600)):
        if seconds >= length and seconds % length == 0:
            return {"property": what, "value": int(seconds // length), "unit": unit}
    return {"property": what, "value": math.ceil(seconds / 60), "unit": "m"}
