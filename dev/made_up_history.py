"""What changed in made-up files from day to day, for the history of one and the datasets of all."""

from collections.abc import Sequence

from dev.fake_catalog import Record

DAYS = [
    "2026-11-22T15:58:00.000Z",
    "2026-11-15T16:02:11.000Z",
    "2026-11-08T15:49:37.000Z",
    "2026-11-01T15:55:02.000Z",
]


def a_change(by_name: str, by_position: str, *changes: Record, **fields: object) -> Record:
    """A change as the API sends it, of these steps, against an earlier file of a dataset."""
    return {
        "by_name": by_name,
        "by_position": by_position,
        "changes": list(changes),
        "changes_total": len(changes),
        "partial": False,
        "compared_with": {"filename": "a.csv", "sequencer": "01", "schema_id": "b2"},
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
        "schema_id": "a1",
        "change": None,
    } | fields


def a_dataset(dataset: str, newest: str, *schemas: Record, **fields: object) -> Record:
    """A dataset's own view, whose listing the fake catalog makes of it."""
    return {
        "dataset": dataset,
        "newest": a_file(newest),
        "schema": schemas[0],
        "schemas": list(schemas),
        "schemas_total": len(schemas),
    } | fields


def a_schema(
    first: str, last: str, *names: str, days: Sequence[str] = DAYS, change: Record | None = None
) -> Record:
    """A schema that the files from `first` to `last` had."""
    return {
        "schema_id": "a1",
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


CONTACTS = "crm/contacts_2026-11-22.csv.gz"


def before(filename: str) -> Record:
    """What a change is against."""
    return {"filename": filename, "sequencer": "00", "schema_id": "b2"}


SWAPPED = a_change(
    "ok",
    "silent",
    {"kind": "reordered", "name": "phone", "position": 6, "position_before": 5},
    {"kind": "reordered", "name": "email", "position": 5, "position_before": 6},
    compared_with=before(CONTACTS),
)
RENAMED = a_change(
    "breaks",
    "ok",
    {"kind": "renamed", "from": "amount", "to": "total", "position": 5, "guess": True},
    compared_with=before("sales/eu/orders_2026-11-19.csv"),
)
CONTACT_HISTORY = [
    a_version(DAYS[0], column_count=14, row_count=312_907, file_size=14_442_180, change=SWAPPED),
    a_version(
        DAYS[1],
        column_count=14,
        row_count=311_640,
        file_size=14_301_007,
        change=a_change(
            "ok",
            "ok",
            {"kind": "added", "name": "discount", "position": 14},
            compared_with=before(CONTACTS),
        ),
    ),
    a_version(DAYS[2], status="failed", row_count=None, column_count=None, schema_id=None),
    a_version(DAYS[3], column_count=13, row_count=309_118, file_size=14_002_551),
]
ORDERS = ["order_id", "customer_id", "placed_at", "country"]
DATASETS = [
    a_dataset(
        "crm/contacts_{date}.csv",
        "crm/contacts_2026-11-22.csv.gz",
        a_schema(
            "crm/contacts_2026-11-22.csv.gz",
            "crm/contacts_2026-11-22.csv.gz",
            *["contact_id", "first_name", "last_name", "email", "email", "phone"],
            change=SWAPPED,
        ),
        a_schema(
            "crm/contacts_2026-10-01.csv.gz",
            "crm/contacts_2026-11-15.csv.gz",
            *["contact_id", "first_name", "last_name", "email", "phone", "email"],
            days=DAYS[1:],
        ),
    ),
    a_dataset(
        "iot/plant-7/sensors_{date}.csv",
        "iot/plant-7/sensors_2026-11-22.csv.gz",
        a_schema(
            "iot/plant-7/sensors_2026-11-09.csv.gz",
            "iot/plant-7/sensors_2026-11-22.csv.gz",
            *["sensor", "read_at", "celsius", "humidity", "battery"],
        ),
    ),
    a_dataset(
        "sales/eu/orders_{date}.csv",
        "sales/eu/orders_2026-11-20.csv",
        a_schema(
            "sales/eu/orders_2026-11-20.csv",
            "sales/eu/orders_2026-11-20.csv",
            *[*ORDERS, "total"],
            change=RENAMED,
        ),
        a_schema(
            "sales/eu/orders_2026-11-09.csv",
            "sales/eu/orders_2026-11-19.csv",
            *[*ORDERS, "amount"],
            days=DAYS[1:],
        ),
    ),
]
