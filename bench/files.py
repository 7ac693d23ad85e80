"""The files that are measured: made from a seed, so that they are the same everywhere, and kept."""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / ".local/bench"

HEADER = ["id", "name", "city", "date", "price", "comment"]
SMALL_FILES = 100
MIXED = "ten mixed columns, profiled"


def records(quoting: int) -> Iterator[str]:
    """Parts of a file of some megabytes each, without end."""
    chance = random.Random(42)  # noqa: S311
    words = "amber basalt cedar delta ember fjord garnet harbor indigo juniper".split()  # noqa: SIM905
    number = 0
    while True:
        text = io.StringIO()
        writer = csv.writer(text, quoting=quoting, lineterminator="\n")
        for _ in range(20_000):
            number += 1
            name, city = chance.choices(words, k=2)
            day = f"20{number % 30:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
            comment = " ".join(chance.choices(words, k=chance.randrange(4)))
            if quoting == csv.QUOTE_ALL and number % 4 == 0:
                comment += ' says "hello",\nand goes'
            writer.writerow([number, name, city, day, f"{chance.random() * 1000:.2f}", comment])
        yield text.getvalue()


def made(name: str, parts: Iterator[bytes]) -> Path:
    path = FILES / name
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        with (
            gzip.open(unfinished, "wb", 6)
            if path.suffix == ".gz"
            else unfinished.open("wb") as file
        ):
            file.writelines(parts)
        unfinished.rename(path)
    return path


def encoded(megabytes: int, quoting: int, encoding: str = "utf-8") -> Iterator[bytes]:
    yield b"\xff\xfe" if encoding == "utf-16-le" else b""
    yield (",".join(HEADER) + "\n").encode(encoding)
    size = 0
    for part in records(quoting):
        yield part.encode(encoding)
        size += len(part.encode(encoding))
        if size >= megabytes * 1_000_000:
            return


def plain(megabytes: int) -> Path:
    return made(f"{megabytes}-plain.csv", encoded(megabytes, csv.QUOTE_MINIMAL))


def crlf(megabytes: int) -> Path:
    parts = encoded(megabytes, csv.QUOTE_MINIMAL)
    return made(f"{megabytes}-crlf.csv", (part.replace(b"\n", b"\r\n") for part in parts))


def quoted(megabytes: int) -> Path:
    return made(f"{megabytes}-quoted.csv", encoded(megabytes, csv.QUOTE_ALL))


def utf_16(megabytes: int) -> Path:
    parts = encoded(megabytes, csv.QUOTE_MINIMAL, "utf-16-le")
    return made(f"{megabytes}-utf-16.csv", parts)


def stray(megabytes: int) -> Path:
    def parts() -> Iterator[bytes]:
        with plain(megabytes).open("rb") as file:
            yield file.read(megabytes * 500_000) + file.readline()
            yield b'0,5" pipe,,,,\n'
            yield from iter(partial(file.read, 1 << 20), b"")

    return made(f"{megabytes}-stray.csv", parts())


def zipped(megabytes: int) -> Path:
    def parts() -> Iterator[bytes]:
        with plain(megabytes).open("rb") as file:
            yield from iter(partial(file.read, 1 << 20), b"")

    return made(f"{megabytes}-plain.csv.gz", parts())


def small_file(number: int) -> Path:
    folder = FILES / "small"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:03}.csv"
    if not path.exists():
        lines = next(records(csv.QUOTE_MINIMAL)).splitlines(keepends=True)
        lines = [",".join(HEADER) + "\n", *lines[number * 40 : number * 40 + 40]]
        path.write_text("".join(lines)[:2000].rpartition("\n")[0] + "\n")
    return path


def small_files(_: int) -> Path:
    for number in range(SMALL_FILES):
        small_file(number)
    return small_file(0).parent


def mixed(megabytes: int) -> Path:
    """Ten columns: an id, words, a date, prices, coordinates, timestamps, flags, a comment."""

    def parts() -> Iterator[bytes]:
        chance = random.Random(42)  # noqa: S311
        words = "amber basalt cedar delta ember fjord garnet harbor indigo juniper".split()  # noqa: SIM905
        yield b"id,city,name,date,price,amount,updated,active,latitude,comment\n"
        number = size = 0
        while size < megabytes * 1_000_000:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            for _ in range(20_000):
                number += 1
                day = f"20{number % 30:02}-{number % 12 + 1:02}-{chance.randrange(28) + 1:02}"
                clock = f"{chance.randrange(24):02}:{number % 60:02}:{chance.randrange(60):02}"
                writer.writerow(
                    [
                        number,
                        chance.choice(words),
                        f"{chance.choice(words)} {chance.randrange(100_000)}",
                        day,
                        f"{chance.random() * 1000:.2f}",
                        chance.randrange(1000) if number % 10 else "",
                        f"{day} {clock}",
                        chance.choice(("true", "false")),
                        f"{chance.uniform(-90, 90):.6f}",
                        " ".join(chance.choices(words, k=chance.randrange(6))),
                    ]
                )
            part = text.getvalue().encode()
            size += len(part)
            yield part

    return made(f"{megabytes}-mixed.csv", parts())


def one_line(_: int) -> Path:
    def parts() -> Iterator[bytes]:
        yield b"id,name\n"
        for part in range(200):
            yield b"%06d,a" % part * 125_000

    return made("line.csv", parts())


CASES: dict[str, Callable[[int], Path]] = {
    "no quotes": plain,
    "no quotes, CRLF": crlf,
    "every field quoted": quoted,
    "one stray quote": stray,
    "UTF-16": utf_16,
    "gzip of the first": zipped,
    "100 files of 2 KB": small_files,
    "one line of 200 MB": one_line,
    MIXED: mixed,
}
