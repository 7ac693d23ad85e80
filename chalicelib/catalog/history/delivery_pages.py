"""The deliveries of a dataset as they are asked for: a page of them, and a column over time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.catalog.cursor import cursor_at, position_of
from chalicelib.catalog.history.dataset_state import read_dataset
from chalicelib.catalog.history.deliveries import (
    WINDOW,
    Comparables,
    bytes_key,
    change_since,
    figures_in,
    findings,
    last_ready,
    read_deliveries,
    repeated_by,
)
from chalicelib.catalog.history.items import Item, count_in, file_of
from chalicelib.catalog.history.places import place_of
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.history.views import SERIES_AT_MOST, Delivery, FiguresOfColumn, Point
from chalicelib.catalog.page_size import number_that_fits
from chalicelib.catalog.record import READY

LOOKED_THROUGH = 400  # deliveries, for those of a page

_FIRST, _LAST = "\0", "\U0010ffff"  # before and after all places


@dataclass(frozen=True)
class DeliveriesQuery:
    """A question for a page of the deliveries of a dataset, by the time of their upload."""

    uploaded_after: str | None = None
    uploaded_before: str | None = None
    limit: int = 25
    cursor: str | None = None


def list_deliveries(
    table: HistoryTable, dataset: str, query: DeliveriesQuery
) -> tuple[list[Delivery], str | None] | None:
    """A page of the deliveries, the last of the dataset's story first, and the next page's cursor.

    None if there is no such dataset. A page ends after a number of deliveries was looked through,
    and its cursor goes on from there. Raises `InvalidCursor`, `HistoryMissing`.
    """
    position = _LAST if query.cursor is None else position_of(query.cursor, query)
    item = read_dataset(table, dataset)
    if item is None:
        return None
    about = query.limit + WINDOW + 2
    if query.uploaded_after or query.uploaded_before:
        about = max(about, LOOKED_THROUGH)
    within = (_FIRST, position)
    deliveries = read_deliveries(table, dataset, within, is_busy=item["Busy"], about=about)
    read: list[Item] = []
    shown: list[int] = []
    cursor = None
    for delivery in deliveries:
        if delivery["SK"] >= position:
            continue
        read.append(delivery)
        if _is_asked_for(delivery, query) and len(shown) <= query.limit:
            shown.append(len(read) - 1)
        if len(shown) > query.limit and len(read) > shown[query.limit - 1] + WINDOW:
            break
        if len(read) >= max(LOOKED_THROUGH, about):
            cursor = cursor_at(delivery["SK"], query)
            break
    views = _views(table, dataset, read, shown[: query.limit])
    fit = number_that_fits(views)
    if len(shown) > fit:
        cursor = cursor_at(read[shown[fit - 1]]["SK"], query)
    return views[:fit], cursor


def _is_asked_for(delivery: Item, query: DeliveriesQuery) -> bool:
    after, before = query.uploaded_after, query.uploaded_before
    time = delivery["UploadTimestamp"]
    return (after is None or time > after) and (before is None or time < before)


def _views(
    table: HistoryTable, dataset: str, read: Sequence[Item], shown: Sequence[int]
) -> list[Delivery]:
    """The deliveries at some places of those that were read, each compared with those before it."""
    firsts = {
        number: bytes_key(dataset, read[number]["Sha256"])
        for number in shown
        if "Sha256" in read[number]
    }
    schema_ids = {one["SchemaId"] for one in read if "SchemaId" in one}
    known = table.read_schemas(schema_ids, firsts.values())
    comparables = Comparables(table.names_of)
    views = []
    for number in shown:
        delivery, earlier = read[number], read[number + 1 : number + 1 + WINDOW]
        first = known.get(firsts[number]) if number in firsts else None
        repeated = repeated_by(delivery, earlier, first)
        before = delivery["Status"] == READY and last_ready(earlier, delivery["Filename"])
        views.append(
            Delivery(
                **file_of(delivery),
                version_id=delivery.get("VersionId"),
                date=date_of(delivery["Filename"], dataset),
                status=delivery["Status"],
                error=delivery.get("Error"),
                file_size=int(delivery["FileSize"]),
                row_count=count_in(delivery, "RowCount"),
                column_count=count_in(delivery, "ColumnCount"),
                sha256=delivery.get("Sha256"),
                schema_id=delivery.get("SchemaId"),
                contract=delivery.get("Contract"),
                violations=list(delivery.get("Violations", ())),
                violations_total=int(delivery.get("ViolationsTotal", 0)),
                change=change_since(before, delivery, table) if before else None,
                same_as=repeated,
                unusual=findings(delivery, earlier, repeated, comparables),
                figures=_named_figures(delivery, table),
                figures_left_out=int(delivery.get("FiguresLeftOut", 0)),
            )
        )
    return views


def date_of(filename: str, dataset: str) -> str | None:
    """The date in a name: a day, a month or a year."""
    date = re.match("[0-9]{4}(-[0-9]{2}){0,2}(?= |$)", place_of(filename, dataset) or "")
    return date[0] if date else None


def _named_figures(delivery: Item, table: HistoryTable) -> list[FiguresOfColumn]:
    if "Figures" not in delivery:
        return []
    names = table.names_of(delivery["SchemaId"])
    return [
        FiguresOfColumn(
            name=name,
            empty=column["empty"],
            distinct=column["distinct"],
            min=column["min"],
            max=column["max"],
            mean=column["mean"],
            quartiles=column["quartiles"],
        )
        for name, column in zip(names, figures_in(delivery), strict=False)
    ]


def series_of(table: HistoryTable, dataset: str, column: str | None) -> list[Point] | None:
    """The last deliveries, oldest first, with the figures of a column; None without the dataset."""
    item = read_dataset(table, dataset)
    if item is None:
        return None
    deliveries = list(
        islice(
            read_deliveries(
                table,
                dataset,
                (_FIRST, _LAST),
                is_busy=item["Busy"],
                about=SERIES_AT_MOST,
            ),
            SERIES_AT_MOST,
        )
    )
    schema_ids = {one["SchemaId"] for one in deliveries if "SchemaId" in one}
    table.read_schemas(schema_ids)
    return [_point(dataset, one, column, table) for one in reversed(deliveries)]


def _point(dataset: str, delivery: Item, column: str | None, table: HistoryTable) -> Point:
    figures = None
    if column is not None and "Figures" in delivery:
        names = table.names_of(delivery["SchemaId"])
        columns = figures_in(delivery)
        place = next(_places_of(column, names), None)
        figures = columns[place] if place is not None and place < len(columns) else None
    rows = delivery.get("RowCount")
    return {
        "filename": delivery["Filename"],
        "sequencer": delivery["Sequencer"],
        "time": delivery["UploadTimestamp"],
        "date": date_of(delivery["Filename"], dataset),
        "status": delivery["Status"],
        "rows": None if rows is None else int(rows),
        "bytes": int(delivery["FileSize"]),
        "figures": figures,
    }


def _places_of(column: str, names: Sequence[str]) -> Iterator[Any]:
    yield from (n for n, name in enumerate(names) if name == column)
    yield from (n for n, name in enumerate(names) if name.casefold() == column.casefold())
