"""The sentences about a column, for people, made from the facts of its profile."""

from collections.abc import Iterator

from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST
from chalicelib.csv_reader.kind_names import BEHIND, PARENTHESES, PERCENT_SIGNS
from chalicelib.csv_reader.profile.column_profile import ColumnProfile

_ORDERS = {
    DAY_FIRST: "The day comes before the month.",
    MONTH_FIRST: "The month comes before the day.",
}
_MARKS = {
    ",": "a comma",
    ".": "a point",
    " ": "a space",
    "\u00a0": "a no-break space",
    "\u202f": "a narrow no-break space",
    "\u2009": "a thin space",
    "'": "an apostrophe",
    "\u2019": "an apostrophe (U+2019)",
}
_MINUSES = {
    PARENTHESES: "Negative numbers are in parentheses.",
    BEHIND: "The minus of negative numbers is behind them.",
    "\u2212": "The minus is written as the mathematical sign (U+2212).",
    "\u2013": "The minus is written as a dash (U+2013).",
}
TAKEN_OFF = {
    "thousands_marks": "thousands separator",
    "currency_signs": "currency",
    "percent_signs": "percent sign",
}
OF_TRAITS = {
    "zero_and_one": "Holds only 0 and 1.",
    "compact_dates": "The numbers may be dates in the format %Y%m%d of strptime.",
    "versions": "May be versions: as numbers, 1.10 and 1.1 are the same, and less than 1.9.",
    "leading_zeros": "Leading zeros: kept as text, since they may be part of a code.",
    "telephone_numbers": "Telephone numbers: kept as text, with their plus.",
    "ambiguous_numbers": "Ambiguous numbers: the comma may be a decimal mark or a thousands mark.",
    "mixed_number_forms": "Numbers are written in several ways: {kinds}.",
    "mixed_decimal_marks": "Decimal commas and decimal points are mixed.",
    "ambiguous_dates": "Ambiguous dates: more than one order of day, month and year is possible.",
    "mixed_date_orders": "Mixed dates: the day comes first in some, and the month in others.",
    "mixed_date_forms": "Dates are written in several ways.",
    "mixed_zones": "Times with a zone and times without are mixed.",
    "short_years": "Years have two digits: 69 to 99 are of the last century, as POSIX has it.",
    "repeated_key": "Looks like a key, but is not unique: {distinct:,} values in {cells:,} cells.",
    "estimated_quartiles": "The quartiles are estimates.",
}


def notes_of(profile: ColumnProfile, cells: int) -> tuple[str, ...]:
    """The sentences about a column with that many cells that are not null."""
    return tuple(_notes(profile, cells))


def _notes(profile: ColumnProfile, cells: int) -> Iterator[str]:
    if profile.type == "empty" and profile.null_words:
        yield f"Empty but for words that mean nothing: {', '.join(profile.null_words)}."
    if profile.decimal_mark == ",":
        yield "The decimal mark is a comma."
    if profile.group_mark:
        yield f"The thousands mark is {_MARKS.get(profile.group_mark, profile.group_mark)}."
    if profile.affix:
        what = "percent sign" if profile.affix in PERCENT_SIGNS else "currency"
        yield f"Numbers have a {what}, which is not part of the value: {profile.affix}."
    if profile.minus:
        yield _MINUSES[profile.minus]
    if profile.date_pattern:
        yield f"Written in the format {profile.date_pattern} of strptime."
    elif profile.date_order in _ORDERS:
        yield _ORDERS[profile.date_order]
    if "mixed_number_forms" not in profile.traits and (
        taken_off := [TAKEN_OFF[trait] for trait in profile.traits if trait in TAKEN_OFF]
    ):
        is_or_are = "is" if len(taken_off) == 1 else "are"
        yield f"A number once the {' and the '.join(taken_off)} {is_or_are} taken off."
    for trait in profile.traits:
        if trait in OF_TRAITS:
            yield OF_TRAITS[trait].format(
                distinct=profile.distinct_count,
                cells=cells,
                kinds=", ".join(kind.kind for kind in profile.kinds),
            )
    if profile.has_outer_spaces:
        yield "There are spaces around values."
