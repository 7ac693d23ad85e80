"""Events and messages that nobody should send: each is processed, or refused by a named error."""

import io
import json
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.contract import contract_of
from chalicelib.catalog.items import from_item, to_item
from chalicelib.catalog.record import MESSAGE_LIMIT, OF_READY, FileRecord, InvalidMessage
from chalicelib.intake.extract import UnextractedRecords
from chalicelib.intake.queue import ProcessingQueue
from chalicelib.intake.s3_event import InvalidEvent, ObjectEvent
from chalicelib.intake.store import UnstoredMessages
from chalicelib.tools.forecast.findings import forecast
from chalicelib.tools.load.statement import FORMATS, schema_of
from chalicelib.tools.load.table import NoSchema
from chalicelib.web.listing_csv import listing_as_csv
from tests.examples import examples
from tests.examples.records import RECORD
from tests.unit.intake.aws_in_memory import Context, Queue
from tests.unit.intake.fakes import S3

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["x" * 2_000, "\ud800", "null", "-1", "ObjectCreated:Put", "9999-12-31"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
EVENT = {
    "eventName": "ObjectCreated:Put",
    "eventTime": "2026-11-22T18:00:00.000Z",
    "s3": {
        "bucket": {"name": "csv-bucket"},
        "object": {"key": "a.csv", "size": 5, "eTag": "e", "sequencer": "0055AE"},
    },
}
MESSAGE = json.loads(RECORD.to_json())
MANY = settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def spoilt(draw, value):
    """The value, with something in it missing or replaced."""
    if not isinstance(value, dict) or not draw(st.integers(0, 4)):
        return draw(JSON)
    copy = dict(value)
    name = draw(st.sampled_from(sorted(copy)))
    if draw(st.booleans()):
        copy[name] = draw(spoilt(copy[name]))
    else:
        del copy[name]
    return copy


@MANY
@given(spoilt(EVENT))
def test_a_record_of_an_event_is_read_or_refused_by_name(record):
    try:
        event = ObjectEvent.from_notification(record)
    except InvalidEvent:
        return
    assert event.key
    assert len(event.sequencer) == 32


@MANY
@given(spoilt(MESSAGE))
def test_a_message_is_read_or_refused_by_name(message):
    try:
        record = FileRecord.from_json(json.dumps(message))
    except InvalidMessage:
        return
    item = to_item(record)
    assert item["Filename"]
    assert len(item["Sequencer"]) == 32


@MANY
@given(spoilt(MESSAGE))
def test_what_a_message_says_can_be_answered_if_it_is_taken(message):
    try:
        record = FileRecord.from_json(json.dumps(message))
    except InvalidMessage:
        return
    stored = from_item(to_item(record))
    if stored.status != "ready":
        return
    fields = stored.as_dict()
    forecast(fields)
    listing_as_csv([stored])
    contract_of(stored)
    for name in FORMATS:
        with suppress(NoSchema):
            schema_of(fields, name)


@pytest.mark.parametrize("name", OF_READY)
def test_a_message_of_a_ready_file_that_lacks_what_all_have_is_refused_by_name(name):
    for spoilt_message in (MESSAGE | {name: None}, {k: v for k, v in MESSAGE.items() if k != name}):
        with pytest.raises(InvalidMessage, match=f"ready lacks {name}"):
            FileRecord.from_json(json.dumps(spoilt_message))
    FileRecord.from_json(json.dumps(MESSAGE | {name: None, "status": "failed"}))


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 5_000,
        '"' + "x" * MESSAGE_LIMIT + '"',
        "\x00",
        "NaN",
        json.dumps(MESSAGE | {"filename": "ü" * 513}),
        json.dumps(MESSAGE | {"filename": ""}),
        json.dumps(MESSAGE | {"filename": "\ud800.csv"}),
        json.dumps(MESSAGE | {"column_names": ["\udfff"]}),
        json.dumps(MESSAGE | {"sequencer": "1"}),
        json.dumps(MESSAGE | {"sequencer": "g" * 32}),
        json.dumps(MESSAGE | {"upload_timestamp": "yesterday"}),
        json.dumps(MESSAGE | {"upload_timestamp": "2026-11-22T18:00:00Z"}),
        json.dumps(MESSAGE | {"processed_timestamp": "2026-11-22T18:00:00.123+00:00"}),
        json.dumps(MESSAGE | {"row_count": -1}),
        json.dumps(MESSAGE | {"file_size": 2**63}),
    ],
    ids=lambda body: body[-40:],
)
def test_a_message_out_of_bounds_is_refused(body):
    with pytest.raises(InvalidMessage):
        FileRecord.from_json(body)


@pytest.fixture
def handlers(monkeypatch):
    """The handlers, over a queue in memory, and a bucket in which nothing is any more."""
    import app

    class Nothing:
        def put_if_newer(self, _):
            return True

        def get(self, _):
            return None

    made = {
        "s3_client": S3(code="NoSuchKey"),
        "processing_queue": ProcessingQueue(Queue(), "queue"),
        "records_table": Nothing(),
        "catalog": Catalog(Nothing(), None),
    }
    for name, one in made.items():
        monkeypatch.setattr(app, name, lambda *_, one=one: one)
    return app


@MANY
@given(spoilt({"Records": [EVENT]}) | spoilt(EVENT).map(lambda one: {"Records": [EVENT, one]}))
def test_extract_ends_well_or_with_a_named_error(handlers, event):
    try:
        handlers.extract(event, Context())
    except (InvalidEvent, UnextractedRecords):
        return


@contextmanager
def logged(handlers):
    """Gives what reads the lines that the handlers have logged meanwhile."""
    stream = io.StringIO()
    before = handlers.logger.registered_handler.setStream(stream)
    try:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    finally:
        handlers.logger.registered_handler.setStream(before)


def message_of(body):
    """What Lambda hands on of a queue that has this one message."""
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    return {"Records": [record]}


@MANY
@given(spoilt(MESSAGE).map(json.dumps) | st.text())
def test_store_ends_well_or_with_a_named_error(handlers, body):
    try:
        handlers.store(message_of(body), Context())
    except UnstoredMessages:
        return


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"Records": [{}]}, {"Records": 3}, []])
def test_a_batch_that_is_none_is_refused_by_name(handlers, event):
    with pytest.raises(InvalidEvent):
        handlers.store(event, Context())


def test_a_foreign_bucket_is_refused_by_name(handlers):
    foreign = EVENT | {"s3": EVENT["s3"] | {"bucket": {"name": "theirs"}}}
    with pytest.raises(InvalidEvent, match="'theirs' is not the catalog's"):
        handlers.extract({"Records": [foreign]}, Context())
    with logged(handlers) as lines, pytest.raises(UnstoredMessages):
        handlers.store(message_of(json.dumps(MESSAGE | {"bucket": "theirs"})), Context())
    assert "'theirs' is not the catalog's" in lines()[0]["reason"]


def test_one_bad_record_does_not_stop_the_others_of_its_event(handlers, monkeypatch):
    monkeypatch.setattr(
        "chalicelib.intake.extract.extract_object", lambda event, **_: seen.append(event.key)
    )
    seen = []
    with pytest.raises(InvalidEvent):
        handlers.extract({"Records": [{}, EVENT]}, Context())
    assert seen == ["a.csv"]
    with pytest.raises(UnextractedRecords, match="2, the first of them"):
        handlers.extract({"Records": [{}, EVENT, {}]}, Context())


def test_the_event_with_which_s3_tries_out_its_notifications_is_one_log_line(handlers):
    with logged(handlers) as lines:
        handlers.extract({"Service": "Amazon S3", "Event": "s3:TestEvent"}, Context())
    [line] = lines()
    assert line["message"] == "ignored: S3 tests its notifications"
