"""Figures of the whole catalog: how many files, rows and bytes, and how many files are in trouble.

Each write of a record has an entry, which the record carries: what the file adds to the figures
now, what it added before, and where the difference is added up. A run notes its batch of entries in
one of a few items, a part, before it writes the first of these records, and takes the note away in
the request that adds the batch up. So an entry whose batch is noted in its part is not in the
figures yet, unless it is noted there as well; any other is. No record is replaced before its entry
is in the figures. So whatever comes twice, late, in another order or amid a crash is counted once.
"""

import time
from collections.abc import Iterable, Mapping
from random import randrange
from secrets import token_hex
from typing import Any

from chalicelib.catalog.history.items import Item, Key
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.items import Entry
from chalicelib.catalog.query import TROUBLES, troubles_of
from chalicelib.catalog.record import DELETED, FAILED, FileRecord

FIGURES = ("files", "rows", "bytes", "failed", *TROUBLES)
TOTALS_ARE_COMPLETE: Key = ("figures", "complete")

# An item takes 1,000 writes a second: so there are many, of which each batch takes one at random.
_PARTS: list[Key] = [(f"figures#{number}", "-") for number in range(32)]
_LONGEST_RUN = 900  # seconds ("Lambda quotas", AWS Lambda Developer Guide)


class Totals:
    """Adds the entries of a run to the figures, which are in items of the history table."""

    def __init__(self, history: HistoryTable):
        self._history = history
        self._begin()

    def _begin(self) -> None:
        self._batch = ""
        self._made = self._unknown = 0
        self._written: list[Entry] = []

    def read(self) -> dict[str, int] | None:
        """The figures; None if not all files are known to be in them."""
        found = self._history.read([TOTALS_ARE_COMPLETE, *_PARTS])
        if found.pop(TOTALS_ARE_COMPLETE, None) is None:
            return None
        return {name: sum(int(part.get(name, 0)) for part in found.values()) for name in FIGURES}

    def entry(self, record: FileRecord, before: Entry | None) -> Entry:
        """Make the entry of a record, which is about to replace one with the entry `before`.

        `note` is told how that went. If it is not, nobody knows, and the batch stays noted.
        """
        if not self._batch:
            part = randrange(len(_PARTS))  # noqa: S311 - no secret
            batch = f"{int(time.time()):08x}{token_hex(4)}"
            self._history.update(_PARTS[part], **_change({}, {batch: 0}))
            self._batch = f"{part} {batch}"
        self._made += 1
        self._unknown += 1
        entry = {"EntryId": f"{self._batch} {self._made}", "Now": figures_of(record)}
        return entry | ({"Before": before["Now"]} if before else {})

    def note(self, entry: Entry, is_written: bool) -> None:
        """Note whether the record is there with this entry, or was refused."""
        self._unknown -= 1
        if is_written:
            self._written.append(entry)

    def settle(self) -> None:
        """Have all entries that were written in the figures, whoever else has added some of them.

        If it fails, it may be done again; and if it is not, whoever meets an entry adds it.
        """
        if self._batch:
            _, batch = self._batch.split()
            self._add(self._batch, self._written, {batch: 0}, is_over=not self._unknown)
            self._begin()

    def make_sure_of(self, *entries: Entry | None, known: Mapping[Key, Item] | None = None) -> None:
        """Have these entries in the figures, which another run may have left.

        `known` is what was at `places_of` them lately.
        """
        if known is None:
            known = self._history.read(places_of(*entries))
        for entry in filter(None, entries):
            batch = _batch_of(entry)
            self._add(batch, [entry], known.get(_part_of(batch), {}))

    def _add(self, batch: str, entries: Iterable[Entry], part: Item, is_over: bool = False) -> None:
        """Add those of the batch's entries that are in the figures not yet, by its part as it was.

        If the batch is over, its note goes.
        """
        key, (_, name) = _part_of(batch), batch.split()
        of_number = {f"{name}.{entry['EntryId'].split()[2]}": entry for entry in entries}
        while name in part:
            left = {number: entry for number, entry in of_number.items() if number not in part}
            if not (left or is_over):
                return
            done = int(part[name])
            notes = {} if is_over else {name: done + len(left), **dict.fromkeys(left, 1)}
            gone = [one for one in part if one.startswith(name)] if is_over else []
            change = _change(_steps(left.values()), notes, gone, {name: done})
            if self._history.update(key, **change):
                return
            part = self._history.read([key]).get(key, {})

    def left_over(self) -> set[str]:
        """The batches that stay noted though their runs are over: those of runs that were stopped,
        or of a write of which nobody knows whether it was refused."""
        parts = self._history.read(_PARTS)
        latest = f"{int(time.time()) - _LONGEST_RUN:08x}"
        return {
            f"{number} {name}"
            for number, key in enumerate(_PARTS)
            for name in parts.get(key, {})
            if name not in ("PK", "SK", *FIGURES) and "." not in name and name < latest
        }

    def forget(self, batches: Iterable[str]) -> None:
        """Take the notes of batches away of which all entries are in the figures."""
        for batch in batches:
            part = self._history.read([_part_of(batch)]).get(_part_of(batch), {})
            self._add(batch, [], part, is_over=True)


def places_of(*entries: Entry | None) -> list[Key]:
    """Return where these entries are added up."""
    return [_part_of(_batch_of(entry)) for entry in entries if entry]


def is_of(entry: Entry, batches: set[str]) -> bool:
    """Return whether an entry is of one of these batches."""
    return _batch_of(entry) in batches


def figures_of(record: FileRecord) -> dict[str, int]:
    """Return what a file adds to the figures, but for zeros; one that is removed adds nothing."""
    if record.status == DELETED:
        return {}
    figures = {
        "files": 1,
        "rows": record.row_count or 0,
        "bytes": record.file_size,
        "failed": int(record.status == FAILED),
        **dict.fromkeys(troubles_of(record), 1),
    }
    return {name: number for name, number in figures.items() if number}


def _steps(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how far entries move the figures, together."""
    steps = dict.fromkeys(FIGURES, 0)
    for entry in entries:
        for name in FIGURES:
            steps[name] += int(entry["Now"].get(name, 0) - entry.get("Before", {}).get(name, 0))
    return {name: step for name, step in steps.items() if step}


def _batch_of(entry: Entry) -> str:
    batch: str = entry["EntryId"].rpartition(" ")[0]
    return batch


def _part_of(batch: str) -> Key:
    return _PARTS[int(batch.split()[0])]


def _change(
    added: Mapping[str, int],
    put: Mapping[str, int],
    gone: Iterable[str] = (),
    still: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The update that adds to numbers of an item, puts some, and takes some away.

    It is done if those in `still` are there, and are still what they were.
    """
    numbers = [*added.items(), *put.items(), *(still or {}).items()]
    aliases = {name: f"#{n}" for n, name in enumerate({*dict(numbers), *gone})}
    values = {f":{n}": number for n, (_, number) in enumerate(numbers)}
    value = iter(values)
    clauses = {
        "ADD": [f"{aliases[name]} {next(value)}" for name in added],
        "SET": [f"{aliases[name]} = {next(value)}" for name in put],
        "REMOVE": [aliases[name] for name in gone],
    }
    checks = [f"{aliases[name]} = {next(value)}" for name in still or ()]
    return {
        "condition": " AND ".join(checks),
        "UpdateExpression": " ".join(
            f"{verb} {', '.join(done)}" for verb, done in clauses.items() if done
        ),
        "ExpressionAttributeNames": {alias: name for name, alias in aliases.items()},
        "ExpressionAttributeValues": values,
    }
