"""What is sent back is deleted once it is taken; what cannot be read stays where it is."""

import json
import time
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from ops import dead_letters
from ops.dead_letters import received, redrive_events, redrive_messages, unextracted, unstored
from ops.stage import read_stage

STAGE = read_stage("local")
EVENT = {"Records": [{"s3": {"object": {"key": "a.csv"}}}]}
RECORD = {
    "requestContext": {"approximateInvokeCount": 3},
    "requestPayload": EVENT,
    "responsePayload": {"errorType": "Refused", "errorMessage": "AccessDenied"},
}
UNREADABLE = ["no JSON", "{}", "[]", "[" * 100_000, json.dumps(RECORD | {"requestPayload": {}}),
              json.dumps(RECORD | {"requestPayload": {"Records": []}})]  # fmt: skip


@pytest.fixture
def failed_extractions(aws, monkeypatch):
    """The queue of failed extractions, and what Lambda was sent of it."""
    url = aws.sqs.create_queue(QueueName=STAGE.failed_extractions_queue)["QueueUrl"]
    sent = []
    lambda_client = SimpleNamespace(invoke=lambda **call: sent.append(json.loads(call["Payload"])))
    clients = {"lambda": lambda_client, "sqs": aws.sqs}
    monkeypatch.setattr(dead_letters.boto3, "client", clients.get)
    monkeypatch.setattr(dead_letters, "LOOK_SECONDS", 0)
    return SimpleNamespace(url=url, sent=sent, lambda_=lambda_client)


def bodies(aws, url):
    received = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in received.get("Messages", [])]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:40])
def test_what_cannot_be_read_is_never_deleted(aws, failed_extractions, body):
    for one in (body, json.dumps(RECORD)):
        aws.sqs.send_message(QueueUrl=failed_extractions.url, MessageBody=one)
    assert redrive_events(STAGE) == (1, 1)
    assert failed_extractions.sent == [EVENT]
    assert bodies(aws, failed_extractions.url) == [body]


@pytest.mark.parametrize(
    "event",
    [
        {"detail-type": "Object Created", "detail": {"object": {"key": "a.csv"}}},
        {"Records": [{"Sns": {"Message": json.dumps(EVENT)}}]},
        {"Records": [{"body": json.dumps({"Type": "Notification", "Message": json.dumps(EVENT)})}]},
    ],
    ids=["EventBridge", "SNS", "SNS, then SQS"],
)
def test_an_event_is_listed_by_its_key_and_sent_back_whoever_has_wrapped_it(
    aws, failed_extractions, event
):
    body = json.dumps(RECORD | {"requestPayload": event})
    aws.sqs.send_message(QueueUrl=failed_extractions.url, MessageBody=body)
    assert [letter.key for letter in unextracted(STAGE)] == ["a.csv"]
    assert redrive_events(STAGE) == (1, 0)
    assert failed_extractions.sent == [event]


def test_an_event_that_lambda_does_not_take_stays(aws, failed_extractions):
    def refuse(**_):
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "Invoke")

    failed_extractions.lambda_.invoke = refuse
    aws.sqs.send_message(QueueUrl=failed_extractions.url, MessageBody=json.dumps(RECORD))
    with pytest.raises(ClientError):
        redrive_events(STAGE)
    assert len(bodies(aws, failed_extractions.url)) == 1


def test_what_was_listed_is_in_sight_for_whoever_sends_it_back(aws):
    url = aws.sqs.create_queue(QueueName=STAGE.failed_extractions_queue)["QueueUrl"]
    for _ in range(12):
        aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(RECORD))
    assert len(unextracted(STAGE)) == 12
    assert len(list(received(url))) == 12


def test_a_message_has_the_tries_and_the_reason_of_its_last_whichever_worker_logged_it(aws):
    url = aws.sqs.create_queue(QueueName=STAGE.dead_letter_queue)["QueueUrl"]
    id = aws.sqs.send_message(QueueUrl=url, MessageBody="{}")["MessageId"]
    logs, now = boto3.client("logs"), int(time.time() * 1000) + 1000
    group = {"logGroupName": f"/aws/lambda/{STAGE.functions['store']}"}
    logs.create_log_group(**group)
    for stream, counts in (("a", (1, 3)), ("b", (2,))):
        lines = [
            json.dumps({
                "message": "could not store a message", "message_id": id,
                "receive_count": count, "reason": f"try {count}",
            })
            for count in counts
        ]  # fmt: skip
        lines[0] = '{"message": "stored"}\n' + lines[0]  # as one
        logs.create_log_stream(**group, logStreamName=stream)
        logs.put_log_events(
            **group,
            logStreamName=stream,
            logEvents=[{"timestamp": now, "message": line} for line in lines],
        )
    assert [(letter.tries, letter.reason) for letter in unstored(STAGE)] == [(3, "try 3")]


def command(aws, monkeypatch, *arguments, answer=""):
    """What `./catalog dead-letters` prints, and its status."""
    monkeypatch.setattr(dead_letters, "connect", lambda _: STAGE)
    monkeypatch.setattr(dead_letters, "_failures_logged", lambda *_, **__: {})
    return CliRunner().invoke(dead_letters.dead_letters_command, arguments, input=answer)


@pytest.fixture
def two_letters(aws):
    """The ids of two dead letters, one in each queue."""
    sqs, ids = aws.sqs, []
    for queue, body in (
        (STAGE.dead_letter_queue, json.dumps({"filename": "deep/" * 40 + "a.csv"})),
        (STAGE.failed_extractions_queue, json.dumps(RECORD)),
    ):
        url = sqs.create_queue(QueueName=queue)["QueueUrl"]
        ids.append(sqs.send_message(QueueUrl=url, MessageBody=body)["MessageId"])
    return ids


def test_dead_letters_are_listed_with_their_ids_and_cut_on_a_terminal_alone(
    aws, monkeypatch, two_letters
):
    listed = command(aws, monkeypatch).stdout
    assert all(id in listed for id in two_letters)
    assert "deep/" * 40 + "a.csv" in listed
    assert "Refused: AccessDenied" in listed
    monkeypatch.setattr(dead_letters, "width", lambda: 80)
    listed = command(aws, monkeypatch).stdout
    assert "  …" in listed
    assert all(len(line) <= 80 for line in listed.splitlines())


def test_dead_letters_are_a_list_in_json(aws, monkeypatch, two_letters):
    listed = json.loads(command(aws, monkeypatch, "--json").stdout)
    assert [letter["id"] for letter in listed] == two_letters
    assert listed[1]["reason"] == "Refused: AccessDenied"
    assert listed[1]["queue"] == STAGE.failed_extractions_queue


@pytest.mark.parametrize("arguments", [(), ("--json",)])
@pytest.mark.parametrize(
    ("stage", "deploy"),
    [("local", "`./catalog deploy` makes"), ("prod", "`./catalog deploy --stage prod` makes")],
)
def test_without_a_dead_letter_queue_that_is_said_and_what_is_in_flight(
    aws, monkeypatch, arguments, stage, deploy
):
    for number in range(3):
        aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody=str(number))
    aws.sqs.receive_message(QueueUrl=aws.queue_url)
    for name in ("dead_letters_command", "redrive_command"):
        monkeypatch.setattr(dead_letters, "connect", lambda _: read_stage(stage))
        done = CliRunner().invoke(getattr(dead_letters, name), arguments)
        assert done.exit_code == 0
        assert f"There is no dead-letter queue {STAGE.dead_letter_queue}: " in done.stderr
        assert f"In {STAGE.queue}, 2 wait and 1 are in flight" in done.stderr
        assert f"There is no queue {STAGE.failed_extractions_queue}: " in done.stderr
        assert deploy in done.stderr
        if arguments:
            json.loads(done.stdout)


def test_where_both_queues_are_nothing_is_said_of_them(aws, monkeypatch, two_letters):
    assert command(aws, monkeypatch).stderr == ""


def test_a_dead_letter_is_discarded_once_someone_agrees(aws, monkeypatch, two_letters):
    refused = command(aws, monkeypatch, "--discard", two_letters[1], answer="n\n")
    assert (refused.exit_code, len(unextracted(STAGE))) == (1, 1)
    assert "This deletes for ever" in refused.stdout
    agreed = command(aws, monkeypatch, "--discard", two_letters[1], answer="y\n")
    assert (agreed.exit_code, len(unextracted(STAGE)), len(unstored(STAGE))) == (0, 0, 1)


def test_an_id_that_no_dead_letter_has_is_named(aws, monkeypatch, two_letters):
    done = command(aws, monkeypatch, "--discard", "nothing", "--yes")
    assert done.exit_code == 1
    assert "there is no dead letter nothing" in str(done.exception)


@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException"])
def test_a_move_that_is_refused_stops_and_is_not_done_by_hand(aws, monkeypatch, code):
    url = aws.sqs.create_queue(QueueName=STAGE.dead_letter_queue)["QueueUrl"]
    aws.sqs.send_message(QueueUrl=url, MessageBody="{}")

    def refuse(**_):
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "StartMessageMoveTask")

    monkeypatch.setattr(aws.sqs, "start_message_move_task", refuse)
    monkeypatch.setattr(dead_letters.boto3, "client", lambda _: aws.sqs)
    with pytest.raises(ClientError, match=code):
        redrive_messages(STAGE)
    assert bodies(aws, url) == ["{}"]


def test_the_logs_are_looked_at_only_from_the_time_of_the_oldest_message_on(aws, monkeypatch):
    url = aws.sqs.create_queue(QueueName=STAGE.dead_letter_queue)["QueueUrl"]
    for _ in range(2):
        aws.sqs.send_message(QueueUrl=url, MessageBody="{}")
    asked = []

    class Logs:
        def get_paginator(self, _):
            return SimpleNamespace(paginate=lambda **call: asked.append(call) or [])

    clients = {"logs": Logs(), "sqs": boto3.client("sqs")}
    monkeypatch.setattr(dead_letters.boto3, "client", clients.get)
    sent = []
    receive = clients["sqs"].receive_message

    def receiving(**call):
        answer = receive(**call)
        sent.extend(int(one["Attributes"]["SentTimestamp"]) for one in answer.get("Messages", []))
        return answer

    monkeypatch.setattr(clients["sqs"], "receive_message", receiving)
    assert len(unstored(STAGE)) == 2
    [call] = asked
    assert call["startTime"] == min(sent)
