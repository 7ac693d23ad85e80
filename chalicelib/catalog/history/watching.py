"""The datasets whose next delivery is due: which are late, and which have had theirs.

A dataset is looked at when its time has come. First its state is marked, then its shards are read:
a delivery that is noted after that takes the mark off, and the dataset is left to the next run. So
none is late whose delivery has come. What is due stays until what follows from it was sent: of two
runs at the same time one moves a dataset on, and what a stopped run leaves, the next one finishes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from chalicelib.catalog.history.dataset_state import LATE, merged, next_due, rhythm_in, state_key
from chalicelib.catalog.history.due import DUE, due_item, due_key
from chalicelib.catalog.history.items import Item, Key, dataset_keys, file_of
from chalicelib.catalog.history.replacing import REPLACED_AT_ONCE
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.times import utc_timestamp


class Watch:
    """Looks at what is due at a moment, a hundred datasets at a time."""

    def __init__(self, table: HistoryTable, now: datetime):
        self._table = table
        self._now = utc_timestamp(now)

    def rounds(self) -> Iterator[Sequence[Item]]:
        """Yield what is due, the earliest first, until nothing is."""
        last = ""
        while True:
            within = (last or "\0", f"{self._now}~")
            found = self._table.items_of(DUE, within, about=REPLACED_AT_ONCE + 2)
            due = [item for item in islice(found, REPLACED_AT_ONCE + 2) if item["SK"] > last]
            if due:
                yield due[:REPLACED_AT_ONCE]
            if len(due) <= REPLACED_AT_ONCE:
                return
            last = due[REPLACED_AT_ONCE - 1]["SK"]

    def late_among(self, due: Sequence[Item]) -> list[Item]:
        """Move each dataset on to when it is due next, or to late. Returns the states of those of
        which it is to be sent that they are late, as an earlier run may not have done.

        Of several items of one dataset, the one counts that its state names; others were left.
        """
        places = [(state_key(one["Dataset"]), one) for one in due]
        states = self._table.read(key for key, _ in places)
        known = {
            key: states[key]
            for key, one in places
            if key in states and states[key].get("Due") == one["Due"]
        }
        unsent = {key: state for key, state in known.items() if _is_unsent(state)}
        marked = self._table.replace_all(
            {
                key: (state, state | {"Looking": True})
                for key, state in known.items()
                if key not in unsent
            }
        )
        moved = self._moved(marked)
        self._write_due(moved)
        done = self._table.replace_all(moved)
        stays = known | done
        self._table.delete(
            (one["PK"], one["SK"])
            for key, one in places
            if key not in stays or stays[key]["Due"] != one["Due"]
        )
        unsent |= {key: new for key, new in done.items() if _is_unsent(new)}
        return list(unsent.values())

    def was_sent(self, late: Iterable[Item]) -> None:
        """Note it, so that the datasets are not due any more until a delivery has come."""
        moves = {}
        for state in late:
            has_come = state["State"] != LATE  # in between
            due = state["Recovered"]["next_due"] if has_come else None
            sent = {"Late": state["Late"] | {"told": True}, "Due": due}
            moves[state_key(state["Dataset"])] = state, state | sent
        self._write_due(moves)
        done = self._table.replace_all(moves)
        self._table.delete(
            due_key(old["Dataset"], old["Due"])
            for key, (old, new) in moves.items()
            if key in done and new["Due"] != old["Due"]
        )

    def _moved(self, marked: Mapping[Key, Item]) -> dict[Key, tuple[Item, Item]]:
        """Each state, and what follows from its shards, which are read now."""
        keys = {key: dataset_keys(state["Dataset"]) for key, state in marked.items()}
        shards = self._table.read(shard for several in keys.values() for shard in several)
        moved = {}
        for key, state in marked.items():
            there = [shards[shard] for shard in keys[key] if shard in shards]
            what = self._what_follows(merged(there)) if there else {"Due": None}
            moved[key] = state, state | {"Looking": None} | what
        return moved

    def _what_follows(self, whole: Item) -> Item:
        rhythm = rhythm_in(whole)
        due = next_due(whole, rhythm)
        if rhythm is None or due is None or due > self._now:
            return {"Due": due}
        late = {
            "due": due,
            "after": whole["LastArrival"],
            "told": False,
            "rhythm": rhythm.sentence,
            "newest": file_of(whole),
        }
        return {"State": LATE, "Late": late}

    def _write_due(self, moves: Mapping[Key, tuple[Item, Item]]) -> None:
        self._table.write(
            due_item(new["Dataset"], new["Due"])
            for old, new in moves.values()
            if new["Due"] and new["Due"] != old["Due"]
        )


def _is_unsent(state: Item) -> bool:
    return "Late" in state and not state["Late"]["told"]
