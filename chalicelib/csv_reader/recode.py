"""The text of a CSV file, whatever its encoding, as UTF-8 with delimiters of a single byte."""

import codecs
import re
from collections.abc import Iterator

from chalicelib.csv_reader.detect.encoding import detect_text_encoding, encoding_of_rest

_LONG_DELIMITER = b"\xff"  # stands for a delimiter of several bytes: UTF-8 never contains it
_REPLACEMENT = "\ufffd"
_MARKED = "chalicelib.csv_reader.recode.marked"
_LONGEST_FAULT = 4
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SAMPLE = 1 << 16  # bytes that decide about an encoding
_LEAST_SAMPLE = 1 << 12  # of them, unless the file ends
_BEGUN_MARKS = tuple(codecs.BOM_UTF8[:n] for n in range(len(codecs.BOM_UTF8)))


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Decode a fault as a lone surrogate, as nothing else is, that says how many bytes it had."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(0xDC00 + min(error.end - error.start, _LONGEST_FAULT)), error.end


codecs.register_error(_MARKED, _mark)


class Utf8Recoder:
    """Recodes a file's chunks, cut anywhere, to valid UTF-8.

    What doesn't decode becomes U+FFFD, as with Python's `errors="replace"`, and `undecodable`
    counts its bytes; of a file in UTF-8, `undecodable_as` is the encoding that they probably are
    of. ASCII passes at no cost and valid UTF-8 at that of checking it.

    With `is_ascii_so_far`, the encoding is decided anew where the first other byte comes: what
    `encoding` and `runner_up` are then.
    """

    def __init__(
        self,
        encoding: str,
        delimiter: str,
        runner_up: str | None = None,
        is_ascii_so_far: bool = False,
    ):
        self._use(encoding, runner_up)
        self._is_undecided = is_ascii_so_far
        self._held = b""  # until there is enough to decide by
        self._undecoded = b""
        self._long_delimiter = delimiter.encode()
        self._delimiter_begun = b""
        self.delimiter = self._long_delimiter
        if len(self.delimiter) > 1:
            self.delimiter = _LONG_DELIMITER
        self.undecodable = 0
        self.undecodable_as: str | None = None

    def _use(self, encoding: str, runner_up: str | None) -> None:
        self.encoding, self.runner_up = encoding, runner_up
        codec = codecs.lookup(encoding)
        self._is_utf8 = codec.name in ("utf-8", "utf-8-sig")
        self._skips_mark = codec.name == "utf-8-sig"
        self._decoder = codec.incrementaldecoder(_MARKED)

    @property
    def held_back(self) -> int:
        """Bytes that were read, and are a part of something that is not given yet."""
        waiting = self._undecoded if self._is_utf8 else self._decoder.getstate()[0]
        return len(waiting) + len(self._held) + len(self._delimiter_begun)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The UTF-8 of one more chunk, of about the same size."""
        yield self._recode(chunk, final=False)

    def finish(self) -> Iterator[bytes]:
        """Yield what is left."""
        yield self._recode(b"", final=True)

    def text(self, utf8: bytes) -> str:
        """The text of some of that, with its delimiters as they are in the file."""
        return utf8.replace(self.delimiter, self._long_delimiter).decode(errors="ignore")

    def _recode(self, chunk: bytes, final: bool) -> bytes:
        if self._is_undecided:
            chunk = self._decide(chunk, final)
        if self._is_utf8:
            utf8 = self._check(chunk, final)
        else:
            utf8 = self._encode(self._decoder.decode(chunk, final))
        if self.delimiter is self._long_delimiter:
            return utf8
        return self._shorten_delimiters(utf8, final)

    def _decide(self, chunk: bytes, final: bool) -> bytes:
        """Return what is to be decoded now, once it has to be known how."""
        chunk, self._held = self._held + chunk, b""
        if chunk.isascii() or not (beyond := _BEYOND_ASCII.search(chunk)):
            return chunk
        place = beyond.start()
        if len(chunk) - place < _LEAST_SAMPLE and not final:
            self._held = chunk
            return b""
        sample = chunk[_line_start(chunk, place) : place + _SAMPLE]
        self._use(*detect_text_encoding(sample, complete=final))
        self._is_undecided = False
        return chunk

    def _check(self, chunk: bytes, final: bool) -> bytes:
        chunk = self._undecoded + chunk
        if self._skips_mark:
            if not final and chunk in _BEGUN_MARKS:
                self._undecoded = chunk
                return b""
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
            self._skips_mark = False
        if chunk.isascii():
            self._undecoded = b""
            return chunk
        try:
            _, valid = codecs.utf_8_decode(chunk, "strict", final)
            utf8 = chunk[:valid]
        except UnicodeDecodeError as error:
            if not self.undecodable:
                sample = chunk[_line_start(chunk, error.start) : error.start + _SAMPLE]
                self.undecodable_as = encoding_of_rest(sample)
            text, valid = codecs.utf_8_decode(chunk, "replace", final)
            utf8 = text.encode()
            there = chunk[:valid].count(_REPLACEMENT.encode())
            replaced = text.count(_REPLACEMENT) - there
            self.undecodable += valid - (len(utf8) - replaced * len(_REPLACEMENT.encode()))
        self._undecoded = chunk[valid:]
        return utf8

    def _encode(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError:
            for length in range(1, _LONGEST_FAULT + 1):
                mark = chr(0xDC00 + length)
                self.undecodable += length * text.count(mark)
                text = text.replace(mark, _REPLACEMENT)
            return text.encode()

    def _shorten_delimiters(self, utf8: bytes, final: bool) -> bytes:
        utf8 = (self._delimiter_begun + utf8).replace(self._long_delimiter, _LONG_DELIMITER)
        begun = 0
        if not final:
            prefixes = range(len(self._long_delimiter) - 1, 0, -1)
            begun = next((n for n in prefixes if utf8.endswith(self._long_delimiter[:n])), 0)
        whole = len(utf8) - begun
        self._delimiter_begun = utf8[whole:]
        return utf8[:whole]


def _line_start(chunk: bytes, place: int) -> int:
    """Return where the line begins that a place is in, or some way before it if the line is
    long.
    """
    return max(chunk.rfind(b"\n", 0, place) + 1, place - _LEAST_SAMPLE)
