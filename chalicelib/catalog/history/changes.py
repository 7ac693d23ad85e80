"""Changes between two files' schemas, and how bad each is for readers of the files.

CSV has no ids of fields. Some read it by name (pandas, DuckDB's union_by_name), some by position
(Athena, COPY), so a change has a verdict for either: `ok`, `breaks`, or `silent`, which is the
worst, for there is no error and the data is wrong.
"""

import hashlib
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.catalog.keys import composed, folded
from chalicelib.catalog.record import READY, FileRecord, kept_names
from chalicelib.csv_reader.column_types import COLUMN_TYPES
from chalicelib.csv_reader.shortened import shortened

OK, BREAKS, SILENT = VERDICTS = ("ok", "breaks", "silent")  # from the best to the worst

CHANGES_AT_MOST = 100
NAME_AT_MOST = 100  # characters of a name that a step shows


def schema_id_of(has_header: bool | None, names: Sequence[str], column_count: int) -> str:
    """A digest of the ordered names, and of whether the file has them: types flap with the data.

    Where not all names are known, their number stands for the others.
    """
    schema = [
        bool(has_header),
        list(map(composed, names)),
        *([column_count] * (len(names) < column_count)),
    ]
    return hashlib.sha256(json.dumps(schema).encode()).hexdigest()[:32]


def schema_id_of_record(record: FileRecord) -> str | None:
    """The schema of the record's file, or None if there is none: it is not ready."""
    if record.status != READY:
        return None
    return _schema_id(record)


def _schema_id(record: FileRecord) -> str:
    names = kept_names(record.column_names)
    return schema_id_of(record.has_header, names, record.column_count or 0)


@dataclass(frozen=True)
class Schema:
    """The facts of a file that its readers go by.

    None is what is not known, but of `compression`, and where `delimiter` is known, of
    `quote_character` and `escape_character`: there is none then.

    `types` has the types of the first columns, as far as they are known.
    """

    schema_id: str
    has_header: bool
    names: tuple[str, ...]
    column_count: int
    types: tuple[str, ...] = ()
    delimiter: str | None = None
    quote_character: str | None = None
    escape_character: str | None = None
    encoding: str | None = None
    compression: str | None = None
    preamble_rows: int | None = None
    header_rows: int | None = None

    @classmethod
    def of(cls, record: FileRecord) -> "Schema":
        """The schema of a file that is ready."""
        return cls(
            schema_id=record.schema_id or _schema_id(record),
            has_header=bool(record.has_header),
            names=record.column_names,
            column_count=record.column_count or 0,
            types=tuple(column["type"] for column in record.columns),
            delimiter=record.delimiter,
            quote_character=record.quote_character,
            escape_character=record.escape_character,
            encoding=record.encoding,
            compression=record.compression,
            preamble_rows=record.preamble_rows,
            header_rows=record.header_rows,
        )

    @property
    def is_cut(self) -> bool:
        return len(self.names) < self.column_count


@dataclass(frozen=True)
class Change:
    """The steps from one schema to another, the first of them, and the worst of all verdicts.

    It is partial where names were cut, so that not all columns could be compared.
    """

    by_name: str
    by_position: str
    steps: tuple[dict[str, Any], ...]
    total: int
    partial: bool

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON has it."""
        return {
            "by_name": self.by_name,
            "by_position": self.by_position,
            "changes": list(self.steps),
            "changes_total": self.total,
            "partial": self.partial,
        }


_Step = tuple[str, str, dict[str, Any]]  # by name, by position, what


def change_between(old: Schema, new: Schema) -> Change | None:
    """Return what leads from the old schema to the new one, or None if nothing does."""
    partial = old.is_cut or new.is_cut
    steps = [*_layout_steps(old, new), *_column_steps(old, new)]
    if not steps and not (partial and old.schema_id != new.schema_id):
        return None
    return Change(
        by_name=_worst(by_name for by_name, _, _ in steps),
        by_position=_worst(by_position for _, by_position, _ in steps),
        steps=tuple(step for _, _, step in steps[:CHANGES_AT_MOST]),
        total=len(steps),
        partial=partial,
    )


def _worst(verdicts: Iterable[str]) -> str:
    return max(verdicts, key=VERDICTS.index, default=OK)


def _layout_steps(old: Schema, new: Schema) -> Iterator[_Step]:
    """Yield how the file is written. A file of no columns has no delimiter, nor has one of a
    single.
    """
    if not (old.column_count and new.column_count):
        return
    if old.has_header != new.has_header:
        yield BREAKS, SILENT, {"kind": "header_lost" if old.has_header else "header_gained"}
    one_column = min(old.column_count, new.column_count) == 1
    for kind, was, is_now in (
        *([] if one_column else [("delimiter", old.delimiter, new.delimiter)]),
        ("encoding", old.encoding, new.encoding),
        ("preamble", old.preamble_rows, new.preamble_rows),
        *(
            [("header_rows", old.header_rows, new.header_rows)]
            * (old.has_header and new.has_header)
        ),
    ):
        if None not in (was, is_now) and was != is_now:
            yield BREAKS, BREAKS, {"kind": kind, "from": was, "to": is_now}
    if None not in (old.delimiter, new.delimiter):  # else it is not known how the one was read
        for kind, was, is_now in (
            ("quote", old.quote_character, new.quote_character),
            ("escape", old.escape_character, new.escape_character),
        ):
            if was != is_now:
                yield BREAKS, BREAKS, {"kind": kind, "from": was, "to": is_now}
    if old.compression != new.compression:
        what = {"kind": "compression", "from": old.compression, "to": new.compression}
        yield BREAKS, BREAKS, what


def _column_steps(old: Schema, new: Schema) -> Iterator[_Step]:
    if old.has_header and new.has_header:
        pairs = _matched(old.names, new.names)
        renamed = _renamed_in_place(old, new, pairs)
    else:  # numbered names say nothing but how many there are
        pairs = {i: i for i in range(min(len(old.names), len(new.names)))}
        renamed = {}
    pairs |= renamed
    # Where names were cut, a column that is missing at the end may only have moved beyond it.
    ends_are_known = not (old.is_cut or new.is_cut)
    net = 0
    last_kept, last_taken = max(pairs.values(), default=-1), max(pairs, default=-1)
    for i, name in enumerate(old.names):
        if i in pairs or not (ends_are_known or i < last_taken):
            continue
        net -= 1
        at_the_end = i > last_taken and i >= new.column_count
        verdict = BREAKS if at_the_end else SILENT
        yield BREAKS, verdict, {"kind": "removed", "name": _shown(name), "position_before": i + 1}
    taken = set(pairs.values())
    for j, name in enumerate(new.names):
        if j in taken or not (ends_are_known or j < last_kept):
            continue
        net += 1
        at_the_end = j > last_kept and j >= old.column_count
        verdict = OK if at_the_end else SILENT
        yield OK, verdict, {"kind": "added", "name": _shown(name), "position": j + 1}
    if old.column_count + net != new.column_count:
        what = {"kind": "column_count", "from": old.column_count, "to": new.column_count}
        yield BREAKS, SILENT, what
    yield from _steps_of_kept_columns(old, new, pairs, renamed)


def _steps_of_kept_columns(
    old: Schema, new: Schema, pairs: dict[int, int], renamed: dict[int, int]
) -> Iterator[_Step]:
    moved = _moved(pairs)
    before, after = Counter(old.names), Counter(new.names)
    named = old.has_header and new.has_header
    for i, j in sorted(pairs.items(), key=lambda pair: pair[1]):
        name, name_now, position = old.names[i], new.names[j], {"position": j + 1}
        if named and composed(name) != composed(name_now):
            names = {"from": _shown(name), "to": _shown(name_now)}
            what = {"kind": "renamed", **names, **position, "guess": i in renamed}
            yield BREAKS, OK, what
        if i in moved:
            what = {"kind": "reordered", "name": _shown(name_now), **position}
            yield OK, SILENT, what | {"position_before": i + 1}
        if (types := _retyped(old, new, i, j)) is not None:
            was, is_now = types
            narrowed = was in COLUMN_TYPES[is_now].wider
            verdict = OK if narrowed else BREAKS
            what = {"kind": "retyped", "name": _shown(name_now), **position}
            yield verdict, verdict, what | {"from": was, "to": is_now, "widened": not narrowed}
    seen = set()
    for j, name in enumerate(new.names if named else ()):
        if name in seen and before[name] < 2 <= after[name]:
            before[name] = 2  # reported once
            yield BREAKS, OK, {"kind": "repeated", "name": _shown(name), "position": j + 1}
        seen.add(name)


def _matched(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return which column of the old names is which of the new: by name, then by name but for its
    form.

    Of columns with the same name, the first is the first, and so on.
    """
    pairs: dict[int, int] = {}
    for form in (str, composed, _plain):
        places: dict[str, list[int]] = {}
        for j in sorted(set(range(len(new))) - set(pairs.values()), reverse=True):
            places.setdefault(form(new[j]), []).append(j)
        for i, name in enumerate(old):
            if i not in pairs and places.get(form(name)):
                pairs[i] = places[form(name)].pop()
    return pairs


def _plain(name: str) -> str:
    """The name without what people change and don't mean to: case and spaces."""
    return folded("".join(name.split()))


def _renamed_in_place(old: Schema, new: Schema, pairs: dict[int, int]) -> dict[int, int]:
    """Columns that have another name, at the same place between the same neighbours."""
    if old.column_count != new.column_count:
        return {}
    taken = set(pairs.values())

    def is_kept_or_edge(i: int) -> bool:
        return pairs.get(i) == i or i in (-1, old.column_count)

    return {
        i: i
        for i in range(min(len(old.names), len(new.names)))
        if i not in pairs and i not in taken and is_kept_or_edge(i - 1) and is_kept_or_edge(i + 1)
    }


def _moved(pairs: dict[int, int]) -> set[int]:
    """The fewest columns that, left out, leave the others in the order they had before.

    All but a longest increasing subsequence, by patience sorting.
    """
    order = [i for i, _ in sorted(pairs.items(), key=lambda pair: pair[1])]
    tops: list[int] = []
    previous: dict[int, int | None] = {}
    for i in order:
        pile = bisect_left(tops, i)
        previous[i] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [i]
    kept = set()
    last = tops[-1] if tops else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return set(order) - kept


def _retyped(old: Schema, new: Schema, i: int, j: int) -> tuple[str, str] | None:
    """Both types of a column, if they differ. One that is empty has none yet."""
    if i >= len(old.types) or j >= len(new.types):
        return None
    types = old.types[i], new.types[j]
    known = "empty" not in types and COLUMN_TYPES.keys() >= set(types)
    return types if known and types[0] != types[1] else None


def _shown(name: str) -> str:
    return shortened(name, NAME_AT_MOST - 1)
