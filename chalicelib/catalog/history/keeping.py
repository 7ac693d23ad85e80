"""The order in which an accepted write is kept in the history.

Every step may be done again and changes nothing then, so that a run that was stopped in the middle
begins anew. First a schema, its names after all that finds it by them; then the version and the
delivery, with what they changed, for what they were compared with may have moved on when it is
looked at again; then the dataset.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from chalicelib.catalog.history.changes import Schema
from chalicelib.catalog.history.dataset_items import DatasetItems
from chalicelib.catalog.history.dataset_state import merged, state_key
from chalicelib.catalog.history.deliveries import (
    WINDOW,
    Story,
    bytes_key,
    dataset_of,
    delivery_item,
    findings,
    first_of_bytes,
    is_delivery,
    last_ready,
    order_of,
    partition_for,
    repeated_by,
)
from chalicelib.catalog.history.items import (
    THE_SHARDS,
    Item,
    Key,
    column_items,
    compared,
    dataset_keys,
    listed_schema_item,
    schema_in,
    schema_item,
    schema_key,
    version_item,
    version_key,
    version_key_of,
    version_of,
)
from chalicelib.catalog.history.table import HistoryTable, is_version_of
from chalicelib.catalog.indexes import shard_of
from chalicelib.catalog.items import Entry
from chalicelib.catalog.record import READY, FileRecord

_KEPT_PLACES = 10_000


@dataclass(frozen=True)
class Accepted:
    """A write that the catalog has accepted, right now, with what it replaced; or before.

    In that case its message has come again, and nobody knows how far it was written. `entry` is how
    it is counted in the totals, if it is still in the table.
    """

    record: FileRecord
    now: bool = True
    replaced: FileRecord | None = None
    entry: Entry | None = None


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class History:
    """Keeps what was accepted in the history table, for a number of days."""

    def __init__(self, table: HistoryTable, days: int, clock: Callable[[], datetime] = _utc_now):
        self.table = table
        self._days = days
        self._datasets = DatasetItems(table, clock)
        # What is known to be written: in which shards there are files of a schema.
        self._placed: set[tuple[str, int]] = set()

    def keys_beside(self, records: Sequence[FileRecord]) -> list[Key]:
        """Return where their datasets and their bytes are noted, by which they are kept."""
        delivered = [record for record in records if is_delivery(record)]
        return [*_beside(delivered), *self._datasets.unknown_firsts(delivered)]

    def keep(
        self, accepted: Sequence[Accepted], known: Mapping[Key, Item] | None = None
    ) -> list[Item | None]:
        """Write all that is kept of these writes.

        Returns the version of each, which another run may have written; or None where that has
        read the same write better, and sends its events. `known` is what was at `keys_beside`,
        at some moment before: whoever else has written there since then is noticed.
        """
        in_order = sorted(accepted, key=lambda one: order_of(one.record))
        delivered = [one.record for one in in_order if is_delivery(one.record)]
        beside = self.keys_beside(delivered) if known is None else []
        again = [version_key(one.record) for one in accepted if not one.now]
        known = {**(known or {}), **self.table.read([*again, *beside])}
        self._keep_schemas([record for record in delivered if record.status == READY])
        stories = self._stories(delivered, known)
        versions = self._keep_versions(in_order, known, stories)
        recovered: dict[Key, Item] = {}
        of_each = [(one.record, versions[version_key(one.record)]) for one in accepted]
        for dataset, story in stories.items():
            records = [
                record
                for record in delivered
                if dataset_of(record) == dataset
                and is_version_of(versions[version_key(record)], record)
            ]
            if records:
                state = self._datasets.keep(dataset, records, known, story)
                recovered |= _recovery(state)
        return [
            version | recovered.get(version_key(record), {})
            if is_version_of(version, record)
            else None
            for record, version in of_each
        ]

    def make_sure_of(self, record: FileRecord, known: Mapping[Key, Item]) -> None:
        """Have the version of a write that is about to be replaced, whose own message may not have
        got so far: afterwards nothing would show that it had been accepted. `known` has it, if it
        is there."""
        version = known.get(version_key(record))
        if version is None or not is_version_of(version, record):
            delivered = [record] if is_delivery(record) else []
            known = self.table.read(_beside(delivered))
            self._keep_schemas([record] if record.status == READY else [])
            stories = self._stories(delivered, known)
            self._keep_versions([Accepted(record, now=False)], known, stories)

    def _stories(
        self, delivered: Sequence[FileRecord], known: Mapping[Key, Item]
    ) -> dict[str, Story]:
        """Return what is known of the datasets of these deliveries, as it will be with them."""
        stories = {}
        for dataset in dict.fromkeys(map(dataset_of, delivered)):
            shards = [known[key] for key in dataset_keys(dataset) if key in known]
            item = merged(shards) if shards else {}
            records = [record for record in delivered if dataset_of(record) == dataset]
            is_busy = self._datasets.is_busy(dataset, item, len(records))
            story = stories[dataset] = Story(self.table, dataset, is_busy)
            story.add(
                [
                    delivery_item(record, self._days, partition_for(record) if is_busy else 0)
                    for record in records
                ]
            )
            newest, last = item.get("NewestOrder", ""), order_of(records[-1])
            for order in dict.fromkeys([max(newest, last), last]):
                story.before(f"{order}\0", WINDOW + len(records))
        return stories

    def _keep_versions(
        self, accepted: Sequence[Accepted], known: Mapping[Key, Item], stories: dict[str, Story]
    ) -> dict[Key, Item]:
        """Write the versions that are not there yet, and the deliveries; return all versions."""
        versions: dict[Key, Item] = {}
        written: dict[Key, Item] = {}
        seen = dict(known)
        for one in accepted:
            record, key = one.record, version_key(one.record)
            there = versions.get(key) or known.get(key)
            in_dataset = unusual = None
            story = stories.get(dataset_of(record)) if is_delivery(record) else None
            if story:
                delivery = story.added(order_of(record))
                earlier = story.before(delivery["SK"])
                of_bytes = record.sha256 and bytes_key(story.dataset, record.sha256)
                first = seen.get(of_bytes) if of_bytes else None
                if repeated := repeated_by(delivery, earlier, first):
                    story.repeated[delivery["SK"]] = repeated
                if of_bytes and (first is None or delivery["SK"] < first["FirstOrder"]):
                    seen[of_bytes] = first_of_bytes(delivery, of_bytes)
            if there and is_version_of(there, record):
                versions[key] = there
                continue
            if story:
                unusual = findings(delivery, earlier, repeated, story.comparables)
                in_dataset = self._change_since(record, earlier)
            version = version_item(record, self._change_of(one), in_dataset, self._days, unusual)
            versions[key] = self.table.put_version(version)
        for record in (one.record for one in accepted if is_delivery(one.record)):
            if not is_version_of(versions[version_key(record)], record):
                continue
            delivery = stories[dataset_of(record)].added(order_of(record))
            if record.status != READY:  # another run may have read it better since
                self.table.put_version(delivery)
            else:
                written[delivery["PK"], delivery["SK"]] = delivery
            if record.sha256:
                of_bytes = bytes_key(dataset_of(record), record.sha256)
                first = written.get(of_bytes) or known.get(of_bytes)
                if first is None or delivery["SK"] < first["FirstOrder"]:
                    written[of_bytes] = first_of_bytes(delivery, of_bytes)
        self.table.write(written.values())
        return versions

    def _change_of(self, one: Accepted) -> Item | None:
        """Return what the write changed since the last one of its file that was ready."""
        record, old = one.record, one.replaced if one.now else None
        if record.status != READY or (one.now and old is None):
            return None
        if old and old.status == READY and version_key(old) != version_key(record):
            return compared(version_of(old), Schema.of(old), Schema.of(record))
        last = self.table.last_ready_before(record)
        return last and self._compared(last, record)

    def _change_since(self, record: FileRecord, earlier: Sequence[Item]) -> Item | None:
        """Return what the file changed since the delivery of another file that is before it."""
        last = record.status == READY and last_ready(earlier, record.filename)
        return self._compared(last, record) if last else None

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


def _recovery(state: Item | None) -> dict[Key, Item]:
    """Return what is added to the version of the write that ended the dataset's last lateness."""
    if state is None or "Recovered" not in state:
        return {}
    recovered = state["Recovered"]
    told = {name: recovered[name] for name in ("due", "rhythm", "next_due")}
    return {version_key_of(recovered["by"]): {"Recovered": told}}


def _beside(delivered: Sequence[FileRecord]) -> list[Key]:
    """The items of the datasets of these deliveries, and of their bytes."""
    datasets = dict.fromkeys(map(dataset_of, delivered))
    return [
        *(key for name in datasets for key in (*dataset_keys(name), state_key(name))),
        *(bytes_key(dataset_of(one), one.sha256) for one in delivered if one.sha256),
    ]
