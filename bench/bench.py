"""Measure the reading of CSV against csv.reader, and against the libraries people use.

Prints a table of ratios of speed, and of peak memory. Every reading is a process of its own; each
round runs all readers, one after the other, and the medians of the rounds are compared. The files
are made under .local/bench, from a seed, and kept.
"""

import argparse
import csv
import gzip
import importlib.util
import io
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rich.console import Console
from rich.table import Table

from chalicelib.csv_reader import read_csv_metadata

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / ".local/bench"

HEADER = ["id", "name", "city", "date", "price", "comment"]
SMALL_FILES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=512, help="of each file (512)")
    parser.add_argument("--rounds", type=int, default=3, help="medians of how many (3)")
    parser.add_argument("--case", choices=CASES, help="one of the files only")
    parser.add_argument("--markdown", action="store_true", help="for docs/performance.md")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure[0], Path(arguments.measure[1]))))
        return
    FILES.mkdir(parents=True, exist_ok=True)
    console = Console()
    readers = [name for name in READERS if installed(name)]
    if arguments.case:
        readers = [name for name in readers if reads(name, arguments.case)]
    table = Table(
        "file", "measured against", *(name for name in readers if name not in ONLY_BASELINES)
    )
    cases = {arguments.case: CASES[arguments.case]} if arguments.case else CASES
    for title, make in cases.items():
        with console.status(f"{title}: making the file"):
            path = make(arguments.megabytes)
        runs: dict[str, list[Run]] = {name: [] for name in readers if reads(name, title)}
        for number in range(arguments.rounds):
            for name, of_reader in runs.items():
                with console.status(f"{title}: {name}, round {number + 1} of {arguments.rounds}"):
                    of_reader.append(run_in_its_own_process(name, path))
        table.add_row(title, *cells(title, readers, runs))
    if arguments.markdown:
        print_as_markdown(table)
    else:
        table.title = f"Speed as a ratio, and peak growth, {arguments.megabytes} MB a file"
        console.print(table)


class Run(NamedTuple):
    """What one reading of a file took, grew by, and found."""

    seconds: float
    megabytes: float
    rows: int


def cells(title: str, readers: list[str], runs: dict[str, list[Run]]) -> Iterator[str]:
    baseline = BASELINES.get(title, "csv.reader")
    base_seconds = statistics.median(run.seconds for run in runs[baseline])
    rows = runs["csv.reader"][0].rows
    yield f"{baseline}: {base_seconds:.2f} s"
    for name in readers:
        if name in ONLY_BASELINES:
            continue
        if name not in runs:
            yield "-"
            continue
        ratio = base_seconds / statistics.median(run.seconds for run in runs[name])
        growth = statistics.median(run.megabytes for run in runs[name])
        wrong = runs[name][0].rows - rows
        yield f"{ratio:.1f} x, {growth:,.0f} MB" + (f", {wrong:+,} rows" if wrong else "")


def print_as_markdown(table: Table) -> None:
    lines = [[str(column.header) for column in table.columns], ["---"] * len(table.columns)]
    lines += map(list, zip(*(column.cells for column in table.columns), strict=True))
    for line in lines:
        print("|", " | ".join(line), "|")


def run_in_its_own_process(reader: str, path: Path) -> Run:
    command = [sys.executable, "-m", "bench.bench", "--measure", reader, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return Run(*json.loads(done.stdout))


def measure(reader: str, path: Path) -> Run:
    """Read the file, or all files of a folder, from the page cache."""
    read = READERS[reader]
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    read(small_file(0))  # so that what is imported and cached is
    for each in paths:
        with each.open("rb") as stream:
            while stream.read(1 << 20):  # into the page cache
                pass
    before = reset_peak_memory()
    start = time.perf_counter()
    rows = sum(map(read, paths))
    seconds = time.perf_counter() - start
    return Run(seconds, (peak_memory() - before) / 1000, rows)


def reset_peak_memory() -> int:
    """Forget the peak, and return what the process occupies now, in kB. See proc(5), clear_refs."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def peak_memory() -> int:
    return memory("VmHWM")


def memory(what: str) -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(what))


# The readers. Each returns how many rows a file has below its header.


def ours(path: Path) -> int:
    with path.open("rb") as stream:
        return read_csv_metadata(stream).row_count


def profiled(path: Path) -> int:
    with path.open("rb") as stream:
        return read_csv_metadata(stream, profile=True).profiled_rows


class Body:
    """A file that comes at 90 MB/s, as one S3 object does, whether somebody reads it or not.

    What comes waits in a buffer of a network's size, no more than that.
    """

    BYTES_A_SECOND = 90_000_000
    BUFFER = 1 << 21

    def __init__(self, path: Path):
        self._file = path.open("rb")
        self._there_at = time.perf_counter()

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        earliest = time.perf_counter() - self.BUFFER / self.BYTES_A_SECOND
        self._there_at = max(self._there_at, earliest) + len(piece) / self.BYTES_A_SECOND
        time.sleep(max(self._there_at - time.perf_counter(), 0))
        return piece


def body_alone(path: Path) -> int:
    body = Body(path)
    while body.read(1 << 18):
        pass
    return 0


def profiled_from_body(path: Path) -> int:
    return read_csv_metadata(Body(path), profile=True).profiled_rows


def summarize(path: Path) -> int:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("summarize from read_csv(?)", [str(path)]).fetchall()[0][-2]


def describe(path: Path) -> int:
    import pandas

    return int(pandas.read_csv(path).describe(include="all").loc["count"].max())


def csv_reader(path: Path) -> int:
    with opened(path) as stream:
        csv.field_size_limit(sys.maxsize)
        text = io.TextIOWrapper(stream, encoding_of(path), newline="")
        return sum(1 for row in csv.reader(text) if row) - 1


def sniffer_and_csv_reader(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as text:
        sample = text.read(1 << 16)
        dialect = csv.Sniffer().sniff(sample)
        has_header = csv.Sniffer().has_header(sample)
        text.seek(0)
        return sum(1 for row in csv.reader(text, dialect) if row) - has_header


def gzip_alone(path: Path) -> int:
    with opened(path) as stream:
        while stream.read(1 << 18):
            pass
    return 0


def pandas(path: Path) -> int:
    import pandas

    chunks = pandas.read_csv(path, dtype=str, encoding=encoding_of(path), chunksize=100_000)
    return sum(map(len, chunks))


def duckdb(path: Path) -> int:
    import duckdb

    query = "select count(*) from read_csv(?, all_varchar = true)"
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(query, [str(path)]).fetchone()[0]


def polars(path: Path) -> int:
    import polars

    rows = polars.scan_csv(path, infer_schema=False).select(polars.len())
    return rows.collect(engine="streaming").item()


def opened(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def encoding_of(path: Path) -> str:
    return "utf-16" if "utf-16" in path.name else "utf-8"


READERS: dict[str, Callable[[Path], int]] = {
    "ours": ours,
    "our profile": profiled,
    "our profile at 90 MB/s": profiled_from_body,
    "90 MB/s alone": body_alone,
    "DuckDB SUMMARIZE": summarize,
    "pandas describe": describe,
    "csv.reader": csv_reader,
    "Sniffer + csv.reader": sniffer_and_csv_reader,
    "gzip alone": gzip_alone,
    "pandas": pandas,
    "DuckDB": duckdb,
    "polars": polars,
}
PROFILES = (
    "our profile",
    "our profile at 90 MB/s",
    "90 MB/s alone",
    "DuckDB SUMMARIZE",
    "pandas describe",
)
MIXED = "ten mixed columns, profiled"
ONLY_BASELINES = ("Sniffer + csv.reader", "gzip alone")
BASELINES = {"gzip of the first": "gzip alone", "100 files of 2 KB": "Sniffer + csv.reader"}


def installed(reader: str) -> bool:
    module = reader.partition(" ")[0].lower()
    return module not in ("pandas", "duckdb", "polars") or bool(importlib.util.find_spec(module))


def reads(reader: str, title: str) -> bool:
    """Whether there is a point in measuring `reader` on that file."""
    if title == MIXED:
        return reader in ("ours", "csv.reader", *PROFILES)
    if reader in PROFILES:
        return False
    if title == "UTF-16":
        return reader in ("ours", "csv.reader", "pandas")
    if title == "one line of 200 MB":
        return reader in ("ours", "csv.reader")
    return reader not in ONLY_BASELINES or BASELINES.get(title) == reader


# The files, from a seed, so that they are the same everywhere.


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

if __name__ == "__main__":
    os.environ["POLARS_MAX_THREADS"] = "1"
    main()
