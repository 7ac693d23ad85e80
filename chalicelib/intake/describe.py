"""Records of what S3 events say: of a write, the object is read.

Of all events of a key, the one with the highest sequencer decides what the catalog says in the
end. So each event need only be answered with what was true at some moment after it happened; the
table keeps the newest answer, in whatever order, and however often, they come.

An event that names a version is of that version. Any other says "look at this key": of two writes
of one key at the same time S3 may send the event of one, which may be the one that lost ("Event
notification types and destinations", Amazon S3 User Guide). So what is there now is the answer.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws import S3, Answer, Body
from chalicelib.catalog.columns import without_contents
from chalicelib.catalog.keys import named_version
from chalicelib.catalog.record import DELETED, FAILED, READY, FileRecord
from chalicelib.catalog.times import NO_PLACE, moment_of, utc_timestamp
from chalicelib.csv_reader import READER_VERSION, UnreadableCsv, read_csv_metadata
from chalicelib.csv_reader.shortened import names_are_cut
from chalicelib.intake import report
from chalicelib.intake.faults import (
    Gone,
    OutOfTime,
    Overtaken,
    ReaderFailed,
    UnreadableObject,
    meaning_of,
)
from chalicelib.intake.s3_event import ObjectEvent
from chalicelib.intake.time_left import check_time

_Stored = Callable[[str], FileRecord | None]
_Read = Callable[[ObjectEvent, Body], FileRecord]

LATE_AT_MOST = timedelta(days=2 * 365)  # no queue keeps a notification for more than weeks


def describe(
    event: ObjectEvent,
    s3: S3,
    stored: _Stored = lambda _: None,
    profile: str = "full",
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> FileRecord:
    """The record of what the event says happened, which for a write means reading the object.

    `stored` looks up the record that the catalog has of a key. `profile` says what is kept of the
    columns: `full`, `names` (nothing from a cell) or `off`. A file that is not a CSV, or is
    too large for `seconds_left`, has a record too, with the reason. A file at which the
    reader fails is read again without a profile; if that fails too, its record says so. Raises
    `Overtaken`, and `Refused`, which has such a record and may be different next time, as whatever
    boto3 raises may.
    """
    failure = None

    def read(found: ObjectEvent, body: Body) -> FileRecord:
        kept = "off" if failure else profile
        try:
            return _read(found, body, kept, seconds_left, failure)
        except ReaderFailed as error:
            report.reader_failed(found.bucket, found.key, error)
            if kept != "off":
                raise
            return _record(found, FAILED, error=str(error))

    try:
        return _describe(event, s3, stored, read)
    except ReaderFailed as error:
        failure = error
    return _describe(event, s3, stored, read)


def _describe(event: ObjectEvent, s3: S3, stored: _Stored, read: _Read) -> FileRecord:
    try:
        if event.version_id is None:
            return _describe_key(event, s3, read)
        if event.removed:
            return _describe_current_version(event, s3, stored, read)
        return _describe_version(event, s3, read)
    except UnreadableObject as error:
        raise Refused(_record(event, FAILED, error=str(error))) from error


class Refused(Exception):
    """S3 would not hand the object out, for the reason in `record`, which shows it as failed."""

    def __init__(self, record: FileRecord):
        super().__init__(record.error)
        self.record = record


def _describe_key(event: ObjectEvent, s3: S3, read: _Read) -> FileRecord:
    """Return what is under the key now, from one request, so of one write only; or a tombstone.

    The record is as late as the event at least: where all sequencers are the same, later wins, and
    what is there was seen after the event.
    """
    try:
        answer = _get(s3, Bucket=event.bucket, Key=event.key)
    except Gone:
        return _tombstone(event)
    found = replace(
        _placed(event, answer),
        version_id=named_version(answer.get("VersionId")),
        etag=answer["ETag"].strip('"'),
        size=answer["ContentLength"],
    )
    if found.etag != event.etag:  # not the event's write
        found = replace(found, time=max(found.time, utc_timestamp(answer["LastModified"])))
    return read(found, answer["Body"])


def _describe_version(event: ObjectEvent, s3: S3, read: _Read) -> FileRecord:
    """Exactly the version that was written. Raises `Overtaken` if it is gone."""
    try:
        answer = _get(s3, Bucket=event.bucket, Key=event.key, VersionId=event.version_id)
    except Gone as error:
        raise Overtaken(f"{error}: a removal came first") from error
    return read(_placed(event, answer), answer["Body"])


def _describe_current_version(
    event: ObjectEvent, s3: S3, stored: _Stored, read: _Read
) -> FileRecord:
    """After the removal of a version, the one that is the current one now; or a tombstone.

    The removal may have been that of an old version, which changes nothing; of the newest, or of a
    delete marker, which brings an older one back. What the catalog has already is not read again:
    its record only moves on to this event's place in the order.
    """
    try:
        current = s3.head_object(Bucket=event.bucket, Key=event.key)
    except ClientError as error:
        if isinstance(meaning_of(error), Gone):
            return _tombstone(event)
        raise meaning_of(error) from error
    restored = replace(
        event,
        removed=False,
        version_id=named_version(current.get("VersionId")),
        etag=current["ETag"].strip('"'),
        size=current["ContentLength"],
    )
    known = stored(event.key)
    its_own = (restored.version_id, restored.etag, READY)  # what failed is tried again
    if known and (known.version_id, known.etag, known.status) == its_own:
        return known.moved_to(event.sequencer)
    if restored.version_id is None:
        return _describe_key(restored, s3, read)
    return _describe_version(restored, s3, read)


def _placed(event: ObjectEvent, answer: Mapping[str, Any]) -> ObjectEvent:
    """The event; or, if it is years older than what S3 has, with S3's time and without an order.

    People send samples with a key of theirs, and a time of 1970.
    """
    written = utc_timestamp(answer["LastModified"])
    if moment_of(written) - moment_of(event.time) <= LATE_AT_MOST:
        return event
    return replace(event, sequencer=NO_PLACE, time=written)


def _get(s3: S3, **named: str | None) -> Answer:
    try:
        return s3.get_object(**named)
    except ClientError as error:
        raise meaning_of(error) from error


def _read(
    event: ObjectEvent,
    body: Body,
    profile: str,
    seconds_left: Callable[[], float],
    failed_before: ReaderFailed | None,
) -> FileRecord:
    """The record of what is read. Raises `ReaderFailed`, and whatever reading the body raises."""
    stream = _Stoppable(body, seconds_left)
    failure = None
    try:
        metadata = read_csv_metadata(
            stream,
            profile=profile != "off",
            time_is_short=_half_gone(seconds_left),
            check_time=lambda: check_time(seconds_left),
        )
    except UnreadableCsv as error:
        return _record(event, FAILED, error=str(error), sha256=stream.digest(event.size))
    except OutOfTime:
        reason = (
            f"too large for one run of the function: {stream.bytes_read:,} of "
            f"{event.size:,} bytes were read when its time was up"
        )
        return _record(event, FAILED, error=reason)
    except Exception as error:
        if error is stream.fault:
            raise
        failure = ReaderFailed(error)
    finally:
        body.close()
    if failure:
        raise failure  # out here it has no context, whose frames would keep what was read
    content = asdict(metadata)
    # A record keeps fewer names than the reader does, and says itself how many.
    cut = names_are_cut(len(metadata.column_names), metadata.column_count)
    content["warnings"] = tuple(one for one in metadata.warnings if one != cut)
    if failed_before:
        content["warnings"] += (f"there is no profile of the columns: {failed_before}",)
    columns = json.loads(json.dumps(content.pop("columns")))  # a record's columns are plain JSON
    if profile == "names":
        columns = map(without_contents, columns)
    digest = stream.digest(event.size)
    return _record(event, READY, columns=tuple(columns), sha256=digest, **content)


def _half_gone(seconds_left: Callable[[], float]) -> Callable[[], bool]:
    """Return whether half of the time is gone: counting alone is several times as fast as
    profiling.
    """
    half = seconds_left() / 2
    return lambda: seconds_left() < half


def _tombstone(event: ObjectEvent) -> FileRecord:
    return _record(replace(event, etag=None, size=0), DELETED)


class _Stoppable:
    """The body of an object, which raises `OutOfTime` from `read` when no time is left.

    `fault` is what reading the body has raised, if it has: a lack of memory is not the file's.
    """

    def __init__(self, body: Body, seconds_left: Callable[[], float]):
        self._body = body
        self._seconds_left = seconds_left
        self._sha256 = hashlib.sha256()
        self.bytes_read = 0
        self.fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        check_time(self._seconds_left)
        try:
            chunk = self._body.read(size)
        except MemoryError:
            raise
        except Exception as error:
            self.fault = error
            raise
        self._sha256.update(chunk)
        self.bytes_read += len(chunk)
        return chunk

    def digest(self, size: int) -> str | None:
        """The SHA-256 of the object's bytes, or None if not all of its `size` were read."""
        return self._sha256.hexdigest() if self.bytes_read == size else None


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
