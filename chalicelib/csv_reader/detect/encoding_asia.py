"""The encodings of East Asia: how likely each is, by the characters that it makes.

Each has two bytes for most characters, and reads nearly any bytes as some. But in the right one
they are those that the language has most of, and few are where its table has the rare ones.
The Windows code pages contain the ISO and EUC encodings that people name the same files by: cp932
Shift_JIS, cp949 EUC-KR (https://encoding.spec.whatwg.org/).
"""

# ruff: noqa: RUF001

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from chalicelib.csv_reader.detect.frequent_characters import (
    JAPANESE,
    KOREAN,
    SIMPLIFIED,
    TRADITIONAL,
)

# As logarithms; of Japanese, kana are the most.
_VERY_FREQUENT, _FREQUENT, _ORDINARY, _RARE = -6.0, -7.0, -9.3, -11.0
_MARK, _KANA, _HALF_KANA = -6.0, -5.0, -6.0
_ELSEWHERE = -14.0
_NO_CHARACTER = -25.0
_VERY_MANY = 120  # characters that are the most frequent

_KANA_RANGE = ("\u3041", "\u30fe")
_HALF_KANA_RANGE = ("\uff61", "\uff9f")
_MARKS = frozenset(
    "\u3000、。・，．：；！？（）「」『』【】〔〕《》〈〉～－／％０１２３４５６７８９"
)


class _Table(NamedTuple):
    """Lead bytes of ordinary and of rare characters, the least trail byte, and who has kana."""

    frequent: str
    ordinary: range
    rare: range
    least_trail: int
    has_kana: bool = False


_TABLES = {
    "cp932": _Table(JAPANESE, range(0x88, 0x99), range(0x99, 0xEB), 0x40, has_kana=True),
    "gb18030": _Table(SIMPLIFIED, range(0xB0, 0xD8), range(0xD8, 0xF8), 0xA1),
    "big5": _Table(TRADITIONAL, range(0xA4, 0xC7), range(0xC9, 0xFA), 0x40),
    "cp949": _Table(KOREAN, range(0xB0, 0xC9), range(0xCA, 0xFE), 0xA1),
    "euc_jp": _Table(JAPANESE, range(0xB0, 0xD0), range(0xD0, 0xF5), 0xA1, has_kana=True),
}
ASIAN_ENCODINGS = tuple(_TABLES)


def asian_score(encoding: str, tokens: Sequence[bytes]) -> float:
    """Return how likely the tokens are in the encoding, as a logarithm."""
    characters = Counter(b" ".join(tokens).decode(encoding, errors="replace"))
    return sum(
        _likelihood(encoding, character) * count
        for character, count in characters.items()
        if character > "\x7f"
    )


def _likelihood(encoding: str, character: str) -> float:
    table = _TABLES[encoding]
    if character == "\ufffd":
        return _NO_CHARACTER
    if character in _MARKS:
        return _MARK
    if table.has_kana and _KANA_RANGE[0] <= character <= _KANA_RANGE[1]:
        return _KANA
    if table.has_kana and _HALF_KANA_RANGE[0] <= character <= _HALF_KANA_RANGE[1]:
        return _HALF_KANA
    if character in _frequent(encoding):
        return _frequent(encoding)[character]
    encoded = character.encode(encoding, errors="ignore")
    if len(encoded) != 2 or encoded[1] < table.least_trail:
        return _ELSEWHERE
    lead = encoded[0]
    if lead in table.ordinary:
        return _ORDINARY
    return _RARE if lead in table.rare else _ELSEWHERE


@cache
def _frequent(encoding: str) -> dict[str, float]:
    characters = _TABLES[encoding].frequent
    return {
        character: _VERY_FREQUENT if place < _VERY_MANY else _FREQUENT
        for place, character in enumerate(characters)
    }
