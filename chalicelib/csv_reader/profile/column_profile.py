"""What is known of one column of a CSV file, and of the rows that don't fit its header.

Rows are numbered from 1: row 1 is the first data row, below the header and whatever stands above
it; blank lines are no rows. Everything is told of *cells as they stand in the file*: two cells are
one value where their text is the same, and a row too short for a column has an empty cell there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Almost:
    """A narrower type that at least 99 % of a column's non-null cells are of.

    `count` cells are not; the first of them stands in `row` and reads `text`.
    """

    type: str
    count: int
    row: int
    text: str


@dataclass(frozen=True)
class CellKind:
    """How some of a column's cells are written: `leading zero`, `comma`, `either /` for 01/02/2020.

    `count` cells are; the first of them stands in `row` and reads `text`, of which at most 100
    characters are kept. What the kinds are, the module `kinds` says.
    """

    kind: str
    count: int
    row: int
    text: str


@dataclass(frozen=True)
class RaggedRows:
    """How many rows have more or fewer fields than the header, and the first of either kind.

    The latter are None where there is no such row.
    """

    count: int
    first_long: int | None
    first_long_fields: int | None
    first_short: int | None
    first_short_fields: int | None


@dataclass(frozen=True)
class ColumnProfile:
    """What all of a column's cells are, as far as `profiled_rows` of its file goes.

    `type` is one of `COLUMN_TYPES`.
    `precision` and `scale` are those of a `decimal`, else None. `null_count` counts empty cells and
    those of `null_words` ("NA", which is one only where all else is of a type that isn't text).
    `min` and `max` are texts as they stand in the file, by value where the type has an order
    (numbers and times), else by code point. `mean` and `quartiles` (linear between the nearest
    ranks) are of numeric types: a quartile is an int where the column is of integers and it is
    whole, else a float; JSON has them as numbers, and they are None where no double is large
    enough. Lengths are in characters. `top_values`
    are pairs of value and exact count, most frequent first, at most 10 of them, and none where more
    than 50 values are distinct. `distinct_count` is exact up to 10,000 at least.
    `min`, `max`, `top_values`, `almost.text` hold at most 1,000 characters of a cell, with an
    ellipsis for the rest.

    `decimal_mark` is what precedes the fraction in a `decimal` or a `double`: `.` or `,`.
    `date_order` is that of a `date` or a `timestamp`: `year first`, `day first` or `month first`;
    all dates of a column have one order and one separator, the one in `min`. Both are None for
    other types. `has_outer_spaces` is true where there are spaces or tabs around values.
    `traits` are those of `TRAITS` that the column has. `notes` are sentences about these facts, for
    people: programs go by the facts.

    `kinds` are all ways in which its cells are written, in the order of their first cells.

    JSON: an object with these names in snake_case, tuples as lists, `almost` an object
    {type, count, row, text} or null: what `dataclasses.asdict` gives.
    """

    name: str
    type: str
    precision: int | None
    scale: int | None
    null_count: int
    null_words: tuple[str, ...]
    distinct_count: int
    distinct_is_exact: bool
    min: str | None
    max: str | None
    mean: float | None
    quartiles: tuple[int | float, int | float, int | float] | None
    min_length: int | None
    max_length: int | None
    top_values: tuple[tuple[str, int], ...]
    almost: Almost | None
    decimal_mark: str | None
    date_order: str | None
    has_outer_spaces: bool
    traits: tuple[str, ...]
    kinds: tuple[CellKind, ...] = ()
    notes: tuple[str, ...] = ()
