"""The one way to a person's terminal for what others have named or said.

Keys, column names, messages and errors hold whatever someone who may write to the bucket has put
there. An escape sequence in one would colour, overwrite or retitle the terminal of whoever looks,
and a newline would forge a line (CWE-150). So every character that is not printable is replaced.
"""

from typing import TextIO

from rich.text import Text


def one_line(text: str) -> str:
    """The text without controls, newlines, marks that turn the writing, or halves of characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print the lines, each at once, to standard output unless `file` is another."""
    for line in lines:
        print(one_line(line), file=file, flush=True)


def cell(text: str) -> Text:
    """The text for a table of rich's, as it is: no markup."""
    return Text(one_line(text))


class Stop(SystemExit):
    """The end of a command that cannot go on. The lines are printed, and the status is 1."""

    def __init__(self, *lines: str):
        super().__init__("\n".join(map(one_line, lines)))
