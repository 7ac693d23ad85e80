"""Measure the profile of files of many shapes against csv.reader, which only counts their rows.

Prints the ratio of speeds in seconds of one core's CPU, the slowest shape first, and by how much
memory grew at its peak. Every reading is a process of its own; a round runs all readers of a shape,
one after the other, and the medians of the rounds are compared. The files are made under
.local/bench, from a seed, and kept.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.bench import (
    Run,
    argument_parser,
    peak_memory,
    print_as_markdown,
    profiled,
    reset_peak_memory,
)
from bench.files import CASES, FILES, MIXED, small_file
from bench.shapes import SHAPES, parts

BASELINE, OURS = "csv.reader", "our profile"
MIXED_COLUMNS = "ten mixed columns"


def main() -> None:
    parser = argument_parser(__doc__, megabytes=64)
    parser.add_argument("--shape", choices=[MIXED_COLUMNS, *SHAPES], help="one of them only")
    parser.add_argument("--ours", action="store_true", help="no other profiles")
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure[0], Path(arguments.measure[1]))))
        return
    FILES.mkdir(parents=True, exist_ok=True)
    console = Console()
    readers = [BASELINE, OURS] if arguments.ours else list(READERS)
    rows = []
    for shape in [arguments.shape] if arguments.shape else [MIXED_COLUMNS, *SHAPES]:
        with console.status(f"{shape}: making the file"):
            path = file_of(shape, arguments.megabytes)
        runs: dict[str, list[Run]] = {name: [] for name in readers}
        for _ in range(arguments.rounds):
            for name, of_reader in runs.items():
                with console.status(f"{shape}: {name}"):
                    of_reader += run_in_its_own_process(name, path)
        rows.append((median_ratio(runs, OURS), shape, list(cells(runs))))
    table = Table("columns", *readers)
    for _, shape, row in sorted(rows):
        table.add_row(shape, *row)
    if arguments.markdown:
        print_as_markdown(table)
    else:
        table.title = f"Profiles, of files of {arguments.megabytes} MB: speed to csv.reader, growth"
        console.print(table)


def file_of(shape: str, megabytes: int) -> Path:
    """The file of that shape, made unless it is there already."""
    if shape == MIXED_COLUMNS:
        return CASES[MIXED](megabytes)
    name = "".join(c if c.isalnum() else "-" for c in shape)
    path = FILES / f"{name}-{megabytes}.csv"
    if not path.exists():
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.writelines(parts(shape, megabytes))
        part.rename(path)
    return path


def cells(runs: dict[str, list[Run]]) -> Iterator[str]:
    for name, of_reader in runs.items():
        if not of_reader:
            yield "fails"
        elif name == BASELINE:
            yield f"{statistics.median(run.seconds for run in of_reader):.2f} s"
        else:
            growth = statistics.median(run.megabytes for run in of_reader)
            yield f"{median_ratio(runs, name):.2f}, {growth:,.0f} MB"


def median_ratio(runs: dict[str, list[Run]], name: str) -> float:
    base, own = (statistics.median(run.seconds for run in runs[of]) for of in (BASELINE, name))
    return base / own


def run_in_its_own_process(reader: str, path: Path) -> list[Run]:
    command = [sys.executable, "-m", "bench.profiles", "--measure", reader, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    return [Run(*json.loads(done.stdout))] if not done.returncode else []


def measure(reader: str, path: Path) -> Run:
    """Read the file from the page cache, and return the CPU seconds of all threads."""
    read = READERS[reader]
    read(small_file(0))  # so that what is imported and cached is
    if reader == OURS:
        import duckdb  # noqa: F401  (which is loaded for larger files only)
    with path.open("rb") as stream:
        while stream.read(1 << 20):
            pass
    before = reset_peak_memory()
    start = time.process_time()
    rows = read(path)
    seconds = time.process_time() - start
    if reader == OURS and rows != csv_reader(path):
        raise SystemExit(f"the profile of {path} ends after {rows} rows")
    return Run(seconds, (peak_memory() - before) / 1000, rows)


def delimiter_of(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return ";" if ";" in file.readline() else ","


def csv_reader(path: Path) -> int:
    csv.field_size_limit(sys.maxsize)
    with path.open(newline="", encoding="utf-8") as text:
        return sum(1 for row in csv.reader(text, delimiter=delimiter_of(path)) if row) - 1


def summarize(path: Path) -> int:
    return summarized(path, "")


def summarize_all(path: Path) -> int:
    return summarized(path, ", sample_size = -1")


def summarized(path: Path, options: str) -> int:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        query = f"summarize from read_csv(?{options})"
        return connection.execute(query, [str(path)]).fetchall()[0][-2]


def pandas_describe(path: Path) -> int:
    import pandas

    table = pandas.read_csv(path, sep=delimiter_of(path))
    table.describe(include="all")
    return len(table)


def polars_describe(path: Path) -> int:
    import polars

    table = polars.read_csv(path, separator=delimiter_of(path), infer_schema_length=None)
    table.describe()
    return len(table)


READERS: dict[str, Callable[[Path], int]] = {
    BASELINE: csv_reader,
    OURS: profiled,
    "DuckDB SUMMARIZE": summarize,
    "… sample_size=-1": summarize_all,
    "pandas describe": pandas_describe,
    "polars describe": polars_describe,
}


if __name__ == "__main__":
    os.environ["POLARS_MAX_THREADS"] = "1"
    main()
