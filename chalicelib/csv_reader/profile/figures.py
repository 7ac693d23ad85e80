"""From all that was seen of a column to its profile."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from chalicelib.csv_reader.profile.column_profile import CellKind, ColumnProfile
from chalicelib.csv_reader.profile.evidence import SMALLEST_EXPONENT, ColumnEvidence
from chalicelib.csv_reader.profile.judgement import (
    Judgement,
    extremes,
    find_almost,
    judge,
    total,
    traits,
)
from chalicelib.csv_reader.profile.kinds import read_cell
from chalicelib.csv_reader.profile.notes import notes_of
from chalicelib.csv_reader.profile.tally import ColumnTally, look_at, shown
from chalicelib.csv_reader.profile.words import NULL_WORD

_QUARTERS = (1, 2, 3)
_TOP_VALUES = 10
_KIND_CHARACTERS = 100
_MOST_VALUES_WITH_TOP = 50
_KEY = re.compile(r"(?i:(?:.*[\W_])?(?:id|key|uuid|guid))|.*[a-z](?:Id|ID|Key)")


def describe_column(name: str, tally: ColumnTally) -> ColumnProfile:
    """The profile of the column of that name, once its last cell is in `tally`."""
    evidence = tally.evidence
    for key, count, row in tally.values():
        look_at(evidence, key, count, row)
    judgement = judge(evidence)
    of_type = [kind for name, kind in evidence.kinds.items() if name in judgement.kinds]
    cells = sum(kind.count for kind in of_type)
    words = () if NULL_WORD in judgement.kinds else _by_row(evidence.null_words)
    distinct, is_exact = _distinct(tally, words, cells)
    low, high = extremes(evidence, judgement) if cells else (None, None)
    mean, quarters = _moments(tally, judgement, cells)
    profile = ColumnProfile(
        name=name,
        type=judgement.type,
        precision=judgement.precision,
        scale=judgement.scale,
        null_count=evidence.empty + (evidence.kinds[NULL_WORD].count if words else 0),
        null_words=words,
        distinct_count=distinct,
        distinct_is_exact=is_exact,
        min=low,
        max=high,
        mean=mean,
        quartiles=quarters,
        min_length=min((kind.lengths[0] for kind in of_type), default=None),
        max_length=max((kind.lengths[1] for kind in of_type), default=None),
        top_values=_top_values(tally, words, distinct),
        almost=find_almost(evidence, judgement),
        decimal_mark=judgement.decimal_mark,
        date_order=judgement.date_order,
        boolean_words=judgement.boolean_words,
        has_outer_spaces=evidence.is_spaced,
        traits=tuple(_all_traits(name, tally, judgement, distinct if is_exact else None, cells)),
        kinds=_kinds(evidence),
    )
    return replace(profile, notes=notes_of(profile, cells))


def _by_row(words: dict[str, tuple[int, int]]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: words[word][1]))


def _kinds(evidence: ColumnEvidence) -> tuple[CellKind, ...]:
    found = [
        CellKind(kind, cells.count, cells.row, cells.text[:_KIND_CHARACTERS])
        for kind, cells in evidence.kinds.items()
    ]
    return tuple(sorted(found, key=lambda kind: kind.row))


def _distinct(tally: ColumnTally, words: tuple[str, ...], cells: int) -> tuple[int, bool]:
    """How many values are distinct, and whether that is certain. Null words are none."""
    if not tally.sketches:
        return len(tally.counts) - len(words), True
    distinct, is_exact = tally.sketches.distinct.count()
    return (distinct - len(words), True) if is_exact else (min(distinct, cells), False)


def _moments(
    tally: ColumnTally, judgement: Judgement, cells: int
) -> tuple[float | None, tuple[int | float, int | float, int | float] | None]:
    """The mean and the quartiles of a numeric column."""
    if not judgement.is_numeric:
        return None, None
    mean = float(total(tally.evidence, judgement) / cells)
    whole = judgement.type == "integer"
    found = _quartiles(_weighted(tally, judgement))
    first, median, third = (int(q) if whole and q == int(q) else float(q) for q in found)
    return mean, (first, median, third)


def _weighted(tally: ColumnTally, judgement: Judgement) -> list[tuple[Any, int]]:
    """The values that are of the type, or those that stand for them, each with how many it is."""
    if tally.sketches:
        sketches = [reading.sketch for reading in judgement.readings(tally.evidence)]
        return [each for sketch in sketches if sketch for each in sketch.weighted()]
    cells = ((read_cell(key), count) for key, count, _ in tally.values())
    return [
        (judgement.reading_of(values), count)
        for (kind, values), count in cells
        if values and kind in judgement.kinds
    ]


def _quartiles(weighted: list[tuple[Any, int]]) -> list[Fraction]:
    """The quartiles of numbers, each with how often it occurs, linear between the nearest ranks.

    That is what spreadsheets and pandas mean by them (R's type 7).
    """
    weighted.sort()
    passed = list(accumulate(weight for _, weight in weighted))
    last = passed[-1] - 1

    def at(rank: int) -> Fraction:
        return _exact(weighted[bisect_right(passed, rank)][0])

    found = []
    for quarter in _QUARTERS:
        below, part = divmod(last * quarter, 4)
        low, high = at(below), at(below + (part > 0))
        found.append(low + (high - low) * Fraction(part, 4))
    return found


def _exact(number: int | float | Decimal) -> Fraction:
    """The number itself; zero for one that is far below all doubles, and no fraction in memory."""
    if isinstance(number, Decimal) and number.adjusted() < SMALLEST_EXPONENT:
        return Fraction(0)
    return Fraction(number)


def _top_values(
    tally: ColumnTally, words: tuple[str, ...], distinct: int
) -> tuple[tuple[str, int], ...]:
    if tally.sketches or distinct > _MOST_VALUES_WITH_TOP:
        return ()
    counted = [value for value in tally.values() if value[0] not in words]
    counted.sort(key=lambda value: (-value[1], value[2]))
    return tuple((shown(key), count) for key, count, _ in counted[:_TOP_VALUES])


def _all_traits(
    name: str, tally: ColumnTally, judgement: Judgement, distinct: int | None, cells: int
) -> Iterator[str]:
    yield from traits(tally.evidence, judgement)
    if distinct is not None and cells / 2 < distinct < cells and _KEY.fullmatch(name.strip()):
        yield "repeated_key"
    if tally.sketches and judgement.is_numeric:
        yield "estimated_quartiles"
