"""Warnings for people about how a file was read: sentences, made from the facts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.csv_reader.oddities import Place
    from chalicelib.csv_reader.read import CsvMetadata


def warnings_of(found: "CsvMetadata") -> Iterator[str]:
    """The sentences, the most general first."""
    if found.encoding_runner_up:
        yield f"the encoding is a guess: {found.encoding}, or else {found.encoding_runner_up}"
    if found.escape_character:
        yield "backslashes escape: what is behind one is text"
    if found.quote_character is None:
        yield "quotes are text, and quote nothing"
    if found.rows_in_quotes:
        yield "each whole row is in quotes, as one cell"
    if found.has_open_quote:
        yield "unterminated quote"
    if found.undecodable_bytes:
        yield _undecodable(found)
    if other := found.swallowed_rows:
        yield (
            f"a quote in row {other.row:,} begins a cell of many lines that look like rows; "
            f"were quotes text, there would be {other.row_count:,} rows"
        )
    if other := found.escaped_quotes:
        yield (
            f"a backslash seems to escape a quote, first in row {other.row:,}; "
            f"read so, there would be {other.row_count:,} rows"
        )
    for place, what in (
        (found.decoded_twice, "text that was decoded twice, as é that became Ã©"),
        (found.replacement_characters, "characters that were lost before (U+FFFD)"),
        (found.invisible_characters, "invisible characters"),
    ):
        if place:
            yield f"{what}: first {_where(place)}"


def _undecodable(found: "CsvMetadata") -> str:
    one = found.undecodable_bytes == 1
    count = "1 byte is" if one else f"{found.undecodable_bytes:,} bytes are"
    says = f"{count} not {found.encoding} and {'was' if one else 'were'} replaced"
    return f"{says}; probably {found.undecodable_as}" if found.undecodable_as else says


def _where(place: "Place") -> str:
    row = "above the first row" if place.row is None else f"in row {place.row:,}"
    return row if place.column is None else f"{row}, column {place.column:,}"
