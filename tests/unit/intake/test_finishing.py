"""Whatever call `store` is stopped at, what it left is finished when the message comes again."""

import json
import math
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from chalicelib.catalog.history.items import version_key, version_of
from chalicelib.catalog.history.keeping import Accepted
from chalicelib.intake.events import EventBus
from chalicelib.intake.queue import Message, ProcessingQueue
from chalicelib.intake.store import Batch, UnstoredMessages
from tests.examples.records import RECORD
from tests.unit.intake.aws_in_memory import Crash, Queue
from tests.unit.intake.processes import Bus, processes

FIRST = replace(RECORD, dataset="reports/{date}/sales.csv")
SECOND = replace(
    FIRST,
    sequencer="00" + "F" * 30,
    upload_timestamp="2026-11-22T19:00:00.000Z",
    column_names=("id", "other"),
)


class CrashAt:
    """Does so many calls, and then none: the process is gone."""

    def __init__(self):
        self.left = None

    def around(self, call, *arguments, **options):
        if self.left == 0:
            raise Crash
        if self.left is not None:
            self.left -= 1
        return call(*arguments, **options)


@pytest.fixture
def crash():
    return CrashAt()


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def new_process(crash, bus):
    with processes(bus) as process_of:
        yield lambda: process_of(crash)


@pytest.mark.parametrize("stopped_after", range(14))
def test_a_write_is_kept_and_told_though_it_was_replaced_before_it_was_finished(
    new_process, crash, bus, stopped_after
):
    crash.left = stopped_after
    was_stopped = False
    try:
        new_process().store(FIRST)
    except Crash:
        was_stopped = True
    crash.left = None
    accepted = new_process().records.get(FIRST.filename) is not None
    new_process().store(SECOND)
    if was_stopped:
        new_process().store(FIRST)
    history = new_process().history
    kept = list(history.items_of(f"file#{FIRST.filename}"))
    writes = [FIRST, SECOND] if accepted else [SECOND]
    assert [item["SK"] for item in kept] == [version_key(one)[1] for one in writes]
    changes = [json.loads(item["Change"])["changes"] for item in kept if "Change" in item]
    assert len(changes) == len(writes) - 1
    assert len(set(bus.ids)) == len(writes) + len(changes)
    assert history.schemas(item["SchemaId"] for item in kept).keys() == {
        item["SchemaId"] for item in kept
    }


@pytest.mark.parametrize("stopped_after", range(16))
def test_an_overwrite_that_was_stopped_is_finished_as_if_it_had_not_been(
    new_process, crash, bus, stopped_after
):
    new_process().store(FIRST)
    crash.left = stopped_after
    try:
        new_process().store(SECOND)
    except Crash:
        crash.left = None
        new_process().store(SECOND)
    crash.left = None
    _, second = new_process().history.items_of(f"file#{FIRST.filename}")
    [step] = json.loads(second["Change"])["changes"]
    assert (step["from"], step["to"]) == ("naïve", "other")
    assert json.loads(second["Change"])["compared_with"]["sequencer"] == FIRST.sequencer
    assert len(set(bus.ids)) == 3


def test_a_crash_stops_the_calls_that_these_tests_stop(new_process, crash):
    crash.left = 0
    with pytest.raises(Crash):
        new_process().store(FIRST)


class Refusing(Bus):
    """Takes no event, or only every other one."""

    def __init__(self, all_of_them):
        super().__init__()
        self.all_of_them = all_of_them
        self.sent = []

    def put_events(self, Entries):
        results = []
        for number, entry in enumerate(Entries):
            if self.all_of_them or number % 2:
                results.append({"ErrorCode": "ThrottlingException"})
            else:
                self.sent.append(entry["Detail"])
                results.append({"EventId": "1"})
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}


def test_events_that_the_bus_did_not_take_are_sent_again_and_those_alone():
    bus = Refusing(all_of_them=False)
    events = [{"Detail": f"{number}"} for number in range(4)]
    EventBus(bus, "bus").send(events)
    assert sorted(bus.sent) == ["0", "1", "2", "3"]


def test_events_that_the_bus_never_takes_leave_the_message_to_come_again():
    with pytest.raises(Exception, match="1 of 1 events: ThrottlingException"):
        EventBus(Refusing(all_of_them=True), "bus").send([{"Detail": "0"}])


def test_without_a_bus_nobody_is_told():
    EventBus(None, "").send([{"Detail": "0"}])


def test_events_go_ten_at_once_and_not_too_large():
    sizes = []

    class Sizes(Bus):
        def put_events(self, Entries):
            sizes.append((len(Entries), sum(len(entry["Detail"]) for entry in Entries)))
            return {"FailedEntryCount": 0, "Entries": []}

    EventBus(Sizes(), "bus").send(
        [{"Detail": "x"}] * 21 + [{"Detail": "x" * 90_000} for _ in range(5)]
    )
    assert sum(count for count, _ in sizes) == 26
    assert all(count <= 10 and size <= 200_000 for count, size in sizes)


@pytest.mark.parametrize("reports", [False, True])
def test_one_record_that_cannot_be_finished_holds_back_no_other_of_its_batch(reports):
    kept = []

    class Catalog:
        def accept(self, record):
            return Accepted(record)

        def look_up(self, records):
            return {}

        def keep(self, accepted, known=None):
            if any(one.record.filename == "bad.csv" for one in accepted):
                raise ClientError({"Error": {"Code": "ValidationException"}}, "BatchWriteItem")
            kept.extend(one.record.filename for one in accepted)
            return map(version_of, (one.record for one in accepted))

    bus, queue = Bus(), Queue()
    for name in ("good.csv", "bad.csv", "fine.csv"):
        queue.send_message(QueueUrl="", MessageBody=replace(FIRST, filename=name).to_json())
    messages = [Message(number, body, number) for number, body in queue.bodies.items()]
    batch = Batch(
        FIRST.bucket,
        ProcessingQueue(queue, "queue"),
        Catalog(),
        EventBus(bus, "bus"),
        lambda: math.inf,
    )
    if reports:  # Lambda deletes the others
        assert batch.report(messages) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
        assert len(queue.bodies) == 3
        queue.bodies = {"1": queue.bodies["1"]}
    else:
        with pytest.raises(UnstoredMessages, match="1 could not"):
            batch.store(messages)
    assert kept == ["good.csv", "fine.csv"]
    assert len(set(bus.ids)) == 2
    assert queue.bodies == {"1": messages[1].body}


def test_messages_are_deleted_ten_to_a_request_and_those_that_are_not_are_counted():
    class Sqs:
        def __init__(self):
            self.sizes = []

        def get_queue_url(self, QueueName):
            return {"QueueUrl": QueueName}

        def delete_message_batch(self, QueueUrl, Entries):
            self.sizes.append(len(Entries))
            assert len({entry["Id"] for entry in Entries}) == len(Entries)
            return {"Failed": [{"Id": Entries[0]["Id"], "Code": "InternalError"}]}

    sqs = Sqs()
    messages = [Message(str(number), "", str(number)) for number in range(12)]
    assert ProcessingQueue(sqs, "queue").delete(messages) == 2
    assert sqs.sizes == [10, 2]
