"""Parts of sentences: long texts and many names, cut, and how many there are of something."""

ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """The text, or its first `most` characters and an ellipsis."""
    return text if len(text) <= most else text[:most] + ELLIPSIS


def counted(number: int, unit: str) -> str:
    """The number, and the unit, of which there may be several."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def names_are_cut(kept: int, count: int) -> str:
    """The warning that not all names of columns are kept."""
    return f"only the first {kept:,} of {count:,} column names are kept"
