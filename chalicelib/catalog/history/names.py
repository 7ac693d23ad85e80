"""Datasets that may have files whose names contain a text, by their templates alone.

What is in a template is in every one of its keys. What its placeholders stand for differs from
key to key, so a template that may have the text there is one whose files are looked at.
"""

import re
from collections.abc import Callable

from chalicelib.catalog.keys import bare

_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("sept", "september", "october", "november", "december"),
)
_WORDS = (*_MONTHS, "t", "z", "q", "w", "kw", "wk", "week")
_LETTERS_OF_DATES = frozenset(
    word[start:end]
    for word in _WORDS
    for start in range(len(word))
    for end in range(start + 1, len(word) + 1)
)


def may_contain(template: str, text: str) -> bool:
    """Return whether keys of the template may have the bare text in them."""
    pieces = _PLACEHOLDER.split(template)
    fixed = [bare(piece) for piece in pieces[::2]]
    fixed[-1] += ".gz"  # which templates leave off
    if any(text in piece for piece in fixed):
        return True
    last = len(fixed) - 1
    return any(
        _may_be(kind, text[start:end])
        for place, kind in enumerate(pieces[1::2])
        for start in range(len(text))
        if _meet(text[:start], fixed[place], str.endswith, beyond=place > 0)
        for end in range(start + 1, len(text) + 1)
        if _meet(text[end:], fixed[place + 1], str.startswith, beyond=place + 1 < last)
    )


def _meet(outside: str, fixed: str, ends: Callable[[str, str], bool], beyond: bool) -> bool:
    """Return whether the text beside a placeholder is a part of the fixed one there, or goes beyond
    it.
    """
    return ends(fixed, outside) or (beyond and ends(outside, fixed))


def _may_be(kind: str, text: str) -> bool:
    """Return whether the text may be a part of what a placeholder stands for."""
    match kind:
        case "n":
            return text.isdecimal()
        case "id":
            return re.fullmatch("[0-9a-f-]+", text) is not None
        case "date" | "time":
            return re.fullmatch("[-0-9a-z ._:,/+]+", text) is not None and all(
                word in _LETTERS_OF_DATES for word in re.findall("[a-z]+", text)
            )
    return "/" not in text
