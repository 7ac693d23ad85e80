"""Types of columns, orders of a date's parts, traits: words that all rooms use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnType:
    """A type, and its names elsewhere.

    `letter` is its name in the history, where a version has thousands. `wider` are the types that
    hold whatever it does. `table_schema` is its name in a Table Schema of Frictionless Data.
    """

    letter: str
    table_schema: str
    wider: frozenset[str] = frozenset({"text"})


# From the narrowest on. Each is true of every cell of the column that is not null.
COLUMN_TYPES = {
    "empty": ColumnType("e", "string", frozenset()),  # no cell holds anything: it has no type yet
    "boolean": ColumnType("b", "boolean"),  # true and false; yes and no, ja and nein if both occur
    "integer": ColumnType("i", "integer", frozenset({"decimal", "double", "text"})),  # 64 bits
    # Of `precision` digits, `scale` of them behind the point; also longer integers.
    "decimal": ColumnType("d", "number", frozenset({"double", "text"})),
    "double": ColumnType("f", "number"),  # with an exponent, or a fraction of more than 38 digits
    "date": ColumnType("D", "date", frozenset({"timestamp", "text"})),
    "time": ColumnType("T", "time"),
    "timestamp": ColumnType("s", "datetime"),  # without a zone
    "timestamptz": ColumnType("z", "datetime"),
    "uuid": ColumnType("u", "string"),
    "text": ColumnType("t", "string", frozenset()),
}
TEXT = COLUMN_TYPES["text"]  # also for a type that a newer version made
NUMERIC = ("integer", "decimal", "double")
DATED = ("date", "timestamp")

YEAR_FIRST, DAY_FIRST, MONTH_FIRST = DATE_ORDERS = ("year first", "day first", "month first")

# Peculiarities of a column's cells. profile/judgement/notes.py has the sentence for each.
TRAITS = (
    "zero_and_one",  # an integer column that has both, and nothing else
    "compact_dates",  # integers that are all days, such as 20240131
    "versions",  # decimals such as 1.9 and 1.10
    "leading_zeros",  # cells such as 007, which may be codes
    "telephone_numbers",  # text
    "thousands_marks",  # text, but numbers without these marks, and the next two signs
    "currency_signs",
    "percent_signs",
    "ambiguous_numbers",  # 1,234 alone
    "mixed_number_forms",  # text
    "mixed_decimal_marks",
    "ambiguous_dates",  # 01/02/2024 alone
    "mixed_date_orders",
    "mixed_date_forms",
    "mixed_zones",  # times with a zone, and times without
    "short_years",  # of two digits
    "repeated_key",  # named like a key, and not unique
    "estimated_quartiles",
)
