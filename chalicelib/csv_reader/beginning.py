"""The rows of a part of a file whose layout is known."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from chalicelib.csv_reader.rows import numbered_rows

_LINE_END = re.compile("\r\n|\r|\n")
_LINE_END_BYTES = re.compile(b"\r\n|\r|\n")
_WIDE = re.compile("utf-?(16|32)", re.IGNORECASE)


@dataclass(frozen=True)
class Beginning:
    """The rows that a part of a file begins with, each a list of its cells as they are there.

    They end `read` bytes from its beginning. `complete` says that the file has no others behind
    them; `to_leave_out`, how many of the records that were to be left out are behind this part.
    """

    rows: list[list[str]]
    complete: bool
    read: int
    to_leave_out: int


def split_beginning(
    data: bytes,
    is_whole: bool,
    *,
    rows: int,
    delimiter: str,
    quote_character: str | None,
    escape_character: str | None,
    encoding: str,
    records_above: int,
    within: bytes = b"",
    header: Sequence[str] | None = None,
    starts_file: bool = True,
    rows_left: int | None = None,
) -> Beginning:
    """At most `rows` rows of what begins with `data`, as `read_csv_metadata` counts them.

    `is_whole` says that the file ends where `data` does; otherwise its last record may be cut, and
    is left out then. `records_above` are left out first: the preamble's and the header's, or rows.
    Where `data` begins within a record, `within` is the part before it, as far as it
    matters (see `before_note`); its rest does not count as a record. Rows that are the `header`
    again do not count either, but for the first where `data` `starts_file`. Where a
    footer follows, the table has `rows_left`.
    """
    data = within + data
    in_rest = bool(within)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, is_whole)
    # One more letter goes on with the record that is cut, or is a record by itself: either way, it
    # is in the last one.
    marks = delimiter, quote_character, escape_character
    records = numbered_rows(text if is_whole else text + "x", *marks)
    if not is_whole:
        records = (record for record, _ in pairwise(records))
    names = list(header or ())
    lines, left_out = 0, records_above
    kept: list[list[str]] = []
    is_above = starts_file
    for number, row in records:
        is_header = bool(names and row) and [row[0].lstrip("\ufeff"), *row[1:]] == names
        if in_rest or not row or (is_header and not is_above):
            in_rest = False
        elif left_out:
            left_out -= 1
        elif len(kept) < rows and len(kept) != rows_left:
            kept.append(row)
        else:
            read = _length_of(lines, data, text, encoding) - len(within)
            return Beginning(kept, len(kept) == rows_left, read, 0)
        is_above = is_above and not is_header
        lines = number
    read = max(_length_of(lines, data, text, encoding) - len(within), 0)
    return Beginning(kept, is_whole, read, left_out)


def _length_of(lines: int, data: bytes, text: str, encoding: str) -> int:
    """The bytes of the first lines of `data`, whose text is known."""
    if not lines:
        return 0
    if not _WIDE.match(encoding):  # line ends are bytes of their own
        ends = (match.end() for match in _LINE_END_BYTES.finditer(data))
        return next(islice(ends, lines - 1, None), len(data))
    ends = (match.end() for match in _LINE_END.finditer(text))
    length = next(islice(ends, lines - 1, None), None)
    if length is None:
        return len(data)
    return len(text[:length].encode(encoding, "surrogatepass"))


def encoding_of_part(encoding: str, data: bytes) -> str:
    """The encoding of a part of a file, which has no byte order mark but in its beginning.

    Delimiters, digits and line ends have zeros where the order says.
    """
    if encoding not in ("utf-16", "utf-32"):
        return encoding.removesuffix("-sig")
    width = int(encoding[-2:]) // 8
    first, last = data[::width].count(0), data[width - 1 :: width].count(0)
    return f"{encoding}-{'be' if first > last else 'le'}"


def before_note(
    margin: bytes, is_inside: bool, encoding: str, quote_character: str | None
) -> bytes:
    """Return what matters of a record that is under way behind `margin`: nothing, if it ends a
    line.

    That is a quote where what follows is within quotes, or else the last character, which shows
    whether a quote that follows opens a field. `encoding` is that of a part.
    """
    if is_inside:
        return (quote_character or "").encode(encoding)
    wide = _WIDE.match(encoding)
    width = int(wide[1]) // 8 if wide else 1
    last = margin[-width:]
    return b"" if last.strip(b"\0") in (b"\n", b"\r") else last
