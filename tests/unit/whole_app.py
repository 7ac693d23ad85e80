"""The whole app in a process: what S3 and SQS hand to it, and what its routes answer."""

import json
from pathlib import Path
from urllib.parse import quote_plus

EVENT = json.loads((Path(__file__).parents[1] / "events/s3_object_created.json").read_text())


class Bucket:
    """Uploads and removals, and the events that they set off."""

    def __init__(self, aws):
        self.aws = aws
        self.writes = 0

    def put(self, key, content):
        etag = self.aws.s3.put_object(Bucket=self.aws.bucket, Key=key, Body=content)["ETag"]
        return self._event("ObjectCreated:Put", key, size=len(content), eTag=etag.strip('"'))

    def delete(self, key):
        self.aws.s3.delete_object(Bucket=self.aws.bucket, Key=key)
        return self._event("ObjectRemoved:Delete", key)

    def _event(self, name, key, **described):
        self.writes += 1
        event = json.loads(json.dumps(EVENT))
        [record] = event["Records"]
        record["eventName"] = name
        record["eventTime"] = f"2026-11-22T18:00:{self.writes:02}.000Z"
        record["s3"]["bucket"]["name"] = self.aws.bucket
        record["s3"]["object"] = {
            "key": quote_plus(key, safe="/"),
            "sequencer": f"0055AED6DCD9{self.writes:06X}",
            **described,
        }
        return event


def messages(aws):
    """What stands in the queue, as Lambda hands it to a function."""
    received = aws.sqs.receive_message(QueueUrl=aws.queue_url, MaxNumberOfMessages=10)
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "receiptHandle": message["ReceiptHandle"],
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:csv-processing-queue",
            }
            for message in received.get("Messages", [])
        ]
    }


def process(client, aws, event):
    client.lambda_.invoke("extract", event)
    client.lambda_.invoke("store", messages(aws))


def get(client, path):
    response = client.http.get(path)
    return response.status_code, response.json_body
