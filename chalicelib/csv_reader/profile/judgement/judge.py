"""From the kinds of a column's cells to its type."""

from collections.abc import Iterator, Set
from fractions import Fraction
from operator import itemgetter

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.csv_reader.column_types import (
    COLUMN_TYPES,
    DATE_ORDERS,
    NUMERIC,
    YEAR_FIRST,
)
from chalicelib.csv_reader.kind_names import NULL_WORD, SEPARATORS, date_kind
from chalicelib.csv_reader.profile.column_profile import Almost
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence, KindEvidence
from chalicelib.csv_reader.profile.judgement.dates import (
    dates_of_forms,
    formed_dates,
)
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.judgement.numbers import numeric_candidates
from chalicelib.csv_reader.profile.judgement.traits import ORDERS
from chalicelib.csv_reader.profile.kinds.kind import form_of
from chalicelib.csv_reader.profile.kinds.table import read_cell
from chalicelib.csv_reader.profile.kinds.words import BOOLEANS, MARKS, WORDS

_ALMOST = Fraction(99, 100)
ORDERED = frozenset({*NUMERIC, "date", "time", "timestamp", "timestamptz"})


def judge(evidence: ColumnEvidence) -> Judgement:
    """The narrowest type that is true of every cell of the column, null words among them or not.

    Null words are null where everything else is of one type that isn't text. Alone, they are so
    unless they may be marks.
    """
    present = set(evidence.kinds)
    if not present:
        return Judgement("empty", frozenset())
    without_words = present - {NULL_WORD}
    if not without_words and not any(word.strip().lower() in MARKS for word in evidence.null_words):
        return Judgement("empty", frozenset())
    for candidate in _candidates(evidence.kinds):
        if without_words and without_words <= candidate.kinds:
            return candidate
    return Judgement("text", frozenset(present))


def find_almost(evidence: ColumnEvidence, judgement: Judgement) -> Almost | None:
    """The type, narrower than the column's, that all but a few cells are of.

    The one with the fewest exceptions, if several are; on a tie the narrowest.
    """
    of_column = [evidence.kinds[kind] for kind in judgement.kinds & set(evidence.kinds)]
    if len(of_column) < 2:
        return None
    cells = sum(kind.count for kind in of_column)
    best = None
    for candidate in _candidates(evidence.kinds):
        if not _is_narrower(candidate, judgement, evidence.kinds.keys()):
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
    readings = judgement.readings(evidence)
    low = min((one.low for one in readings if one.low), key=lambda extreme: extreme[:2])
    highs = [one.high for one in readings if one.high]
    highest = max(value for value, _, _ in highs)
    high = min((high for high in highs if high[0] == highest), key=itemgetter(1))
    return low[2], high[2]


def total(evidence: ColumnEvidence, judgement: Judgement) -> Fraction:
    """The exact sum of a numeric column."""
    result = Fraction(0)
    for reading in judgement.readings(evidence):
        for scale, units in reading.sums.items():
            result += Fraction(units, 10**scale) if scale >= 0 else units * 10**-scale
    return result


def _is_narrower(candidate: Judgement, judgement: Judgement, found: Set[str]) -> bool:
    if judgement.type == "text":
        return True
    wider = {judgement.type, *COLUMN_TYPES[judgement.type].wider}
    return candidate.type not in wider and candidate.kinds & found < judgement.kinds & found


def _dates(separator: str, order: str) -> tuple[set[str], Judgement, Judgement]:
    """The kinds that are certain to be of an order, and the types that may take them in."""
    orders = {order} if order == YEAR_FIRST else {order, kinds.EITHER}
    dates, times = (
        {date_kind(each, separator, timed) for each in orders} for timed in (False, True)
    )
    return (
        {date_kind(order, separator), date_kind(order, separator, timed=True)},
        Judgement("date", frozenset(dates), date_order=order),
        Judgement("timestamp", frozenset(dates | times), date_order=order),
    )


_DATES = [_dates(separator, order) for separator in SEPARATORS for order in DATE_ORDERS]
_BOOLEANS = [
    Judgement("boolean", frozenset(WORDS[word] for word in words), boolean_words=words)
    for words in BOOLEANS
]


def _candidates(found: dict[str, KindEvidence]) -> Iterator[Judgement]:
    """The types that some of a column's cells are of, a narrower one before a wider."""
    yield from (judgement for judgement in _BOOLEANS if judgement.kinds <= found.keys())
    yield from numeric_candidates(found)
    for certain, date, timestamp in _DATES:
        if not certain.isdisjoint(found):
            yield date
            yield timestamp
    if in_form := dates_of_forms(found):
        yield in_form
    for kind, type_ in ((kinds.TIME, "time"), (kinds.ZONED, "timestamptz"), (kinds.UUID, "uuid")):
        yield Judgement(type_, frozenset({kind}))


_OF_TYPE = {
    "boolean": set(WORDS.values()) - {NULL_WORD},
    "integer": {kinds.INTEGER, kinds.PLUS},
    "decimal": kinds.NUMBERS - {kinds.EXPONENT},
    "double": kinds.NUMBERS,
    "time": {kinds.TIME},
    "timestamptz": {kinds.ZONED},
    "uuid": {kinds.UUID},
}


def fits(cell: str, type: str) -> bool:
    """Return whether a single filled cell is of the type, however that is written."""
    kind, _ = read_cell(cell)
    if type in ("date", "timestamp"):
        return kind.startswith(ORDERS) and (type == "timestamp" or not kind.endswith(" timed"))
    if formed_dates([kind]):
        return type in ("timestamp", "time") or (type == "date" and "%M" not in kind)
    form = form_of(kind)
    if form is not None and kind not in kinds.NUMBERS:
        return type in ("decimal", "double") or (
            type == "integer" and (not form.mark or form.may_group)
        )
    return kind in _OF_TYPE[type]
