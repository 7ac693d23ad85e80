"""A column as a load statement needs it: its type, and what it takes to read its cells so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.csv_reader.column_types import COLUMN_TYPES, DATED, YEAR_FIRST
from chalicelib.csv_reader.kind_names import BEHIND, PARENTHESES, SPACES
from chalicelib.tools.load.dates import Replacements, iso_format, iso_replacements

_MOST_NULL_WORDS = 50  # the profile names no more, so it may have left some out
_DIGITS_OF_A_DECIMAL = 38
_FRACTIONAL = ("decimal", "double")
_TRUTHS = ("true", "false"), ("yes", "no"), ("t", "f")
_DATE_SEPARATOR = re.compile(r"[0-9]+([-/.])")


@dataclass(frozen=True)
class Column:
    """A column: its label in the file, and its type with what it takes to read its cells so.

    `null_words` are the cells, besides empty ones, that stand for nothing. `truths` are pairs of
    words for true and false, in small letters. `is_filled` says that no
    cell is empty. `extremes` are the least and the greatest cell, and `values` all that there are,
    where they are few.
    """

    label: str
    type: str = "text"
    precision: int | None = None
    scale: int | None = None
    null_words: tuple[str, ...] = ()
    decimal_comma: bool = False
    group_mark: str = ""
    affix: str = ""
    minus: str = ""
    truths: tuple[tuple[str, str], ...] = _TRUTHS
    date_order: str = YEAR_FIRST
    date_separator: str = "-"
    zone_is_apart: bool = False
    date_pattern: str = ""
    month_language: str | None = None
    is_spaced: bool = False
    is_filled: bool = False
    longest: int | None = None
    extremes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def iso_replacements(self) -> Replacements:
        """Replacements that make ISO 8601 of the column's dates."""
        if not self.date_pattern:
            return ()
        return iso_replacements(self.date_pattern, self.month_language)

    @property
    def half_days(self) -> str | None:
        """The format of dates and times with AM and PM, once they are rewritten."""
        return iso_format(self.date_pattern) if "%p" in self.date_pattern else None

    @property
    def has_plain_numbers(self) -> bool:
        """Return whether its numbers, if it has any, are written as programs write them."""
        return not (self.decimal_comma or self.group_mark or self.affix or self.minus)

    @property
    def replacements(self) -> list[tuple[str, str]]:
        """Replacements, in order, that make its numbers readable to programs.

        A hyphen behind the number stays.
        """
        parts = [self.affix, self.group_mark, *(SPACES if self.affix else "")]
        found = [(part, "") for part in dict.fromkeys(parts) if part]
        if self.decimal_comma:
            found.append((",", "."))
        if self.minus == PARENTHESES:
            return [*found, ("(", "-"), (")", "")]
        return [*found, (self.minus, "-")] if self.minus not in ("", BEHIND) else found

    @property
    def digits(self) -> int:
        """The digits of its widest decimal."""
        return self.precision or 0


def column_of(label: str, profile: Mapping[str, Any]) -> Column:
    """The column, as text where the profile does not say all that its type takes to be read."""
    nulls = tuple(profile.get("null_words") or ())
    low, high = profile.get("min"), profile.get("max")
    pattern = profile.get("date_pattern") or ""
    separator = re.match("()", "") if pattern else _DATE_SEPARATOR.match((low or "").strip())
    longest = profile.get("max_length")
    column = Column(
        label=label,
        type=profile["type"],
        precision=profile.get("precision"),
        scale=profile.get("scale"),
        null_words=nulls,
        decimal_comma=profile.get("decimal_mark") == ",",
        group_mark=profile.get("group_mark") or "",
        affix=profile.get("affix") or "",
        minus=profile.get("minus") or "",
        truths=(tuple(words),) if (words := profile.get("boolean_words")) else _TRUTHS,
        date_order=YEAR_FIRST if pattern else profile.get("date_order") or YEAR_FIRST,
        date_separator=(separator[1] if separator else "") or "-",
        date_pattern=pattern,
        month_language=profile.get("month_language"),
        zone_is_apart=not pattern
        and any(re.search(r" [-+][0-9:]+$", text or "") for text in (low, high)),
        is_spaced=profile.get("has_outer_spaces", True),
        is_filled=profile.get("null_count") == 0,
        longest=longest,
        extremes=tuple(text.strip() for text in (low, high) if text),
        values=_values(profile),
    )
    unreadable = (
        column.type not in COLUMN_TYPES
        or len(nulls) >= _MOST_NULL_WORDS
        or (column.type in DATED and not (separator and profile.get("date_order")))
        or (column.type in _FRACTIONAL and not profile.get("decimal_mark"))
        or (column.type == "decimal" and column.digits > _DIGITS_OF_A_DECIMAL)
    )
    if column.type == "empty":
        return Column(label, null_words=nulls, longest=longest)
    return Column(label, longest=longest) if unreadable else column


def cased(word: str) -> set[str]:
    """Return what a word becomes, in whatever case, where only letters of ASCII are made small."""
    return {
        "".join(c.lower() if c.isascii() else c for c in written)
        for written in (word, word.upper(), word.title())
    }


def _values(profile: Mapping[str, Any]) -> tuple[str, ...]:
    top = profile.get("top_values") or ()
    return tuple(value for value, _ in top) if len(top) == profile.get("distinct_count") else ()
