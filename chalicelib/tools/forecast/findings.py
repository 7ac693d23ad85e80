"""The forecasts of all tools for a file.

Only what a test has shown on the tool itself, or what its documentation says. Wrong is a row, a
column or a value that is not there as it is in the file; a type that is wider than it could be
is not. What a tool finds out from the file, and the record does not say, is not a finding: better
none than a false one.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.tools.forecast.documented import athena_forecast, excel_forecast, glue_forecast
from chalicelib.tools.forecast.duckdb import duckdb_forecast
from chalicelib.tools.forecast.facts import Facts
from chalicelib.tools.forecast.postgres import postgres_forecast
from chalicelib.tools.forecast.python import pandas_forecast, sniffer_forecast

_MOST_FINDINGS = 100
_FORECASTS = (
    athena_forecast,
    glue_forecast,
    duckdb_forecast,
    pandas_forecast,
    postgres_forecast,
    excel_forecast,
    sniffer_forecast,
)
_OF_AN_EMPTY_FILE = (duckdb_forecast, pandas_forecast)


def forecast(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of a record in JSON's shape, by tool and then in the order of the columns."""
    if record.get("error") or record["column_count"] is None:
        return []
    facts = Facts(record)
    forecasts = _FORECASTS if facts.width else _OF_AN_EMPTY_FILE
    found = [finding for of_tool in forecasts for finding in of_tool(facts)]
    return [asdict(finding) for finding in found[:_MOST_FINDINGS]]
