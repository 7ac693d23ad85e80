"""From all that was seen of a column to its profile."""

import re
from collections.abc import Iterator
from dataclasses import replace
from heapq import nsmallest

from chalicelib.csv_reader.kind_names import FRACTION, NULL_WORD, POINT_OR_THOUSANDS
from chalicelib.csv_reader.profile.column_profile import CellKind, ColumnProfile
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence
from chalicelib.csv_reader.profile.figures.spread import UNITS, WITH_HISTOGRAM, Spread, spread_of
from chalicelib.csv_reader.profile.figures.tally import ColumnTally, look_at, shown
from chalicelib.csv_reader.profile.judgement.judge import (
    extremes,
    find_almost,
    judge,
    total,
)
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.judgement.notes import notes_of
from chalicelib.csv_reader.profile.judgement.traits import traits, traits_of_values

_TOP_VALUES = 10
_KIND_CHARACTERS = 100
_MOST_VALUES_WITH_TOP = 50  # of types other than text
_LEAST_SHARE_OF_TOP = 1 / 1000  # of the cells, for an estimate
_KEY = re.compile(r"(?i:(?:.*[\W_])?(?:id|key|uuid|guid))|.*[a-z](?:Id|ID|Key)")


def describe_column(name: str, tally: ColumnTally) -> ColumnProfile:
    """The profile of the column of that name, once its last cell is in `tally`."""
    evidence = tally.evidence
    read = look_at(evidence, tally.values())
    cells_read = [(cell, n) for cell, (_, n, _) in zip(read, tally.values(), strict=True)]
    judgement = judge(evidence)
    of_type = [kind for name, kind in evidence.kinds.items() if name in judgement.kinds]
    cells = sum(kind.count for kind in of_type)
    words = () if NULL_WORD in judgement.kinds else _by_row(evidence.null_words)
    distinct, is_exact = _distinct(tally, words, cells)
    low, high = extremes(evidence, judgement) if cells else (None, None)
    spread = spread_of(tally, judgement, cells_read)
    mean, quarters = _moments(tally, judgement, spread, cells)
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
        top_values=_top_values(tally, judgement, words, distinct, cells),
        top_is_exact=not tally.sketches,
        histogram=_histogram(tally, judgement, spread, cells),
        histogram_is_exact=not tally.sketches,
        true_share=_true_share(tally, judgement, cells),
        almost=find_almost(evidence, judgement),
        decimal_mark=judgement.decimal_mark,
        date_order=judgement.date_order,
        boolean_words=judgement.boolean_words,
        date_pattern=judgement.date_pattern,
        month_language=judgement.month_language,
        group_mark=judgement.group_mark,
        affix=judgement.affix,
        minus=judgement.minus,
        has_outer_spaces=evidence.is_spaced,
        traits=tuple(
            _all_traits(name, tally, judgement, words, distinct if is_exact else None, cells)
        ),
        kinds=_kinds(evidence, judgement),
    )
    return replace(profile, notes=notes_of(profile, cells))


def _by_row(words: dict[str, tuple[int, int]]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: words[word][1]))


def _kinds(evidence: ColumnEvidence, judgement: Judgement) -> tuple[CellKind, ...]:
    """Each kind; 1.234 is a fraction like others, unless its mark is a thousands mark here."""
    found: dict[str, CellKind] = {}
    for kind, cells in sorted(evidence.kinds.items(), key=lambda each: each[1].row):
        name = FRACTION if kind == POINT_OR_THOUSANDS and kind not in judgement.grouped else kind
        if name in found:
            found[name] = replace(found[name], count=found[name].count + cells.count)
        else:
            found[name] = CellKind(name, cells.count, cells.row, cells.text[:_KIND_CHARACTERS])
    return tuple(found.values())


def _distinct(tally: ColumnTally, words: tuple[str, ...], cells: int) -> tuple[int, bool]:
    """Count the distinct values, without null words, and say whether that is certain."""
    if not tally.sketches:
        return len(tally.counts) - len(words), True
    distinct, is_exact = tally.sketches.distinct.count()
    return (distinct - len(words), True) if is_exact else (min(distinct, cells), False)


def _moments(
    tally: ColumnTally, judgement: Judgement, spread: Spread, cells: int
) -> tuple[float | None, tuple[int | float, int | float, int | float] | None]:
    """The mean and the quartiles of a numeric column."""
    if not judgement.is_numeric:
        return None, None
    mean = float(total(tally.evidence, judgement) / cells)
    whole = judgement.type == "integer"
    found = spread.quartiles()
    first, median, third = (int(q) if whole and q == int(q) else float(q) for q in found)
    return mean, (first, median, third)


def _histogram(
    tally: ColumnTally, judgement: Judgement, spread: Spread, cells: int
) -> tuple[int, ...]:
    """Count the cells in each of some steps from the least to the greatest value."""
    if not cells or judgement.type not in WITH_HISTOGRAM:
        return ()
    readings = judgement.readings(tally.evidence)
    lows, highs = (
        [extreme[0] for extreme in found if extreme]
        for found in ([reading.low for reading in readings], [reading.high for reading in readings])
    )
    unit = None if judgement.type in ("decimal", "double") else UNITS.get(judgement.type, 0)
    return spread.histogram(min(lows), max(highs), unit, cells)


def _top_values(
    tally: ColumnTally, judgement: Judgement, words: tuple[str, ...], distinct: int, cells: int
) -> tuple[tuple[str, int], ...]:
    """The most frequent values, of a text whatever their number.

    Where they are estimated, a rare one may be missing, and is left out.
    """
    if distinct > _MOST_VALUES_WITH_TOP and judgement.type != "text":
        return ()
    if tally.sketches:
        estimated = tally.sketches.top.most_common(_TOP_VALUES)
        least = max(cells * _LEAST_SHARE_OF_TOP, 2)
        return tuple((text, min(count, cells)) for text, count in estimated if count >= least)
    counted = (value for value in tally.values() if value[0] not in words)
    most = nsmallest(_TOP_VALUES, counted, key=lambda value: (-value[1], value[2]))
    return tuple((shown(key), count) for key, count, _ in most)


def _true_share(tally: ColumnTally, judgement: Judgement, cells: int) -> float | None:
    if not judgement.boolean_words or tally.sketches:
        return None
    true, _ = judgement.boolean_words
    return sum(n for key, n, _ in tally.values() if key.strip(" \t").lower() == true) / cells


def _all_traits(
    name: str,
    tally: ColumnTally,
    judgement: Judgement,
    words: tuple[str, ...],
    distinct: int | None,
    cells: int,
) -> Iterator[str]:
    yield from traits(tally.evidence, judgement)
    if judgement.is_numeric and not tally.sketches:
        kinds = tally.evidence.kinds.keys() - {NULL_WORD}
        yield from traits_of_values(judgement, kinds, tally.counts, words)
    if distinct is not None and cells / 2 < distinct < cells and _KEY.fullmatch(name.strip()):
        yield "repeated_key"
    if tally.sketches and judgement.is_numeric:
        yield "estimated_quartiles"
