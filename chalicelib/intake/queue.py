"""The SQS queue between the functions: a message is the record of a file, or of a contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.aws import Sqs
from chalicelib.catalog.history.known_contracts import ContractNotice
from chalicelib.catalog.record import FileRecord, json_object
from chalicelib.intake.s3_event import InvalidEvent

DELETED_AT_ONCE = 10  # "DeleteMessageBatch", Amazon SQS API Reference


@dataclass(frozen=True)
class Message:
    """A message as the queue delivered it; the receipt handle is what deletes it."""

    message_id: str
    body: str
    receipt_handle: str
    receive_count: int = 1

    @classmethod
    def from_event(cls, record: Mapping[str, Any]) -> "Message":
        """Read one of the `Records` that Lambda hands on. Raises `InvalidEvent`.

        ("Using Lambda with Amazon SQS", AWS Lambda Developer Guide)
        """
        try:
            return cls(
                record["messageId"],
                record["body"],
                record["receiptHandle"],
                int(record["attributes"]["ApproximateReceiveCount"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidEvent(f"not an SQS message: {error!r}"[:300]) from error

    def content(self) -> tuple[FileRecord | ContractNotice, bool]:
        """The record in the body, and whether it is quiet: no news. Raises `InvalidMessage`."""
        content = json_object(self.body)
        if notice := ContractNotice.from_message(content):
            return notice, True
        return FileRecord.from_message(content), content.get("quiet") is True


class ProcessingQueue:
    """Sends, deletes and postpones messages of the queue called `name`, by `sqs`, its client."""

    def __init__(self, sqs: Sqs, name: str):
        self._sqs = sqs
        self._name = name

    @cached_property
    def _url(self) -> str:
        url: str = self._sqs.get_queue_url(QueueName=self._name)["QueueUrl"]
        return url

    def find(self) -> None:
        """Look the queue up now, so that no later call takes the time for it."""
        _ = self._url

    def send(self, record: FileRecord, quiet: bool = False) -> None:
        """Send the record; if it is quiet, it sets off no event."""
        body = record.to_json(quiet=True) if quiet else record.to_json()
        self._sqs.send_message(QueueUrl=self._url, MessageBody=body)

    def send_notice(self, notice: ContractNotice) -> None:
        """Send that a contract is in the bucket, or is gone."""
        self._sqs.send_message(QueueUrl=self._url, MessageBody=notice.to_message())

    def delete(self, messages: Sequence[Message]) -> int:
        """Delete the messages of a batch in one request. Returns how many could not be."""
        failed = 0
        for start in range(0, len(messages), DELETED_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt_handle}
                for number, message in enumerate(messages[start : start + DELETED_AT_ONCE])
            ]
            answer = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
            failed += len(answer.get("Failed", ()))
        return failed

    def deliver_again_in(self, seconds: int, message: Message) -> None:
        """Have the message delivered again sooner than by the queue's visibility timeout."""
        self._sqs.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=message.receipt_handle, VisibilityTimeout=seconds
        )
