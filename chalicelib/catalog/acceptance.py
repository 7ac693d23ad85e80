"""The acceptance of writes: which write of a file wins, and what is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.catalog.history.items import Item, Key, change_in, unusual_in
from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.history.known_contracts import ContractNotice, KnownContracts
from chalicelib.catalog.record import DELETED, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import NO_PLACE, orders
from chalicelib.catalog.totals import Totals, counted_keys


@dataclass(frozen=True)
class Catalog:
    """The records and their history; without a history, the records alone."""

    records: RecordsTable
    history: History | None

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
        stored = self.records.last_write(record.filename) if record.status == DELETED else None
        refused = None
        while True:
            if stored:
                if _is_same(stored, record):
                    return Accepted(record, now=False)
                if stored == refused or _is_after(stored, record):
                    return Accepted(record, now=False) if self.history.table.has(record) else None
                self.history.make_sure_of(stored)
                if _place(stored) == _place(record):  # another reading of the same write
                    record = replace(record, written_sequencer=stored.written_sequencer)
            written, found = self.records.put_over(stored, record)
            if written:
                return Accepted(record, replaced=stored)
            if found is None:  # it is malformed
                return Accepted(record, now=False) if self.records.put_if_newer(record) else None
            refused, stored = stored, found

    def note_contract(self, notice: ContractNotice) -> None:
        """Note that a contract is in the bucket, or is gone; without a history S3 is asked."""
        if self.history:
            KnownContracts(self.history.table).note(notice)

    def look_up(self, records: Sequence[FileRecord]) -> Mapping[Key, Item] | None:
        """Return what `keep` goes by, as it is before these records are accepted."""
        if self.history is None:
            return None
        counted = counted_keys(record.filename for record in records)
        return self.history.table.read([*self.history.keys_beside(records), *counted])

    def keep(
        self, accepted: Sequence[Accepted], known: Mapping[Key, Item] | None = None
    ) -> list[Item | None]:
        """Keep the history of these writes. Returns the version of each: without a history, none.

        The version is None if another run has read the write better: that run sends its events.
        `known` is what was looked up before they were accepted; it is looked up here otherwise.

        It may be done again, and changes nothing then. What is only known beside the deliveries
        before it is added to the record.
        """
        if not (self.history and accepted):
            return []
        versions = self.history.keep(accepted, known)
        written = self._add_what_was_found(accepted, versions)
        totals = Totals(self.records, self.history.table)
        names = {one.record.filename for one in accepted}
        if known is not None and written.keys() == names:
            totals.count_written(written, known)
        else:
            totals.count(names)
        return versions

    def _add_what_was_found(
        self, accepted: Sequence[Accepted], versions: Sequence[Item | None]
    ) -> dict[str, FileRecord]:
        """Add to each record what is known of it now. Returns those that we have written last, by
        name: not what was accepted before, or was replaced since.
        """
        written: dict[str, FileRecord] = {}
        for one, version in zip(accepted, versions, strict=True):
            record, is_ours = one.record, one.now and version is not None
            change = version and (change_in(version, "DatasetChange") or change_in(version))
            unusual = unusual_in(version) if version else []
            if change or unusual:
                verdicts = change and {name: change[name] for name in ("by_name", "by_position")}
                sentences = tuple(found["sentence"] for found in unusual)
                record = replace(record, verdicts=verdicts, unusual=sentences)
                is_ours = self.records.put_again(record) and is_ours
            if is_ours:
                written[record.filename] = record
            else:
                written.pop(record.filename, None)
        return written


def _place(record: FileRecord) -> tuple[str, str]:
    return record.sequencer, record.upload_timestamp


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
