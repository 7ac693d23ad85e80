"""What `store` does: it puts the record of each message of a batch into the table."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.metadata_table import MetadataTable
from chalicelib.catalog.record import FileRecord, InvalidMessage
from chalicelib.intake import report
from chalicelib.intake.queue import Message, ProcessingQueue
from chalicelib.intake.s3_event import InvalidEvent, records_of
from chalicelib.intake.time_left import check_time

# At its slowest, a call tries twice to connect for 1 s and to read for 2 s, and pauses for up to
# 1 s between ("Standard retry mode", Boto3's guide to retries). A message takes two: one to the
# table, and one that has the queue delete it or deliver it again.
CALL_SECONDS = 7
MESSAGE_SECONDS = 2 * CALL_SECONDS


class UnstoredMessages(Exception):
    """Some messages of a batch could not be stored; the queue will deliver them again."""


def store_batch(
    event: Any,
    bucket: str,
    queue: ProcessingQueue,
    table: MetadataTable,
    seconds_left: Callable[[], float],
) -> None:
    """Put the record of each message into the table; raise if any could not be stored.

    A message is begun only if its calls end in time at their slowest, and sent back only if that
    call does. One that is not sent back comes back after the queue's visibility timeout.
    """
    try:
        messages = [Message.from_event(record) for record in records_of(event)]
    except InvalidEvent:
        report.count("EventsFailed")
        raise

    def leave(message: Message, error: Exception) -> None:
        _report(message, error)
        if seconds_left() > CALL_SECONDS:
            _deliver_again_soon(queue, message, error)

    queue.find()
    store_each(
        messages,
        lambda body: store_record(body, bucket, table),
        queue.delete,
        leave,
        lambda: seconds_left() - MESSAGE_SECONDS,
    )


def store_record(body: str, bucket: str, table: MetadataTable) -> None:
    """Put the record that a message's body is into the table, unless a newer one is there."""
    milliseconds = report.stopwatch()
    record = FileRecord.from_json(body)
    if record.bucket != bucket:
        raise InvalidMessage(f"bucket {record.bucket[:63]!r} is not the catalog's")
    written = table.put_if_newer(record)
    if written:
        report.cataloged(record)
    done = "stored" if written else "already stored, or newer"
    report.step(done, "StoreMilliseconds", record, milliseconds())


def _report(message: Message, error: Exception) -> None:
    report.count("MessagesFailed")
    report.logger.error(
        "could not store a message",
        exc_info=error,
        message_id=message.message_id,
        receive_count=message.receive_count,
        reason=f"{type(error).__name__}: {error}",
    )


def _deliver_again_soon(queue: ProcessingQueue, message: Message, error: Exception) -> None:
    """Have the queue deliver the message again sooner than by its visibility timeout."""
    try:
        queue.deliver_again_in(retry_in(message.receive_count, error), message)
    except (BotoCoreError, ClientError):
        report.logger.warning("it will be delivered again, but later", exc_info=True)


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
            check_time(seconds_left)
            store(message.body)
            delete(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            left += 1
            failed(message, error)
    if left:
        raise UnstoredMessages(f"{left} could not be stored")
