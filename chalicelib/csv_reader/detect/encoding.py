"""Which encoding the text of a CSV file is in."""

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

# The encodings of East Asia, the likelier first, and how much better than the others, on
# charset-normalizer's scale of disorder, one has to read to be believed. The Windows code pages
# contain the ISO and EUC ones that people name the same files by: cp932 Shift_JIS, cp949 EUC-KR
# (https://encoding.spec.whatwg.org/).
_ASIAN_ENCODINGS = {
    "cp932": 0.02,
    "gb18030": 0.02,
    "big5": 0.02,
    "cp949": 0.02,
    "euc_jp": 0.02,
    "cp874": 0.1,
}
_AS_GOOD = 0.01
_SCRIPTS_AT_MOST = 4  # in blocks of 256 characters; read in the other byte order, there are dozens
_NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_WORDS_SEEN = 8192  # bytes that the guess is made on
# What stands in every table and tells nothing. None of it is the second byte of a character.
_SEPARATORS = bytes.maketrans(b',;\t"', b"    ")


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
    is no text, or is a document of another format.
    """
    encoding = _marked_or_wide_encoding(sample)
    if encoding is None:
        _refuse(binary_format(sample))
        if complete and sample and not sample.strip(b"\0"):
            raise UnreadableCsv("holds nothing but NUL bytes")
        is_utf_8 = _is_utf_8(sample, complete)
        encoding = Encoding("utf-8") if is_utf_8 else _legacy_encoding(sample)
    _refuse(document_format(sample.decode(encoding.name, errors="replace"), complete))
    return encoding


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
    """Whether `sample` is text in units of `width` bytes: it decodes, and it has ASCII in it.

    Every CSV file has ASCII characters, its delimiters and newlines, and these show the byte order
    where they are a fifth of it. Where they are fewer, the letters do, which are of few scripts.
    """
    zeros = sample.count(0)
    if zeros < len(sample) // 50 or len(sample) < 2 * width:
        return False
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
    """Whether `sample` is UTF-8, or is but for fewer broken bytes than it has good characters.

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


def _legacy_encoding(sample: bytes) -> Encoding:
    """The likeliest of the encodings that have a byte or two for each character of a script."""
    lines = b"\n".join(dict.fromkeys(_NON_ASCII_LINE.findall(sample)))
    words = lines.translate(_SEPARATORS, b"0123456789")[:_WORDS_SEEN]
    if len(words) == _WORDS_SEEN and b"\n" in words:
        words = words[: words.rindex(b"\n")]
    return Encoding(*(guess_encoding(words) or _asian_encoding(words) or ("cp1252", "cp1250")))


def _asian_encoding(words: bytes) -> tuple[str, str] | None:
    """The likeliest of them and the next, by how orderly the words read."""
    from charset_normalizer import from_bytes  # slow to import, and few files need it

    disorder = {}
    for match in from_bytes(words, cp_isolation=[*_ASIAN_ENCODINGS]):
        for encoding in match.could_be_from_charset:
            if encoding in _ASIAN_ENCODINGS:
                disorder[encoding] = match.chaos - match.coherence / 5 + _ASIAN_ENCODINGS[encoding]
    if not disorder:
        return None
    least = min(disorder.values())
    best = next(name for name in _ASIAN_ENCODINGS if disorder.get(name, 1) <= least + _AS_GOOD)
    others = [name for name in _ASIAN_ENCODINGS if name != best]
    return best, min(others, key=lambda name: disorder.get(name, 1))
