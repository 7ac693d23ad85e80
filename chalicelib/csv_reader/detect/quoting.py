"""The characters that quote and escape in a text, given its delimiter.

Double quotes do, unless the text shows otherwise: they are given up for another reading only where
that has far fewer faults. Faults are rows of an unusual width, quoted cells that go on behind their
closing quote, lines like rows within a quoted cell, and where quotes are text, cells in quotes.
"""

import re
from dataclasses import replace
from functools import cached_property
from operator import itemgetter

from chalicelib.csv_reader.detect.sample import DOUBLE_QUOTES, Layout, Quoting, read_layout

_BACKSLASH = "\\"
_APOSTROPHES = Quoting("'", None)
_FAR_FEWER = 4  # times
_MANY_LINES = 5  # in one cell, each of them like a row
_CUSTOMARILY_QUOTED = {",", ";", ", "}
_ODD_CELLS = 3  # that begin with a quote; this many prove that it is text, if no cell is in quotes
_MOST = 0.9  # of a column's cells, which makes it one that is quoted
_LINE_END = re.compile("\r\n|\r|\n")


def find_quoted_layout(text: str, complete: bool, delimiter: str | None) -> Layout:
    """The layout of a file that begins with `text`, with the likeliest quoting.

    `complete` says that `text` is the whole file. `delimiter` is None for a single column.
    """
    usual = best = _Reading(text, complete, delimiter, DOUBLE_QUOTES)
    quotings = []
    if _BACKSLASH in text:
        quotings.append(Quoting('"', _BACKSLASH))
    if '"' in text and delimiter and (usual.improper or usual.lost or usual.is_open):
        quotings.append(Quoting(None, None))
        if _BACKSLASH in text:
            quotings.append(Quoting(None, _BACKSLASH))
    if quotings:
        others = [_Reading(text, complete, delimiter, quoting) for quoting in quotings]
        always_ragged = min(reading.ragged for reading in (usual, *others))
        for other in others:
            faults = other.faults - always_ragged
            is_better = _FAR_FEWER * faults <= usual.faults - always_ragged
            if is_better and other.faults < best.faults and other.is_proven(usual):
                best = other
    if delimiter and "'" in text:
        apostrophes = _Reading(text, complete, delimiter, _APOSTROPHES)
        if apostrophes.is_of_quotes(usual):
            best = apostrophes
    return replace(best.layout, has_only_proper_quotes=best.has_only_proper_quotes)


class _Reading:
    """A text as it is read with a quoting, and what is odd about that.

    Of its quoted cells, `proper` ones end with their closing quote, and `improper` ones go on.
    `lost` counts lines like rows within them, and `escaped` the quotes outside of them, if each
    is behind a backslash that is text here. It `has_only_proper_quotes` if there are proper
    quoted cells, and each quote of the text belongs to one.
    """

    def __init__(self, text: str, complete: bool, delimiter: str | None, quoting: Quoting):
        self.layout = read_layout(text, complete, delimiter, quoting)
        self.proper = self.improper = self.lost = self.escaped = 0
        self.spans_lines = self.is_open = self.has_only_proper_quotes = False
        if quoting.quote_character and quoting.quote_character in text:
            self._look_at_quotes(text)
        self._has_open_quote = self.is_open and complete

    @cached_property
    def ragged(self) -> int:
        """Return how many rows have another width than most."""
        return sum(1 for row in self.layout.rows if len(row) != self.layout.width)

    @cached_property
    def faults(self) -> int:
        """The number of all kinds together."""
        in_quotes = 0
        if self.layout.quoting.quote_character is None:
            in_quotes = sum(_is_in_quotes(cell, '"') for row in self.layout.rows for cell in row)
        of_quotes = self.improper + self.lost + self.escaped + self._has_open_quote
        return self.ragged + of_quotes + in_quotes

    def is_proven(self, usual: "_Reading") -> bool:
        """Return whether having fewer faults than `usual` is enough to be preferred to it.

        It is not where quotes are text here, unless rows are saved by that, or many cells, or such
        as are seldom quoted.
        """
        if self.layout.quoting.quote_character:
            return True
        seldom = self.layout.delimiter not in _CUSTOMARILY_QUOTED
        if usual.lost or usual.ragged > self.ragged:
            is_odd = usual.improper or (usual.is_open and seldom)
            return bool(is_odd) or usual.lost >= _MANY_LINES
        return not usual.proper and usual.improper >= (1 if seldom else _ODD_CELLS)

    def is_of_quotes(self, usual: "_Reading") -> bool:
        """Return whether what quotes here, and is text for `usual`, is a quote indeed.

        An apostrophe begins and ends words, too. So all must be in order, and rows be mended by it,
        or a whole column be quoted.
        """
        in_order = self.proper > max(1, usual.proper) and not self.improper and not self.is_open
        if not in_order or self.lost or self.ragged > usual.ragged:
            return False
        mends_rows = self.ragged < usual.ragged
        return mends_rows or (not self.spans_lines and usual.has_column_in("'"))

    def has_column_in(self, quote: str) -> bool:
        """Return whether nearly all cells of a column begin and end with a quote."""
        width = self.layout.width
        table = [row for row in self.layout.rows if len(row) == width][1:]
        for column in zip(*table, strict=True):
            filled = [cell for cell in column if cell.strip()]
            quoted = sum(_is_in_quotes(cell, quote) for cell in filled)
            if quoted > 1 and quoted >= _MOST * len(filled):
                return True
        return False

    def _look_at_quotes(self, text: str) -> None:
        delimiter = self.layout.delimiter
        if delimiter and len(delimiter) > 1:
            text, delimiter = text.replace(delimiter, "\ud800"), "\ud800"
        quote, escape = self.layout.quoting
        if quote is None:
            return
        quoted_cells = _quoted_cells(delimiter or "", quote, escape or "")
        if not escape and _BACKSLASH + quote in text:
            outside = quoted_cells.sub("", text)
            escaped = outside.count(_BACKSLASH + quote)
            self.escaped = escaped * (escaped == outside.count(quote))
        cells = quoted_cells.findall(text)
        self.proper, self.improper = (
            len(cells) - list(map(itemgetter(group), cells)).count("") for group in (1, 2)
        )
        self.is_open = self.proper + self.improper < len(cells)
        for content, proper, _ in cells:
            if "\n" in content or "\r" in content:
                self.spans_lines = True
                within = _LINE_END.split(content)[1:-1]
                delimiters = self.layout.width - 1
                if delimiters and all(line.count(delimiter or "") == delimiters for line in within):
                    self.lost += len(within) + (proper == "")
        if self.proper and not self.improper and not self.lost:
            self.has_only_proper_quotes = quote not in quoted_cells.sub("", text)


def _quoted_cells(delimiter: str, quote: str, escape: str) -> re.Pattern[str]:
    """Quoted cells: their content, and their closing quote unless they are open.

    Its group is the second where the cell ends with it, and the third where it goes on behind it.
    """
    marks = re.escape(delimiter) + r"\r\n"
    quote, escape = re.escape(quote), re.escape(escape)
    pairs = f"{quote}{quote}|{escape}." if escape else quote + quote
    plain = f"[^{quote}{escape}]*"
    begins = f"{quote}(?<![^{marks}]{quote})"  # with its one literal, for `find`
    ends = rf"((?:{quote}(?=[{marks}]|\Z))?)({quote}?)"
    return re.compile(f"{begins}({plain}(?:(?:{pairs}){plain})*){ends}", re.DOTALL)


def _is_in_quotes(cell: str, quote: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == quote
