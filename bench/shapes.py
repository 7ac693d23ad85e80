"""Files of one shape each, for the profile: what is in their cells, and how many columns they have.

Made from a seed, and kept.
"""

import csv
import io
import json
import random
import uuid
from collections.abc import Callable, Iterator

WORDS = "amber basalt cedar delta ember fjord garnet harbor indigo juniper".split()  # noqa: SIM905
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_ROWS = 5_000

Cell = Callable[[random.Random, int], str]


def _day(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(1990, 2030), chance.randrange(1, 13), chance.randrange(1, 29)


def _clock(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"


def iso_date(chance: random.Random, _: int) -> str:
    return "{}-{:02}-{:02}".format(*_day(chance))


def day_first(chance: random.Random, _: int) -> str:
    year, month, day = _day(chance)
    return f"{day:02}/{month:02}/{year}"


def month_name(chance: random.Random, _: int) -> str:
    year, month, day = _day(chance)
    return f"{day:02}-{MONTHS[month - 1]}-{year}"


def words(chance: random.Random, _: int) -> str:
    return f"{chance.choice(WORDS)} {chance.choice(WORDS)} {chance.randrange(10**6)}"


def document(chance: random.Random, number: int) -> str:
    return json.dumps({"id": number, "name": chance.choice(WORDS), "size": chance.random()})


SHAPES: dict[str, tuple[int, Cell]] = {
    "10 integers": (10, lambda c, _: str(c.randrange(10**6))),
    "50 integers": (50, lambda c, _: str(c.randrange(10**6))),
    "100 integers": (100, lambda c, _: str(c.randrange(10**6))),
    "300 integers": (300, lambda c, _: str(c.randrange(10**6))),
    "1 column of integers": (1, lambda c, _: str(c.randrange(10**7))),
    "decimals": (10, lambda c, _: f"{c.uniform(-1000, 1000):.2f}"),
    "decimals of 17 digits": (10, lambda c, _: repr(c.uniform(-1000, 1000))),
    "decimal commas": (10, lambda c, _: f"{c.uniform(-1000, 1000):.2f}".replace(".", ",")),
    "ISO dates": (10, iso_date),
    "dates by day first": (10, day_first),
    "ISO timestamps": (10, lambda c, i: f"{iso_date(c, i)} {_clock(c)}"),
    "timestamps with zones": (10, lambda c, i: f"{iso_date(c, i)}T{_clock(c)}Z"),
    "timestamps by day first": (10, lambda c, i: f"{day_first(c, i)} {_clock(c)}"),
    "months' names": (10, month_name),
    "UUIDs": (10, lambda c, _: str(uuid.UUID(int=c.getrandbits(128)))),
    "hashes": (10, lambda c, _: f"{c.getrandbits(160):040x}"),
    "exponents": (10, lambda c, _: f"{c.random() * 10 ** c.randrange(-9, 9):.4e}"),
    "percentages": (10, lambda c, _: f"{c.uniform(0, 100):.1f}%"),
    "money": (10, lambda c, _: f"${c.uniform(0, 10_000):,.2f}"),
    "codes with zeros": (10, lambda c, _: f"{c.randrange(10**6):08}"),
    "5 texts": (5, words),
    "20 texts": (20, words),
    "100 texts": (100, words),
    "quoted texts": (10, lambda c, i: f'{words(c, i)}, "{c.choice(WORDS)}"'),
    "JSON in cells": (5, document),
    "numbers, 1 % words": (
        10,
        lambda c, _: c.choice(WORDS) if c.random() < 0.01 else str(c.randrange(10**6)),
    ),
    "long texts": (4, lambda c, i: " ".join(words(c, i) for _ in range(30))),
    "spaces around": (10, lambda c, _: f" {c.randrange(10**6)}"),
    "numbers, half of them NA": (
        10,
        lambda c, _: "NA" if c.random() < 0.5 else str(c.randrange(10**6)),
    ),
    "ten words": (10, lambda c, _: c.choice(WORDS)),
}


def parts(shape: str, megabytes: int) -> Iterator[bytes]:
    """The parts of a file of that shape."""
    columns, cell = SHAPES[shape]
    chance = random.Random(42)  # noqa: S311
    delimiter = ";" if shape == "decimal commas" else ","
    yield (delimiter.join(f"c{i}" for i in range(columns)) + "\n").encode()
    number = size = 0
    while size < megabytes * 1_000_000:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        for _ in range(_ROWS // columns + 1):
            number += 1
            writer.writerow([cell(chance, number) for _ in range(columns)])
        part = text.getvalue().encode()
        size += len(part)
        yield part
