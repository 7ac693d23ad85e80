"""A kind of cells, as the table of kinds has it: how Python recognizes it, and how DuckDB does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.csv_reader.kind_names import Meaning, NumberForm

if TYPE_CHECKING:
    from chalicelib.csv_reader.profile.figures.evidence import KindEvidence

Number = int | Decimal
Cell = tuple[str, tuple[Number, ...]]  # its kind, and a value for each reading


@dataclass(frozen=True)
class Sql:
    """SQL that finds cells of a kind. The cell, without spaces around it, is `b` in all of it.

    `values` are the cell's readings, named `v0` and `v1`, in the order of Python's values for the
    same cell, and `certain` is true only of cells of that kind; it may go by the values. Cells of
    the kind of which it is not true are read in Python, so it may leave out what is rare.

    What takes long, and is used more than once, may be `prepared`: that is `p`. Values whose order
    takes DuckDB long have another one that is the same, made of them by `by`. `told` makes a number
    of a value that is none, in units of `unit` of Python's.

    `proof` is another figure, by which it is certain that all cells were of the kind.

    `rest` is SQL for cells of the kind that this leaves out: one for each column.

    The sum of numbers is that of `summand`; where there is a `power`, an integer, it is that of
    summands times ten to that power.

    Where SQL finds cells of several `kinds` at once, `which` is the number of a cell's kind among
    them, from 0. Their only value is that of the reading `reading`, if a cell has several.
    """

    certain: str
    values: tuple[str, ...] = ()
    prepared: str = ""
    by: str = "{}"
    told: str = "{}"
    unit: int = 1
    summand: str = "v0"
    power: str = ""
    proof: str = ""
    kinds: tuple[str, ...] = ()
    which: str = "0"
    reading: int = 0
    rest: Sql | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Kind:
    """A kind and its SQL, which may depend on the cells of that kind that were seen before.

    `sql` is given these, and the names of all kinds that the column has. `readings` are the values
    of a cell, and `marks` those of a number: the decimal mark in each, empty where there is none.
    `form` is that of numbers that people may write in many ways. `meanings` are the patterns of
    dates by which each reading is read, with the language of the month's name.
    """

    name: str
    sql: Callable[[KindEvidence, Collection[str]], Sql | None]
    readings: int = 0
    marks: tuple[str, ...] = ()
    form: NumberForm | None = None
    meanings: tuple[frozenset[Meaning], ...] = ()


# By name. The kinds of forms are added as the first cell of each is met.
KINDS: dict[str, Kind] = {}


def form_of(name: str) -> NumberForm | None:
    """The form of the numbers of a kind; None for others."""
    return KINDS[name].form if name in KINDS else None


@dataclass(frozen=True)
class Entry:
    """Cells that are written alike: they begin with one of some characters and match a pattern.

    `pattern` is for Python's `re` and for DuckDB's RE2: it has neither references nor look-arounds.
    `read` gives the kind's name and a value for each reading, or None for what is text after all.
    `kinds` are all that it may give.
    """

    begins: str
    pattern: str
    read: Callable[[str], Cell | None]
    kinds: tuple[Kind, ...]


def matches(pattern: str) -> str:
    """SQL that is true where the whole cell is as the pattern says."""
    return f"regexp_full_match(b, '{quoted(pattern)}')"


def where(pattern: str, value: str) -> str:
    """SQL of a value that is computed only where the cell matches: to fail takes DuckDB longest."""
    return f"case when {matches(pattern)} then {value} end"


def as_written_or(is_as_written: str, pattern: str) -> str:
    """SQL that is true of values written as DuckDB writes them, or as the pattern says."""
    others = f"when {is_as_written} then true else {matches(pattern)} end"
    return f"case when v0 is null then false {others}"


def where_numeric(value: str) -> str:
    """SQL of a value that is computed only where the cell begins as numbers do."""
    return f"case when b between '+' and '9~' then {value} end"


def quoted(text: str) -> str:
    """The text within a literal of SQL."""
    return text.replace("'", "''")


def by_pattern(name: str, pattern: str) -> Kind:
    """A kind whose cells have no order."""
    sql = Sql(matches(pattern))
    return Kind(name, lambda *_: sql)
