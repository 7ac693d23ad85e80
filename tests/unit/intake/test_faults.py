"""Transient faults raise, permanent ones become `failed` records, and a function stops in time."""

import io
import json
import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.response import StreamingBody

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.table import RecordsTable
from chalicelib.intake.describe import Refused, describe
from chalicelib.intake.events import EventBus
from chalicelib.intake.faults import Overtaken
from chalicelib.intake.queue import Message, ProcessingQueue
from chalicelib.intake.store import (
    CALL_SECONDS,
    MESSAGE_SECONDS,
    Batch,
    UnstoredMessages,
    store_batch,
)
from chalicelib.intake.time_left import MARGIN_SECONDS
from tests.examples.records import RECORD
from tests.unit.conftest import PROJECT
from tests.unit.intake.fakes import S3, WRITE, Breaking


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("InvalidObjectState", "archived"),
        ("AccessDenied", "does not let this app read"),
        ("403", "does not let this app read"),
        ("KMS.DisabledException", "key is disabled"),
        ("InvalidRequest", "customer's own key"),
    ],
)
def test_a_file_that_s3_will_not_hand_out_is_a_failed_record_with_the_reason(code, reason):
    with pytest.raises(Refused) as refused:
        describe(WRITE, S3(code=code))
    record = refused.value.record
    assert (record.status, record.file_size) == ("failed", WRITE.size)
    assert reason in record.error
    assert code in record.error


@pytest.mark.parametrize("code", ["NoSuchVersion", "MethodNotAllowed"])
def test_a_version_that_is_gone_is_overtaken(code):
    with pytest.raises(Overtaken, match=code):
        describe(replace(WRITE, version_id="1"), S3(code=code))


def test_a_key_at_which_nothing_stands_any_more_has_a_tombstone():
    record = describe(WRITE, S3(code="NoSuchKey"))
    assert (record.status, record.etag, record.file_size) == ("deleted", None, 0)
    assert (record.sequencer, record.upload_timestamp) == (WRITE.sequencer, WRITE.time)


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable", "503"])
def test_any_other_answer_goes_up_so_that_lambda_tries_again(code):
    with pytest.raises(ClientError, match=code):
        describe(WRITE, S3(code=code))


def test_a_body_that_breaks_midway_is_transient():
    with pytest.raises(ReadTimeoutError):
        describe(WRITE, S3(Breaking()))


def test_a_body_that_ends_before_its_length_is_transient():
    with pytest.raises(Exception, match=r"IncompleteRead|bytes") as raised:
        describe(WRITE, S3(StreamingBody(io.BytesIO(b"id\n1\n"), 50)))
    assert raised.type.__module__ == "botocore.exceptions"


class Endless(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        rows = b"12345678,x\n" * (len(buffer) // 11 + 1)
        buffer[:] = rows[: len(buffer)]
        return len(buffer)


def test_a_file_beyond_one_run_fails_with_that_reason():
    times = iter([2, 1, 0])
    record = describe(WRITE, S3(Endless()), seconds_left=lambda: next(times))
    assert record.status == "failed"
    assert "too large for one run" in record.error
    assert "of 5,000,000,000 bytes" in record.error


class Taken:
    """A catalog that notes what it takes, and a queue that notes what is deleted of it."""

    def __init__(self, messages, undeletable=()):
        self.names = {message.receipt_handle: message.body for message in messages}
        self.accepted, self.deleted, self.left = [], [], []
        self.undeletable = set(undeletable)
        self.history = None

    def accept(self, record):
        self.accepted.append(record.filename)

    def look_up(self, records):
        return {}

    def keep(self, accepted, known=None):
        return []

    def delete_message_batch(self, QueueUrl, Entries):
        failed = [one for one in Entries if one["ReceiptHandle"] in self.undeletable]
        self.deleted += [one["ReceiptHandle"] for one in Entries if one not in failed]
        return {"Failed": failed}

    def change_message_visibility(self, QueueUrl, ReceiptHandle, VisibilityTimeout):
        self.left.append(ReceiptHandle)

    def get_queue_url(self, QueueName):
        return {"QueueUrl": QueueName}

    def batch(self, seconds_left=lambda: math.inf):
        queue = ProcessingQueue(self, "queue")
        return Batch(RECORD.bucket, queue, self, EventBus(None, ""), seconds_left)


MESSAGES = [Message(f"{n}", replace(RECORD, filename=f"{n}.csv").to_json(), f"{n}") for n in "012"]


def test_a_function_stops_ahead_of_its_time_out_and_leaves_what_it_did_not_begin():
    times = iter([MESSAGE_SECONDS + 1, MESSAGE_SECONDS, 8, 8, 1])
    taken = Taken(MESSAGES)
    with pytest.raises(UnstoredMessages, match="2 could not be stored"):
        taken.batch(lambda: next(times)).store(MESSAGES)
    assert taken.accepted == ["0.csv"]
    assert taken.deleted == ["0"]
    assert taken.left == ["1"]  # for the last there was no time to ask for it


def test_a_message_that_cannot_be_deleted_does_not_stop_the_others():
    taken = Taken(MESSAGES, undeletable="0")
    with pytest.raises(UnstoredMessages, match="1 not be deleted"):
        taken.batch().store(MESSAGES)
    assert taken.accepted == ["0.csv", "1.csv", "2.csv"]
    assert taken.deleted == ["1", "2"]


def test_each_client_has_time_outs_and_retries_set_on_purpose():
    import app

    for client in (
        app.s3_client(),
        app.processing_queue()._sqs,
        app.records_table()._table.meta.client,
    ):
        config = client.meta.config
        assert config.connect_timeout <= 2
        assert config.read_timeout <= 30
        assert config.retries["mode"] == "standard"
        assert config.retries["total_max_attempts"] in (2, 3)


def slowest(client):
    """The seconds that a call takes at most: time-outs, and a pause of up to 2**n s after each."""
    config = client.meta.config
    tries = config.retries["total_max_attempts"]
    return tries * (config.connect_timeout + config.read_timeout) + 2 ** (tries - 1) - 1


class Clock:
    """Seconds that pass only when a call takes them."""

    def __init__(self):
        self.now = 0.0

    def takes(self, seconds, fails):
        def call(*_, **__):
            self.now += seconds
            if fails:
                raise ReadTimeoutError(endpoint_url="https://aws")
            return {"QueueUrl": "queue"}

        return call


@pytest.mark.parametrize("lookup_fails", [False, True])
@pytest.mark.parametrize("table_fails", [False, True])
@pytest.mark.parametrize("queue_fails", [False, True])
def test_the_calls_of_store_end_within_its_time_out_however_slow_they_are(
    lookup_fails, table_fails, queue_fails
):
    import app

    config = json.loads((PROJECT / ".chalice/config.json").read_text())
    time_out = config["lambda_functions"]["store"]["lambda_timeout"]
    sqs, dynamodb = app.processing_queue()._sqs, app.records_table()._table.meta.client
    assert max(slowest(sqs), slowest(dynamodb)) <= CALL_SECONDS
    clock = Clock()
    lookup = clock.takes(slowest(sqs), lookup_fails)
    call = clock.takes(slowest(sqs), queue_fails)
    queue = ProcessingQueue(
        SimpleNamespace(
            get_queue_url=lookup, delete_message_batch=call, change_message_visibility=call
        ),
        "queue",
    )
    table = RecordsTable(SimpleNamespace(put_item=clock.takes(slowest(dynamodb), table_fails)))
    messages = [
        {
            "messageId": str(number),
            "receiptHandle": str(number),
            "body": RECORD.to_json(),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for number in range(10)
    ]
    margin = min(MARGIN_SECONDS, time_out / 10)
    with pytest.raises((UnstoredMessages, ReadTimeoutError)):
        store_batch(
            {"Records": messages},
            RECORD.bucket,
            queue,
            Catalog(table, None),
            EventBus(None, ""),
            lambda: time_out - margin - clock.now,
        )
    assert 0 < clock.now <= time_out - margin


def test_neither_a_log_line_nor_an_error_holds_what_stands_in_a_cell(client, aws, capsys):
    import app

    log = io.StringIO()
    before = app.logger.registered_handler.setStream(log)
    secret = "Zx81-secret"
    contents = [
        f"id,name\n1,{secret}\n".encode(),
        f"id,name\n1,{secret}\n".encode() + b"\xff\xfe\0\x81" * 50,
        f'id,"name\n1,"{secret}" x,{secret}\n'.encode(),
        f"id,name\n{secret * 20_000}\n".encode() + b"\0",
        f'{{"name": "{secret}"}}'.encode(),
    ]
    for number, content in enumerate(contents):
        etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=content)["ETag"]
        client.lambda_.invoke(
            "extract",
            {
                "Records": [
                    {
                        "eventName": "ObjectCreated:Put",
                        "eventTime": "2026-11-22T18:00:00.000Z",
                        "s3": {
                            "bucket": {"name": aws.bucket},
                            "object": {
                                "key": "a.csv",
                                "sequencer": f"0{number}",
                                "eTag": etag.strip('"'),
                                "size": len(content),
                            },
                        },
                    }
                ]
            },
        )
    app.logger.registered_handler.setStream(before)
    assert len(log.getvalue().splitlines()) >= len(contents)
    assert secret not in log.getvalue()
    [*messages] = aws.sqs.receive_message(QueueUrl=aws.queue_url, MaxNumberOfMessages=10)[
        "Messages"
    ]
    assert len(messages) == len(contents)
    for message in messages:
        assert secret not in (json.loads(message["Body"])["error"] or "")
    assert secret not in "".join(capsys.readouterr())


def test_an_error_of_the_api_carries_no_traceback(client, monkeypatch):
    import app

    def broken(_):
        raise RuntimeError("arn:aws:dynamodb:secret")

    monkeypatch.setattr(app.records_table(), "get", broken)
    response = client.http.get("/metadata/a.csv")
    assert response.status_code == 500
    assert response.json_body == {
        "Code": "InternalServerError",
        "Message": "An internal server error occurred.",
    }


def test_the_function_answers_with_what_failed_where_lambda_takes_that(
    client, with_history, monkeypatch
):
    import app

    monkeypatch.setattr(app, "settings", replace(app.settings, reports_failures=True))
    good = replace(RECORD, bucket=with_history.bucket).to_json()
    records = [
        {
            "messageId": name,
            "receiptHandle": name,
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for name, body in {"good": good, "bad": "no JSON"}.items()
    ]
    said = client.lambda_.invoke("store", {"Records": records}).payload
    assert said == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert "Item" in with_history.table.get_item(Key={"Filename": RECORD.filename})
    said = client.lambda_.invoke("store", {"Records": records[:1]}).payload
    assert said == {"batchItemFailures": []}
