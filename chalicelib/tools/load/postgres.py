"""Postgres: a table, and psql's `\\copy` that loads it."""

from chalicelib.tools.dialect import UTF_8
from chalicelib.tools.load.sql import (
    identifier,
    is_written_otherwise,
    literal,
    rewritten,
    without_null_words,
)
from chalicelib.tools.load.table import (
    NoSchema,
    Table,
    comments,
    listed,
    plain_copy,
    plain_quote,
    unique_names,
)

# "Limits" and "Database Object Names", PostgreSQL: a longer name is cut, and columns that the
# system has of each table are taken ("System Columns").
_NAME_BYTES = 63
MOST_COLUMNS = 1600
_SYSTEM_COLUMNS = ("ctid", "tableoid", "xmin", "xmax", "cmin", "cmax")

_TYPES = {
    "boolean": "boolean",
    "integer": "bigint",
    "decimal": "numeric",
    "double": "double precision",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "uuid": "uuid",
    "text": "text",
}

# "Character Set Support", PostgreSQL.
_ENCODINGS = dict.fromkeys(UTF_8, "UTF8") | {
    f"cp{number}": f"WIN{number}" for number in (866, 874, *range(1250, 1259))
}


def postgres_schema(table: Table) -> str:
    """Statements for psql. A file that `COPY` would refuse goes through Python, which rewrites it.

    What is written otherwise than Postgres reads it is loaded as text and altered then, since
    `COPY` has one word for NULL and one order of dates for all columns. No limits are made of what
    was observed: the next file may have longer texts, and gaps.
    """
    if len(table.columns) > MOST_COLUMNS:
        raise NoSchema(f"a table of Postgres has {MOST_COLUMNS:,} columns at most")
    labels = [column.label for column in table.columns]
    names = [
        identifier(name) for name in unique_names(labels, _NAME_BYTES, reserved=_SYSTEM_COLUMNS)
    ]
    declared, altered = [], []
    for column, name in zip(table.columns, names, strict=True):
        kind = _TYPES[column.type]
        if is_written_otherwise(column):
            text = rewritten(column, f"trim({without_null_words(column, name)})")
            altered.append(f"ALTER COLUMN {name} TYPE {kind} USING CAST({text} AS {kind})")
            kind = "text"
        declared.append(f"{name} {kind}")
    source, options, says = _source(table)
    options.append(f"FORCE_NULL ({', '.join(names)})")
    name = identifier(table.name)
    alteration = f"ALTER TABLE {name}\n{listed(altered)};\n" if altered else ""
    return (
        f"{comments('--', [table.doubt, *says])}"
        f"CREATE TABLE {name} (\n{listed(declared)}\n);\n"
        f"\\copy {name} FROM {source} WITH ({', '.join(options)})\n{alteration}"
    )


def _source(table: Table) -> tuple[str, list[str], list[str]]:
    """Return where `\\copy` reads, its options but one, and what a person should know."""
    says = []
    # psql takes a line as a command: a name that would end it cannot be there.
    path = table.location if table.location.isprintable() else "file.csv"
    if path.startswith("s3://"):
        path = table.file_name if table.file_name.isprintable() else "file.csv"
        says.append("The downloaded file is in the folder that psql was started in.")
    if path != table.location and not table.file_name.isprintable():
        says.append("Its name, which has characters that do not print, is file.csv here.")
    encoding = _ENCODINGS.get(table.encoding)
    quote = plain_quote(table)
    if table.preamble_rows or table.header_rows > 1 or table.compression:
        quote = None
    if quote is None or encoding is None:
        says.append("COPY would not read it as it is: Python rewrites it on the way.")
        program = literal(plain_copy(table, path))
        return f"PROGRAM {program}", ["FORMAT csv", "NULL ''", "ENCODING 'UTF8'"], says
    options = ["FORMAT csv", f"HEADER {'true' if table.header_rows else 'false'}"]
    options += [f"DELIMITER {literal(table.delimiter)}", f"QUOTE {literal(quote)}"]
    return literal(path), [*options, "NULL ''", f"ENCODING '{encoding}'"], says
