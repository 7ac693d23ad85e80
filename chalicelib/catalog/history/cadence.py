"""The rhythm in which a dataset's deliveries come, learned from their times, and the next one due.

A rhythm divides time into windows: hours, days or parts of a day, weeks, months. Each begins well
before its delivery usually comes, so that jitter moves no delivery into another window. Several
files in a window are one delivery, which came when the first of them did.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import pairwise
from math import comb
from operator import add, sub

from chalicelib.catalog.history import cadence_words
from chalicelib.catalog.history.windows import (
    DAY,
    HOUR,
    MONTH,
    WEEK,
    Cycle,
    Months,
    first_day,
    first_working_day,
    last_day,
    last_working_day,
    month_of,
    seconds_of,
    weekday_of,
)

LEAST = 8  # deliveries from which a rhythm is learned
TIMES_READ = 2_000
USUAL = 30  # windows that show how early and how late a delivery comes
LEAST_GRACE = HOUR / 4

_MOMENTS = 400
_TOGETHER = 300.0  # seconds within which files are one moment
_CHANCE = 0.001  # that times without a rhythm look as if they had this one
_WIDEST = 0.7  # of a window: where deliveries come over more of it, they come at any time
_OUTAGE = 6.5 * DAY  # a longer gap says nothing about the days of the week
_EVEN = tuple(hours * HOUR for hours in (0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24))
_SLOTS = 8  # deliveries a day, each at a time of its own
_SLOTS_APART = 3 * HOUR  # what is closer is one delivery: clocks change by an hour
_CLOCKS_CHANGE = 1.25 * HOUR
_WEEKDAYS_SURE = 21 * DAY  # until then, only days in a row are taken for a rhythm
_OF_EACH_SLOT = 4  # deliveries, before times of a day are looked for
_LEAST_HOURS = 6  # of a day, for what comes hourly on some of them

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Rhythm:
    """The windows that deliveries are expected in; `earliest` and `latest` are seconds from the
    begin of a window, for each of the windows of a period."""

    windows: Cycle | Months
    earliest: tuple[float, ...]
    latest: tuple[float, ...]
    grace: float
    weekdays: frozenset[int] = EVERY_DAY
    parts_of_day: frozenset[int] | None = None  # of equal length; None for all
    is_agreed: bool = False  # then the grace is as agreed, and the latest is when it is due

    def next_due(self, after: datetime) -> datetime:
        """Return when the delivery after the one at `after` is late, grace included."""
        number = self.windows.number(seconds_of(after)) + 1
        while not self.is_due(number):
            number += 1
        due = datetime.fromtimestamp(self.late_at(number), timezone.utc)
        return due if after.tzinfo else due.replace(tzinfo=None)

    @property
    def period(self) -> float:
        return self.windows.period

    @property
    def sentence(self) -> str:
        """The rhythm in words, as "on weekdays by 06:20 UTC"."""
        return cadence_words.sentence_of(self)

    def late_at(self, number: int) -> float:
        """Return when the delivery of a window is late: before the next one may come, if that can
        be.
        """
        usual = self.windows.begin(number) + self.latest[number % len(self.latest)]
        if self.is_agreed:
            return usual + self.grace
        room = self.usual_from(number + 1) - usual
        grace = max(min(self.grace, 0.75 * room), LEAST_GRACE)
        if self.parts_of_day and not self.is_due(number - 1):
            grace = max(grace, _CLOCKS_CHANGE)
        return usual + grace

    def is_due(self, number: int) -> bool:
        """Return whether a delivery is expected in the window."""
        if self.parts_of_day and self.part_of_day(number) not in self.parts_of_day:
            return False
        return self.weekdays == EVERY_DAY or weekday_of(self.day(number) * DAY) in self.weekdays

    def usual_from(self, number: int) -> float:
        return self.windows.begin(number) + self.earliest[number % len(self.earliest)]

    def day(self, number: int) -> int:
        """The day that a window belongs to, counted from 1970: that of its period's first slot."""
        return int(self.usual_from(number - number % len(self.earliest)) // DAY)

    def part_of_day(self, number: int) -> int:
        return int(self.usual_from(number) % DAY // self.windows.period)


def rhythm_of(times: Sequence[datetime]) -> Rhythm | None:
    """Learn the rhythm of deliveries from their UTC times in order; None if they keep none."""
    moments = _moments(times)
    if len(moments) < LEAST:
        return None
    return next(_fitting(moments), None)


def _moments(times: Sequence[datetime]) -> list[float]:
    """The first of the times that are close together, as seconds, in order."""
    first: dict[float, float] = {}
    for moment in reversed(times[-TIMES_READ:]):
        seconds = seconds_of(moment)
        if len(first) == _MOMENTS and seconds // _TOGETHER not in first:
            break
        first[seconds // _TOGETHER] = seconds
    return sorted(first.values())


def _fitting(moments: Sequence[float]) -> Iterator[Rhythm]:
    """The rhythms that fit, the finest first: what comes hourly comes daily as well."""
    for rhythm in _several_a_day(_recent(moments, DAY)):
        yield from _kept(rhythm, moments)
    for period in (*_EVEN, WEEK):
        recent = _recent(moments, period)
        for rhythm in _one_a_period(recent, period):
            yield from _kept(rhythm, recent)
    for rhythm in _monthly(moments):
        yield from _kept(rhythm, moments)


def _recent(moments: Sequence[float], period: float) -> Sequence[float]:
    """The moments of the last 45 periods that have any, or of the periods of a week."""
    wanted = max(45, WEEK / period)
    periods = [moment // period for moment in moments]
    last = sorted(set(periods))[-int(wanted) :]
    return moments[bisect_left(periods, last[0]) :]


def _several_a_day(moments: Sequence[float]) -> Iterator[Rhythm]:
    """Days with deliveries at several times that are far apart, the most times first."""
    phases = sorted(moment % DAY for moment in moments)
    gaps = [after - before for before, after in pairwise([*phases, phases[0] + DAY])]
    widest = sorted(range(len(gaps)), key=gaps.__getitem__, reverse=True)
    wide = [n for n in widest[:_SLOTS] if gaps[n] >= _SLOTS_APART]
    for count in range(len(wide), 1, -1):
        ends = _from_the_night(sorted(wide[:count]), gaps, phases, moments)
        starts = [phases[(n + 1) % len(phases)] for n in ends]
        starts = [start + DAY * (start < starts[0]) for start in starts]
        lengths = [
            (phases[end] - start) % DAY
            for start, end in zip(starts, [*ends[1:], ends[0]], strict=True)
        ]
        before = [gaps[n] for n in ends]
        least = map(min, before, [*before[1:], before[0]])
        if all(length <= gap for length, gap in zip(lengths, least, strict=True)):
            period = DAY / count
            leads = [min(gap / 2, period / 4) for gap in before]
            yield Rhythm(
                Cycle(DAY, tuple(map(sub, starts, leads))),
                tuple(leads),
                tuple(map(add, leads, lengths)),
                period / 4,
            )


def _from_the_night(
    ends: Sequence[int], gaps: Sequence[float], phases: Sequence[float], moments: Sequence[float]
) -> Sequence[int]:
    """The gaps between a day's deliveries, from the one that fewest days have deliveries on both
    sides of; of several the widest.
    """

    def days(turn: int) -> tuple[int, float]:
        gap = ends[turn]
        middle = phases[gap] + gaps[gap] / 2
        return len({(moment - middle) // DAY for moment in moments}), -gaps[gap]

    turn = min(range(len(ends)), key=days)
    return [*ends[turn:], *ends[:turn]]


def _one_a_period(moments: Sequence[float], period: float) -> Iterator[Rhythm]:
    """Equal periods, if the deliveries come in so small a part of each that it is not by chance."""
    count = len({moment // period for moment in moments})
    gaps = sum(min(after - before, _OUTAGE) for before, after in pairwise(moments))
    if count < max(LEAST, DAY / period * (period < HOUR)) or gaps > 6 * count * period:
        return
    phases = sorted(moment % period for moment in moments)
    for share in (0, 10):  # one in that many deliveries may come at another time
        start, length = _shortest_arc(phases, period, share and len(phases) // share)
        if length <= period * _widest(count, share and count // share):
            lead = min(period / 4, (period - length) / 2)
            windows = Cycle(period, (start - lead,))
            yield Rhythm(windows, (lead,), (lead + length,), period / 4)
            return


def _shortest_arc(phases: Sequence[float], period: float, without: int) -> tuple[float, float]:
    """The start and length of the shortest part of the period with all phases but some."""
    count = len(phases)
    around = [*phases, *(phase + period for phase in phases)]
    arcs = ((around[n + count - without - 1] - around[n], around[n]) for n in range(count))
    length, start = min(arcs)
    return start, length


def _widest(count: int, without: int) -> float:
    """The part of a period that `count` times, or all but some, share by chance once in 1,000."""
    chance = _CHANCE / (count * comb(count, without))
    widest: float = chance ** (1 / (count - without - 1))
    return min(widest, _WIDEST)


def _monthly(moments: Sequence[float]) -> Iterator[Rhythm]:
    """Months, from the day of them that the deliveries keep closest to."""
    days: list[tuple[Callable[[int], int], bool]] = [
        (first_day, True),
        (last_day, True),
        (last_working_day, True),
        (first_working_day, True),
        (first_day, False),
    ]
    day, _ = days[0]
    spread, start = 2 * MONTH, 0.0
    for other, nearest in days:
        offsets = [_offset(moment, other, nearest) for moment in moments]
        if max(offsets) - min(offsets) < spread - 60:
            spread, start, day = max(offsets) - min(offsets), min(offsets), other
    lead = min(MONTH / 4, (MONTH - spread) / 2)
    windows = Months(day, start - lead)
    months = len({windows.number(moment) for moment in moments})
    if months >= LEAST and spread <= MONTH * _widest(months, 0):
        yield Rhythm(windows, (lead,), (lead + spread,), MONTH / 4)


def _offset(moment: float, day: Callable[[int], int], nearest: bool) -> float:
    month = month_of(moment)
    months = (month - 1, month, month + 1) if nearest else (month,)
    return min((moment - day(one) * DAY for one in months), key=abs)


def _kept(rhythm: Rhythm, moments: Sequence[float]) -> Iterator[Rhythm]:
    """The rhythm as the deliveries at these moments keep it, if they do."""
    first: dict[int, float] = {}  # arrival in a window
    for moment in moments:
        first.setdefault(rhythm.windows.number(moment), moment)
    numbers = list(first)
    slots = len(rhythm.latest)
    if len(numbers) < max(LEAST, _OF_EACH_SLOT * slots):
        return
    if rhythm.period <= DAY:
        rhythm = _on_usual_days(rhythm, numbers)
    if HOUR <= rhythm.period <= 2 * HOUR:
        rhythm = _at_usual_hours(rhythm, numbers)
    if not _is_regular(rhythm, numbers):
        return
    latest = list(rhythm.latest)
    for slot in range(slots):
        of_slot = [number for number in numbers if number % slots == slot][-USUAL:]
        last = max(first[number] - rhythm.windows.begin(number) for number in of_slot)
        latest[slot] = min(latest[slot], last)
    yield replace(rhythm, latest=tuple(latest))


def _on_usual_days(rhythm: Rhythm, numbers: Sequence[int]) -> Rhythm:
    """The rhythm on the days of the week on which deliveries come.

    A day that has not been yet is guessed from others: a Tuesday is as a Monday, a Sunday as a
    Saturday. Before a first weekend, none is due.
    """
    days = sorted({rhythm.day(number) for number in numbers})
    seen: dict[int, list[bool]] = defaultdict(list)
    for before, day in pairwise([days[0] - 1, *days]):
        missed = range(before + 1, day) if (day - before) * DAY < _OUTAGE else ()
        for one in missed:
            seen[_weekday(one)].append(False)
        seen[_weekday(day)].append(True)
    usual = {weekday: _is_usual(times) for weekday, times in seen.items()}
    working = any(usual.get(day, False) for day in range(5)) or not any(map(usual.get, range(5)))
    weekend = any(usual.get(day, False) for day in (5, 6))
    on = (day for day in range(7) if usual.get(day, working if day < 5 else weekend))
    return replace(rhythm, weekdays=frozenset(on))


def _at_usual_hours(rhythm: Rhythm, numbers: Sequence[int]) -> Rhythm:
    """The rhythm at those hours of the day at which deliveries come, if they are many."""
    seen: dict[int, list[bool]] = defaultdict(list)
    for before, number in pairwise([numbers[0] - 1, *numbers]):
        missed = range(before + 1, number)
        for one in missed if len(missed) * rhythm.period < _OUTAGE else ():
            if rhythm.is_due(one):
                seen[rhythm.part_of_day(one)].append(False)
        seen[rhythm.part_of_day(number)].append(True)
    parts = range(int(DAY / rhythm.period))
    usual = {one for one in parts if len(seen[one]) < 3 or _is_usual(seen[one])}
    if len(usual) < _LEAST_HOURS or _ends(usual, len(parts)) != 1:
        return rhythm
    return replace(rhythm, parts_of_day=frozenset(usual))


def _is_usual(came: Sequence[bool]) -> bool:
    """Return whether deliveries come, of the last four times at least every other."""
    last = came[-4:]
    return 2 * sum(last) >= len(last)


def _is_regular(rhythm: Rhythm, numbers: Sequence[int]) -> bool:
    """Return whether one delivery follows another when it is expected, with few exceptions."""
    count, slots = len(numbers), len(rhythm.latest)
    span = (numbers[-1] - numbers[0]) * rhythm.period / slots
    if not _are_in_a_row(rhythm.weekdays) and span < _WEEKDAYS_SURE:
        return False
    breaks = 0
    missed: Counter[int] = Counter()
    for before, number in pairwise(numbers):
        between = range(before + 1, number)
        if rhythm.period <= DAY and len(between) * rhythm.period / slots >= _OUTAGE:
            breaks += 1
            continue
        skipped = [one % slots for one in between if rhythm.is_due(one)]
        if len(skipped) > 3 and rhythm.period < DAY and span < WEEK:
            return False  # it may be a night
        breaks += bool(skipped)
        missed.update(skipped)
    beside = sum(not rhythm.is_due(number) for number in numbers)
    return (
        breaks <= max(0, (count - 6) // 5)
        and beside <= count // 10
        and all(times <= count / slots / 3 for times in missed.values())
    )


def _are_in_a_row(weekdays: frozenset[int]) -> bool:
    """Return whether they are most of a week, without another day in between: Monday to Friday."""
    return len(weekdays) >= 5 and _ends(weekdays, 7) <= 1


def _ends(numbers: Collection[int], count: int) -> int:
    """Return how many runs of numbers without a gap there are, after the last one coming
    the first.
    """
    return sum((number + 1) % count not in numbers for number in numbers)


def _weekday(day: int) -> int:
    return weekday_of(day * DAY)
