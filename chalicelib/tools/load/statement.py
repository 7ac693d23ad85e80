"""Load statements of a file, one for each tool that loads CSV."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.tools.load.athena import athena_schema
from chalicelib.tools.load.croissant import croissant
from chalicelib.tools.load.duckdb import duckdb_schema
from chalicelib.tools.load.json_schemas import csvw_schema, table_schema
from chalicelib.tools.load.pandas import pandas_schema
from chalicelib.tools.load.polars import polars_schema
from chalicelib.tools.load.postgres import postgres_schema
from chalicelib.tools.load.table import Table, table_of

_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"

_WRITERS: dict[str, tuple[str, Callable[[Table], str]]] = {
    "table-schema": (_JSON, table_schema),
    "duckdb": (_TEXT, duckdb_schema),
    "postgres": (_TEXT, postgres_schema),
    "athena": (_TEXT, athena_schema),
    "pandas": (_TEXT, pandas_schema),
    "polars": (_TEXT, polars_schema),
    "csvw": (_JSON, csvw_schema),
}
FORMATS = (*_WRITERS, "croissant")


class UnknownFormat(ValueError):
    """There is no schema in this format; the message lists those that there are."""


def schema_of(record: Mapping[str, Any], format: str) -> tuple[str, str]:
    """The content type and the text of a record's schema; the record is in JSON's shape.

    That of a file on a disk has no `bucket`, and its path for a `filename`. Raises `UnknownFormat`,
    `NoSchema`.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"format is one of {', '.join(FORMATS)}")
    if format == "croissant":
        return _JSON, croissant(record, table_of(record))
    content_type, write = _WRITERS[format]
    return content_type, write(table_of(record))
