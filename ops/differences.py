"""Differences between catalog and bucket, found by reading both once, in the same order.

S3 lists keys in the order of their UTF-8 bytes ("Listing object keys programmatically", Amazon S3
User Guide), and so does DynamoDB sort text ("Query", Amazon DynamoDB API Reference). So the two are
merged as they come, and no more is in memory than a page of each. Only what seems to differ is
looked up by itself: an index is a moment behind its table, and tombstones are in none.
"""

import heapq
import sqlite3
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeVar
from urllib.parse import quote_plus

import boto3

from chalicelib.catalog.indexes import BY_FILENAME
from chalicelib.catalog.keys import is_contract
from chalicelib.catalog.query import FILENAME, FileQuery
from chalicelib.catalog.record import DELETED, FAILED
from chalicelib.catalog.table import IndexMissing, RecordsTable
from chalicelib.catalog.times import moment_of, utc_timestamp
from chalicelib.csv_reader import READER_VERSION
from ops.stage import Stage
from ops.terminal import say

AT_ONCE = 16
NEVER = "1970-01-01T00:00:00.000Z"
NOT_CATALOGED, OUT_OF_DATE, NOT_IN_THE_BUCKET = "not cataloged", "out of date", "not in the bucket"
OLDER = "older reader"

_ITEMS_READ = 4_000
_OF_AN_ITEM = {
    "ProjectionExpression": (
        "Filename, Etag, Sequencer, UploadTimestamp, ProcessedTimestamp, #status, ReaderVersion"
    ),
    "ExpressionAttributeNames": {"#status": "Status"},
    "ConsistentRead": True,
}

Item = dict[str, Any]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Difference:
    """A key that bucket and catalog do not agree on, and the event that will mend it.

    `what` is one of those above, or `failed`: they agree, but the file could not be read.
    `stored` is the key's item in the table, as far as records differ by it, and `size` that of
    the object in the bucket.
    """

    key: str
    what: str
    event: dict
    stored: Item | None = None
    size: int = 0


def differences(
    stage: Stage,
    prefix: str = "",
    compared: Callable[[str], Any] = lambda _: None,
    older: bool = False,
    contract: Callable[[str], Any] = lambda _: None,
) -> Iterator[Difference]:
    """Every key under `prefix` whose object and record do not have the same ETag, or that failed.

    With `older`, also those whose record an older version of the reader made. In order; `compared`
    gets each key, and `contract` those of contracts. Memory does not grow with their number, and
    16 look-ups are under way at most.
    """
    table = boto3.resource("dynamodb").Table(stage.records_table)
    pairs = merged(_objects(stage, prefix, contract), _items(stage, table, prefix))

    def seeming() -> Iterator[tuple[str, dict | None]]:
        for key, listed, item in pairs:
            compared(key)
            if _kind(listed, item, older):
                yield key, listed

    def look_up(pair: tuple[str, dict | None]) -> Difference | None:
        key, listed = pair
        item = stored_item(table, key)
        what = _kind(listed, item, older)
        if what is None:
            return None
        event = _event(stage, key, listed, item or {}, what)
        return Difference(key, what, event, item, listed["Size"] if listed else 0)

    return filter(None, side_by_side(look_up, seeming()))


def side_by_side(work: Callable[[T], R], given: Iterable[T]) -> Iterator[R]:
    """Yield what `work` makes of each, in order, 16 at a time; no more is taken than is
    under way.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way: deque[Future[R]] = deque()
        for one in given:
            under_way.append(pool.submit(work, one))
            if len(under_way) == AT_ONCE:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def merged(
    objects: Iterable[tuple[str, dict]], items: Iterable[tuple[str, Item]]
) -> Iterator[tuple[str, dict | None, Item | None]]:
    """Each key of either, with its object and its item, if it has them. Both are in order."""
    both = heapq.merge(
        ((key, "object", listed) for key, listed in objects),
        ((key, "item", item) for key, item in items),
        key=itemgetter(0),
    )
    for key, of_the_key in groupby(both, key=itemgetter(0)):
        found = {side: one for _, side, one in of_the_key}
        yield key, found.get("object"), found.get("item")


def _objects(
    stage: Stage, prefix: str, contract: Callable[[str], Any]
) -> Iterator[tuple[str, dict]]:
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=stage.bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if is_contract(found["Key"]):
                contract(found["Key"])
            if not stage.selection.left_out(found["Key"]):
                yield found["Key"], found


def _items(stage: Stage, table, prefix: str) -> Iterator[tuple[str, Item]]:
    """The items of the files under the prefix, in order."""
    within = BY_FILENAME.range_of(FileQuery(prefix=prefix, sort=FILENAME))
    items = RecordsTable(table).items(BY_FILENAME, within, descending=False, about=_ITEMS_READ)
    try:
        first = next(items, None)
    except IndexMissing:
        say(
            "without its index of names the table is read whole, and sorted: "
            f"`{stage.command('indexes')}` adds it",
            file=sys.stderr,
        )
        return _sorted_items(table, prefix)
    named = ((item["Filename"], item) for item in chain([first] if first else [], items))
    return (pair for pair in named if pair[0].startswith(prefix))


def _sorted_items(table, prefix: str) -> Iterator[tuple[str, Item]]:
    """The same of a table without the index: read whole, and sorted on disk."""
    request = _OF_AN_ITEM | {
        "FilterExpression": "begins_with(Filename, :prefix)",
        "ExpressionAttributeValues": {":prefix": prefix},
    }
    with (
        tempfile.NamedTemporaryFile(suffix=".sqlite") as file,
        closing(sqlite3.connect(file.name)) as database,
    ):
        database.execute("CREATE TABLE items (name TEXT PRIMARY KEY, etag TEXT, status TEXT)")
        while request:
            page = table.scan(**request)
            rows = [(i["Filename"], i.get("Etag"), i.get("Status")) for i in page["Items"]]
            database.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", rows)
            start = page.get("LastEvaluatedKey")
            request = start and request | {"ExclusiveStartKey": start}
        for name, etag, status in database.execute("SELECT * FROM items ORDER BY name"):
            if status != DELETED:
                yield name, {"Etag": etag, "Status": status}


def stored_item(table, key: str) -> Item | None:
    """The item of the key as it is this moment."""
    named = {"TableName": table.name, "Key": {"Filename": key}}
    return table.meta.client.get_item(**named, **_OF_AN_ITEM).get("Item")


def stored_items(table, keys: list[str]) -> list[Item]:
    """Those of up to 100 keys; what DynamoDB does not answer this time is left out."""
    wanted = _OF_AN_ITEM | {"Keys": [{"Filename": key} for key in keys]}
    answer = table.meta.client.batch_get_item(RequestItems={table.name: wanted})
    return answer["Responses"].get(table.name, [])


def _kind(listed: dict | None, item: Item | None, older: bool = False) -> str | None:
    """Return what is wrong with the key, or None. A tombstone is as good as no item."""
    known = None if not item or item.get("Status") == DELETED else item
    if listed is None:
        return NOT_IN_THE_BUCKET if known else None
    if known is None or known.get("Etag") is None:
        return NOT_CATALOGED
    if known["Etag"] != listed["ETag"].strip('"'):
        return OUT_OF_DATE
    if older and _reader_version(known) < READER_VERSION:
        return OLDER
    return FAILED if known.get("Status") == FAILED else None


def _reader_version(item: Item) -> int:
    """Return which version of the reader made the record; the first one did not say."""
    return int(item.get("ReaderVersion") or item.get("Summary", {}).get("ReaderVersion") or 1)


def _event(stage: Stage, key: str, listed: dict | None, stored: Item, what: str) -> dict:
    """An event that follows the stored record, and precedes every write that S3 has yet to report.

    It has the record's own sequencer, and on that tie the later time wins: that of the object, or
    the very next moment after the record's. S3's times are those at which an upload began, in whole
    seconds, and so may lie before the record's. One that failed, or that an older reader made, has
    its own time again: another reading of the same write wins over it. No version is named, so
    that it is the current one.
    """
    uploaded = stored.get("UploadTimestamp", NEVER)
    s3_object = {"key": quote_plus(key, safe="/"), "sequencer": stored.get("Sequencer", "")}
    is_same_write = what in (FAILED, OLDER)
    time = uploaded if is_same_write else _next_moment(uploaded)
    if listed:
        s3_object |= {"eTag": listed["ETag"].strip('"'), "size": listed["Size"]}
        if not is_same_write:
            time = max(time, utc_timestamp(listed["LastModified"]))
    return {
        "eventName": f"Object{'Created' if listed else 'Removed'}:Backfill",
        "eventTime": time,
        "s3": {"bucket": {"name": stage.bucket}, "object": s3_object},
    }


def _next_moment(timestamp: str) -> str:
    with suppress(ValueError, OverflowError):
        return utc_timestamp(moment_of(timestamp) + timedelta(milliseconds=1))
    return NEVER
