"""Which other format a file named .csv is in, by its magic number or its first words."""

import json
import re

# Magic numbers of what arrives under the name of .csv. Those that a CSV file could begin with
# count only where the sample holds bytes that no text has.
_ZIP = b"PK\x03\x04"
_ZIP_CONTENTS = (
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"word/", "a Word document (.docx)"),
    (b"ppt/", "a PowerPoint presentation (.pptx)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"", "a zip archive"),
)
_MAGIC_NUMBERS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file (.xls or .doc)"),
    (b"PAR1", "a Parquet file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"ARROW1", "an Arrow (Feather) file"),
    (b"FEA1", "a Feather file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"CDF\x01", "a NetCDF file"),
    (b"CDF\x02", "a NetCDF file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\x04\x22\x4d\x18", "an LZ4 file"),
    (b"\xff\x06\0\0sNaPpY", "a Snappy file"),
    (b"\x1f\x9d", "a compress (.Z) file"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"\xca\xfe\xba\xbe", "a Java class"),
    (b"\0asm", "a WebAssembly module"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"<stata_dta>", "a Stata file"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
)
_TEXT_DOCUMENTS = (
    b"%PDF-",
    b"{\\rtf",
    b"MATLAB 5.0 MAT-file",
    b"<stata_dta>",
)  # these are text in part or whole, and never a header
_MARKUP = re.compile(r"\s*<(?:(!doctype\s+html|html)|(\?xml|!doctype))[\s>]", re.IGNORECASE)
_JSON = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers of however many digits
_JSON_START = re.compile(r'\s*(?:\{\s*"|\[\s*[\[{])')

# What binary noise has and text has not. NUL is left out: whole CSV files come padded with it.
# So are the control characters that delimit (SOH, US), and those that editors and shells leave.
_CONTROL = bytes(sorted({*range(0x02, 0x09), *range(0x0E, 0x20), 0x7F} - {0x1A, 0x1B, 0x1C, 0x1F}))
_MOST_CONTROL = 0.02  # of the bytes; a tenth of compressed data is


def binary_format(sample: bytes) -> str | None:
    """What a file that begins with `sample` is when it is no text ("a PNG image"), else None."""
    control = len(sample) - len(sample.translate(None, _CONTROL))
    head = sample[:64]
    binary_head = 0 in head and head != head.translate(None, _CONTROL)
    noise = binary_head or control > _MOST_CONTROL * len(sample)
    if sample.startswith(_ZIP):
        return next(name for part, name in _ZIP_CONTENTS if part in sample)
    for magic, name in _MAGIC_NUMBERS:
        if sample.startswith(magic):
            could_be_text = magic.isascii() and magic.decode().isprintable()
            if not could_be_text or noise or 0 in head or magic in _TEXT_DOCUMENTS:
                return name
    return "binary data" if noise else None


def document_format(text: str, complete: bool) -> str | None:
    """What a file that begins with `text` is when it is a page or a document, else None.

    `complete` says that `text` is the whole file. In doubt it is none: a CSV file may hold markup
    and JSON in its cells.
    """
    markup = _MARKUP.match(text)
    if markup:
        return "an HTML page" if markup[1] else "an XML document"
    if _JSON_START.match(text) and _is_json(text.strip(), complete):
        return "a JSON document"
    return None


def _is_json(text: str, complete: bool) -> bool:
    """Whether `text` is JSON, or lines of it, or when not `complete` the beginning of such."""
    try:
        end = _JSON.raw_decode(text)[1]
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated string") or error.pos >= len(text) - len("false")
        return not complete and cut
    except RecursionError:
        return False
    return end == len(text) or text[end] in "\r\n"
