"""Traits of a column, by the kinds of its cells, and of numbers that are in truth something else.

That they are days written as 20240131, or versions, follows from all values, so it is looked for
where these are counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.csv_reader.column_types import DATE_ORDERS, DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.csv_reader.kind_names import NULL_WORD, PERCENT_SIGNS, SEPARATORS, date_kind
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence, Reading
from chalicelib.csv_reader.profile.judgement.dates import formed_dates, ways_to_read
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.kinds.kind import form_of
from chalicelib.csv_reader.profile.kinds.times import days_since_epoch

_DAY = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_VERSION = re.compile(r"[0-9]{1,3}(?:\.(0|[1-9][0-9]{0,2}))?")
_NUMBERS = frozenset({kinds.INTEGER, kinds.FRACTION})
ORDERS = (*DATE_ORDERS, kinds.EITHER)


def traits_of_values(
    judgement: Judgement, found: Iterable[str], values: Iterable[str], null_words: Sequence[str]
) -> Iterator[str]:
    """The traits of a numeric column that has cells of these kinds, and these distinct values."""
    if not _NUMBERS.issuperset(found):
        return
    filled = (value.strip(" \t") for value in values if value not in null_words)
    if judgement.type == "integer" and all(map(_is_day, filled)):
        yield "compact_dates"
    elif judgement.type == "decimal" and _are_versions(filled):
        yield "versions"


def _is_day(value: str) -> bool:
    """Return whether a number is a day of 1900 to 2099, as 20240131 is."""
    match = _DAY.fullmatch(value)
    return match is not None and days_since_epoch(*match.groups()) is not None


def _are_versions(values: Iterable[str]) -> bool:
    """Return whether fractions are counted as in 1.9 and 1.10: none begins with 0, one ends so."""
    lengths = set()
    ends_in_zero = False
    for value in values:
        match = _VERSION.fullmatch(value)
        if not match:
            return False
        if fraction := match[1]:
            lengths.add(len(fraction))
            ends_in_zero |= len(fraction) > 1 and fraction.endswith("0")
    return ends_in_zero and 1 in lengths


def traits(evidence: ColumnEvidence, judgement: Judgement) -> Iterator[str]:
    """The traits that follow from the kinds of the column's cells."""
    found = set(evidence.kinds) - {NULL_WORD}
    if judgement.type == "integer":
        integers = evidence.kinds.get(kinds.INTEGER)
        values = integers.readings[0] if integers else Reading()
        if values.low and values.high and (values.low[0], values.high[0]) == (0, 1):
            yield "zero_and_one"
    if kinds.LEADING_ZERO in found:
        yield "leading_zeros"
    if any("%y" in kind for kind in found):
        yield "short_years"
    if judgement.type == "text":
        telephones = (evidence.kinds.get(kind) for kind in (kinds.PLUS, kinds.TELEPHONE))
        cells = sum(kind.count for kind in evidence.kinds.values())
        if 2 * sum(kind.count for kind in telephones if kind) >= cells:
            yield "telephone_numbers"
        yield from _number_traits(found)
        yield from _date_traits(found)


def _number_traits(found: set[str]) -> Iterator[str]:
    forms = [form for kind in found if (form := form_of(kind))]
    if len(forms) < len(found):
        return
    marked = [form for form in forms if form.mark or form.group]
    if marked and all(form.may_group and form.mark == "," for form in marked):
        yield "ambiguous_numbers"
        return
    if any(form.group for form in forms):
        yield "thousands_marks"
    affixes = {form.affix for form in forms} - {""}
    if affixes & {*PERCENT_SIGNS}:
        yield "percent_signs"
    if affixes - {*PERCENT_SIGNS}:
        yield "currency_signs"
    if not found <= kinds.NUMBERS and (len(found) > 1 or forms[0].minus):
        yield "mixed_number_forms"
    elif kinds.COMMA in found and found & {kinds.FRACTION, kinds.POINT_OR_THOUSANDS}:
        yield "mixed_decimal_marks"


def _date_traits(found: set[str]) -> Iterator[str]:
    if formed := formed_dates(found):
        if len(formed) == len(found):
            yield "ambiguous_dates" if ways_to_read(formed) else "mixed_date_forms"
        return
    orders: dict[str, set[str]] = {}
    for order in ORDERS:
        of_order = {date_kind(order, mark, timed) for mark in SEPARATORS for timed in (False, True)}
        if of_order & found:
            orders[order] = of_order & found
    if kinds.EITHER in orders and not orders.keys() & {DAY_FIRST, MONTH_FIRST}:
        yield "ambiguous_dates"
    elif orders.keys() >= {DAY_FIRST, MONTH_FIRST}:
        yield "mixed_date_orders"
    dated = set().union(*orders.values())
    if dated and dated == found - {kinds.ZONED} and kinds.ZONED not in found:
        marks = {kind.split()[-2 if kind.endswith(" timed") else -1] for kind in dated}
        if len(marks) > 1 or (YEAR_FIRST in orders and len(orders) > 1):
            yield "mixed_date_forms"
    if kinds.ZONED in found and dated:
        yield "mixed_zones"
