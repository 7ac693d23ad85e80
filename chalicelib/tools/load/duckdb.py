"""DuckDB: the table of a file, by one statement with every argument of `read_csv` spelled out."""

import re
from itertools import groupby

from chalicelib.tools.dialect import UTF_8
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.sql import (
    identifier,
    is_written_otherwise,
    literal,
    rewritten,
    without_null_words,
)
from chalicelib.tools.load.table import Table, comments, listed, plain_copy, unique_names

_TYPES = {
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "uuid": "UUID",
    "text": "VARCHAR",
}
_TRIMMED_BY_ITSELF = {"integer", "decimal", "double", "date", "text"}

# What DuckDB reads by itself ("CSV Import"), and what its extension does ("Encodings Extension").
_ENCODINGS = dict.fromkeys(UTF_8, "utf-8") | {
    "utf-16": "utf-16",
    "utf-16-le": "utf-16",
    "cp1252": "latin-1",
}
_BY_EXTENSION = {f"cp{number}": f"CP{number}" for number in range(1250, 1258)} | {
    "big5": "big5",
    "gb18030": "gb18030",
}

_LINE_BYTES = 2_000_000  # as long as a line may be by default: max_line_size
_BYTES_OF_A_CHARACTER = 4


def duckdb_schema(table: Table) -> str:
    """The statement; where DuckDB cannot split the file, of a copy, and how to make that."""
    says = [table.doubt]
    encoding = _ENCODINGS.get(table.encoding) or _BY_EXTENSION.get(table.encoding)
    reason = f"the encoding {table.encoding}" if encoding is None else _unreadable(table)
    if encoding is None or reason:
        says += [
            f"DuckDB does not read {reason}. This makes a file of it, downloaded, that it reads:",
            plain_copy(table, table.file_name) + " > plain.csv",
        ]
        table, encoding = table.plain(), "utf-8"
    elif table.encoding == "cp1252":
        says += [
            "Latin-1 lacks a few characters of Windows-1252, and DuckDB stops at one. If it does:",
            "INSTALL encodings; LOAD encodings; and below, encoding = 'CP1252'",
        ]
    elif encoding == _BY_EXTENSION.get(table.encoding):
        says += ["The encoding needs an extension: INSTALL encodings; LOAD encodings;"]
    names = unique_names(column.label for column in table.columns)
    read, converted = [], []
    for column, name in zip(table.columns, names, strict=True):
        expression = _expression(column, identifier(name))
        read.append(f"{literal(name)}: {literal('VARCHAR' if expression else _type(column))}")
        if expression:
            converted.append(f"{expression} AS {identifier(name)}")
    rest = ""
    if len(names) == 1 and table.blank_lines != 0:
        if table.columns[0].is_filled:
            rest = f"\nWHERE {identifier(names[0])} IS NOT NULL"
        else:
            says += ["Blank lines, if there are any, are rows without a value here."]
    replaced = f" REPLACE (\n{listed(converted)}\n)" if converted else ""
    return (
        f"{comments('--', says)}CREATE TABLE {identifier(table.name)} AS\n"
        f"SELECT *{replaced}\nFROM read_csv({_printed(_path(table.location))},\n"
        f"{listed(_arguments(table, encoding, read))}\n){rest};\n"
    )


def _unreadable(table: Table) -> str | None:
    """Return what of the file DuckDB does not read as it is meant, if anything."""
    if table.compression not in (None, "gzip", "zstd"):
        return f"a file that is compressed as {table.compression}"
    if table.rows_left_out:
        return f"the table without {table.rows_left_out}"
    if table.delimiter == " ":
        return "columns that spaces align"
    if table.escape:
        return "backslashes that escape as the catalog does"
    if table.stray_quotes:
        return "quotes that stand within a cell as the catalog does"
    return None


def _arguments(table: Table, encoding: str, read: list[str]) -> list[str]:
    return [
        "auto_detect = false",
        f"delim = {_printed(table.delimiter)}",
        f"quote = {_printed(table.quote or '')}",
        f"escape = {_printed(table.quote or '')}",
        f"encoding = {literal(encoding)}",
        f"compression = '{table.compression or 'none'}'",
        "header = false",
        f"skip = {table.records_above}",
        f"columns = {{\n{listed(read, ' ' * 8)}\n    }}",
        "nullstr = ''",
        "allow_quoted_nulls = true",
        "null_padding = true",
        "strict_mode = false",
        "ignore_errors = false",
        f"max_line_size = {_longest_line(table)}",
        f"parallel = {'true' if table.quoted_newlines == 0 else 'false'}",
        "hive_partitioning = false",
    ]


def _type(column: Column) -> str:
    if column.type == "decimal":
        return f"DECIMAL({column.precision}, {column.scale})"
    return _TYPES[column.type]


def _expression(column: Column, name: str) -> str | None:
    """The value of a column that `read_csv` has to read as text, or None if it need not."""
    must_be_trimmed = column.is_spaced and column.type not in _TRIMMED_BY_ITSELF
    if not is_written_otherwise(column) and not must_be_trimmed:
        return None
    text = without_null_words(column, name)
    if column.half_days:
        text = f"strptime({rewritten(column, f'trim({text})')}, {literal(column.half_days)})"
        return f"CAST({text} AS {_type(column)})"
    return f"CAST({rewritten(column, f'trim({text})')} AS {_type(column)})"


def _longest_line(table: Table) -> int:
    """As many bytes as a row has at most, were all of its cells the longest of their columns."""
    lengths = [2 + (column.longest or 0) for column in table.columns]
    return max(_LINE_BYTES, 2 * _BYTES_OF_A_CHARACTER * sum(lengths))


def _printed(text: str) -> str:
    """A text of which all characters print: DuckDB's escapes are for ASCII alone."""
    if all(c.isascii() or c.isprintable() for c in text):
        return literal(text)
    parts = groupby(text, lambda c: c.isascii() or c.isprintable())
    return " || ".join(
        literal("".join(part)) if prints else " || ".join(f"chr({ord(c)})" for c in part)
        for prints, part in parts
    )


def _path(location: str) -> str:
    """The path, of which nothing is a pattern for several files."""
    return re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", location)
