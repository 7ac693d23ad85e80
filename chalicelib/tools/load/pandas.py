"""pandas: the call of `read_csv` that reads a file right, and what is left to convert."""

from chalicelib.csv_reader.column_types import DAY_FIRST
from chalicelib.csv_reader.kind_names import BEHIND
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.dates import with_groups
from chalicelib.tools.load.python import (
    date_format,
    mapping,
    plain_source,
    texts,
    truths,
)
from chalicelib.tools.load.table import Table, comments, listed, python_text, unique_names

_DIGITS_OF_A_DOUBLE = 15
_TYPES = {"integer": "Int64", "decimal": "Float64", "double": "Float64"}


def pandas_schema(table: Table) -> str:
    """The call, with a type for each column that pandas reads as it is written."""
    names = unique_names((column.label for column in table.columns), joiners=True)
    says = [table.doubt]
    if table.compression == "zstd":
        says.append("pandas reads Zstandard by the package zstandard.")
    imports, source = ["import pandas as pd"], python_text(table.location)
    preparation = ""
    # The rows above the table are counted without blank lines, as `header` is.
    above = table.preamble_rows + table.header_rows
    header = above - 1 if above else None
    if (
        len(table.delimiter) > 1
        or table.delimiter == " "
        or table.rows_left_out
        or table.compression == "zip"
    ):
        more, preparation, source = plain_source(table)
        imports, table, header = [*imports, *more], table.plain(), None
    if table.quote is None:
        imports.append("import csv")
    columns = list(zip(names, table.columns, strict=True))
    converted = [
        (f"df[{python_text(name)}]", column)
        for name, column in columns
        if column.type not in ("text", "time", "uuid") and _type(column) == "string"
    ]
    if any(_is_exact(column) for _, column in converted):
        imports.append("from decimal import Decimal")
    read = [
        source,
        f"sep={python_text(table.delimiter)}",
        *_quoting(table),
        f'encoding="{table.encoding}"',
        'encoding_errors="replace"',
        f"compression={python_text(table.compression) if table.compression else None}",
        f"header={header}",
        f"names={texts(names)}",
        f"usecols=range({len(names)})",
        f"dtype={mapping((name, python_text(_type(column))) for name, column in columns)}",
        "keep_default_na=False",
        f"na_values={mapping((name, texts(['', *column.null_words])) for name, column in columns)}",
    ]
    return (
        f"{comments('#', says)}{chr(10).join(sorted(imports))}\n\n"
        f"{preparation}df = pd.read_csv(\n{listed(read)},\n)\n"
        + "".join(f"{cells} = {_conversion(column, cells)}\n" for cells, column in converted)
    )


def _quoting(table: Table) -> list[str]:
    """The arguments that say what quotes and what escapes."""
    escape = [] if table.escape is None else [f"escapechar={python_text(table.escape)}"]
    if table.quote is None:
        return ["quoting=csv.QUOTE_NONE", *escape]
    return [f"quotechar={python_text(table.quote)}", *escape]


def _is_exact(column: Column) -> bool:
    """Return whether the column has decimals of more digits than a double keeps."""
    return column.type == "decimal" and column.digits > _DIGITS_OF_A_DOUBLE


def _type(column: Column) -> str:
    if not column.has_plain_numbers or _is_exact(column):
        return "string"
    return _TYPES.get(column.type, "string")


def _conversion(column: Column, cells: str) -> str:
    """The values of a column that was read as text."""
    text = f"{cells}.str.strip()"
    if column.type == "boolean":
        return f'{text}.str.lower().map({truths(column)}).astype("boolean")'
    for expression, instead in column.iso_replacements:
        put = python_text(with_groups(instead, r"\g<", ">"))
        text += f".str.replace({python_text(expression)}, {put}, regex=True)"
    if column.half_days and column.type != "time":
        return f'pd.to_datetime({text}, format="{column.half_days}")'
    if column.type == "date":
        return f'pd.to_datetime({text}, format="{date_format(column)}")'
    if column.type == "timestamp":
        day_first = column.date_order == DAY_FIRST
        return f'pd.to_datetime({text}, format="mixed", dayfirst={day_first})'
    if column.type == "timestamptz":
        return f'pd.to_datetime({text}, format="mixed", utc=True)'
    for part, instead in column.replacements:
        text += f".str.replace({python_text(part)}, {python_text(instead)}, regex=False)"
    if column.minus == BEHIND:
        text += '.str.replace("^(.*)-$", r"-\\1", regex=True)'
    if _is_exact(column):
        return f'{text}.map(Decimal, na_action="ignore")'
    return f'{text}.astype("{_TYPES[column.type]}")'
