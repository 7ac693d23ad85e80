"""Datasets: files that are deliveries of one thing, found by their keys alone.

A dataset is named by a template: the key, with what differs from delivery to delivery replaced.
It is a label and never a judgement of contents, which is how one dataset falls into thousands.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache

from chalicelib.catalog.keys import without_compression

_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_MONTH_NAME = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_ZONE = "(?:z|[+-][0-9]{2}:?[0-9]{2})?"
_CLOCK = (
    f"(?:{_HOUR}[-_.:]{_SIXTY}(?:[-_.:]{_SIXTY}(?:[.,][0-9]{{1,9}})?)?"
    f"|{_HOUR}{_SIXTY}(?:{_SIXTY}(?:[.,]?[0-9]{{3,9}})?)?){_ZONE}"
)
_ONE_OR_TWO = "(?:[12][0-9]|3[01]|0?[1-9])"  # a day or a month, in whichever order
_WEEK = "(?:week|wk|kw|w)[-_. ]?(?:5[0-3]|[1-4][0-9]|0?[1-9])"
_DAYS = "|".join(
    [
        *(f"{_YEAR}[{s}]{_ONE_OR_TWO}[{s}]{_ONE_OR_TWO}" for s in "-_. "),
        *(f"{_ONE_OR_TWO}[{s}]{_ONE_OR_TWO}[{s}]{_YEAR}" for s in "-_. "),
        f"{_YEAR}/{_MONTH}/{_DAY}(?=[-_ ./]|$)",
        f"{_ONE_OR_TWO}[-_. ]?{_MONTH_NAME}[-_. ]?{_YEAR}",
        f"{_YEAR}[-_. ]?{_MONTH_NAME}[-_. ]?{_DAY}",
        f"{_YEAR}{_MONTH}{_DAY}",
    ]
)
_PERIODS = "|".join(
    [
        # quarters and weeks of a year: `q1` alone stays
        f"{_YEAR}[-_. ]?q[1-4]",
        f"{_YEAR}/(?:q[1-4]|{_WEEK})(?=/)",
        f"(?<![a-z])q[1-4][-_. ]?{_YEAR}",
        f"{_YEAR}[-_. ]?{_WEEK}(?:-[1-7])?",
        f"(?<![a-z]){_WEEK}[-_. ]?{_YEAR}",
        # months and years
        f"{_YEAR}[-_. ]{_MONTH}",
        rf"{_YEAR}/{_MONTH}(?=/|\.[a-z])",
        f"{_YEAR}[-_. ]?{_MONTH_NAME}",
        f"(?<![a-z]){_MONTH_NAME}[-_. ]?{_YEAR}",
        f"{_YEAR}{_MONTH}",
        _YEAR,
    ]
)
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_HEX = "(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16,}"
_ID = f"(?:{_UUID}|{_HEX})"

# One pass, so that nothing is replaced twice. An id is before the dates: it may look as if it
# had one in it. Digits end where digits end; letters may touch (`sales20261101`).
_VARYING = re.compile(
    r"(?:(?<=/)|^)(?P<key>[^/={}]+)=[^/]+?(?=/|$|(?:\.[a-z]+)+$)"
    rf"|(?<![0-9a-z])(?P<id>{_ID})(?![0-9a-z])"
    rf"|(?<![0-9])(?P<date>{_DAYS})"
    rf"(?:(?P<between>[-_t ]?)(?P<time>{_CLOCK})|(?P<before>[-_t /])(?P<hour>{_HOUR})(?![a-z]))?"
    r"(?![0-9])"
    rf"|(?<![0-9])(?P<period>{_PERIODS})(?![0-9])"
    rf"|(?<![0-9])(?P<clock>{_HOUR}:{_SIXTY}(?::{_SIXTY}(?:\.[0-9]{{1,9}})?)?{_ZONE})(?![0-9])"
    r"|(?<![a-z])(?P<part>part[-_])[0-9]+"
    r"|(?P<digits>[0-9]{3,})",
    re.IGNORECASE | re.ASCII,
)

# What a template that someone wrote means by a name in braces: these four what they stand for
# here, any other whatever is in one folder's name.
_MEANS = {
    "date": f"(?:{_DAYS}|{_PERIODS})",
    "time": _CLOCK,
    "id": _ID,
    "n": "[0-9]+",
}


class InvalidTemplates(ValueError):
    """The setting that names the datasets is not a list of templates."""


def template_of(key: str) -> str:
    """The key with what differs between deliveries replaced, and `.gz` or the like left off."""
    return _VARYING.sub(_replacement, without_compression(key))


def varying_parts(key: str, template: str) -> list[tuple[str, str]]:
    """The parts of a key that its template replaces, each with the name that it has there."""
    if template_of(key) == template:
        found = _VARYING.finditer(without_compression(key))
        return [part for match in found for part in _parts_of(match)]
    names = re.findall(r"\{([^{}/]+)\}", template)
    match = _pattern(template).fullmatch(key) or _pattern(template).fullmatch(
        without_compression(key)
    )
    return list(zip(names, match.groups(), strict=True)) if match else []


def _parts_of(found: re.Match[str]) -> list[tuple[str, str]]:
    match found.lastgroup:
        case "key":
            return [(found["key"], found[0].partition("=")[2])]
        case "time" | "hour" as clock:
            return [("date", found["date"]), ("time", found[clock])]
        case "date" | "period" as day:
            return [("date", found[day])]
        case "clock":
            return [("time", found["clock"])]
        case "part":
            return [("n", found[0].removeprefix(found["part"]))]
        case "id":
            return [("id", found["id"])]
    return [("n", found[0])]


def _replacement(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "key":
            return f"{found['key']}={{{found['key']}}}"
        case "time":
            return f"{{date}}{found['between']}{{time}}"
        case "hour":
            return f"{{date}}{found['before']}{{time}}"
        case "date" | "period":
            return "{date}"
        case "clock":
            return "{time}"
        case "part":
            return f"{found['part']}{{n}}"
        case "id":
            return "{id}"
    return "{n}"


def dataset_namer(setting: str) -> Callable[[str], str]:
    """Tells the dataset of a key: the first template of the setting that fits, else our guess.

    The setting is a JSON list of templates, as `["sales/{date}.csv"]`. Raises `InvalidTemplates`.
    """
    try:
        templates = json.loads(setting or "[]")
    except ValueError as error:
        raise InvalidTemplates(f"DATASETS is not JSON: {error}") from error
    if not isinstance(templates, list) or not all(isinstance(one, str) for one in templates):
        raise InvalidTemplates('DATASETS is no list of texts, as ["sales/{date}.csv"]')
    return lambda key: _named(key, templates)


def _named(key: str, templates: Sequence[str]) -> str:
    for template in templates:
        if _fits(template, key):
            return template
    return template_of(key)


def _fits(template: str, key: str) -> bool:
    """Return whether the key, with or without `.gz` or the like, is one that the template stands
    for.
    """
    pattern = _pattern(template)
    return bool(pattern.fullmatch(key) or pattern.fullmatch(without_compression(key)))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    literal, name = re.escape, _MEANS.get
    parts = re.split(r"\{([^{}/]+)\}", template)
    return re.compile(
        "".join(
            f"((?i:{name(part, '[^/]+?')}))" if number % 2 else literal(part)
            for number, part in enumerate(parts)
        ),
        re.ASCII,
    )
