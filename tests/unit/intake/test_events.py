"""Each event is of the JSON Schema published for its type."""

import json
from dataclasses import replace

import jsonschema
import pytest

from chalicelib.catalog.history.items import version_item
from chalicelib.intake.events import events_of
from tests.examples.events import CHANGES, EVENTS, READY
from tests.unit.conftest import PROJECT

SCHEMAS = {
    path.stem: json.loads(path.read_text()) for path in (PROJECT / "docs/events").glob("*.json")
}


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
