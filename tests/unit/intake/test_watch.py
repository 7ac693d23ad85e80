"""What is late is told once, whatever runs at the same time, dies, or comes in between."""

import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from chalicelib.catalog.history.dataset_pages import DatasetsQuery, list_datasets
from chalicelib.catalog.history.dataset_state import state_key
from chalicelib.catalog.history.due import DUE, due_item
from chalicelib.catalog.history.items import dataset_keys
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.times import padded_sequencer, utc_timestamp
from chalicelib.intake.events import EventBus
from chalicelib.intake.watch import watch_datasets
from tests.examples.records import RECORD
from tests.unit.intake.aws_in_memory import Crash, Faulty
from tests.unit.intake.processes import processes

START = datetime(2026, 11, 2, 6, tzinfo=timezone.utc)
DAY = timedelta(days=1)
DATASET = "sales/{date}.csv"


class Bus:
    """Keeps what it is sent."""

    def __init__(self):
        self.sent = []

    def put_events(self, Entries):
        self.sent += [(one["DetailType"], json.loads(one["Detail"])) for one in Entries]
        return {"FailedEntryCount": 0, "Entries": [{} for _ in Entries]}

    def told(self, kind):
        """The ids of the events of a kind, each once."""
        return list(dict.fromkeys(d["id"] for what, d in self.sent if what == kind))


class Calls:
    """Counts the calls, lets something happen before one, and stops after so many."""

    def __init__(self):
        self.left = None
        self.made = 0
        self.before = {}

    def around(self, call, *arguments, **options):
        if self.left == 0:
            raise Crash
        if self.left is not None:
            self.left -= 1
        self.made += 1
        self.before.pop(self.made, lambda: None)()
        return call(*arguments, **options)


def delivery(number, name="sales", **fields):
    time = START + number * DAY
    return replace(
        RECORD,
        filename=f"{name}/{time:%Y-%m-%d}.csv",
        dataset=f"{name}/{{date}}.csv",
        sequencer=padded_sequencer(f"00{number:04X}"),
        upload_timestamp=utc_timestamp(time),
        sha256=f"{number:064x}",
        **fields,
    )


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def new_process(bus):
    with processes(bus) as process_of:
        yield process_of


@pytest.fixture
def ten_days(new_process):
    """A process of `store` whose clock is that of the delivery."""
    process = new_process(Calls())

    def store(*records, at=None):
        for record in records:
            now = at or datetime.fromisoformat(record.upload_timestamp.replace("Z", "+00:00"))
            process.catalog.history._datasets._clock = lambda now=now: now
            process.store(record)

    process.catalog.history._datasets._clock = lambda: START + 9 * DAY
    process.store(*(delivery(number) for number in range(10)))
    return process, store


def watch(process, at, calls=None, bus=None):
    table = process.history._table
    calls = calls or Calls()
    raw = table._target if isinstance(table, Faulty) else table
    history = HistoryTable(Faulty(raw, calls))
    watching = EventBus(Faulty(bus or process._bus._events, calls), "bus")
    return watch_datasets({"time": utc_timestamp(at)}, "csv-bucket", history, watching, lambda: 60)


def state(process, at):
    [dataset], _ = list_datasets(process.history, DatasetsQuery(), at)
    return dataset["state"]


LATE_AT = START + 10 * DAY + timedelta(hours=6, minutes=1)


def test_what_another_process_left_to_be_due_keeps_no_dataset_from_being_late(ten_days, bus):
    """A run that wrote when a dataset is due, and was overtaken, leaves an item that is stale."""
    process, _ = ten_days
    table = process.history
    due = table.read([state_key(DATASET)])[state_key(DATASET)]["Due"]
    later = due.replace("2026", "2027")
    for stale in (due[:-2] + "1Z", later):
        table.write([due_item(DATASET, stale)])
    watch(process, START + 500 * DAY, bus=bus)
    assert len(bus.told("dataset.late")) == 1
    assert not list(table.items_of(DUE, ("\0", "~"), about=9))


def test_what_comes_is_not_late(ten_days, bus):
    process, store = ten_days
    for number in range(10, 14):
        at = START + number * DAY
        assert watch(process, at - timedelta(minutes=5)) == 0
        store(delivery(number))
        assert watch(process, at + timedelta(hours=7)) == 0
        assert state(process, at + timedelta(hours=7)) == "fresh"
    assert bus.told("dataset.late") == []


def test_a_day_left_out_is_late_once_and_recovered_once(ten_days, bus):
    process, store = ten_days
    assert state(process, START + 9 * DAY) == "fresh"
    assert watch(process, LATE_AT) == 1
    assert watch(process, LATE_AT + timedelta(minutes=5)) == 0
    assert watch(process, LATE_AT + 30 * DAY) == 0
    assert state(process, LATE_AT) == "late"
    [(_, late)] = [one for one in bus.sent if one[0] == "dataset.late"]
    assert late["due"] == "2026-11-12T12:00:00.000Z"
    assert late["rhythm"] == "daily by 06:00 UTC"
    assert late["newest"]["filename"] == "sales/2026-11-11.csv"
    store(delivery(11))
    [(_, recovered)] = [one for one in bus.sent if one[0] == "dataset.recovered"]
    assert recovered["due"] == late["due"]
    assert recovered["filename"] == "sales/2026-11-13.csv"
    assert recovered["next_due"] == "2026-11-14T12:00:00.000Z"
    assert state(process, START + 11 * DAY) == "recovered"
    store(delivery(12))
    assert state(process, START + 12 * DAY) == "fresh"
    assert watch(process, LATE_AT + 3 * DAY) == 1
    assert len(bus.told("dataset.late")) == 2


def test_a_failed_file_is_no_arrival_and_a_repeat_is_one(ten_days, bus):
    process, store = ten_days
    store(delivery(10, status="failed", error="no CSV", columns=()))
    assert watch(process, LATE_AT) == 1
    store(replace(delivery(11), sha256=f"{3:064x}"))
    assert len(bus.told("dataset.recovered")) == 1


@pytest.mark.parametrize("stopped_after", range(12))
def test_a_run_that_dies_is_finished_by_the_next_with_the_same_id(ten_days, bus, stopped_after):
    process, store = ten_days
    calls = Calls()
    calls.left = stopped_after
    with suppress(Crash):
        watch(process, LATE_AT, calls)
    watch(process, LATE_AT + timedelta(minutes=5))
    assert len(bus.told("dataset.late")) == 1
    assert state(process, LATE_AT) == "late"
    store(delivery(11))
    assert watch(process, START + 11 * DAY + timedelta(hours=1)) == 0
    assert len(bus.told("dataset.late")) == len(bus.told("dataset.recovered")) == 1
    assert watch(process, START + 12 * DAY + timedelta(hours=7)) == 1


@pytest.mark.parametrize("between", range(1, 12, 2))
def test_a_delivery_in_between_is_late_and_recovered_or_neither(ten_days, bus, between):
    process, store = ten_days
    calls = Calls()
    calls.before[between] = lambda: store(delivery(11), at=LATE_AT)
    watch(process, LATE_AT, calls)
    if between in calls.before:
        store(delivery(11))
    watch(process, LATE_AT + timedelta(minutes=5))
    assert len(bus.told("dataset.late")) == len(bus.told("dataset.recovered"))
    assert watch(process, START + 11 * DAY + timedelta(hours=7)) == 0
    assert watch(process, START + 12 * DAY + timedelta(hours=7)) == 1


@pytest.mark.parametrize("between", range(1, 12))
def test_of_two_runs_at_the_same_time_one_moves_it(ten_days, bus, between):
    process, _ = ten_days
    calls = Calls()
    calls.before[between] = lambda: watch(process, LATE_AT)
    watch(process, LATE_AT, calls)
    watch(process, LATE_AT + timedelta(minutes=5))
    assert len(bus.told("dataset.late")) == 1


@pytest.mark.parametrize("stopped_after", range(10))
def test_a_recovery_that_was_stopped_is_told_when_its_message_comes_again(
    new_process, ten_days, bus, stopped_after
):
    process, _ = ten_days
    watch(process, LATE_AT)
    calls = Calls()
    calls.left = stopped_after
    dying = new_process(calls)
    try:
        dying.store(delivery(11))
    except Crash:
        new_process(Calls()).store(delivery(11))
    assert len(bus.told("dataset.recovered")) == 1


def test_what_is_played_at_random_is_told_once_a_transition(new_process, ten_days, bus):
    chance = random.Random(5)  # noqa: S311
    process, store = ten_days
    missing = late = 0
    was_missing = False
    for number in range(10, 36):
        is_missing = chance.random() < 0.12
        time = START + number * DAY
        if not is_missing:
            if chance.random() < 0.5:
                calls = Calls()
                calls.left = chance.randrange(14)
                dying = new_process(calls)
                dying.catalog.history._datasets._clock = lambda time=time: time
                with suppress(Crash):
                    dying.store(delivery(number))
            store(delivery(number))
        for run in range(3):
            calls = Calls()
            calls.left = chance.choice([None, chance.randrange(12)])
            with suppress(Crash):
                watch(process, time + timedelta(hours=7, minutes=5 * run), calls)
        watch(process, time + timedelta(hours=7, minutes=20))
        late += is_missing and not was_missing
        missing += not is_missing and was_missing
        was_missing = is_missing
        assert len(bus.told("dataset.late")) == late
        assert len(bus.told("dataset.recovered")) == missing
    assert late > 1


def test_a_dataset_that_ended_long_ago_is_late_and_no_news(new_process, bus):
    process = new_process(Calls())
    process.store(*(delivery(number) for number in range(10)))
    assert state(process, START + 400 * DAY) == "late"
    assert watch(process, START + 400 * DAY) == 0
    process.catalog.history._datasets._clock = lambda: START + 400 * DAY
    process.store(delivery(400))
    assert bus.told("dataset.late") == bus.told("dataset.recovered") == []


def test_without_a_rhythm_nothing_is_late(new_process, bus):
    process = new_process(Calls())
    process.catalog.history._datasets._clock = lambda: START
    for number in (0, 1, 5, 6, 13, 14, 15, 30, 38):
        process.store(delivery(number))
    assert state(process, START + 60 * DAY) == "unknown"
    assert watch(process, START + 60 * DAY) == 0


def test_a_hundred_thousand_datasets_of_which_fifty_are_due_take_twenty_requests(
    new_process, ten_days, bus
):
    process, _ = ten_days
    table = process.history._table._target
    shards = list(process.history.read(dataset_keys(DATASET)).values())
    [known] = process.history.read([state_key(DATASET)]).values()
    later = utc_timestamp(LATE_AT + DAY)
    with table.batch_writer() as batch:
        for number in range(50):
            name = f"set{number}/{{date}}.csv"
            for shard in shards:
                batch.put_item(shard | {"SK": name, "Dataset": name})
            partition, place = state_key(name)
            batch.put_item(known | {"PK": partition, "SK": place, "Dataset": name})
            batch.put_item(due_item(name, known["Due"]))
        for number in range(300):  # of the others, as many as show that they are not read
            batch.put_item(due_item(f"other{number}/{{date}}.csv", later))
    calls = Calls()
    assert watch(process, LATE_AT, calls) == 51
    assert calls.made <= 20
    assert len(bus.told("dataset.late")) == 51


def test_a_run_is_of_the_time_for_which_it_was_scheduled(ten_days, bus):
    process, _ = ten_days
    scheduled = {"time": "2026-11-12T12:01:00Z"}
    assert watch_datasets(scheduled, "csv-bucket", process.history, process._bus, lambda: 60) == 1
