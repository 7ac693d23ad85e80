"""Ends of records where a backslash escapes: the states of `csv.reader` as regular expressions.

They are needed where an escape may be right behind a closing quote. Everywhere else, what is
escaped is a letter, and `with_letters` makes it one.

An escape takes the byte behind it, whatever that is, and no more: of CR LF the CR alone, so that
the LF still ends the record. Only right behind a closing quote is it a letter like any other.
"""

import re

ORDINARY, QUOTE, DELIMITER, BREAK, ESCAPE = b"o", b'"', b",", b"n", b"\\"

_QUOTED = rb'"(?:[o,n]|\\.|"")*'  # up to the closing quote, or as far as it goes
_UNQUOTED = rb'(?:[o"]|\\.)*'
_FIELD = rb'(?:%b"(?:[o\\]%b)?|(?:(?:o|\\.)%b)?)' % (_QUOTED, _UNQUOTED, _UNQUOTED)
_RECORDS = re.compile(rb"n+|(%b(?:,%b)*n)|(.+)" % (_FIELD, _FIELD), re.DOTALL)
_WHOLE_FIELDS = re.compile(rb"(?:%b,)*" % _FIELD, re.DOTALL)
_OPEN = re.compile(_QUOTED, re.DOTALL)
_REST_OF_FIELD = re.compile(_UNQUOTED, re.DOTALL)


def with_letters(data: bytes, delimiter: bytes, quote: bytes, escape: bytes) -> bytes:
    """Return the data with a letter in place of each byte that is escaped.

    It is of the same length. Each escape is taken for one, unless it is itself escaped; the last
    byte may be one that escapes what comes next.
    """
    escaped = (escape, quote, delimiter, b"\n", b"\r")
    letter = next(letter for letter in (b"a", b"b", b"c", b"d") if letter not in escaped)
    for byte in filter(None, escaped):  # an escape first: from the left, it takes the next one
        data = data.replace(escape + byte, escape + letter)
    return data


def end_records(symbols: bytes, state: bytes) -> tuple[int, bytes, bool]:
    """Count the records that end in `symbols`; say in which state csv.reader is then.

    `symbols` are the five above, a run of `ORDINARY` being as good as one. A state is the shortest
    text that leads to it: nothing, a delimiter, an ordinary byte of an unquoted field, a quote that
    is open, or two quotes, the second of which may be doubled. The third value says that the last
    symbol is an escape of what comes next.
    """
    ended, rest = 0, b""
    for match in _RECORDS.finditer(state + symbols):
        if match.lastindex == 1:
            ended += 1
        elif match.lastindex == 2:
            rest = match.group()
    field = rest[_end(_WHOLE_FIELDS, rest) :]
    if not field.startswith(QUOTE):
        known = _end(_REST_OF_FIELD, field)
        start = DELIMITER if len(rest) > len(field) else b""
        return ended, ORDINARY if known else start, known < len(field)
    opened = _end(_OPEN, field)
    if not field.startswith(QUOTE, opened):
        return ended, QUOTE, opened < len(field)
    if len(field) == opened + 1:
        return ended, QUOTE * 2, False
    return ended, ORDINARY, _end(_REST_OF_FIELD, field, opened + 2) < len(field)


def _end(pattern: re.Pattern[bytes], symbols: bytes, start: int = 0) -> int:
    """Return where the pattern ends that begins at `start`."""
    match = pattern.match(symbols, start)
    return match.end() if match else start
