"""The number of records in a CSV file: exactly that of `csv.reader`, several times faster.

Python looks at a gigabyte a second as long as it makes no object for each byte or field:
`splitlines`, `translate`, `int.from_bytes` and the operators of integers are loops in C. This
module says what a record is in those words: simdjson's method, with big integers for vector
registers.

**Where there is no quote**, a record is a line that isn't blank, and `splitlines` is the parser.

**Where there are quotes**, records end where lines end outside of them. Call a quote *opening* if
it is where a field starts (after a delimiter, a line break or nothing), *doubling* if it
follows another quote, and *stray* after anything else. And say that a place is *inside* if an odd
number of quotes come before it.

Theorem: if no stray quote is outside, `csv.reader` is in a quoted field just where we are inside.

Proof, by the states of CPython's `_csv.c`, one run of adjacent quotes after another. Inside, a
run's first quote closes the field (`QUOTE_IN_QUOTED_FIELD`), the second makes it a doubled quote
and the field goes on (`IN_QUOTED_FIELD`), and so forth: each toggles. Outside, a run begins with an
opening quote, since it isn't stray, and nothing comes before it in its field (`START_FIELD`): it
opens the field, and the rest of the run toggle as before. Nothing else enters or leaves the two
states of a quoted field, but for the byte after its last quote, which is outside for both.  QED

So a block of bytes becomes *events*. Laid over itself one byte further on, it shows every byte
beside its left neighbour; `translate` keeps the quotes and the line ends, classified, and deletes
the rest. The events are two bits each of one integer, in which inside is a prefix XOR (log2 n
shifts), the theorem's condition one AND, and the count a `bit_count`. Blocks that don't meet the
condition (`5" pipe`) are read by a regular expression over their events that follows the states.

**Where characters are escaped**, those become letters, and the rest is as above. Only right behind
a closing quote an escape is a letter itself: blocks with one are read by expressions (`escapes`).
"""

import copy
import re

from chalicelib.csv_reader import escapes

# What a byte is, and in the upper half of a byte, what its left neighbour is.
_ORDINARY, _QUOTE, _DELIMITER, _BREAK, _ESCAPE = range(5)

# The events: base-4 digits, so that int(events, 4) packs them into two bits each.
_LINE_END, _OPENING, _DOUBLING, _STRAY = b"0123"

_QUOTE_AFTER = {_ORDINARY: _STRAY, _QUOTE: _DOUBLING, _DELIMITER: _OPENING, _BREAK: _OPENING}
_EVENTS = {previous << 4 | _QUOTE: event for previous, event in _QUOTE_AFTER.items()} | {
    # A break after a break ends nothing: the line between them is blank, or they are \r\n.
    previous << 4 | _BREAK: _LINE_END
    for previous in (_ORDINARY, _QUOTE, _DELIMITER)
}
_EVENT_OF_PAIR = bytes(_EVENTS.get(pair, 0) for pair in range(256))
_UNEVENTFUL_PAIRS = bytes(pair for pair in range(256) if pair not in _EVENTS)

# The same with what goes on behind a quote, in place of line ends.
_BEHIND_QUOTE = ord("0")
_ESCAPE_BEHIND_QUOTE = bytes([_QUOTE << 4 | _ESCAPE])
_QUOTE_EVENTS = {pair: event for pair, event in _EVENTS.items() if event != _LINE_END} | {
    _QUOTE << 4 | symbol: _BEHIND_QUOTE for symbol in (_ORDINARY, _ESCAPE)
}
_QUOTE_EVENT_OF_PAIR = bytes(_QUOTE_EVENTS.get(pair, 0) for pair in range(256))
_PAIRS_WITHOUT_QUOTE = bytes(pair for pair in range(256) if pair not in _QUOTE_EVENTS)

MANY_LINES = 5  # ends of lines, without a quote between them
_RUN = bytes([_LINE_END] * MANY_LINES)

# What csv.reader makes of events that end no record. Inside quotes, a quote that another one
# follows at once is doubled; a stray quote is text, and so are the quotes that follow it at once.
# The last event of a block is its end, "4". It is swallowed by a field that is still open, and
# protects a stray quote which the next block may go on with.
_BLOCK_END = b"4"
_ENDING_NO_RECORD = re.compile(rb"(?:1(?:0|[123]2)*(?:[123](?!2)|4)|32*(?![24]))+")

# The state between two bytes as `escapes` has it, by whether it is inside and what came before.
_ESCAPED_STATES = {
    (False, _BREAK): b"",
    (False, _DELIMITER): escapes.DELIMITER,
    (False, _ORDINARY): escapes.ORDINARY,
    (False, _QUOTE): escapes.QUOTE * 2,
}
_OF_ESCAPED_STATES = {state: pair for pair, state in _ESCAPED_STATES.items()}
_OF_ESCAPED_STATES[escapes.QUOTE] = (True, _ORDINARY)
_ESCAPED_SYMBOLS = (
    escapes.ORDINARY,
    escapes.QUOTE,
    escapes.DELIMITER,
    escapes.BREAK,
    escapes.ESCAPE,
)
_ESCAPED_SYMBOL_OF_PAIR = b"".join(_ESCAPED_SYMBOLS[min(pair & 15, 4)] for pair in range(256))
_ORDINARY_PAIR = bytes([_ORDINARY << 4 | _ORDINARY])  # one byte of them says as much

_BLOCK = 1 << 15
_LOW_BITS = (4 ** (_BLOCK + 1) - 1) // 3  # the lower bit of each event; one may be held back
_QUOTELESS_STRETCH = 1 << 11  # from this length on, finding it costs less than it saves


class RecordCounter:
    """Counts the records of a CSV file that is fed to it in chunks, cut anywhere.

    The bytes are of an encoding in which no other character contains those of `delimiter`, `quote`,
    `escape` (one byte each, or none of the last two) and the line breaks, such as UTF-8. Blank
    lines are not records. Memory does not grow with the file, nor with a record, nor with a field.
    """

    def __init__(self, delimiter: bytes, quote: bytes, escape: bytes = b""):
        symbols = bytearray(256)
        for byte, symbol in (
            (delimiter, _DELIMITER),
            (quote, _QUOTE),
            (escape, _ESCAPE),
            (b"\n", _BREAK),
            (b"\r", _BREAK),
        ):
            if byte:
                symbols[ord(byte)] = symbol
        self._symbols = bytes(symbols)
        self._delimiter = delimiter
        self._quote = quote
        self._escape = escape
        self._escaping = b""  # an escape at the end of what was fed
        self._ended = self._ended_lines = 0
        self._inside = False
        self._previous = _BREAK
        self._last_events = b""  # as many as may begin a run
        self.line_runs = 0  # in how many stretches or blocks `MANY_LINES` end in a row, or more
        self.met_stray = False  # whether quotes were stray outside, so far as that was looked at

    def escaping(self, escape: bytes, has_begun: bool) -> "RecordCounter":
        """A counter that goes on from here, with an escape, and has met no stray quote.

        `has_begun` says that the last byte was an escape.
        """
        counter = copy.copy(self)
        symbols = bytearray(self._symbols)
        symbols[ord(escape)] = _ESCAPE
        counter._symbols = bytes(symbols)
        counter._escape = escape
        counter._escaping = escape * has_begun
        counter.met_stray = False
        return counter

    @property
    def inside_quotes(self) -> bool:
        """Return whether the bytes so far end in a quoted field that is still open."""
        return self._inside

    @property
    def between_records(self) -> bool:
        """Return whether the bytes so far end with the end of a record."""
        return not self._inside and self._previous == _BREAK and not self._escaping

    @property
    def records(self) -> int:
        """The records in what was fed so far; the last one needs no line end."""
        return self._ended + (not self.between_records)

    @property
    def ended(self) -> int:
        """The records in what was fed so far that are over."""
        return self._ended

    @property
    def lines(self) -> int:
        """The records that there would be, were quotes and escapes text."""
        return self._ended_lines + (self._previous != _BREAK)

    def feed(self, data: bytes) -> None:
        """Count on."""
        if not self._escape:
            self._feed_unescaped(data)
            return
        for start in range(0, len(data), _BLOCK):
            block = self._escaping + data[start : start + _BLOCK]
            self._escaping = b""
            if self._escape in block:
                self._feed_escaped(block)
            else:
                self._feed_unescaped(block)

    def _feed_escaped(self, block: bytes) -> None:
        marks = self._delimiter, self._quote, self._escape
        lettered = escapes.with_letters(block, *marks).removesuffix(self._escape)
        symbols = lettered.translate(self._symbols)
        pairs = _pairs(symbols, self._previous)
        may_escape_none = _ESCAPE_BEHIND_QUOTE in pairs
        if may_escape_none or not self.met_stray:
            is_clean = self._closes_fields_only(pairs)
            self.met_stray = self.met_stray or not is_clean
            may_escape_none = may_escape_none and not is_clean
        if may_escape_none:
            self._feed_by_expressions(block)
            return
        self._escaping = block[len(lettered) :]
        if lettered:
            self._feed_block(lettered)

    def _closes_fields_only(self, pairs: bytes) -> bool:
        """Say whether no quote is stray outside, and none closes a field that goes on behind it."""
        events = pairs.translate(_QUOTE_EVENT_OF_PAIR, _PAIRS_WITHOUT_QUOTE)
        if not events:
            return True
        quotes, stray, inside = self._by_parity(events)
        return not stray & inside and (quotes | inside).bit_count() == len(events)

    def _feed_by_expressions(self, block: bytes) -> None:
        pairs = _pairs(block.translate(self._symbols), _BREAK)
        symbols = pairs.translate(_ESCAPED_SYMBOL_OF_PAIR, _ORDINARY_PAIR)
        state = escapes.QUOTE if self._inside else _ESCAPED_STATES[False, self._previous]
        ended, state, is_escaping = escapes.end_records(symbols, state)
        self._ended += ended
        self._inside, self._previous = _OF_ESCAPED_STATES[state]
        self._escaping = self._escape * is_escaping

    def _feed_unescaped(self, data: bytes) -> None:
        """Stretches without a quote are read as lines, blocks with quotes as events."""
        start = 0
        while start < len(data):
            quote_at = data.find(self._quote, start) if self._quote else -1
            stop = quote_at if quote_at >= 0 else len(data)
            if quote_at < 0 or stop - start >= _QUOTELESS_STRETCH:
                self._feed_quoteless(data[start:stop])
            else:
                stop = start + _BLOCK
                self._feed_block(data[start:stop])
            start = stop

    def _feed_quoteless(self, stretch: bytes) -> None:
        first, last = self._symbols[stretch[0]], self._symbols[stretch[-1]]
        is_split = b"\n" in stretch or b"\r" in stretch
        lines = stretch.splitlines() if is_split else [stretch]  # that is found sooner by `in`
        ended = len(lines) if all(lines) else sum(map(bool, lines))
        ended += (self._previous != _BREAK and first == _BREAK) - (last != _BREAK)
        self._ended_lines += ended
        if not self._inside:
            self._ended += ended
        self._previous = last
        self._look_for_run(_RUN[:ended])

    def _feed_block(self, block: bytes) -> None:
        symbols = block.translate(self._symbols)
        events = _pairs(symbols, self._previous).translate(_EVENT_OF_PAIR, _UNEVENTFUL_PAIRS)
        last = symbols[-1]
        self._look_for_run(events)
        if events and not self._count_by_parity(events):
            self.met_stray = True
            ends_in_stray = self._count_by_states(events)
            if ends_in_stray and last == _QUOTE:
                last = _ORDINARY
        self._previous = last

    def _look_for_run(self, events: bytes) -> None:
        events = self._last_events + events
        self.line_runs += _RUN in events
        self._last_events = events[1 - MANY_LINES :]

    def _count_by_parity(self, events: bytes) -> bool:
        """Count the line ends outside; False, and nothing done, if a stray quote is there too."""
        quotes, stray, inside = self._by_parity(events)
        if stray & inside:  # inside after it, so outside before it
            return False
        self._ended += len(events) - (quotes | inside).bit_count()
        self._ended_lines += len(events) - quotes.bit_count()
        self._inside = bool(inside & 1)
        return True

    def _by_parity(self, events: bytes) -> tuple[int, int, int]:
        """The quotes of the events, those that would be stray outside, and what is inside."""
        low_bits = _LOW_BITS >> 2 * (_BLOCK + 1 - len(events))
        packed = int(events, 4)
        low, high = packed & low_bits, packed >> 1 & low_bits
        quotes = inside = low | high
        shift = 2
        while shift < 2 * len(events):
            inside ^= inside >> shift
            shift *= 2
        if self._inside:
            inside ^= low_bits
        return quotes, low & high, inside

    def _count_by_states(self, events: bytes) -> bool:
        """Count the line ends outside by the states; True if the last quote was a stray one."""
        self._ended_lines += events.count(_LINE_END)
        if self._inside:
            events = b"1" + events
        elif self._previous == _QUOTE:
            events = b"13" + events  # a field that is closed, unless this block begins with a quote
        rest = _ENDING_NO_RECORD.sub(b"", events + _BLOCK_END)
        self._ended += rest.count(b"0")
        self._inside = not rest.endswith(_BLOCK_END)
        return rest[-2:-1] in (b"2", b"3")


def _pairs(symbols: bytes, previous: int) -> bytes:
    """Each symbol with its left neighbour in the upper half; that of the first is `previous`."""
    lanes = int.from_bytes(symbols, "little")
    pairs = lanes | lanes << 12 | previous << 4
    return pairs.to_bytes(len(symbols) + 2, "little")[: len(symbols)]
