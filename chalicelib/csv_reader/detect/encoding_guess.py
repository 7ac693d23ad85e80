"""Which encoding from before Unicode a text is in: a guess, by the letters of its language.

Every encoding reads every byte as something. But only in the right one are the letters those of one
language, about as often as it has them; capitals begin words, and no signs stand inside of them.
"""

import math
import re
from collections import Counter
from functools import cache

from chalicelib.csv_reader.detect.letter_frequencies import LETTERS

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
_FOREIGN_LETTER = math.log(1 / 5_000)  # a letter that the language has not
_SIGN_ALONE = math.log(1 / 10)  # as in 5 €
_SIGN = math.log(1 / 50)
_SIGN_IN_WORD = math.log(1 / 20_000)
_CAPITAL_IN_WORD = math.log(1 / 200)
_TWO_SCRIPTS_IN_WORD = math.log(1 / 1_000)
_UNKNOWN = math.log(1e-6)  # no character at all, or one that no text has
_WELL_READ = -3.8  # a character, on average: below it, it is another encoding or language

_SIGNS = frozenset("€£¥§©®™°²³µ½¼·•–—‘’“”„…«»¿¡×±№\u00a0")  # noqa: RUF001
_BETWEEN = "’·–"  # noqa: RUF001
_NOT_LATIN = {"el", "ru", "uk", "bg", "mk", "he", "ar", "fa"}
_TWO_SCRIPTS = re.compile(r"[A-Za-z](?=[^\W\d_a-zA-Z])|[^\W\d_a-zA-Z](?=[A-Za-z])")
_APART = re.compile(rb"[\x00-\x40\x5b-\x60\x7b-\x7f]+")


def guess_encoding(words: bytes) -> tuple[str, str] | None:
    """The encoding that reads the words best, and the best of those that read them otherwise.

    None if no encoding here reads them well, which is so of the encodings of East Asia.
    """
    chunks = [word for word in _APART.split(words) if not word.isascii()]
    readings = {}
    for encoding, (languages, unusual) in _ENCODINGS.items():
        text = [chunk.decode(encoding, errors="replace") for chunk in chunks]
        oddity, letters, scripts_mixed = _looks(text)
        score = oddity - unusual + max(_fits(one, letters, scripts_mixed) for one in languages)
        readings[encoding] = (score, text)
    ranked = sorted(readings, key=lambda encoding: -readings[encoding][0])
    best, text = ranked[0], readings[ranked[0]][1]
    characters = sum(1 for chunk in text for c in chunk if c > "\x7f")
    if not characters or readings[best][0] < _WELL_READ * characters - 4:
        return None
    return best, next(other for other in ranked[1:] if readings[other][1] != text)


def _looks(chunks: list[str]) -> tuple[float, Counter[str], int]:
    """How odd the text is in any language, as a logarithm; its letters; how often scripts mix."""
    odd = 0.0
    letters = Counter()
    for chunk in chunks:
        before = ""
        for place, character in enumerate(chunk):
            if character > "\x7f":
                if character.isalpha() and character not in "ªº":
                    letters[character if character == "İ" else character.casefold()] += 1
                    if character.isupper() and before.islower():
                        odd += _CAPITAL_IN_WORD
                elif len(chunk) == 1 and character in _SIGNS:
                    odd += _SIGN_ALONE
                elif character in _SIGNS:
                    after = chunk[place + 1 : place + 2]
                    inside = before.isalpha() and after.isalpha() and character not in _BETWEEN
                    odd += _SIGN_IN_WORD if inside else _SIGN
                else:
                    odd += _UNKNOWN
            elif character.isupper() and before.islower() and before > "\x7f":
                odd += _CAPITAL_IN_WORD
            before = character
    return odd, letters, sum(len(_TWO_SCRIPTS.findall(chunk)) for chunk in chunks)


def _fits(language: str, letters: Counter[str], scripts_mixed: int) -> float:
    """How likely the letters are in the language, as a logarithm."""
    chances = _chances(language)
    score = sum(chances.get(one, _FOREIGN_LETTER) * count for one, count in letters.items())
    return score + (_TWO_SCRIPTS_IN_WORD * scripts_mixed if language in _NOT_LATIN else 0)


@cache
def _chances(language: str) -> dict[str, float]:
    known = {pair[0]: int(pair[1:]) for pair in LETTERS[language].split()}
    total = sum(known.values())
    return {letter: math.log(count / total) for letter, count in known.items()}
