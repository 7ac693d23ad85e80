"""The state of a dataset, from what its shards know: whether it is late.

datasets#<shard>   <template>   what the deliveries that were noted in this shard say: see
                                `merged`
state#<template>   -            whether it is late, and when it is looked at next; written where
                                that changes only
"""

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter

from chalicelib.catalog.history.arrivals import merged_times, times_in
from chalicelib.catalog.history.cadence import Rhythm, rhythm_of
from chalicelib.catalog.history.declared import Interval, declared_rhythm
from chalicelib.catalog.history.items import Item, Key, bounded, dataset_keys, file_of, version_of
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.times import moment_of, utc_timestamp

UNKNOWN, FRESH, LATE, RECOVERED = STATES = ("unknown", "fresh", "late", "recovered")

_OF_ARRIVALS = ("LastArrival", "Rhythm", "NextDue", "Agreed")
_TOLD = ("LastChange", "Unusual")


def state_key(dataset: str) -> Key:
    return f"state#{bounded(dataset)}", "-"


def merged(items: Collection[Item]) -> Item:
    """Return the dataset as its items in all shards know it together: one at least.

    The newest delivery is the newest of any shard. The shard with the last arrival says how
    deliveries come, and the shard that looked last at the newest says what is odd about it.
    """
    ready = [item for item in items if "NewestOrder" in item]
    whole = dict(max(ready, key=itemgetter("NewestOrder")) if ready else next(iter(items)))
    whole["Schemas"] = set().union(*(item.get("Schemas", ()) for item in items))
    whole["Busy"] = any(item.get("Busy") for item in items)
    whole["Times"] = merged_times(bytes(item.get("Times", b"")) for item in items)
    days: dict[str, int] = {}
    for item in items:
        for day, count in item.get("Days", {}).items():
            days[day] = days.get(day, 0) + int(count)
    whole["Days"] = days
    last = max(items, key=lambda item: item.get("LastArrival", ""))
    looked = max(items, key=lambda item: (item.get("ToldOf", ""), item.get("ToldAt", "")))
    for names, item in ((_OF_ARRIVALS, last), (_TOLD, looked)):
        for name in names:
            whole.pop(name, None)
            if name in item:
                whole[name] = item[name]
    return whole


def read_dataset(table: HistoryTable, dataset: str) -> Item | None:
    """Return what is known of the dataset, if there is one."""
    shards = table.read(dataset_keys(dataset))
    return merged(shards.values()) if shards else None


def rhythm_in(whole: Item) -> Rhythm | Interval | None:
    """The rhythm that was agreed, or else the one that the deliveries keep."""
    return declared_rhythm(whole.get("Agreed")) or rhythm_of(times_in(whole["Times"]))


def next_due(whole: Item, rhythm: Rhythm | Interval | None) -> str | None:
    """Return when the delivery after the last one is late."""
    if rhythm is None:
        return None
    return utc_timestamp(rhythm.next_due(moment_of(whole["LastArrival"])))


def state_of(whole: Item, state: Item | None, now: datetime) -> str:
    """The state at a moment: a dataset whose time has passed is late, with or without an event."""
    due = whole.get("NextDue")
    kept = state["State"] if state else FRESH
    if state and kept == LATE and whole.get("LastArrival", "") <= state["Late"]["after"]:
        return LATE
    if due is None:
        return RECOVERED if kept == RECOVERED else UNKNOWN
    if due <= utc_timestamp(now):
        return LATE
    return RECOVERED if kept == RECOVERED else FRESH


def after_arrival(state: Item | None, whole: Item, last: FileRecord, now: datetime) -> Item | None:
    """The state after an arrival, `last` being the latest of a batch; None if there is none yet.

    A dataset that ended long before anything was known of it is late, and that is not news. `Due`
    is when it is to be looked at next: if a lateness is to be reported first, it stays.
    """
    due = whole.get("NextDue")
    if state is None:
        if due is None:
            return None
        if due <= utc_timestamp(now):
            late = {"due": due, "after": whole["LastArrival"], "told": True, "silent": True}
            return {"Dataset": whole["Dataset"], "State": LATE, "Late": late}
        return {"Dataset": whole["Dataset"], "State": FRESH, "Due": due}
    new = dict(state)
    if state["State"] == LATE and state["Late"].get("silent"):
        if due is None or due > utc_timestamp(now):
            new["State"] = FRESH
    elif state["State"] == LATE and last.upload_timestamp > state["Late"]["after"]:
        new["State"] = RECOVERED
        new["Recovered"] = {
            "due": state["Late"]["due"],
            "by": file_of(version_of(last)),
            "rhythm": whole.get("Rhythm"),
            "next_due": due,
        }
    elif (
        state["State"] == RECOVERED
        and last.upload_timestamp > state["Recovered"]["by"]["upload_timestamp"]
    ):
        new["State"] = FRESH
    is_told = new.get("Late", {}).get("told", True)
    if due and new["State"] != LATE and is_told and due < new.get("Due", "~"):
        new["Due"] = due
    if "Looking" in new:  # `watch` has read it, and is not to move it on any more
        new["Looking"] = None
    return new
