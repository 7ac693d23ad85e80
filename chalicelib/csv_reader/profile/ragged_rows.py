"""The rows that have more or fewer fields than the header."""

from collections.abc import Sequence

from chalicelib.csv_reader.profile.column_profile import RaggedRows


class RaggedRowCounter:
    """Counts them, and remembers the first of either kind."""

    def __init__(self):
        self._count = 0
        self._first_long: tuple[int, int] | tuple[None, None] = (None, None)
        self._first_short: tuple[int, int] | tuple[None, None] = (None, None)

    def add(self, widths: Sequence[int], width: int, first_row: int) -> None:
        """Add rows of those `widths`, one after the other, where the header has `width` fields."""
        fitting = widths.count(width)
        if fitting == len(widths):
            return
        self._count += len(widths) - fitting
        for row, fields in enumerate(widths, first_row):
            if fields > width and self._first_long[0] is None:
                self._first_long = row, fields
            if fields < width and self._first_short[0] is None:
                self._first_short = row, fields

    def result(self) -> RaggedRows:
        """What was found."""
        return RaggedRows(self._count, *self._first_long, *self._first_short)
