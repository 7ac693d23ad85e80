"""A column's type and form, as they are judged by the kinds of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.csv_reader.column_types import MONTH_FIRST, NUMERIC
from chalicelib.csv_reader.profile.figures.evidence import GROUP, ColumnEvidence, Reading
from chalicelib.csv_reader.profile.kinds.kind import Number


@dataclass(frozen=True)
class Judgement:
    """A type, and the kinds of cells that have it.

    `grouped` are the kinds whose only mark, which might be a decimal one, is a thousands mark.
    `places` are those of the readings that hold, where kinds have several.
    """

    type: str
    kinds: frozenset[str]
    precision: int | None = None
    scale: int | None = None
    decimal_mark: str | None = None
    date_order: str | None = None
    boolean_words: tuple[str, str] | None = None
    group_mark: str | None = None
    affix: str | None = None
    minus: str | None = None
    grouped: frozenset[str] = frozenset()
    date_pattern: str | None = None
    month_language: str | None = None
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_numeric(self) -> bool:
        return self.type in NUMERIC

    def readings(self, evidence: ColumnEvidence) -> list[Reading]:
        """The values of all kinds that are of the type, as they are read in the column."""
        return [
            self.reading_in(name, kind.readings)
            for name, kind in evidence.kinds.items()
            if name in self.kinds and kind.readings
        ]

    def reading_in(self, kind: str, readings: Sequence[Reading]) -> Reading:
        """The one of a kind's readings that holds in the column."""
        reading = readings[self._place(kind)]
        return reading.grouped() if kind in self.grouped else reading

    def value_in(self, kind: str, values: Sequence[Number]) -> Number:
        """The one of a cell's values that holds in the column."""
        value = values[self._place(kind)]
        return value * GROUP if kind in self.grouped else value

    def _place(self, kind: str) -> int:
        if kind in self.places:
            return self.places[kind]
        return -1 if self.date_order == MONTH_FIRST else 0
