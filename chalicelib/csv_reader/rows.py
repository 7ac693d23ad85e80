"""The records of a text, as Python's csv module reads them, whatever the delimiter."""

import csv
import io
from collections.abc import Iterator
from typing import Any

# The module's own limit is 128 KiB a field; it holds for the whole process.
csv.field_size_limit(2**31 - 1)

_SURROGATES = range(0xD800, 0xE000)  # a text that was decoded has none alone


def read_rows(
    text: str, delimiter: str | None, quote_character: str | None, escape_character: str | None
) -> Iterator[list[str]]:
    """The records of `text`, each a list of its fields; a blank line is a record of none.

    A `delimiter` of one space stands for a run of them, as in columns that are aligned; none at all
    makes each record one field. Without a `quote_character` quotes are text. The csv module takes
    one character and, before Python 3.11, no NUL, so characters that are nowhere in the text stand
    in for whatever it doesn't take.
    """
    return _reader(text, delimiter, quote_character, escape_character)[1]


def numbered_rows(
    text: str, delimiter: str | None, quote_character: str | None, escape_character: str | None
) -> Iterator[tuple[int, list[str]]]:
    """The same, each with the number of the line that it ends on."""
    reader, rows = _reader(text, delimiter, quote_character, escape_character)
    return ((reader.line_num, row) for row in rows)


def _reader(
    text: str, delimiter: str | None, quote_character: str | None, escape_character: str | None
) -> tuple[Any, Iterator[list[str]]]:
    unused = (chr(code) for code in _SURROGATES if chr(code) not in text)
    stand_ins = {}
    if delimiter is None:
        delimiter = next(unused)
    elif len(delimiter) > 1 or delimiter == "\0":
        stand_ins[delimiter] = next(unused)
    if "\0" in text and delimiter != "\0":
        stand_ins["\0"] = next(unused)
    for original, stand_in in stand_ins.items():
        text = text.replace(original, stand_in)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=stand_ins.get(delimiter, delimiter),
        skipinitialspace=delimiter == " ",
        **quoting(quote_character, escape_character),
    )
    rows: Iterator[list[str]] = reader
    for original, stand_in in stand_ins.items():
        rows = _restored(rows, original, stand_in)
    return reader, map(_without_margin, rows) if delimiter == " " else rows


def quoting(quote_character: str | None, escape_character: str | None) -> dict[str, Any]:
    """The arguments of `csv.reader` that say what quotes and what escapes."""
    if quote_character is None:
        return {"quoting": csv.QUOTE_NONE, "escapechar": escape_character}
    return {"quotechar": quote_character, "escapechar": escape_character}


def _restored(rows: Iterator[list[str]], original: str, stand_in: str) -> Iterator[list[str]]:
    for row in rows:
        yield [cell.replace(stand_in, original) for cell in row]


def _without_margin(row: list[str]) -> list[str]:
    """A row of aligned columns less the blank field that spaces at the end of its line make."""
    return row[:-1] if len(row) > 1 and not row[-1] else row
