"""What plain Python makes of a column's cells: slowly, all of them at once, type after type.

Written from the rules in docs/columns.md, with `decimal`, `datetime` and `statistics`, and nothing
of the reader's own.
"""

import re
import statistics
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from math import isinf
from typing import NamedTuple

from tests.unit.csv_reader.profile import date_oracle, form_oracle

NULL_WORDS = {
    *"na n/a n.a. n/d n.d. null (null) nil none \\n missing nan nat <na>".split(),  # noqa: SIM905
    *"#n/a #div/0! #ref! #value! #name? #num! #null!".split(),  # noqa: SIM905
    *"- -- --- – — . .. ... … : ? * x".split(),  # noqa: SIM905
    *("0000-00-00", "00/00/0000", ""),
}
BOOLEANS = [
    ({"true"}, {"false"}),
    *(({true}, {false}) for true, false in (("yes", "no"), ("t", "f"), ("ja", "nein"))),
    *(({true}, {false}) for true, false in (("on", "off"), ("vrai", "faux"), ("oui", "non"))),
]
NUMERIC = ("integer", "decimal", "double")


class Type(NamedTuple):
    """A type as one column may have it, and what tells the value of a cell that is of it."""

    name: str
    value: Callable[[str], object]  # raises ValueError for a cell that isn't of the type
    decimal_mark: str | None = None
    date_order: str | None = None
    boolean_words: tuple[str, str] | None = None
    form: form_oracle.Form | None = None
    date_pattern: str | None = None


def bare(cell: str) -> str:
    value = cell.strip(" \t")
    if not value.isascii():
        raise ValueError(cell)
    return value


def integer(cell: str) -> int:
    value = bare(cell)
    if (
        not value.lstrip("+-").isdigit()
        or isinf(float(value))
        or str(int(value)) != value.removeprefix("+").replace("-0", "0")
    ):
        raise ValueError(cell)
    return int(value)


def short_integer(cell: str) -> int:
    if not -(2**63) <= integer(cell) < 2**63:
        raise ValueError(cell)
    return integer(cell)


def fraction(cell: str) -> Decimal:
    value = bare(cell)
    if not is_mantissa(value) or isinf(float(value)):
        raise ValueError(cell)
    return Decimal(value)


def is_mantissa(value: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(?!0[0-9])([0-9]+\.?[0-9]*|\.[0-9]+)", value))


def with_comma(cell: str) -> Decimal:
    if "." in cell or cell.strip(" \t").endswith(","):
        raise ValueError(cell)
    return fraction(cell.replace(",", "."))


def is_certainly_with_comma(cell: str) -> bool:
    """Not as 1,234, which may be a thousand."""
    whole, comma, rest = bare(cell).lstrip("+-").partition(",")
    return bool(comma) and not (len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0")


def double(cell: str) -> Decimal:
    value = bare(cell)
    mantissa, e, exponent = value.lower().partition("e")
    if not is_mantissa(mantissa) or (e and not re.fullmatch("[+-]?[0-9]{1,9}", exponent)):
        raise ValueError(cell)
    if isinf(float(value)):
        raise ValueError(cell)
    return Decimal(value)


def dates(form: str) -> Callable[[str], datetime]:
    def value(cell: str) -> datetime:
        text = bare(cell)
        if not re.fullmatch(r"[0-9]{1,4}(.)[0-9]{1,4}\1[0-9]{1,4}", text) or not re.search(
            "[0-9]{4}", text
        ):
            raise ValueError(cell)
        return datetime.strptime(text, form)

    return value


def timestamps(form: str) -> Callable[[str], tuple]:
    def value(cell: str) -> tuple:
        day, _, clock = bare(cell).replace("T", " ").partition(" ")
        return dates(form)(day), time(clock) if clock else (0, 0, 0)

    return value


def time(cell: str) -> tuple:
    value = bare(cell)
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?", value):
        raise ValueError(cell)
    hour, minute, second = [*value.split(":"), "0"][:3]
    datetime(1, 1, 1, int(hour), int(minute), int(Decimal(second)))
    return int(hour), int(minute), Decimal(second)


def zoned(cell: str) -> datetime:
    value = bare(cell)
    if not re.match("[0-9]{4}-", value) or len(value) < 12:
        raise ValueError(cell)
    value = value.replace("UTC", "Z").replace("T", " ").replace(" Z", "Z")
    if value.endswith("Z"):
        value = value.removesuffix("Z") + "+0000"
    form = "%Y-%m-%d %H:%M" + (":%S" if value.count(":") > 1 + (value[-3] == ":") else "")
    return datetime.strptime(value, form + "%z").astimezone(timezone.utc)


def word_in(words: set[str]) -> Callable[[str], None]:
    def value(cell: str) -> None:
        if bare(cell).lower() not in words:
            raise ValueError(cell)

    return value


def uuid_of(cell: str) -> None:
    if str(uuid.UUID(bare(cell))) != bare(cell).lower():
        raise ValueError(cell)


def if_no_telephone(value: Callable[[str], object]) -> Callable[[str], object]:
    """The same, but for +14155550123."""

    def of_cell(cell: str) -> object:
        if re.fullmatch(r"\+[1-9][0-9]{6,14}", cell.strip(" \t")):
            raise ValueError(cell)
        return value(cell)

    return of_cell


def is_of(type_: Type, cell: str) -> bool:
    try:
        type_.value(cell)
    except ValueError:
        return False
    return True


def types_for(cells: list[str]) -> list[Type]:
    """The types that a column of these cells, or of most of them, may have, narrowest first."""

    def some(value: Callable[[str], object], unless: Callable[[str], object] | None = None) -> bool:
        found = [cell for cell in cells if is_of(Type("", value), cell)]
        return any(unless is None or not is_of(Type("", unless), cell) for cell in found)

    found = [
        Type("boolean", word_in(true | false), boolean_words=(*true, *false))
        for true, false in BOOLEANS
        if true == {"true"} or (some(word_in(true)) and some(word_in(false)))
    ]
    numbers = [
        (value, c) for c in cells for value in (double, with_comma) if is_of(Type("", value), c)
    ]
    has_negatives = any(value(cell) < 0 for value, cell in numbers) or any(
        number.is_negative and Decimal(re.sub("[^0-9]", "", number.amount))
        for cell in cells
        if (number := form_oracle.written(cell))
    )

    def plain(value: Callable[[str], object]) -> Callable[[str], object]:
        return value if has_negatives else if_no_telephone(value)

    found += [Type("integer", plain(short_integer)), Type("decimal", plain(integer), ".")]
    point = [cell for cell in cells if is_of(Type("", plain(fraction)), cell)]
    found += [Type("decimal" if sum(digits(point)) <= 38 else "double", plain(fraction), ".")]
    comma = [cell for cell in cells if is_of(Type("", plain(with_comma)), cell)]
    if any(map(is_certainly_with_comma, comma)):
        name = "decimal" if sum(digits(comma)) <= 38 else "double"
        found += [Type(name, plain(with_comma), ",")]
    found += [Type("double", plain(double), ".")]
    found += formed(cells, plain)
    for mark in "-/.":
        year, day, month = f"%Y{mark}%m{mark}%d", f"%d{mark}%m{mark}%Y", f"%m{mark}%d{mark}%Y"
        for form, other, order in (
            (year, None, "year first"),
            (day, month, "day first"),
            (month, day, "month first"),
        ):
            if some(timestamps(form), other and timestamps(other)):
                found += [
                    Type("date", dates(form), None, order),
                    Type("timestamp", timestamps(form), None, order),
                ]
    if pattern := date_oracle.pattern_of(cells):
        found.append(formed_dates(pattern))
    return [*found, Type("time", time), Type("timestamptz", zoned), Type("uuid", uuid_of)]


def formed_dates(pattern: str) -> Type:
    """The type of dates or times that are written by that pattern."""

    def value(cell: str) -> object:
        return date_oracle.value(cell, pattern)

    name, order = date_oracle.type_of(pattern)
    return Type(name, value, None, order, date_pattern=pattern)


def formed(cells: list[str], plain: Callable) -> list[Type]:
    """The type of numbers that have marks, signs or currencies which programs do not write."""
    numbers = [cell for cell in cells if is_of(Type("", plain(any_number)), cell)]
    form = form_oracle.form_of(numbers)
    if form is None or all(map(is_written_by_programs, numbers)):
        return []

    def value(cell: str) -> Decimal:
        return form_oracle.value(cell, form)

    values = [value(cell) for cell in numbers]
    scale = max(-v.as_tuple().exponent for v in values)
    if not form.mark and all(-(2**63) <= v < 2**63 for v in values):
        return [Type("integer", plain(value), form=form)]
    whole = max(len(v.as_tuple().digits) + v.as_tuple().exponent for v in values)
    name = "decimal" if max(whole, 1) + scale <= 38 else "double"
    return [Type(name, plain(value), form.mark or ".", form=form)]


def is_written_by_programs(cell: str) -> bool:
    """Not as 1,234, which may be a thousand."""
    by_comma = is_of(Type("", with_comma), cell) and is_certainly_with_comma(cell)
    return by_comma or is_of(Type("", fraction), cell)


def any_number(cell: str) -> None:
    if not form_oracle.written(cell):
        raise ValueError(cell)


def digits(cells: list[str]) -> tuple[int, int]:
    """How many digits stand before the decimal mark at most, and how many behind it."""
    parts = [cell.strip(" \t").lstrip("+-").replace(",", ".").partition(".") for cell in cells]
    return (
        max((len(whole) for whole, _, _ in parts), default=0),
        max((len(rest) for _, _, rest in parts), default=0),
    )


def profile(cells: list[str]) -> dict:
    """What is expected of a column's profile, less its name, its traits and its notes."""
    filled = [cell for cell in cells if cell]
    others = [cell for cell in filled if cell.strip(" \t").lower() not in NULL_WORDS]
    text = Type("text", str)
    if filled and not others and not {cell.strip(" \t").lower() for cell in filled} & {"x", "*"}:
        text = Type("empty", str)
    possible = types_for(filled)
    fitting = (t for t in possible if others and all(is_of(t, cell) for cell in others))
    found = next(fitting, text if filled else Type("empty", str))
    values = filled if found.name == "text" else others
    empty = dict.fromkeys(c for c in filled if c.strip(" \t").lower() in NULL_WORDS)
    words = () if found.name == "text" else tuple(empty)
    ordered = [(found.value(cell), cell) for cell in values]
    has_order = found.name in (*NUMERIC, "date", "time", "timestamp", "timestamptz")
    key = (lambda pair: pair[0]) if has_order else (lambda pair: pair[1])
    counts = Counter(values)
    whole, scale = digits(values) if found.name == "decimal" else (None, None)
    if found.form and found.name == "decimal":
        parts = [value.as_tuple() for value, _ in ordered]
        scale = max(-part.exponent for part in parts)
        whole = max(max(len(part.digits) + part.exponent, 1) for part in parts)
    numbers = [exact(value) for value, _ in ordered] if found.name in NUMERIC else []
    return {
        "type": found.name,
        "precision": whole if scale is None else max(whole + scale, 1),
        "scale": scale,
        "null_count": len(cells) - len(values),
        "null_words": words,
        "distinct_count": len(counts),
        "distinct_is_exact": True,
        "min": min(ordered, key=key)[1] if values else None,
        "max": max(ordered, key=key)[1] if values else None,
        "mean": float(sum(numbers) / len(numbers)) if numbers else None,
        "quartiles": quartiles(numbers, found.name) if numbers else None,
        "min_length": min(map(len, values), default=None),
        "max_length": max(map(len, values), default=None),
        "top_values": (
            tuple(counts.most_common(10)) if len(counts) <= 50 or found.name == "text" else ()
        ),
        "top_is_exact": True,
        "histogram": histogram(found.name, [value for value, _ in ordered]),
        "histogram_is_exact": True,
        "true_share": true_share(found, values),
        "almost": almost(cells, values, found, possible),
        "decimal_mark": found.decimal_mark,
        "date_order": found.date_order,
        "boolean_words": found.boolean_words,
        "date_pattern": found.date_pattern,
        "group_mark": found.form.group.replace("lakhs", ",") or None if found.form else None,
        "affix": found.form.affix or None if found.form else None,
        "minus": found.form.minus or None if found.form else None,
    }


def true_share(type_: Type, cells: list[str]) -> float | None:
    if not type_.boolean_words:
        return None
    return sum(bare(cell).lower() == type_.boolean_words[0] for cell in cells) / len(cells)


def histogram(type_name: str, values: list) -> tuple[int, ...]:
    """How many values are in each step, found for one after the other."""
    if type_name not in (*NUMERIC, "date", "timestamp", "timestamptz") or not values:
        return ()
    numbers = [
        rounded(value) if isinstance(value, int | Decimal) else seconds(value) for value in values
    ]
    unit = {"integer": 1, "date": 86_400}.get(type_name, 0)
    low, span = min(numbers), max(numbers) - min(numbers) + unit
    steps = min(20, int(span / unit)) if unit else 20 if span else 1
    found = [0] * steps
    for number in numbers:
        place = int((number - low) * steps / span) if span else 0
        found[min(place, steps - 1)] += 1
    return tuple(found)


def rounded(number: int | Decimal) -> Fraction:
    """The number, or zero for one that is far below all doubles."""
    return Fraction(number) if Decimal(number).adjusted() >= -400 else Fraction(0)


def seconds(value: datetime | tuple) -> Fraction:
    day, (hour, minute, second) = value if isinstance(value, tuple) else (value, (0, 0, 0))
    naive = (day - datetime(1970, 1, 1, tzinfo=day.tzinfo)) / timedelta(microseconds=1)
    return Fraction(int(naive), 10**6) + hour * 3600 + minute * 60 + Fraction(second)


def exact(number: int | Decimal) -> Fraction:
    """The number, or zero for one that is far below all doubles."""
    return Fraction(number) if Decimal(number).adjusted() >= -400 else Fraction(0)


def quartiles(numbers: list[Fraction], type_name: str) -> tuple[int | float, ...]:
    if len(numbers) == 1:
        numbers = numbers * 2
    found = statistics.quantiles(numbers, n=4, method="inclusive")
    return tuple(
        int(number) if type_name == "integer" and number.denominator == 1 else float(number)
        for number in found
    )


def almost(cells: list[str], values: list[str], found: Type, possible: list[Type]) -> tuple | None:
    best = None
    for candidate in (
        possible if found.name == "text" else possible[: possible.index(found)] if values else []
    ):
        if candidate.name == found.name:
            continue
        wider = NUMERIC[NUMERIC.index(found.name) :] if found.name in NUMERIC else ()
        if candidate.name in wider:
            continue
        exceptions = [cell for cell in values if not is_of(candidate, cell)]
        if found.name != "text" and any(not is_of(found, c) for c in values if is_of(candidate, c)):
            continue
        fits = 0 < len(exceptions) <= len(values) / 100
        if fits and (best is None or len(exceptions) < best[1]):
            row = next(i for i, cell in enumerate(cells, 1) if cell in exceptions)
            best = candidate.name, len(exceptions), row, cells[row - 1]
    return best
