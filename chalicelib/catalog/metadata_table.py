"""The DynamoDB table of file records: one item per S3 key."""

import heapq
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.catalog.columns import pack
from chalicelib.catalog.indexes import SHARDS, SUMMARIZED, Index, Range, index_attributes
from chalicelib.catalog.keys import KEY_BYTES, utf8_length
from chalicelib.catalog.record import COUNTS, DELETED, FileRecord
from chalicelib.catalog.times import moment_of

# A late event must still meet the tombstone: the longest that one can stand in a dead-letter
# queue, 14 days, and then as long again for whoever sends it back.
TOMBSTONE_DAYS = 28

READ_AT_ONCE = 125

# What Query answers where there is no such index (the second, on emulators), among other things.
_NO_SUCH_INDEX = ("ValidationException", "ResourceNotFoundException")

# A newer sequencer wins; with the same one (some emulators know only one) the later time; and
# the same write again, which S3 and SQS may deliver at any time, changes nothing.
_NEWER = (
    "attribute_not_exists(Filename) OR Sequencer < :sequencer"
    " OR (Sequencer = :sequencer AND UploadTimestamp < :upload_timestamp)"
)


class IndexMissing(Exception):
    """The table has no index to list files by, or is still building it; the message helps."""


class MetadataTable:
    """Reads and writes file records through `table`, a boto3 DynamoDB Table."""

    def __init__(self, table):
        self._table = table

    def put_if_newer(self, record: FileRecord) -> bool:
        """Write the record, unless this or a newer write of its file is stored already.

        Returns whether it was written. One conditional write, so that of any number of writers
        in any order the newest wins.
        """
        try:
            self._table.put_item(
                Item=_to_item(record),
                ConditionExpression=_NEWER,
                ExpressionAttributeValues={
                    ":sequencer": record.sequencer,
                    ":upload_timestamp": record.upload_timestamp,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def get(self, filename: str) -> FileRecord | None:
        """The record of the file, or None if there is no such file (any more)."""
        if not 0 < (utf8_length(filename) or 0) <= KEY_BYTES:
            return None  # no object has such a name, and DynamoDB refuses some of them as a key
        item = self._table.get_item(Key={"Filename": filename}).get("Item")
        record = item and _from_item(item)
        return record if record and record.status != DELETED else None

    def files(
        self, index: Index, within: Range, descending: bool, about: int
    ) -> Iterator[FileRecord]:
        """The files of a range of an index, in order, read as they are asked for.

        `about` so many of them may be needed: of each shard twice its share is read at first, so
        that a second read is rare. Of many columns the records have the first only.
        Raises `IndexMissing`.
        """
        if within.is_empty():
            return iter(())
        first_read = 2 * -(-about // SHARDS) + 4
        shards = (
            self._shard(shard, index, within, descending, first_read) for shard in range(SHARDS)
        )
        return heapq.merge(*shards, key=index.place, reverse=descending)

    def _shard(
        self, shard: int, index: Index, within: Range, descending: bool, first_read: int
    ) -> Iterator[FileRecord]:
        condition, values = within.condition(index.sort_key)
        request = {
            "IndexName": index.name,
            "KeyConditionExpression": f"#shard = :shard{condition}",
            "ExpressionAttributeNames": {"#shard": "Shard"},  # a reserved word
            "ExpressionAttributeValues": {":shard": shard, **values},
            "ScanIndexForward": not descending,
            "Limit": first_read,
        }
        while True:
            try:
                page = self._table.query(**request)
            except ClientError as error:
                if error.response["Error"]["Code"] in _NO_SUCH_INDEX:
                    self._check_index(index)
                raise
            yield from map(_from_index, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
            request["Limit"] = min(2 * request["Limit"], READ_AT_ONCE)

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
                f"the table {self._table.name} has no index {index.name}, which this listing "
                f"reads; this adds it: {command}"
            )
        if status != "ACTIVE":
            raise IndexMissing(
                f"the index {index.name} of the table {self._table.name} is {status}: "
                "ask again when it is ACTIVE"
            )

    @cached_property
    def cursor_key(self) -> bytes:
        """What cursors of this table are sealed with: an id that AWS gave it, at random.

        Some emulators give none; there, it is the time at which the table was made.
        """
        table = self._describe()
        own = table.get("TableId") or table["CreationDateTime"].isoformat()
        return f"{table['TableArn']} {own}".encode()

    def _describe(self) -> dict[str, Any]:
        return self._table.meta.client.describe_table(TableName=self._table.name)["Table"]


def _to_item(record: FileRecord) -> dict[str, Any]:
    item = {
        _attribute(name): value for name, value in record.as_dict().items() if value is not None
    }
    item["Columns"] = pack(record.columns)
    if record.status == DELETED:
        removed = moment_of(record.processed_timestamp)
        item["ExpiresAt"] = int(removed.timestamp()) + TOMBSTONE_DAYS * 86_400
        return item
    summary = {name: item[name] for name in SUMMARIZED if name in item}
    return item | index_attributes(record) | {"Summary": summary}


def _from_item(item: dict[str, Any]) -> FileRecord:
    fields = {_field(name): value for name, value in item.items()}
    for name in COUNTS:
        if fields.get(name) is not None:
            fields[name] = int(fields[name])
    for name in ("ragged_rows", "lines"):
        if counts := fields.get(name):
            fields[name] = {
                what: number if number is None else int(number) for what, number in counts.items()
            }
    if "columns" in fields:
        fields["columns"] = bytes(fields["columns"])
    return FileRecord.from_dict(fields)


def _from_index(item: dict[str, Any]) -> FileRecord:
    summary = item.get("Summary", {})  # which items of an older version have not
    return _from_item(item | summary | {"ColumnNames": item["FirstColumnNames"]})


def _attribute(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


def _field(attribute: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in attribute).lstrip("_")
