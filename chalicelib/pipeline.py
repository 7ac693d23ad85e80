"""The steps of the pipeline: an S3 event becomes a message, a message becomes a record."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.csv_metadata import UnreadableCsv, read_csv_metadata
from chalicelib.record import DELETED, FAILED, READY, FileRecord
from chalicelib.s3_event import ObjectEvent

# What S3 answers when the write that an event named is no longer the newest, or is gone:
# "Error responses" in the Amazon S3 API Reference.
_OVERTAKEN = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed", "404", "412"}


class Overtaken(Exception):
    """The write that an event named has been replaced or removed since; its own event will come."""


class UnstoredMessages(Exception):
    """Some messages of a batch could not be stored; the queue will deliver them again."""


def describe(event: ObjectEvent, s3) -> FileRecord:
    """The record of what the event says happened, which for a write means reading the object.

    A file that cannot be read has a record too, with the reason. Raises `Overtaken`; whatever
    boto3 raises otherwise is for Lambda to retry.
    """
    if event.removed:
        return _record(event, DELETED)
    body = _open(event, s3)
    try:
        metadata = read_csv_metadata(body)
    except UnreadableCsv as error:
        return _record(event, FAILED, error=str(error)).fitted()
    finally:
        body.close()
    return _record(event, READY, **asdict(metadata)).fitted()


def _open(event: ObjectEvent, s3):
    """The body of exactly the write that the event named."""
    named = {"VersionId": event.version_id} if event.version_id else {"IfMatch": f'"{event.etag}"'}
    try:
        return s3.get_object(Bucket=event.bucket, Key=event.key, **named)["Body"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _OVERTAKEN:
            raise Overtaken(f"{code}: a newer write or a delete came first") from error
        raise


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
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Message:
    """A message as the queue delivered it; the receipt handle is what deletes it."""

    message_id: str
    body: str
    receipt_handle: str


def store_each(
    messages: Iterable[Message],
    store: Callable[[str], Any],
    delete: Callable[[Message], Any],
    failed: Callable[[Message, Exception], Any],
) -> None:
    """Store the messages one by one, so that a bad one troubles no other of its batch.

    Lambda deletes all messages of a batch or none ("Handling errors for an SQS event source in
    Lambda"), so each is deleted here as soon as it is stored. Raises `UnstoredMessages` if any is
    left: those alone become visible again, and stand in the dead-letter queue in the end.
    """
    left = 0
    for message in messages:
        try:
            store(message.body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            left += 1
            failed(message, error)
        else:
            delete(message)
    if left:
        raise UnstoredMessages(f"{left} could not be stored")
