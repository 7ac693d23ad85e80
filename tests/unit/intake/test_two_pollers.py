"""Two runs of `store` at the same time, stepped between any two of their calls to AWS.

What the table says, what the history keeps, what was told and the totals agree, in whichever
order they step.
"""

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.catalog.history.items import change_in, file_partition, version_key
from chalicelib.catalog.history.table import is_version_of
from tests.examples import examples
from tests.examples.records import RECORD
from tests.examples.totals import assert_totals_are_those_of_all
from tests.unit.intake.processes import Told, processes


class Poller(threading.Thread):
    """A run of `store`, which waits before each call to AWS until it may go on."""

    def __init__(self, name, process_of, batch):
        super().__init__(name=name, daemon=True)
        self._process = process_of(self)
        self._batch = batch
        self._may_go_on, self._waits = threading.Semaphore(0), threading.Semaphore(0)
        self.is_done = False
        self.failure = None

    def around(self, call, *arguments, **options):
        self._waits.release()
        self._may_go_on.acquire()
        return call(*arguments, **options)

    def run(self):
        try:
            self._process.store(*self._batch)
        except Exception as error:  # noqa: BLE001 - it is raised where the poller is stepped
            self.failure = error
        self.is_done = True
        self._waits.release()

    def begin(self):
        self.start()
        self._waits.acquire()

    def step(self):
        """Do one call, and what follows it up to the next."""
        self._may_go_on.release()
        self._waits.acquire()
        if self.failure:
            raise self.failure


def interleave(process_of, batches, turns):
    """Store the batches, stepping the one that is next in `turns`; then what is left, in order."""
    pollers = [Poller(f"poller {n}", process_of, batch) for n, batch in enumerate(batches)]
    for poller in pollers:
        poller.begin()
    for turn in turns:
        if not pollers[turn].is_done:
            pollers[turn].step()
    for poller in pollers:
        while not poller.is_done:
            poller.step()


class AtOnce:
    """Calls that go ahead."""

    def around(self, call, *arguments, **options):
        return call(*arguments, **options)


def write(day, number, *names, **changes):
    """A write of a file of a dataset: `number` orders those of one file."""
    fields = {
        "filename": f"sales/2026-11-{day:02}.csv",
        "dataset": "sales/{date}.csv",
        "sequencer": f"00{number}".ljust(32, "0"),
        "upload_timestamp": f"2026-11-{day:02}T18:00:0{number}.000Z",
        "processed_timestamp": f"2026-11-{day:02}T18:00:0{number}.500Z",
        "column_names": names,
        "column_count": len(names),
        "columns": (),
    }
    return replace(RECORD, **fields | changes)


A, B, C = ("id", "a"), ("id", "b"), ("id", "c")
SOONER, LATER = "2026-11-02T18:05:00.000Z", "2026-11-02T18:09:00.000Z"
FAILED = write(2, 1, status="failed", error="no rights", columns=(), processed_timestamp=SOONER)
FAILED_AGAIN = replace(FAILED, processed_timestamp=LATER, error="archived")
READY = write(2, 1, *B, processed_timestamp=LATER)
READ_ANEW = replace(READY, processed_timestamp="2026-11-22T18:00:00.000Z", reader_version=99)
WRITES = (
    write(1, 1, *A),
    write(1, 2, *C),
    FAILED,
    FAILED_AGAIN,
    READY,
    READ_ANEW,
    write(2, 2, *C),
    write(2, 3, status="deleted", etag=None),
    write(2, 4, *A),
    write(3, 1, *A),
    write(3, 2, *B),
)
BATCHES = st.lists(st.sampled_from(WRITES), min_size=1, max_size=3)
MANY = settings(
    max_examples=examples(15),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def check(process, told, writes):
    """Nothing is known of one of the four that the others do not say."""
    assert_totals_are_those_of_all(process.records, process.history)
    for filename in {one.filename for one in writes}:
        stored = process.records.last_write(filename)
        versions = {
            (item["PK"], item["SK"]): item
            for item in process.history.items_of(file_partition(filename))
        }
        kept = versions[version_key(stored)]
        assert is_version_of(kept, stored), "the history has another reading than the table"
        assert kept["Status"] == stored.status
        changes = {}
        for kind, detail in told.details:
            if kind == "schema.changed" and detail["filename"] == filename:
                changes.setdefault(detail["id"], []).append(detail["changes"])
        assert all(change == same[0] for same in changes.values() for change in same)
        kept_changes = [
            change["changes"]
            for item in versions.values()
            for name in ("Change", "DatasetChange")
            if (change := change_in(item, name))
        ]
        told_changes = [same[0] for same in changes.values()]
        assert sorted(map(str, told_changes)) == sorted(map(str, kept_changes))


@MANY
@given(
    before=st.lists(st.sampled_from(WRITES), max_size=2),
    batches=st.tuples(BATCHES, BATCHES),
    turns=st.lists(st.integers(0, 1), max_size=40),
)
@example(before=[], batches=([FAILED], [READY]), turns=[0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
@example(before=[write(1, 1, *A)], batches=([READY], [write(2, 2, *C)]), turns=[0, *[1] * 12])
@example(before=[write(1, 1, *A)], batches=([READY], [READY]), turns=[0, 1, 0, 1, 0, 1, 0, 1])
def test_two_pollers_leave_a_table_a_history_and_events_that_agree(before, batches, turns):
    told = Told()
    with processes(told) as process_of:
        for one in before:
            process_of(AtOnce()).store(one)
        interleave(process_of, batches, turns)
        check(process_of(AtOnce()), told, [*before, *batches[0], *batches[1]])


def test_the_model_sees_a_history_that_has_another_reading_than_the_table():
    told = Told()
    with processes(told) as process_of:
        interleave(process_of, [[FAILED], [READY]], [])
        process = process_of(AtOnce())
        item = next(process.history.items_of(file_partition(READY.filename)))
        process.history.write([item | {"ProcessedTimestamp": SOONER}])
        with pytest.raises(AssertionError, match="another reading"):
            check(process, told, [READY])
