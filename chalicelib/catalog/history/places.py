"""A delivery's place in its dataset: by the date, time and numbers in its name, else by its upload.

So a dataset's story is the same in whichever order its files have come.
"""

import re
from datetime import date, timedelta

from chalicelib.catalog.history.datasets import varying_parts

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_is_number = re.compile("[0-9]+").fullmatch
_WEEK = {"w", "wk", "kw", "week"}
_CALENDAR = ("year", "quarter", "month", "week", "day")  # as values of `k=v`, each by itself


def place_of(key: str, dataset: str) -> str | None:
    """The text that sorts the key among those of its dataset; None if its name does not say."""
    days: list[str] = []
    times: list[str] = []
    numbers: list[str] = []
    for name, text in varying_parts(key, dataset):
        if name.lower() in _CALENDAR and _is_number(text):
            days.append(text.zfill(2))
        elif name == "time" or (name.lower() == "hour" and _is_number(text)):
            times.append(re.sub("[^0-9]", "", re.split("[+Zz]", text)[0]))
        elif name != "id" and (day := day_in(text)):
            days.append(day)
        elif name != "id" and _is_number(text):
            numbers.append(_sortable(text))
    parts = ["-".join(days), *times, *numbers]
    return " ".join(part for part in parts if part) or None


def day_in(text: str) -> str | None:
    """A date as texts that sort: a day, a month (also for a quarter), or a year.

    Of two numbers before a year, the first is the day, unless it cannot be.
    """
    words = re.findall("[a-z]+|[0-9]+", text.lower())
    if len(words) == 1 and re.fullmatch("(19|20)([0-9]{4}|[0-9]{6})", text):
        words = [text[:4], text[4:6], *([text[6:]] if text[6:] else [])]
    years = [word for word in words if re.fullmatch("(19|20)[0-9]{2}", word)]
    if len(years) != 1:
        return None
    year: str = years[0]
    others = [word for word in words if word != year]
    numbers = [int(word) for word in others if word.isdecimal()]
    letters = [word for word in others if not word.isdecimal()]
    if any(number > 53 for number in numbers):
        return None
    match letters, numbers:
        case [], []:
            return year
        case ["q"], [quarter]:
            return f"{year}-{3 * quarter - 2:02}"
        case [week], [number, *weekday] if week in _WEEK:
            return str(_monday(int(year), number) + timedelta(days=sum(weekday[:1], -1) % 7))
        case [month], _ if month[:3] in _MONTHS:
            return "-".join(
                [year, f"{_MONTHS.index(month[:3]) + 1:02}", *map("{:02}".format, numbers[:1])]
            )
        case [], [month]:
            return f"{year}-{month:02}"
        case [], [first, second]:
            day_first = words[0] != year
            month, day = (second, first) if day_first else (first, second)
            if month > 12:
                month, day = day, month
            return f"{year}-{month:02}-{day:02}"
    return None


def _monday(year: int, week: int) -> date:
    return date.fromisocalendar(year, 1, 1) + timedelta(weeks=week - 1)


def _sortable(number: str) -> str:
    digits = number.lstrip("0")
    return f"{len(digits):04}{digits}"
