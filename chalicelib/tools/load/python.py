"""Parts that pandas and polars share: literals of Python, dates, and a file made plain first."""

from collections.abc import Iterable

from chalicelib.csv_reader.column_types import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.table import Table, listed, opened_in_python, python_text, rows_in_python

_DATES = {YEAR_FIRST: "%Y{0}%m{0}%d", DAY_FIRST: "%d{0}%m{0}%Y", MONTH_FIRST: "%m{0}%d{0}%Y"}


def date_format(column: Column) -> str:
    """Return how the dates of a column are written, in the words of `strptime`."""
    return _DATES[column.date_order].format(column.date_separator)


def truths(column: Column) -> str:
    """A dict from the words of a boolean, in small letters, to what they mean."""
    pairs = [
        f"{python_text(word)}: {truth}"
        for words, truth in zip(zip(*column.truths, strict=True), (True, False), strict=True)
        for word in words
    ]
    return f"{{{', '.join(pairs)}}}"


def texts(values: Iterable[str]) -> str:
    """A list of texts."""
    return f"[{', '.join(map(python_text, values))}]"


def mapping(pairs: Iterable[tuple[str, str]]) -> str:
    """A dict from names to what stands for their values, a line each, within a call."""
    lines = [f"{python_text(name)}: {value}" for name, value in pairs]
    return f"{{\n{listed(lines, ' ' * 8)},\n    }}"


def plain_source(table: Table) -> tuple[list[str], str, str]:
    """Return how a file is made plain in memory: the imports, the statements, and what is read
    then.

    The plain file has UTF-8, commas, quotes around every cell, as many cells to a row as
    there are columns, no blank lines and no header.
    """
    location, imports = python_text(table.location), ["import csv", "import io", "import itertools"]
    module, opened = opened_in_python(table, location)
    if table.location.startswith("s3://"):
        imports.append("import fsspec")
        compression = None if table.compression == "zip" else table.compression
        remote = f'fsspec.open({location}, "rb", compression={compression!r}).open()'
        opened = remote
        if table.compression == "zip":
            module, opened = opened_in_python(table, remote)
        else:
            module = None
    if module:
        imports.append("from backports import zstd" if module == "zstd" else f"import {module}")
    statements = f"""csv.field_size_limit(2**31 - 1)
plain = io.StringIO(newline="")
with {opened} as file:
    text = io.TextIOWrapper(file, "{table.encoding}", errors="replace", newline="")
    rows = {rows_in_python(table, "text")}
    csv.writer(plain, quoting=csv.QUOTE_ALL, lineterminator="\\n").writerows(rows)

"""
    return imports, statements, "io.BytesIO(plain.getvalue().encode())"
