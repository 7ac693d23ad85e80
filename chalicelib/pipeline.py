"""The steps of the pipeline: an S3 event becomes a message, a message becomes a record.

Of all events of a key, the one with the highest sequencer decides what the catalog says in the
end. So each event need only be answered with what was true at some moment after it happened; the
table sees to it that the newest answer stands, in whatever order, and however often, they come.
"""

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.csv_metadata import UnreadableCsv, read_csv_metadata
from chalicelib.faults import OutOfTime, Overtaken, UnreadableObject, meaning_of
from chalicelib.record import DELETED, FAILED, READY, FileRecord, InvalidMessage
from chalicelib.s3_event import ObjectEvent, named_version, utc_timestamp


class UnstoredMessages(Exception):
    """Some messages of a batch could not be stored; the queue will deliver them again."""


def describe(
    event: ObjectEvent,
    s3,
    stored: Callable[[str], FileRecord | None] = lambda _: None,
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> FileRecord:
    """The record of what the event says happened, which for a write means reading the object.

    `stored` looks up the record that the catalog has of a key. A file that cannot be read, or not
    in `seconds_left`, has a record too, with the reason. Raises `Overtaken`; whatever boto3 raises
    otherwise is for Lambda to retry.
    """
    if event.removed:
        return _describe_removal(event, s3, stored, seconds_left)
    return _describe_write(event, s3, seconds_left)


def _describe_write(event: ObjectEvent, s3, seconds_left) -> FileRecord:
    try:
        body = _open(event, s3)
    except UnreadableObject as error:
        return _record(event, FAILED, error=str(error)).fitted()
    stream = _Stoppable(body, seconds_left)
    try:
        metadata = read_csv_metadata(stream)
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
    return _record(event, READY, **asdict(metadata)).fitted()


def _open(event: ObjectEvent, s3):
    """The body of exactly the write that the event named, in one request, so of one write only."""
    named = {"VersionId": event.version_id} if event.version_id else {"IfMatch": f'"{event.etag}"'}
    try:
        return s3.get_object(Bucket=event.bucket, Key=event.key, **named)["Body"]
    except ClientError as error:
        raise meaning_of(error) from error


def _describe_removal(event: ObjectEvent, s3, stored, seconds_left) -> FileRecord:
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
    return _describe_write(restored, s3, seconds_left)


class _Stoppable(io.RawIOBase):
    """The body of an object, which raises `OutOfTime` from `read` when no time is left."""

    def __init__(self, body, seconds_left: Callable[[], float]):
        self._body = body
        self._seconds_left = seconds_left
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        _check(self._seconds_left)
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
        file_size=event.size,
        status=status,
        **content,
    )


def _now() -> str:
    return utc_timestamp(datetime.now(timezone.utc))


@dataclass(frozen=True)
class Message:
    """A message as the queue delivered it; the receipt handle is what deletes it."""

    message_id: str
    body: str
    receipt_handle: str
    receive_count: int = 1


def retry_in(receive_count: int, error: Exception) -> int:
    """Seconds until a message that could not be stored is delivered again.

    What no retry can mend has its five tries within half a minute, and stands in the dead-letter
    queue; a fault of the table's is waited out for ten. Where the queue has no dead-letter queue,
    the pauses grow to a quarter of an hour.
    """
    first, factor = (1, 2) if isinstance(error, InvalidMessage) else (5, 3)
    return min(first * factor ** min(receive_count - 1, 10), 900)


def store_each(
    messages: Iterable[Message],
    store: Callable[[str], Any],
    delete: Callable[[Message], Any],
    failed: Callable[[Message, Exception], Any],
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> None:
    """Store the messages one by one, so that a bad one troubles no other of its batch.

    Lambda deletes all messages of a batch or none ("Handling errors for an SQS event source in
    Lambda"), so each is deleted here as soon as it is stored. Raises `UnstoredMessages` if any is
    left: those alone become visible again, and stand in the dead-letter queue in the end.
    """
    left = 0
    for message in messages:
        try:
            _check(seconds_left)
            store(message.body)
            delete(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            left += 1
            failed(message, error)
    if left:
        raise UnstoredMessages(f"{left} could not be stored")


def _check(seconds_left: Callable[[], float]) -> None:
    if seconds_left() <= 0:
        raise OutOfTime("the function's time is up, and Lambda would stop it")
