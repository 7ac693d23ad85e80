"""What is in a file of this machine, as the catalog would tell it, but with no AWS at all.

python -m dev.describe FILE [--json | --format=NAME]     FILE is a path, or - for standard input

With a format, such as duckdb or pandas, it prints what loads the file there.
"""

import io
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn
from rich.table import Table

from chalicelib.csv_reader import UnreadableCsv, read_csv_metadata
from chalicelib.tools.load.statement import UnknownFormat, schema_of
from chalicelib.tools.load.table import NoSchema
from ops.terminal import Stop, cell, say

PATIENCE_SECONDS = 2  # that one waits without being told how long it takes


class Watched(io.RawIOBase):
    """A stream that shows how much of it is read, once that has taken a while."""

    def __init__(self, stream: BinaryIO, size: int | None, bar: Progress):
        self._stream = stream
        self._bar = bar
        self._task = bar.add_task("Reading", total=size)
        self._patient_until = time.monotonic() + PATIENCE_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self._bar.live.is_started and time.monotonic() > self._patient_until:
            self._bar.start()
        count = self._stream.readinto(buffer)
        self._bar.advance(self._task, count)
        return count


def describe(path: str) -> dict[str, Any]:
    """The content of a record, for a file. Exits with a sentence if it cannot be read."""
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    try:
        with open(sys.stdin.fileno() if path == "-" else path, "rb", buffering=0) as file:
            size = None if path == "-" else Path(path).stat().st_size
            metadata = read_csv_metadata(Watched(file, size, bar), profile=True)
            read = bar.tasks[0].completed
    except UnreadableCsv as error:
        raise Stop(f"{path} cannot be read: {error}") from error
    except OSError as error:
        raise Stop(f"{path} cannot be opened: {error.strerror}") from error
    finally:
        if bar.live.is_started:
            bar.stop()
    name = "standard input" if path == "-" else path
    return {"filename": name, "file_size": int(read), **asdict(metadata)}


def show(described: dict[str, Any], console: Console) -> None:
    """Print how the file was read, a line for each column, and then what is odd about them."""
    say(_summary(described), _how_it_was_read(described), "")
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("Column", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("Type", no_wrap=True)
    table.add_column("Empty", justify="right", no_wrap=True)
    table.add_column("Distinct", justify="right", no_wrap=True)
    table.add_column("From … to", no_wrap=True, overflow="ellipsis", ratio=1)
    rows = described["profiled_rows"] or 0
    for column in described["columns"]:
        table.add_row(*map(cell, _cells(column)))
    if described["columns"]:
        console.print(table)
        say("")
    for column in described["columns"]:
        for sentence in _evidence(column, rows):
            say(f"{column['name']}: {sentence}")
    for warning in described["warnings"]:
        say(f"Warning: {warning}")


def _summary(described: dict[str, Any]) -> str:
    return (
        f"{described['filename']}: {described['row_count']:,} rows, "
        f"{described['column_count']:,} columns, {described['file_size']:,} bytes"
    )


def _how_it_was_read(described: dict[str, Any]) -> str:
    parts = [
        described["compression"],
        described["encoding"],
        f"delimiter {described['delimiter']!r}",
        f"quotes {described['quote_character'] or 'are text'}",
        described["escape_character"] and f"escapes {described['escape_character']}",
        {0: "no header", 1: "a header"}.get(
            described["header_rows"], f"a header of {described['header_rows']} rows"
        ),
    ]
    if described["preamble_rows"]:
        parts.append(f"{described['preamble_rows']:,} rows above the table")
    return ", ".join(filter(None, parts))


def type_of(column: dict[str, Any]) -> str:
    """The type as people write it, with the digits of a decimal."""
    if column["type"] == "decimal":
        return f"decimal({column['precision']},{column['scale']})"
    return column["type"]


def _cells(column: dict[str, Any]) -> tuple[str, ...]:
    nulls, distinct = column["null_count"], f"{column['distinct_count']:,}"
    between = [column[end] for end in ("min", "max") if column[end] is not None]
    return (
        column["name"] or "(no name)",
        type_of(column),
        f"{nulls:,}" if nulls else "",
        distinct if column["distinct_is_exact"] else f"about {distinct}",
        " … ".join(dict.fromkeys(between)),
    )


def _evidence(column: dict[str, Any], rows: int) -> list[str]:
    sentences = list(column["notes"])
    if column["null_words"]:
        sentences.insert(0, f"empty is written {', '.join(column['null_words'])}, too")
    if almost := column["almost"]:
        cells = rows - column["null_count"]
        sentences.insert(
            0,
            f"{almost['type']}, except {almost['count']:,} of {cells:,} cells; "
            f"the first in row {almost['row']:,}: {almost['text']}",
        )
    return sentences


def _are_known(options: list[str]) -> bool:
    return options in ([], ["--json"]) or (len(options) == 1 and options[0][:9] == "--format=")


def _schema(described: dict[str, Any], format: str) -> str:
    try:
        return schema_of(described, format)[1]
    except (UnknownFormat, NoSchema) as error:
        raise Stop(str(error)) from error


def main() -> None:
    match sys.argv[1:]:
        case [path, *options] if path and _are_known(options):
            described = describe(path)
        case [""] | ["", "--json"]:
            raise Stop("which file? As in `make describe FILE=samples/orders.csv`")
        case _:
            raise SystemExit(__doc__)
    if options == ["--json"]:
        say(*json.dumps(described, indent=2).splitlines())
    elif options:
        say(*_schema(described, options[0].removeprefix("--format=")).splitlines())
    else:
        show(described, Console())


if __name__ == "__main__":
    main()
