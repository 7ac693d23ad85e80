"""What plain Python makes of dates as people write them: each pattern is tried with `strptime`."""

import re
from datetime import datetime, timezone
from functools import cache
from itertools import product

_SHORT = [
    *(f"%d{m}%b{m}%Y" for m in "-/. "),
    *(f"%d{m}%b{m}%y" for m in "-/. "),
    *(f"%y{m}%b{m}%d" for m in "-/. "),
    *(f"%Y{m}%b{m}%d" for m in "-/. "),
    *("%b %d, %Y", "%b %d %Y", "%b-%d-%Y", "%d. %b %Y", "%d. %b %y"),
    *("%d. %m. %Y", "%Y. %m. %d.", "%Y.%m.%d.", "%d.%m.%Y.", "%Y年%m月%d日"),
    *(m.join(parts) for m in "-/." for parts in (("%d", "%m", "%y"), ("%m", "%d", "%y"))),
    *(m.join(("%y", "%m", "%d")) for m in "-/."),
]
_DATES = [name for date in _SHORT for name in dict.fromkeys((date.replace("%b", "%B"), date))]
_PLAIN = [
    m.join(parts)
    for m in "-/."
    for parts in (("%Y", "%m", "%d"), ("%d", "%m", "%Y"), ("%m", "%d", "%Y"))
]
_CLOCKS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f"]
_HALVES = [clock.replace("%H", "%I") + gap + "%p" for clock in _CLOCKS for gap in ("", " ")]
_ZONED = [clock + gap + zone for clock in _CLOCKS for gap in ("", " ") for zone in ("%z", "%Z")]
_TIMED = [gap + clock for gap in (", ", " ", "T", ":") for clock in (*_CLOCKS, *_HALVES, *_ZONED)]
PATTERNS = [
    *_DATES,
    *(date + clock for date, clock in product(_DATES, _TIMED)),
    *(
        date + clock
        for date, clock in product(_PLAIN, _TIMED)
        if clock[0] != ":" and ("," in clock or "%p" in clock or "%Z" in clock or "%z" in clock)
        if not (date == "%Y-%m-%d" and re.fullmatch("[ T][^,p]+%[zZ]", clock))
    ),
    *_HALVES,
    "%H:%M:%S,%f",
]
_SHAPES = {
    **dict.fromkeys("dmHI", "[0-9]{1,2}"),
    **dict.fromkeys("MSy", "[0-9]{2}"),
    "Y": "[0-9]{4}",
    "f": "[0-9]{1,9}",
    "p": "[AaPp][Mm]",
    "Z": "(?:UTC|GMT)",
    "z": "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
    "b": "[A-Za-z]{3,9}",
    "B": "[A-Za-z]{3,9}",
}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    escaped = re.sub(r"([.+])", r"\\\1", pattern)
    return re.compile(re.sub("%(.)", lambda m: _SHAPES[m[1]], escaped))


def value(cell: str, pattern: str) -> datetime:
    text = cell.strip(" \t")
    if not _compiled(pattern).fullmatch(text):
        raise ValueError(cell)
    text = re.sub(r"([+-][0-9]{2})$", r"\1:00", text) if "%z" in pattern else text
    found = datetime.strptime(text, pattern)
    if "%z" in pattern and found.tzinfo is None:
        raise ValueError(cell)
    return found.astimezone(timezone.utc) if "%z" in pattern else found


def fits(cell: str, pattern: str) -> bool:
    try:
        value(cell, pattern)
    except ValueError:
        return False
    return True


@cache
def patterns_for(cell: str) -> list[str]:
    return [pattern for pattern in of_shape(re.sub("[0-9]", "0", cell)) if fits(cell, pattern)]


@cache
def of_shape(shape: str) -> list[str]:
    """The patterns that a cell may have whose digits are all made zeros."""
    text = shape.strip(" \t")
    if len(shape) >= 50 or "0" not in text:
        return []
    return [pattern for pattern in PATTERNS if _compiled(pattern).fullmatch(text)]


def pattern_of(cells: list[str]) -> str | None:
    """The one pattern that all dates among the cells have, if there is one."""
    formed = [cell for cell in cells if patterns_for(cell)]
    ways: dict[tuple, str] = {}
    for pattern in PATTERNS:
        if formed and all(pattern in patterns_for(cell) for cell in formed):
            ways.setdefault(tuple(value(cell, pattern) for cell in formed), pattern)
    if len(ways) == 1:
        return next(iter(ways.values()))
    behind = [(v, p) for v, p in ways.items() if not p.startswith("%y")]
    in_front = [(v, p) for v, p in ways.items() if p.startswith("%y")]
    if len(behind) != 1 or len(in_front) != 1:
        return None
    [(values, pattern)], [(others, _)] = behind, in_front
    years, other_years = (max(v).year - min(v).year for v in (values, others))
    usual = pattern[2] != "-" or "%b" in pattern.lower()
    return pattern if years < other_years or (usual and years == other_years) else None


def type_of(pattern: str) -> tuple[str, str | None]:
    """The type of what is written so, and the order of a date's parts."""
    if "%d" not in pattern:
        return "time", None
    name = "timestamp" if "%M" in pattern else "date"
    if "%z" in pattern.lower():
        name = "timestamptz"
    order = {"y": "year first", "d": "day first"}.get(pattern.lower()[1], "month first")
    return name, order
