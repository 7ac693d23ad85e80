"""The dialect of a file, in the terms that tools share."""

from collections.abc import Mapping
from typing import Any

UTF_8 = ("ascii", "utf-8", "utf-8-sig")  # encodings whose bytes are UTF-8


def header_rows_of(record: Mapping[str, Any]) -> int:
    """The number of the header's rows. A record of an older reader has no number: it is one."""
    rows = record.get("header_rows")
    return int(record["has_header"]) if rows is None else rows
