"""The items of each dataset: written as deliveries are accepted, by whoever accepts them.

Each is written only if nobody else has written it since it was read. A delivery is noted in a
shard, and the dataset's state is looked at after that: so either `watch`, which looks the other way
around, sees the arrival, or it is seen here what `watch` has made of the dataset.
"""

import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone

from chalicelib.catalog.history.arrivals import counted, with_times
from chalicelib.catalog.history.dataset_state import (
    after_arrival,
    merged,
    next_due,
    rhythm_in,
    state_key,
)
from chalicelib.catalog.history.deliveries import (
    WINDOW,
    Story,
    bytes_key,
    change_since,
    dataset_of,
    findings,
    last_ready,
    order_of,
)
from chalicelib.catalog.history.due import due_item
from chalicelib.catalog.history.items import (
    File,
    Item,
    Key,
    dataset_key,
    dataset_keys,
    dataset_partition,
    file_of,
    version_of,
)
from chalicelib.catalog.history.table import HistoryTable, LeftUndone
from chalicelib.catalog.record import READY, FileRecord

COUNTED_SCHEMAS = 100  # schemas of a dataset that are counted
# So many deliveries within so many seconds, of those that one process of `store` sees: alone it
# takes some 20 a second on a laptop, and 50 on AWS, where five of them begin and more come then.
BUSY, BUSY_SECONDS = 100, 3

_TRIES = 20
_KEPT_PLACES = 10_000


class DatasetItems:
    """Writes the items of datasets; `clock` says which of their deliveries are recent."""

    def __init__(self, table: HistoryTable, clock: Callable[[], datetime]):
        self._table = table
        self._clock = clock
        # By schema of a dataset, a delivery that its first one is not after.
        self._firsts: dict[Key, str] = {}
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def unknown_firsts(self, records: Iterable[FileRecord]) -> list[Key]:
        """The items that say which delivery of a schema was the first, where nobody knows yet."""
        if len(self._firsts) > _KEPT_PLACES:
            self._firsts.clear()
        places = (_place_in_dataset(record) for record in records if record.status == READY)
        return [place for place in places if place not in self._firsts]

    def is_busy(self, dataset: str, whole: Item, count: int) -> bool:
        """Return whether deliveries are so many that one partition might not take them; noted for
        ever.

        Readers look into the others once that is noted, so it is before anything is in them.
        """
        if whole.get("Busy"):
            return True
        if len(self._seen) > _KEPT_PLACES:
            self._seen.clear()
        now, seen = time.monotonic(), self._seen[dataset]
        seen.extend([now] * count)
        while seen[0] < now - BUSY_SECONDS:
            seen.popleft()
        if len(seen) <= BUSY:
            return False
        self._table.update(
            dataset_keys(dataset)[0],
            UpdateExpression="SET Busy = :yes, Dataset = :dataset",
            ExpressionAttributeValues={":yes": True, ":dataset": dataset},
        )
        return True

    def keep(
        self, dataset: str, records: Sequence[FileRecord], known: Mapping[Key, Item], story: Story
    ) -> Item | None:
        """Note these deliveries, which are in their order, and move the dataset's state on.

        Returns the state as it is then, if it has one.
        """
        ready = [record for record in records if record.status == READY]
        self._keep_firsts(ready, known)
        keys = [*dataset_keys(dataset), state_key(dataset)]
        known = {key: known[key] for key in keys if key in known}
        for _ in range(_TRIES):
            if whole := self._note(dataset, records, known, story):
                return self._move_on(dataset, whole, ready, state_key(dataset) in known)
            known = self._table.read(keys)
            story = story.anew()
        raise LeftUndone(f"a shard of {dataset!r} is written by others all the time")

    def _note(
        self, dataset: str, records: Sequence[FileRecord], known: dict[Key, Item], story: Story
    ) -> Item | None:
        """Note the deliveries in a shard. Returns the dataset as it is then, or None if another
        process has written the shard."""
        key = dataset_key(dataset, records[-1].filename)
        old = known.get(key)
        ready = [record for record in records if record.status == READY]
        others = [known[one] for one in dataset_keys(dataset) if one in known and one != key]
        new = self._with_deliveries(old or {}, dataset, records)
        last_of = {version["SchemaId"]: version for version in map(as_newest, ready)}
        counted_schemas = set().union(*(one.get("Schemas", ()) for one in (*others, new)))
        if len(counted_schemas) < COUNTED_SCHEMAS and last_of.keys() - counted_schemas:
            new["Schemas"] = set(new.get("Schemas", ())) | last_of.keys()
        whole = merged([*others, new])
        if "LastArrival" in new and new["LastArrival"] == whole["LastArrival"]:
            rhythm = rhythm_in(whole)
            told = {"Rhythm": rhythm and rhythm.sentence, "NextDue": next_due(whole, rhythm)}
            new |= told
        if "NewestOrder" in whole:
            new |= self._told(whole, story) | {"ToldOf": whole["NewestOrder"]}
        passed = []
        if old and "SchemaId" in old and new["NewestOrder"] > old["NewestOrder"]:
            passed = [old]
        for version in (*last_of.values(), *passed):
            if version["SchemaId"] != new["SchemaId"]:
                self._keep_end((dataset_partition(dataset), version["SchemaId"]), "Last", version)
        if not self._table.is_changed(old, new):
            return merged([*others, new])
        new["ToldAt"] = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        return merged([*others, new]) if self._table.replace(key, old, new) else None

    def _with_deliveries(self, old: Item, dataset: str, records: Sequence[FileRecord]) -> Item:
        """The shard after some deliveries: those that failed are counted, and are not arrivals."""
        ids = bytes(old.get("Counted", b""))
        days, ids = counted(old.get("Days", {}), ids, records, self._clock())
        new = old | {"Dataset": dataset, "Days": days, "Counted": ids}
        arrived = [record for record in records if record.status == READY]
        if not arrived:
            return new
        newest, last = as_newest(arrived[-1]), max(arrived, key=_upload)
        times = [record.upload_timestamp for record in arrived]
        new["Times"] = with_times(bytes(old.get("Times", b"")), times)
        if newest["NewestOrder"] >= old.get("NewestOrder", ""):
            new |= newest
        if last.upload_timestamp >= old.get("LastArrival", ""):
            new |= {"LastArrival": last.upload_timestamp, "Agreed": last.agreed}
        return new

    def _move_on(
        self, dataset: str, whole: Item, ready: Sequence[FileRecord], has_state: bool
    ) -> Item | None:
        """Have the dataset's state be that after these arrivals. Returns it, if it has one."""
        if not (ready and (has_state or whole.get("NextDue"))):
            return None
        key, last = state_key(dataset), max(ready, key=_upload)
        for _ in range(_TRIES):
            old = self._table.read([key]).get(key)
            new = after_arrival(old, whole, last, self._clock())
            if new is None:
                return None
            if new.get("Due") and new["Due"] != (old or {}).get("Due"):
                self._table.write([due_item(dataset, new["Due"])])
            if self._table.replace(key, old, new):
                return new
        raise LeftUndone(f"the state of {dataset!r} is written by others all the time")

    def _told(self, whole: Item, story: Story) -> Item:
        """Return what changed last among the newest deliveries, and what is unusual in the
        newest.
        """
        window = story.before(f"{whole['NewestOrder']}\0", WINDOW)
        ready = [delivery for delivery in window if delivery["Status"] == READY]
        told: Item = {"LastChange": None, "Unusual": None}
        change = whole.get("LastChange")
        if change and (not window or change.get("order", "") < window[-1]["SK"]):
            told["LastChange"] = change
        for number, delivery in enumerate(ready):
            before = last_ready(ready[number + 1 :], delivery["Filename"])
            if before and (change := change_since(before, delivery, self._table)):
                told["LastChange"] = {
                    "by_name": change["by_name"],
                    "by_position": change["by_position"],
                    "changes_total": change["changes_total"],
                    "filename": delivery["Filename"],
                    "upload_timestamp": delivery["UploadTimestamp"],
                    "order": delivery["SK"],
                }
                break
        if ready:
            repeated = self._repeated(ready[0], story)
            earlier = window[window.index(ready[0]) + 1 :]
            found = findings(ready[0], earlier, repeated, story.comparables)
            told["Unusual"] = json.dumps(found, ensure_ascii=False) if found else None
        return told

    def _repeated(self, delivery: Item, story: Story) -> File | None:
        """The first delivery of the same bytes, if another; it may have come after this one."""
        place = delivery["SK"]
        if story.is_added(place) or "Sha256" not in delivery:
            return story.repeated.get(place)
        key = bytes_key(story.dataset, delivery["Sha256"])
        first = self._table.read([key]).get(key)
        return first["File"] if first and first["FirstOrder"] < place else None

    def _keep_firsts(self, ready: Sequence[FileRecord], known: Mapping[Key, Item]) -> None:
        for record in ready:
            place, order = _place_in_dataset(record), order_of(record)
            first = self._firsts.get(place) or known.get(place, {}).get("FirstOrder")
            if first is None or order < first:
                self._keep_end(place, "First", as_newest(record))
                first = order
            self._firsts[place] = first

    def _keep_end(self, place: Key, what: str, version: Item) -> None:
        """Note that the file is the first or the last of its schema, if there is none beyond it."""
        beyond = {"First": "<", "Last": ">"}[what]
        self._table.update(
            place,
            f"attribute_not_exists({what}Order) OR :order {beyond} {what}Order",
            UpdateExpression=f"SET {what}File = :file, {what}Order = :order",
            ExpressionAttributeValues={
                ":file": file_of(version),
                ":order": version["NewestOrder"],
            },
        )


def as_newest(record: FileRecord) -> Item:
    return version_of(record) | {"NewestOrder": order_of(record)}


def _upload(record: FileRecord) -> str:
    return record.upload_timestamp


def _place_in_dataset(record: FileRecord) -> Key:
    return dataset_partition(dataset_of(record)), version_of(record)["SchemaId"]
