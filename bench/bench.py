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
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.files import CASES, FILES, MIXED, small_file
from chalicelib.csv_reader import read_csv_metadata


def main() -> None:
    parser = argument_parser(__doc__, megabytes=512)
    parser.add_argument("--case", choices=CASES, help="one of the files only")
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


def argument_parser(documentation: str, megabytes: int) -> argparse.ArgumentParser:
    """The arguments of every measuring."""
    parser = argparse.ArgumentParser(description=documentation.splitlines()[0])
    parser.add_argument(
        "--megabytes", type=int, default=megabytes, help=f"of each file ({megabytes})"
    )
    parser.add_argument("--rounds", type=int, default=3, help="medians of how many (3)")
    parser.add_argument("--markdown", action="store_true", help="for docs/performance.md")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    return parser


class Run(NamedTuple):
    """One reading of a file: its time, the memory it took, and its result."""

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
ONLY_BASELINES = ("Sniffer + csv.reader", "gzip alone")
BASELINES = {"gzip of the first": "gzip alone", "100 files of 2 KB": "Sniffer + csv.reader"}


def installed(reader: str) -> bool:
    module = reader.partition(" ")[0].lower()
    return module not in ("pandas", "duckdb", "polars") or bool(importlib.util.find_spec(module))


def reads(reader: str, title: str) -> bool:
    """Return whether there is a point in measuring `reader` on that file."""
    if title == MIXED:
        return reader in ("ours", "csv.reader", *PROFILES)
    if reader in PROFILES:
        return False
    if title == "UTF-16":
        return reader in ("ours", "csv.reader", "pandas")
    if title == "one line of 200 MB":
        return reader in ("ours", "csv.reader")
    return reader not in ONLY_BASELINES or BASELINES.get(title) == reader


if __name__ == "__main__":
    os.environ["POLARS_MAX_THREADS"] = "1"
    main()
