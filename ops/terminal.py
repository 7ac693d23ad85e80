"""The one way to a person's terminal for what others have named or said.

Keys, column names, messages and errors hold whatever someone who may write to the bucket has put
there. An escape sequence in one would colour, overwrite or retitle the terminal of whoever looks,
and a newline would forge a line (CWE-150). So every character that is not printable is replaced.
"""

import json
import shutil
import sys
from typing import Any, TextIO

import click
from rich.cells import cell_len, set_cell_size

KEY_AT_LEAST = 16

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def one_line(text: str) -> str:
    """The text without controls, newlines, marks that turn the writing, or halves of characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print the lines, each at once, to standard output unless `file` is another."""
    for line in lines:
        print(one_line(line), file=file, flush=True)


def say_json(value: Any, indent: int | None = 2) -> None:
    """Print the value as JSON, in ASCII: nothing in it acts on a terminal."""
    say(*json.dumps(value, indent=indent, default=str).splitlines())


def width() -> int | None:
    """The width of the terminal that the output goes to; None for a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def end_of(key: str, room: int | None) -> str:
    """The key, or as much of its end as fits into `room`: files differ there."""
    key = one_line(key)
    if room is None or cell_len(key) <= (room := max(room, KEY_AT_LEAST)):
        return key
    while cell_len(key) >= room:
        key = key[1:]
    return f"…{key}"


def start_of(text: str, room: int) -> str:
    """The text, or as much of its start as fits into `room`."""
    text = one_line(text)
    return text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"


class Stop(SystemExit):
    """The end of a command that cannot go on. The lines are printed, and the status is 1."""

    def __init__(self, *lines: str):
        super().__init__("\n".join(map(one_line, lines)))


def ask(*lines: str) -> None:
    """Print the lines, and exit unless whoever reads them agrees."""
    say(*lines)
    if not agrees("Go on?"):
        raise Stop("nothing was touched (--yes answers for you)")


def agrees(question: str) -> bool:
    """Ask a question, on standard error, that is answered with no unless someone says yes."""
    print(f"{one_line(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
