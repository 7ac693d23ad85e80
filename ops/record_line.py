"""The line that says what became of a file: of its record, or of why there is none."""

from collections.abc import Callable

from rich.cells import cell_len

from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.shortened import counted
from ops.terminal import KEY_AT_LEAST, end_of, one_line, start_of, width

NAMES_AT_LEAST = 10


def liner(keys: list[str]) -> Callable[[str, FileRecord | str], str]:
    """A function that makes the line of each of the files, the next in order.

    On a terminal keys are in a column, and names that don't fit are cut, with how many more
    there are. Reasons are whole.
    """
    total = len(keys)
    done = 0
    terminal = width()
    longest = max(map(cell_len, map(one_line, keys)), default=0)

    def line(key: str, result: FileRecord | str) -> str:
        nonlocal done
        done += 1
        counter = f"{done:>{len(str(total))}}/{total}"
        if terminal is None:
            return f"{counter}  {one_line(key)}  {_said(result, None)}"
        room = min(longest, max(terminal // 3, KEY_AT_LEAST))
        key = end_of(key, room)
        start = f"{counter}  {key}{' ' * (room - cell_len(key))}  "
        return start + _said(result, terminal - cell_len(start))

    return line


def _said(result: FileRecord | str, room: int | None) -> str:
    if isinstance(result, str):
        return f"missing  {result}"
    if result.error is not None:
        return f"{result.status}  {result.error}"
    columns = result.column_count or 0
    counts = (
        f"{result.status}  {counted(result.row_count or 0, 'row')}, "
        f"{counted(columns, 'column')}, {counted(result.file_size, 'byte')}"
    )
    names = [one_line(name) for name in result.column_names]
    if not names:
        return counts
    if room is None:
        return f"{counts}  {_all(names, columns)}"
    left = room - cell_len(counts) - 2
    return counts if left < NAMES_AT_LEAST else f"{counts}  {_some(names, columns, left)}"


def _all(names: list[str], count: int) -> str:
    more = [f"… {count - len(names):,} more"] if count > len(names) else []
    return ", ".join([*names, *more])


def _some(names: list[str], count: int, room: int) -> str:
    """As many of the names as fit into `room`, and how many more there are."""
    whole = _all(names, count)
    if cell_len(whole) <= room:
        return whole
    fitting, shown = "", ""
    for number, name in enumerate(names[: count - 1], start=1):
        shown = f"{shown}, {name}" if number > 1 else name
        if cell_len(shown) >= room:
            break
        with_rest = f"{shown}, … {count - number:,} more"
        if cell_len(with_rest) <= room:
            fitting = with_rest
    rest = f", … {count - 1:,} more" if count > 1 else ""
    return fitting or start_of(names[0] + "…", max(room - cell_len(rest), 1)) + rest
