"""The pictures in docs/ show nothing that the app would not say of the files in them today."""

import json
from urllib.parse import urlencode

import pytest

from dev.picture_files import rounds
from dev.screenshots import DOCS, PICTURES, SENTENCES, sentences


@pytest.fixture
def said(client, with_history):
    """What the app says of each of the files, by key."""
    said = {}
    for files in rounds():
        for key, content in files.items():
            with_history.s3.put_object(Bucket=with_history.bucket, Key=key, Body=content)
            if key.endswith(".json"):
                continue
            event = client.events.generate_s3_event(with_history.bucket, key)
            client.lambda_.invoke("extract", event)
            client.lambda_.invoke("store", {"Records": received(with_history)})
            query = urlencode({"filename": key})
            said[key] = sentences(client.http.get(f"/metadata?{query}").json_body)
    return said


def received(aws):
    """What is in the queue, as Lambda hands it to a function."""
    messages = aws.sqs.receive_message(QueueUrl=aws.queue_url)["Messages"]
    return [
        {
            "messageId": message["MessageId"],
            "body": message["Body"],
            "receiptHandle": message["ReceiptHandle"],
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:csv-processing-queue",
        }
        for message in messages
    ]


def test_every_sentence_of_the_pictures_source_is_what_the_app_answers(said):
    assert json.loads(SENTENCES.read_text()) == said, "`make screenshots` takes them anew"


def test_the_pictures_are_there():
    assert all((DOCS / picture.name).exists() for picture in PICTURES)
