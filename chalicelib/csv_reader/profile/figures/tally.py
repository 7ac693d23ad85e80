"""The values of one column and how often each occurs, as long as they are few enough to be kept.

A column of few values is counted by value, and each value looked at once, at the end: that is fast,
and makes all figures exact. In a column of many, every cell is looked at as it goes by, and what
can't be known exactly of that many values is estimated.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from chalicelib.csv_reader.kind_names import NULL_WORD, NUMBERS, TEXT
from chalicelib.csv_reader.profile.figures.evidence import (
    ColumnEvidence,
    KindEvidence,
    Reading,
    digits_of,
    digits_of_value,
)
from chalicelib.csv_reader.profile.figures.sketches import DistinctSketch, QuantileSketch, TopSketch
from chalicelib.csv_reader.profile.kinds.kind import KINDS, Cell, Number
from chalicelib.csv_reader.profile.kinds.table import read_cell
from chalicelib.csv_reader.shortened import ELLIPSIS, shortened

LONGEST_TEXT = 1000  # characters that are kept of a cell
MOST_VALUES = 10_050  # that are counted exactly in a file of any length: 10,000, and null words
MOST_TOP = 1000  # texts of which it is known about how often they occur

_LONG_TEXT: Cell = TEXT, ()

Counted = Iterable[tuple[str, int, int]]  # keys, how often each occurs, and in which row first


@dataclass
class Sketches:
    """Estimates of a column whose values are too many: how many are distinct, and which are common.

    A reading of the column's cells has a sketch of about `size` numbers.
    """

    size: int
    distinct: DistinctSketch
    top: TopSketch


class ColumnTally:
    """Facts about a column's cells, as they go by.

    `counts` has the distinct cells that are not empty, as `key_of` gives them, each with how often
    it occurs and in which row first. Once they are too many it is empty, and there are `sketches`.
    """

    def __init__(self) -> None:
        self.counts: dict[str, tuple[int, int]] = {}
        self.characters = 0  # of the keys of `counts`
        self.evidence = ColumnEvidence()
        self.sketches: Sketches | None = None

    def add_counted(self, counted: Counted) -> None:
        """Add cells to `counts`."""
        counts = self.counts
        for key, count, row in counted:
            known = counts.get(key)
            if known:
                counts[key] = known[0] + count, min(known[1], row)
            else:
                counts[key] = count, row
                self.characters += len(key)

    def values(self) -> Iterator[tuple[str, int, int]]:
        """The keys in `counts`, with how often each occurs and in which row first."""
        for key, (count, row) in self.counts.items():
            yield key, count, row

    def sketch(
        self,
        hashes_of: Callable[[Iterable[str]], Iterable[int]],
        size: int,
        hashes: int,
        is_partial: bool = False,
    ) -> Sketches:
        """Keep the values no longer, but sketches: of about as many numbers, and of hashes.

        Those are `is_partial` where the values are kept elsewhere, to be counted later.
        """
        distinct = DistinctSketch(MOST_VALUES, hashes, is_partial)
        sketches = Sketches(size, distinct, TopSketch(MOST_TOP))
        if self.counts:
            sketches.distinct.add(hashes_of(self.counts))
        look_at(self.evidence, self.values(), size)
        sketches.top.add((shown(key), count) for key, count, _ in self.values())
        self.sketches, self.counts = sketches, {}
        return sketches


def look_at(
    evidence: ColumnEvidence, cells: Iterable[tuple[str, int, int]], sketch_size: int | None = None
) -> list[Cell]:
    """Add cells: each distinct one as `key_of` gives it, the number of them, and the first row.

    Returns the kind and the values of each.
    """
    cells = list(cells)
    read = [read_cell(key) if len(key) <= LONGEST_TEXT else _LONG_TEXT for key, _, _ in cells]
    of_kinds: dict[str, list[int]] = {}
    for place, (kind, _) in enumerate(read):
        of_kinds.setdefault(kind, []).append(place)
    for kind, places in of_kinds.items():
        values = [read[place][1] for place in places]
        _add_cells(evidence, kind, [cells[place] for place in places], values, sketch_size)
    return read


def _add_cells(
    evidence: ColumnEvidence,
    kind: str,
    cells: list[tuple[str, int, int]],
    values: list[tuple[Number, ...]],
    sketch_size: int | None,
) -> None:
    """Add cells of one kind, whose values were read."""
    keys, counts, rows = zip(*cells, strict=True)
    texts, lengths = keys, list(map(len, keys))
    if max(lengths) > LONGEST_TEXT:
        texts, lengths = tuple(map(shown, keys)), list(map(length_of, keys))
    row, text, length = min(zip(rows, texts, lengths, strict=True))
    of_kind = evidence.kinds.get(kind)
    if of_kind is None:
        readings = tuple(Reading() for _ in values[0])
        of_kind = KindEvidence(row, text, (text, text), (length, length), readings=readings)
        evidence.kinds[kind] = of_kind
    elif row < of_kind.row:
        of_kind.row, of_kind.text = row, text
    of_kind.add_cells(sum(counts), (min(texts), max(texts)), (min(lengths), max(lengths)))
    if kind == TEXT:
        return
    bare = [key.strip(" \t") for key in keys]
    evidence.is_spaced |= any(b != key and b != "" for b, key in zip(bare, keys, strict=True))
    if kind == NULL_WORD:
        for key, count, row in cells:
            evidence.add_null_word(key, count, row)
    for number, reading in enumerate(of_kind.readings):
        told = [value[number] for value in values]
        for extreme in (min(told), max(told)):
            here = (place for place, value in enumerate(told) if value == extreme)
            reading.include(extreme, *min((rows[place], texts[place]) for place in here))
        if marks := KINDS[kind].marks:
            is_plain = kind in NUMBERS
            for value, cell, count in zip(told, bare, counts, strict=True):
                digits = digits_of(cell, marks[number]) if is_plain else digits_of_value(value)
                reading.add_number(value, digits, count)
        if sketch_size:
            reading.sketch = reading.sketch or QuantileSketch(sketch_size)
            reading.sketch.add(zip(map(float, told), counts, strict=True))


@dataclass
class Answer:
    """A batch's part of a column: cells by value, or evidence, hashes, and texts of a sample."""

    counted: list[tuple[str, int, int]] | None = None
    evidence: ColumnEvidence = field(default_factory=ColumnEvidence)
    hashes: list[int] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)  # of a sample, by kind
    looked_at: TopSketch = field(default_factory=lambda: TopSketch(MOST_TOP))
    weight: int = 1  # of each of those

    def add_to(self, tally: ColumnTally) -> None:
        """Add it."""
        tally.evidence.add(self.evidence)
        if self.counted is not None:
            tally.add_counted(self.counted)
            return
        if sketches := tally.sketches:
            sketches.distinct.add(self.hashes)
            sketches.top.add_sample(chain.from_iterable(self.texts.values()), self.weight)
            sketches.top.add(self.looked_at.most_common())

    def look_at(self, cells: Sequence[tuple[str, int, int]], sketch_size: int) -> None:
        """Add cells of a column that has too many to be kept, all but their hashes."""
        look_at(self.evidence, cells, sketch_size)
        self.looked_at.add((shown(key), count) for key, count, _ in cells)


def key_of(cell: str) -> str:
    """The key of a cell: itself, or a long one's beginning, hash and length."""
    if len(cell) <= LONGEST_TEXT:
        return cell
    digest = hashlib.md5(cell.encode(), usedforsecurity=False).hexdigest()
    return f"{cell[:LONGEST_TEXT]}{ELLIPSIS}{digest}{len(cell)}"


def shown(key: str) -> str:
    """The cell, or a long one's beginning and an ellipsis."""
    return shortened(key, LONGEST_TEXT)


def length_of(key: str) -> int:
    """The number of characters of a cell."""
    return len(key) if len(key) <= LONGEST_TEXT else int(key[LONGEST_TEXT + 33 :])
