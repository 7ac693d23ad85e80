"""Which type the text of one cell is of, and what its value is.

A cell is of one *kind*. A kind is finer than a type: `5` and `0.5` are different kinds, which a
column of decimals has both of. What a column's type is follows from the kinds of all its cells, so
kinds can be counted as the file goes by, and the question be decided at its end.

Patterns of ASCII decide and no constructors: Python's `int("1_000")`, `int("١٢")` and
`float("nan")` succeed. Spaces and tabs around a value are no part of it.
"""

import re
from calendar import isleap, monthrange
from decimal import Decimal
from math import isinf

from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST, YEAR_FIRST

INTEGER = "integer"
LONG_INTEGER = "long integer"  # past 64 bits
FRACTION = "fraction"  # with a decimal point
EXPONENT = "exponent"
LEADING_ZERO = "leading zero"  # what would be a number, had a code's zeros no meaning
COMMA = "comma"  # a decimal comma, for certain
COMMA_OR_THOUSANDS = "comma or thousands"  # 1,234
THOUSANDS = "thousands"
PERCENT = "percent"
CURRENCY = "currency"
SHORT_YEAR = "short year"  # 31/12/20, in whatever order
TIME = "time"
ZONED = "zoned"
UUID = "uuid"
NULL_WORD = "null word"
TEXT = "text"

# The kinds of words: yes is none of a boolean as long as there is no no.
TRUE_FALSE = "true or false"
YES, NO, T, F = "yes", "no", "t", "f"

NUMBERS = frozenset({INTEGER, LONG_INTEGER, FRACTION, EXPONENT, COMMA, COMMA_OR_THOUSANDS})

# A date by day first and by month first.
EITHER = "either"

# NA is Namibia, and a dash may be a mark, so a column has to vouch for what these stand for. A cell
# of spaces is treated as they are.
_NULL_WORDS = frozenset({"na", "n/a", "null", "\\n", "none", "-", ".", ""})
WORDS = {
    **dict.fromkeys(("true", "false"), TRUE_FALSE),
    "yes": YES,
    "no": NO,
    "t": T,
    "f": F,
    **dict.fromkeys(_NULL_WORDS, NULL_WORD),
}
LONGEST_WORD = max(map(len, WORDS))

# Whoever has one of these characters, and is longer than every word above, is text: all patterns
# below do without them, but for the codes of currencies.
_TEXT_CHARACTERS = "[^-+0-9.,:/ \t%$€£¥₹'\u2019\u00a0\u202fa-fA-FtTzZuU]"
_CURRENCY_CODES = ("USD", "EUR", "GBP", "CHF")
_TEXT_CHARACTER = re.compile(_TEXT_CHARACTERS)

# Whoever has one of these is text, however short.
_LETTERS_OF_WORDS = {*"".join((*WORDS, *_CURRENCY_CODES))} - {"\\", *"-./"}
_LETTERS_OF_WORDS |= {letter.swapcase() for letter in _LETTERS_OF_WORDS}
CERTAIN_TEXT_CHARACTER = f"{_TEXT_CHARACTERS[:-1]}{''.join(sorted(_LETTERS_OF_WORDS))}\\\\]"

_WHOLE = r"(?:0|[1-9][0-9]*)"
_GROUPS = r"[1-9][0-9]{0,2}"
_PLAIN = rf"{_WHOLE}(?:[.,][0-9]*)?|[.,][0-9]+"
_GROUPED = (
    rf"{_GROUPS}(?:(?:,[0-9]{{3}})+(?:\.[0-9]+)?|(?:[.'\u2019 \u00a0\u202f][0-9]{{3}})+(?:,[0-9]+)?"
    rf"|(?:['\u2019 \u00a0\u202f][0-9]{{3}})+\.[0-9]+)"
)
_AMOUNT = rf"(?:{_GROUPED}|{_PLAIN})"
_MONEY = rf"(?:[$€£¥₹]|{'|'.join(_CURRENCY_CODES)})"
_GAP = "[ \u00a0\u202f]?"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?"

_NUMBER = re.compile(
    rf"""
    [+-]?(?:
        (?P<whole>{_WHOLE})
        | (?P<fraction>{_WHOLE}\.[0-9]*|\.[0-9]+)
        | (?P<exponent>(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{{1,9}})
        | (?P<zero>0[0-9]+(?:[.,][0-9]*)?(?:[eE][-+]?[0-9]+)?)
        | (?P<either>{_GROUPS},[0-9]{{3}})
        | (?P<comma>{_WHOLE}?,[0-9]+)
    )
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(rf"[+-]?{_GROUPED}")
_PERCENT = re.compile(rf"[+-]?{_AMOUNT}{_GAP}%")
_CURRENCY = re.compile(rf"[+-]?{_GAP}{_MONEY}{_GAP}[+-]?{_AMOUNT}|[+-]?{_AMOUNT}{_GAP}{_MONEY}")
_ZONE = r"Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?"
_YEAR_FIRST = re.compile(
    r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + rf"(?:[T ]{_CLOCK}(?: ?({_ZONE}))?)?"
)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}})(?:[T ]{_CLOCK})?")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_TIME = re.compile(_CLOCK)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_NANOSECONDS = 10**9
_DAY = 86_400
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_FEWEST_DIGITS_PAST_DOUBLES = 309  # written without an exponent
_FURTHEST_ZONE = 16 * 3600  # of Postgres, which takes the most


def date_kind(order: str, separator: str, timed: bool = False) -> str:
    """The kind of dates whose parts stand in that order, with that separator between them."""
    return f"{order} {separator}{' timed' if timed else ''}"


def read_cell(text: str):
    """The kind of a cell that isn't empty, and its value, by which those of its type are ordered.

    The value is a number, or nanoseconds; None for kinds without an order. A date of the order
    EITHER has two: by day first, and by month first.
    """
    value = text.strip(" \t")
    if len(value) <= LONGEST_WORD:
        word = WORDS.get(value.lower())
        if word:
            return word, None
        if not value:
            return NULL_WORD, None
    elif _TEXT_CHARACTER.search(value) and not any(code in value for code in _CURRENCY_CODES):
        return TEXT, None
    match = _NUMBER.fullmatch(value)
    if match:
        return _number(match.lastgroup, value)
    if match := _YEAR_FIRST.fullmatch(value):
        return _year_first(*match.groups())
    if match := _YEAR_LAST.fullmatch(value):
        return _year_last(*match.groups())
    if match := _TIME.fullmatch(value):
        seconds = _nanoseconds(*match.groups())
        return (TEXT, None) if seconds is None else (TIME, seconds)
    for kind, pattern in (
        (THOUSANDS, _THOUSANDS),
        (PERCENT, _PERCENT),
        (CURRENCY, _CURRENCY),
        (SHORT_YEAR, _SHORT_YEAR),
        (UUID, _UUID),
    ):
        if pattern.fullmatch(value):
            return kind, None
    return TEXT, None


_KINDS_OF_SHAPES = {
    "fraction": FRACTION,
    "exponent": EXPONENT,
    "either": COMMA_OR_THOUSANDS,
    "comma": COMMA,
}


def _number(shape: str, value: str):
    """The kind and the value of a number, which is text where it is past all doubles.

    So whatever is a number has a mean, and is of a bounded size. How far below all doubles it may
    be is not bounded: it can be compared, and rounds to zero.
    """
    if shape == "zero":
        return LEADING_ZERO, None
    value = value.replace(",", ".")
    may_be_huge = shape == "exponent" or len(value) >= _FEWEST_DIGITS_PAST_DOUBLES
    if may_be_huge and isinf(float(value)):
        return TEXT, None
    if shape == "whole":
        number = int(value)
        return (INTEGER if -(2**63) <= number < 2**63 else LONG_INTEGER), number
    return _KINDS_OF_SHAPES[shape], Decimal(value)


def _year_first(year, separator, month, day, hour, minute, second, fraction, zone):
    days = _days(year, month, day)
    if days is None:
        return TEXT, None
    if hour is None:
        return date_kind(YEAR_FIRST, separator), days * _DAY * _NANOSECONDS
    clock = _nanoseconds(hour, minute, second, fraction)
    if clock is None:
        return TEXT, None
    value = days * _DAY * _NANOSECONDS + clock
    if zone is None:
        return date_kind(YEAR_FIRST, separator, timed=True), value
    offset = _offset(zone)
    if offset is None or separator != "-":
        return TEXT, None
    return ZONED, value - offset * _NANOSECONDS


def _year_last(first, separator, second_part, year, hour, minute, second, fraction):
    clock = 0 if hour is None else _nanoseconds(hour, minute, second, fraction)
    if clock is None:
        return TEXT, None
    by_day = _days(year, second_part, first)
    by_month = _days(year, first, second_part)
    timed = hour is not None
    by_day, by_month = (
        None if days is None else days * _DAY * _NANOSECONDS + clock for days in (by_day, by_month)
    )
    if by_month is None:
        if by_day is None:
            return TEXT, None
        return date_kind(DAY_FIRST, separator, timed), by_day
    if by_day is None:
        return date_kind(MONTH_FIRST, separator, timed), by_month
    return date_kind(EITHER, separator, timed), (by_day, by_month)


def _days(year: str, month: str, day: str) -> int | None:
    """Days since the year 0, or None for the 30th of February. There is no year 0."""
    y, m, d = int(year), int(month), int(day)
    if y == 0 or not 1 <= m <= 12 or not 1 <= d <= monthrange(y, m)[1]:
        return None
    leap_days = (y - 1) // 4 - (y - 1) // 100 + (y - 1) // 400 + (m > 2 and isleap(y))
    return 365 * y + _DAYS_BEFORE[m - 1] + leap_days + d


def _nanoseconds(hour: str, minute: str, second: str | None, fraction: str | None) -> int | None:
    """Since midnight, or None for 24:00."""
    seconds = int(second or 0)
    if int(hour) > 23 or int(minute) > 59 or seconds > 59:
        return None
    since = (int(hour) * 60 + int(minute)) * 60 + seconds
    return since * _NANOSECONDS + int((fraction or "")[1:].ljust(9, "0"))


def _offset(zone: str) -> int | None:
    if zone in ("Z", "UTC"):
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    if int(digits[2:]) > 59 or seconds >= _FURTHEST_ZONE:
        return None
    return -seconds if zone[0] == "-" else seconds
