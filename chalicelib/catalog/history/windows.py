"""Windows of time that a delivery is expected in: equal parts of a period, or months.

Times are seconds since 1970 in UTC, windows are numbered in their order.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timezone

HOUR = 3_600.0
DAY = 86_400.0
WEEK = 7 * DAY
MONTH = 30.4 * DAY

_EPOCH = date(1970, 1, 1).toordinal()


def seconds_of(moment: datetime) -> float:
    """A time as seconds; one without a zone is taken for UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def weekday_of(seconds: float) -> int:
    """The day of the week, 0 being Monday."""
    return int(seconds // DAY + 3) % 7


@dataclass(frozen=True)
class Cycle:
    """One window or several to each period, from `starts`, which lie within one period."""

    period: float
    starts: tuple[float, ...]

    def number(self, seconds: float) -> int:
        periods, rest = divmod(seconds - self.starts[0], self.period)
        slot = bisect_right(self.starts, self.starts[0] + rest) - 1
        return int(periods) * len(self.starts) + slot

    def begin(self, number: int) -> float:
        periods, slot = divmod(number, len(self.starts))
        return periods * self.period + self.starts[slot]


def first_day(month: int) -> int:
    """The first day of a month, which is counted from year 0; days are counted from 1970."""
    return date(month // 12, month % 12 + 1, 1).toordinal() - _EPOCH


def last_day(month: int) -> int:
    return first_day(month + 1) - 1


def first_working_day(month: int) -> int:
    day = first_day(month)
    return day + (0, 0, 0, 0, 0, 2, 1)[weekday_of(day * DAY)]


def last_working_day(month: int) -> int:
    day = last_day(month)
    return day - (0, 0, 0, 0, 0, 1, 2)[weekday_of(day * DAY)]


def month_of(seconds: float) -> int:
    day = datetime.fromtimestamp(seconds, timezone.utc)
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Months:
    """One window to each month, `start` seconds from the begin of a `day` of it."""

    day: Callable[[int], int]
    start: float
    period: float = MONTH

    def number(self, seconds: float) -> int:
        month = month_of(seconds) + 1
        while self.begin(month) > seconds:
            month -= 1
        return month

    def begin(self, number: int) -> float:
        return self.day(number) * DAY + self.start
