"""What backfill finds, and where its events stand among those that S3 sends."""

from dataclasses import replace

import pytest

from chalicelib.catalog.metadata_table import MetadataTable
from chalicelib.intake.describe import describe
from chalicelib.intake.s3_event import ObjectEvent
from ops.backfill import differences
from ops.stage import read_stage
from tests.unit.catalog.test_record import RECORD

STAGE = read_stage("local")


@pytest.fixture
def table(aws):
    return MetadataTable(aws.table)


def mend(aws, table):
    """Do what the events of backfill set off; returns what was found."""
    found = differences(STAGE)
    for difference in found:
        event = ObjectEvent.from_notification(difference.event)
        table.put_if_newer(describe(event, aws.s3))
    return [(difference.key, difference.what) for difference in found]


@pytest.mark.parametrize("status", ["ready", "failed", "deleted"])
@pytest.mark.parametrize("stored_at", ["2001-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"])
def test_an_object_beats_what_is_stored_and_loses_to_any_later_event(aws, table, status, stored_at):
    stored = replace(RECORD, filename="a.csv", status=status, upload_timestamp=stored_at)
    table.put_if_newer(stored)
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")
    what = "not cataloged" if status == "deleted" else "out of date"
    assert mend(aws, table) == [("a.csv", what)]
    assert table.get("a.csv").row_count == 1
    assert mend(aws, table) == []
    assert table.put_if_newer(replace(stored, sequencer="F" * 32, row_count=7))


def test_a_record_whose_object_is_gone_becomes_a_tombstone(aws, table):
    table.put_if_newer(RECORD)
    assert mend(aws, table) == [(RECORD.filename, "not in the bucket")]
    assert table.get(RECORD.filename) is None
    assert mend(aws, table) == []


def test_an_object_without_any_record_gets_one_and_other_files_are_left_alone(aws, table):
    aws.s3.put_object(Bucket=aws.bucket, Key="ü & b+c.csv", Body=b"id\n1\n")
    aws.s3.put_object(Bucket=aws.bucket, Key="photo.png", Body=b"\x89PNG")
    assert mend(aws, table) == [("ü & b+c.csv", "not cataloged")]
    assert table.get("ü & b+c.csv").row_count == 1
