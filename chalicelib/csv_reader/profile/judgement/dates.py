"""From the kinds of a column's dates to the one pattern that they all have."""

from collections.abc import Iterable, Mapping

from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.csv_reader.kind_names import Meaning
from chalicelib.csv_reader.profile.figures.evidence import KindEvidence
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.kinds.kind import KINDS, Kind
from chalicelib.csv_reader.profile.kinds.times import DAY, NANOSECONDS, days_since_epoch

_DAYS_OF_A_CYCLE, _YEARS_OF_A_CYCLE = 146_097, 400
_ORDERS = {"Y": YEAR_FIRST, "y": YEAR_FIRST, "d": DAY_FIRST}

Places = tuple[int, ...]


def dates_of_forms(found: Mapping[str, KindEvidence]) -> Judgement | None:
    """The type of the dates or times that people write in their ways, if one pattern has all."""
    formed = formed_dates(found)
    ways = ways_to_read(formed)
    places = _certain_way(found, formed, ways)
    if places is None:
        return None
    pattern, language = min(ways[places], key=lambda meaning: (meaning[1] != "en", meaning[1]))
    is_dated, is_timed = "%d" in pattern, "%M" in pattern
    is_zoned = "%z" in pattern.lower()
    type_ = "timestamptz" if is_zoned else "timestamp" if is_timed else "date"
    return Judgement(
        type_ if is_dated else "time",
        frozenset(formed),
        date_order=_ORDERS.get(pattern[1], MONTH_FIRST) if is_dated else None,
        date_pattern=pattern,
        month_language=language or None,
        places=dict(zip(formed, places, strict=True)),
    )


def formed_dates(found: Iterable[str]) -> dict[str, Kind]:
    """The kinds of dates that have patterns."""
    return {name: KINDS[name] for name in found if name in KINDS and KINDS[name].meanings}


def ways_to_read(formed: Mapping[str, Kind]) -> dict[Places, list[Meaning]]:
    """The meanings that all kinds have in common, by the reading of each that is meant."""
    common = frozenset[Meaning]()
    for number, kind in enumerate(formed.values()):
        of_kind = frozenset[Meaning]().union(*kind.meanings)
        common = common & of_kind if number else of_kind
    ways: dict[Places, list[Meaning]] = {}
    for meaning in sorted(common):
        places = tuple(
            next(place for place, meanings in enumerate(kind.meanings) if meaning in meanings)
            for kind in formed.values()
        )
        ways.setdefault(places, []).append(meaning)
    return ways


def _certain_way(
    found: Mapping[str, KindEvidence],
    formed: Mapping[str, Kind],
    ways: Mapping[Places, list[Meaning]],
) -> Places | None:
    """The only way to read all cells, or that which has the year behind, where dates show it.

    Years of two digits may be in front as well: then days are spread over as many years. With
    hyphens, as in 24-01-31, that is usual.
    """
    if len(ways) == 1:
        return next(iter(ways))
    behind = [places for places, meanings in ways.items() if not _has_short_year_first(meanings)]
    in_front = [places for places in ways if places not in behind]
    if len(behind) != 1 or len(in_front) != 1:
        return None
    pattern, _ = ways[behind[0]][0]
    years, others = (_years(found, formed, places) for places in (behind[0], in_front[0]))
    is_usual = pattern[2] != "-" or "%m" not in pattern
    return behind[0] if years < others or (is_usual and years == others) else None


def _has_short_year_first(meanings: list[Meaning]) -> bool:
    return any(pattern.startswith("%y") for pattern, _ in meanings)


def _years(found: Mapping[str, KindEvidence], formed: Mapping[str, Kind], places: Places) -> int:
    """Over how many years the dates are spread, read in that way."""
    readings = [found[name].readings[place] for name, place in zip(formed, places, strict=True)]
    extremes = [one[0] for reading in readings for one in (reading.low, reading.high) if one]
    years = [_year(one // (DAY * NANOSECONDS)) for one in extremes]
    return max(years) - min(years)


def _year(days: int) -> int:
    """The year of a day, counted from the first of 1970."""
    year = 1970 + days * _YEARS_OF_A_CYCLE // _DAYS_OF_A_CYCLE
    first = days_since_epoch(str(year), "1", "1")
    after = days_since_epoch(str(year + 1), "1", "1")
    return year + (after is not None and days >= after) - (first is not None and days < first)
