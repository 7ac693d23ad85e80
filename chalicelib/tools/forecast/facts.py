"""The facts of a record that forecasts go by, and the findings that they lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.csv_reader import kind_names as kinds
from chalicelib.csv_reader.described import described
from chalicelib.csv_reader.shortened import shortened
from chalicelib.tools.dialect import UTF_8, header_rows_of

_SHOWN_CHARACTERS = 39
_SUFFIXES = {"gzip": ".gz", "bz2": ".bz2", "xz": ".xz", "zstd": ".zst", "zip": ".zip"}
TEST, DOCUMENTATION = "test", "documentation"
PLAIN_NUMBERS = frozenset({kinds.INTEGER, kinds.LONG_INTEGER, kinds.FRACTION, kinds.EXPONENT})


@dataclass(frozen=True)
class Finding:
    """A mistake that a tool would make, its place, and the evidence for it."""

    tool: str = described("the tool")
    message: str = described("a sentence, for a person")
    column: str | None = described("of which column")
    row: int | None = described("where it is first")
    evidence: str = described(
        "`test`: seen on the tool itself; `documentation`: read there", enum=[TEST, DOCUMENTATION]
    )
    source: str = described("the tool and its version, or the title of the page")


class Facts:
    """The record of a file that was read, as its forecast asks it."""

    def __init__(self, record: Mapping[str, Any]):
        self.record = record
        self.lines: Mapping[str, Any] = record.get("lines") or {}
        self.width: int = record["column_count"]
        self.names: list[str] = list(record["column_names"])
        self.delimiter: str = record["delimiter"]
        self.is_utf_8 = record["encoding"] in UTF_8
        self.header_rows = header_rows_of(record)
        is_whole = record.get("profiled_rows") == record["row_count"]
        profiles = record.get("columns") or () if is_whole else ()
        self.columns = [Cells(name, p) for name, p in zip(self.names, profiles, strict=False)]
        self.is_profiled = len(self.columns) == self.width

    @property
    def has_bytes_replaced(self) -> bool:
        """Return whether some bytes are not of the file's encoding."""
        return bool(self.record.get("undecodable_bytes"))

    @property
    def odd_quoting(self) -> str | None:
        """Return what of the dialect a tool gets wrong that takes double quotes for the only
        quotes.
        """
        if self.record["quote_character"] is None:
            return "quotes are text, and are taken for quotation"
        if self.record["quote_character"] == "'":
            return "apostrophes are taken for text, and cells are split within them"
        if self.record.get("escape_character"):
            return "backslashes that escape are taken for text"
        return None

    @property
    def escapes_outside_quotes(self) -> bool:
        """Return whether what is escaped is certain to be in no quotes: there are none."""
        unquoted = self.record["quote_character"] is None or self.lines.get("quotes") == 0
        return bool(self.record.get("escape_character")) and unquoted

    @property
    def has_unterminated_quote(self) -> bool:
        return bool(self.record.get("has_open_quote"))

    def not_decompressed(self, *compressions: str) -> str | None:
        """Return why a tool that knows these compressions by the names of files does not decompress
        it.
        """
        compression, name = self.record["compression"], self.record["filename"].lower()
        if compression is None or (
            compression in compressions and name.endswith(_SUFFIXES[compression])
        ):
            return None
        unsaid = ", which its name does not say," if compression in compressions else ""
        return f"it is {compression}{unsaid} and is not decompressed"

    def unread(self, *compressions: str, empty: str) -> str | None:
        """Return why a tool that takes UTF-8 and these compressions reads nothing, or stops
        midway.
        """
        if compressed := self.not_decompressed(*compressions):
            return compressed
        if self.is_plain_by_a_name_of_gzip:
            return "it is not gzip, as its name says, and is not read"
        if not self.width:
            return empty
        if not self.is_utf_8:
            return f"its encoding is {self.record['encoding']}, and UTF-8 is expected"
        if self.has_bytes_replaced:
            return "it stops at bytes that are not UTF-8"
        return None

    @property
    def rows_left_out(self) -> str | None:
        """Return what is between the rows or below them, and is read as rows."""
        repeated, footer = self.record.get("repeated_headers"), self.record.get("footer_rows")
        if repeated:
            return "the header is read as a row wherever it is repeated"
        if footer == 1:
            return "a row below the table is read as one of its rows"
        return f"{footer:,} rows below the table are read as rows" if footer else None

    @property
    def is_plain_by_a_name_of_gzip(self) -> bool:
        """Return whether the file is not compressed, and its name says so."""
        name = self.record["filename"].lower()
        return self.record["compression"] is None and name.endswith(".gz")

    @property
    def first_long_row(self) -> int | None:
        return (self.record.get("ragged_rows") or {}).get("first_long")

    @property
    def first_ragged_row(self) -> int | None:
        ragged = self.record.get("ragged_rows") or {}
        rows = [ragged.get(first) for first in ("first_long", "first_short")]
        return min((row for row in rows if row is not None), default=None)

    @property
    def mixes_line_ends(self) -> bool:
        """Return whether lines end in several ways, and not only because cells have lines of their
        own.
        """
        ends = sum(bool(self.lines.get(end)) for end in ("lf", "crlf", "cr"))
        return ends > 1 and not self.lines["quoted_newlines"]


class Cells:
    """One column: its name, its type, and the kinds of its cells, each with its first."""

    def __init__(self, name: str, profile: Mapping[str, Any]):
        self.name = name
        self.type: str = profile["type"]
        self.profile = profile
        self.kinds: dict[str, Mapping[str, Any]] = {
            kind["kind"]: kind for kind in profile.get("kinds") or ()
        }

    @property
    def first(self) -> Mapping[str, Any] | None:
        """The first cell that is not empty."""
        return min(self.kinds.values(), key=lambda kind: kind["row"], default=None)

    @property
    def values(self) -> list[str]:
        """All values in the column; none if they are too many to be known."""
        top = self.profile.get("top_values") or ()
        is_all = top and len(top) == self.profile.get("distinct_count")
        return [value for value, _ in top] if is_all else []

    def known_texts(self) -> Iterator[tuple[str, int | None]]:
        """The cells that are known by their text, and the rows of those whose row is."""
        for kind in self.kinds.values():
            if kind["text"] is not None:
                yield kind["text"], kind["row"]
        for extreme in ("min", "max"):
            if self.profile.get(extreme) is not None:
                yield self.profile[extreme], None


def first_rounded(cells: Cells) -> tuple[str, str, int | None] | None:
    """A number among the known cells that is another one as a double: it, that one, and its row."""
    for text, row in cells.known_texts():
        try:
            number = Decimal(text.strip())
            double = repr(float(number))
        except (InvalidOperation, OverflowError):
            continue
        if number.is_finite() and Decimal(double) != number:
            return text.strip(), double.removesuffix(".0"), row
    return None


def shown(text: str | None, instead: str = "a cell") -> str:
    """A text of the file within a sentence: on one line, and not too long."""
    if text is None:
        return instead
    line = "".join(c if c.isprintable() else " " for c in text)
    return shortened(line, _SHOWN_CHARACTERS)


def at(row: int | None) -> str:
    """Return where it begins, behind a sentence."""
    return "" if row is None else f" (row {row:,} first)"
