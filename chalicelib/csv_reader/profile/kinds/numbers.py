"""The kinds of numbers, and of what would be one less its zeros, marks or signs."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from math import isinf

from chalicelib.csv_reader.kind_names import (
    COMMA,
    COMMA_OR_THOUSANDS,
    EXPONENT,
    FRACTION,
    INTEGER,
    LEADING_ZERO,
    LONG_INTEGER,
    NUMBERS,
    PLUS,
    POINT_OR_THOUSANDS,
    TELEPHONE,
    NumberForm,
)
from chalicelib.csv_reader.profile.figures.evidence import DIGITS_OF_A_GROUP, KindEvidence, Reading
from chalicelib.csv_reader.profile.kinds.kind import (
    Cell,
    Entry,
    Kind,
    Sql,
    as_written_or,
    by_pattern,
    matches,
    where,
    where_numeric,
)

FEWEST_DIGITS_PAST_DOUBLES = 309  # written without an exponent
MOST_DIGITS = 32  # of numbers of which a batch can be summed up, in 38 digits
FAST_DIGITS = 18  # those of 64 bits
_DIGITS_OF_DOUBLES = 24  # and a few zeros
_DIGITS_IN_ORDER = 15  # of numbers that have the order of the nearest doubles
_DIGITS_TO_ROUND = (
    12  # of numbers that are as many digits of the nearest doubles, and of their products
)
_MOSTLY_ALL_DIGITS = 4  # of fractions that are mostly written with as many

_FEWEST_OF_A_TELEPHONE, _MOST_OF_A_TELEPHONE = 7, 15  # digits, by ITU-T E.164

_DIGITS = "0123456789"
_SIGNS = "+-"
_SIGN = "[+-]?"
_WHOLE = "(?:0|[1-9][0-9]*)"
_INTEGER = rf"(?:-?{_WHOLE}|\+(?:0|[1-9][0-9]{{0,5}}|[1-9][0-9]{{15,}}))"
_PLUS = r"\+[1-9][0-9]{6,14}"
_BETWEEN = "[ \u00a0/-]{1,2}"
_AREA = rf"\([0-9]{{1,5}}\)(?:{_BETWEEN})?"
_TELEPHONE = (
    rf"\+[1-9][0-9]{{0,3}}(?:{_BETWEEN}(?:{_AREA})?|{_AREA})[0-9]{{1,10}}"
    rf"(?:{_BETWEEN}[0-9]{{1,10}}){{0,6}}"
)
FIRST_GROUP = "[1-9][0-9]{0,2}"
_POINT_OR_THOUSANDS = rf"{_SIGN}{FIRST_GROUP}\.[0-9]{{3}}"
_MAY_BE_GROUPED, _LONGEST_GROUPED = re.compile(_POINT_OR_THOUSANDS), len("-123.456")
_WITH_A_POINT = "replace(b, ',', '.')"


def _reading(kind: str) -> Callable[[str], Cell | None]:
    """Read a number: text where it is past all doubles.

    So whatever is a number has a mean, and is of a bounded size. How far below all doubles it may
    be is not bounded: it can be compared, and rounds to zero.
    """

    def read(text: str) -> Cell | None:
        text = text.replace(",", ".")
        may_be_huge = kind == EXPONENT or len(text) >= FEWEST_DIGITS_PAST_DOUBLES
        if may_be_huge and isinf(float(text)):
            return None
        if kind == FRACTION and len(text) <= _LONGEST_GROUPED and _MAY_BE_GROUPED.fullmatch(text):
            return POINT_OR_THOUSANDS, (Decimal(text),)
        if kind != INTEGER:
            return kind, (Decimal(text),)
        number = int(text)
        return (INTEGER if -(2**63) <= number < 2**63 else LONG_INTEGER), (number,)

    return read


def _read_telephone(text: str) -> Cell | None:
    """Read a number that is none: as many digits as a telephone has, with something between."""
    digits = sum(map(str.isdigit, text))
    fits = _FEWEST_OF_A_TELEPHONE <= digits <= _MOST_OF_A_TELEPHONE
    return (TELEPHONE, ()) if fits else None


_TELEPHONES = Sql(
    f"case when {matches(_TELEPHONE)} then strlen(regexp_replace(b, '[^0-9]', '', 'g'))"
    f" between {_FEWEST_OF_A_TELEPHONE} and {_MOST_OF_A_TELEPHONE} end"
)
_PLUSES = Sql("v0 is not null", (where(_PLUS, "try_cast(b as bigint)"),))


def _integers(_: KindEvidence, kinds: Collection[str]) -> Sql:
    """A cast and its way back are fast where they succeed."""
    certain = as_written_or("v0::varchar = b", _INTEGER)
    return Sql(certain, (_among(kinds, "try_cast(b as bigint)"),))


def _among(kinds: Collection[str], value: str) -> str:
    """SQL of a number, in a column of these kinds of cells."""
    return value if all(kind in NUMBERS for kind in kinds) else where_numeric(value)


def _long_integers(*_: object) -> Sql:
    pattern = f"{_SIGN}[1-9][0-9]{{18,{MOST_DIGITS - 1}}}"
    return Sql(
        f"v0 not between {-(2**63)} and {2**63 - 1} and {matches(pattern)}",
        ("try_cast(b as hugeint)",),
    )


def _fractions(evidence: KindEvidence, kinds: Collection[str]) -> Sql | None:
    """With as many digits as were seen. `.5` adds one to them if all before were like it.

    Those of three digits, which may be thousands, are a kind of their own.
    """

    def pattern(scale: int) -> str:
        parts = [rf"{_WHOLE}\.[0-9]{{0,{scale}}}"] * bool(reading.whole_digits)
        parts += [rf"\.[0-9]{{1,{scale}}}"] * bool(scale)
        return f"{_SIGN}(?:{'|'.join(parts)})"

    reading = evidence.readings[0]
    as_written = ""
    if reading.scale and reading.whole_digits:
        has_all_digits = "v0::varchar = b"
        has_fewer = "starts_with(v0::varchar, b) and contains(b, '.')"
        if reading.scale <= _MOSTLY_ALL_DIGITS:
            as_written = has_all_digits
        elif reading.whole_digits + reading.scale > _DIGITS_IN_ORDER:  # as doubles are written
            as_written = has_fewer
        else:
            as_written = f"case when {has_all_digits} then true else {has_fewer} end"
    sql = decimals(reading, kinds, pattern, as_written)
    if sql is None or reading.scale < DIGITS_OF_A_GROUP:
        return sql
    which = f"case when strlen(b) > {_LONGEST_GROUPED} then 0 else "
    which += f"{matches(_POINT_OR_THOUSANDS)}::tinyint end"
    rest = sql.rest and replace(sql.rest, kinds=(FRACTION, POINT_OR_THOUSANDS), which=which)
    return replace(sql, kinds=(FRACTION, POINT_OR_THOUSANDS), which=which, rest=rest)


def _commas(evidence: KindEvidence, kinds: Collection[str]) -> Sql | None:
    """As fractions, less a comma before three digits that may part thousands."""

    def pattern(scale: int) -> str:
        any_number = f",[0-9]{{1,{scale}}}"
        if not reading.whole_digits:
            return f"{_SIGN}{any_number}"
        behind_few = f"[0-9]{{1,{min(scale, DIGITS_OF_A_GROUP - 1)}}}"
        if scale > DIGITS_OF_A_GROUP:
            behind_few += f"|[0-9]{{{DIGITS_OF_A_GROUP + 1},{scale}}}"
        return f"{_SIGN}(?:(?:0|[1-9][0-9]{{3,}})?{any_number}|{FIRST_GROUP},(?:{behind_few}))"

    reading = evidence.readings[0]
    is_certain = 0 < reading.scale != DIGITS_OF_A_GROUP and reading.whole_digits
    as_written = "v0::varchar = p and contains(b, ',')" if is_certain else ""
    return decimals(reading, kinds, pattern, as_written, _WITH_A_POINT)


def decimals(
    reading: Reading,
    kinds: Collection[str],
    pattern: Callable[[int], str],
    as_written: str = "",
    prepared: str = "",
) -> Sql | None:
    """The SQL for numbers with as many digits as were seen in `reading`.

    `pattern` is that of a cell with that many digits at most behind the mark.
    `as_written` is certain of most cells, and sooner. What is `prepared` of a cell is how SQL
    writes the number, if that is another way.

    DuckDB is fast with 18 digits. Numbers of a few more are mostly doubles as Python writes them:
    there the longest fractions are left to the SQL for all others, which makes whole numbers of the
    last digit of them.
    """
    whole, scale = reading.whole_digits, reading.scale
    if whole + scale > MOST_DIGITS:
        return None
    plain = "p" if prepared else "b"
    behind = f"rpad(split_part({plain}, '.', 2), {scale}, '0')"
    units = f"try_cast(split_part({plain}, '.', 1) || {behind} as hugeint)"
    others = Sql(
        "v0 is not null",
        (where(pattern(scale), units),),
        prepared,
        told=f"{{}}::double / 1e{scale}",
        power=f"-{scale}",
    )
    if whole + scale > _DIGITS_OF_DOUBLES or whole >= FAST_DIGITS:
        return others
    rest = others if whole + scale > FAST_DIGITS else None
    scale = min(scale, FAST_DIGITS - whole)
    by = "{}::double" if whole + scale <= _DIGITS_IN_ORDER else "{}"
    value = f"try_cast({plain} as decimal({FAST_DIGITS}, {scale}))"
    if not as_written:
        value = where(pattern(scale), value)
        return Sql("v0 is not null", (value,), prepared, by, rest=rest)
    certain = as_written_or(as_written, pattern(scale))
    return Sql(certain, (_among(kinds, value),), prepared, by, rest=rest)


_COMMAS_OR_THOUSANDS = Sql(
    "v0 is not null",
    (
        where(
            f"{_SIGN}{FIRST_GROUP},[0-9]{{3}}",
            f"try_cast({_WITH_A_POINT} as decimal({FAST_DIGITS}, {DIGITS_OF_A_GROUP}))",
        ),
    ),
)


def _exponents(evidence: KindEvidence, _: object) -> Sql:
    """Numbers of 15 digits at most, as different ones are different doubles.

    Those of fewer are summed up in units of the digit behind their last, of which doubles are less
    than a tenth wrong.
    """
    e = "E" if "E" in evidence.text else "e"

    def value(digits: int) -> str:
        pattern = rf"{_SIGN}(?:0|[1-9])(?:\.[0-9]{{0,{digits - 1}}})?{e}[+-]?[0-9]{{1,2}}"
        return where(pattern, "try_cast(b as double)")

    by_text = Sql(
        "v0 is not null",
        (value(_DIGITS_IN_ORDER),),
        prepared=f"instr(b, '{e}')",
        summand="try_cast(substring(b, 1, p - 1) as decimal(18, 14))",
        power="try_cast(substring(b, p + 1) as int)",
    )
    digits = evidence.readings[0].scale + 1
    if digits > _DIGITS_TO_ROUND:
        return by_text
    power = "floor(log10(abs(v0) + 1e-200))::int"
    return Sql(
        "v0 is not null",
        (value(digits),),
        summand=f"(v0 * pow(10, {digits} - {power}))::bigint",
        power=f"{power} - {digits}",
        rest=by_text,
    )


ENTRIES = (
    Entry(
        _DIGITS + _SIGNS,
        _INTEGER,
        _reading(INTEGER),
        (
            Kind(INTEGER, _integers, 1, ("",), NumberForm()),
            Kind(LONG_INTEGER, _long_integers, 1, ("",), NumberForm()),
        ),
    ),
    Entry(
        "+",
        _PLUS,
        lambda text: (PLUS, (int(text),)),
        (Kind(PLUS, lambda *_: _PLUSES, 1, ("",), NumberForm()),),
    ),
    Entry("+", _TELEPHONE, _read_telephone, (Kind(TELEPHONE, lambda *_: _TELEPHONES),)),
    Entry(
        _DIGITS + _SIGNS + ".",
        rf"{_SIGN}(?:{_WHOLE}\.[0-9]*|\.[0-9]+)",
        _reading(FRACTION),
        (
            Kind(FRACTION, _fractions, 1, (".",), NumberForm(mark=".")),
            Kind(POINT_OR_THOUSANDS, _fractions, 1, (".",), NumberForm(mark=".", may_group=True)),
        ),
    ),
    Entry(
        _DIGITS + _SIGNS + ".",
        rf"{_SIGN}(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{{1,9}}",
        _reading(EXPONENT),
        (Kind(EXPONENT, _exponents, 1, (".",)),),
    ),
    Entry(
        "0" + _SIGNS,
        zero := rf"{_SIGN}0[0-9]+(?:[.,][0-9]*)?(?:[eE][-+]?[0-9]+)?",
        lambda _: (LEADING_ZERO, ()),
        (by_pattern(LEADING_ZERO, zero),),
    ),
    Entry(
        _DIGITS + _SIGNS,
        f"{_SIGN}{FIRST_GROUP},[0-9]{{3}}",
        _reading(COMMA_OR_THOUSANDS),
        (
            Kind(
                COMMA_OR_THOUSANDS,
                lambda *_: _COMMAS_OR_THOUSANDS,
                1,
                (",",),
                NumberForm(mark=",", may_group=True),
            ),
        ),
    ),
    Entry(
        _DIGITS + _SIGNS + ",",
        _SIGN + rf"(?:(?:0|[1-9][0-9]{{3,}})?,[0-9]+|{FIRST_GROUP},(?:[0-9]{{1,2}}|[0-9]{{4,}}))",
        _reading(COMMA),
        (Kind(COMMA, _commas, 1, (",",), NumberForm(mark=",")),),
    ),
)
