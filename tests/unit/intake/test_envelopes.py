"""Notifications in whatever envelope they come: each shape has the same record made."""

import json
from pathlib import Path

import pytest

from chalicelib.intake.envelopes import notifications_in
from chalicelib.intake.s3_event import InvalidEvent, ObjectEvent, no_change
from tests.unit.whole_app import Bucket, get, messages, process

EVENTS = Path(__file__).parents[2] / "events"
KEY = "reports/2026/sales & margins (é) 100%.csv"


def by_sns(event):
    """As Lambda hands on what a topic sends."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:files:21be56ed",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                    "TopicArn": "arn:aws:sns:us-east-1:123456789012:files",
                    "Subject": "Amazon S3 Notification",
                    "Message": json.dumps(event),
                    "Timestamp": "2026-11-22T18:00:00.000Z",
                },
            }
        ]
    }


def by_sqs(*events):
    """As Lambda hands on a batch of a queue."""
    return {
        "Records": [
            {
                "messageId": f"059f36b4-87a3-44ab-83d2-66197{number:07}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": json.dumps(event),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:files",
                "awsRegion": "us-east-1",
            }
            for number, event in enumerate(events)
        ]
    }


def of_a_topic(event):
    """As a queue has it that a topic sends to."""
    return {
        "Type": "Notification",
        "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:files",
        "Message": json.dumps(event),
        "Timestamp": "2026-11-22T18:00:00.000Z",
    }


def by_eventbridge(event):
    """What EventBridge makes of a notification of S3's, with the key as it is."""
    [record] = event["Records"]
    s3_object, written = record["s3"]["object"], record["eventName"].startswith("ObjectCreated")
    its = {"etag": "eTag", "size": "size", "version-id": "versionId", "sequencer": "sequencer"}
    reason = {"reason": "PutObject"} if written else {"reason": "DeleteObject"}
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created" if written else "Object Deleted",
        "source": "aws.s3",
        "account": "123456789012",
        "time": record["eventTime"].replace(".000Z", "Z"),
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::csv-bucket"],
        "detail": {
            "version": "0",
            "bucket": {"name": record["s3"]["bucket"]["name"]},
            "object": {"key": KEY}
            | {name: s3_object[old] for name, old in its.items() if old in s3_object},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
        }
        | reason,
    }


SHAPES = {
    "S3": lambda event: event,
    "SNS": by_sns,
    "SQS": by_sqs,
    "SNS, then SQS": lambda event: by_sqs(of_a_topic(event)),
    "EventBridge": by_eventbridge,
    "EventBridge, then SNS": lambda event: by_sns(by_eventbridge(event)),
    "EventBridge, then SQS": lambda event: by_sqs(by_eventbridge(event)),
    "EventBridge, then SNS, then SQS": lambda event: by_sqs(of_a_topic(by_eventbridge(event))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_is_cataloged_and_taken_off_again_whoever_tells_of_it(client, aws, shape):
    bucket = Bucket(aws)
    process(client, aws, SHAPES[shape](bucket.put(KEY, b"id,name\n1,Ada\n")))
    status, record = get(
        client, "/metadata?filename=" + KEY.replace("%", "%25").replace("&", "%26")
    )
    assert (status, record["row_count"], record["file_size"]) == (200, 1, 14)
    process(client, aws, SHAPES[shape](bucket.delete(KEY)))
    assert get(client, "/metadata")[1].get("items", []) == []
    assert aws.table.get_item(Key={"Filename": KEY})["Item"]["Status"] == "deleted"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_late_event_loses_in_every_shape(client, aws, shape):
    bucket = Bucket(aws)
    written = bucket.put(KEY, b"id,name\n1,Ada\n")
    removed = bucket.delete(KEY)
    process(client, aws, SHAPES[shape](removed))
    process(client, aws, written)
    assert aws.table.get_item(Key={"Filename": KEY})["Item"]["Status"] == "deleted"


@pytest.mark.parametrize("name", ["s3_object_created.json", "s3_object_removed.json"])
def test_what_eventbridge_says_is_what_s3_says(name):
    event = json.loads((EVENTS / name).read_text())
    [record] = event["Records"]
    record["eventTime"] = "2026-11-22T18:00:00.000Z"  # EventBridge's are in seconds
    told = by_eventbridge(event)
    told["detail"]["object"]["key"] = ObjectEvent.from_notification(record).key
    assert ObjectEvent.from_notification(told) == ObjectEvent.from_notification(record)


def test_a_sequencer_as_eventbridge_is_documented_has_its_place_among_those_of_s3():
    event = by_eventbridge(json.loads((EVENTS / "s3_object_removed.json").read_text()))
    event["detail"]["object"]["sequencer"] = "617f0837b476e463"
    placed = ObjectEvent.from_notification(event).sequencer
    assert placed == "00617F0837B476E46300000000000000"


@pytest.mark.parametrize(
    "notification",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent"},
        {"source": "aws.s3", "detail-type": "Object Tags Added", "detail": {}},
        {"eventSource": "aws:s3", "eventName": "ObjectTagging:Put", "s3": {}},
        {"eventSource": "aws:s3", "eventName": "ObjectRestore:Completed", "s3": {}},
    ],
)
@pytest.mark.parametrize("shape", [by_sns, by_sqs, lambda event: event])
def test_what_is_of_no_write_and_no_removal_is_left_alone(client, aws, shape, notification):
    assert no_change(notification)
    client.lambda_.invoke("extract", shape(notification))
    assert messages(aws)["Records"] == []


def test_one_bad_message_of_a_batch_stops_no_other(client, aws):
    good = Bucket(aws).put(KEY, b"id,name\n1,Ada\n")
    batch = by_sqs("no event", {"Records": []}, good, {"detail-type": "Object Created"})
    batch["Records"][0]["body"] = "{"
    with pytest.raises(Exception, match="3, the first of them"):
        client.lambda_.invoke("extract", batch)
    assert len(messages(aws)["Records"]) == 1


def nested(levels):
    event = {"no": "event"}
    for _ in range(levels):
        event = {"Records": [event]}
    return event


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        "s3",
        {"Records": []},
        {"Records": None},
        {"Records": [{"Sns": {}}]},
        {"Records": [{"Sns": {"Message": "[" * 100_000}}]},
        {"Records": [{"body": "null"}]},
        {"detail-type": "Object Created", "source": "aws.s3"},
        {"detail-type": ["Object Created"], "source": "aws.s3", "time": "", "detail": []},
        nested(900),
    ],
)
def test_what_is_no_notification_is_refused_by_name(event):
    [one] = notifications_in(event)
    assert no_change(one) is None
    with pytest.raises(InvalidEvent):
        ObjectEvent.from_notification(one)
