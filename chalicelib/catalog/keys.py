"""Keys: what S3 and DynamoDB take as a file's name, and which names are those of CSV files.

The same accented letters can be written in several ways, which look alike. Keys stay as they are,
byte for byte; names of columns, and what people ask for, are compared in one form (Unicode's NFC).
"""

import re
import unicodedata

KEY_BYTES = 1024  # "Naming Amazon S3 objects", Amazon S3 User Guide; DynamoDB's sort keys too
_ACCENT = re.compile("[\u0300-\u036f]")
CSV_SUFFIXES = (".csv", ".tsv", ".txt")


def is_csv_key(key: str) -> bool:
    """Whether the key ends as a CSV file's does, in any case, gzipped or not."""
    return key.lower().removesuffix(".gz").endswith(CSV_SUFFIXES)


def utf8_length(text: str) -> int | None:
    """The bytes that the text has in UTF-8, or None if it cannot be written so."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None


def composed(text: str) -> str:
    """The text in the form in which texts are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(name: str) -> str:
    """The name of a column as it is found by: in whatever case, and however accents are written."""
    return composed(composed(name).casefold())


def other_forms(text: str) -> list[str]:
    """The text as it may be written otherwise, and looks alike: composed, or decomposed."""
    forms = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    return [form for form in dict.fromkeys(forms) if form != text]


def named_version(version_id: str | None) -> str | None:
    """The version, or None for `null`: each write without a version replaces the last of that name.

    ("Adding objects to versioning-suspended buckets", Amazon S3 User Guide)
    """
    return None if version_id == "null" else version_id or None


def bare(text: str) -> str:
    """The text without case and accents, in which a part of a name is looked for."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart))
