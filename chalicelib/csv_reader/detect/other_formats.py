"""Other formats of files named .csv, by their magic number or their first words."""

import json
import re
import zlib
from xml.parsers import expat

# Magic numbers of what arrives under the name of .csv. Those that a CSV file could begin with
# count only where the sample holds bytes that no text has.
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_CONTENTS = (
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"word/", "a Word document (.docx)"),
    (b"ppt/", "a PowerPoint presentation (.pptx)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"", "a zip archive"),
)
_OFFICE_PARTS = ("[Content_Types].xml", "_rels/", "docProps/", "xl/", "word/", "ppt/", "mimetype")
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
    (b"\x1f\x8b", "a gzip file within a compressed one"),
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
_JSON = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers of however many digits
_COMMENTS = r"\s*(?:<!--(?:[^-]|-(?!->))*-->\s*)*"
_MARKUP = re.compile(
    rf"""{_COMMENTS}<(?:
        (!doctype\s+html|html|head|body|title|meta|script|style)
        | ((?:\?xml[^<>]*\?>\s*<)?Error>\s*<Code)
        | (\?xml|!doctype|ListBucketResult)
        | (table|div|form|iframe|center|h[1-6]|[ou]l|pre|hr|link)
    )(?:[\s/>]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_HTML_ROOTS = frozenset(
    """
    a article b br em font i img main nav p section small span strong u
    """.split()  # noqa: SIM905
)
_ELEMENT = re.compile(rf"{_COMMENTS}<([a-z][\w:.-]*)[\s/>]", re.IGNORECASE)
_LFS_POINTER = re.compile(
    r"version https://git-lfs\.github\.com/spec/v\d\S*\r?\n(?:\S+ \S+\r?\n)*oid "
)
_JSON_START = re.compile(r'\s*(?:\{\s*"|\[\s*[\[{])')

# What binary noise has and text has not. NUL is left out: whole CSV files come padded with it.
# So are the control characters that delimit (SOH, US), and those that editors and shells leave.
_CONTROL = bytes(sorted({*range(0x02, 0x09), *range(0x0E, 0x20), 0x7F} - {0x1A, 0x1B, 0x1C, 0x1F}))
_MOST_CONTROL = 0.02  # of the bytes; a tenth of compressed data is


def binary_format(sample: bytes) -> str | None:
    """Return what a file that begins with `sample` is when it is not text ("a PNG image"), else
    None.
    """
    control = len(sample) - len(sample.translate(None, _CONTROL))
    head = sample[:64]
    binary_head = 0 in head and head != head.translate(None, _CONTROL)
    noise = binary_head or control > _MOST_CONTROL * len(sample)
    if sample.startswith(_ZIPS):
        return next(name for part, name in _ZIP_CONTENTS if part in sample)
    if _is_tar(sample[:512]):
        return "a tar archive"
    if _is_zlib(sample):
        return "a zlib stream"
    for magic, name in _MAGIC_NUMBERS:
        if sample.startswith(magic):
            could_be_text = magic.isascii() and magic.decode().isprintable()
            if not could_be_text or noise or 0 in head or magic in _TEXT_DOCUMENTS:
                return name
    return "binary data" if noise else None


def zip_content(name: str, archive: bytes) -> str | None:
    """Return what a zip archive is whose first file has that `name`, where it is an office
    document's.

    `archive` is what comes behind that name.
    """
    if not name.startswith(_OFFICE_PARTS):
        return None
    start = name.encode() + archive
    return next((kind for part, kind in _ZIP_CONTENTS[:-1] if part in start), None)


def _is_tar(block: bytes) -> bool:
    """Return whether a block of 512 bytes is a tar file's header, by its checksum."""
    field = block[148:156].strip(b" \0")
    if len(block) < 512 or not re.fullmatch(rb"[0-7]{1,7}", field):
        return False
    return int(field, 8) == sum(block) - sum(block[148:156]) + 8 * ord(" ")


def _is_zlib(sample: bytes) -> bool:
    """Return whether `sample` begins as RFC 1950 says, and decompresses as far as it goes."""
    if len(sample) < 8 or sample[0] != 0x78 or int.from_bytes(sample[:2], "big") % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(sample, 1024))
    except zlib.error:
        return False


def document_format(text: str, complete: bool) -> str | None:
    """Return what a file that begins with `text` is when it is a page or a document, else None.

    `complete` says that `text` is the whole file. In doubt it is none: a CSV file may hold markup
    and JSON in its cells.
    """
    if markup := _MARKUP.match(text):
        if markup[2]:
            return "an S3 error document (XML)"
        if markup[3]:
            return "an XML document"
        if markup[1] or not _are_cells(text, markup[4]):
            return "an HTML page"
    if _LFS_POINTER.match(text):
        return "a Git LFS pointer"
    if complete and (root := _ELEMENT.match(text)) and _is_xml(text):
        return "part of an HTML page" if root[1].lower() in _HTML_ROOTS else "an XML document"
    if _JSON_START.match(text) and _is_json(text.strip(), complete):
        return "a JSON document"
    return None


def _are_cells(text: str, tag: str) -> bool:
    """Return whether each line begins with an element of that kind, and goes on behind a
    delimiter.
    """
    row = re.compile(rf"<{tag}[\s>].*>\s*\"?[,;\t|]", re.IGNORECASE)
    return all(row.match(line) for line in text.splitlines()[:-1] or [text])


def _is_xml(text: str) -> bool:
    """Return whether `text`, which begins with an element, is of that and what it holds alone."""
    try:
        expat.ParserCreate().Parse(text.strip(), True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def _is_json(text: str, complete: bool) -> bool:
    """Return whether `text` is JSON, or lines of it, or when not `complete` the beginning
    of such.
    """
    try:
        end = _JSON.raw_decode(text)[1]
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated string") or error.pos >= len(text) - len("false")
        return not complete and cut
    except RecursionError:
        return False
    return end == len(text) or text[end] in "\r\n"
