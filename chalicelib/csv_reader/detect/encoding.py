"""The encoding of a CSV file's text."""

import codecs
import re
from typing import NamedTuple

from chalicelib.csv_reader.detect.encoding_guess import guess_encoding
from chalicelib.csv_reader.detect.other_formats import binary_format, document_format

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose little-endian mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_WIDE = (
    ("utf-32-le", "utf-32-be", 4),
    ("utf-32-be", "utf-32-le", 4),
    ("utf-16-le", "utf-16-be", 2),
    ("utf-16-be", "utf-16-le", 2),
)

_SCRIPTS_AT_MOST = 4  # in blocks of 256 characters; read in the other byte order, there are dozens
_USUAL = "cp1252"
_DIGITS = re.compile(rb"[0-9]+")
# No byte of it is the second one of a character, but of rare ones in GB 18030.
_TOKEN = re.compile(rb"[^\x00-\x2f\x3a-\x3f]+")
_SEEN = 4096  # bytes of different tokens that the guess is made on


class UnreadableCsv(ValueError):
    """The bytes are not a CSV file that anyone could read; the message says why."""


class Encoding(NamedTuple):
    """The name of a Python codec; and if it is a guess, that of the one that is next."""

    name: str
    runner_up: str | None = None


def detect_encoding(sample: bytes, complete: bool) -> Encoding:
    """The Python codec that decodes, from its first byte, a file that begins with `sample`.

    `complete` says that `sample` is the whole file, and so not cut inside a character. A few bytes
    that the codec can't decode are left to the reader of the file. Raises `UnreadableCsv` for what
    is not text, or is a document of another format.
    """
    encoding = _marked_or_wide_encoding(sample)
    if encoding is None:
        _refuse(binary_format(sample))
        if complete and sample and not sample.strip(b"\0"):
            raise UnreadableCsv("holds nothing but NUL bytes")
        encoding = detect_text_encoding(sample, complete)
    _refuse(document_format(sample.decode(encoding.name, errors="replace"), complete))
    return encoding


def detect_text_encoding(sample: bytes, complete: bool) -> Encoding:
    """The encoding of a text in which ASCII is ASCII: UTF-8, or the likeliest older one."""
    if _is_utf_8(sample, complete):
        return Encoding("utf-8")
    guess = guess_encoding(_tokens(sample, complete)) or _USUAL
    if guess == _USUAL:
        return Encoding(_USUAL, "cp1250")
    return Encoding(guess, _USUAL)


def encoding_of_rest(sample: bytes) -> str:
    """The likeliest encoding of what in a part of a text is not UTF-8."""
    return guess_encoding([word for word in _tokens(sample, False) if not _is_text(word)]) or _USUAL


def _refuse(other_format: str | None) -> None:
    if other_format:
        raise UnreadableCsv(f"looks like {other_format}, not a CSV file")


def _marked_or_wide_encoding(sample: bytes) -> Encoding | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return Encoding(encoding)
    for encoding, other, width in _WIDE:
        if _is_wide(sample[:4096], encoding, width):
            return Encoding(encoding, other)
    return None


def _is_wide(sample: bytes, encoding: str, width: int) -> bool:
    """Return whether `sample` is text in units of `width` bytes: it decodes, and it has ASCII in
    it.

    Every CSV file has ASCII characters, its delimiters and newlines, and these show the byte order
    where they are a fifth of it. Where they are fewer, the letters do, which belong to few scripts.
    """
    zeros = sample.count(0)
    if zeros < len(sample) // 50 or len(sample) < 2 * width:
        return False
    high = range(1, width) if encoding.endswith("le") else range(width - 1)
    if 4 * sum(sample[place::width].count(0) for place in high) < 3 * zeros:
        return False  # zeros that are not the upper bytes of ASCII pad cells
    whole = sample[: len(sample) // width * width]
    if encoding.startswith("utf-16") and whole[-2:] and 0xD8 <= max(whole[-2:]) <= 0xDB:
        whole = whole[:-2]  # perhaps the first half of a surrogate pair
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError:
        return False
    if "\0" in text.rstrip("\0"):
        return False
    ascii_characters = sum(1 for c in text if " " <= c <= "~" or c in "\t\r\n")
    if 5 * ascii_characters >= len(text):
        return True
    others = [c for c in text if c > "~"]
    return (
        25 * ascii_characters >= len(text)
        and all(c.isprintable() for c in others)
        and len({ord(c) >> 8 for c in others}) <= _SCRIPTS_AT_MOST
    )


def _is_utf_8(sample: bytes, complete: bool) -> bool:
    """Return whether `sample` is UTF-8, or is but for fewer broken bytes than it has good
    characters.

    Text in any other encoding all but never makes a sequence that UTF-8 allows (RFC 3629, 1).
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=complete)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        good = sum(1 for character in text if character > "\x7f") - broken
        return good > broken
    return True


def _tokens(sample: bytes, complete: bool) -> list[bytes]:
    """The different words beyond ASCII, up to blanks and punctuation, of which digits are alike.

    The last word of a sample that is not `complete` may end within a character, and is left out.
    """
    sample = _DIGITS.sub(b"0", sample)
    words = _TOKEN.findall(sample)
    if not complete and len(words) > 1 and sample.endswith(words[-1]):
        words.pop()
    tokens, size = [], 0
    for word in dict.fromkeys(words):
        if not word.isascii():
            tokens.append(word[:_SEEN])
            size += len(word)
            if size >= _SEEN:
                break
    return tokens


def _is_text(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True
