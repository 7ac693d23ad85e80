"""Events of every type, each as it is made of a record and its version."""

from dataclasses import replace

from chalicelib.catalog.history.changes import Schema, change_between
from chalicelib.catalog.history.items import file_of, version_item
from chalicelib.intake.events import event_of_lateness, events_of
from tests.examples.records import RECORD

READY = replace(RECORD, dataset="reports/{date}/sales.csv")


def compared(**other):
    old = replace(READY, **other)
    change = change_between(Schema.of(old), Schema.of(READY)).as_dict()
    with_it = {"filename": "a.csv", "sequencer": old.sequencer, "schema_id": "0" * 32}
    return change | {"compared_with": with_it}


CHANGES = [
    compared(column_names=("naïve", "id")),
    compared(column_names=("id",), column_count=1, delimiter=";", encoding="cp1252"),
    compared(has_header=False),
    compared(compression="gzip"),
    compared(column_names=("id",), column_count=9),
]
VIOLATED = replace(
    READY, contract={"key": "_schema.json", "version": "1"}, violations=("column 'x' is missing",)
)
UNUSUAL = [
    {
        "figure": "rows",
        "value": 12,
        "low": 341,
        "high": 372,
        "sentence": "12 rows; the last 28 deliveries had 341 to 372",
    }
]
LATE = {
    "Dataset": "reports/{date}/sales.csv",
    "Late": {
        "due": "2026-11-23T12:00:00.000Z",
        "rhythm": "daily by 06:00 UTC",
        "newest": file_of(version_item(READY, None, None, 1)),
    },
}
RECOVERED = {
    "due": "2026-11-22T12:00:00.000Z",
    "rhythm": "daily by 06:00 UTC",
    "next_due": "2026-11-23T12:00:00.000Z",
}
EVENTS = [
    event_of_lateness(LATE, READY.bucket),
    *events_of(READY, version_item(READY, None, None, 1) | {"Recovered": RECOVERED}),
    *events_of(VIOLATED, version_item(READY, None, None, 1)),
    *events_of(READY, version_item(READY, None, None, 1)),
    *events_of(READY, version_item(READY, None, None, 1, UNUSUAL)),
    *events_of(replace(READY, status="failed", error="no CSV"), {}),
    *events_of(replace(READY, status="deleted"), {}),
    *(
        event
        for change in CHANGES
        for event in events_of(READY, version_item(READY, change, change, 1))
    ),
]
