"""The records of files as a table in a terminal: one line a file, however narrow it is."""

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table

from ops.terminal import cell, one_line, say

GAP = 2
KEY_AT_LEAST = 16
NAMES_AT_LEAST = 26


def show(results: list[tuple[str, dict | str]], console: Console) -> None:
    """Print a line for each key with its record, or with why there is none.

    Names that don't fit are cut, with how many more there are. Reasons stand below, whole.
    """
    rows = [_row(key, result) for key, result in results]
    titles = ("File", "Status", "Bytes", "Rows", "Columns")
    widths = [
        max(cell_len(value) for value in column) for column in zip(titles, *rows, strict=True)
    ]
    left = console.width - sum(widths[1:]) - GAP * len(titles)
    widths[0] = min(widths[0], max(left - NAMES_AT_LEAST, KEY_AT_LEAST))
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for title, width in zip(titles, widths, strict=True):
        side = "left" if title in ("File", "Status") else "right"
        table.add_column(title, width=width, justify=side, no_wrap=True)
    table.add_column("Names", no_wrap=True)
    for row, (_, result) in zip(rows, results, strict=True):
        names = _names(result, left - widths[0]) if isinstance(result, dict) else ""
        table.add_row(*map(cell, (_end_of(row[0], widths[0]), *row[1:], names)))
    console.print(table)
    for key, result in results:
        reason = result if isinstance(result, str) else result["error"]
        if reason:
            say(f"{key}: {reason}")


def _row(key: str, result: dict | str) -> list[str]:
    if isinstance(result, str):
        return [one_line(key), "missing", "", "", ""]
    counts = (result[name] for name in ("file_size", "row_count", "column_count"))
    return [
        one_line(key),
        result["status"],
        *("" if count is None else f"{count:,}" for count in counts),
    ]


def _end_of(key: str, width: int) -> str:
    """The key, or as much of its end as fits: what tells files apart stands there."""
    if cell_len(key) <= width:
        return key
    while cell_len(key) >= width:
        key = key[1:]
    return f"…{key}"


def _names(record: dict, width: int) -> str:
    """The names of the columns, as many as fit into `width`, and how many more there are."""
    names = [one_line(name) for name in record["column_names"]]
    count = record["column_count"] or 0
    whole = ", ".join(names)
    if len(names) == count and cell_len(whole) <= width:
        return whole
    fitting, shown = "", ""
    for number, name in enumerate(names[: count - 1], start=1):
        shown = f"{shown}, {name}" if number > 1 else name
        if cell_len(shown) >= width:
            break
        with_rest = f"{shown}, … {count - number:,} more"
        if cell_len(with_rest) <= width:
            fitting = with_rest
    rest = f", … {count - 1:,} more" if count > 1 else ""
    return fitting or set_cell_size(names[0], width - cell_len(rest) - 1).rstrip() + "…" + rest
