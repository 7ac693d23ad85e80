"""A listing as CSV (RFC 4180), for spreadsheets and programs that take nothing else."""

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from chalicelib.catalog.record import FileRecord

CSV_TYPE = "text/csv; charset=utf-8; header=present"
CSV_COLUMNS = (
    "filename",
    "status",
    "upload_timestamp",
    "processed_timestamp",
    "file_size",
    "row_count",
    "column_count",
    "column_names",
    "delimiter",
    "quote_character",
    "encoding",
    "has_header",
    "preamble_rows",
    "compression",
    "error",
    "warnings",
    "bucket",
    "etag",
    "version_id",
    "escape_character",
)

# What makes a spreadsheet take a cell for a formula ("CSV Injection", OWASP). Where people write
# decimal commas, it splits lines at semicolons, or else at tabs: then a cell begins behind these.
# A program may drop spaces, quotes and what does not print before the sign.
_DROPPED = "\"' \\xa0\u3000\\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\x00-\\x08"
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"  # noqa: RUF001
_FORMULA = re.compile(
    f"(^[{_DROPPED}]*|[;\\t\\r\\n\\v\\f\\x85\u2028\u2029][{_DROPPED}]*)(?=[{_SIGNS}])"
)
_UNSEEN = ("\t", "\r", "\n")
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)", re.IGNORECASE)


def listing_as_csv(records: Iterable[FileRecord]) -> str:
    """A line for each of the records, below one of the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for record in records:
        fields = record.as_dict()
        writer.writerow([_cell(fields[name]) for name in CSV_COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> str:
    """A value as a cell: lists and booleans as JSON, null as nothing, and no formula."""
    if value is None:
        return ""
    cell = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cell = _FORMULA.sub(r"\1'", cell)
    return f"'{cell}" if cell.startswith(_UNSEEN) else cell


def prefers_csv(accept: str) -> bool:
    """Return whether an `Accept` header would rather have CSV than JSON (RFC 9110, 12.5.1)."""
    quality = {}
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        given = [match[1] for match in map(_QUALITY.fullmatch, parameters) if match]
        quality[media_range] = float(given[0]) if given else 1.0

    def of(*media_ranges: str) -> float:
        return next((quality[one] for one in media_ranges if one in quality), 0.0)

    return of("text/csv", "text/*", "*/*") > of("application/json", "application/*", "*/*")
