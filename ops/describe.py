"""Describe local files as the catalog would, but with no AWS at all."""

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from chalicelib.csv_reader import UnreadableCsv, read_csv_metadata
from chalicelib.csv_reader.shortened import counted
from chalicelib.tools.forecast.findings import forecast
from chalicelib.tools.load.statement import FORMATS, schema_of
from chalicelib.tools.load.table import NoSchema
from ops.terminal import Stop, json_option, one_line, say, say_json, start_of, width

PATIENCE_SECONDS = 2  # that a person waits without a progress bar
TITLES = ("Column", "Type", "Empty", "Distinct", "From … to", "Values")
NAME, EMPTY, DISTINCT, RANGE, VALUES = 0, 2, 3, 4, 5
BARS = "▁▂▃▄▅▆▇█"  # the height of a step of the histogram
FEWEST_WITH_BARS = 5  # distinct values
VALUES_SHOWN, VALUE_LENGTH = 3, 20  # of the most frequent
CUT_TO = {
    VALUES: 20,
    RANGE: 16,
    NAME: 12,
}  # the columns that are cut on a narrow terminal, in this order
GAP = "  "


class Undescribed(Exception):
    """A file that cannot be opened or read."""


class Watched:
    """A stream that shows how much of it is read, once that has taken a while."""

    def __init__(self, stream: BinaryIO, size: int | None, bar: Progress):
        self._stream = stream
        self._bar = bar
        self._task = bar.add_task("Reading", total=size)
        self._patient_until = time.monotonic() + PATIENCE_SECONDS

    def read(self, size: int = -1) -> bytes:
        if not self._bar.live.is_started and time.monotonic() > self._patient_until:
            self._bar.start()
        chunk = self._stream.read(size)
        self._bar.advance(self._task, len(chunk))
        return chunk


def describe(path: str) -> dict[str, Any]:
    """The content of a record, for a file. Raises Undescribed if it cannot be read."""
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    try:
        with open(sys.stdin.fileno() if path == "-" else path, "rb", buffering=0) as file:
            size = None if path == "-" else Path(path).stat().st_size
            metadata = read_csv_metadata(Watched(file, size, bar), profile=True)
            read = bar.tasks[0].completed
    except UnreadableCsv as error:
        raise Undescribed(f"{path} cannot be read: {error}") from error
    except OSError as error:
        raise Undescribed(f"{path} cannot be opened: {error.strerror}") from error
    finally:
        if bar.live.is_started:
            bar.stop()
    name = "standard input" if path == "-" else path
    described = {"filename": name, "file_size": int(read), **asdict(metadata)}
    return described | {"forecast": forecast(described)}


def show(described: dict[str, Any]) -> None:
    """Print how the file was read, a line for each column, and what is odd about them."""
    say(_summary(described), _how_it_was_read(described))
    columns, rows = described["columns"], described["profiled_rows"] or 0
    if columns:
        say("", *_table([TITLES, *map(_cells, columns)]))
    _show_list("", [f"{c['name']}: {said}" for c in columns for said in _evidence(c, rows)])
    _show_list("", [f"Warning: {warning}" for warning in described["warnings"]])
    misread = [f"{GAP}{finding['message']}" for finding in described["forecast"]]
    _show_list("What tools would get wrong by default:", misread)


def _show_list(title: str, lines: list[str]) -> None:
    if lines:
        say("", *filter(None, [title]), *lines)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows in columns, each cut to what the terminal has room for; whole in a pipe."""
    rows = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    if available := width():
        for column, least in CUT_TO.items():
            excess = sum(widths) + len(GAP) * (len(widths) - 1) - available
            widths[column] -= max(0, min(excess, widths[column] - least))
    return [_row(row, widths) for row in rows]


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    cells = []
    for column, (text, room) in enumerate(zip(row, widths, strict=True)):
        text = start_of(text, room)
        missing = room - cell_len(text)
        right = column in (EMPTY, DISTINCT)
        cells.append(" " * missing + text if right else set_cell_size(text, room))
    return GAP.join(cells).rstrip()


def _summary(described: dict[str, Any]) -> str:
    return (
        f"{described['filename']}: {counted(described['row_count'], 'row')}, "
        f"{counted(described['column_count'], 'column')}, {counted(described['file_size'], 'byte')}"
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
        parts.append(f"{counted(described['preamble_rows'], 'row')} above the table")
    if described["repeated_headers"]:
        parts.append(f"the header again {counted(described['repeated_headers'], 'time')}")
    if described["footer_rows"]:
        parts.append(f"{counted(described['footer_rows'], 'row')} below the table")
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
        _values(column),
    )


def _values(column: dict[str, Any]) -> str:
    """The distribution of numbers and dates, the share of true, or the values that repeat."""
    if column["true_share"] is not None:
        return f"{column['true_share']:.0%} {column['boolean_words'][0]}"
    if column["distinct_count"] >= FEWEST_WITH_BARS and (bars := column["histogram"]):
        most = max(bars)
        return "".join(BARS[-(-(len(BARS) - 1) * cells // most)] for cells in bars)
    repeated = [(value, count) for value, count in column["top_values"] if count > 1]
    about = "" if column["top_is_exact"] else "about "
    return ", ".join(
        f"{start_of(value, VALUE_LENGTH)} {about}{count:,}"
        for value, count in repeated[:VALUES_SHOWN]
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


def _statement(described: dict[str, Any], format: str) -> str:
    try:
        return schema_of(described, format)[1]
    except NoSchema as error:
        raise Stop(str(error)) from error


@click.command(epilog="Example: ./catalog describe samples/orders.csv")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@json_option
@click.option("--format", type=click.Choice(FORMATS), help="Print what loads the file there.")
def describe_command(files: tuple[str, ...], as_json: bool, format: str | None) -> None:
    """Profile local files, over every row.

    No AWS account and no emulator is needed. A FILE of - is standard input. With --json, several
    files are a list.
    """
    if as_json and format:
        raise click.UsageError("--json and --format exclude each other.")
    described, failed = [], []
    for path in files:
        try:
            described.append(describe(path))
        except Undescribed as error:
            failed.append(str(error))
            say(str(error), file=sys.stderr)
            continue
        if as_json:
            continue
        if len(described) > 1:
            say("")
        if format:
            say(*_statement(described[-1], format).splitlines())
        else:
            show(described[-1])
    if as_json and (described or len(files) > 1):
        say_json(described if len(files) > 1 else described[0])
    if failed:
        raise SystemExit(1)
