"""The times of deliveries are kept in few bytes, and their number by the day."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.arrivals import (
    TIMES_KEPT,
    counted,
    recent_count,
    times_in,
    with_times,
)
from chalicelib.catalog.times import utc_timestamp
from tests.examples.records import RECORD

START = datetime(2026, 11, 1, 6, tzinfo=timezone.utc)


def stamps(*minutes):
    return [utc_timestamp(START + timedelta(minutes=minute)) for minute in minutes]


def test_times_are_those_that_were_added_in_their_order():
    packed = with_times(with_times(b"", stamps(60, 0)), stamps(30, 1_440))
    assert [utc_timestamp(time) for time in times_in(packed)] == stamps(0, 30, 60, 1_440)


def test_the_first_of_those_close_together_is_kept_in_whichever_order_they_come():
    one = with_times(b"", stamps(2, 0, 1))
    assert one == with_times(with_times(with_times(b"", stamps(1)), stamps(2)), stamps(0))
    assert [utc_timestamp(time) for time in times_in(one)] == stamps(0)


def test_the_latest_are_kept():
    packed = with_times(b"", stamps(*range(0, 6_000, 10)))
    assert len(packed) <= 4 * TIMES_KEPT
    assert len(times_in(packed)) == TIMES_KEPT
    assert utc_timestamp(times_in(packed)[-1]) == stamps(5_990)[0]


@given(st.lists(st.integers(0, 10**6), max_size=40), st.data())
def test_the_order_of_arrival_does_not_matter(minutes, data):
    mixed = data.draw(st.permutations(minutes))
    packed = b""
    for minute in mixed:
        packed = with_times(packed, stamps(minute))
    assert packed == with_times(b"", stamps(*minutes))


def deliveries(*days):
    return [
        replace(RECORD, filename=f"{day}.csv", upload_timestamp=stamps(1_440 * day)[0])
        for day in days
    ]


def test_deliveries_of_the_last_thirty_days_are_counted_once_each():
    now = START + timedelta(days=40, hours=1)
    days, ids = counted({}, b"", deliveries(0, 10, 11, 40, 40), now)
    days, _ = counted(days, ids, deliveries(40, 39), now)
    assert recent_count(days, now) == 3
    assert recent_count(days, now + timedelta(days=1)) == 2 + 0
    assert recent_count({}, now) == 0
