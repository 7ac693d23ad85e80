"""The profiles of a record's columns: plain JSON here, packed in the message and in the item.

A profile is an object with the names of `csv_reader.ColumnProfile`. A thousand of them have much in
common, so that packed they take a sixth of their JSON: an item is paid by the kilobyte.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.csv_reader.kind_names import COMMA, EITHER, date_order
from chalicelib.csv_reader.shortened import shortened

Column = Mapping[str, Any]

# Unpacked, as JSON in UTF-8: an answer of the API has 6 MB at most, and the columns are most of it.
# What is read may be longer: records of older versions are.
WRITTEN_BYTES = 4_000_000
READ_BYTES = 1 << 24
_TEXT_LENGTHS = (1_000, 200, 60)  # what texts of cells are cut to, until all fits

_OF_EACH = {
    "null_count": int,
    "null_words": list,
    "distinct_count": int,
    "distinct_is_exact": bool,
    "top_values": list,
    "notes": list,
}


class InvalidColumns(ValueError):
    """Packed profiles are expected, and there is something else."""


class Profiles(tuple[Column, ...]):
    """The profiles of a record's columns that are packed already, and into what."""

    packed: bytes

    @classmethod
    def of(cls, columns: Iterable[Column], packed: bytes) -> "Profiles":
        profiles = cls(columns)
        profiles.packed = packed
        return profiles


def pack(columns: Iterable[Column]) -> bytes:
    """The profiles in few bytes."""
    return columns.packed if isinstance(columns, Profiles) else zlib.compress(_json(columns), 9)


def _json(columns: Iterable[Column]) -> bytes:
    text = json.dumps(list(columns), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode(errors="replace")


def unpack(packed: bytes) -> Profiles:
    """The profiles that were packed, with what they pack into. Raises `InvalidColumns`."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, READ_BYTES)
        if not unpacker.eof or unpacker.unused_data:
            raise InvalidColumns("packed columns are too many, or cut off")
        return Profiles.of(checked(json.loads(text)), packed)
    except (zlib.error, ValueError, RecursionError) as error:
        raise InvalidColumns(f"not packed columns: {error}"[:200]) from error


def checked(columns: Any) -> tuple[Column, ...]:
    """The profiles, if that is what they are. Raises `InvalidColumns`."""
    if not isinstance(columns, list | tuple):
        raise InvalidColumns(f"columns are a {type(columns).__name__}, not a list")
    for column in columns:
        if not (
            isinstance(column, dict)
            and isinstance(column.get("name"), str)
            and isinstance(column.get("type"), str)
        ):
            raise InvalidColumns("a column is not an object with a name and a type")
    return tuple(map(_completed, columns))


def _completed(column: Column) -> Column:
    """The profile; one of an older reader, which kept no facts, has those that its kinds prove."""
    if "decimal_mark" in column:
        return column
    kinds = {kind["kind"] for kind in column.get("kinds") or ()}
    mark = order = None
    if kinds and column["type"] in ("decimal", "double"):
        mark = "," if COMMA in kinds else "."
    if column["type"] in ("date", "timestamp"):
        orders = {parts[0] for parts in map(date_order, kinds) if parts and parts[0] != EITHER}
        order = orders.pop() if len(orders) == 1 else None
    return {**column, "decimal_mark": mark, "date_order": order}


def lacking(column: Column) -> list[str]:
    """The names of what every profile has, and this one has not, or has otherwise."""
    return [name for name, kind in _OF_EACH.items() if type(column.get(name)) is not kind]


def fitting(columns: tuple[Column, ...], limit: int) -> tuple[tuple[Column, ...], str | None]:
    """The profiles, cut until they pack into `limit` bytes; and what a person should know of it."""
    return lightened(columns, lambda cut: _packed_within(cut, limit))


def lightened(
    columns: tuple[Column, ...],
    fit: Callable[[tuple[Column, ...]], tuple[Column, ...] | None],
) -> tuple[tuple[Column, ...], str | None]:
    """Return what `fit` makes of the profiles, cut until it is not None; and what is to be said of
    it.

    First the texts of cells are cut, then histograms and the most frequent values go, then all
    texts, then the last columns.
    """
    if not columns:
        return (), None
    for length in _TEXT_LENGTHS:
        cut = tuple(_cut(column, length) for column in columns)
        if fits := fit(cut):
            warning = f"texts of cells in the profile are cut to {length} characters"
            return fits, warning if cut != columns else None
    few_figures = tuple({**column, "histogram": [], "top_values": []} for column in cut)
    if fits := fit(few_figures):
        return fits, (
            "the profile has neither histograms nor the most frequent values, which would be too"
            f" long, and texts of cells are cut to {length} characters"
        )
    bare = tuple(map(without_contents, columns))
    if fits := fit(bare):
        return fits, "the profile has no texts of cells, which would be too long"
    few, too_many = 0, len(bare)
    kept: tuple[Column, ...] = ()
    while too_many - few > 1:
        middle = (few + too_many) // 2
        if fits := fit(bare[:middle]):
            few, kept = middle, fits
        else:
            too_many = middle
    return kept, f"only the first {few:,} of {len(columns):,} columns have a profile"


def _packed_within(columns: tuple[Column, ...], limit: int) -> Profiles | None:
    """The profiles, packed, unless that is more than `limit` bytes, or than anyone reads."""
    text = _json(columns)
    if len(text) > WRITTEN_BYTES:
        return None
    packed = zlib.compress(text, 9)
    return Profiles.of(columns, packed) if len(packed) <= limit else None


def without_contents(column: Column) -> Column:
    """The profile less whatever is in a cell, or follows from it: for personal data."""
    almost = column.get("almost")
    emptied: dict[str, Any] = {
        "min": None,
        "max": None,
        "mean": None,
        "quartiles": None,
        "top_values": [],
        "histogram": [],
        "true_share": None,
    }
    if "kinds" in column:
        emptied["kinds"] = [{**kind, "text": None} for kind in column["kinds"]]
    return {**column, **emptied, "almost": almost and {**almost, "text": None}}


def _cut(column: Column, length: int) -> Column:
    def short(text: Any) -> Any:
        return shortened(text, length - 1) if isinstance(text, str) else text

    almost = column.get("almost")
    kinds = [{**kind, "text": short(kind.get("text"))} for kind in column.get("kinds") or ()]
    return {
        **column,
        **({"kinds": kinds} if "kinds" in column else {}),
        "name": short(column["name"]),
        "min": short(column.get("min")),
        "max": short(column.get("max")),
        "almost": almost and {**almost, "text": short(almost.get("text"))},
        "top_values": [[short(value), count] for value, count in column.get("top_values") or ()],
    }
