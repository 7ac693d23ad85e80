"""Athena: an external table of strings over the file's folder, and a view with its types."""

from chalicelib.tools.dialect import UTF_8
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.sql import has_other_truths, identifier, quoted, rewritten
from chalicelib.tools.load.table import Table, comments, listed, unique_names

_OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_TYPES = {
    "boolean": "boolean",
    "integer": "bigint",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
}
# Of views that Athena keeps in Glue, which has no type for these ("Data types in Amazon Athena").
_AS_TEXT = {"text", "time", "uuid"}
_NAME_BYTES = 255


def athena_schema(table: Table) -> str:
    """A table and a view; where no SerDe splits the file right, a comment that says what to do."""
    if reason := _unreadable(table):
        says = [
            f"Athena has no SerDe that reads this file: {reason}.",
            "Write it as Parquet first: with the statement for DuckDB, and then",
            f"COPY {table.name} TO '{table.name}.parquet' (FORMAT parquet);",
        ]
        return comments("--", says)
    labels = [column.label for column in table.columns]
    names = unique_names(labels, _NAME_BYTES, spelled=_spelled)
    folder = table.location.rpartition("/")[0]
    doubts = [
        table.doubt,
        "LOCATION is a folder, and every file in it is read as one of this table: let it have this "
        "file alone.",
        "Blank lines are rows of nothing here." if table.blank_lines else None,
        "If a quoted cell has a newline in it, Athena splits its row there."
        if table.quoted_newlines is None
        else None,
    ]
    strings = listed([f"`{name}` string" for name in names])
    values = listed([_value(c, identifier(n)) for c, n in zip(table.columns, names, strict=True)])
    properties = [f"'skip.header.line.count' = '{table.lines_above}'"] if table.lines_above else []
    return (
        f"{comments('--', doubts)}CREATE EXTERNAL TABLE `{table.name}_text` (\n{strings}\n)\n"
        f"{_row_format(table)}\nSTORED AS TEXTFILE\nLOCATION {_location(folder)}"
        f"{''.join(f'{chr(10)}TBLPROPERTIES ({one})' for one in properties)};\n\n"
        f"CREATE OR REPLACE VIEW {identifier(table.name)} AS\n"
        f"SELECT\n{values}\nFROM {identifier(table.name + '_text')};\n"
    )


def _unreadable(table: Table) -> str | None:
    """Return why no SerDe splits the file right, if so ("Open CSV SerDe for processing CSV",
    Athena).
    """
    if table.quoted_newlines:
        return f"{table.quoted_newlines:,} newlines stand within cells, and each would end a row"
    if table.encoding not in UTF_8:
        return f"its encoding is {table.encoding}, and not UTF-8"
    if table.compression in ("xz", "zip"):
        return f"it is compressed as {table.compression}"
    if table.rows_left_out:
        return f"it would read {table.rows_left_out} as rows"
    if len(table.delimiter) > 1 or table.delimiter == " ":
        return "its delimiter is more than one character"
    if table.stray_quotes:
        return "quotes stand within its cells"
    if table.escape and _quote(table):
        return "backslashes escape in it, in quotes and outside"
    return None


def _quote(table: Table) -> str | None:
    """The quote, unless the file has none."""
    return None if table.quotes == 0 else table.quote


def _row_format(table: Table) -> str:
    quote = _quote(table)
    if quote is None:
        escape = f" ESCAPED BY {_escaped(table.escape)}" if table.escape else ""
        return f"ROW FORMAT DELIMITED FIELDS TERMINATED BY {_escaped(table.delimiter)}{escape}"
    properties = (
        f"'separatorChar' = {_escaped(table.delimiter)}, 'quoteChar' = {_escaped(quote)}, "
        r"'escapeChar' = '\\'"
    )
    return f"ROW FORMAT SERDE '{_OPEN_CSV}'\nWITH SERDEPROPERTIES ({properties})"


def _escaped(character: str) -> str:
    """A character as a string of Hive's, which has C's escapes."""
    if not character.isprintable():
        return "'\\t'" if character == "\t" else f"'\\u{ord(character):04x}'"
    return "'" + character.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _location(folder: str) -> str:
    return "'" + (folder + "/").replace("\\", "\\\\").replace("'", "\\'") + "'"


def _spelled(name: str) -> str:
    """Letters, digits and underscores, which is what Athena allows ("Names for tables …")."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower()).strip("_")


def _value(column: Column, name: str) -> str:
    """The cell as a value of the view: NULL where it is empty or does not read as its type."""
    text = f"NULLIF({name}, '')"
    for word in column.null_words:
        text = f"NULLIF({text}, {quoted(word)})"
    if column.type in _AS_TEXT:
        return f"{text} AS {name}"
    text = f"trim({text})"
    if column.type == "timestamptz":
        iso = f"replace(replace({text}, ' UTC', 'Z'), ' ', 'T')"
        return f"TRY(CAST(from_iso8601_timestamp({iso}) AT TIME ZONE 'UTC' AS timestamp)) AS {name}"
    if column.type == "boolean" and not has_other_truths(column):
        text = f"CASE lower({text}) WHEN 'yes' THEN 'true' WHEN 'no' THEN 'false' ELSE {text} END"
    text = rewritten(column, text, group="$")
    if column.half_days:
        form = column.half_days.replace("%M", "%i").replace("%S", "%s").replace("%I", "%h")
        return f"TRY(date_parse({text}, '{form}')) AS {name}"
    if column.type == "timestamp":
        text = f"replace({text}, 'T', ' ')"
    kind = _TYPES.get(column.type) or f"decimal({column.precision}, {column.scale})"
    return f"TRY_CAST({text} AS {kind}) AS {name}"
