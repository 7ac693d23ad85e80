"""A dataset's rhythm is learned from its deliveries: nothing that comes is late, what does not is.

Each rhythm is played for 400 days with jitter, and looked at as it was after many of its
deliveries.
"""

import random
from datetime import datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.cadence import LEAST, rhythm_of

START = datetime(2025, 1, 6, tzinfo=timezone.utc)  # a Monday
DAYS = [START.date() + timedelta(days=day) for day in range(400)]
HOUR = timedelta(hours=1)


def is_last_working_day(day):
    later = [day + timedelta(days=n) for n in range(1, 4)]
    return day.weekday() < 5 and all(d.month != day.month or d.weekday() > 4 for d in later)


def daily(hour=6.0, jitter=20.0, on=bool, zone=timezone.utc, seed=0):
    """Deliveries at an hour of the clock, some minutes earlier or later."""
    chance = random.Random(seed)  # noqa: S311
    return [
        (datetime.combine(day, time(), zone) + hour * HOUR).astimezone(timezone.utc)
        + timedelta(minutes=chance.uniform(-jitter, jitter))
        for day in DAYS
        if on(day)
    ]


def twice(hour, later, **more):
    return sorted(daily(hour, **more) + daily(later, seed=1, **more))


def in_parts(times):
    chance = random.Random(0)  # noqa: S311
    return sorted(time + timedelta(seconds=chance.uniform(0, 600)) for time in times * 20)


def hourly(jitter):
    chance = random.Random(0)  # noqa: S311
    return [
        START + hour * HOUR + timedelta(minutes=chance.uniform(-jitter, jitter))
        for hour in range(24 * 400)
    ]


BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=31)
SERIES = {  # the times, and how long after one it is late: a quarter of the period, and the jitter
    "hourly": (hourly(5), HOUR / 4 + HOUR / 6),
    "hourly, and not to the minute": (hourly(15), HOUR / 4 + HOUR / 2),
    "daily": (daily(), DAY / 4 + HOUR),
    "daily about midnight": (daily(0, jitter=60), DAY / 4 + 2 * HOUR),
    "weekdays": (daily(on=lambda day: day.weekday() < 5), DAY / 4 + HOUR),
    "weekdays about midnight": (daily(0, on=lambda day: day.weekday() < 5), DAY / 4 + HOUR),
    "three days a week": (daily(on=lambda day: day.weekday() in (0, 2, 4)), DAY / 4 + HOUR),
    "weekly": (daily(on=lambda day: day.weekday() == 2, jitter=180), WEEK / 4 + 6 * HOUR),
    "1st of the month": (daily(on=lambda day: day.day == 1), MONTH / 4 + HOUR),
    "15th of the month": (daily(on=lambda d: d.day == 15, jitter=600), MONTH / 4 + 20 * HOUR),
    "last day": (daily(23, on=lambda d: (d + DAY).day == 1, jitter=90), MONTH / 4 + 3 * HOUR),
    "last working day": (daily(18, on=is_last_working_day), MONTH / 4 + HOUR),
    "two a day": (twice(6, 18), DAY / 8 + HOUR),
    "two a day, not far apart": (twice(6, 14), DAY / 8 + HOUR),
    "two a day on weekdays": (twice(8, 16, on=lambda day: day.weekday() < 5), DAY / 8 + HOUR),
    "two a day, not to the hour": (twice(8, 13, jitter=59), DAY / 8 + 2 * HOUR),
    "parts": (in_parts(daily()), DAY / 4 + HOUR),
    "parts on weekdays": (in_parts(daily(on=lambda d: d.weekday() < 5)), DAY / 4 + HOUR),
    "clocks that change": (daily(6, zone=BERLIN), DAY / 4 + 2 * HOUR),
    "clocks that change at night": (daily(0.5, zone=BERLIN), DAY / 4 + 2 * HOUR),
    "weekdays of New York": (
        daily(20, on=lambda day: day.weekday() < 5, zone=NEW_YORK),
        DAY / 4 + 2 * HOUR,
    ),
    "two a day of Berlin": (twice(6, 18, zone=BERLIN), DAY / 8 + 2 * HOUR),
}


def deliveries_of(name):
    times, parts = SERIES[name][0], 20 if name.startswith("parts") else 1
    return [times[n : n + parts] for n in range(0, len(times), parts)]


def places(count, many):
    """Some of the deliveries after the first few, the earliest among them."""
    early, later = range(LEAST, min(count, LEAST + 10)), range(LEAST + 10, count)
    return [*early, *random.Random(0).sample(later, min(many, len(later)))]  # noqa: S311


@pytest.mark.parametrize("name", SERIES)
def test_nothing_is_late_where_nothing_is_missing(name):
    times, _ = SERIES[name]
    for place in places(len(times), 40):
        rhythm = rhythm_of(times[:place])
        assert rhythm is None or rhythm.next_due(times[place - 1]) >= times[place]


@pytest.mark.parametrize("name", SERIES)
def test_each_missing_delivery_is_found_within_its_grace(name):
    deliveries, within = deliveries_of(name), SERIES[name][1]
    for place in places(len(deliveries) - 1, 20):
        before = [time for delivery in deliveries[:place] for time in delivery]
        rhythm = rhythm_of(before)
        if rhythm is None:
            assert place < 13  # days of the week that are not in a row take three weeks
            continue
        if place < 13 and deliveries[place][0].weekday() > 4:
            continue  # the first weekend may be free
        due = rhythm.next_due(before[-1])
        assert deliveries[place][0] <= due <= deliveries[place + 1][0]
        assert due <= deliveries[place][0] + within


@pytest.mark.parametrize("name", ["hourly", "daily", "weekdays", "two a day", "parts"])
def test_a_week_without_deliveries_is_late_once_and_then_forgotten(name):
    times, _ = SERIES[name]
    stop = START + 100 * DAY
    before = [time for time in times if time < stop]
    after = [time for time in times if time > stop + WEEK]
    assert stop < rhythm_of(before).next_due(before[-1]) < stop + 4 * DAY
    for place in [*range(1, 60, 3)]:
        rhythm = rhythm_of(before + after[:place])
        assert rhythm is not None
        assert rhythm.next_due(after[place - 1]) >= after[place]


@pytest.mark.parametrize("name", ["daily", "weekdays", "two a day"])
def test_a_delivery_that_is_missing_now_and_then_is_still_missed(name):
    chance, times = random.Random(1), SERIES[name][0]  # noqa: S311
    came, missed = times[:30], False
    for due, following in pairwise(times[30:]):
        missed = not missed and chance.random() < 0.05
        if missed:
            assert due <= rhythm_of(came).next_due(came[-1]) <= following
        else:
            came.append(due)


def irregular(gap):
    times = [START]
    while times[-1] < START + 400 * DAY:
        times.append(times[-1] + gap())
    return times[:2_000]


@pytest.mark.parametrize(
    "gap",
    [
        lambda chance: chance.expovariate(1) * DAY,
        lambda chance: chance.expovariate(6) * DAY,
        lambda chance: chance.uniform(0.1, 3) * DAY,
        lambda chance: chance.randint(1, 3) * DAY,
        lambda chance: chance.randint(1, 5) * DAY + chance.uniform(-3, 3) * HOUR,
        lambda chance: chance.lognormvariate(0, 1) * HOUR,
    ],
)
def test_what_comes_at_any_time_is_never_late(gap):
    chance = random.Random(2)  # noqa: S311
    times = irregular(lambda: gap(chance))
    assert all(rhythm_of(times[:place]) is None for place in places(len(times), 60))


def test_a_rhythm_takes_eight_deliveries():
    times = daily()
    assert rhythm_of([]) is None
    assert rhythm_of(times[:7]) is None
    assert rhythm_of(times[:8]) is not None
    assert rhythm_of(in_parts(times[:2])) is None  # those of two days are two


def test_hours_at_which_nothing_comes_are_not_due():
    opened = [
        START + day * DAY + hour * HOUR + HOUR / 10
        for day in range(21)
        if day % 7 < 5
        for hour in range(9, 18)
    ]
    rhythm = rhythm_of(opened)
    assert rhythm.sentence == "hourly by minute 6 from 09:00 to 18:00 UTC on weekdays"
    assert opened[-1].weekday() == 4
    assert rhythm.next_due(opened[-1]) - (START + 21 * DAY) < 11 * HOUR
    assert rhythm.next_due(opened[-2]) - opened[-1] == HOUR / 4


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        (hourly(0), "hourly by minute 0"),
        ([START + n * HOUR / 4 for n in range(1_000)], "every 15 minutes"),
        ([START + n * 2 * HOUR for n in range(100)], "every 2 hours by minute 0"),
        (daily(jitter=0), "daily by 06:00 UTC"),
        (daily(6 + 1 / 3, 0, on=lambda day: day.weekday() < 5), "on weekdays by 06:20 UTC"),
        (daily(jitter=0, on=lambda d: d.weekday() < 6), "on Mondays to Saturdays by 06:00 UTC"),
        (
            daily(jitter=0, on=lambda day: day.weekday() in (0, 2, 4)),
            "on Mondays, Wednesdays and Fridays by 06:00 UTC",
        ),
        (daily(jitter=0, on=lambda day: day.weekday() == 6), "on Sundays by 06:00 UTC"),
        (daily(jitter=0, on=lambda d: d.day == 1), "on the 1st of the month by 06:00 UTC"),
        (daily(jitter=0, on=lambda d: d.day == 22), "on the 22nd of the month by 06:00 UTC"),
        (
            daily(jitter=0, on=lambda day: (day + DAY).day == 1),
            "on the last day of the month by 06:00 UTC",
        ),
        (
            daily(jitter=0, on=is_last_working_day),
            "on the last working day of the month by 06:00 UTC",
        ),
        (twice(6, 18, jitter=0), "daily by 06:00 and 18:00 UTC"),
    ],
)
def test_a_rhythm_is_said_in_words(times, sentence):
    assert rhythm_of(times).sentence == sentence


def test_times_without_a_zone_are_in_utc():
    times = [time.replace(tzinfo=None) for time in daily(jitter=0)[:30]]
    assert rhythm_of(times).next_due(times[-1]) == times[-1] + 1.25 * DAY


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), max_size=60))
def test_any_times_have_a_rhythm_or_none(times):
    rhythm = rhythm_of(sorted(times))
    assert rhythm is None or (rhythm.next_due(max(times)) > max(times) and rhythm.sentence)
