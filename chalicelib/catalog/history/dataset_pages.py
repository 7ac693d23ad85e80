"""The datasets as they are asked for: a page of those that fit, each with its state."""

import heapq
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter

from chalicelib.catalog.cursor import cursor_at, position_of
from chalicelib.catalog.history.arrivals import recent_count
from chalicelib.catalog.history.dataset_state import merged, state_key, state_of
from chalicelib.catalog.history.items import Item, datasets_partition, file_of
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.history.views import Dataset, LastChange
from chalicelib.catalog.indexes import SHARDS, after_all_with

NAME, NEWEST = SORTS = ("name", "newest")
LOOKED_THROUGH = 1_000  # datasets, for those of a page
SORTED_AT_MOST = 5_000  # that are read to be sorted by time

_FIRST, _LAST = "\0", "\U0010ffff"  # before and after all sort keys


class TooManyDatasets(Exception):
    """There are more datasets than can be sorted by time in one request."""


@dataclass(frozen=True)
class DatasetsQuery:
    """A question for a page of the datasets whose names start with `prefix`, and that fit
    the rest.
    """

    prefix: str = ""
    state: str | None = None
    changed: bool | None = None
    min_deliveries: int | None = None
    sort: str = NAME
    limit: int = 25
    cursor: str | None = None


def list_datasets(
    table: HistoryTable, query: DatasetsQuery, now: datetime
) -> tuple[list[Dataset], str | None]:
    """A page of the datasets that fit, and the cursor of the next page.

    A page ends after a number of datasets was looked through, and its cursor goes on from there.
    Raises `InvalidCursor`, `HistoryMissing`, `TooManyDatasets`.
    """
    table.check()
    position = None if query.cursor is None else position_of(query.cursor, query)
    if query.sort == NEWEST:
        return _list_newest(table, query, position, now)
    found = _by_name(table, query.prefix, position, query.limit)
    page: list[Dataset] = []
    last, looked = "", 0
    while batch := list(islice(found, min(query.limit + 1, LOOKED_THROUGH - looked))):
        looked += len(batch)
        for item, view in zip(batch, _views(table, batch, now), strict=True):
            if _fits(view, query):
                if len(page) == query.limit:
                    return page, cursor_at(last, query)
                page.append(view)
            last = item["SK"]
        if looked >= LOOKED_THROUGH:
            return page, cursor_at(last, query)
    return page, None


def _by_name(table: HistoryTable, prefix: str, position: str | None, about: int) -> Iterator[Item]:
    """The datasets that have had a file that was ready, each from all of its shards."""
    within = (position or prefix or _FIRST, after_all_with(prefix) or _LAST)
    shards = (table.items_of(datasets_partition(n), within, about=about + 2) for n in range(SHARDS))
    found = (
        item
        for item in heapq.merge(*shards, key=itemgetter("SK"))
        if item["SK"].startswith(prefix) and (position is None or item["SK"] > position)
    )
    for _, of_it in groupby(found, key=itemgetter("SK")):
        item = merged(list(of_it))
        if "SchemaId" in item:
            yield item


def _views(table: HistoryTable, items: Sequence[Item], now: datetime) -> list[Dataset]:
    states = table.read(state_key(item["Dataset"]) for item in items)
    return [dataset_view(item, states.get(state_key(item["Dataset"])), now) for item in items]


def _list_newest(
    table: HistoryTable, query: DatasetsQuery, position: str | None, now: datetime
) -> tuple[list[Dataset], str | None]:
    items = list(islice(_by_name(table, query.prefix, None, SORTED_AT_MOST), SORTED_AT_MOST + 1))
    if len(items) > SORTED_AT_MOST:
        raise TooManyDatasets(
            f"more than {SORTED_AT_MOST:,} datasets cannot be sorted by time: narrow them by prefix"
        )
    placed = [(f"{item['UploadTimestamp']} {item['SK']}"[:_PLACE], item) for item in items]
    placed.sort(key=itemgetter(0), reverse=True)
    left = iter([one for one in placed if position is None or one[0] < position])
    page: list[tuple[str, Dataset]] = []
    while len(page) <= query.limit and (batch := list(islice(left, query.limit + 1))):
        views = _views(table, [item for _, item in batch], now)
        page += [
            (place, view)
            for (place, _), view in zip(batch, views, strict=True)
            if _fits(view, query)
        ]
    cursor = cursor_at(page[query.limit - 1][0], query) if len(page) > query.limit else None
    return [view for _, view in page[: query.limit]], cursor


_PLACE = 200  # characters of a time and a name that a cursor holds


def _fits(view: Dataset, query: DatasetsQuery) -> bool:
    return (
        query.state in (None, view["state"])
        and query.changed in (None, view["last_change"] is not None)
        and (query.min_deliveries or 0) <= view["deliveries"]
    )


def dataset_view(item: Item, state: Item | None, now: datetime) -> Dataset:
    """The dataset as a list shows it."""
    return {
        "dataset": item["Dataset"],
        "newest": {**file_of(item), "schema_id": item["SchemaId"]},
        "schemas_total": len(item["Schemas"]),
        "last_change": _last_change(item["LastChange"]) if item.get("LastChange") else None,
        "deliveries": recent_count(item.get("Days", {}), now),
        "state": state_of(item, state, now),
        "rhythm": item.get("Rhythm"),
        "next_due": item.get("NextDue"),
        "unusual": json.loads(item["Unusual"]) if "Unusual" in item else [],
    }


def _last_change(change: Item) -> LastChange:
    return {
        "by_name": change["by_name"],
        "by_position": change["by_position"],
        "changes_total": int(change["changes_total"]),
        "filename": change["filename"],
        "upload_timestamp": change["upload_timestamp"],
    }
