"""Long texts and many names of a file, cut for a record or a sentence."""

ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """The text, or its first `most` characters and an ellipsis."""
    return text if len(text) <= most else text[:most] + ELLIPSIS


def names_are_cut(kept: int, count: int) -> str:
    """The warning that not all names of columns are kept."""
    return f"only the first {kept:,} of {count:,} column names are kept"
