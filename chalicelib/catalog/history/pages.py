"""The past as it is asked for: the versions of a file, and the schemas of a dataset."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from chalicelib.catalog.cursor import cursor_at, position_of
from chalicelib.catalog.history.changes import Schema, change_between
from chalicelib.catalog.history.dataset_pages import dataset_view
from chalicelib.catalog.history.dataset_state import merged, state_key
from chalicelib.catalog.history.deliveries import change_since, last_ready, read_deliveries
from chalicelib.catalog.history.items import (
    Item,
    Key,
    change_in,
    count_in,
    dataset_keys,
    dataset_partition,
    file_of,
    file_partition,
    version_key_of,
)
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.history.views import (
    SCHEMAS_AT_MOST,
    DatasetSchemas,
    ListedSchema,
    PastSchema,
    Version,
)
from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.page_size import number_that_fits

_SCHEMAS_READ = 1_000  # of a dataset that has more, the last may be missed

_FIRST, _LAST = "\0", "\U0010ffff"  # before and after all sort keys
_BEFORE = 8  # deliveries: the one before a schema's first may have failed
_ENDS = ("First", "Last")  # of the files of a schema


@dataclass(frozen=True)
class HistoryQuery:
    """A question for a page of the versions of a file."""

    limit: int = 25
    cursor: str | None = None


def list_versions(
    table: HistoryTable, filename: str, query: HistoryQuery
) -> tuple[list[Version], str | None]:
    """A page of the versions of a file, newest first, and the cursor of the next page.

    Raises `InvalidCursor`, `HistoryMissing`.
    """
    table.check()
    position = _LAST if query.cursor is None else position_of(query.cursor, query)
    partition = file_partition(filename)
    items = table.items_of(partition, (_FIRST, position), descending=True, about=query.limit + 2)
    page = list(islice((item for item in items if item["SK"] < position), query.limit + 1))
    versions = list(map(_version, page[: query.limit]))
    fit = number_that_fits(versions)
    return versions[:fit], _next(page[: fit + 1], query, fit)


def _version(item: Item) -> Version:
    return {
        "sequencer": item["Sequencer"],
        "upload_timestamp": item["UploadTimestamp"],
        "status": item["Status"],
        "file_size": int(item["FileSize"]),
        "row_count": count_in(item, "RowCount"),
        "column_count": count_in(item, "ColumnCount"),
        "schema_id": item.get("SchemaId"),
        "change": change_in(item),
    }


def _next(page: list[Item], query: Any, shown: int) -> str | None:
    return cursor_at(page[shown - 1]["SK"], query) if len(page) > shown else None


def describe_dataset(table: HistoryTable, dataset: str, now: datetime) -> DatasetSchemas | None:
    """The dataset's state, its newest file, and the schemas it had; None if there is none."""
    table.check()
    known = table.read([*dataset_keys(dataset), state_key(dataset)])
    state = known.pop(state_key(dataset), None)
    in_shards = list(known.values())
    newest = merged(in_shards) if in_shards else {}
    if "SchemaId" not in newest:
        return None
    of_schemas = islice(table.items_of(dataset_partition(dataset)), _SCHEMAS_READ)
    items = [item | _last_of(item, in_shards) for item in of_schemas]
    items.sort(key=itemgetter("LastOrder"), reverse=True)
    shown = items[:SCHEMAS_AT_MOST]
    schemas = {
        schema_id: Schema(
            schema_id=schema_id,
            has_header=names["HasHeader"],
            names=tuple(names["ColumnNames"]),
            column_count=int(names["ColumnCount"]),
        )
        for schema_id, names in table.schemas(
            [newest["SchemaId"], *(item["SK"] for item in shown)]
        ).items()
    }
    first_versions = table.read(version_key_of(item["FirstFile"]) for item in shown)
    described: list[PastSchema] = [
        {
            **_schema(schemas[item["SK"]], LISTED_COLUMNS),
            "first": item["FirstFile"],
            "last": item["LastFile"],
            "change": _first_change(table, newest, item, first_versions)
            or _change_since(shown, item, schemas),
        }
        for item in shown
    ]
    agreed = newest.get("Agreed") or {}
    view = dataset_view(newest, state, now)
    view["schemas_total"] = len(items)
    return {
        **view,
        "description": agreed.get("description"),
        "team": agreed.get("team"),
        "support": agreed.get("support"),
        "tags": agreed.get("tags"),
        "schema": _schema(schemas[newest["SchemaId"]], None),
        "schemas": described[: number_that_fits(described)],
    }


def _last_of(item: Item, in_shards: Iterable[Item]) -> Item:
    """The last file of a schema: one that is the newest of a shard, if that is of this schema.

    A schema that has just come to be has its first file only.
    """
    known = [(item[f"{end}Order"], item[f"{end}File"]) for end in _ENDS if f"{end}Order" in item]
    newest = [
        (one["NewestOrder"], file_of(one)) for one in in_shards if one.get("SchemaId") == item["SK"]
    ]
    order, file = max([*known, *newest], key=itemgetter(0))
    return {"LastFile": file, "LastOrder": order}


def _first_change(
    table: HistoryTable, whole: Item, schema: Item, versions: Mapping[Key, Item]
) -> Item | None:
    """Return what the first file of a schema changed since the delivery before it.

    A version says it for a file that was kept before there were deliveries.
    """
    until = (_FIRST, schema["FirstOrder"])
    found = read_deliveries(table, whole["Dataset"], until, is_busy=whole["Busy"], about=_BEFORE)
    deliveries = list(islice(found, _BEFORE))
    if not deliveries or deliveries[0]["SK"] != schema["FirstOrder"]:
        return change_in(versions.get(version_key_of(schema["FirstFile"]), {}), "DatasetChange")
    before = last_ready(deliveries[1:], deliveries[0]["Filename"])
    return change_since(before, deliveries[0], table) if before else None


def _change_since(shown: Iterable[Item], item: Item, schemas: Mapping[str, Schema]) -> Item | None:
    """Return what the first file of a schema changed, if no delivery says so: it is not kept any
    more.

    It is compared with the last file before it that is known.
    """
    before = [
        (other[f"{end}Order"], other[f"{end}File"], other["SK"])
        for other in shown
        for end in _ENDS
        if other is not item and other[f"{end}Order"] < item["FirstOrder"]
    ]
    if not before:
        return None
    _, file, schema_id = max(before, key=itemgetter(0))
    change = change_between(schemas[schema_id], schemas[item["SK"]])
    if change is None:
        return None
    with_it = {"filename": file["filename"], "sequencer": file["sequencer"], "schema_id": schema_id}
    return change.as_dict() | {"compared_with": with_it}


def _schema(schema: Schema, names_at_most: int | None) -> ListedSchema:
    return {
        "schema_id": schema.schema_id,
        "has_header": schema.has_header,
        "column_count": schema.column_count,
        "column_names": list(schema.names[:names_at_most]),
    }
