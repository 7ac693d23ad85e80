"""Read files that are made to harm, each in a process of its own, and hold what was promised.

No exception but `UnreadableCsv`; under 1 GB more memory; a second of the processor for 64 KB, and
of what takes more, no less than a tenth of the speed of `csv.reader`; and every row profiled,
unless one cannot be held. A wide file is asked about column by column: it may take some
milliseconds for each, and a fifteenth of the speed.
"""

import argparse
import bz2
import csv
import gzip
import io
import json
import lzma
import resource
import subprocess
import sys
import time
import traceback
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from bench.hostile_files import LARGE, SMALL, written
from chalicelib.csv_reader import UnreadableCsv, read_csv_metadata
from chalicelib.csv_reader.beginning import split_beginning
from chalicelib.csv_reader.decompress import Decompressed, read_chunks

MEGABYTES = 1000
SECONDS = 1.0  # for any file, and all that a small one has
SHARE = 0.1  # of the speed of csv.reader
WIDE = 100  # columns, from which on a file may take more:
SHARE_OF_WIDE = 1 / 15
SECONDS_PER_COLUMN = 0.003
_MOST_FIELDS, _LONGEST_RECORD = 1_000_000, 1 << 25  # of a row that can be held
_TRIES = 3
_ADDRESSES = 1 << 34  # bytes that a process may ask for, so that none takes the machine down
_AFTER = 1800  # seconds, after which a process is ended
ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / ".local/hostile"


@dataclass(frozen=True)
class Reading:
    """The time and memory a file took, `csv.reader`'s, and what is wrong with that."""

    path: str
    bytes: int
    seconds: float
    preview_seconds: float
    csv_seconds: float
    columns: int  # that are profiled
    megabytes: int
    faults: list[str]
    refused: str | None

    @property
    def worst(self) -> float:
        """The share of the allowed time that was taken, 1 being all of it."""
        may = SECONDS
        if self.bytes > SMALL and self.columns < WIDE:
            may = max(SECONDS, self.csv_seconds / SHARE)
        elif self.bytes > SMALL:
            may += self.csv_seconds / SHARE_OF_WIDE + self.columns * SECONDS_PER_COLUMN
        return max(self.seconds / may, self.preview_seconds / SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="of other files to read")
    parser.add_argument("--measure", type=Path, nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        for path in arguments.measure:
            print(json.dumps(asdict(reading_of(path))), flush=True)
        return
    readings = []
    for path in files_in(arguments.folders) if arguments.folders else made_files():
        readings.append(read_alone(path))
        print(f"\r{len(readings)} files", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    report(readings)
    sys.exit(any(reading.faults for reading in readings))


def files_in(folders: Iterable[Path]) -> Iterator[Path]:
    """All files in some folders."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def made_files() -> Iterator[Path]:
    """The project's own files, of which the large ones are removed once they were read."""
    yield from written(FILES / "small", SMALL)
    for path in written(FILES / "large", LARGE):
        yield path
        path.unlink()


def report(readings: list[Reading]) -> None:
    """Print the worst files, and whatever is wrong with any."""
    print(f"{len(readings)} files; the worst of them:")
    print("  of its time  seconds  csv.reader  preview   more MB  file")
    for reading in sorted(readings, key=lambda reading: reading.worst, reverse=True)[:15]:
        print(
            f"{reading.worst:12.0%} {reading.seconds:9.2f} {reading.csv_seconds:11.2f}"
            f" {reading.preview_seconds:8.2f} {reading.megabytes:9,}  {reading.path}"
        )
    most = max(readings, key=lambda reading: reading.megabytes)
    print(f"most memory: {most.megabytes:,} MB more, {most.path}")
    for reading in readings:
        for fault in reading.faults:
            print(f"FAULT {reading.path}: {fault}")


def read_alone(path: Path) -> Reading:
    """Read a file in a process of its own, and again if it took too long: others may be busy."""
    for _ in range(_TRIES):
        [reading] = read_together([path])
        if reading.worst <= 1:
            break
    return reading


def read_together(paths: Iterable[Path]) -> Iterator[Reading]:
    """Read files one after the other in one process."""
    paths = [*map(str, paths)]
    command = [sys.executable, "-m", "bench.hostile", "--measure", *paths]
    ended = ""
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_AFTER
        )
        lines = done.stdout.splitlines()
        ended = f"the process ended with {done.returncode}: {done.stderr[-500:]}"
    except subprocess.TimeoutExpired:
        lines, ended = [], f"not read after {_AFTER} seconds"
    for line in lines:
        yield Reading(**json.loads(line))
    if len(lines) < len(paths):
        yield Reading(paths[len(lines)], 0, 0, 0, 0, 0, 0, [ended], None)


def reading_of(path: Path) -> Reading:
    """Read a file here. The peak of memory is that of the process."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    faults, found, refused = [], None, None
    before = kilobytes("VmRSS")
    start = time.process_time()
    try:
        with path.open("rb") as file:
            found = read_csv_metadata(file, profile=True)
    except UnreadableCsv as error:
        refused = str(error)
    except BaseException:  # noqa: BLE001  (whatever it is, it is a fault)
        faults.append(traceback.format_exc(limit=-3))
    seconds = time.process_time() - start
    preview_seconds = preview(path, found) if found else 0.0
    megabytes = (kilobytes("VmHWM") - before) // 1000
    csv_seconds, size = read_by_csv_module(path, found)
    if found and found.profiled_rows < found.row_count and not has_huge_row(path, found):
        faults.append(f"{found.profiled_rows:,} of {found.row_count:,} rows are profiled")
    if megabytes >= MEGABYTES:
        faults.append(f"{megabytes:,} MB more memory")
    columns = len(found.columns) if found else 0
    reading = Reading(
        str(path),
        size,
        seconds,
        preview_seconds,
        csv_seconds,
        columns,
        megabytes,
        faults,
        refused,
    )
    if reading.worst > 1:
        faults.append(f"{seconds:.2f} s, and {preview_seconds:.2f} s for its first rows")
    return reading


def kilobytes(what: str) -> int:
    """The memory of this process as Linux has it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(what))


def preview(path: Path, found) -> float:
    """The seconds to split the rows that the file begins with, as the API does."""
    with path.open("rb") as file:
        pieces = Decompressed(read_chunks(file), 10**12)
        data = b""
        for piece in pieces:
            data += piece
            if len(data) >= 1 << 20:
                break
    start = time.process_time()
    split_beginning(
        data[: 1 << 20],
        len(data) < 1 << 20,
        rows=20,
        delimiter=found.delimiter,
        quote_character=found.quote_character,
        escape_character=found.escape_character,
        encoding=found.encoding,
        records_above=found.preamble_rows + found.header_rows,
    )
    return time.process_time() - start


def first_in(archive: zipfile.ZipFile) -> IO[bytes]:
    """The first file in an archive."""
    return archive.open(archive.namelist()[0])


_OPENERS = {
    b"\x1f\x8b": gzip.open,
    b"BZ": bz2.open,
    b"\xfd7": lzma.open,
    b"PK": lambda file: first_in(zipfile.ZipFile(file)),
}


def text_of(path: Path, found) -> Iterator[str]:
    """The lines of a file that may be compressed, as far as Python reads it."""
    with path.open("rb") as file:
        open_ = _OPENERS.get(file.peek(2)[:2], lambda file: file) if found else lambda file: file
        encoding = found.encoding if found else "latin-1"
        lines = io.TextIOWrapper(open_(file), encoding, errors="replace", newline="")
        yield from (line.replace("\0", " ") for line in lines)


def rows_of(path: Path, found) -> Iterator[list[str]]:
    """The rows of the csv module, by the dialect that was found."""
    csv.field_size_limit(2**31 - 1)
    quote = found.quote_character if found else '"'
    return csv.reader(
        text_of(path, found),
        delimiter=found.delimiter[0] if found else ",",
        quotechar=quote or '"',
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=found.escape_character if found else None,
    )


def read_by_csv_module(path: Path, found) -> tuple[float, int]:
    """The seconds that the csv module takes to count the rows, and the bytes of the text."""
    size = path.stat().st_size
    if found and found.compression:
        with path.open("rb") as file:
            size = sum(map(len, Decompressed(read_chunks(file), 10**12)))
    start = time.process_time()
    with suppress(csv.Error, EOFError, OSError, zipfile.BadZipFile):  # it stops there
        sum(1 for _ in rows_of(path, found))
    return time.process_time() - start, size


def has_huge_row(path: Path, found) -> bool:
    """Return whether a row is too wide or too long to be held, as the csv module reads it."""
    return any(
        len(row) > _MOST_FIELDS or sum(map(len, row)) + len(row) > _LONGEST_RECORD
        for row in rows_of(path, found)
    )


if __name__ == "__main__":
    main()
