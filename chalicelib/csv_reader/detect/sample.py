"""The records that a file begins with, as one way to read them makes them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from chalicelib.csv_reader.rows import read_rows

_RECORDS = 400  # read of the sample, blank ones among them


class Quoting(NamedTuple):
    """The character that quotes, if any does, and the one that escapes, if any does."""

    quote_character: str | None
    escape_character: str | None


DOUBLE_QUOTES = Quoting('"', None)


@dataclass(frozen=True)
class Layout:
    """The records of a text under a delimiter (none: one column) and a quoting.

    `rows` are the records that are not blank; `gaps` are the indices of those that blank lines
    stand above; `width` is the number of fields of most rows of the table. With
    `has_only_proper_quotes` there are quoted cells, and each quote belongs to one.
    """

    delimiter: str | None
    quoting: Quoting
    rows: list[list[str]]
    gaps: list[int]
    width: int
    has_only_proper_quotes: bool = False


def read_layout(text: str, complete: bool, delimiter: str | None, quoting: Quoting) -> Layout:
    """The layout of `text`. If it is not `complete`, its last record is cut and left out."""
    rows: list[list[str]] = []
    gaps: list[int] = []
    for record in islice(read_rows(text, delimiter, *quoting), _RECORDS):
        if record:
            rows.append(record)
        elif gaps[-1:] != [len(rows)]:
            gaps.append(len(rows))
    if not complete and len(rows) > 1:
        rows.pop()
    gaps = [gap for gap in gaps if gap < len(rows)]
    return Layout(delimiter, quoting, rows, gaps, _usual_width(rows))


def _usual_width(rows: Iterable[list[str]]) -> int:
    """The width of the rows that hold most cells, if any two agree, else of the first that is wide.

    Cells and not rows are counted, since long notes of one or two fields may be above short tables.
    """
    widths = Counter(map(len, rows))
    return max(
        widths,
        key=lambda width: width * widths[width] if width > 1 < widths[width] else min(width, 2),
        default=1,
    )
