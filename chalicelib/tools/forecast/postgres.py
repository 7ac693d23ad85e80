"""The forecast for Postgres with `COPY … WITH (FORMAT csv, HEADER)` into a table of texts."""

from collections.abc import Iterator

from chalicelib.csv_reader.shortened import counted
from chalicelib.tools.forecast.facts import TEST, Facts, Finding, at
from chalicelib.tools.load.postgres import MOST_COLUMNS

_SOURCE = "PostgreSQL 15"


def postgres_forecast(facts: Facts) -> Iterator[Finding]:
    """Yield what it stops at first, or gets wrong without a word. Every rule was seen on
    Postgres.
    """
    record, row = facts.record, None
    what = None
    if record["compression"]:
        what = f"it is {record['compression']}, and is not decompressed"
    elif not facts.is_utf_8:
        what = f"its encoding is {record['encoding']}, and a database has UTF-8"
    elif facts.has_bytes_replaced:
        what = "it stops at bytes that are not UTF-8"
    elif facts.width > MOST_COLUMNS:
        what = f"it has {facts.width:,} columns, and a table {MOST_COLUMNS:,} at most"
    elif facts.delimiter != "," and facts.width > 1:
        what = f"rows are split at commas, and not at {facts.delimiter!r}"
    elif facts.odd_quoting:
        what = facts.odd_quoting
    elif facts.mixes_line_ends:
        what = "it stops where lines end in another way than the first"
    elif facts.lines.get("stray_quotes"):
        what = "a quote within a cell begins a quotation there, which takes in what follows"
    elif facts.has_unterminated_quote:
        what = "it stops at a quote that is never closed"
    elif row := facts.first_ragged_row:
        what = f"it stops at a row that is longer or shorter than the header{at(row)}"
    elif record["preamble_rows"]:
        others = counted(record["preamble_rows"], "row")
        what = f"only the first row is left out, and not {others} more above the data"
    elif record.get("footer_rows"):
        what = f"it stops at {counted(record['footer_rows'], 'row')} below the table, or loads it"
    elif facts.rows_left_out:
        what = facts.rows_left_out
    elif facts.header_rows > 1:
        what, row = f"the header has {facts.header_rows} rows, and all but one are data", 1
    elif facts.lines.get("blank"):
        done = "it stops there" if facts.width > 1 else "they are rows without a value"
        what = f"blank lines, of which there are {facts.lines['blank']:,}: {done}"
    if what:
        yield Finding("Postgres COPY", f"Postgres COPY: {what}", None, row, TEST, _SOURCE)
