"""Names of kinds of cells: made of what is uniform in the cells, and read back.

A profile lists kinds by name, so whatever judges a profile learns from the name how cells are
written: the kinds themselves are only where a file is read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chalicelib.csv_reader.column_types import DATE_ORDERS

INTEGER = "integer"
PLUS = "plus and digits"  # +14155550123: a number only beside negative ones
TELEPHONE = "telephone number"  # +49 30 1234
LONG_INTEGER = "long integer"  # past 64 bits
FRACTION = "fraction"  # with a decimal point
EXPONENT = "exponent"
LEADING_ZERO = "leading zero"  # what would be a number, had a code's zeros no meaning
COMMA = "comma"  # a decimal comma, for certain
COMMA_OR_THOUSANDS = "comma or thousands"  # 1,234
POINT_OR_THOUSANDS = "point or thousands"  # 1.234
TIME = "time"
ZONED = "zoned"
EITHER = "either"  # a date by day first and by month first
NULL_WORD = "null word"
TEXT = "text"
UUID = "uuid"

NUMBERS = frozenset(
    {
        *(INTEGER, PLUS, LONG_INTEGER, EXPONENT),
        *(FRACTION, POINT_OR_THOUSANDS, COMMA, COMMA_OR_THOUSANDS),
    }
)
SEPARATORS = "-/."  # of the parts of a date
SPACES = " \u00a0\u202f\u2009"  # that group digits, or are between a number and its currency
PERCENT_SIGNS = "%\u2030"
PARENTHESES, BEHIND = "()", "behind"  # where the minus of a number is not in front

Meaning = tuple[str, str]  # a pattern in the words of strptime, and a language or nothing

_GROUPED = re.compile("(thousands|lakhs) (.+?)(?: ([.,]))?")
_DATE = re.compile(f"({'|'.join([*DATE_ORDERS, EITHER])}) (.)( timed)?")


@dataclass(frozen=True)
class NumberForm:
    """A way to write numbers, as far as one of them shows it. What it does not show is empty.

    `group` is the thousands mark, which is at every second digit if `is_indian`. `mark` is the
    decimal mark, or, where it `may_group`, the thousands mark. `affix` is a currency or a percent
    sign, before or behind, and `minus` what is written for the sign `-`.
    """

    group: str = ""
    is_indian: bool = False
    mark: str = ""
    may_group: bool = False
    affix: str = ""
    minus: str = ""


_UNGROUPED = {
    INTEGER: NumberForm(),
    FRACTION: NumberForm(mark="."),
    COMMA: NumberForm(mark=","),
    COMMA_OR_THOUSANDS: NumberForm(mark=",", may_group=True),
    POINT_OR_THOUSANDS: NumberForm(mark=".", may_group=True),
}
_NAMES = {(form.mark, form.may_group): name for name, form in _UNGROUPED.items()}


def number_name(form: NumberForm) -> str:
    """The name of the numbers of a form."""
    if form.group:
        is_space = form.group.isspace()
        group = unicodedata.name(form.group).lower() if is_space else form.group
        name = " ".join(["lakhs" if form.is_indian else "thousands", group, form.mark]).rstrip()
    else:
        name = _NAMES[form.mark, form.may_group]
    return (
        name + f" with {form.affix}" * bool(form.affix) + f" minus {form.minus}" * bool(form.minus)
    )


def number_form(name: str) -> NumberForm | None:
    """The form of the numbers of a name; None for other names. An exponent has none of its own."""
    rest, _, minus = name.partition(" minus ")
    base, _, affix = rest.partition(" with ")
    if parts := _GROUPED.fullmatch(base):
        group = parts[2] if len(parts[2]) == 1 else unicodedata.lookup(parts[2].upper())
        return NumberForm(group, parts[1] == "lakhs", parts[3] or "", affix=affix, minus=minus)
    if base in (PLUS, LONG_INTEGER):
        base = INTEGER
    if base not in _UNGROUPED:
        return None
    return replace(_UNGROUPED[base], affix=affix, minus=minus)


def date_kind(order: str, separator: str, timed: bool = False) -> str:
    """The name of dates whose parts are in that order, with that separator between them."""
    return f"{order} {separator}{' timed' if timed else ''}"


def date_order(name: str) -> tuple[str, str, bool] | None:
    """The order, the separator, and whether there is a time; None for other names."""
    parts = _DATE.fullmatch(name)
    return (parts[1], parts[2], bool(parts[3])) if parts else None


def patterns_name(readings: Iterable[Iterable[Meaning]]) -> str:
    """The name of dates that are read by patterns: each reading has those that mean the same."""
    return " or ".join(" = ".join(_shown(meanings)) for meanings in readings)


def _shown(meanings: Iterable[Meaning]) -> Iterator[str]:
    """The patterns, each with the languages that it has."""
    languages: dict[str, list[str]] = {}
    for pattern, language in meanings:
        languages.setdefault(pattern, []).extend([language] if language else [])
    for pattern, found in languages.items():
        yield f"{pattern} ({' '.join(found)})" if found else pattern


def patterns_in(name: str) -> list[str]:
    """The patterns of a name; none where it is another's."""
    return re.split(" = | or ", re.sub(r" \([a-z ]+\)", "", name)) if "%" in name else []
