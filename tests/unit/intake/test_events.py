"""Each event is of the JSON Schema published for its type."""

import json
from dataclasses import replace

import jsonschema
import pytest

from chalicelib.catalog.history.changes import Schema, change_between
from chalicelib.catalog.history.items import file_of, version_item
from chalicelib.intake.events import event_of_lateness, events_of
from tests.examples.records import RECORD
from tests.unit.conftest import PROJECT

SCHEMAS = {
    path.stem: json.loads(path.read_text()) for path in (PROJECT / "docs/events").glob("*.json")
}
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


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_a_schema(kind):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["title"] == kind


@pytest.mark.parametrize("kind", SCHEMAS)
def test_an_event_is_of_the_schema_of_its_type(kind):
    details = [json.loads(event["Detail"]) for event in EVENTS if event["DetailType"] == kind]
    assert details
    for detail in details:
        jsonschema.Draft202012Validator(SCHEMAS[kind]).validate(detail)


def test_every_event_names_its_source_and_its_file_or_bucket_as_a_resource():
    for event in EVENTS:
        assert event["DetailType"] in SCHEMAS
        assert event["Source"] == "csv-catalog"
        resource = f"arn:aws:s3:::{READY.bucket}"
        if event["DetailType"] != "dataset.late":
            resource += f"/{READY.filename}"
        assert event["Resources"] == [resource]


def test_an_event_has_the_same_id_whenever_it_is_sent_and_no_other_has_it():
    ids = [
        json.loads(event["Detail"])["id"]
        for event in events_of(READY, version_item(READY, CHANGES[0], CHANGES[0], 1))
    ]
    later = replace(READY, upload_timestamp="2026-11-22T19:00:00.000Z")
    assert len(set(ids)) == 3
    assert ids == [
        json.loads(event["Detail"])["id"]
        for event in events_of(READY, version_item(READY, CHANGES[0], CHANGES[0], 1))
    ]
    [other] = events_of(later, version_item(later, None, None, 1))
    assert json.loads(other["Detail"])["id"] not in ids
