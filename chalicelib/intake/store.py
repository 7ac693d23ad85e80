"""The `store` function: it puts the record of each message of a batch into the catalog.

First the records table, which decides what is accepted; then the history of what was; then the
events. A message is deleted after all of it. A run that is stopped before begins anew when the
message comes again, and finishes what was left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.items import Item, Key
from chalicelib.catalog.history.keeping import Accepted
from chalicelib.catalog.history.known_contracts import ContractNotice
from chalicelib.catalog.record import FileRecord, InvalidMessage
from chalicelib.intake import report
from chalicelib.intake.events import EventBus, events_of
from chalicelib.intake.queue import Message, ProcessingQueue
from chalicelib.intake.retries import retry_in
from chalicelib.intake.s3_event import InvalidEvent, records_of
from chalicelib.intake.time_left import check_time

# At its slowest, a call tries twice to connect for 1 s and to read for 2 s, and pauses for up to
# 1 s between ("Standard retry mode", Boto3's guide to retries). A new file takes two: one to the
# table, and one that has the queue delete it or deliver it again. Where a batch begins, or a record
# is replaced, there are more; if these hang as well, the message comes back after the queue's
# visibility timeout.
CALL_SECONDS = 7
MESSAGE_SECONDS = 2 * CALL_SECONDS


Failures = dict[str, list[dict[str, str]]]  # as Lambda takes them


class UnstoredMessages(Exception):
    """Some messages of a batch could not be stored; the queue will deliver them again."""


def store_batch(
    event: Any,
    bucket: str,
    queue: ProcessingQueue,
    catalog: Catalog,
    bus: EventBus,
    seconds_left: Callable[[], float],
    reports_failures: bool = False,
) -> Failures | None:
    """Put the record of each message into the catalog; report or raise if any could not be."""
    try:
        messages = [Message.from_event(record) for record in records_of(event)]
    except InvalidEvent:
        report.count("EventsFailed")
        raise
    queue.find()
    batch = Batch(bucket, queue, catalog, bus, seconds_left)
    if reports_failures:
        return batch.report(messages)
    batch.store(messages)
    return None


@dataclass(frozen=True)
class _Read:
    """A message, and what is in it."""

    message: Message
    content: FileRecord | ContractNotice
    quiet: bool


@dataclass(frozen=True)
class _Stored:
    """A message whose record is in the table: `accepted` is None if a newer one was before it."""

    message: Message
    accepted: Accepted | None
    quiet: bool


class Batch:
    """Stores messages one by one, so that a bad one troubles no other, and finishes them together.

    A message is begun only if its calls end in time at their slowest, and sent back only if that
    call does. One that is not sent back comes back after the queue's visibility timeout, as does
    one that is stopped while it is finished.
    """

    def __init__(
        self,
        bucket: str,
        queue: ProcessingQueue,
        catalog: Catalog,
        bus: EventBus,
        seconds_left: Callable[[], float],
    ):
        self._bucket = bucket
        self._queue = queue
        self._catalog = catalog
        self._bus = bus
        self._seconds_left = seconds_left
        self._left: list[Message] = []

    def store(self, messages: Iterable[Message]) -> None:
        """Store the messages, and delete those that are. Raises `UnstoredMessages` if any is left.

        Lambda deletes all messages of a batch or none ("Handling errors for an SQS event source in
        Lambda"): those that are left become visible again, and end in the dead-letter queue.
        """
        undeleted = self._queue.delete([one.message for one in self._put(messages)])
        if self._left or undeleted:
            raise UnstoredMessages(
                f"{len(self._left)} could not be stored and {undeleted} not be deleted: "
                "they come again"
            )

    def report(self, messages: Iterable[Message]) -> Failures:
        """Store the messages, and return those that are left, for Lambda to delete the others.

        Only a mapping with `ReportBatchItemFailures` takes that: another deletes all of them.
        """
        self._put(messages)
        return {"batchItemFailures": [{"itemIdentifier": one.message_id} for one in self._left]}

    def _put(self, messages: Iterable[Message]) -> list[_Stored]:
        read = [one for message in messages if (one := self._read(message))]
        records = [one.content for one in read if isinstance(one.content, FileRecord)]
        try:
            known = self._catalog.look_up(records)
        except Exception:  # noqa: BLE001 - whoever keeps them looks it up again
            known = None
        return self._finish([done for one in read if (done := self._accept(one))], known)

    def _read(self, message: Message) -> _Read | None:
        try:
            content, quiet = message.content()
            _check_bucket(content, self._bucket)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            self._leave(message, error)
            return None
        return _Read(message, content, quiet)

    def _accept(self, read: _Read) -> _Stored | None:
        """Put the message's record into the table, unless a newer one is there."""
        milliseconds = report.stopwatch()
        message, record = read.message, read.content
        try:
            check_time(lambda: self._seconds_left() - MESSAGE_SECONDS)
            if isinstance(record, ContractNotice):
                self._catalog.note_contract(record)
                report.count("ContractsNoted")
                report.logger.info("noted a contract", extra=asdict(record))
                return _Stored(message, None, read.quiet)
            accepted = self._catalog.accept(record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            self._leave(message, error)
            return None
        if accepted and accepted.now:
            report.cataloged(record)
        done = "stored" if accepted and accepted.now else "already stored, or newer"
        report.step(done, "StoreMilliseconds", record, milliseconds())
        return _Stored(message, accepted, read.quiet)

    def _finish(self, stored: Sequence[_Stored], known: Mapping[Key, Item] | None) -> list[_Stored]:
        """Finish the messages together, which takes few requests; or one by one, if that fails."""
        try:
            self._keep_and_tell(stored, known)
        except Exception:  # noqa: BLE001 - whose fault it was is found out below
            return [one for one in stored if self._finish_alone(one)]
        return list(stored)

    def _finish_alone(self, stored: _Stored) -> bool:
        try:
            self._keep_and_tell([stored])
        except Exception as error:  # noqa: BLE001 - the others go on
            self._leave(stored.message, error)
            return False
        return True

    def _keep_and_tell(
        self, stored: Sequence[_Stored], known: Mapping[Key, Item] | None = None
    ) -> None:
        """Keep the history of what was accepted, and send its events, unless they are quiet."""
        writes = [(one.accepted, one.quiet) for one in stored if one.accepted]
        versions = self._catalog.keep([accepted for accepted, _ in writes], known)
        events = (
            event
            for (accepted, quiet), version in zip(writes, versions, strict=False)
            if version and not quiet
            for event in events_of(accepted.record, version)
        )
        self._bus.send(events, self._seconds_left)

    def _leave(self, message: Message, error: Exception) -> None:
        """Leave the message to come again: soon, if there is time to ask for that."""
        self._left.append(message)
        report.count("MessagesFailed")
        report.logger.error(
            "could not store a message",
            exc_info=error,
            message_id=message.message_id,
            receive_count=message.receive_count,
            reason=f"{type(error).__name__}: {error}",
        )
        if self._seconds_left() <= CALL_SECONDS:
            return
        try:
            self._queue.deliver_again_in(retry_in(message.receive_count, error), message)
        except (BotoCoreError, ClientError):
            report.logger.warning("it will be delivered again, but later", exc_info=True)


def _check_bucket(record: FileRecord | ContractNotice, bucket: str) -> None:
    if record.bucket != bucket:
        raise InvalidMessage(f"bucket {record.bucket[:63]!r} is not the catalog's")
