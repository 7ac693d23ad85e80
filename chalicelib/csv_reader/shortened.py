"""Long texts of a file, cut for a record or a sentence."""

ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """The text, or its first `most` characters and an ellipsis."""
    return text if len(text) <= most else text[:most] + ELLIPSIS
