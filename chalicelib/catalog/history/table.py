"""The history table: reads and writes its items, several to a request.

What its items are, `items.py` has; what is written when, `keeping.py` has.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from chalicelib.aws import Table
from chalicelib.catalog.history.items import (
    COLUMNS_ARE_COMPLETE,
    LISTINGS_ARE_COMPLETE,
    OTHER_COLUMNS,
    THE_SHARDS,
    TROUBLE_IS_COMPLETE,
    Item,
    Key,
    column_partitions,
    file_partition,
    schema_key,
    schemas_partition,
    version_key,
)
from chalicelib.catalog.history.replacing import change_of, replace_all
from chalicelib.catalog.indexes import SHARDS, schema_shard
from chalicelib.catalog.record import FAILED, READY, FileRecord
from chalicelib.catalog.undone import until_done

# So many places are asked for the files of a page at most. Looking through takes 32 requests for
# 1,000 files, which may have none of the answer.
PLACES_AT_MOST = 96

# Datasets, or schemas, among which one is looked for: more of them are files that look alike in
# nothing, and looking through the files themselves takes no longer.
DIRECTORY_AT_MOST = 5_000

WRITTEN_AT_ONCE = 25  # "BatchWriteItem", Amazon DynamoDB API Reference
READ_AT_ONCE = 100  # "BatchGetItem"

_KEPT_SCHEMAS = 64
_ABSENT = "attribute_not_exists(PK)"


_value = TypeDeserializer().deserialize  # boto3 reads the values of answers, but not of errors


class HistoryMissing(Exception):
    """There is no history table.

    The message is for whoever asked; `command` makes the table, for whoever runs the catalog.
    """

    def __init__(self, command: str):
        super().__init__(
            "this catalog keeps no history yet: `./catalog deploy` makes the table for it"
        )
        self.command = command


class LeftUndone(Exception):
    """DynamoDB has left some of a batch undone, again and again: it is short of capacity."""


class HistoryTable:
    """Reads and writes the history through `table`, a boto3 DynamoDB Table.

    A schema never changes, so that those read last are kept. `seconds_left` is how long it may
    pause before what a batch has left undone is tried again.
    """

    seconds_left: Callable[[], float] = staticmethod(lambda: math.inf)

    def __init__(self, table: Table):
        self._table = self.boto = table
        self._was_there = False
        self._schemas: dict[str, Item] = {}

    def is_there(self) -> bool:
        """Return whether there is such a table. One that was there is taken to stay."""
        if not self._was_there:
            try:
                self._table.get_item(Key={"PK": "-", "SK": "-"})
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                return False
            self._was_there = True
        return True

    def check(self) -> None:
        """Raise `HistoryMissing` unless there is such a table."""
        if not self.is_there():
            raise self._missing()

    def _missing(self) -> HistoryMissing:
        client = self._table.meta.client.meta
        return HistoryMissing(
            f"aws --endpoint-url={client.endpoint_url}"
            f" --region {client.region_name} dynamodb create-table"
            f" --table-name {self._table.name}"
            " --attribute-definitions AttributeName=PK,AttributeType=S"
            " AttributeName=SK,AttributeType=S --key-schema AttributeName=PK,KeyType=HASH"
            " AttributeName=SK,KeyType=RANGE --billing-mode PAY_PER_REQUEST"
        )

    def has(self, record: FileRecord) -> bool:
        """Return whether the history has exactly this write, as it was read then."""
        partition, place = version_key(record)
        answer = self._table.get_item(Key={"PK": partition, "SK": place}, ConsistentRead=True)
        return "Item" in answer and is_version_of(answer["Item"], record)

    def read(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items of these keys that exist. Raises `HistoryMissing`."""
        wanted = [{"PK": partition, "SK": place} for partition, place in dict.fromkeys(keys)]
        found: dict[Key, Item] = {}

        def get(keys: dict[str, Any]) -> dict[str, Any] | None:
            try:
                answer = self._table.meta.client.batch_get_item(RequestItems=keys)
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    raise self._missing() from error
                raise
            for item in answer["Responses"].get(self._table.name, ()):
                found[item["PK"], item["SK"]] = item
            return answer.get("UnprocessedKeys")

        for start in range(0, len(wanted), READ_AT_ONCE):
            request = {"Keys": wanted[start : start + READ_AT_ONCE], "ConsistentRead": True}
            if until_done(get, {self._table.name: request}, self.seconds_left):
                raise LeftUndone("some items could not be read")
        return found

    def write(self, items: Iterable[Item]) -> None:
        """Put the items, in any order; those that are there already are replaced."""
        self._do_each({"PutRequest": {"Item": item}} for item in items)

    def _do_each(self, requests: Iterable[dict[str, Any]]) -> None:
        def put(requests: dict[str, Any]) -> dict[str, Any] | None:
            answer = self._table.meta.client.batch_write_item(RequestItems=requests)
            return answer.get("UnprocessedItems")

        left = iter(requests)
        while batch := list(islice(left, WRITTEN_AT_ONCE)):
            if until_done(put, {self._table.name: batch}, self.seconds_left):
                raise LeftUndone("some items could not be written")

    def put_version(self, item: Item) -> Item:
        """Put a version, unless it is there as it was read by this run or a better one.

        Returns what is there then. So of two that keep the same version, one does, and both know
        what is kept: a run that was slower changes nothing.
        """
        values = {":failed": FAILED, ":status": item["Status"], ":p": item["ProcessedTimestamp"]}
        older = "(#s = :failed AND (:status <> :failed OR ProcessedTimestamp < :p))"
        if item["Status"] == READY and "ReaderVersion" in item:
            values |= {":ready": READY, ":v": item["ReaderVersion"]}
            older += (
                " OR (#s = :ready AND ProcessedTimestamp <> :p"
                " AND (attribute_not_exists(ReaderVersion) OR ReaderVersion < :v))"
            )
        try:
            self._table.put_item(
                Item=item,
                ConditionExpression=f"{_ABSENT} OR {older}",
                ExpressionAttributeNames={"#s": "Status"},
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return {name: _value(one) for name, one in error.response["Item"].items()}
        return item

    def delete(self, keys: Iterable[Key]) -> None:
        """Delete the items, in any order."""
        self._do_each({"DeleteRequest": {"Key": {"PK": pk, "SK": sk}}} for pk, sk in keys)

    def update(self, key: Key, condition: str | None = None, **request: Any) -> bool:
        """Update an item, if the condition holds. Returns whether it did."""
        partition, place = key
        if condition:
            request["ConditionExpression"] = condition
        try:
            self._table.update_item(Key={"PK": partition, "SK": place}, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def is_changed(self, old: Item | None, new: Item) -> bool:
        """Return whether an item would be another one, but for when it was looked at."""
        return change_of(old or {}, new) is not None

    def replace(self, key: Key, old: Item | None, new: Item) -> bool:
        """Make an item the new one, unless it is not the old one any more. Returns whether it did.

        Attributes that are None are left out.
        """
        change = change_of(old or {}, new)
        return change is None or self.update(key, change.pop("ConditionExpression"), **change)

    def replace_all(self, items: Mapping[Key, tuple[Item, Item]]) -> dict[Key, Item]:
        """Replace items as `replace` does, at most 100 of them. Returns those that were."""
        return replace_all(self._table, items)

    def items_of(
        self,
        partition: str,
        between: tuple[str, str] | None = None,
        descending: bool = False,
        about: int = READ_AT_ONCE,
        consistent: bool = False,
        only: Sequence[str] = (),
    ) -> Iterator[Item]:
        """The items of a partition in order, read as they are asked for, about `about` at once.

        `between` are the first and the last sort key, both included; `only` names the attributes
        that are wanted, where that is not all.
        """
        values = {":partition": partition}
        condition = "PK = :partition"
        if between:
            condition += " AND SK BETWEEN :low AND :high"
            values[":low"], values[":high"] = between
        request: dict[str, Any] = {
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not descending,
            "Limit": about,
            "ConsistentRead": consistent,
        }
        if only:
            names = {f"#{n}": name for n, name in enumerate(only)}  # some are reserved words
            request["ProjectionExpression"] = ", ".join(names)
            request["ExpressionAttributeNames"] = names
        while True:
            page = self._table.query(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def last_ready_before(self, record: FileRecord) -> Item | None:
        """The last version of the file before this write that was ready."""
        _, place = version_key(record)
        versions = self.items_of(
            file_partition(record.filename), (" ", place), descending=True, about=4
        )
        return next((v for v in versions if v["SK"] < place and v["Status"] == READY), None)

    def complete(self) -> frozenset[Key]:
        """Return what is known to have all files in it: these of the keys that say so."""
        if not self.is_there():
            return frozenset()
        return frozenset(
            self.read([COLUMNS_ARE_COMPLETE, LISTINGS_ARE_COMPLETE, TROUBLE_IS_COMPLETE])
        )

    def everything_of(self, partition_of: Callable[[int], str]) -> list[Item] | None:
        """The items of a partition that is sharded, or None if they are more than can be read."""
        found: list[Item] = []
        for shard in range(SHARDS):
            items = self.items_of(partition_of(shard), about=DIRECTORY_AT_MOST + 1)
            found += islice(items, DIRECTORY_AT_MOST + 1)
            if len(found) > DIRECTORY_AT_MOST:
                return None
        return found

    def places_of_columns(
        self, names: Iterable[str], may_have: Callable[[Sequence[str]], bool] | None = None
    ) -> list[str] | None:
        """Return where in the index by schema there are files that may have all these columns.

        None if there are too many such places to be asked, or if the index is not known to be
        complete. The names are folded. `may_have` is asked of the columns of each schema,
        where parts of their names are looked for.
        """
        if (LISTINGS_ARE_COMPLETE if may_have else COLUMNS_ARE_COMPLETE) not in self.complete():
            return None
        schema_ids = self._schemas_where(may_have) if may_have else self._schemas_with(names)
        if schema_ids is None or len(schema_ids) > PLACES_AT_MOST:
            return None
        shards = self.shards(schema_ids)
        places = [
            schema_shard(schema_id, shard)
            for schema_id, found in sorted(shards.items())
            for shard in sorted(found)
        ]
        return places if len(places) <= PLACES_AT_MOST else None

    def _schemas_with(self, names: Iterable[str]) -> frozenset[str] | None:
        with_each = [self._few_schemas(*column_partitions(name)) for name in list(names)[:3]]
        few = [schemas for schemas in with_each if schemas is not None]
        with_many_columns = self._few_schemas(OTHER_COLUMNS)
        if not few or with_many_columns is None:
            return None
        return frozenset.intersection(*few) | with_many_columns

    def _schemas_where(self, may_have: Callable[[Sequence[str]], bool]) -> frozenset[str] | None:
        listed = self.everything_of(schemas_partition)
        if listed is None:
            return None
        return frozenset(one["SK"] for one in listed if one["More"] or may_have(one["Names"]))

    def _few_schemas(self, *partitions: str) -> frozenset[str] | None:
        """The schemas that have a column, or None if they are many."""
        items = chain.from_iterable(
            self.items_of(partition, about=PLACES_AT_MOST + 1) for partition in partitions
        )
        found = frozenset(item["SK"] for item in islice(items, PLACES_AT_MOST + 1))
        return found if len(found) <= PLACES_AT_MOST else None

    def schemas(self, schema_ids: Iterable[str]) -> dict[str, Item]:
        """The items of the names of these schemas."""
        wanted = list(dict.fromkeys(schema_ids))
        found = {one: self._schemas[one] for one in wanted if one in self._schemas}
        if len(found) < len(wanted):
            self.read_schemas(wanted)
            found = {one: self._schemas[one] for one in wanted if one in self._schemas}
        return found

    def read_schemas(
        self, schema_ids: Iterable[str], others: Iterable[Key] = ()
    ) -> dict[Key, Item]:
        """Have these schemas at hand, and read some other items along with them."""
        if len(self._schemas) > _KEPT_SCHEMAS:
            self._schemas.clear()
        unknown = [schema_key(one) for one in schema_ids if one not in self._schemas]
        found = self.read([*unknown, *others])
        for key in unknown:
            if key in found:
                self._schemas[key[0].removeprefix("schema#")] = found.pop(key)
        return found

    def names_of(self, schema_id: str) -> list[str]:
        """The names of a schema's columns; none, if the schema is not there."""
        found = self.schemas([schema_id])
        return found[schema_id]["ColumnNames"] if schema_id in found else []

    def shards(self, schema_ids: Iterable[str]) -> dict[str, frozenset[int]]:
        """In which shards of the index by schema there are files of these schemas."""
        found = self.read(schema_key(one, THE_SHARDS) for one in schema_ids)
        return {
            partition.removeprefix("schema#"): frozenset(map(int, item["Shards"]))
            for (partition, _), item in found.items()
        }


def is_version_of(item: Item, record: FileRecord) -> bool:
    """Return whether the item is of this write, as it was read then: it may be read again later."""
    processed: str = item["ProcessedTimestamp"]
    return processed == record.processed_timestamp
