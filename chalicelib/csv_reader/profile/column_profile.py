"""The profile of one column of a CSV file, and the rows that don't fit its header.

Rows are numbered from 1: row 1 is the first data row, below the header and what is above
it; blank lines are not rows. All facts are about *cells as they are in the file*: two cells are
one value where their text is the same, and a row too short for a column has an empty cell there.
"""

from dataclasses import dataclass

from chalicelib.csv_reader.column_types import COLUMN_TYPES, DATE_ORDERS, TRAITS
from chalicelib.csv_reader.described import described, number


@dataclass(frozen=True)
class Almost:
    """A narrower type that at least 99 % of a column's non-null cells are of."""

    type: str = described("the narrower type", enum=list(COLUMN_TYPES))
    count: int = number("how many cells are not of it", least=1)
    row: int = number("the row of the first of these", least=1)
    text: str | None = described("what that cell reads; null where contents are not kept")


@dataclass(frozen=True)
class CellKind:
    """Some of a column's cells, which are written alike."""

    kind: str = described("how: `leading zero`, `comma`, `either /` for 01/02/2020")
    count: int = number("how many cells are", least=1)
    row: int = number("the row of the first of these", least=1)
    text: str | None = described("the first 100 characters of that cell; null as above")


@dataclass(frozen=True)
class RaggedRows:
    """Rows that have more or fewer fields than the header. Row 1 is the first below it."""

    count: int = number("how many there are")
    first_long: int | None = number("the first row with more fields")
    first_long_fields: int | None = number("how many it has")
    first_short: int | None = number("the first row with fewer fields")
    first_short_fields: int | None = number("how many it has")


@dataclass(frozen=True)
class ColumnProfile:
    """Facts about all cells of a column, over the rows that were profiled.

    Texts of cells are as they are in the file: at most 1,000 characters, and an ellipsis for the
    rest. JSON has the same names, and lists for tuples: what `dataclasses.asdict` gives. A fact
    about how cells are written is a field; judgement/notes.py makes the sentence for people.
    """

    name: str = described("its name in the header")
    type: str = described("true of every cell that is not null", enum=list(COLUMN_TYPES))
    precision: int | None = number("digits of a `decimal`")
    scale: int | None = number("of these, behind the point")
    null_count: int = number("cells that are empty, or one of `null_words`")
    null_words: tuple[str, ...] = described(
        "words that mean an empty cell here, as NA where all else is of a type that is not text"
    )
    distinct_count: int = number("distinct values that are not null; exact up to 10,000 at least")
    distinct_is_exact: bool = described("whether that is exact, and not an estimate")
    min: str | None = described(
        "the least value, by size or time where the type has such an order, else by code point"
    )
    max: str | None = described("the greatest value")
    mean: float | None = described("of a numeric type; null if no double is large enough")
    quartiles: tuple[int | float, int | float, int | float] | None = described(
        "of a numeric type, linear between the nearest ranks"
    )
    min_length: int | None = number("in characters")
    max_length: int | None = number("in characters")
    top_values: tuple[tuple[str, int], ...] = described(
        "pairs of value and count, the most frequent first, up to 10; of a type other than `text`, "
        "none if over 50 values are distinct"
    )
    top_is_exact: bool = described(
        "whether these are certainly the most frequent, with exact counts; else they are estimated"
    )
    histogram: tuple[int, ...] = described(
        "of numbers, dates and timestamps: the cells in each of up to 20 equal steps from `min` to "
        "`max`",
        items={"type": "integer", "minimum": 0},
    )
    histogram_is_exact: bool = described("whether that is exact, and not an estimate")
    true_share: float | None = described(
        "the share of the cells of a `boolean` that are true; the others are false",
        minimum=0,
        maximum=1,
    )
    almost: Almost | None = described(  # noqa: RUF009
        "a narrower type of 99 % of the cells, and the exceptions"
    )
    decimal_mark: str | None = described(
        "what precedes the fraction of a `decimal` or a `double`", enum=[".", ","]
    )
    date_order: str | None = described(
        "the order of year, month and day in a `date` or a `timestamp`; all dates have one order, "
        "and one separator, that of `min`",
        enum=list(DATE_ORDERS),
    )
    boolean_words: tuple[str, str] | None = described(
        "the words for true and for false in a `boolean`, in small letters",
    )
    date_pattern: str | None = described(
        "the pattern of dates and times that people write in their ways, in the words of `strptime`"
    )
    month_language: str | None = described("the language of the months' names (ISO 639)")
    group_mark: str | None = described("the thousands mark of a numeric type")
    affix: str | None = described(
        "the currency or the percent sign that stands before or behind the numbers, or some of them"
    )
    minus: str | None = described(
        "how negative numbers are written, unless with a hyphen in front: in parentheses, with a "
        "hyphen behind, or with another dash in front",
        enum=["()", "behind", "\u2212", "\u2013"],
    )
    has_outer_spaces: bool = described("whether there are spaces or tabs around values")
    traits: tuple[str, ...] = described("peculiarities of the cells", items={"enum": list(TRAITS)})
    kinds: tuple[CellKind, ...] = described(
        "the ways in which cells are written, in the order of the first cell of each", ()
    )
    notes: tuple[str, ...] = described("sentences about these facts, for people", ())
