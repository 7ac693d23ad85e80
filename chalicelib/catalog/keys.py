"""Keys: what S3 and DynamoDB take as a file's name, and which names are those of CSV files."""

KEY_BYTES = 1024  # "Naming Amazon S3 objects", Amazon S3 User Guide; DynamoDB's sort keys too
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


def named_version(version_id: str | None) -> str | None:
    """The version, or None for `null`: each write without a version replaces the last of that name.

    ("Adding objects to versioning-suspended buckets", Amazon S3 User Guide)
    """
    return None if version_id == "null" else version_id or None
