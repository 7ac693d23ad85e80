"""A page of the files whose names contain a text: datasets first, of which there are few.

The templates of the datasets show which of them may have such files. DynamoDB then looks through
the files in order, and hands out those of these datasets alone. Where that is not possible, it
hands out all of them, fewer at a time.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.catalog.history.items import (
    COLUMNS_ARE_COMPLETE,
    LISTINGS_ARE_COMPLETE,
    Item,
    datasets_partition,
)
from chalicelib.catalog.history.names import may_contain
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import (
    BY_SCHEMA,
    BY_UPLOAD_TIME,
    FAILED_PARTITIONS,
    SHARDS,
    Index,
    Range,
)
from chalicelib.catalog.query import DESCENDING, FileQuery
from chalicelib.catalog.record import FAILED, FileRecord
from chalicelib.catalog.table import IndexMissing, RecordsTable

LOOKED_THROUGH = 1_000 // SHARDS  # by each shard, where all that it reads is handed out
SELECTED = 1_600  # by each shard, where little is: about the megabyte that one read may look at
FAILED_AT_ONCE = 500  # by each of their partitions
AFTER_ALL = "\U0010ffff"
DATASETS_AT_MOST = 100  # "Comparison operator and function reference": operands of IN


@dataclass(frozen=True)
class _Datasets:
    """The datasets that may have such files, and the place of the newest file of any of them.

    `failed_are_listed` says that each file that failed can be read by itself.
    """

    names: Sequence[str]
    newest: str
    failed_are_listed: bool


def files_by_name(
    table: RecordsTable,
    query: FileQuery,
    index: Index,
    position: str | None,
    history: HistoryTable | None,
) -> tuple[list[FileRecord], str | None]:
    """A page of such files from after `position` on, and where the next page begins, if any."""
    descending = query.order == DESCENDING
    within = index.range_of(query)
    if position is not None:
        within = within.from_place(position, descending)
    datasets = _datasets(history, query.name) if history else None
    if datasets is None:
        found, end = table.one_read(index, within, descending, LOOKED_THROUGH)
    else:
        found, end = _of_datasets(table, index, within, descending, datasets)
    matching = [file for file in found if query.matches(file) and index.place(file) != position]
    if len(matching) > query.limit:
        return matching[: query.limit], index.place(matching[query.limit - 1])
    return matching, end


def _of_datasets(
    table: RecordsTable, index: Index, within: Range, descending: bool, datasets: _Datasets
) -> tuple[list[FileRecord], str | None]:
    """Files of these datasets and such as failed, in order, and the place up to which all are read.

    No dataset lists a file that failed. The index by schema has those in the order of time; in
    another order, they are looked for with the others.
    """
    if index is BY_UPLOAD_TIME and descending and datasets.failed_are_listed:
        with suppress(IndexMissing):
            return _newest_first(table, within, datasets)
    filters = _filters(datasets.names, and_failed=True)
    return table.one_read(index, within, descending, SELECTED, filters)


def _newest_first(
    table: RecordsTable, within: Range, datasets: _Datasets
) -> tuple[list[FileRecord], str | None]:
    failed, end_of_failed = table.one_read(
        BY_SCHEMA, within, True, FAILED_AT_ONCE, partitions=FAILED_PARTITIONS
    )
    found: list[FileRecord] = []
    end = None
    if datasets.names:
        filters = _filters(datasets.names, and_failed=False)
        within = within.from_place(datasets.newest, descending=True)
        found, end = table.one_read(BY_UPLOAD_TIME, within, True, SELECTED, filters)
    place = BY_UPLOAD_TIME.place
    end = max(filter(None, (end, end_of_failed)), default=None)
    both = {place(file): file for file in (*found, *failed) if end is None or place(file) >= end}
    return [both[at] for at in sorted(both, reverse=True)], end


def _datasets(history: HistoryTable, text: str) -> _Datasets | None:
    """The datasets that may have the text in their files' names; None if that is not known."""
    complete = history.complete()
    if COLUMNS_ARE_COMPLETE not in complete:
        return None
    items = history.everything_of(datasets_partition)
    if items is None:
        return None
    fitting = [item for item in items if may_contain(item["Dataset"], text)]
    names = list(dict.fromkeys(item["Dataset"] for item in fitting))
    if len(names) > DATASETS_AT_MOST:
        return None
    newest = max(map(_place_of_newest, fitting), default="")
    return _Datasets(names, newest, LISTINGS_ARE_COMPLETE in complete)


def _place_of_newest(dataset: Item) -> str:
    """A place in the order of uploads that is after all files of the dataset, which are ready."""
    if "Busy" in dataset:  # its item is not moved on by each of them
        return AFTER_ALL
    if "LastArrival" in dataset:
        return f"{dataset['LastArrival']}!"
    return str(dataset.get("NewestOrder", AFTER_ALL))


def _filters(names: Sequence[str], and_failed: bool) -> dict[str, Any]:
    """The parts of a Query that leave out other datasets."""
    values = {f":d{number}": name for number, name in enumerate(names)}
    called = {"#summary": "Summary", "#dataset": "Dataset"} if names else {}
    either = [f"#summary.#dataset IN ({', '.join(values)})"] if names else []
    if and_failed:
        either.append("#status = :failed")
        values[":failed"] = FAILED
        called["#status"] = "Status"
    return {
        "FilterExpression": " OR ".join(either),
        "ExpressionAttributeNames": called,
        "ExpressionAttributeValues": values,
    }
