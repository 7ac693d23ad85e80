"""An S3 that answers as told, an event, and what Lambda does with what is in the queue."""

import io
from datetime import datetime, timezone

from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import padded_sequencer
from chalicelib.intake.s3_event import ObjectEvent

WRITE = ObjectEvent(
    bucket="csv-bucket",
    key="a.csv",
    removed=False,
    time="2026-11-22T18:00:00.000Z",
    sequencer=padded_sequencer("01"),
    size=5_000_000_000,
    etag="e",
    version_id=None,
)


class S3:
    """Answers a read with a body, or refuses it with an error's code."""

    def __init__(self, body=None, code=None):
        self.body, self.code = body, code

    def get_object(self, **_):
        if self.code:
            raise ClientError({"Error": {"Code": self.code, "Message": "…"}}, "GetObject")
        return {
            "Body": self.body,
            "ETag": '"e"',
            "ContentLength": WRITE.size,
            "LastModified": datetime(2026, 11, 22, 18, tzinfo=timezone.utc),
        }


class Breaking(io.RawIOBase):
    """A connection that breaks after some of the file."""

    def __init__(self):
        self.reads = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.reads += 1
        if self.reads > 1:
            raise ReadTimeoutError(endpoint_url="https://s3")
        buffer[:5] = b"id\n1\n"
        return 5


class Files(S3):
    """Hands the file out anew at each read."""

    def __init__(self, content):
        super().__init__()
        self.content, self.reads = content, 0

    def get_object(self, **named):
        self.reads += 1
        self.body = io.BytesIO(self.content)
        return super().get_object(**named)


def event_of(aws, key="a.csv", sequencer="0055"):
    head = aws.s3.head_object(Bucket=aws.bucket, Key=key)
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "eventTime": "2026-11-22T18:00:00.000Z",
                "s3": {
                    "bucket": {"name": aws.bucket},
                    "object": {
                        "key": key,
                        "sequencer": sequencer,
                        "eTag": head["ETag"].strip('"'),
                        "size": head["ContentLength"],
                    },
                },
            }
        ]
    }


def store_all(aws):
    """Put what stands in the queue into the table."""
    while messages := aws.sqs.receive_message(QueueUrl=aws.queue_url).get("Messages"):
        for message in messages:
            RecordsTable(aws.table).put_if_newer(FileRecord.from_json(message["Body"]))
            aws.sqs.delete_message(QueueUrl=aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
