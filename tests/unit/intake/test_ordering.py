"""What one event does to the catalog where order, doubles and versions could lead it astray."""

from dataclasses import replace

import pytest

from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import padded_sequencer, utc_timestamp
from chalicelib.intake.describe import describe
from chalicelib.intake.s3_event import ObjectEvent

KEY = "a.csv"


class Versions:
    """A bucket with versioning, the events of its changes, and the catalog that they lead to."""

    def __init__(self, aws):
        self.aws = aws
        self.table = RecordsTable(aws.table)
        self.changes = 0
        aws.s3.put_bucket_versioning(
            Bucket=aws.bucket, VersioningConfiguration={"Status": "Enabled"}
        )

    def put(self, content):
        answer = self.aws.s3.put_object(Bucket=self.aws.bucket, Key=KEY, Body=content)
        return self._event(
            removed=False, version_id=answer["VersionId"], etag=answer["ETag"].strip('"')
        )

    def delete(self, version_id=None):
        named = {"VersionId": version_id} if version_id else {}
        answer = self.aws.s3.delete_object(Bucket=self.aws.bucket, Key=KEY, **named)
        return self._event(removed=True, version_id=version_id or answer["VersionId"])

    def _event(self, etag=None, **what):
        self.changes += 1
        return ObjectEvent(
            bucket=self.aws.bucket,
            key=KEY,
            time=f"2026-11-22T18:00:0{self.changes}.000Z",
            sequencer=padded_sequencer(f"0055AED6DC{self.changes}"),
            size=1,
            etag=etag,
            **what,
        )

    def extract(self, event):
        return describe(event, self.aws.s3, self.table.get)

    def handle(self, *events):
        for event in events:
            self.table.put_if_newer(self.extract(event))
        return self.table.get(KEY)


@pytest.fixture
def versions(aws):
    return Versions(aws)


def test_deleting_an_old_version_leaves_the_record_of_the_newest_as_it_was(versions):
    old = versions.put(b"id\n1\n")
    before = versions.handle(versions.put(b"id\n1\n2\n"))
    after = versions.handle(versions.delete(old.version_id))
    assert replace(after, sequencer=before.sequencer) == before
    assert after.sequencer > before.sequencer


def test_an_old_version_that_goes_is_not_a_reason_to_read_the_newest_again(versions, monkeypatch):
    old = versions.put(b"id\n1\n")
    versions.handle(versions.put(b"id\n1\n2\n"))
    removal = versions.delete(old.version_id)
    monkeypatch.setattr(versions.aws.s3, "get_object", None)
    assert versions.handle(removal).row_count == 2


def test_deleting_the_newest_version_brings_the_one_before_back(versions):
    versions.handle(versions.put(b"id\n1\n"))
    newest = versions.put(b"id\n1\n2\n")
    versions.handle(newest)
    assert versions.handle(versions.delete(newest.version_id)).row_count == 1


def test_a_message_of_a_version_deleted_since_does_not_bring_it_back(versions):
    versions.handle(versions.put(b"id\n1\n"))
    newest = versions.put(b"id\n1\n2\n")
    late = versions.extract(newest)
    versions.handle(versions.delete(newest.version_id))
    versions.table.put_if_newer(late)
    assert versions.table.get(KEY).row_count == 1


def test_a_delete_marker_hides_the_file_and_deleting_the_marker_brings_it_back(versions):
    versions.handle(versions.put(b"id\n1\n"))
    marker = versions.delete()
    assert versions.handle(marker) is None
    assert versions.handle(versions.delete(marker.version_id)).row_count == 1


def test_deleting_the_last_version_leaves_nothing(versions):
    only = versions.put(b"id\n1\n")
    versions.handle(only)
    assert versions.handle(versions.delete(only.version_id)) is None


def test_without_versions_a_removal_of_what_is_there_again_is_answered_with_what_is_there(aws):
    etag = aws.s3.put_object(Bucket=aws.bucket, Key=KEY, Body=b"id\n1\n")["ETag"].strip('"')
    removal = ObjectEvent(
        bucket=aws.bucket,
        key=KEY,
        removed=True,
        time="2026-11-22T18:00:00.000Z",
        sequencer=padded_sequencer("01"),
        size=0,
        etag=None,
        version_id=None,
    )
    record = describe(removal, aws.s3)
    assert (record.status, record.etag, record.file_size, record.row_count) == ("ready", etag, 5, 1)
    assert record.sequencer == removal.sequencer


def test_a_write_that_another_one_has_replaced_is_answered_with_that_one(aws):
    """S3 may send one event for two writes at once, and it may be that of the one that lost."""
    lost = aws.s3.put_object(Bucket=aws.bucket, Key=KEY, Body=b"id\n1\n")["ETag"].strip('"')
    won = aws.s3.put_object(Bucket=aws.bucket, Key=KEY, Body=b"id\n1\n2\n")["ETag"].strip('"')
    event = ObjectEvent(
        bucket=aws.bucket,
        key=KEY,
        removed=False,
        time="2026-11-01T00:00:00.000Z",
        sequencer=padded_sequencer("01"),
        size=5,
        etag=lost,
        version_id=None,
    )
    record = describe(event, aws.s3)
    assert (record.etag, record.file_size, record.row_count) == (won, 7, 2)
    written = aws.s3.head_object(Bucket=aws.bucket, Key=KEY)["LastModified"]
    assert record.upload_timestamp == utc_timestamp(written)
    assert record.sequencer == event.sequencer
    assert describe(replace(event, etag=won), aws.s3).upload_timestamp == event.time


def test_a_late_write_does_not_bring_a_deleted_file_back(versions):
    write = versions.put(b"id\n1\n")
    late = versions.extract(write)
    assert versions.handle(versions.delete()) is None
    assert not versions.table.put_if_newer(late)
    assert versions.table.get(KEY) is None
