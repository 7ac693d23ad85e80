"""Which text encoding the bytes of a CSV file are in, or what they are when they are no CSV at all."""

import codecs
import re


class UnreadableCsv(ValueError):
    """The bytes are not a CSV file that anyone could read; the message says why."""


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose little-endian mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_encoding(sample: bytes, complete: bool) -> str:
    """The Python codec that decodes a file which begins with `sample`.

    `complete` says that `sample` is the whole file, and not cut inside a character. Raises
    `UnreadableCsv` when no encoding makes text of it.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=complete)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    if sample.startswith(b"\x89PNG"):
        raise UnreadableCsv("looks like a PNG image, not a CSV file")
    if len(re.findall(rb"[\x02-\x08\x0e-\x1e]", sample)) > len(sample) / 50:
        raise UnreadableCsv("looks like binary data, not a CSV file")
    return "cp1252"
