"""Figures of a delivery that are unlike those of the deliveries before it.

Figures have names: `rows` and `bytes`; of each column `empty:<name>`, the share of empty cells,
`distinct:<name>`, the number of different values, and `mean:<name>`. Counts are compared as
logarithms, so that a factor is a factor, and steady growth a slow drift.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log, sqrt
from statistics import median

from chalicelib.catalog.history.changes import NAME_AT_MOST
from chalicelib.csv_reader.described import described
from chalicelib.csv_reader.shortened import shortened

COMPARED = 28  # deliveries before this one
LEAST_COMPARED = 8
TOLD = 5  # figures at most

REPEAT = "repeat"

_DEVIATIONS, _MARGIN = 6, 0.75  # median absolute deviations; widths of the range
_OF_COLUMNS = 8, 1  # the same of figures of columns: of many, some are odd by chance
_FACTOR = log(1.5)
_OF_A_WEEKDAY = log(8)
_SHARE = 0.05
_OF_A_MEAN = 0.1
_MANY = 3  # values of a column
_FILLED = 10  # cells that have the same value
_CHANCE = 1e-6
_TELLING = 1e6  # values that a mean may have: the same one again is not by chance

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Unusual:
    """A figure that is unlike before, when it was `low` at least and `high` at most."""

    figure: str = described(
        "`rows`, `bytes`, `repeat`, or of a column `empty:name`, `distinct:name`, `mean:name`"
    )
    value: float = described("what it is")
    low: float = described("the least that it was before")
    high: float = described("the most that it was before")
    sentence: str = described("the same in words")


def unusual(now: Figures, before: Sequence[Figures]) -> list[Unusual]:
    """Compare a delivery with those before it, in their order: at most five figures, worst first.

    A repeat is told from figures only where a mean has so many digits that no chance gives it
    twice; anyone who has the bytes can compare those.
    """
    now, before = _sound(now), list(map(_sound, before[-COMPARED:]))
    worst: list[tuple[int, float, Unusual]] = []
    if before and (ago := _repeated(now, before)):
        worst.append((0, 0, Unusual(REPEAT, ago, 0, 0, _again(ago))))
    for figure, value in now.items():
        having = [other for other in before if figure in other]
        if not having:
            continue
        seen = [other[figure] for other in having]
        kind, _, column = figure.partition(":")
        always = _is_always_told(figure, now, seen)
        far = len(seen) >= LEAST_COMPARED and _far(figure, now, having)
        if always or far:
            # Where there are fewer rows, there is less of everything: the rows are the news.
            place = 0 if always else 1 if kind == "rows" else 2
            sentence = _sentence(kind, column, value, seen)
            found = Unusual(figure, value, min(seen), max(seen), sentence)
            worst.append((place, -far, found))
    worst.sort(key=lambda one: one[:2])
    return [found for _, _, found in worst[:TOLD]]


def _sound(figures: Figures) -> Figures:
    """The figures that are numbers, such as there can be."""
    sound = {name: value for name, value in figures.items() if isfinite(value)}
    for name, value in sound.items():
        kind = name.partition(":")[0]
        if kind in ("rows", "bytes", "distinct", "empty"):
            sound[name] = min(max(value, 0), 1 if kind == "empty" else inf)
    return sound


def _is_always_told(figure: str, now: Figures, seen: Sequence[float]) -> bool:
    kind, _, column = figure.partition(":")
    value, rows = now[figure], now.get("rows", inf)
    match kind:
        case "rows":
            return value == 0 < min(seen)
        case "empty":  # a few cells that are seldom filled may all be empty
            by_chance = (sum(seen) / len(seen)) ** rows
            return value >= 1 and max(seen) <= 1 - _SHARE and by_chance < _CHANCE
        case "distinct":
            filled = rows * (1 - now.get(f"empty:{column}", 0))
            return value == 1 and min(seen) >= _MANY and filled >= _FILLED
    return False


def _far(figure: str, now: Figures, before: Sequence[Figures]) -> float:
    """Return how many times as far from what was seen it is as it may be; 0 if it is not
    too far.
    """
    value, seen = now[figure], [other[figure] for other in before]
    match figure.partition(":")[0]:
        case "rows" | "bytes":
            return _counts_beyond(value, seen)
        case "distinct":
            # Fewer rows have fewer values: it is their number, and their share of the rows.
            far = _counts_beyond(value, seen, *_OF_COLUMNS)
            if far and now.get("rows") and all(other.get("rows") for other in before):
                share = log(value or 0.5) - log(now["rows"])
                shares = [log(other[figure] or 0.5) - log(other["rows"]) for other in before]
                far = min(far, _beyond(share, shares, _FACTOR, *_OF_COLUMNS))
            return far
        case "empty":
            rows = now.get("rows")
            usual = (sum(seen) + 1 / (rows or 1)) / len(seen)
            sampled = _DEVIATIONS * sqrt(usual / rows) + 1 / rows if rows else 0
            return _beyond(value, seen, max(_SHARE, sampled), *_OF_COLUMNS)
    far = _beyond(value, seen, _OF_A_MEAN * abs(median(seen)) or 1e-9, *_OF_COLUMNS)
    if value > 0 and min(seen) > 0:  # it may vary by factors
        by_factors = _beyond(log(value), list(map(log, seen)), 0, *_OF_COLUMNS)
        if value <= min(seen) / 20:
            return by_factors
        far = min(far, by_factors)
    counts = [other.get("rows", 0) for other in (now, *before)]
    if far and min(counts) > 0:  # the mean of fewer rows varies more
        apart = [one - median(seen) for one in (value, *seen)]
        error, *errors = (one * sqrt(count) for one, count in zip(apart, counts, strict=True))
        far = min(far, _beyond(error, errors, 0, *_OF_COLUMNS))
    return far


def _counts_beyond(value: float, seen: Sequence[float], *strict: float) -> float:
    if abs(value - median(seen)) <= 3 * sqrt(median(seen)):  # few things vary by chance
        return 0
    count, counts = log(value or 0.5), [log(one or 0.5) for one in seen]
    return _beyond(count, counts, _FACTOR, *strict) or _beyond_its_weekday(count, counts)


def _beyond_its_weekday(count: float, counts: Sequence[float]) -> float:
    """Return how far it is from every seventh before it, where these are much alike, and it is
    unlike all.
    """
    usual = [median(counts[day::7]) for day in range(7)] if len(counts) >= 14 else []
    apart = [one - usual[n % 7] for n, one in enumerate(counts) if usual]
    alike = usual and 2 * (max(apart) - min(apart)) <= max(counts) - min(counts)
    if not alike or min(counts) - log(2) <= count <= max(counts) + log(2):
        return 0
    return _beyond(count - usual[len(counts) % 7], apart, _OF_A_WEEKDAY, *_OF_COLUMNS)


def _beyond(
    value: float,
    seen: Sequence[float],
    least: float,
    deviations: float = _DEVIATIONS,
    margin: float = _MARGIN,
) -> float:
    """Return how many times as far as it may be the value is from the middle, and from all seen."""
    middle = median(seen)
    deviation = deviations * median(abs(one - middle) for one in seen)
    low, high = min(seen), max(seen)
    width = (high - low) * (margin + 2 / len(seen))  # of a few, the range is yet to be seen
    away, outside = abs(value - middle), max(low - value, value - high)
    if away <= max(deviation, least) or outside <= width:
        return 0
    return min(away / max(deviation, least, 1e-12), outside / max(width, 1e-12))


def _repeated(now: Figures, before: Sequence[Figures]) -> int:
    """Return how many deliveries ago all figures were the same; 0 if they never were, or might well
    be.
    """
    ago = next((n for n, one in enumerate(reversed(before), 1) if dict(one) == dict(now)), 0)
    return ago if ago and any(_is_telling(name, before) for name in now) else 0


def _is_telling(figure: str, before: Sequence[Figures]) -> bool:
    """Return whether it is a mean that was another one each time, of many that it might
    have been.
    """
    seen = [one.get(figure, 0.0) for one in before]
    if not figure.startswith("mean:") or len(seen) < LEAST_COMPARED:
        return False
    digits = max(len(repr(float(one)).partition(".")[2]) for one in seen)
    possible = (max(seen) - min(seen)) * 10.0**digits
    return len(set(seen)) == len(seen) and possible >= _TELLING


def _again(ago: int) -> str:
    which = "the last delivery" if ago == 1 else f"the delivery {ago} before"
    return f"all figures are those of {which}"


def _sentence(kind: str, column: str, value: float, seen: Sequence[float]) -> str:
    number = _percent if kind == "empty" else _number
    low, high = number(min(seen)), number(max(seen))
    range_seen = low if low == high else f"{low} to {high}"
    deliveries = "the last delivery" if len(seen) == 1 else f"the last {len(seen)} deliveries"
    column = shortened(column, NAME_AT_MOST - 1)
    what = {
        "rows": f"{number(value)} row{'s' * (value != 1)}",
        "bytes": f"{number(value)} byte{'s' * (value != 1)}",
        "empty": f"{number(value)} of {column} is empty",
        "distinct": f"{column} has {number(value)} distinct value{'s' * (value != 1)}",
        "mean": f"{column} has a mean of {number(value)}",
    }.get(kind, f"{kind} {column} is {number(value)}")
    return f"{what}; {deliveries} had {range_seen}"


def _number(value: float) -> str:
    if float(value).is_integer() or abs(value) >= 10_000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def _percent(share: float) -> str:
    percent = 100 * share
    digits = ".0f" if percent >= 1 or not percent else ".2g"
    return f"{percent:{digits}} %"
