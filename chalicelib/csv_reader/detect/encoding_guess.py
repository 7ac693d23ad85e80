"""A guess at the legacy encoding of a text, by the letters of its language.

Every encoding reads every byte as something. But only in the right one are the letters those of one
language, about as often as it has them; capitals begin words, and no signs are inside of them.
"""

# ruff: noqa: RUF001

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from unicodedata import category

from chalicelib.csv_reader.detect.encoding_asia import ASIAN_ENCODINGS, asian_score
from chalicelib.csv_reader.detect.letter_frequencies import LETTERS, SHORT_WORDS

_WESTERN = ("fr", "de", "es", "pt", "it", "sv", "da", "nb", "fi", "nl", "ca", "is", "et")
_CENTRAL = ("pl", "cs", "sk", "hu", "sl", "sh", "ro", "de")
_BALTIC = ("lt", "lv", "et", "de")
_CYRILLIC = ("ru", "uk", "bg", "mk")

# The encodings, the likelier first, with the languages that are written in them, and how much more
# likely than the others, as a logarithm, an unusual one has to be. Windows code pages stand for the
# ISO encodings that they contain: cp1252 for Latin-1, cp1254 for Latin-5, cp1257 for Latin-7.
_ENCODINGS = {
    "cp1252": (_WESTERN, 0),
    "cp1250": (_CENTRAL, 2),
    "cp1251": (_CYRILLIC, 2),
    "cp1254": (("tr",), 2),
    "cp1253": (("el",), 2),
    "cp1257": (_BALTIC, 2),
    "cp1255": (("he",), 2),
    "cp1256": (("ar", "fa"), 2),
    "cp874": (("th",), 3),
    "iso8859_2": (_CENTRAL, 3),
    "iso8859_7": (("el",), 3),
    "koi8_r": (_CYRILLIC, 3),
    "koi8_u": (("uk",), 4),
    "cp866": (_CYRILLIC, 3),
    "iso8859_5": (_CYRILLIC, 4),
    "iso8859_15": (_WESTERN, 4),
    "iso8859_16": (("ro",), 4),
    "iso8859_4": (_BALTIC, 4),
    "mac_cyrillic": (_CYRILLIC, 4),
    "cp852": (_CENTRAL, 4),
    "cp850": (_WESTERN, 4),
    "cp775": (_BALTIC, 4),
    "cp737": (("el",), 4),
    "cp857": (("tr",), 4),
    "mac_roman": (_WESTERN, 4),
    "mac_latin2": (_CENTRAL, 6),
}
_ASIAN_IS_UNUSUAL = 3
_FOREIGN_LETTER = math.log(1 / 5_000)  # a letter that the language has not
_LETTER_ALONE = math.log(1 / 20)  # as a word that the language has not
_LETTER_BY_DIGITS = math.log(1 / 1_000)
_SIGN_IN_PLACE = math.log(1 / 2)  # as in 5 € or don't
_SIGN = math.log(1 / 50)
_SIGN_IN_CROWD = math.log(1 / 1_000)
_SIGN_IN_WORD = math.log(1 / 20_000)
_CAPITAL_IN_WORD = math.log(1 / 200)
_TWO_SCRIPTS_IN_WORD = math.log(1 / 1_000)
_UNKNOWN = math.log(1e-6)  # no character at all, or one that no text has
# What a character beyond ASCII is at least, on average, in an encoding that reads the text well.
_WELL_READ, _WELL_READ_IN_ASIA = -6.5, -11.0

_SIGNS = frozenset("€£¥§©®™°²³µ½¼·•–—‘’“”„…«»¿¡×±№\u00a0¢¤¾¹÷ªº†‡‰‹›‚")
_BETWEEN = "’·–\u00a0"
_BESIDE_SIGNS = "’‘”“»«…–™®\u00a0"
_NOT_LATIN = {"el", "ru", "uk", "bg", "mk", "he", "ar", "fa", "th"}
_TWO_SCRIPTS = re.compile(r"[A-Za-z](?=[^\W\d_a-zA-Z])|[^\W\d_a-zA-Z](?=[A-Za-z])")

# Where signs are in English and in the other languages that are written in cp1252. Each is met
# with what is before and behind it in its word, which ends at blanks and at punctuation.
_IN_PLACE = re.compile(
    r"""
    (?<![^\W\d]) [€£¥¤] (?![^\W\d]) | [€£¥] (?= (?:m|k|M|bn|mn|p)\b )
    | (?<=[\d]) [¢ªº] | (?<=[nN]) º
    | (?<![^\W\d]) ° (?: (?=[CFNSEWcf]\b) | (?![^\W\d]) )
    | (?<![^\W\d]) µ (?: (?=(?:g|m|l|L|s|A|V|W|F|M|S|mol|Sv)\b) | (?![^\W\d]) )
    | (?: (?<=\bm)|(?<=\b[cmkd]m)|(?<=\bft)|(?<=\bin)|(?<=\b[Rrsx])|(?<=\d)|(?<![\w]) )
      [²³¹] (?![^\W\d])
    | (?<![^\W\d]) [½¼¾×±÷–—•·§©№\u00a0«¿¡] (?![^\W\d])
    | (?<![^\W\d]) [«¿¡“‘„§©] | [»”™®…\u00a0] (?![^\W\d]) | (?<=[sS]) ’ (?![^\W\d])
    | (?<=[^\W\d]) ’ (?= (?:s|t|d|m|re|ll|ve|S|T|D|M|RE|LL|VE)\b )
    | (?<=\b[ldnmtscjLDNMTSCJO]) ’ (?=[^\W\d]) | (?<=\b[Qq]u) ’ (?=[^\W\d])
    | (?<=\d) [’–—\u00a0] (?=\d)
    """,
    re.VERBOSE,
)


def guess_encoding(tokens: Sequence[bytes]) -> str | None:
    """The encoding that reads the tokens best, each of them with a byte beyond ASCII.

    None if no encoding here reads them well.
    """
    scores = {
        encoding: _score([token.decode(encoding, errors="replace") for token in tokens], languages)
        - unusual
        for encoding, (languages, unusual) in _ENCODINGS.items()
    }
    for encoding in ASIAN_ENCODINGS:
        scores[encoding] = asian_score(encoding, tokens) - _ASIAN_IS_UNUSUAL
    best = max(scores, key=lambda encoding: scores[encoding])
    text = b" ".join(tokens).decode(best, errors="replace")
    characters = sum(1 for character in text if character > "\x7f")
    least = _WELL_READ_IN_ASIA if best in ASIAN_ENCODINGS else _WELL_READ
    return best if characters and scores[best] >= least * characters else None


def _score(tokens: list[str], languages: Sequence[str]) -> float:
    """Return how likely the text is, in the likeliest of the languages, as a logarithm."""
    oddity, letters, alone, scripts_mixed = _looks(tokens)
    return oddity + max(_fits(one, letters, alone, scripts_mixed) for one in languages)


def _looks(tokens: list[str]) -> tuple[float, Counter[str], Counter[str], int]:
    """Return how odd the text is in any language, as a logarithm; its letters; how often scripts
    mix.

    Letters that are words of their own are known.
    """
    odd = 0.0
    letters: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for token in tokens:
        in_place = {match.start() for match in _IN_PLACE.finditer(token)}
        before = ""
        for place, character in enumerate(token):
            after = token[place + 1 : place + 2]
            if character > "\x7f":
                if _is_letter(character):
                    letter = character if character == "İ" else character.casefold()
                    if before.isalpha() or after.isalpha() or _is_letter(after):
                        letters[letter] += 1
                    elif before.isdigit() or after.isdigit():
                        odd += _LETTER_BY_DIGITS
                    else:
                        alone[letter] += 1
                    if character.isupper() and before.islower():
                        odd += _CAPITAL_IN_WORD
                elif character in _SIGNS and (_is_sign(before) or _is_sign(after)):
                    odd += _SIGN if character in _BESIDE_SIGNS else _SIGN_IN_CROWD
                elif place in in_place:
                    odd += _SIGN_IN_PLACE
                elif character in _SIGNS:
                    inside = before.isalpha() and after.isalpha() and character not in _BETWEEN
                    odd += _SIGN_IN_WORD if inside else _SIGN
                else:
                    odd += _UNKNOWN
            elif (
                character.isupper() and before > "\x7f" and _is_letter(before) and before.islower()
            ):
                odd += _CAPITAL_IN_WORD
            before = character
    return odd, letters, alone, sum(len(_TWO_SCRIPTS.findall(token)) for token in tokens)


def _is_sign(character: str) -> bool:
    return character > "\x7f" and not _is_letter(character)


def _is_letter(character: str) -> bool:
    if not character or character in "ªºµ":
        return False
    return character.isalpha() or category(character)[0] == "M"


def _fits(language: str, letters: Counter[str], alone: Counter[str], scripts_mixed: int) -> float:
    """Return how likely the letters are in the language, as a logarithm."""
    chances = _chances(language)
    score = sum(
        chances.get(letter, _FOREIGN_LETTER) * count
        for some in (letters, alone)
        for letter, count in some.items()
    )
    if language in _NOT_LATIN:
        return score + _TWO_SCRIPTS_IN_WORD * scripts_mixed
    words = SHORT_WORDS.get(language, "")
    return score + _LETTER_ALONE * sum(n for letter, n in alone.items() if letter not in words)


@cache
def _chances(language: str) -> dict[str, float]:
    known = {pair[0]: int(pair[1:]) for pair in LETTERS[language].split()}
    total = sum(known.values())
    return {letter: math.log(count / total) for letter, count in known.items()}
