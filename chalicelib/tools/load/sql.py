"""Parts that the dialects of SQL share: quotation, and the way from a cell's text to its value."""

import re

from chalicelib.csv_reader.column_types import DATED, DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.csv_reader.kind_names import BEHIND
from chalicelib.tools.load.column import Column, cased
from chalicelib.tools.load.dates import with_groups


def identifier(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text in single quotes, which no dialect here lets have a NUL."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def literal(text: str) -> str:
    """A text in single quotes, with escapes that DuckDB and Postgres know for what is a control."""
    if not _CONTROL.search(text):
        return quoted(text)
    escaped = text.replace("\\", "\\\\")
    return "E" + quoted(_CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", escaped))


_CONTROL = re.compile(r"[\x01-\x1f\x7f]")


def without_null_words(column: Column, name: str) -> str:
    """The cell's text, or NULL where it is a word for that."""
    if not column.null_words:
        return name
    words = ", ".join(map(literal, column.null_words))
    return f"CASE WHEN {name} NOT IN ({words}) THEN {name} END"


def is_written_otherwise(column: Column) -> bool:
    """Return whether a database that reads numbers and ISO 8601 would not read this
    column's cells.
    """
    return bool(
        column.null_words
        or not column.has_plain_numbers
        or column.zone_is_apart
        or column.date_pattern
        or has_other_truths(column)
        or (column.type in DATED and (column.date_order, column.date_separator) not in _READ)
    )


def has_other_truths(column: Column) -> bool:
    """Return whether true and false are words that databases do not know."""
    return column.type == "boolean" and not set(column.truths) <= _KNOWN_TRUTHS


_KNOWN_TRUTHS = {("true", "false"), ("yes", "no"), ("t", "f")}
_READ = {(YEAR_FIRST, "-"), (YEAR_FIRST, "/")}


def rewritten(column: Column, text: str, group: str = "\\") -> str:
    """The text of a number or a date, as a database reads it. `group` marks a group by its number.

    The parts of a date may have one digit; what is behind it stays.
    """
    if has_other_truths(column):
        true, false = (
            ", ".join(literal(written) for word in words for written in sorted(cased(word)))
            for words in zip(*column.truths, strict=True)
        )
        return (
            f"CASE WHEN lower({text}) IN ({true}) THEN 'true'"
            f" WHEN lower({text}) IN ({false}) THEN 'false' END"
        )
    if not column.has_plain_numbers:
        for part, instead in column.replacements:
            text = f"replace({text}, {literal(part)}, {literal(instead)})"
        is_behind = column.minus == BEHIND
        return f"regexp_replace({text}, '^(.*)-$', '-{group}1')" if is_behind else text
    for expression, instead in column.iso_replacements:
        put = literal(with_groups(instead, group))
        text = f"regexp_replace({text}, {literal(expression)}, {put})"
    if column.zone_is_apart:
        return f"regexp_replace({text}, ' ([-+][0-9:]+)$', '{group}1')"
    if column.type in DATED and (column.date_order, column.date_separator) not in _READ:
        orders = {DAY_FIRST: (3, 2, 1), MONTH_FIRST: (3, 1, 2)}
        parts = orders.get(column.date_order, (1, 2, 3))
        pattern = rf"([0-9]+)[{column.date_separator}]([0-9]+)[{column.date_separator}]([0-9]+)"
        iso = "-".join(f"{group}{part}" for part in parts)
        return f"regexp_replace({text}, '{pattern}', '{iso}')"
    return text
