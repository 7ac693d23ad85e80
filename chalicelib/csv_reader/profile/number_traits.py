"""Traits of numbers that are in truth something else: days written as 20240131, and versions.

Both follow from all values of a column, so they are looked for where these are counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.csv_reader.kind_names import FRACTION, INTEGER
from chalicelib.csv_reader.profile.judged import Judgement
from chalicelib.csv_reader.profile.time_kinds import days_since_epoch

_DAY = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_VERSION = re.compile(r"[0-9]{1,3}(?:\.(0|[1-9][0-9]{0,2}))?")
_NUMBERS = frozenset({INTEGER, FRACTION})


def traits_of_values(
    judgement: Judgement, kinds: Iterable[str], values: Iterable[str], null_words: Sequence[str]
) -> Iterator[str]:
    """The traits of a numeric column that has cells of these kinds, and these distinct values."""
    if not _NUMBERS.issuperset(kinds):
        return
    filled = (value.strip(" \t") for value in values if value not in null_words)
    if judgement.type == "integer" and all(map(_is_day, filled)):
        yield "compact_dates"
    elif judgement.type == "decimal" and _are_versions(filled):
        yield "versions"


def _is_day(value: str) -> bool:
    """Return whether a number is a day of 1900 to 2099, as 20240131 is."""
    match = _DAY.fullmatch(value)
    return match is not None and days_since_epoch(*match.groups()) is not None


def _are_versions(values: Iterable[str]) -> bool:
    """Return whether fractions are counted as in 1.9 and 1.10: none begins with 0, one ends so."""
    lengths = set()
    ends_in_zero = False
    for value in values:
        match = _VERSION.fullmatch(value)
        if not match:
            return False
        if fraction := match[1]:
            lengths.add(len(fraction))
            ends_in_zero |= len(fraction) > 1 and fraction.endswith("0")
    return ends_in_zero and 1 in lengths
