"""The quality rules of an ODCS contract, judged by what the profile knows of a file.

A rule compares the count that its metric gives, in rows or percent, with its bounds. What needs
other cells than the profile keeps, a pattern or a query is named as not judged.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.catalog.columns import Column
from chalicelib.catalog.keys import composed
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.shortened import ELLIPSIS, shortened

Rule = Mapping[str, Any]

_OPERATORS: dict[str, tuple[str, Callable[[float, Any], bool]]] = {
    "mustBe": ("must be {}", lambda value, bound: value == bound),
    "mustNotBe": ("must not be {}", lambda value, bound: value != bound),
    "mustBeGreaterThan": ("must be greater than {}", lambda value, bound: value > bound),
    "mustBeGreaterOrEqualTo": ("must be at least {}", lambda value, bound: value >= bound),
    "mustBeGreaterThanOrEqualTo": ("must be at least {}", lambda value, bound: value >= bound),
    "mustBeLessThan": ("must be less than {}", lambda value, bound: value < bound),
    "mustBeLessOrEqualTo": ("must be at most {}", lambda value, bound: value <= bound),
    "mustBeLessThanOrEqualTo": ("must be at most {}", lambda value, bound: value <= bound),
    "mustBeBetween": ("must be between {}", lambda value, pair: pair[0] <= value <= pair[1]),
    "mustNotBeBetween": (
        "must not be between {}",
        lambda value, pair: not pair[0] <= value <= pair[1],
    ),
}
_METRICS = ("rowCount", "nullValues", "missingValues", "invalidValues", "duplicateValues")


@dataclass(frozen=True)
class _Unknown(Exception):
    """The profile does not say what a rule asks; `why` is what it would take."""

    why: str


def judge_rules(
    rules: Iterable[tuple[str | None, Rule]], record: FileRecord
) -> tuple[list[str], list[str]]:
    """Return what in the file is not as the rules say, and which rules cannot be judged."""
    violations, not_judged = [], []
    for name, rule in rules:
        what = _what(name, rule)
        try:
            value = _measured(name, rule, record)
            bounds = _compared(value, rule)
        except _Unknown as reason:
            not_judged.append(f"{what} in the contract cannot be judged: it {reason.why}")
            continue
        unit = " %" if _is_percent(rule) else ""
        violations += [
            f"{what} is {_shown(value)}{unit}, and {sentence}{unit}"
            for sentence, holds in bounds
            if not holds
        ]
    return violations, not_judged


def _compared(value: float, rule: Rule) -> list[tuple[str, bool]]:
    """Each bound of the rule in words, and whether it holds. Raises `_Unknown`."""
    bounds = [
        (sentence.format(_shown(bound)), holds(value, bound))
        for operator, (sentence, holds) in _OPERATORS.items()
        if (bound := _bound(rule, operator)) is not None
    ]
    if not bounds:
        raise _Unknown("has no bound that is a number")
    return bounds


def _what(name: str | None, rule: Rule) -> str:
    metric = rule.get("metric") or rule.get("rule")
    kind = rule.get("type", "library")
    what = metric if isinstance(metric, str) else f"a quality rule of type {kind}"
    what = shortened(str(what), 60)
    return what if name is None else f"{what} of column {name!r}"


def _bound(rule: Rule, operator: str) -> Any:
    """The number, or pair of numbers, that an operator of the rule names."""
    bound = rule.get(operator)
    if operator.endswith("Between"):
        is_pair = isinstance(bound, list) and len(bound) == 2 and all(map(_is_number, bound))
        return bound if is_pair else None
    return bound if _is_number(bound) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_percent(rule: Rule) -> bool:
    return str(rule.get("unit", "")).casefold() in ("percent", "%")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join(map(_shown, value))
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _measured(name: str | None, rule: Rule, record: FileRecord) -> float:
    """The value that the rule's bounds are for. Raises `_Unknown`."""
    metric = rule.get("metric") or rule.get("rule")
    if rule.get("type", "library") != "library" or metric not in _METRICS:
        raise _Unknown("takes more than the figures of the columns")
    rows = record.row_count or 0
    if metric == "rowCount":
        if _is_percent(rule):
            raise _Unknown("is a number of rows, and no share")
        return rows
    given = rule.get("arguments")
    arguments: Mapping[str, Any] = given if isinstance(given, dict) else {}
    count = _count(metric, arguments, *_column(name, arguments, record))
    if _is_percent(rule):
        return 100 * count / rows if rows else 0.0
    return count


def _column(
    name: str | None, arguments: Mapping[str, Any], record: FileRecord
) -> tuple[Column, int]:
    """The profile of the column that a rule is of, and its rows: all of the file's."""
    if name is None:
        names = arguments.get("properties")
        if not (isinstance(names, list) and len(names) == 1 and isinstance(names[0], str)):
            raise _Unknown("is of several columns")
        name = names[0]
    profiles = zip(map(composed, record.column_names), record.columns, strict=False)
    column = next((one for other, one in profiles if other == composed(name)), None)
    if column is None:
        raise _Unknown("is of a column without a profile")
    if (record.profiled_rows or 0) < (record.row_count or 0):
        raise _Unknown(f"is of all rows, and the profile of the first {record.profiled_rows:,}")
    return column, record.profiled_rows or 0


def _count(metric: str, arguments: Mapping[str, Any], column: Column, rows: int) -> int:
    nulls: int = column["null_count"]
    match metric:
        case "nullValues":
            return nulls
        case "duplicateValues":
            if not column["distinct_is_exact"]:
                raise _Unknown("takes an exact count of distinct values")
            distinct: int = column["distinct_count"]
            return rows - nulls - distinct
        case "missingValues":
            words = arguments.get("missingValues")
            return _missing(words if isinstance(words, list) else [None, ""], column)
    valid = arguments.get("validValues")
    if not isinstance(valid, list) or "pattern" in arguments:
        raise _Unknown("takes more than a list of valid values")
    texts = _texts(valid)
    return sum(count for value, count in _all_values(column) if value not in texts)


def _missing(words: Sequence[Any], column: Column) -> int:
    """The cells that are empty, or one of the words."""
    texts = _texts(words)
    nulls: int = column["null_count"]
    others = texts - {""} - set(column["null_words"])
    if not (texts & {""} and texts.issuperset(column["null_words"])):
        raise _Unknown("counts only some of the cells without a value")
    if not others:
        return nulls
    return nulls + sum(count for value, count in _all_values(column) if value in others)


def _all_values(column: Column) -> Sequence[tuple[str, int]]:
    """Each value of the column and how often it is there, if all are known."""
    values: Sequence[tuple[str, int]] = column["top_values"]
    is_cut = any(value.endswith(ELLIPSIS) for value, _ in values)
    if not column["distinct_is_exact"] or len(values) < column["distinct_count"] or is_cut:
        raise _Unknown("takes all values of the column, and the profile has some")
    return values


def _texts(values: Iterable[Any]) -> set[str]:
    """The values as cells have them; nothing is an empty cell."""
    return {"" if value is None else str(value) for value in values}
