"""Draw docs/performance.svg: the seconds and the memory that files of 100 MB to 5 GB take.

The files are made on the fly, since the reader never asks to go back. Each is read by a process of
its own.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from itertools import islice

from rich.console import Console

from bench.bench import peak_memory, reset_peak_memory
from bench.files import ROOT, records
from chalicelib.csv_reader import read_csv_metadata

GIGABYTES = [0.1, 0.5, 1, 2, 3, 4, 5]
KINDS = {"no quotes": csv.QUOTE_MINIMAL, "every field quoted": csv.QUOTE_ALL}


class Endless:
    """A stream of that many bytes of records, made from a few megabytes of them."""

    def __init__(self, quoting: int, size: int):
        self._records = "".join(islice(records(quoting), 4)).encode()
        self._at = 0
        self._left = size

    def read(self, size: int) -> bytes:
        piece = self._records[self._at : self._at + min(size, self._left)]
        self._at = (self._at + len(piece)) % len(self._records)
        self._left -= len(piece)
        return piece


def measure(kind: str, gigabytes: float) -> tuple[float, float]:
    """The seconds, and the megabytes that the process grew by."""
    stream = Endless(KINDS[kind], int(gigabytes * 1e9))
    read_csv_metadata(Endless(KINDS[kind], 1_000_000))
    before = reset_peak_memory()
    start = time.perf_counter()
    read_csv_metadata(stream)
    return time.perf_counter() - start, (peak_memory() - before) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        kind, gigabytes = arguments.measure
        print(json.dumps(measure(kind, float(gigabytes))))
        return

    from matplotlib import pyplot

    console = Console()
    _, (time_axes, memory_axes) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for kind in KINDS:
        points = []
        for gigabytes in GIGABYTES:
            with console.status(f"{kind}, {gigabytes} GB"):
                command = [sys.executable, "-m", "bench.plot", "--measure", kind, str(gigabytes)]
                done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603
            points.append(json.loads(done.stdout))
            console.print(f"{kind}, {gigabytes} GB: {points[-1][0]:.2f} s, {points[-1][1]:.1f} MB")
        seconds, megabytes = zip(*points, strict=True)
        time_axes.plot(GIGABYTES, seconds, marker="o", label=kind)
        memory_axes.plot(GIGABYTES, megabytes, marker="o", label=kind)
    time_axes.set(xlabel="size of the file, GB", ylabel="seconds", xlim=0, ylim=0)
    memory_axes.set(xlabel="size of the file, GB", ylabel="peak growth, MB", xlim=0, ylim=(0, 32))
    time_axes.legend()
    pyplot.savefig(ROOT / "docs/performance.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
