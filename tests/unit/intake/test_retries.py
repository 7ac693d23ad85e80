"""How often, and after which pauses, what failed is tried again."""

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.catalog.history.table import HistoryTable, LeftUndone
from chalicelib.catalog.record import InvalidMessage
from chalicelib.catalog.undone import FIRST_PAUSE, TRIES, until_done
from chalicelib.intake import retries
from chalicelib.intake.events import EventBus, EventsRefused
from chalicelib.intake.retries import retry_in
from tests.template import resources

FAULT = ReadTimeoutError(endpoint_url="https://dynamodb")
HOPELESS = InvalidMessage("not JSON")


@pytest.mark.parametrize(
    ("error", "pauses"), [(HOPELESS, [1, 2, 4, 8, 16]), (FAULT, [5, 15, 45, 135, 405])]
)
def test_the_pauses_between_tries_grow_and_have_an_end(error, pauses):
    assert [retry_in(count, error) for count in range(1, 6)] == pauses
    assert retry_in(1_000_000, error) == 900


@pytest.mark.parametrize("error", [HOPELESS, FAULT])
def test_after_the_last_try_sqs_makes_a_dead_letter_at_once(error):
    assert retry_in(retries.TRIES, error) == 0


def test_the_queue_allows_as_many_tries_as_the_pauses_are_reckoned_for():
    policy = resources()["ProcessingQueue"]["Properties"]["RedrivePolicy"]
    assert policy["maxReceiveCount"] == retries.TRIES


@pytest.mark.parametrize(("error", "least", "most"), [(FAULT, 600, 900), (HOPELESS, 0, 60)])
def test_a_fault_of_the_tables_is_waited_out_for_ten_minutes_and_what_is_hopeless_for_one(
    error, least, most
):
    assert least <= sum(retry_in(count, error) for count in range(1, retries.TRIES)) <= most


class Refusing:
    """A batch call that takes nothing the first so many times."""

    def __init__(self, times):
        self.times = times
        self.calls = 0

    def __call__(self, batch):
        self.calls += 1
        return batch if self.calls <= self.times else None


def forever():
    return float("inf")


@pytest.mark.parametrize("times", range(TRIES))
def test_what_is_left_undone_is_tried_again_after_pauses_that_grow_with_jitter(times, pauses):
    batch = Refusing(times)
    assert until_done(batch, [1], forever) is None
    assert batch.calls == times + 1
    assert len(pauses) == times
    assert all(0 <= pause <= FIRST_PAUSE * 2**n for n, pause in enumerate(pauses))
    assert len(set(pauses)) == times


def test_what_is_left_undone_every_time_is_handed_back(pauses):
    batch = Refusing(times=99)
    assert until_done(batch, [1], forever) == [1]
    assert (batch.calls, len(pauses)) == (TRIES, TRIES - 1)


def test_no_pause_is_begun_that_would_not_end_in_time(pauses):
    batch = Refusing(times=99)
    assert until_done(batch, [1], lambda: 0.0) == [1]
    assert (batch.calls, pauses) == (1, [])


class Short:
    """DynamoDB and EventBridge, short of capacity: they take nothing."""

    name = "History"

    @property
    def meta(self):
        return self

    client = meta

    def batch_get_item(self, RequestItems):
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    def batch_write_item(self, RequestItems):
        return {"UnprocessedItems": RequestItems}

    def put_events(self, Entries):
        return {
            "FailedEntryCount": 1,
            "Entries": [{"ErrorCode": "ThrottlingException"} for _ in Entries],
        }


def test_reads_writes_and_events_are_tried_again_by_the_same_rule(pauses):
    table = HistoryTable(Short())
    for call, error in (
        (lambda: table.read([("a", "b")]), LeftUndone),
        (lambda: table.write([{"PK": "a", "SK": "b"}]), LeftUndone),
        (lambda: EventBus(Short(), "bus").send([{"Detail": ""}]), EventsRefused),
    ):
        pauses.clear()
        with pytest.raises(error):
            call()
        assert len(pauses) == TRIES - 1
