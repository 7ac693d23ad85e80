"""The terms of a contract that say how cells write a value, judged by the kinds of cells.

`decimalChar`, `groupChar`, `bareNumber`, `trueValues`, `falseValues`, `missingValues`, and `format`
of dates, as Table Schema has them. So a column may be as agreed that says nothing by itself:
`1,234` alone is text, and a number where its `groupChar` is agreed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.catalog.columns import Column
from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.csv_reader.kind_names import (
    EITHER,
    EXPONENT,
    NULL_WORD,
    TEXT,
    TIME,
    ZONED,
    date_order,
    number_form,
    patterns_in,
)

_NUMBER_TERMS = ("decimalChar", "groupChar", "bareNumber")
_KNOWN_WORDS = {("true", "false"), ("yes", "no"), ("t", "f")}
_ORDERS = {
    YEAR_FIRST: "%Y{0}%m{0}%d",
    DAY_FIRST: "%d{0}%m{0}%Y",
    MONTH_FIRST: "%m{0}%d{0}%Y",
}


def judges(field: Mapping[str, Any], missing: list[str] | None, column: Column) -> bool:
    """Return whether the way cells write a value decides if the column is as agreed."""
    match field.get("type"):
        case "integer" | "number":
            has_form = any(column.get(fact) for fact in ("group_mark", "affix", "minus"))
            return has_form or missing is not None or any(term in field for term in _NUMBER_TERMS)
        case "boolean":
            words = column.get("boolean_words")
            has_others = bool(words) and tuple(words or ()) not in _KNOWN_WORDS
            return has_others or "trueValues" in field or "falseValues" in field
        case "date" | "datetime" | "time":
            return field.get("format", "default") not in ("default", "any")
    return False


def violations(
    field: Mapping[str, Any], missing: list[str] | None, column: Column
) -> list[str] | None:
    """Ends of sentences that say what is not as agreed; None if that cannot be judged."""
    kind = field["type"]
    if kind == "boolean":
        return _of_words(field, missing, column)
    found: list[str] = []
    for cells in column.get("kinds") or ():
        name = cells["kind"]
        if name == NULL_WORD or (name == TEXT and missing):
            continue
        fits = _is_number(field, name) if kind in ("integer", "number") else _is_date(field, name)
        if fits is None:
            return None
        if not fits:
            found.append(f"{cells['count']:,} cells, the first in row {cells['row']:,}, are not")
    unknown = _not_agreed(column, missing)
    if unknown is None:
        return None
    return found + [f"{word!r} is not one of missingValues" for word in unknown]


def _not_agreed(column: Column, missing: list[str] | None) -> list[str] | None:
    """The words for nothing that are not agreed; None if not all words are known."""
    if missing is None:
        return []
    kinds = {cells["kind"]: cells["count"] for cells in column.get("kinds") or ()}
    agreed = {*missing, "NaN", "nan", "NAN"} if column["type"] != "text" else {*missing}
    words = [word for word in column.get("null_words") or () if word not in agreed]
    if TEXT not in kinds and (column["type"] != "text" or NULL_WORD not in kinds):
        return words
    top = column.get("top_values") or ()
    others = sum(count for word, count in top if word in agreed)
    if others == kinds.get(TEXT, 0) + kinds.get(NULL_WORD, 0):
        return words
    return None if len(top) != column.get("distinct_count") else [*words, "a text"]


def _is_number(field: Mapping[str, Any], name: str) -> bool:
    """Return whether cells of a kind are numbers as agreed."""
    may_be_fraction = bool(field["type"] == "number")
    if name == EXPONENT:
        return may_be_fraction
    form = number_form(name)
    if form is None or form.minus or (form.affix and field.get("bareNumber", True)):
        return False
    decimal: str = field.get("decimalChar", ".")
    group: str | None = field.get("groupChar")
    if form.may_group and form.mark == group:
        return True
    fits = form.group in ("", group) and form.mark in ("", decimal)
    return fits and (may_be_fraction or not form.mark)


def _is_date(field: Mapping[str, Any], name: str) -> bool | None:
    """Return whether cells of a kind are dates or times of the agreed format."""
    wanted = field["format"]
    if not isinstance(wanted, str):
        return None
    if field["type"] != "time" and not re.search("%[Yy]", wanted.replace("%d", "", 1)):
        return None
    if field["type"] == "date" and not re.search("%d.*%[mbB]|%[mbB].*%d", wanted):
        return None
    if patterns := patterns_in(name):
        return wanted in patterns
    if name in (TIME, ZONED):
        return None
    order, separator, timed = date_order(name) or ("", "", False)
    if timed:
        return None
    orders = (DAY_FIRST, MONTH_FIRST) if order == EITHER else (order,)
    return wanted in [_ORDERS[one].format(separator) for one in orders if one in _ORDERS]


def _of_words(
    field: Mapping[str, Any], missing: list[str] | None, column: Column
) -> list[str] | None:
    """Ends of sentences that name the values of a boolean that are not agreed words."""
    true = _texts(field.get("trueValues", ["true", "True", "TRUE", "1"]))
    false = _texts(field.get("falseValues", ["false", "False", "FALSE", "0"]))
    top = column.get("top_values") or ()
    if len(top) != column.get("distinct_count"):
        return None
    agreed = {*true, *false, *(missing or ())}
    return [f"{word!r} is not one of its words" for word, _ in top if word not in agreed]


def _texts(values: Any) -> Iterable[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def missing_values(contract: Mapping[str, Any], field: Mapping[str, Any]) -> list[str] | None:
    """The agreed words for nothing of a field, if there are some; each may be an object."""
    values = field.get("missingValues", contract.get("missingValues"))
    if not isinstance(values, list):
        return None
    return list(_words(values))


def _words(values: list[Any]) -> Iterator[str]:
    for value in values:
        word = value.get("value") if isinstance(value, dict) else value
        if isinstance(word, str):
            yield word


def plain_number(text: str, column: Column) -> str:
    """A number of a column as programs write it."""
    text = text.strip()
    mark = column.get("decimal_mark") or "."
    group, affix, minus = (column.get(fact) or "" for fact in ("group_mark", "affix", "minus"))
    if group or affix or minus:
        text = text.replace(affix, "").replace(group, "")
        sign = "-" if any(c in text for c in "-(\u2212\u2013") else ""
        text = sign + "".join(c for c in text if c.isdigit() or c == mark)
    return text.replace(mark, ".")
