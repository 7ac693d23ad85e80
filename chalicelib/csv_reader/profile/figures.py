"""From all that was seen of a column to its profile."""

import re
from collections.abc import Iterator
from dataclasses import replace

from chalicelib.csv_reader.profile.cells import NULL_WORD, read_cell
from chalicelib.csv_reader.profile.column_profile import CellKind, ColumnProfile
from chalicelib.csv_reader.profile.evidence import ColumnEvidence, shown
from chalicelib.csv_reader.profile.judgement import (
    Judgement,
    extremes,
    find_almost,
    judge,
    total,
    traits,
)
from chalicelib.csv_reader.profile.notes import notes_of
from chalicelib.csv_reader.profile.quantile_sketch import quartiles
from chalicelib.csv_reader.profile.tally import ColumnTally

_TOP_VALUES = 10
_KIND_CHARACTERS = 100
_MOST_VALUES_WITH_TOP = 50
_KEY = re.compile(r"(?i:(?:.*[\W_])?(?:id|key|uuid|guid))|.*[a-z](?:Id|ID|Key)")


def describe_column(name: str, tally: ColumnTally) -> ColumnProfile:
    """The profile of the column of that name, once its last cell is in `tally`."""
    evidence = tally.evidence
    if tally.counts is not None:
        for key, count, row in tally.values():
            evidence.add(key, count, row)
    judgement = judge(evidence)
    of_type = [kind for name, kind in evidence.kinds.items() if name in judgement.kinds]
    cells = sum(kind.count for kind in of_type)
    words = tuple(evidence.null_words) if NULL_WORD not in judgement.kinds else ()
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
        has_outer_spaces=evidence.is_spaced,
        traits=tuple(_all_traits(name, tally, judgement, distinct if is_exact else None, cells)),
        kinds=_kinds(evidence),
    )
    return replace(profile, notes=notes_of(profile, cells))


def _kinds(evidence: ColumnEvidence) -> tuple[CellKind, ...]:
    found = [
        CellKind(kind, cells.count, cells.row, cells.text[:_KIND_CHARACTERS])
        for kind, cells in evidence.kinds.items()
    ]
    return tuple(sorted(found, key=lambda kind: kind.row))


def _distinct(tally: ColumnTally, words: tuple[str, ...], cells: int) -> tuple[int, bool]:
    """How many values are distinct, and whether that is certain. Null words are none."""
    if tally.counts is not None:
        return len(tally.counts) - len(words), True
    distinct = tally.distinct.count()
    if not tally.distinct.is_full:
        return distinct - len(words), True
    return min(distinct, cells), False


def _moments(tally: ColumnTally, judgement: Judgement, cells: int):
    """The mean and the quartiles of a numeric column."""
    if not judgement.is_numeric:
        return None, None
    mean = float(total(tally.evidence, judgement) / cells)
    if tally.counts is None:
        found = tally.quantiles.quartiles()
    else:
        found = quartiles(list(_numbers(tally, judgement)))
    whole = judgement.type == "integer"
    return mean, tuple(int(q) if whole and q == int(q) else float(q) for q in found)


def _numbers(tally: ColumnTally, judgement: Judgement) -> Iterator[tuple]:
    for key, count, _ in tally.values():
        kind, value = read_cell(key)
        if kind in judgement.kinds:
            yield value, count


def _top_values(
    tally: ColumnTally, words: tuple[str, ...], distinct: int
) -> tuple[tuple[str, int], ...]:
    if tally.counts is None or distinct > _MOST_VALUES_WITH_TOP:
        return ()
    counted = [(shown(key), count) for key, count, _ in tally.values() if key not in words]
    return tuple(sorted(counted, key=lambda pair: -pair[1])[:_TOP_VALUES])


def _all_traits(
    name: str, tally: ColumnTally, judgement: Judgement, distinct: int | None, cells: int
) -> Iterator[str]:
    yield from traits(tally.evidence, judgement)
    if distinct is not None and cells / 2 < distinct < cells and _KEY.fullmatch(name.strip()):
        yield "repeated_key"
    if tally.counts is None and judgement.is_numeric:
        yield "estimated_quartiles"
