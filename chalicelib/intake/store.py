"""What `store` does: it puts the record of each message of a batch into the catalog.

First the table of records, which decides what is accepted; then the history of what was; then the
events. A message is deleted after all of it. Whoever is stopped before begins anew when it comes
again, and finishes what was left.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.record import DELETED, FileRecord, InvalidMessage
from chalicelib.catalog.table import MetadataTable
from chalicelib.intake import report
from chalicelib.intake.events import EventBus, events_of, is_quiet
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


@dataclass(frozen=True)
class Catalog:
    """Where `store` writes: without the history's table, the table of records alone."""

    table: MetadataTable
    history: History
    bus: EventBus

    def accept(self, record: FileRecord, has_history: bool) -> Accepted | None:
        """Put the record into the table, unless this or a newer write of its file is there already.

        Returns None if it is not of the writes that the table has accepted, now or before. A write
        is replaced only when the history has it: so of one that is neither in the table nor in the
        history, when its message comes again, it is certain that it never was accepted.
        """
        if not has_history:
            return Accepted(record) if self.table.put_if_newer(record) else None
        # Of a file that is removed there is a record, and of another mostly none.
        stored = self.table.last_write(record.filename) if record.status == DELETED else None
        refused = None
        while True:
            if stored:
                if _is_same(stored, record):
                    return Accepted(record, now=False)
                if stored == refused or _place(stored) > _place(record):
                    return Accepted(record, now=False) if self.history.table.has(record) else None
                self.history.make_sure_of(stored)
            written, found = self.table.put_over(stored, record)
            if written:
                return Accepted(record, replaced=stored)
            if found is None:  # it is malformed
                return Accepted(record, now=False) if self.table.put_if_newer(record) else None
            refused, stored = stored, found

    def finish(self, accepted: Sequence[tuple[Accepted, bool]]) -> None:
        """Keep the history of the writes, and send their events but of those that are quiet."""
        versions = self.history.keep([one for one, _ in accepted])
        self.bus.send(
            event
            for (one, quiet), version in zip(accepted, versions, strict=True)
            if not quiet
            for event in events_of(one.record, version)
        )


def _place(record: FileRecord) -> tuple[str, str]:
    return record.sequencer, record.upload_timestamp


def _is_same(stored: FileRecord, record: FileRecord) -> bool:
    """Whether it is the same write, as it was read by the same run."""
    return (*_place(stored), stored.processed_timestamp) == (
        *_place(record),
        record.processed_timestamp,
    )


def store_batch(
    event: Any,
    bucket: str,
    queue: ProcessingQueue,
    catalog: Catalog,
    seconds_left: Callable[[], float],
) -> None:
    """Put the record of each message into the catalog; raise if any could not be stored.

    A message is begun only if its calls end in time at their slowest, and sent back only if that
    call does. One that is not sent back comes back after the queue's visibility
    timeout, as does one that is stopped while it is finished.
    """
    try:
        messages = [Message.from_event(record) for record in records_of(event)]
    except InvalidEvent:
        report.count("EventsFailed")
        raise
    has_history = catalog.history.table.is_there()

    def leave(message: Message, error: Exception) -> None:
        _report(message, error)
        if seconds_left() > CALL_SECONDS:
            _deliver_again_soon(queue, message, error)

    def finish(stored: Sequence[tuple[Accepted, bool] | None]) -> None:
        if has_history and (accepted := [one for one in stored if one]):
            catalog.finish(accepted)

    queue.find()
    stored: list[Message] = []
    try:
        store_each(
            messages,
            lambda body: store_record(body, bucket, catalog, has_history),
            stored.append,
            leave,
            lambda: seconds_left() - MESSAGE_SECONDS,
            finish,
        )
    finally:
        left = queue.delete(stored)
    if left:
        raise UnstoredMessages(f"{left} could not be deleted, and will come again")


def store_record(
    body: str, bucket: str, catalog: Catalog, has_history: bool = True
) -> tuple[Accepted, bool] | None:
    """Put the record that a message's body is into the table, unless a newer one is there.

    Returns what was accepted, now or before, and whether nobody is to be told of it.
    """
    milliseconds = report.stopwatch()
    record = FileRecord.from_json(body)
    if record.bucket != bucket:
        raise InvalidMessage(f"bucket {record.bucket[:63]!r} is not the catalog's")
    accepted = catalog.accept(record, has_history)
    written = accepted is not None and accepted.now
    if written:
        report.cataloged(record)
    done = "stored" if written else "already stored, or newer"
    report.step(done, "StoreMilliseconds", record, milliseconds())
    return accepted and (accepted, is_quiet(body))


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
    finish: Callable[[Sequence[Any]], Any] = lambda _: None,
) -> None:
    """Store the messages one by one, so that a bad one troubles no other of its batch.

    What `store` returned is finished together, which takes few requests, and one by one if that
    fails. Lambda deletes all messages of a batch or none ("Handling errors for an SQS event source
    in Lambda"), so each that is finished is given to `delete`. Raises `UnstoredMessages` if any
    is left: those alone become visible again, and stand in the dead-letter queue in the end.
    """
    left = 0
    stored = []
    for message in messages:
        try:
            check_time(seconds_left)
            stored.append((message, store(message.body)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            left += 1
            failed(message, error)
    try:
        finish([result for _, result in stored])
        one_by_one = False
    except Exception:  # noqa: BLE001 - whose fault it was is found out below
        one_by_one = True
    for message, result in stored:
        try:
            if one_by_one:
                finish([result])
            delete(message)
        except Exception as error:  # noqa: BLE001
            left += 1
            failed(message, error)
    if left:
        raise UnstoredMessages(f"{left} could not be stored")
