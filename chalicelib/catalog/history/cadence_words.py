"""A rhythm in words, as "on weekdays by 06:20 UTC"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.catalog.history.windows import (
    DAY,
    HOUR,
    WEEK,
    Months,
    first_day,
    first_working_day,
    last_day,
    weekday_of,
)

if TYPE_CHECKING:
    from chalicelib.catalog.history.cadence import Rhythm

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_A_MONTH = 2025 * 12  # January 2025, which has 31 days and ends on a Friday


def sentence_of(rhythm: Rhythm) -> str:
    """Say when deliveries come: on which days, and until when they usually have come."""
    if isinstance(rhythm.windows, Months):
        return _monthly(rhythm, rhythm.windows.day)
    if rhythm.period == WEEK:
        return _weekly(rhythm)
    late = [_late(rhythm, number) for number in range(len(rhythm.latest))]
    shift = int(late[0] // DAY) - rhythm.day(0)  # where they come about midnight
    days = _days({(day + shift) % 7 for day in rhythm.weekdays})
    if rhythm.period < DAY:
        return _even(rhythm) + f" {days}" * (days != "daily")
    return f"{days} by {_and(sorted(map(_clock, late)))} UTC"


def _late(rhythm: Rhythm, number: int) -> float:
    return rhythm.windows.begin(number) + rhythm.latest[number % len(rhythm.latest)]


def _even(rhythm: Rhythm) -> str:
    if rhythm.period < HOUR:
        return f"every {rhythm.period / 60:.0f} minutes"
    hours = f"every {rhythm.period / HOUR:.0f} hours"
    every = "hourly" if rhythm.period == HOUR else hours
    every += f" by minute {ceil(_late(rhythm, 0) / 60) % 60}"
    if parts := rhythm.parts_of_day:
        count = round(DAY / rhythm.period)
        first = next(part for part in parts if (part - 1) % count not in parts)
        last = next(part for part in parts if (part + 1) % count not in parts)
        until = (last + 1) * rhythm.period
        every += f" from {_clock(first * rhythm.period)} to {_clock(until)} UTC"
    return every


def _weekly(rhythm: Rhythm) -> str:
    late = _late(rhythm, 0)
    day = _WEEKDAYS[weekday_of(late)]
    if late // DAY == rhythm.usual_from(0) // DAY:
        return f"on {day}s by {_clock(late)} UTC"
    return f"weekly by {day} {_clock(late)} UTC"


def _monthly(rhythm: Rhythm, day_of: Callable[[int], int]) -> str:
    late = _late(rhythm, _A_MONTH)
    day = _day_of_month(day_of, int(late // DAY) - day_of(_A_MONTH))
    if late // DAY == rhythm.usual_from(_A_MONTH) // DAY:
        return f"on {day} of the month by {_clock(late)} UTC"
    return f"monthly by {day}, {_clock(late)} UTC"


def _day_of_month(day: Callable[[int], int], after: int) -> str:
    if day in (first_day, last_day):
        after += day is last_day
        if after >= 0:
            return f"the {_ordinal(after + 1)}"
        return f"the last day but {-1 - after}" if after < -1 else "the last day"
    working_day = f"the {'first' if day is first_working_day else 'last'} working day"
    if not after:
        return working_day
    days = f"{abs(after)} day{'s' * (abs(after) > 1)}"
    return f"{days} {'after' if after > 0 else 'before'} {working_day}"


def _days(weekdays: Collection[int]) -> str:
    if len(weekdays) == 7:
        return "daily"
    if weekdays == set(range(5)):
        return "on weekdays"
    first = [day for day in weekdays if (day - 1) % 7 not in weekdays]
    if len(first) == 1 and len(weekdays) > 2:
        return f"on {_WEEKDAYS[first[0]]}s to {_WEEKDAYS[(first[0] + len(weekdays) - 1) % 7]}s"
    return f"on {_and([f'{_WEEKDAYS[day]}s' for day in sorted(weekdays)])}"


def _clock(seconds: float) -> str:
    minutes = ceil(seconds / 60) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _ordinal(number: int) -> str:
    ending = (
        "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def _and(texts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
