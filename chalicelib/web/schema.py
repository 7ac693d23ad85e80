"""Schemas of a file, one for each tool that loads CSV: which there are, and what asks for one."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.catalog.file_query import InvalidParameter, single
from chalicelib.catalog.metadata_table import MetadataTable
from chalicelib.web.answers import Answer, NothingKnown, cacheable_text
from chalicelib.web.files import Parameters, asked_for
from chalicelib.web.schema_athena import athena_schema
from chalicelib.web.schema_duckdb import duckdb_schema
from chalicelib.web.schema_json import csvw_schema, table_schema
from chalicelib.web.schema_pandas import pandas_schema
from chalicelib.web.schema_polars import polars_schema
from chalicelib.web.schema_postgres import postgres_schema
from chalicelib.web.schema_table import NoSchema, Table, table_of

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
FORMATS = tuple(_WRITERS)


class UnknownFormat(ValueError):
    """There is no schema in this format; the message lists those that there are."""


def schema_of(record: Mapping[str, Any], format: str) -> tuple[str, str]:
    """The content type and the text of a record's schema; the record is in JSON's shape.

    That of a file on a disk has no `bucket`, and its path for a `filename`. Raises `UnknownFormat`,
    `NoSchema`.
    """
    if format not in _WRITERS:
        raise UnknownFormat(f"format is one of {', '.join(FORMATS)}")
    content_type, write = _WRITERS[format]
    return content_type, write(table_of(record))


def show_schema(table: MetadataTable, parameters: Parameters, segment: str | None = None) -> Answer:
    """The schema of one file in the format that is asked for. Raises `NothingKnown`."""
    asked = single("format", parameters["format"]) if "format" in parameters else ""
    record = asked_for(table, segment, parameters, "format")
    try:
        content_type, text = schema_of(record.as_dict(), asked)
    except UnknownFormat as error:
        raise InvalidParameter(str(error)) from error
    except NoSchema as error:
        raise NothingKnown(str(error)) from error
    return cacheable_text(text, content_type)
