"""Keys: what S3 and DynamoDB take as a file's name, and which names are those of CSV files.

The same accented letters can be written in several ways, which look alike. Keys stay as they are,
byte for byte; names of columns, and what people ask for, are compared in one form (Unicode's NFC).
"""

import re
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase

KEY_BYTES = 1024  # "Naming Amazon S3 objects", Amazon S3 User Guide; DynamoDB's sort keys too
_ACCENT = re.compile("[\u0300-\u036f]")
ODCS_SUFFIX = ".odcs.yaml"
CSV_SUFFIXES = (".csv", ".tsv", ".txt")
COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip")
_USUALLY_INCLUDED = " ".join(
    [f"*{csv}{packed}" for csv in CSV_SUFFIXES for packed in ("", *COMPRESSED_SUFFIXES)] + ["*.zip"]
)
_USUALLY_EXCLUDED = "._*"  # macOS's companions of files


@dataclass(frozen=True)
class Selection:
    """The keys that are cataloged: those that a pattern includes, and none excludes.

    A pattern has `*`, `?` and `[…]` as in a shell, in any case. It is compared with the last part
    of a key, or if it has a slash, with all of it.
    """

    include: tuple[str, ...]
    exclude: tuple[str, ...]

    @classmethod
    def of(cls, include: str = "", exclude: str | None = None) -> "Selection":
        """The selection by patterns with commas or spaces between them.

        What is usual is included unless patterns are given, and excluded unless a text is.
        """
        exclude = _USUALLY_EXCLUDED if exclude is None else exclude
        return cls(tuple(_patterns(include or _USUALLY_INCLUDED)), tuple(_patterns(exclude)))

    def left_out(self, key: str) -> str | None:
        """The reason why a key is not cataloged, or None if it is."""
        if key.endswith("/"):
            return "it is a folder"
        if not any(_fits(key, pattern) for pattern in self.include):
            if self.include == USUAL_KEYS.include:
                return (
                    "only what ends in .csv, .tsv or .txt, plain or with .gz, .bz2, .xz or .zst,"
                    " or in .zip is cataloged"
                )
            return f"it fits none of the patterns of INCLUDE: {' '.join(self.include)}"
        excluding = next((pattern for pattern in self.exclude if _fits(key, pattern)), None)
        return excluding and f"it fits a pattern of EXCLUDE: {excluding}"


def _patterns(text: str) -> list[str]:
    return [pattern for pattern in re.split(r"[,\s]+", text) if pattern]


USUAL_KEYS = Selection.of()


def _fits(key: str, pattern: str) -> bool:
    name = key if "/" in pattern else key.rpartition("/")[2]
    return fnmatchcase(name.lower(), pattern.lower())


def is_contract(key: str) -> bool:
    """Return whether the key is that of a contract, of a folder's files or of one dataset's
    in it.
    """
    name = key.rpartition("/")[2]
    is_table_schema = name.startswith("_schema.") and name.endswith(".json")
    return name == "_schema.json" or is_table_schema or is_odcs(key)


def is_odcs(key: str) -> bool:
    """Return whether the key is that of a contract of the Open Data Contract Standard."""
    return key.endswith(ODCS_SUFFIX)


def without_compression(key: str) -> str:
    """A key less the suffix that says how the file is compressed; `.zip` alone is none."""
    stem, dot, suffix = key.rpartition(".")
    packed = f"{dot}{suffix}".lower()
    is_zip_alone = packed == ".zip" and not stem.lower().endswith(CSV_SUFFIXES)
    return stem if packed in COMPRESSED_SUFFIXES and not is_zip_alone else key


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
