"""Which encoding the text of a CSV file is in."""

import codecs
import re

from chalicelib.csv_reader.refuse_other_formats import binary_format, document_format

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose little-endian mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# The encodings a CSV file may be in when it is not Unicode, the likelier first, and how much
# better than the others, on charset-normalizer's scale of disorder, one has to read to be believed.
# The Windows code pages contain the ISO and EUC ones that people name the same files by:
# cp1252 is Latin-1 and more, cp932 Shift_JIS, cp949 EUC-KR (https://encoding.spec.whatwg.org/).
_LEGACY_ENCODINGS = {
    "cp1252": 0.0,
    "cp1250": 0.0,
    "cp1255": 0.0,  # before Cyrillic, which reads Hebrew without complaint, but not the reverse
    "cp1251": 0.0,
    "cp932": 0.02,
    "gb18030": 0.02,
    "big5": 0.02,
    "cp949": 0.02,
    "euc_jp": 0.02,
    "cp1253": 0.0,
    "cp1254": 0.0,
    "cp1257": 0.0,
    "cp1256": 0.0,
    "koi8_r": 0.05,
    "cp866": 0.05,
    "cp850": 0.05,
    "mac_roman": 0.05,
    "cp874": 0.1,
}
# The letters beyond ASCII of the languages that cp1252 is mostly used for, and signs of them all.
_WESTERN_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "àâæçéèêëîïôœùûüÿ",  # French
            "äöüßé",  # German
            "áéíñóúüç",  # Spanish
            "àáâãçéêíóôõúü",  # Portuguese
            "àèéìíîòóùú",  # Italian
            "åäöæøéüô",  # Danish, Norwegian, Swedish, Finnish
            "áàäéèêëïíóôöúü",  # Dutch
            "áéíóú",  # Irish
            "àçéèíïóòúü·",  # Catalan
        ),
    )
)
_WESTERN_SIGNS = frozenset("€£¥¢§©®™°ºª²³µ½¼¾±·•–—‘’“”„…«»¿¡×\u00a0")  # noqa: RUF001
_SIGN_IN_WORD = re.compile(r"[^\W\d_][£¥¢§©®°ºª²³µ½¼¾±•¿¡×][^\W\d_]")  # noqa: RUF001
_AS_GOOD = 0.01
_NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_WORDS_SEEN = 8192  # bytes that the guess is made on
# What stands in every table and tells nothing. None of it is the second byte of a character.
_SEPARATORS = bytes.maketrans(b',;\t"', b"    ")


class UnreadableCsv(ValueError):
    """The bytes are not a CSV file that anyone could read; the message says why."""


def detect_encoding(sample: bytes, complete: bool) -> str:
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
        encoding = "utf-8" if _is_utf_8(sample, complete) else _legacy_encoding(sample)
    _refuse(document_format(sample.decode(encoding, errors="replace"), complete))
    return encoding


def _refuse(other_format: str | None) -> None:
    if other_format:
        raise UnreadableCsv(f"looks like {other_format}, not a CSV file")


def _marked_or_wide_encoding(sample: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        if _is_wide(sample[:4096], encoding, width):
            return encoding
    return None


def _is_wide(sample: bytes, encoding: str, width: int) -> bool:
    """Whether `sample` is text in units of `width` bytes: it decodes, and it has ASCII in it.

    Every CSV file has ASCII characters, its delimiters and newlines, and these show the byte order.
    """
    zeros = sample.count(0)
    if zeros < len(sample) // 20 or len(sample) < 2 * width:
        return False
    whole = sample[: len(sample) // width * width]
    if encoding.startswith("utf-16") and whole[-2:] and 0xD8 <= max(whole[-2:]) <= 0xDB:
        whole = whole[:-2]  # perhaps the first half of a surrogate pair
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError:
        return False
    ascii_characters = sum(
        1 for character in text if " " <= character <= "~" or character in "\t\r\n"
    )
    return "\0" not in text.rstrip("\0") and 5 * ascii_characters >= len(text)


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


def _legacy_encoding(sample: bytes) -> str:
    """The likeliest of the encodings that have a byte or two for each character of a script."""
    lines = b"\n".join(dict.fromkeys(_NON_ASCII_LINE.findall(sample)))
    words = lines.translate(_SEPARATORS, b"0123456789")[:_WORDS_SEEN]
    if len(words) == _WORDS_SEEN and b"\n" in words:
        words = words[: words.rindex(b"\n")]
    if _is_western(words):
        return "cp1252"
    from charset_normalizer import from_bytes  # slow to import, and few files need it

    disorder = {}
    for match in from_bytes(words, cp_isolation=[*_LEGACY_ENCODINGS]):
        for encoding in match.could_be_from_charset:
            if encoding in _LEGACY_ENCODINGS:
                disorder[encoding] = match.chaos - match.coherence / 5 + _LEGACY_ENCODINGS[encoding]
    if not disorder:
        return "cp1252"
    least = min(disorder.values())
    return next(name for name in _LEGACY_ENCODINGS if disorder.get(name, 1) <= least + _AS_GOOD)


def _is_western(words: bytes) -> bool:
    """Whether `words`, read as cp1252, have the accents and signs of one Western European language.

    Most of them stand alone between ASCII characters, where letters of other scripts and the bytes
    of East Asian characters stand together; and no sign stands between two letters.
    """
    try:
        text = words.decode("cp1252")
    except UnicodeDecodeError:
        return False
    runs = re.findall(r"[^\x00-\x7f]+", text)
    letters = {letter for letter in "".join(runs).lower() if letter not in _WESTERN_SIGNS}
    return (
        len(runs) >= 0.9 * len("".join(runs))
        and any(letters <= alphabet for alphabet in _WESTERN_ALPHABETS)
        and not _SIGN_IN_WORD.search(text)
    )
