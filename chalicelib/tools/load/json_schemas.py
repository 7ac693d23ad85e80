"""The two schemas that are JSON: Frictionless Table Schema (v2, with its dialect), and CSVW."""

import json
import re
from typing import Any
from urllib.parse import quote

from chalicelib.csv_reader.column_types import COLUMN_TYPES, DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.python import date_format
from chalicelib.tools.load.table import NoSchema, Table, unique_names

Json = dict[str, Any]

_DATATYPES = {"integer": "integer", "decimal": "decimal", "double": "double"}
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:([T ])[0-9]{2}:[0-9]{2}(:[0-9]{2})?)")
_W3C_DATES = {YEAR_FIRST: "yyyy{0}M{0}d", DAY_FIRST: "d{0}M{0}yyyy", MONTH_FIRST: "M{0}d{0}yyyy"}


_NO_QUOTE = "\ue000"  # a character that texts have not, since a dialect has to have a quote


def table_schema(table: Table) -> str:
    """A Table Schema, which holds the dialect that goes with it as `dialect`.

    The header is read where it names the columns one by one; otherwise it is skipped with whatever
    else is above the rows.
    """
    labels = [column.label for column in table.columns]
    dialect: Json = {
        "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
        "delimiter": table.delimiter,
        "quoteChar": table.quote or _NO_QUOTE,
        "doubleQuote": True,
        "header": table.header_names_columns,
        "skipBlankRows": True,
    }
    if table.escape:
        dialect["escapeChar"] = table.escape
    if table.delimiter == " ":
        dialect["skipInitialSpace"] = True
    if table.header_names_columns:
        names = labels
    else:
        names = unique_names(labels)
        dialect["commentRows"] = list(range(1, table.records_above + 1))
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(c, name) for c, name in zip(table.columns, names, strict=True)],
        "fieldsMatch": "exact",
        "missingValues": [""],
        "dialect": dialect,
        "encoding": table.encoding,
    }
    if table.compression == "gzip":
        schema["compression"] = "gz"
    return _written(schema, "description", _doubts(table))


def _field(column: Column, name: str) -> Json:
    field: Json = {"name": name, "type": COLUMN_TYPES[column.type].table_schema}
    if column.type == "boolean":
        true, false = _truths(column)
        field |= {"trueValues": true, "falseValues": false}
    elif column.date_pattern:
        if column.month_language not in (None, "en") or column.type == "timestamptz":
            field["type"] = "string"  # "any" would be the guess of whoever reads it
        else:
            field["format"] = column.date_pattern
    elif column.type == "date":
        field["format"] = date_format(column)
    elif column.type == "timestamp" and column.date_order != YEAR_FIRST:
        field["type"] = "string"  # "any" would be the guess of whoever reads it
    elif column.type in ("time", "timestamp", "timestamptz"):
        field["format"] = "any"
    elif column.type == "uuid" and not column.is_spaced:
        field["format"] = "uuid"
    if column.minus:
        field["type"] = "string"  # a minus is a hyphen in front, or nothing
    elif not column.has_plain_numbers:
        if column.decimal_comma:
            field["decimalChar"] = ","
        if column.group_mark:
            field |= {"type": "number", "groupChar": column.group_mark}  # Frictionless has it there
        if column.affix:
            field["bareNumber"] = False
    if column.null_words:
        field["missingValues"] = ["", *column.null_words]
    return field


def _truths(column: Column) -> tuple[list[str], list[str]]:
    """The cells for yes and those for no: those that there are, or each way to write them."""
    values = column.values or [
        spelled
        for pair in column.truths
        for word in pair
        for spelled in (word, word.title(), word.upper())
    ]
    words = {true for true, _ in column.truths}
    true = [value for value in values if value.strip().lower() in words]
    return true, [value for value in values if value not in true]


def csvw_schema(table: Table) -> str:
    """Metadata of the W3C's "Metadata Vocabulary for Tabular Data".

    `doubleQuote` is false where a backslash escapes quotes, as the vocabulary has it.
    """
    if table.escape and table.quote is None:
        raise NoSchema("CSVW cannot say that backslashes escape where quotes are text")
    names = unique_names((column.label for column in table.columns), spelled=_spelled)
    header = table.header_names_columns
    dialect = {
        "encoding": table.encoding.removesuffix("-sig"),
        "delimiter": table.delimiter,
        "quoteChar": table.quote,
        "doubleQuote": table.escape is None,
        "header": header,
        "headerRowCount": int(header),
        "skipRows": 0 if header else table.lines_above,
        "skipBlankRows": True,
    }
    columns = [_described(c, name) for c, name in zip(table.columns, names, strict=True)]
    schema = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": quote(table.file_name),
        "dialect": dialect,
        "tableSchema": {"columns": columns},
    }
    return _written(schema, "rdfs:comment", _doubts(table))


def _doubts(table: Table) -> str | None:
    """Return what is not known of the file, and what no schema says of it."""
    doubts = [table.doubt]
    if table.rows_left_out:
        doubts.append(f"The file has {table.rows_left_out}: a tool may read rows there.")
    if table.compression not in (None, "gzip"):
        doubts.append(f"The file is compressed as {table.compression}.")
    return " ".join(filter(None, doubts)) or None


def _described(column: Column, name: str) -> Json:
    described: Json = {"name": name, "titles": column.label}
    described["datatype"] = _datatype(column)
    if column.null_words:
        described["null"] = ["", *column.null_words]
    return described


def _datatype(column: Column) -> str | Json:
    """The datatype, with a format of the W3C's list; what is written otherwise is a string."""
    if column.affix or column.minus:
        return "string"
    if not column.has_plain_numbers:
        marks = {"decimalChar": ","} if column.decimal_comma else {}
        marks |= {"groupChar": column.group_mark} if column.group_mark else {}
        return {"base": _DATATYPES[column.type], "format": marks}
    if column.type == "boolean":
        for true, false in column.truths:
            if column.values and set(column.values) <= {true, false}:
                return {"base": "boolean", "format": f"{true}|{false}"}
    if column.date_pattern:
        return "string"
    if column.type == "date":
        if (column.date_order, column.date_separator) == (YEAR_FIRST, "-"):
            return "date"
        if column.date_order != YEAR_FIRST:
            form = _W3C_DATES[column.date_order].format(column.date_separator)
            return {"base": "date", "format": form}
    if column.type == "timestamp":
        clocks = [_CLOCK.fullmatch(text) for text in column.extremes]
        shapes = {clock.groups() if clock else () for clock in clocks}
        if len(shapes) == 1 and () not in shapes:
            [(between, seconds)] = shapes
            form = f"yyyy-MM-dd{between}HH:mm{':ss' if seconds else ''}"
            return {"base": "datetime", "format": form}
    return _DATATYPES.get(column.type, "string")


def _spelled(name: str) -> str:
    """A name that can be a variable of a URI template (RFC 6570), which CSVW wants."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _written(schema: Json, place: str, doubt: str | None) -> str:
    if doubt:
        schema[place] = doubt
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
