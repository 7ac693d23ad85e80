"""The kinds of dates and times as people write them: with names of months, short years, AM and PM.

A cell may be read by several patterns, in the words of `strptime`, each with the language of its
month. All of them are a kind's name, with a reading for each value that they give. Which of them
holds in a column is the matter of `judgement.dates`. Kinds are made as their first cell is met.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache

from chalicelib.csv_reader.kind_names import Meaning, patterns_name
from chalicelib.csv_reader.profile.figures.evidence import KindEvidence
from chalicelib.csv_reader.profile.kinds.kind import KINDS, Cell, Entry, Kind, Sql, where
from chalicelib.csv_reader.profile.kinds.times import (
    DAY,
    NANOSECONDS,
    days_since_epoch,
    nanoseconds,
    offset_of,
    ordered,
)
from chalicelib.csv_reader.profile.kinds.words import MONTHS

_DIGITS = "0123456789"
_POSIX_PIVOT = 69  # years from there on are of the last century
_NAME = "[A-Za-z\u00c0-\u024f\u0370-\u052f]+[.]?"
# By directive. DuckDB makes an i of a capital one with a dot, and Python does not.
_SQL_PARTS = {
    "%d": "[0-9]{1,2}",
    "%b": "[A-Za-z\u00c0-\u012f\u0131-\u024f\u0370-\u052f]+[.]?",
    "%Y": "[0-9]{4}",
}

# By what is between the parts, which are a number of one or two digits, a year of four, or a name.
_LAYOUTS: dict[str, tuple[str, ...]] = {
    "0. 0. 9": ("%d. %m. %Y",),
    "9. 0. 0.": ("%Y. %m. %d.",),
    "9.0.0.": ("%Y.%m.%d.",),
    "0.0.9.": ("%d.%m.%Y.",),
    "9\u5e740\u67080\u65e5": ("%Y\u5e74%m\u6708%d\u65e5",),
    "9\ub144 0\uc6d4 0\uc77c": ("%Y\ub144 %m\uc6d4 %d\uc77c",),
    "9\ub1440\uc6d40\uc77c": ("%Y\ub144%m\uc6d4%d\uc77c",),
    "a 0, 9": ("%b %d, %Y",),
    "a 0 9": ("%b %d %Y",),
    "a-0-9": ("%b-%d-%Y",),
    "0. a 9": ("%d. %b %Y",),
    "0. a 0": ("%d. %b %y",),
    "0 de a de 9": ("%d de %b de %Y",),
    "": ("",),
}
for _mark in "-/. ":
    _LAYOUTS[f"0{_mark}a{_mark}9"] = (f"%d{_mark}%b{_mark}%Y",)
    _LAYOUTS[f"0{_mark}a{_mark}0"] = (f"%d{_mark}%b{_mark}%y", f"%y{_mark}%b{_mark}%d")
    _LAYOUTS[f"9{_mark}a{_mark}0"] = (f"%Y{_mark}%b{_mark}%d",)
for _mark in "-/.":
    _LAYOUTS[f"0{_mark}0{_mark}0"] = tuple(
        _mark.join(parts) for parts in (("%d", "%m", "%y"), ("%m", "%d", "%y"), ("%y", "%m", "%d"))
    )
    _LAYOUTS[f"9{_mark}0{_mark}0"] = (f"%Y{_mark}%m{_mark}%d",)
    _LAYOUTS[f"0{_mark}0{_mark}9"] = (f"%d{_mark}%m{_mark}%Y", f"%m{_mark}%d{_mark}%Y")

_NUMERIC = (
    r"[0-9]{1,2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{2}"
    r"|[0-9]{1,2}\. [0-9]{1,2}\. [0-9]{4}|[0-9]{4}\. [0-9]{1,2}\. [0-9]{1,2}\."
    r"|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}\.|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}\."
    "|[0-9]{4}\u5e74[0-9]{1,2}\u6708[0-9]{1,2}\u65e5"
    "|[0-9]{4}\ub144 ?[0-9]{1,2}\uc6d4 ?[0-9]{1,2}\uc77c"
)
_NAMED = (
    r"[0-9]{1,2}[-/. ]NAME[-/. ](?:[0-9]{4}|[0-9]{2})|[0-9]{4}[-/. ]NAME[-/. ][0-9]{1,2}"
    r"|NAME(?: [0-9]{1,2},? |-[0-9]{1,2}-)[0-9]{4}|[0-9]{1,2}\. NAME (?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{1,2} de NAME de [0-9]{4}"
).replace("NAME", _NAME)
_TIME = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_FRACTION, _HALF = r"(?:\.[0-9]{1,9})?", " ?[AaPp][Mm]"
_UNIVERSAL, _SHIFT = "Z|UTC|GMT", "[+-][0-9]{2}(?::?[0-9]{2})?"
_ZONE = f" ?(?:{_UNIVERSAL}|{_SHIFT})"
_REST = f"(?:[.,][0-9]{{1,9}})?(?:{_HALF})?(?:{_ZONE})?"
_WITH_COMMA = f"[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}},[0-9]{{1,9}}(?:{_HALF})?"
_ISO = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_OTHERS = (
    r"[0-9]{4}(?:/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}"
    r"|[0-9]{1,2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{4}"
)
# Less what `times` has: plain dates with a plain clock.
_FORMED = (
    f"(?:{_NUMERIC}|{_NAMED})(?:(?:, |[T :]){_TIME}{_REST})?"
    f"|(?:{_ISO}|{_OTHERS})(?:, {_TIME}{_REST}"
    f"|[T ](?:{_TIME}{_FRACTION}{_HALF}|{_WITH_COMMA})(?:{_ZONE})?)"
    f"|{_ISO}[T ]{_TIME}{_FRACTION} ?GMT|(?:{_OTHERS})[T ]{_TIME}{_FRACTION}{_ZONE}"
    f"|{_TIME}{_FRACTION}{_HALF}|{_WITH_COMMA}"
)
_CLOCK = re.compile(
    r"(, |[T :]|^)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:([.,])([0-9]{1,9}))?"
    rf"(?:( ?)([AaPp][Mm]))?(?:( ?)({_UNIVERSAL}|{_SHIFT}))?$"
)
_PARTS = re.compile(f"[0-9]+|{_NAME}")


@cache
def _months_by_name() -> dict[str, list[tuple[int, str, str]]]:
    """The months of each name, with its directive and its language."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for language, months in MONTHS.items():
        for month, names in enumerate(months.split(), 1):
            whole, cut, short = names.partition("|")
            for name in whole.split("/"):
                found.setdefault(name, []).append((month, "B", language))
            for name in (short if cut else whole).split("/"):
                found.setdefault(name, []).append((month, "b", language))
    return found


def _read(text: str) -> Cell | None:
    """Read a date or a time, and make its kind if it is the first of it."""
    clock = _CLOCK.search(text)
    date = text[: clock.start()] if clock else text
    since, shift, clock_pattern = 0, 0, ""
    if clock:
        found = _read_clock(clock)
        if found is None:
            return None
        since, shift, clock_pattern = found
    readings: dict[int, set[Meaning]] = {}
    for days, pattern, language in _read_date(date):
        value = days * DAY * NANOSECONDS + since - shift * NANOSECONDS
        readings.setdefault(value, set()).add((pattern + clock_pattern, language))
    if not readings:
        return None
    in_order = sorted((sorted(meanings), value) for value, meanings in readings.items())
    name = patterns_name(meanings for meanings, _ in in_order)
    if name not in KINDS:
        meanings = tuple(frozenset(each) for each, _ in in_order)
        KINDS[name] = Kind(name, _sql, len(in_order), meanings=meanings)
    return name, tuple(value for _, value in in_order)


def _read_clock(clock: re.Match[str]) -> tuple[int, int, str] | None:
    """The nanoseconds since midnight, the seconds of the zone, and the pattern."""
    gap, hour, minute, second, point, fraction, before_half, half, before_zone, zone = (
        clock.groups()
    )
    if half:
        if not 1 <= int(hour) <= 12:
            return None
        hour = str(int(hour) % 12 + 12 * (half in ("PM", "pm", "Pm", "pM")))
    if point and not second:
        return None
    since = nanoseconds(hour, minute, second, point and f".{fraction}")
    shift = offset_of(zone.replace("GMT", "UTC")) if zone else 0
    if since is None or shift is None:
        return None
    pattern = gap + ("%I" if half else "%H") + ":%M" + (":%S" if second else "")
    pattern += f"{point}%f" if point else ""
    pattern += f"{before_half}%p" if half else ""
    if zone:
        pattern += before_zone + ("%Z" if zone in ("UTC", "GMT") else "%z")
    return since, shift, pattern


def _read_date(text: str) -> Iterator[tuple[int, str, str]]:
    """The days since 1970 that a date may mean, each with its pattern and its language."""
    layout = _PARTS.sub(_place, text)
    parts = _PARTS.findall(text.replace(" de ", " "))
    for pattern in _LAYOUTS.get(layout, ()):
        values = dict(zip(re.findall("%(.)", pattern), parts, strict=True))
        if not values:
            yield 0, "", ""
            continue
        if len(values.get("y", "00")) != 2:
            continue
        year = values.get("Y") or str(_whole_year(int(values["y"])))
        months = [(int(values["m"]), "m", "")] if "m" in values else _months_of(values["b"])
        days_in = {
            month: days_since_epoch(year, str(month), values["d"])
            for month in {month for month, *_ in months}
        }
        for month, directive, language in months:
            if (days := days_in[month]) is not None:
                yield days, pattern.replace("%b", f"%{directive}"), language


def _months_of(name: str) -> list[tuple[int, str, str]]:
    return _months_by_name().get(name.rstrip(".").lower(), [])


def _whole_year(year: int) -> int:
    return year + (1900 if year >= _POSIX_PIVOT else 2000)


def _place(part: re.Match[str]) -> str:
    if part[0] == "de":
        return "de"
    if not part[0][0].isdigit():
        return "a"
    return {1: "0", 2: "0", 4: "9"}.get(len(part[0]), "?")


def _sql(evidence: KindEvidence, kinds: Collection[str]) -> Sql | None:
    """The SQL for days with a month's name, of all such kinds in a column that are laid out alike.

    It has none where the year may be elsewhere, nor for dates with a time.
    """
    text = evidence.text.strip(" \t")
    patterns = _LAYOUTS.get(_PARTS.sub(_place, text), ())
    if len(patterns) != 1 or "%b" not in patterns[0] or "%b." in patterns[0]:
        return None
    names = {
        name: (kind, month) for kind, name, month in _named_months(patterns[0]) if kind in kinds
    }
    found = list(dict.fromkeys(kind for kind, _ in names.values()))
    between = " de " if " de " in patterns[0] else patterns[0][-3]
    parts = patterns[0].split(between)
    pattern = re.escape(patterns[0])
    for directive, part in _SQL_PARTS.items():
        pattern = pattern.replace(directive, part)
    day, name, year = (
        _found_in(f"split_part(b, '{between}', {place})", part.replace(directive, ""))
        for directive in _SQL_PARTS
        for place, part in enumerate(parts, 1)
        if directive in part
    )
    months = [month for _, month in names.values()]
    value = f"try_cast({year} || '-' || list_extract({months}, p) || '-' || {day} as date)"
    return replace(
        ordered("v0 >= date '0001-01-01'", where(pattern, value)),
        prepared=f"list_position({list(names)}, lower({name}))",
        kinds=tuple(found),
        which=f"list_extract({[found.index(kind) for kind, _ in names.values()]}, p)",
    )


def _found_in(part: str, beside: str) -> str:
    """SQL for a part of a date, without a mark beside it."""
    return f"replace({part}, '{beside}', '')" if beside else part


@cache
def _named_months(pattern: str) -> tuple[tuple[str, str, int], ...]:
    """The names that mean one month each, with the kinds of days of that pattern."""
    found = []
    for name, months in _months_by_name().items():
        if len({month for month, *_ in months}) == 1:
            meanings = {
                (pattern.replace("%b", f"%{directive}"), language)
                for _, directive, language in months
            }
            kind = patterns_name([sorted(meanings)])
            found += [(kind, each, months[0][0]) for each in (name, f"{name}.")]
    return tuple(found)


_LETTERS = "".join({c for names in MONTHS.values() for c in names if c.isalpha()})

ENTRIES = (Entry(_DIGITS + _LETTERS + _LETTERS.upper(), f"(?:{_FORMED})", _read, ()),)
