"""The records table in DynamoDB: one item per S3 key."""

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from chalicelib.aws import Answer, Table
from chalicelib.catalog.conditions import has_entry, is_still, newer
from chalicelib.catalog.indexes import SHARDS, Index, Range
from chalicelib.catalog.items import (
    Entry,
    Stored,
    from_index,
    from_item,
    records_of,
    stored_of,
    to_item,
)
from chalicelib.catalog.keys import KEY_BYTES, utf8_length
from chalicelib.catalog.record import DELETED, FileRecord

READ_AT_ONCE = 125

# What Query answers where there is no such index (the second, on emulators), among other things.
_NO_SUCH_INDEX = ("ValidationException", "ResourceNotFoundException")

_value = TypeDeserializer().deserialize


class IndexMissing(Exception):
    """The table has no index to list files by, or is still building it.

    The message is for whoever asked; `command` adds the index, and is for whoever runs the catalog.
    """

    def __init__(self, message: str, command: str | None = None):
        super().__init__(message)
        self.command = command


class RecordsTable:
    """Reads and writes file records through `table`, a boto3 DynamoDB Table."""

    def __init__(self, table: Table):
        self._table = self.boto = table

    def put_if_newer(self, record: FileRecord) -> bool:
        """Write the record, unless this or a newer write of its file is stored already.

        A failed record makes way for another reading of the same write, and one that an older
        version of the reader made for that of a newer.

        Returns whether it was written. One conditional write, so that of any number of writers
        in any order the newest wins.
        """
        return self._put_or_find(to_item(record), *newer(record)) is None

    def put_over(self, stored: Stored | None, record: FileRecord, entry: Entry) -> Stored | None:
        """Write the record if it is newer, and nothing but `stored` is there, or nothing at all.

        So nothing is replaced that the history or the totals may not have. Returns what is there
        if it was not written.
        """
        condition, values = "attribute_not_exists(Filename)", {}
        if stored:
            is_newer, newer_values = newer(record)
            still, still_values = _still(stored)
            condition, values = f"({is_newer}) AND {still}", newer_values | still_values
        found = self._put_or_find(to_item(record) | {"Entry": entry}, condition, values)
        return None if found is None else stored_of(found)

    def move(self, record: FileRecord) -> bool:
        """Move the record on to its place in the order, if what is stored is of the same write.

        Returns whether it is there now, or at a later place. It costs one write: nothing of the
        record is new, so nothing else of it is written.
        """
        same = "UploadTimestamp = :u AND ProcessedTimestamp = :p AND Etag = :e"
        try:
            self._table.update_item(
                Key={"Filename": record.filename},
                UpdateExpression="SET WrittenSequencer = :w, Sequencer = :s",
                ConditionExpression=f"{same} AND Sequencer < :s",
                ExpressionAttributeValues={
                    ":u": record.upload_timestamp,
                    ":p": record.processed_timestamp,
                    ":e": record.etag,
                    ":w": record.written_sequencer,
                    ":s": record.sequencer,
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            found = _refused_by(error)
            return (
                found.get("UploadTimestamp") == record.upload_timestamp
                and found.get("ProcessedTimestamp") == record.processed_timestamp
                and found.get("Etag") == record.etag
            )
        return True

    def put_again(
        self,
        record: FileRecord,
        before: Entry | None,
        entry: Entry | None,
    ) -> Stored | None:
        """Write the record, of which something more is known now, if it is still what is stored,
        with the entry `before`. Returns what is there if it was not written.
        """
        item = to_item(record) | ({"Entry": entry} if entry else {})
        found = self._put_or_find(item, *_still(Stored(record, before)))
        return None if found is None else stored_of(found)

    def _put_or_find(
        self, item: dict[str, Any], condition: str, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Write the item if the condition holds. Returns what is there where it does not."""
        request = {
            "Item": item,
            "ConditionExpression": condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if values:
            request["ExpressionAttributeValues"] = values
        if "#status" in condition:
            request["ExpressionAttributeNames"] = {"#status": "Status"}  # a reserved word
        try:
            self._table.put_item(**request)
        except ClientError as error:
            return _refused_by(error)
        return None

    def get(self, filename: str) -> FileRecord | None:
        """The record of the file, or None if there is no such file (any more).

        A malformed item has no record either, as in a listing.
        """
        if not 0 < (utf8_length(filename) or 0) <= KEY_BYTES:
            return None  # no object has such a name, and DynamoDB refuses some of them as a key
        item = self._table.get_item(Key={"Filename": filename}).get("Item")
        record = next(records_of([item], from_item), None) if item else None
        return record if record and record.status != DELETED else None

    def last_write(self, filename: str) -> FileRecord | None:
        """The record of the file as it is at this moment, a tombstone too, unless malformed."""
        stored = self.stored(filename)
        return stored.record if stored else None

    def stored(self, filename: str) -> Stored | None:
        """The same, with its entry in the totals."""
        answer = self._table.get_item(Key={"Filename": filename}, ConsistentRead=True)
        return stored_of(answer["Item"]) if "Item" in answer else None

    def entries(self) -> Iterator[tuple[str, Entry | None]]:
        """All names of files, removed ones too, with their entries in the totals: a scan."""
        request = {"ProjectionExpression": "Filename, Entry", "ConsistentRead": True}
        for item in self._scan(request):
            yield item["Filename"], item.get("Entry")

    def everything(self, prefix: str = "") -> Iterator[FileRecord]:
        """All records of files whose names start so, in no order, with the tombstones: a scan."""
        request: dict[str, Any] = {"ConsistentRead": True}
        if prefix:
            request |= {
                "FilterExpression": "begins_with(Filename, :prefix)",
                "ExpressionAttributeValues": {":prefix": prefix},
            }
        return records_of(self._scan(request), from_item)

    def _scan(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            page = self._table.scan(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request = request | {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def files(
        self,
        index: Index,
        within: Range,
        descending: bool,
        about: int,
        partitions: Sequence[str | int] = range(SHARDS),
    ) -> Iterator[FileRecord]:
        """The files of a range of an index, in order, read as they are asked for.

        `about` so many of them may be needed. Records with many columns have the first ones only.
        An item that is malformed is logged and left out. Raises `IndexMissing`.
        """
        items = self.items(index, within, descending, about, partitions)
        return records_of(items, lambda item: from_index(item, index))

    def items(
        self,
        index: Index,
        within: Range,
        descending: bool,
        about: int,
        partitions: Sequence[str | int] = range(SHARDS),
    ) -> Iterator[dict[str, Any]]:
        """The items of a range of an index, in order, all partitions being asked side by side.

        Of each twice its share of `about` is read at first, so that a second read is rare.
        When one shard is through with what was read, more is read of each, since their names are
        spread evenly. Raises `IndexMissing`.
        """
        if within.is_empty():
            return iter(())
        first_read = 2 * -(-about // max(len(partitions), 1)) + 4
        requests: list[dict[str, Any] | None] = [
            self._request(partition, index, within, descending, first_read)
            for partition in partitions
        ]
        reading: dict[int, Future[Answer]] = {}

        def read_on() -> None:
            for shard, request in enumerate(requests):
                if request and shard not in reading:
                    reading[shard] = self._readers.submit(self._page, index, request)

        def items_of(shard: int) -> Iterator[dict[str, Any]]:
            while request := requests[shard]:
                if shard not in reading:
                    read_on()
                page = reading.pop(shard).result()
                requests[shard] = _next_request(request, page)
                yield from page["Items"]

        shards = (items_of(shard) for shard in range(len(requests)))
        return heapq.merge(*shards, key=itemgetter(index.sort_key), reverse=descending)

    def one_read(
        self,
        index: Index,
        within: Range,
        descending: bool,
        limit: int,
        filters: dict[str, Any] | None = None,
        partitions: Sequence[str | int] = range(SHARDS),
    ) -> tuple[list[FileRecord], str | None]:
        """The files of one read of each shard, in order, and the place up to which all have read.

        That is None where all have read to their end. Each looks at `limit` files, of which
        `filters`, parts of a Query, may leave out most. Raises `IndexMissing`.
        """
        if within.is_empty():
            return [], None
        requests = []
        for partition in partitions:
            request = self._request(partition, index, within, descending, limit)
            for name, value in (filters or {}).items():
                request[name] = request.get(name, {}) | value if isinstance(value, dict) else value
            requests.append(request)
        pages = list(self._readers.map(partial(self._page, index), requests))
        key = index.sort_key
        ends = [
            (page["LastEvaluatedKey"].get(key) or page["Items"][-1][key])
            for page in pages
            if "LastEvaluatedKey" in page
        ]
        end = (max if descending else min)(ends, default=None)
        items = (item for page in pages for item in page["Items"])
        read = [
            item
            for item in items
            if end is None or (item[key] >= end if descending else item[key] <= end)
        ]
        read.sort(key=itemgetter(key), reverse=descending)
        return list(records_of(read, lambda item: from_index(item, index))), end

    @cached_property
    def _readers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(SHARDS, thread_name_prefix="shard")

    def _request(
        self, partition: str | int, index: Index, within: Range, descending: bool, first_read: int
    ) -> dict[str, Any]:
        condition, values = within.condition(index.sort_key)
        return {
            "TableName": self._table.name,
            "IndexName": index.name,
            "KeyConditionExpression": f"#shard = :shard{condition}",
            "ExpressionAttributeNames": {"#shard": index.partition_key},  # may be a reserved word
            "ExpressionAttributeValues": {":shard": partition, **values},
            "ScanIndexForward": not descending,
            "Limit": first_read,
        }

    def _page(self, index: Index, request: dict[str, Any]) -> Answer:
        try:
            # By the client, since boto3's resources are not made for several threads.
            return self._table.meta.client.query(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NO_SUCH_INDEX:
                self._check_index(index)
            raise

    def _check_index(self, index: Index) -> None:
        """Raise `IndexMissing` unless the table has the index and may be asked by it."""
        indexes = self._describe().get("GlobalSecondaryIndexes", [])
        statuses = {found["IndexName"]: found.get("IndexStatus", "ACTIVE") for found in indexes}
        status = statuses.get(index.name)
        if status is None:
            client = self._table.meta.client.meta
            command = index.command_to_add_it(
                self._table.name, client.endpoint_url, client.region_name
            )
            raise IndexMissing(
                "the catalog has no index yet that this listing could read: whoever runs it adds "
                "that by `./catalog indexes`, or by the command in its log",
                command,
            )
        if status != "ACTIVE":
            raise IndexMissing("the index that this listing reads is being built: ask again later")

    def _describe(self) -> Answer:
        table: Answer = self._table.meta.client.describe_table(TableName=self._table.name)["Table"]
        return table


def _still(stored: Stored) -> tuple[str, dict[str, Any]]:
    """The condition that this is what is there, and its values."""
    condition, values = has_entry(stored.entry)
    if stored.record:
        is_same, values_of_it = is_still(stored.record)
        return f"{is_same} AND {condition}", values_of_it | values
    return condition, values


def _refused_by(error: ClientError) -> dict[str, Any]:
    """The item at which a condition failed; raises the error if it says anything else."""
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
    # boto3 reads the values of answers, but not of errors.
    return {name: _value(one) for name, one in error.response.get("Item", {}).items()}


def _next_request(request: dict[str, Any], page: dict[str, Any]) -> dict[str, Any] | None:
    """Return what asks for the page after this one: a larger one, within what is read at once."""
    if "LastEvaluatedKey" not in page:
        return None
    limit = request["Limit"]
    return request | {
        "ExclusiveStartKey": page["LastEvaluatedKey"],
        "Limit": max(limit, min(2 * limit, READ_AT_ONCE)),
    }
