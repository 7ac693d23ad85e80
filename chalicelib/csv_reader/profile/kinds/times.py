"""The kinds of dates, times and both, whatever the order of their parts."""

import re
from calendar import isleap, monthrange
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import product

from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.csv_reader.kind_names import EITHER, NULL_WORD, SEPARATORS, TIME, ZONED, date_kind
from chalicelib.csv_reader.profile.figures.evidence import KindEvidence
from chalicelib.csv_reader.profile.kinds.kind import (
    Cell,
    Entry,
    Kind,
    Sql,
    as_written_or,
    where,
    where_numeric,
)

_DIGITS = "0123456789"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?"
_ZONE = "Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?"
_YEAR_FIRST = (
    r"([0-9]{4})([-/.])([0-9]{1,2})[-/.]([0-9]{1,2})" + rf"(?:[T ]{_CLOCK}(?: ?({_ZONE}))?)?"
)
_YEAR_LAST = rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})[-/.]([0-9]{{4}})(?:[T ]{_CLOCK})?"
_YEAR_FIRST_PARTS, _YEAR_LAST_PARTS = re.compile(_YEAR_FIRST), re.compile(_YEAR_LAST)
_TIME_PARTS = re.compile(_CLOCK)

NANOSECONDS = 10**9
DAY = 86_400
_FURTHEST_ZONE = 16 * 3600  # of Postgres, which takes the most
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_DAYS_BEFORE_EPOCH = 719_163


def _read_year_first(text: str) -> Cell | None:
    parts = _YEAR_FIRST_PARTS.fullmatch(text)
    if parts is None:
        return None
    year, separator, month, day, hour, minute, second, fraction, zone = parts.groups()
    if year == "0000" and _is_zero(text):
        return NULL_WORD, ()
    days = days_since_epoch(year, month, day)
    if days is None or not _is_divided_by(separator, text[len(year) :]):
        return None
    if hour is None:
        return date_kind(YEAR_FIRST, separator), (days * DAY * NANOSECONDS,)
    clock = nanoseconds(hour, minute, second, fraction)
    if clock is None:
        return None
    value = days * DAY * NANOSECONDS + clock
    if zone is None:
        return date_kind(YEAR_FIRST, separator, timed=True), (value,)
    offset = offset_of(zone)
    if offset is None or separator != "-":
        return None
    return ZONED, (value - offset * NANOSECONDS,)


def _read_year_last(text: str) -> Cell | None:
    parts = _YEAR_LAST_PARTS.fullmatch(text)
    if parts is None:
        return None
    first, separator, second_part, year, hour, minute, second, fraction = parts.groups()
    if year == "0000" and _is_zero(text):
        return NULL_WORD, ()
    clock = 0 if hour is None else nanoseconds(hour, minute, second, fraction)
    if clock is None or not _is_divided_by(separator, text[len(first) :]):
        return None
    readings = {
        DAY_FIRST: days_since_epoch(year, second_part, first),
        MONTH_FIRST: days_since_epoch(year, first, second_part),
    }
    values = {
        order: days * DAY * NANOSECONDS + clock
        for order, days in readings.items()
        if days is not None
    }
    if not values:
        return None
    order = EITHER if len(values) > 1 else next(iter(values))
    return date_kind(order, separator, hour is not None), tuple(values.values())


def _read_time(text: str) -> Cell | None:
    parts = _TIME_PARTS.fullmatch(text)
    since = nanoseconds(*parts.groups()) if parts else None
    return None if since is None else (TIME, (since,))


def _is_zero(text: str) -> bool:
    """Return whether a date is the one that databases write for none: 0000-00-00, timed or not."""
    return not any(c in "123456789" for c in text)


def _is_divided_by(separator: str, date: str) -> bool:
    """Return whether both separators of a date, which begins with the first one, are that one."""
    return date[1:].lstrip(_DIGITS)[0] == separator


def days_since_epoch(year: str, month: str, day: str) -> int | None:
    """Days since 1970, or None for the 30th of February. There is no year 0."""
    y, m, d = int(year), int(month), int(day)
    if y == 0 or not 1 <= m <= 12 or not 1 <= d <= monthrange(y, m)[1]:
        return None
    leap_days = (y - 1) // 4 - (y - 1) // 100 + (y - 1) // 400 + (m > 2 and isleap(y))
    return 365 * (y - 1) + _DAYS_BEFORE[m - 1] + leap_days + d - _DAYS_BEFORE_EPOCH


def nanoseconds(hour: str, minute: str, second: str | None, fraction: str | None) -> int | None:
    """Since midnight, or None for 24:00."""
    seconds = int(second or 0)
    if int(hour) > 23 or int(minute) > 59 or seconds > 59:
        return None
    since = (int(hour) * 60 + int(minute)) * 60 + seconds
    return since * NANOSECONDS + int((fraction or "")[1:].ljust(9, "0"))


def offset_of(zone: str) -> int | None:
    if zone in ("Z", "UTC"):
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    if int(digits[2:]) > 59 or seconds >= _FURTHEST_ZONE:
        return None
    return -seconds if zone[0] == "-" else seconds


# In SQL: a clock of microseconds, which is what DuckDB has.
_SQL_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_SQL_ZONE = "Z|[+-](?:0[0-9]|1[0-5])(?::[0-5][0-9])?"
_IN_ERA = "v0 between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'"
_CLOCKS = (" %H:%M:%S", " %H:%M:%S.%f", " %H:%M", "T%H:%M:%S", "T%H:%M:%S.%f", "T%H:%M")
_YEAR, _PART = "[0-9]{4}", "[0-9]{1,2}"
_MONTH, _DAY_PAST_12 = "(?:0?[1-9]|1[0-2])", "(?:1[3-9]|2[0-9]|3[01])"
_PATTERNS = {
    YEAR_FIRST: (_YEAR, _PART, _PART),
    DAY_FIRST: (_DAY_PAST_12, _MONTH, _YEAR),
    MONTH_FIRST: (_MONTH, _DAY_PAST_12, _YEAR),
    EITHER: (_MONTH, _MONTH, _YEAR),
}
_READINGS = {
    YEAR_FIRST: (("%Y", "%m", "%d"),),
    DAY_FIRST: (("%d", "%m", "%Y"),),
    MONTH_FIRST: (("%m", "%d", "%Y"),),
    EITHER: (("%d", "%m", "%Y"), ("%m", "%d", "%Y")),
}


def ordered(certain: str, *values: str) -> Sql:
    return Sql(certain, values, told="epoch_us({})", unit=NANOSECONDS // 10**6)


def _dates(order: str, separator: str, timed: bool) -> Kind:
    pattern = _pattern(_PATTERNS[order], separator, timed)
    certain = {date_kind(each, separator, timed): each for each in (DAY_FIRST, MONTH_FIRST)}

    def sql(evidence: KindEvidence, kinds: Collection[str]) -> Sql:
        if order == YEAR_FIRST and separator == "-":
            value = f"try_cast(b as {'timestamp' if timed else 'date'})"
            written = as_written_or("v0::varchar = b", pattern)
            return ordered(f"{_IN_ERA} and {written}", value)
        like = evidence.text if timed else None
        orders = [certain[kind] for kind in kinds if kind in certain]
        if order != YEAR_FIRST and len(orders) == 1:
            return _by_order(orders[0], separator, like)
        first, *others = (_parsed(separator.join(parts), like) for parts in _READINGS[order])
        behind = (f"case when v0 is not null then {other} end" for other in others)
        return ordered(_IN_ERA, where(pattern, first), *behind)

    return Kind(date_kind(order, separator, timed), sql, readings=len(_READINGS[order]))


# True of dates with days and months of two digits, which DuckDB reads with spaces around them too.
_OF_TEN = "strlen(b) = 10 and b >= '0' and ends_with(b, year(v0)::varchar)"


def _by_order(order: str, separator: str, like: str | None) -> Sql:
    """SQL for dates of an order that is certain in a column, and those that may be of either.

    That the other order holds in the column is out of the question.
    """
    pattern = re.escape(separator).join((_PART, _PART, _YEAR)) + (
        f"[T ]{_SQL_CLOCK}" if like else ""
    )
    (parts,) = _READINGS[order]
    value = _parsed(separator.join(parts), like)
    certain = _IN_ERA
    if like:
        value = where(pattern, value)
    else:
        value = where_numeric(value)
        certain += f" and {as_written_or(_OF_TEN, pattern)}"
    return replace(
        ordered(certain, value),
        kinds=tuple(date_kind(each, separator, bool(like)) for each in (order, EITHER)),
        which="(day(v0) <= 12)::tinyint",
        reading=int(order == MONTH_FIRST),
    )


def _pattern(parts: tuple[str, ...], separator: str, timed: bool) -> str:
    return re.escape(separator).join(parts) + (f"[T ]{_SQL_CLOCK}" if timed else "")


def _parsed(date: str, like: str | None) -> str:
    """SQL that parses dates, with a time that is most probably written as that in another cell."""
    if like is None:
        return f"try_strptime(b, '{date}')"
    gap = "T" if "T" in like else " "
    seconds = (":%S.%f", ":%S", "")[0 if "." in like.partition(":")[2] else 3 - like.count(":")]
    clocks = sorted(_CLOCKS, key=lambda clock: clock != f"{gap}%H:%M{seconds}")
    tries = (f"try_strptime(b, '{date}{clock}')" for clock in clocks)
    return f"coalesce({', '.join(tries)})"


_TIMES = ordered("v0 is not null", where(_SQL_CLOCK, "try_cast(b as time)"))
_MOMENTS = ordered(
    "v0 >= timestamptz '0001-01-02 00:00:00+00'",
    where(
        f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_SQL_CLOCK}(?:{_SQL_ZONE})",
        "try_cast(b as timestamptz)",
    ),
)


def _all_dates(*orders: str) -> Iterator[Kind]:
    for order, separator, timed in product(orders, SEPARATORS, (False, True)):
        yield _dates(order, separator, timed)


ENTRIES = (
    Entry(
        _DIGITS,
        rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[T ]{_CLOCK}(?: ?(?:{_ZONE}))?)?"
        rf"|[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?:[T ]{_CLOCK})?",
        _read_year_first,
        (*_all_dates(YEAR_FIRST), Kind(ZONED, lambda *_: _MOMENTS, readings=1)),
    ),
    Entry(_DIGITS, _YEAR_LAST, _read_year_last, tuple(_all_dates(DAY_FIRST, MONTH_FIRST, EITHER))),
    Entry(_DIGITS, _CLOCK, _read_time, (Kind(TIME, lambda *_: _TIMES, readings=1),)),
)
