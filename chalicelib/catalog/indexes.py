"""The indexes by which files are listed: what they sort by, and what an item needs to be in them.

Two have one partition key, the shard: a hash of the name, so that neither the newest files nor
the files of one folder are all written to one partition. A third has the files of each schema, in
shards as well; a fourth has files in trouble, and no others. resources.yaml has the same
definitions.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import compress, product
from operator import attrgetter
from typing import Any
from zlib import crc32

from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.query import TROUBLES, FileQuery, troubles_of
from chalicelib.catalog.record import FAILED, FileRecord, within

# A partition takes 1,000 writes a second ("DynamoDB burst and adaptive capacity"), and an index
# that can't keep up holds its table back. An overwrite writes twice: 8 shards are good for 4,000
# uploads a second. Every page asks every shard, so more would cost each reader. The number stays:
# items keep the shard they were written with, and another number would not find them.
SHARDS = 8

# The index by schema has the files that failed, too, which have none: in partitions of their own.
FAILED_PARTITIONS = tuple(f"failed#{number}" for number in range(2))

# Of files with the same kinds of trouble: a page asks for up to four combinations of kinds.
TROUBLE_SHARDS = 2

# What a listing shows of the columns: an index is paid by the kilobyte, and the record has all.
LISTED_COLUMNS = 100
LISTED_COLUMNS_BYTES = 4_000
LISTED_VIOLATIONS = 3

# Of 20 that DynamoDB allows an index ("Projection", Amazon DynamoDB API Reference).
PROJECTED = (
    "Bucket",
    "ColumnCount",
    "Compression",
    "Delimiter",
    "Encoding",
    "Error",
    "Etag",
    "FileSize",
    "FirstColumnNames",
    "HasHeader",
    "PreambleRows",
    "ProcessedTimestamp",
    "QuoteCharacter",
    "RowCount",
    "Sequencer",
    "Status",
    "Summary",
    "UploadTimestamp",
    "VersionId",
    "Warnings",
)
# What a listing shows besides, together in the one attribute `Summary`.
SUMMARIZED = (
    "SchemaId",
    "Dataset",
    "Contract",
    "Violations",
    "ViolationCount",
    "HeaderRows",
    "Sha256",
    "RepeatedHeaders",
    "FooterRows",
    "Unusual",
    "Verdicts",
    "ReaderVersion",
    "EscapeCharacter",
    "EncodingRunnerUp",
)


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included; without a bound where it is None."""

    low: str | None = None
    high: str | None = None

    def is_whole(self) -> bool:
        return self.low is None and self.high is None

    def is_empty(self) -> bool:
        return self.low is not None and self.high is not None and self.low > self.high

    def from_place(self, place: str, descending: bool) -> "Range":
        """Return what is left of the range from `place` on."""
        if descending:
            return Range(self.low, place if self.high is None else min(self.high, place))
        return Range(place if self.low is None else max(self.low, place), self.high)

    def condition(self, sort_key: str) -> tuple[str, dict[str, str]]:
        """The rest of a key condition expression, and its values."""
        if self.low is None:
            if self.high is None:
                return "", {}
            return f" AND {sort_key} <= :high", {":high": self.high}
        if self.high is None:
            return f" AND {sort_key} >= :low", {":low": self.low}
        return f" AND {sort_key} BETWEEN :low AND :high", {":low": self.low, ":high": self.high}


@dataclass(frozen=True)
class Index:
    """A global secondary index: its partition key, and its sort key.

    `place` is a record's sort key, and no two records have the same. `range_of` is the smallest
    range with all the files that a query asks for; it may have others.
    """

    name: str
    sort_key: str
    place: Callable[[FileRecord], str]
    range_of: Callable[[FileQuery], Range]
    partition_key: str = "Shard"
    partition_type: str = "N"

    def update(self, table_name: str) -> dict[str, Any]:
        """Return what DynamoDB's UpdateTable takes to add the index. It adds one at a time."""
        keys = (
            (self.partition_key, self.partition_type, "HASH"),
            (self.sort_key, "S", "RANGE"),
        )
        create = {
            "IndexName": self.name,
            "KeySchema": [{"AttributeName": name, "KeyType": role} for name, _, role in keys],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(PROJECTED)},
        }
        return {
            "TableName": table_name,
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind, _ in keys
            ],
            "GlobalSecondaryIndexUpdates": [{"Create": create}],
        }

    def command_to_add_it(self, table_name: str, endpoint_url: str, region: str) -> str:
        """The AWS CLI's command for that."""
        return (
            f"aws --endpoint-url={endpoint_url} --region {region} dynamodb update-table"
            f" --cli-input-json '{json.dumps(self.update(table_name))}'"
        )


def index_attributes(record: FileRecord) -> dict[str, Any]:
    """The attributes that put a record's item into the indexes; without them it is in none."""
    shard = shard_of(record.filename)
    place = {}
    if record.status == FAILED:
        place = {"SchemaShard": FAILED_PARTITIONS[shard % len(FAILED_PARTITIONS)]}
    elif record.schema_id:
        place = {"SchemaShard": schema_shard(record.schema_id, shard)}
    if troubles := troubles_of(record):
        place["Trouble"] = _trouble_partition(troubles, shard % TROUBLE_SHARDS)
    return {
        **place,
        "Shard": shard,
        "UploadOrder": upload_order(record),
        "FirstColumnNames": list(_first(record.column_names)),
    }


def shard_of(name: str) -> int:
    return crc32(name.encode()) % SHARDS


def schema_shard(schema_id: str, shard: int) -> str:
    """Return where the files of a schema are that are in a shard: all new files may be of one
    schema.
    """
    return f"{schema_id}#{shard}"


def _trouble_partition(troubles: Iterable[str], shard: int) -> str:
    return f"{'+'.join(troubles)}#{shard}"


def trouble_partitions(query: FileQuery) -> list[str]:
    """Return where files in the trouble that is asked for are: one file may be in several kinds."""
    combinations = (
        list(compress(TROUBLES, kept)) for kept in product((True, False), repeat=len(TROUBLES))
    )
    return [
        _trouble_partition(troubles, shard)
        for troubles in combinations
        if troubles and query.may_have(troubles)
        for shard in range(TROUBLE_SHARDS)
    ]


def upload_order(record: FileRecord) -> str:
    """Return what sorts files by time of upload, and those of one millisecond by name.

    No two files have the same, so that it says where a page ends. A sort key has up to 1,024
    bytes: a name that is too long for that has a digest for its end.
    """
    order = f"{record.upload_timestamp} {record.filename}".encode()
    if len(order) <= KEY_BYTES:
        return order.decode()
    digest = hashlib.sha256(record.filename.encode()).hexdigest()
    return order[: KEY_BYTES - len(digest)].decode(errors="ignore") + digest


def _first(names: tuple[str, ...]) -> tuple[str, ...]:
    return within(names[:LISTED_COLUMNS], LISTED_COLUMNS_BYTES)


def _times(query: FileQuery) -> Range:
    """A time and then `!` is after every file of that time, whose place goes on with a space."""
    return Range(query.uploaded_after and f"{query.uploaded_after}!", query.uploaded_before)


def _names(query: FileQuery) -> Range:
    return Range(query.prefix or None, after_all_with(query.prefix))


def after_all_with(prefix: str) -> str | None:
    """The first string after all that start with `prefix`, or None if there is none to use."""
    kept = prefix.rstrip(chr(sys.maxunicode))
    if not kept:
        return None
    last = ord(kept[-1]) + 1
    after = kept[:-1] + ("\ue000" if last == 0xD800 else chr(last))  # 0xD800 to 0xDFFF: no letters
    return after if len(after.encode()) <= KEY_BYTES else None


BY_UPLOAD_TIME = Index("ByUploadTime", "UploadOrder", upload_order, _times)
BY_FILENAME = Index("ByFilename", "Filename", attrgetter("filename"), _names)
BY_SCHEMA = Index(
    "BySchema", "UploadOrder", upload_order, _times, partition_key="SchemaShard", partition_type="S"
)
BY_TROUBLE = Index(
    "ByTrouble", "UploadOrder", upload_order, _times, partition_key="Trouble", partition_type="S"
)
INDEXES = (BY_UPLOAD_TIME, BY_FILENAME, BY_SCHEMA, BY_TROUBLE)
