"""The figures of a delivery: of each column what can be compared from one to the next, packed."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.shortened import shortened

PACKED_AT_MOST = 3_000  # bytes
FIGURES = ("empty", "distinct", "min", "max", "mean", "quartiles")

_TEXT_AT_MOST = 40  # characters of a least and a greatest value
_DIGITS = 12


def packed_figures(record: FileRecord) -> tuple[bytes, int]:
    """The figures of the record's columns, the first of them, and how many are left out.

    The names of the columns are those of the record's schema, in the same order.
    """
    rows = record.profiled_rows
    columns = [_figures(column, rows) for column in record.columns]
    fit, too_many = 0, len(columns) + 1
    packed = _pack(columns)
    if len(packed) <= PACKED_AT_MOST:
        return packed, (record.column_count or 0) - len(columns)
    while too_many - fit > 1:
        middle = (fit + too_many) // 2
        if len(_pack(columns[:middle])) <= PACKED_AT_MOST:
            fit = middle
        else:
            too_many = middle
    return _pack(columns[:fit]), (record.column_count or 0) - fit


def unpacked_figures(packed: bytes) -> list[dict[str, Any]]:
    """The figures of each column, in their order; a share of nothing is None."""
    columns = json.loads(zlib.decompress(bytes(packed)))
    return [dict(zip(FIGURES, column, strict=True)) for column in columns]


def comparable(
    rows: int | None, size: int, columns: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> dict[str, float]:
    """The figures by the names that `unusual` knows them by."""
    figures: dict[str, float] = {"bytes": size}
    if rows is not None:
        figures["rows"] = rows
    for name, column in zip(names, columns, strict=False):
        for figure in ("empty", "distinct", "mean"):
            if column[figure] is not None:
                figures.setdefault(f"{figure}:{name}", column[figure])
    return figures


def _figures(column: Mapping[str, Any], rows: int | None) -> list[Any]:
    nulls = column.get("null_count")
    quartiles = column.get("quartiles")
    return [
        _rounded(nulls / rows) if rows and nulls is not None else None,
        column.get("distinct_count"),
        _short(column.get("min")),
        _short(column.get("max")),
        _rounded(column.get("mean")),
        quartiles and [_rounded(value) for value in quartiles],
    ]


def _rounded(value: float | None) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _short(text: str | None) -> str | None:
    return text and shortened(text, _TEXT_AT_MOST)


def _pack(columns: Sequence[Sequence[Any]]) -> bytes:
    text = json.dumps(columns, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode(), 9)
