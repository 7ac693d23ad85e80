"""From the kinds of a column's numbers to its numeric type, and to the form that they all have."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.csv_reader.kind_names import BEHIND, PARENTHESES, PERCENT_SIGNS, NumberForm
from chalicelib.csv_reader.profile.figures.evidence import (
    DIGITS_OF_A_GROUP,
    GROUP,
    KindEvidence,
    Reading,
)
from chalicelib.csv_reader.profile.judgement.judged import Judgement
from chalicelib.csv_reader.profile.kinds.kind import form_of

Found = Mapping[str, KindEvidence]

_MOST_DIGITS = 38  # of the decimals that databases have


def numeric_candidates(found: Found) -> Iterator[Judgement]:
    """The numeric types that some of a column's cells are of, a narrower one before a wider."""
    plus = {kinds.PLUS} & found.keys() if _has_negatives(found) else set()
    yield Judgement("integer", frozenset({kinds.INTEGER} | plus))
    integers = {kinds.INTEGER, kinds.LONG_INTEGER} | plus
    yield _decimal(found, integers)
    points = {kinds.FRACTION, kinds.POINT_OR_THOUSANDS}
    yield _fractional(found, integers | points, ".")
    if kinds.COMMA in found:
        commas = {kinds.COMMA, kinds.COMMA_OR_THOUSANDS}
        yield _fractional(found, integers | commas, ",")
    with_exponents = integers | points | {kinds.EXPONENT}
    yield Judgement("double", frozenset(with_exponents), decimal_mark=".")
    numbers = {name for name in found if form_of(name) is not None and (name != kinds.PLUS or plus)}
    if numbers - with_exponents - {kinds.COMMA}:
        yield from _formed(found, numbers)


def _formed(found: Found, numbers: set[str]) -> Iterator[Judgement]:
    """The type of numbers as people write them, if all have one form."""
    forms = {name: form for name in numbers if (form := form_of(name))}
    affixes = {form.affix for form in forms.values()}
    minuses = {form.minus for form in forms.values()} - {""}
    affix, minus = "".join(affixes - {""}), "".join(minuses)
    if len(affixes - {""}) > 1 or len(minuses) > 1:
        return
    if affix in PERCENT_SIGNS and affix and "" in affixes:
        return  # 0.5 beside 50 % may be the same
    if minus and any(_is_negative(found[name]) for name in forms if not forms[name].minus):
        return
    marks = common_marks(found, forms)
    if marks is None:
        return
    group, mark = marks
    if _may_number_something(found, forms, minus):
        return
    grouped = frozenset(n for n, form in forms.items() if form.may_group and form.mark == group)
    judgement = _fractional(found, set(forms), mark or ".", grouped)
    if not mark and 0 < (judgement.precision or 0) <= 19 and _fits_64_bits(found, judgement):
        judgement = Judgement("integer", judgement.kinds, grouped=grouped)
    yield replace(judgement, group_mark=group or None, affix=affix or None, minus=minus or None)


def common_marks(found: Found, forms: Mapping[str, NumberForm]) -> tuple[str, str] | None:
    """The thousands mark and the decimal mark that all numbers can have, each empty if there is
    none; None if there are several ways, or none."""
    certain = [form for form in forms.values() if not form.may_group]
    groupings = {(form.group, form.is_indian) for form in certain if form.group}
    marks = {form.mark for form in certain if form.mark}
    doubtful = {form.mark for form in forms.values() if form.may_group}
    if len(groupings) > 1 or len(marks) > 1:
        return None
    groups = {group for group, _ in groupings}
    possible = {
        (group, mark)
        for group in (groups or {"", *doubtful})
        for mark in (marks or {"", *doubtful})
        if (not group or group != mark) and doubtful <= {group, mark}
    }
    if len(possible) > 1:
        possible = {(group, mark) for group, mark in possible if not (group and mark)} or possible
    if possible == {("", "."), (".", "")}:
        return "", "."
    if possible == {("", ","), (",", "")} and _grow_into_groups(found, forms):
        return ",", ""
    return next(iter(possible)) if len(possible) == 1 else None


def _grow_into_groups(found: Found, forms: Mapping[str, NumberForm]) -> bool:
    """Return whether there are integers beside 1,234, all below a thousand.

    Fractions would have been cut to one or two digits long before one is cut to none.
    """
    values = [
        extreme[0]
        for name, form in forms.items()
        if not form.may_group
        for extreme in (found[name].readings[0].low, found[name].readings[0].high)
        if extreme
    ]
    return any(values) and all(abs(value) < GROUP for value in values)


def _may_number_something(found: Found, forms: Mapping[str, NumberForm], minus: str) -> bool:
    """Return whether all cells look like `(1)`, `1-` or `123 456 789`, which number things."""
    if all(form == NumberForm(minus=minus) for form in forms.values()):
        return minus in (PARENTHESES, BEHIND)
    if len(forms) > 1:
        return False
    [(name, form)] = forms.items()
    shortest, longest = found[name].lengths or (0, 0)
    is_like_an_id = shortest == longest and longest % (DIGITS_OF_A_GROUP + 1) == DIGITS_OF_A_GROUP
    return form == NumberForm(form.group) and form.group not in ("", ",") and is_like_an_id


def _has_negatives(found: Found) -> bool:
    """Return whether there are negative numbers, so that a plus is a sign, not a telephone's."""
    return any(_is_negative(number) for name, number in found.items() if _is_number(name))


def _is_number(name: str) -> bool:
    return name in kinds.NUMBERS or form_of(name) is not None


def _is_negative(number: KindEvidence) -> bool:
    low = number.readings[0].low
    return low is not None and low[0] < 0


def _fits_64_bits(found: Found, judgement: Judgement) -> bool:
    readings = [judgement.reading_in(name, found[name].readings) for name in judgement.kinds]
    extremes = [one for reading in readings for one in (reading.low, reading.high) if one]
    return all(-(2**63) <= value < 2**63 for value, _, _ in extremes)


def _fractional(
    found: Found, of_kinds: set[str], mark: str, grouped: frozenset[str] = frozenset()
) -> Judgement:
    decimal = _decimal(found, of_kinds, mark, grouped)
    if (decimal.precision or 0) <= _MOST_DIGITS:
        return decimal
    return Judgement("double", decimal.kinds, decimal_mark=mark, grouped=grouped)


def _decimal(
    found: Found, of_kinds: set[str], mark: str = ".", grouped: frozenset[str] = frozenset()
) -> Judgement:
    judgement = Judgement("decimal", frozenset(of_kinds), decimal_mark=mark, grouped=grouped)
    seen: list[Reading] = [
        judgement.reading_in(kind, found[kind].readings) for kind in of_kinds if kind in found
    ]
    scale = max((kind.scale for kind in seen), default=0)
    whole = max((kind.whole_digits for kind in seen), default=0)
    return replace(judgement, precision=max(whole + scale, 1), scale=scale)
