"""polars: the call of `read_csv` that reads a file right, and what is left to convert."""

from chalicelib.csv_reader.kind_names import BEHIND
from chalicelib.tools.dialect import UTF_8
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.dates import with_groups
from chalicelib.tools.load.python import (
    date_format,
    mapping,
    plain_source,
    texts,
    truths,
)
from chalicelib.tools.load.table import (
    Table,
    comments,
    listed,
    plain_quote,
    python_text,
    unique_names,
)

_TYPES = {"integer": "pl.Int64", "double": "pl.Float64"}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f")


def polars_schema(table: Table) -> str:
    """The call, with a type for each column that polars reads as it is written.

    A file that it would refuse is made plain first: polars takes blank lines for rows, and stops at
    a row that is too long and at a letter behind a closing quote.
    """
    names = unique_names((column.label for column in table.columns), joiners=True)
    imports, source = ["import polars as pl"], python_text(table.location)
    preparation = ""
    quote = plain_quote(table) if table.compression in (None, "gzip", "zstd") else None
    if quote is None or table.blank_lines is None or table.stray_quotes is None:
        more, preparation, source = plain_source(table)
        imports, table, quote = [*imports, *more], table.plain(), '"'
    columns = list(zip(names, table.columns, strict=True))
    encoding = "utf8" if table.encoding in UTF_8 else table.encoding
    read = [
        source,
        "has_header=False",
        f"skip_rows={table.records_above}",
        f"separator={python_text(table.delimiter)}",
        f"quote_char={python_text(quote)}",
        f"encoding={python_text(encoding)}",
        *([] if preparation else ["glob=False"]),
        f"schema={mapping((name, _read_as(column)) for name, column in columns)}",
    ]
    converted = [
        _conversion(column, f"pl.col({python_text(name)})")
        for name, column in columns
        if _read_as(column) == "pl.String"
    ]
    step = f".with_columns(\n{listed(converted)},\n)" if converted else ""
    return (
        f"{comments('#', [table.doubt])}{chr(10).join(sorted(imports))}\n\n"
        f"{preparation}df = pl.read_csv(\n{listed(read)},\n){step}\n"
    )


def _type(column: Column) -> str:
    if column.type == "decimal":
        return f"pl.Decimal({column.precision}, {column.scale})"
    return _TYPES.get(column.type, "pl.String")


def _read_as(column: Column) -> str:
    """The type as which polars reads the cells as they are."""
    if column.null_words or column.is_spaced or not column.has_plain_numbers:
        return "pl.String"
    return _type(column)


def _conversion(column: Column, cells: str) -> str:
    """The values of a column that is read as text. Empty cells in quotes are null as others are."""
    text = f"{cells}.replace({texts(['', *column.null_words])}, None)"
    if column.type == "text":
        return text
    text = f"{text}.str.strip_chars()"
    for part, instead in column.replacements:
        text += f".str.replace_all({python_text(part)}, {python_text(instead)}, literal=True)"
    if column.minus == BEHIND:
        text += '.str.replace("^(.*)-$", "-${1}")'
    if column.type == "boolean":
        return (
            f"{text}.str.to_lowercase().replace_strict({truths(column)}, return_dtype=pl.Boolean)"
        )
    for expression, instead in column.iso_replacements:
        put = python_text(with_groups(instead, "${", "}"))
        text += f".str.replace({python_text(expression)}, {put})"
    if column.half_days and column.type != "time":
        return f'{text}.str.to_datetime("{column.half_days}", time_unit="us")'
    if column.type == "date":
        return f'{text}.str.to_date("{date_format(column)}")'
    if column.type == "timestamp":
        text = f'{text}.str.replace("T", " ")'
        return f"pl.coalesce({', '.join(_read_times(text, date_format(column)))})"
    return text if _type(column) == "pl.String" else f"{text}.cast({_type(column)})"


def _read_times(text: str, date: str) -> list[str]:
    """One try for each form that a clock may have behind the date."""
    return [
        f'{text}.str.to_datetime("{date}{clock}", time_unit="us", strict=False)'
        for clock in _CLOCKS
    ]
