"""What is kept of a write that the catalog has accepted, and in which order it is written.

Every step may be done again and changes nothing then, so that whoever was stopped in the middle
begins anew. First a schema, its names after all that finds it by them; then the version, with what
it changed, for what it was compared with may have moved on when it is looked at again; then the
dataset.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.catalog.history.changes import Schema
from chalicelib.catalog.history.items import (
    THE_SHARDS,
    Item,
    Key,
    change_in,
    column_items,
    compared,
    dataset_partition,
    file_of,
    listed_schema_item,
    newest_key,
    newest_keys,
    newest_of,
    schema_in,
    schema_item,
    schema_key,
    version_item,
    version_key,
    version_of,
)
from chalicelib.catalog.history.table import HistoryTable, is_version_of
from chalicelib.catalog.indexes import shard_of, upload_order
from chalicelib.catalog.record import READY, FileRecord

COUNTED_SCHEMAS = 100  # so many schemas of a dataset are counted
_KEPT_PLACES = 10_000


@dataclass(frozen=True)
class Accepted:
    """A write that the catalog has accepted, right now, with what it replaced; or before.

    In that case its message has come again, and nobody knows how far it was written.
    """

    record: FileRecord
    now: bool = True
    replaced: FileRecord | None = None


class History:
    """Keeps what was accepted in the history table, versions for so many days."""

    def __init__(self, table: HistoryTable, days: int):
        self.table = table
        self._days = days
        # What is known to be written: in which shards there are files of a schema; and of a schema
        # of a dataset a file, by its place in the order of uploads, that its first is not after.
        self._placed: set[tuple[str, int]] = set()
        self._firsts: dict[Key, str] = {}

    def keep(self, accepted: Sequence[Accepted]) -> list[Item | None]:
        """Write all that is kept of these writes.

        Returns the version of each, which another run may have written; or None where that has
        read the same write better, and tells of it.
        """
        in_order = sorted(accepted, key=lambda one: upload_order(one.record))
        ready = [one.record for one in in_order if one.record.status == READY]
        if len(self._firsts) > _KEPT_PLACES:
            self._firsts.clear()
        known = self.table.read(
            [
                *(version_key(one.record) for one in accepted if not one.now),
                *(key for record in ready for key in newest_keys(_dataset(record))),
                *(place for place in map(_place_in_dataset, ready) if place not in self._firsts),
            ]
        )
        self._keep_schemas(ready)
        versions = self._keep_versions(in_order, known)
        self._keep_datasets(ready, known, versions)
        of_each = ((one.record, versions[version_key(one.record)]) for one in accepted)
        return [version if is_version_of(version, record) else None for record, version in of_each]

    def make_sure_of(self, record: FileRecord) -> None:
        """Have the version of a write that is about to be replaced, whose own message may not have
        got so far: afterwards nothing would tell that it had been accepted."""
        if not self.table.has(record):
            known = self.table.read(newest_keys(_dataset(record)))
            self._keep_schemas([record] if record.status == READY else [])
            self._keep_versions([Accepted(record, now=False)], known)

    def _keep_versions(
        self, accepted: Sequence[Accepted], known: Mapping[Key, Item]
    ) -> dict[Key, Item]:
        """Write the versions that are not there yet, and return what is there of all."""
        last: dict[str, tuple[Item, Schema | None]] = {}
        versions: dict[Key, Item] = {}
        for one in accepted:
            record, key = one.record, version_key(one.record)
            dataset = _dataset(record)
            if dataset not in last and (newest := _newest_in(known, dataset)):
                last[dataset] = newest, None
            there = versions.get(key) or known.get(key)
            if there and is_version_of(there, record):
                versions[key] = there
            else:
                in_dataset = self._change_since(record, *last.get(dataset, (None, None)))
                versions[key] = self.table.put_version(
                    version_item(record, self._change_of(one), in_dataset, self._days)
                )
            if record.status == READY and _is_later(record, last.get(dataset)):
                last[dataset] = _as_newest(record), Schema.of(record)
        return versions

    def _change_of(self, one: Accepted) -> Item | None:
        """What the write changed since the last one of its file that was ready."""
        record, old = one.record, one.replaced if one.now else None
        if record.status != READY or (one.now and old is None):
            return None
        if old and old.status == READY and version_key(old) != version_key(record):
            return compared(version_of(old), Schema.of(old), Schema.of(record))
        last = self.table.last_ready_before(record)
        return last and self._compared(last, record)

    def _change_since(
        self, record: FileRecord, newest: Item | None, schema: Schema | None
    ) -> Item | None:
        """What the file changed since the last one of its dataset, another one and an older."""
        if (
            newest is None
            or record.status != READY
            or newest["Filename"] == record.filename
            or newest["NewestOrder"] >= upload_order(record)
        ):
            return None
        if schema:
            return compared(newest, schema, Schema.of(record))
        return self._compared(newest, record)

    def _compared(self, old: Item, record: FileRecord) -> Item | None:
        names = self.table.schemas([old["SchemaId"]])[old["SchemaId"]]
        return compared(old, schema_in(old, names), Schema.of(record))

    def _keep_schemas(self, records: Iterable[FileRecord]) -> None:
        """Write the schemas that are new, and in which shards their files are."""
        of_schema = {version_of(record)["SchemaId"]: record for record in records}
        placed = {
            (version_of(record)["SchemaId"], shard_of(record.filename)) for record in records
        } - self._placed
        if not placed:
            return
        schema_ids = {schema_id for schema_id, _ in placed}
        complete = self.table.schemas(schema_ids)
        there = {(one, n) for one, found in self.table.shards(complete).items() for n in found}
        for schema_id, shard in sorted(placed - there):
            self.table.update(
                schema_key(schema_id, THE_SHARDS),
                UpdateExpression="ADD Shards :shard",
                ExpressionAttributeValues={":shard": {shard}},
            )
        new = [of_schema[one] for one in sorted(schema_ids - complete.keys())]
        self.table.write(item for record in new for item in column_items(record))
        self.table.write(
            listed_schema_item(version_of(one)["SchemaId"], bool(one.has_header), one.column_names)
            for one in new
        )
        self.table.write(map(schema_item, new))
        if len(self._placed) > _KEPT_PLACES:
            self._placed.clear()
        self._placed |= placed | there

    def _keep_datasets(
        self,
        records: Sequence[FileRecord],
        known: Mapping[Key, Item],
        versions: Mapping[Key, Item],
    ) -> None:
        """Note the first and the last file of each schema of each dataset, and its newest file."""
        for dataset in dict.fromkeys(map(_dataset, records)):
            files = [record for record in records if _dataset(record) == dataset]
            self._keep_firsts(files, known)
            self._keep_newest(dataset, files, known, versions)

    def _keep_firsts(self, files: Sequence[FileRecord], known: Mapping[Key, Item]) -> None:
        for record in files:  # in the order of their times
            place, order = _place_in_dataset(record), upload_order(record)
            first = self._firsts.get(place) or known.get(place, {}).get("FirstOrder")
            if first is None or order < first:
                self._keep_end(place, "First", _as_newest(record))
                first = order
            self._firsts[place] = first

    def _keep_newest(
        self,
        dataset: str,
        files: Sequence[FileRecord],
        known: Mapping[Key, Item],
        versions: Mapping[Key, Item],
    ) -> None:
        """Have the last of these files be the newest of a shard, unless that has a newer one.

        The newest is the last of its schema, too, and notes that for it. The last of another schema
        is noted by itself, as the newest is before one of another schema takes its place.
        """
        key = newest_key(dataset, files[-1].filename)
        newest = known.get(key)
        last_of = {version["SchemaId"]: version for version in map(_as_newest, files)}
        last = _as_newest(files[-1])
        counted = set((_newest_in(known, dataset) or {}).get("Schemas", ()))
        uncounted = last_of.keys() - counted if len(counted) < COUNTED_SCHEMAS else set()
        while True:
            beyond = newest and newest["NewestOrder"] >= last["NewestOrder"]
            stays = newest if newest and beyond else last
            passed = [newest] if newest and not beyond else []
            for version in (*last_of.values(), *passed):
                if version["SchemaId"] != stays["SchemaId"]:
                    place = dataset_partition(dataset), version["SchemaId"]
                    self._keep_end(place, "Last", version)
            content = {}
            if not beyond:
                content = last | {"Dataset": dataset} | _last_change(files, versions)
            if self._update_newest(key, newest, content, uncounted):
                return
            newest = self.table.read([key])[key]

    def _update_newest(
        self, key: Key, newest: Item | None, content: Item, schema_ids: set[str]
    ) -> bool:
        """Set what is known of the newest file, if anything, and add to the schemas.

        Returns False if another file is the newest meanwhile, and this one is older than that, or
        of another schema.
        """
        updates: list[str] = []
        request: dict[str, Any] = {}
        values: dict[str, Any] = {}
        condition = None
        if content:
            updates += ["SET " + ", ".join(f"#{n} = :{n}" for n in range(len(content)))]
            request["ExpressionAttributeNames"] = {f"#{n}": name for n, name in enumerate(content)}
            values |= {f":{n}": value for n, value in enumerate(content.values())}
            values[":order"], values[":schema"] = content["NewestOrder"], content["SchemaId"]
            values[":known"] = newest["NewestOrder"] if newest else ""
            condition = (
                "attribute_not_exists(NewestOrder) OR (NewestOrder < :order"
                " AND (SchemaId = :schema OR NewestOrder = :known))"
            )
        if schema_ids:
            updates += ["ADD Schemas :schemas"]
            values[":schemas"] = schema_ids
        if not updates:
            return True
        request["UpdateExpression"] = " ".join(updates)
        return self.table.update(key, condition, ExpressionAttributeValues=values, **request)

    def _keep_end(self, place: Key, what: str, version: Item) -> None:
        """Note that the file is the first or the last of its schema, if there is none beyond it."""
        beyond = {"First": "<", "Last": ">"}[what]
        self.table.update(
            place,
            f"attribute_not_exists({what}Order) OR :order {beyond} {what}Order",
            UpdateExpression=f"SET {what}File = :file, {what}Order = :order",
            ExpressionAttributeValues={
                ":file": file_of(version),
                ":order": version["NewestOrder"],
            },
        )


def _dataset(record: FileRecord) -> str:
    """The dataset of the record, which those of older versions do not name."""
    return record.dataset or record.filename


def _newest_in(known: Mapping[Key, Item], dataset: str) -> Item | None:
    in_shards = [known[key] for key in newest_keys(dataset) if key in known]
    return newest_of(in_shards) if in_shards else None


def _place_in_dataset(record: FileRecord) -> tuple[str, str]:
    return dataset_partition(_dataset(record)), version_of(record)["SchemaId"]


def _as_newest(record: FileRecord) -> Item:
    return version_of(record) | {"NewestOrder": upload_order(record)}


def _is_later(record: FileRecord, last: tuple[Item, Schema | None] | None) -> bool:
    return not last or last[0]["NewestOrder"] < upload_order(record)


def _last_change(files: Sequence[FileRecord], versions: Mapping[Key, Item]) -> Item:
    """What the last of the files that changed anything in their dataset changed, in short."""
    for record in reversed(files):
        if change := change_in(versions[version_key(record)], "DatasetChange"):
            return {
                "LastChange": {
                    "by_name": change["by_name"],
                    "by_position": change["by_position"],
                    "changes_total": change["changes_total"],
                    "filename": record.filename,
                    "upload_timestamp": record.upload_timestamp,
                }
            }
    return {}
