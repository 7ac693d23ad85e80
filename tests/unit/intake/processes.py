"""Fresh processes of `store`: the catalog in moto's tables and a bus, by clients that may fail."""

import json
from contextlib import contextmanager

from moto import mock_aws

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.table import RecordsTable
from chalicelib.intake.events import EventBus, events_of
from tests.unit.conftest import make_history_table, make_records_table
from tests.unit.intake.aws_in_memory import Faulty


class Bus:
    def __init__(self):
        self.ids = []

    def put_events(self, Entries):
        self.ids += [json.loads(entry["Detail"])["id"] for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{} for _ in Entries]}


class Told:
    """A bus that keeps what it was sent."""

    def __init__(self):
        self.details = []

    def put_events(self, Entries):
        self.details += [(one["DetailType"], json.loads(one["Detail"])) for one in Entries]
        return {"FailedEntryCount": 0, "Entries": [{} for _ in Entries]}


class Process:
    """A process whose calls to AWS go around `calls`."""

    def __init__(self, records, history, bus, calls):
        self.records = RecordsTable(Faulty(records, calls))
        self.history = HistoryTable(Faulty(history, calls))
        self.catalog = Catalog(self.records, History(self.history, 400))
        self._bus = EventBus(Faulty(bus, calls), "bus")

    def store(self, *records):
        """Store the records as those of one batch."""
        known = self.catalog.look_up(records)
        accepted = [one for record in records if (one := self.catalog.accept(record))]
        versions = self.catalog.keep(accepted, known)
        self._bus.send(
            event
            for one, version in zip(accepted, versions, strict=True)
            if version
            for event in events_of(one.record, version)
        )


@contextmanager
def processes(bus):
    """Makes processes of one catalog, whose calls go around what each is given."""
    with mock_aws():
        records = make_records_table("Records")
        history = make_history_table("History")
        yield lambda calls: Process(records, history, bus, calls)
