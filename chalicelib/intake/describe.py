"""What an S3 event says that happened, as a record: which for a write means reading the object.

Of all events of a key, the one with the highest sequencer decides what the catalog says in the
end. So each event need only be answered with what was true at some moment after it happened; the
table sees to it that the newest answer stands, in whatever order, and however often, they come.
"""

import io
import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timezone
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.catalog.columns import without_contents
from chalicelib.catalog.keys import named_version
from chalicelib.catalog.record import DELETED, FAILED, READY, FileRecord
from chalicelib.catalog.times import utc_timestamp
from chalicelib.csv_reader import READER_VERSION, UnreadableCsv, read_csv_metadata
from chalicelib.intake.faults import OutOfTime, Overtaken, UnreadableObject, meaning_of
from chalicelib.intake.s3_event import ObjectEvent
from chalicelib.intake.time_left import check_time


def describe(
    event: ObjectEvent,
    s3,
    stored: Callable[[str], FileRecord | None] = lambda _: None,
    profile: str = "full",
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> FileRecord:
    """The record of what the event says happened, which for a write means reading the object.

    `stored` looks up the record that the catalog has of a key. `profile` says what is kept of the
    columns: `full`, `names` (nothing that stands in a cell) or `off`. A file that cannot be read,
    or not in `seconds_left`, has a record too, with the reason. Raises `Overtaken`; whatever boto3
    raises otherwise is for Lambda to retry.
    """
    if event.removed:
        return _describe_removal(event, s3, stored, profile, seconds_left)
    return _describe_write(event, s3, profile, seconds_left)


def _describe_write(event: ObjectEvent, s3, profile, seconds_left) -> FileRecord:
    try:
        body = _open(event, s3)
    except UnreadableObject as error:
        return _record(event, FAILED, error=str(error)).fitted()
    stream = _Stoppable(body, seconds_left)
    try:
        metadata = read_csv_metadata(
            stream, profile=profile != "off", time_is_short=_half_gone(seconds_left)
        )
    except UnreadableCsv as error:
        return _record(event, FAILED, error=str(error)).fitted()
    except OutOfTime:
        reason = (
            f"too large for one run of the function: {stream.bytes_read:,} of "
            f"{event.size:,} bytes were read when its time was up"
        )
        return _record(event, FAILED, error=reason).fitted()
    finally:
        body.close()
    content = asdict(metadata)
    columns = json.loads(json.dumps(content.pop("columns")))  # a record's columns are plain JSON
    if profile == "names":
        columns = map(without_contents, columns)
    return _record(event, READY, columns=tuple(columns), **content).fitted()


def _open(event: ObjectEvent, s3):
    """The body of exactly the write that the event named, in one request, so of one write only."""
    named = {"VersionId": event.version_id} if event.version_id else {"IfMatch": f'"{event.etag}"'}
    try:
        return s3.get_object(Bucket=event.bucket, Key=event.key, **named)["Body"]
    except ClientError as error:
        raise meaning_of(error) from error


def _describe_removal(event: ObjectEvent, s3, stored, profile, seconds_left) -> FileRecord:
    """A tombstone, or in a versioned bucket the version that is the current one now.

    There, a removal may have been that of an old version, which changes nothing; of the newest, or
    of a delete marker, which brings an older one back. What the catalog has already is not read
    again: its record only moves on to this event's place in the order.
    """
    try:
        current = s3.head_object(Bucket=event.bucket, Key=event.key)
    except ClientError as error:
        if isinstance(meaning_of(error), Overtaken):
            return _record(event, DELETED)
        raise
    if "VersionId" not in current:
        raise Overtaken("the object is there: a newer write came after the removal")
    restored = replace(
        event,
        removed=False,
        version_id=named_version(current["VersionId"]),
        etag=current["ETag"].strip('"'),
        size=current["ContentLength"],
    )
    known = stored(event.key)
    if known and (known.version_id, known.etag) == (restored.version_id, restored.etag):
        return replace(known, sequencer=event.sequencer)
    return _describe_write(restored, s3, profile, seconds_left)


def _half_gone(seconds_left: Callable[[], float]) -> Callable[[], bool]:
    """Whether half of the time is gone: counting alone is several times as fast as profiling."""
    half = seconds_left() / 2
    return lambda: seconds_left() < half


class _Stoppable(io.RawIOBase):
    """The body of an object, which raises `OutOfTime` from `read` when no time is left."""

    def __init__(self, body, seconds_left: Callable[[], float]):
        self._body = body
        self._seconds_left = seconds_left
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        check_time(self._seconds_left)
        count = self._body.readinto(buffer)
        self.bytes_read += count
        return count


def _record(event: ObjectEvent, status: str, **content: Any) -> FileRecord:
    return FileRecord(
        filename=event.key,
        bucket=event.bucket,
        etag=event.etag,
        version_id=event.version_id,
        sequencer=event.sequencer,
        upload_timestamp=event.time,
        processed_timestamp=_now(),
        reader_version=READER_VERSION,
        file_size=event.size,
        status=status,
        **content,
    )


def _now() -> str:
    return utc_timestamp(datetime.now(timezone.utc))
