"""Histories and datasets as the API sends them, for the fake catalog."""

from collections.abc import Sequence

from tests.browser.fake_records import Record

DAYS = [
    "2026-11-22T15:58:00.000Z",
    "2026-11-15T16:02:11.000Z",
    "2026-11-08T15:49:37.000Z",
    "2026-11-01T15:55:02.000Z",
]


SCHEMA = ("schema_id", "has_header", "column_count", "column_names")


def a_change(by_name: str, by_position: str, *changes: Record, **fields: object) -> Record:
    """A change as the API sends it, of these steps, against an earlier file of a dataset."""
    return {
        "by_name": by_name,
        "by_position": by_position,
        "changes": list(changes),
        "changes_total": len(changes),
        "partial": False,
        "compared_with": {"filename": "a.csv", "sequencer": "01", "schema_id": "b2" * 16},
    } | fields


def a_version(upload_timestamp: str, **fields: object) -> Record:
    """A version of a file as its history has it: read, and with nothing changed."""
    return {
        "sequencer": upload_timestamp,
        "upload_timestamp": upload_timestamp,
        "status": "ready",
        "file_size": 48_213,
        "row_count": 1_204,
        "column_count": 3,
        "schema_id": "a1" * 16,
        "change": None,
    } | fields


def a_dataset(dataset: str, newest: str, *schemas: Record, **fields: object) -> Record:
    """A dataset's own view, whose listing the fake catalog makes of it."""
    return {
        "dataset": dataset,
        "newest": a_file(newest) | {"schema_id": "a1" * 16},
        "schema": {name: schemas[0][name] for name in SCHEMA},
        "schemas": list(schemas),
        "schemas_total": len(schemas),
        "last_change": _last_change(newest, schemas[0]["change"]),
        "deliveries": 4,
        "state": "fresh",
        "rhythm": "weekly on Sundays",
        "next_due": "2026-11-29T20:00:00.000Z",
        "unusual": [],
        "description": None,
        "team": None,
        "support": None,
        "tags": None,
    } | fields


def _last_change(newest: str, change: Record | None) -> Record | None:
    if change is None:
        return None
    verdict = {name: change[name] for name in ("by_name", "by_position", "changes_total")}
    return verdict | {"filename": newest, "upload_timestamp": DAYS[0]}


def a_delivery(filename: str, upload_timestamp: str = DAYS[0], **fields: object) -> Record:
    """A delivery of a dataset: read, and with nothing odd about it."""
    return {
        **a_file(filename, upload_timestamp),
        "version_id": None,
        "date": None,
        "status": "ready",
        "error": None,
        "file_size": 48_213,
        "row_count": 1_204,
        "column_count": 3,
        "sha256": None,
        "schema_id": "a1" * 16,
        "contract": None,
        "violations": [],
        "violations_total": 0,
        "change": None,
        "same_as": None,
        "unusual": [],
        "figures": [],
        "figures_left_out": 0,
    } | fields


def an_oddity(sentence: str, figure: str = "rows") -> Record:
    """What is unusual about a delivery."""
    return {"figure": figure, "value": 3, "low": 341, "high": 372, "sentence": sentence}


def a_point(time: str, rows: int, **figures: object) -> Record:
    """A delivery in a series."""
    none = {"empty": None, "distinct": None, "min": None, "max": None, "mean": None}
    return {
        "filename": "a.csv",
        "sequencer": "01",
        "time": time,
        "date": None,
        "status": "ready",
        "rows": rows,
        "bytes": rows * 40,
        "figures": none | {"quartiles": None} | figures if figures else None,
    }


def a_schema(
    first: str, last: str, *names: str, days: Sequence[str] = DAYS, change: Record | None = None
) -> Record:
    """A schema that the files from `first` to `last` had."""
    return {
        "schema_id": "a1" * 16,
        "has_header": True,
        "column_count": len(names),
        "column_names": list(names),
        "first": a_file(first, days[1]),
        "last": a_file(last, days[0]),
        "change": change,
    }


def a_file(filename: str, upload_timestamp: str = DAYS[0]) -> Record:
    """A file as datasets name it."""
    return {"filename": filename, "sequencer": "01", "upload_timestamp": upload_timestamp}
