"""The acceptance of writes: which write of a file wins, and what is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from chalicelib.catalog.history.items import Item, Key, change_in, unusual_in, version_key
from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.history.known_contracts import ContractNotice, KnownContracts
from chalicelib.catalog.items import Entry, Stored
from chalicelib.catalog.record import DELETED, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import NO_PLACE, orders
from chalicelib.catalog.totals import Totals, figures_of, places_of


class Catalog:
    """The records, their history and its totals; without a history, the records alone."""

    def __init__(self, records: RecordsTable, history: History | None):
        self.records = records
        self.history = history
        if history:
            self.totals = Totals(history.table)

    @classmethod
    def of(
        cls, records: RecordsTable, history: History, seconds_left: Callable[[], float]
    ) -> "Catalog":
        """The catalog, with its history if there is a table for it, until the time is up."""
        history.table.seconds_left = seconds_left
        return cls(records, history if history.table.is_there() else None)

    def accept(self, record: FileRecord) -> Accepted | None:
        """Put the record into the table, unless this or a newer write of its file is there already.

        Returns None if it is not of the writes that the table has accepted, now or before. A write
        is replaced only when the history has it: so of one that is neither in the table nor in the
        history, when its message comes again, it is certain that it never was accepted.
        """
        if record.written_sequencer:
            if self.records.move(record):
                return None
            record = replace(record, written_sequencer=None)  # it comes back, after another one
        if self.history is None:
            return Accepted(record) if self.records.put_if_newer(record) else None
        # A file that is removed has a record, and another mostly has none.
        stored = self.records.stored(record.filename) if record.status == DELETED else None
        refused = None
        while True:
            there = stored.record if stored else None
            before = stored.entry if stored else None
            if there and _is_same(there, record):
                return Accepted(record, now=False, entry=before)
            if stored and (stored == refused or (there and _is_after(there, record))):
                return Accepted(record, now=False) if self.history.table.has(record) else None
            if stored:
                self._make_sure_of(self.history, stored)
            if there and _place(there) == _place(record):  # another reading of the same write
                record = replace(record, written_sequencer=there.written_sequencer)
            entry = self.totals.entry(record, before)
            found = self.records.put_over(stored, record, entry)
            self.totals.note(entry, is_written=found is None)
            if found is None:
                is_known = stored is None or there is not None
                return Accepted(record, now=is_known, replaced=there, entry=entry)
            refused, stored = stored, found

    def _make_sure_of(self, history: History, stored: Stored) -> None:
        """Have in the history, and in the totals, what is about to be replaced."""
        versions = [version_key(stored.record)] if stored.record else []
        known = history.table.read([*versions, *places_of(stored.entry)])
        self.totals.make_sure_of(stored.entry, known=known)
        if stored.record:
            history.make_sure_of(stored.record, known)

    def note_contract(self, notice: ContractNotice) -> None:
        """Note that a contract is in the bucket, or is gone; without a history S3 is asked."""
        if self.history:
            KnownContracts(self.history.table).note(notice)

    def look_up(self, records: Sequence[FileRecord]) -> Mapping[Key, Item] | None:
        """Return what `keep` goes by, as it is before these records are accepted."""
        if self.history is None:
            return None
        return self.history.table.read(self.history.keys_beside(records))

    def keep(
        self, accepted: Sequence[Accepted], known: Mapping[Key, Item] | None = None
    ) -> list[Item | None]:
        """Keep the history of these writes. Returns the version of each: without a history, none.

        The version is None if another run has read the write better: that run sends its events.
        `known` is what was looked up before they were accepted; it is looked up here otherwise.

        It may be done again, and changes nothing then. What is only known beside the deliveries
        before it is added to the record.
        """
        if self.history is None:
            return []
        self.totals.settle()
        if not accepted:
            return []
        self.totals.make_sure_of(*(one.entry for one in accepted if not one.now))
        versions = self.history.keep(accepted, known)
        for one, version in zip(accepted, versions, strict=True):
            if version:
                self._add_what_was_found(one, version)
        self.totals.settle()
        return versions

    def _add_what_was_found(self, one: Accepted, version: Item) -> None:
        """Add to the record what is known of it now, if it is still there."""
        change = change_in(version, "DatasetChange") or change_in(version)
        unusual = unusual_in(version)
        if change or unusual:
            verdicts = change and {name: change[name] for name in ("by_name", "by_position")}
            sentences = tuple(found["sentence"] for found in unusual)
            self.put_again(replace(one.record, verdicts=verdicts, unusual=sentences), one.entry)

    def put_again(self, record: FileRecord, before: Entry | None = None) -> None:
        """Write a record of which more is known now, if it is still there, with the entry `before`
        or a later one. Without an entry it is not in the totals, and stays so.
        """
        while True:
            entry = before
            if before and before["Now"] != figures_of(record):
                entry = self.totals.entry(record, before)
            found = self.records.put_again(record, before, entry)
            if entry and entry is not before:
                self.totals.note(entry, is_written=found is None)
            if not (found and found.record and _reading(found.record) == _reading(record)):
                return
            before = found.entry
            self.totals.make_sure_of(before)

    def count(self, filename: str) -> None:
        """Have a file in the totals that was cataloged before there were any."""
        stored = self.records.stored(filename)
        if stored and stored.record and not stored.entry:
            entry = self.totals.entry(stored.record, None)
            found = self.records.put_again(stored.record, None, entry)
            self.totals.note(entry, is_written=found is None)


def _place(record: FileRecord) -> tuple[str, str]:
    return record.sequencer, record.upload_timestamp


def _reading(record: FileRecord) -> tuple[str, str, str]:
    return *_place(record), record.processed_timestamp


def _is_after(stored: FileRecord, record: FileRecord) -> bool:
    """Return whether the stored write is after the record's; a sample that froze its key is after
    none.
    """
    was_frozen = record.sequencer == NO_PLACE and not orders(stored.sequencer)
    return not was_frozen and _place(stored) > _place(record)


def _is_same(stored: FileRecord, record: FileRecord) -> bool:
    """Return whether it is the same write, as it was read by the same run, wherever it has moved
    since.
    """
    return (stored.write, stored.upload_timestamp, stored.processed_timestamp) == (
        record.write,
        record.upload_timestamp,
        record.processed_timestamp,
    )
