"""What Python's own csv module makes of a file, and files to ask it about."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from chalicelib.csv_reader import CsvMetadata


@contextmanager
def fields_of_any_size() -> Iterator[None]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def rows(
    data: bytes, encoding: str, delimiter: str, quote: str | None, escape: str | None = None
) -> list[list[str]]:
    """The rows of `data` that are not blank.

    The module doesn't take delimiters of two characters, nor NUL before Python 3.11, so other
    characters stand in for them. Where columns are aligned with spaces, several are as one.
    """
    text = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="").read()
    nul, one = "\U0010fffe", "\U0010ffff"
    if len(delimiter) > 1:
        text = text.replace(delimiter, one)
    text = text.replace("\0", nul)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=one if len(delimiter) > 1 else delimiter,
        quotechar=quote or '"',
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape,
        skipinitialspace=delimiter == " ",
    )
    with fields_of_any_size():
        return [
            [field.replace(nul, "\0").replace(one, delimiter) for field in row]
            for row in reader
            if row
        ]


def quoting(found: CsvMetadata) -> tuple[str | None, str | None]:
    """What quotes and what escapes in a file that was read."""
    return found.quote_character, found.escape_character


def table_of(data: bytes, found) -> list[list[str]] | None:
    """The rows of the table in a file that was read, or None if they cannot be told this simply.

    These are all rows less the preamble, the header wherever it is repeated, and the footer.
    """
    records = rows(data, found.encoding, found.delimiter, *quoting(found))
    header = records[found.preamble_rows :][: found.header_rows]
    table = records[found.preamble_rows + found.header_rows :]
    table = table[: len(table) - found.footer_rows]
    if found.repeated_headers:
        again = [row for row in table if [row[0].lstrip("\ufeff"), *row[1:]] in header]
        if len(again) != found.repeated_headers:
            return None  # quoted in another way, it is a row
        table = [row for row in table if row not in again]
    text = data.decode(found.encoding, "replace")
    if "\0" in text and not text.strip(found.delimiter + " \t\0\x1a\r\n"):
        return None  # NULs below others pad the table, and there is none
    pads = not found.footer_rows and not found.has_open_quote  # what is in quotes is text
    if table and pads and (padding := len(text) - len(text.rstrip("\0\x1a"))):
        table[-1] = [*table[-1][:-1], table[-1][-1][:-padding]]
    return table


class Pieces:
    """A stream that can only be read, once, and gives pieces of lengths of its own choice."""

    def __init__(self, data: bytes, lengths: list[int]):
        self._data = data
        self._lengths = lengths
        self._reads = 0

    def read(self, size: int) -> bytes:
        size = min(size, self._lengths[self._reads % len(self._lengths)])
        self._reads += 1
        piece, self._data = self._data[:size], self._data[size:]
        return piece


def cut(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    """`data` in pieces of those lengths, over and over."""
    stream = Pieces(data, lengths)
    while piece := stream.read(len(data)):
        yield piece


# Each alphabet makes other trouble likely: fields, runs of quotes, line ends, rare quotes, what
# isn't ASCII, and what looks like a number or stands for another character.
_ALPHABETS = [
    [b"a", b'"', b",", b"\n"],
    [b"a", b'"'],
    [b'"', b"\n", b","],
    [b"a", b",", b'"', b"\r", b"\n"],
    [b"a", b"\0", b";", b"'", b'"', b",", b"\n", b"\r"],
    [b"aaaaaaaa", b",", b",", b"\n", b"\n", b'"'],
    [b"id", b"name", b"1", b"2.5", b'","', b'"\n"', b'""', b"\r\n", b";", b"|", b"||", b" ", b"\t"],
    [b"a", b"\\", b'"', b",", b"\n"],
    [b"\\", b'"', b"\r", b"\n", b",", b" "],
    [b"a", b"\xef\xbb\xbf", "é".encode(), "😀".encode(), b"\xff", b"\xc3", b'"', b",", b"\n"],
    [b"9" * 400, b"4e512345678", b"0e5", b"1e-400", b"-", b".", b"7", b",", b",", b"\n", b"\n"],
    ["\ue000".encode(), "\U000f0000".encode(), b"\0", b"a", b"||", b",", b"\n", b'"'],
]
csv_bytes = st.sampled_from(_ALPHABETS).flatmap(
    lambda alphabet: st.lists(st.sampled_from(alphabet), max_size=60).map(b"".join)
)
piece_lengths = st.lists(st.integers(1, 40), min_size=1, max_size=3)
# What divides, quotes and escapes.
dialects = st.sampled_from(
    [
        (",", '"', None),
        (";", "'", None),
        ("\t", '"', None),
        (" ", '"', None),
        (",", None, None),
        (",", '"', "\\"),
        (",", None, "\\"),
        (" ", '"', "\\"),
    ]
)
