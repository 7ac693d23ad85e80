"""The history as commands see it: which writes it lacks, and how it gets them.

What was cataloged before there was a history is given one here, in the order of the uploads, so
that each file is compared with the one before it. Nobody is notified: it is not news.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import chain, islice

import boto3

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.changes import schema_id_of_record
from chalicelib.catalog.history.datasets import dataset_namer
from chalicelib.catalog.history.deliveries import delivery_keys, is_delivery
from chalicelib.catalog.history.items import (
    COLUMNS_ARE_COMPLETE,
    INDEXED_COLUMNS,
    LISTINGS_ARE_COMPLETE,
    NAMELESS_COLUMN,
    OTHER_COLUMNS,
    THE_SCHEMA,
    TROUBLE_IS_COMPLETE,
    listed_schema_item,
    version_key,
)
from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.history.table import HistoryTable, is_version_of
from chalicelib.catalog.indexes import BY_FILENAME, upload_order
from chalicelib.catalog.query import FILENAME, FileQuery, troubles_of
from chalicelib.catalog.record import FAILED, READY, FileRecord
from chalicelib.catalog.table import READ_AT_ONCE, IndexMissing, RecordsTable
from chalicelib.catalog.times import utc_timestamp
from chalicelib.catalog.totals import TOTALS_ARE_COMPLETE, is_of
from ops.stage import Stage

_AT_ONCE = 25
_IN_ORDER = 5_000  # that are lacking, which are put into the order of their uploads at a time


class Past:
    """The history of a stage, and its records."""

    def __init__(self, stage: Stage):
        dynamodb = boto3.resource("dynamodb")
        self._records = RecordsTable(dynamodb.Table(stage.records_table))
        self._name, self._client = stage.history_table, dynamodb.meta.client
        self._table = HistoryTable(dynamodb.Table(stage.history_table))
        self._catalog = Catalog(self._records, History(self._table, stage.history_days))
        self._dataset_of = dataset_namer(stage.datasets)
        kept_since = datetime.now(timezone.utc) - timedelta(days=stage.history_days)
        self._kept_since = utc_timestamp(kept_since)

    def is_kept(self) -> bool:
        """Return whether there is a table for it."""
        return self._table.is_there()

    def missing(self, prefix: str = "") -> Iterator[FileRecord]:
        """The writes that are in the catalog and not in the history, as far back as it goes.

        In the order of their names, with the first of their columns only.
        """
        records = (
            record
            for record in self._files(prefix)
            if record.processed_timestamp > self._kept_since
        )
        while batch := list(islice(records, _AT_ONCE)):
            deliveries = {n: delivery_keys(one) for n, one in enumerate(batch) if is_delivery(one)}
            found = self._table.read(
                [*map(version_key, batch), *(key for keys in deliveries.values() for key in keys)]
            )
            for number, record in enumerate(batch):
                version = found.get(version_key(record))
                is_kept = version is not None and is_version_of(version, record)
                if not is_kept or not any(
                    map(found.get, deliveries.get(number, [version_key(record)]))
                ):
                    yield record

    def fill(self, prefix: str = "") -> int:
        """Give the history what it lacks. Returns how many writes.

        Of each few thousand in the order of the names, which are those of few datasets, the oldest
        upload is first.
        """
        filled = 0
        missing = iter(self._in_order(prefix))
        while batch := list(islice(missing, _AT_ONCE)):
            self._catalog.keep([Accepted(self._named(record), now=False) for record in batch])
            filled += len(batch)
        if not prefix:
            self._part_nameless_columns()
            self._list_what_older_versions_did_not()
            self._index_trouble()
            self._count_all()
            self._is_complete()
        return filled

    def _part_nameless_columns(self) -> None:
        """Move schemas with a blank name from those of many columns, where they were kept once."""
        ids = iter([item["SK"] for item in self._table.items_of(OTHER_COLUMNS)])
        while batch := list(islice(ids, _AT_ONCE)):
            schemas = self._table.schemas(batch).items()
            few = [one for one, names in schemas if names["ColumnCount"] <= INDEXED_COLUMNS]
            self._table.write({"PK": NAMELESS_COLUMN, "SK": one} for one in few)
            self._table.delete((OTHER_COLUMNS, one) for one in few)

    def begins(self) -> None:
        """Note that what listings are found by is complete, if there is no record yet."""
        if self.is_kept() and next(self._records.everything(), None) is None:
            self._is_complete()

    def _is_complete(self) -> None:
        """Note that no file is missing from what listings are found by, so that it may be asked."""
        complete = (
            *(COLUMNS_ARE_COMPLETE, LISTINGS_ARE_COMPLETE),
            *(TROUBLE_IS_COMPLETE, TOTALS_ARE_COMPLETE),
        )
        self._table.write({"PK": partition, "SK": place} for partition, place in complete)

    def _count_all(self) -> None:
        """Have all files in the totals, also where a run was stopped before it had added them."""
        totals = self._catalog.totals
        left_over = totals.left_over()
        if not left_over and TOTALS_ARE_COMPLETE in self._table.read([TOTALS_ARE_COMPLETE]):
            return
        entries = self._records.entries()
        while some := list(islice(entries, _AT_ONCE)):
            for filename, entry in some:
                if entry is None:
                    self._catalog.count(filename)
            totals.make_sure_of(*(one for _, one in some if one and is_of(one, left_over)))
            totals.settle()
        totals.forget(left_over)

    def _list_what_older_versions_did_not(self) -> None:
        """Have each schema among those to look through, and each file that failed in its index."""
        if LISTINGS_ARE_COMPLETE in self._table.complete():
            return
        scanned = self._client.get_paginator("scan").paginate(
            TableName=self._name,
            FilterExpression="begins_with(PK, :schema) AND SK = :names",
            ExpressionAttributeValues={":schema": "schema#", ":names": THE_SCHEMA},
        )
        self._table.write(
            listed_schema_item(
                item["PK"].removeprefix("schema#"), item["HasHeader"], item["ColumnNames"]
            )
            for page in scanned
            for item in page["Items"]
        )
        for record in self._files():
            if record.status == FAILED:
                self._put_again(record.filename)

    def _index_trouble(self) -> None:
        """Have each file in trouble in the index of those, unless all are known to be."""
        if TROUBLE_IS_COMPLETE in self._table.complete():
            return
        for record in self._files():
            if troubles_of(record):
                self._put_again(record.filename)

    def _put_again(self, filename: str) -> None:
        """Have a record where its file is found by what it is now."""
        if (stored := self._records.stored(filename)) and stored.record:
            self._catalog.put_again(stored.record, stored.entry)

    def _in_order(self, prefix: str) -> Iterator[FileRecord]:
        """The writes that are missing, those with neighbouring names by the time of upload."""
        missing = self.missing(prefix)
        while some := sorted(
            (upload_order(record), record.filename) for record in islice(missing, _IN_ORDER)
        ):
            for _, name in some:
                if record := self._records.last_write(name):
                    yield record

    def _files(self, prefix: str = "") -> Iterator[FileRecord]:
        """The records of files under the prefix in the order of their names, a page at a time.

        Without its index the table is read whole, in no order, and with the tombstones.
        """
        within = BY_FILENAME.range_of(FileQuery(prefix=prefix, sort=FILENAME))
        files = self._records.files(BY_FILENAME, within, descending=False, about=READ_AT_ONCE)
        try:
            first = list(islice(files, 1))
        except IndexMissing:
            return self._records.everything(prefix)
        return (one for one in chain(first, files) if one.filename.startswith(prefix))

    def _named(self, record: FileRecord) -> FileRecord:
        """The record with what those of an older version do not have, and kept so."""
        if record.dataset and (record.schema_id or record.status != READY):
            return record
        named = replace(
            record,
            schema_id=schema_id_of_record(record),
            dataset=self._dataset_of(record.filename),
        )
        self._catalog.put_again(named)
        return named
