"""The function `extract`: of each record of an S3 event it makes a message to the queue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.aws import S3
from chalicelib.catalog.history.changes import schema_id_of_record
from chalicelib.catalog.keys import Selection, is_contract
from chalicelib.catalog.record import FileRecord
from chalicelib.intake import report
from chalicelib.intake.contracts import Contracts, notice_of
from chalicelib.intake.describe import Refused, describe
from chalicelib.intake.envelopes import notifications_in
from chalicelib.intake.faults import Overtaken
from chalicelib.intake.queue import ProcessingQueue
from chalicelib.intake.s3_event import InvalidEvent, ObjectEvent, no_change


def complete(
    record: FileRecord, dataset_of: Callable[[str], str], contracts: Contracts
) -> FileRecord:
    """The record with its schema, its dataset and its contract's verdict, cut to fit last of all.

    What is added after it was cut could make it longer than a message may be.
    """
    if record.written_sequencer:
        return record  # it is complete, and only moves on in the order
    named = replace(
        record, schema_id=schema_id_of_record(record), dataset=dataset_of(record.filename)
    )
    return contracts.judged(named).fitted()


class UnextractedRecords(Exception):
    """Some records of an S3 event could not be handled; Lambda will send the event again."""


def extract_each(event: Any, **given: Any) -> None:
    """Handle all records of the event, then raise if any could not be.

    `event` is what S3, SNS, SQS or EventBridge sent, as it came; `given` is what `extract_object`
    takes in addition.
    """
    failed = []
    for notification in notifications_in(event):
        if reason := no_change(notification):
            report.count("EventsIgnored")
            report.logger.info(f"ignored: {reason}")
            continue
        try:
            extract_object(ObjectEvent.from_notification(notification), **given)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other records go on
            report.count("EventsFailed")
            report.logger.exception("could not extract a record")
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise UnextractedRecords(f"{len(failed)}, the first of them: {failed[0]}") from failed[0]


def extract_object(
    event: ObjectEvent,
    bucket: str,
    s3: S3,
    queue: ProcessingQueue,
    stored: Callable[[str], FileRecord | None],
    dataset_of: Callable[[str], str],
    contracts: Contracts,
    profile: str,
    selection: Selection,
    seconds_left: Callable[[], float],
) -> None:
    """Read what was written, or note what was removed, and send the record to the queue.

    `bucket` is the catalog's; `stored` looks up the record that it has of a key,
    and `dataset_of` names the dataset of one; `profile` is how much is kept of the columns;
    `selection` says which keys are cataloged.
    Raises `Refused` once its record is sent: the file shows as failed, and the event is kept, to be
    tried again when S3 hands the file out.
    """
    seen = {"bucket": event.bucket, "key": event.key}
    if event.bucket != bucket:
        raise InvalidEvent(f"bucket {event.bucket[:63]!r} is not the catalog's, {bucket!r}")
    reason = selection.left_out(event.key)
    if is_contract(event.key):
        queue.send_notice(notice_of(event, s3))
        reason = reason and "it is a contract"
    if reason:
        report.count("EventsIgnored")
        report.logger.info("ignored", extra=seen | {"reason": reason})
        return
    milliseconds = report.stopwatch()
    refusal = None
    try:
        record = describe(event, s3, stored, profile, seconds_left)
    except Overtaken as reason:
        report.count("EventsOvertaken")
        report.logger.info("overtaken", extra=seen | {"reason": str(reason)})
        return
    except Refused as error:
        record, refusal = error.record, error
    record = complete(record, dataset_of, contracts)
    queue.send(record, event.quiet)
    report.step("extracted", "ExtractMilliseconds", record, milliseconds())
    if refusal:
        raise refusal
