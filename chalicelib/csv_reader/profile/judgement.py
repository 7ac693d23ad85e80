"""From the kinds of a column's cells to its type, and to what is worth saying of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter

from chalicelib.csv_reader.profile import cells as kinds
from chalicelib.csv_reader.profile.cells import date_kind
from chalicelib.csv_reader.profile.column_profile import (
    DAY_FIRST,
    DECIMAL_COMMA,
    MONTH_FIRST,
    Almost,
)
from chalicelib.csv_reader.profile.evidence import ColumnEvidence, KindEvidence

_ALMOST = Fraction(99, 100)
_MOST_DIGITS = 38  # of the decimals that databases have
_SEPARATORS = "-/."
_NUMERIC = ("integer", "decimal", "double")
ORDERED = frozenset({*_NUMERIC, "date", "time", "timestamp", "timestamptz"})
_TAKEN_OFF = {
    kinds.THOUSANDS: "thousands separator",
    kinds.CURRENCY: "currency",
    kinds.PERCENT: "percent sign",
}


@dataclass(frozen=True)
class Judgement:
    """A type, and the kinds of cells that are of it."""

    type: str
    kinds: frozenset[str]
    note: str | None = None
    precision: int | None = None
    scale: int | None = None

    @property
    def is_numeric(self) -> bool:
        return self.type in _NUMERIC


def judge(evidence: ColumnEvidence) -> Judgement:
    """The narrowest type that is true of every cell of the column, null words among them or not.

    Null words are null where everything else is of one type that isn't text.
    """
    present = set(evidence.kinds)
    if not present:
        return Judgement("empty", frozenset())
    without_words = present - {kinds.NULL_WORD}
    for candidate in _candidates(evidence.kinds):
        if without_words and without_words <= candidate.kinds:
            return candidate
    return Judgement("text", frozenset(present))


def find_almost(evidence: ColumnEvidence, judgement: Judgement) -> Almost | None:
    """The type, narrower than the column's, that all but a few cells are of.

    Of several that of the fewest exceptions is told, and on a tie the narrowest.
    """
    of_column = [evidence.kinds[kind] for kind in judgement.kinds & set(evidence.kinds)]
    cells = sum(kind.count for kind in of_column)
    best = None
    for candidate in _candidates(evidence.kinds):
        if not _is_narrower(candidate, judgement):
            continue
        inside = sum(k.count for name, k in evidence.kinds.items() if name in candidate.kinds)
        if inside < cells and inside >= _ALMOST * cells and (best is None or inside > best[0]):
            best = inside, candidate
    if best is None:
        return None
    inside, candidate = best
    others = [k for name, k in evidence.kinds.items() if name in judgement.kinds - candidate.kinds]
    first = min(others, key=lambda kind: kind.row)
    return Almost(candidate.type, cells - inside, first.row, first.text)


def extremes(evidence: ColumnEvidence, judgement: Judgement) -> tuple[str, str]:
    """The least and the greatest cell: by value where the type has an order, else by code point."""
    found = [evidence.kinds[kind] for kind in judgement.kinds & set(evidence.kinds)]
    if judgement.type not in ORDERED:
        texts = [kind.texts for kind in found]
        return min(low for low, _ in texts), max(high for _, high in texts)
    ranges = [
        kind.by_month if judgement.note == MONTH_FIRST and kind.by_month.low else kind.by_value
        for kind in found
    ]
    low = min((each.low for each in ranges), key=lambda extreme: extreme[:2])
    highest = max(each.high[0] for each in ranges)
    high = min((each.high for each in ranges if each.high[0] == highest), key=itemgetter(1))
    return low[2], high[2]


def total(evidence: ColumnEvidence, judgement: Judgement) -> Fraction:
    """The exact sum of a numeric column."""
    result = Fraction(0)
    for name in judgement.kinds & set(evidence.kinds):
        for scale, units in evidence.kinds[name].sums.items():
            result += Fraction(units, 10**scale) if scale >= 0 else units * 10**-scale
    return result


def _is_narrower(candidate: Judgement, judgement: Judgement) -> bool:
    if judgement.type == "text":
        return True
    return candidate.type != judgement.type and candidate.kinds < judgement.kinds


def _candidates(found: dict[str, KindEvidence]) -> Iterator[Judgement]:
    """The types that some of a column's cells are of, a narrower one before a wider."""
    for words in ({kinds.TRUE_FALSE}, {kinds.YES, kinds.NO}, {kinds.T, kinds.F}):
        if words <= set(found):
            yield Judgement("boolean", frozenset(words))
    yield from _numeric_candidates(found)
    for separator in _SEPARATORS:
        for order, note in (
            (kinds.YEAR_FIRST, None),
            (kinds.DAY_FIRST, DAY_FIRST),
            (kinds.MONTH_FIRST, MONTH_FIRST),
        ):
            dates, times = (
                {
                    date_kind(each, separator, timed)
                    for each in {order, order if note is None else kinds.EITHER}
                }
                for timed in (False, True)
            )
            certain = {date_kind(order, separator), date_kind(order, separator, timed=True)}
            if certain.isdisjoint(found):
                continue
            yield Judgement("date", frozenset(dates), note)
            yield Judgement("timestamp", frozenset(dates | times), note)
    for kind, type_ in ((kinds.TIME, "time"), (kinds.ZONED, "timestamptz"), (kinds.UUID, "uuid")):
        yield Judgement(type_, frozenset({kind}))


def _numeric_candidates(found: dict[str, KindEvidence]) -> Iterator[Judgement]:
    yield Judgement("integer", frozenset({kinds.INTEGER}))
    integers = {kinds.INTEGER, kinds.LONG_INTEGER}
    yield _decimal(found, integers)
    yield from _fractional(found, integers | {kinds.FRACTION}, None)
    if kinds.COMMA in found:
        commas = {kinds.COMMA, kinds.COMMA_OR_THOUSANDS}
        yield from _fractional(found, integers | commas, DECIMAL_COMMA)
    yield Judgement("double", frozenset(integers | {kinds.FRACTION, kinds.EXPONENT}))


def _fractional(found, of_kinds: set[str], note: str | None) -> Iterator[Judgement]:
    decimal = _decimal(found, of_kinds, note)
    if decimal.precision <= _MOST_DIGITS:
        yield decimal
    else:
        yield Judgement("double", frozenset(of_kinds), note)


def _decimal(found, of_kinds: set[str], note: str | None = None) -> Judgement:
    seen = [found[kind] for kind in of_kinds if kind in found]
    scale = max((kind.scale for kind in seen), default=0)
    whole = max((kind.whole_digits for kind in seen), default=0)
    return Judgement("decimal", frozenset(of_kinds), note, max(whole + scale, 1), scale)


def notes(evidence: ColumnEvidence, judgement: Judgement) -> Iterator[str]:
    """What a person should know of how the column's cells are written, a sentence each."""
    found = set(evidence.kinds) - {kinds.NULL_WORD}
    if judgement.note:
        yield judgement.note
    if judgement.type == "integer":
        values = evidence.kinds[kinds.INTEGER].by_value
        if (values.low[0], values.high[0]) == (0, 1):
            yield "Holds only 0 and 1."
    if kinds.LEADING_ZERO in found:
        yield "Leading zeros: kept as text, since they may be part of a code."
    if judgement.type == "text":
        yield from _number_notes(found)
        yield from _date_notes(found)
    if evidence.is_spaced:
        yield "Spaces stand around values."


def _number_notes(found: set[str]) -> Iterator[str]:
    decorated = [what for kind, what in _TAKEN_OFF.items() if kind in found]
    if decorated and found <= kinds.NUMBERS | set(_TAKEN_OFF):
        is_or_are = "is" if len(decorated) == 1 else "are"
        yield f"A number once the {' and the '.join(decorated)} {is_or_are} taken off."
    elif kinds.COMMA_OR_THOUSANDS in found and kinds.COMMA not in found and found <= kinds.NUMBERS:
        yield "Ambiguous numbers: a comma may be the decimal mark, or part the thousands."
    if kinds.FRACTION in found and kinds.COMMA in found:
        yield "Decimal commas and decimal points are mixed."


def _date_notes(found: set[str]) -> Iterator[str]:
    orders: dict[str, set[str]] = {}
    for order in (kinds.YEAR_FIRST, kinds.DAY_FIRST, kinds.MONTH_FIRST, kinds.EITHER):
        of_order = {
            date_kind(order, mark, timed) for mark in _SEPARATORS for timed in (False, True)
        }
        if of_order & found:
            orders[order] = of_order & found
    if kinds.EITHER in orders and not orders.keys() & {kinds.DAY_FIRST, kinds.MONTH_FIRST}:
        yield "Ambiguous dates: the day may stand first, or the month, as neither passes 12."
    elif orders.keys() >= {kinds.DAY_FIRST, kinds.MONTH_FIRST}:
        yield "Mixed dates: the day stands first in some, and the month in others."
    dated = set().union(*orders.values())
    if dated and dated == found - {kinds.ZONED} and kinds.ZONED not in found:
        marks = {kind.split()[-2 if kind.endswith(" timed") else -1] for kind in dated}
        if len(marks) > 1 or (kinds.YEAR_FIRST in orders and len(orders) > 1):
            yield "Dates are written in several ways."
    if kinds.ZONED in found and dated:
        yield "Times with a zone and times without are mixed."
    if kinds.SHORT_YEAR in found:
        yield "Dates have years of two digits, whose century is not told."
