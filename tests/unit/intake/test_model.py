"""Whatever people do to the bucket and whatever fails: once all is drained, catalog = bucket.

And each write that the table accepted is in the history once, with what it changed, and was told.

The app's own handlers run against a bucket and a queue kept in memory and a table of moto's, which
honours condition expressions. Hypothesis chooses uploads, overwrites, deletes and deletes of
versions; the order, the delays and the doubles of their events; one event for two changes of a key
at the same time; and faults at each call to AWS, of which a refusal is one.
"""

import json
import random
import warnings
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from moto import mock_aws

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.changes import Schema, change_between
from chalicelib.catalog.history.dataset_pages import DatasetsQuery, list_datasets
from chalicelib.catalog.history.deliveries import is_delivery, order_of
from chalicelib.catalog.history.delivery_pages import DeliveriesQuery, list_deliveries
from chalicelib.catalog.history.items import file_of, version_key, version_of
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.pages import describe_dataset
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.items import from_item
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import moment_of
from chalicelib.intake.contracts import Contracts
from chalicelib.intake.describe import Refused
from chalicelib.intake.events import EventBus
from chalicelib.intake.queue import ProcessingQueue
from chalicelib.intake.store import UnstoredMessages
from tests.examples import examples
from tests.examples.totals import assert_totals_are_those_of_all
from tests.unit.conftest import make_history_table, make_records_table
from tests.unit.intake.aws_in_memory import (
    Bucket,
    Context,
    Crash,
    Events,
    Faults,
    Faulty,
    Queue,
    Recorded,
    etag_of,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
KEYS = ("a/2026-11-01.csv", "a/2026-11-02.csv", "b/ü & c+d%20.csv")
CONTENTS = (b"id\n1\n", b"id,name\n1,Ada\n2,Grace\n", b"", b"\x89PNG\r\n\x1a\n\0\0\xff\xfe")
UNREADABLE = etag_of(CONTENTS[-1])
FAULTS = (
    "throttled",
    "denied",
    "timed out",
    "timed out after it took effect",
    "crash",
    "crash after it",
)
FAULT_OR_NONE = st.one_of(st.none(), st.none(), st.sampled_from(FAULTS))


def as_aws_counts(number):
    """A sequencer as S3 makes it: of no fixed length, to be compared as if padded with zeros."""
    return f"0055AED6DCD9{number:06X}".rstrip("0")


def as_localstack_counts(_):
    """LocalStack's sequencer is the same for every event."""
    return "0055AED6DCD90281E5"


class CatalogAndBucket(RuleBasedStateMachine):
    sequencers = staticmethod(as_aws_counts)
    versionings = (None, "Enabled")

    def __init__(self):
        super().__init__()
        import app

        self.app = app
        self.patch = pytest.MonkeyPatch()
        self.aws = mock_aws()
        self.aws.start()
        self.table = Recorded(make_records_table("Records"))
        self.history = make_history_table("History")
        self.events = Events(random.Random(0))  # noqa: S311
        self.faults = Faults()
        self.bucket = Bucket(app.settings.bucket, self.sequencers, self.faults)
        self.queue = Queue()
        records = RecordsTable(Faulty(self.table, self.faults))
        history = History(HistoryTable(Faulty(self.history, self.faults)), 400)
        self.patch.setattr(app, "catalog", lambda *_: Catalog(records, history))
        for name, made in {
            "s3_client": Faulty(self.bucket, self.faults),
            "processing_queue": ProcessingQueue(Faulty(self.queue, self.faults), "queue"),
            "records_table": records,
            "contracts": Contracts(Faulty(self.bucket, self.faults), app.settings.bucket),
            "event_bus": EventBus(Faulty(self.events, self.faults), "bus"),
        }.items():
            self.patch.setattr(app, name, lambda *_, made=made: made)

    def teardown(self):
        try:
            self.drain()
            self.compare()
            self.compare_history()
            self.compare_datasets()
            self.compare_deliveries()
            self.compare_events()
            self.compare_totals()
        finally:
            self.aws.stop()
            self.patch.undo()

    @initialize(data=st.data(), seed=st.integers(0, 2**32))
    def make_bucket(self, data, seed):
        self.bucket.versioning = data.draw(st.sampled_from(self.versionings))
        self.order = random.Random(seed)  # noqa: S311

    @rule(key=st.sampled_from(KEYS), content=st.sampled_from(CONTENTS))
    def upload(self, key, content):
        self.bucket.put(key, content)

    @rule(key=st.sampled_from(KEYS))
    def delete(self, key):
        self.bucket.delete(key)

    @rule(
        key=st.sampled_from(KEYS),
        contents=st.tuples(*[st.none() | st.sampled_from(CONTENTS)] * 2),
        lost=st.integers(0, 1),
    )
    def change_twice_at_once(self, key, contents, lost):
        """Two writes, or a write and a delete, of which S3 may send one event, of either."""
        before = len(self.bucket.events)
        for content in contents:
            self.bucket.delete(key) if content is None else self.bucket.put(key, content)
        if not self.bucket.versioning and len(self.bucket.events) == before + 2:
            del self.bucket.events[before + lost]

    @rule(key=st.sampled_from(KEYS), number=st.integers(0, 9))
    def delete_version(self, key, number):
        self.bucket.delete_version(key, number)

    @rule(key=st.sampled_from(KEYS))
    def expire(self, key):
        self.bucket.expire(key)

    @rule()
    def suspend_or_enable_versioning(self):
        if self.bucket.versioning:
            other = {"Enabled": "Suspended", "Suspended": "Enabled"}
            self.bucket.versioning = other[self.bucket.versioning]

    @rule(again=st.booleans(), faults=st.lists(FAULT_OR_NONE, max_size=6))
    def extract(self, again=False, faults=()):
        """Deliver any event; one that failed, and sometimes one that did not, comes again."""
        if self.bucket.events:
            event = self.order.choice(self.bucket.events)
            if self.run(self.app.extract, {"Records": [event]}, faults) and not again:
                self.bucket.events.remove(event)

    @rule(size=st.integers(1, 10), faults=st.lists(FAULT_OR_NONE, max_size=40))
    def store(self, size=10, faults=()):
        """Deliver any messages; after a run that succeeded, Lambda deletes its batch."""
        handles = list(self.queue.bodies)
        self.order.shuffle(handles)
        batch = self.queue.batch(handles[:size])
        if batch["Records"] and self.run(self.app.store, batch, faults):
            for record in batch["Records"]:
                self.queue.bodies.pop(record["receiptHandle"], None)

    def run(self, function, event, faults=()):
        """Whether the function ended without an error."""
        self.faults.drawn = list(faults)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a crash has no metrics to publish
                function(json.loads(json.dumps(event)), Context())
        except (Crash, ClientError, ReadTimeoutError, Refused, UnstoredMessages):
            if not faults:
                raise
            return False
        finally:
            self.faults.drawn = []
        return True

    def drain(self):
        while self.bucket.events or self.queue.bodies:
            self.order.choice([self.extract, self.store])()

    def compare(self):
        table = RecordsTable(self.table)
        records = [record for key in KEYS if (record := table.get(key))]
        cataloged = {r.filename: (r.etag, r.file_size, r.status) for r in records}
        items = self.table.scan(ProjectionExpression="Filename")["Items"]
        assert {item["Filename"] for item in items} <= set(KEYS)
        assert cataloged == {
            key: (etag, current["ContentLength"], "failed" if etag == UNREADABLE else "ready")
            for key in KEYS
            if (current := self.bucket.current(key))
            for etag in [current["ETag"].strip('"')]
        }

    def accepted(self):
        """The writes that the table has accepted, oldest first of each file.

        A record to which something was added later is the same write.
        """
        writes = {}
        for item in self.table.accepted:
            record = from_item(item)
            writes.setdefault((version_key(record), record.processed_timestamp), record)
        return list(writes.values())

    def compare_history(self):
        expected = {}
        last_ready = {}
        for record in self.accepted():
            old = last_ready.get(record.filename)
            change = None
            if record.status == "ready":
                change = old and change_between(Schema.of(old), Schema.of(record))
                last_ready[record.filename] = record
            steps = change and list(change.steps)
            expected[version_key(record)] = (record.status, record.row_count, steps)
        kept = {
            (item["PK"], item["SK"]): (
                item["Status"],
                item.get("RowCount"),
                json.loads(item["Change"])["changes"] if "Change" in item else None,
            )
            for item in self.history.scan()["Items"]
            if item["PK"].startswith("file#")
        }
        assert kept == expected

    def compare_datasets(self):
        table = HistoryTable(self.history)
        ready = [record for record in self.accepted() if record.status == "ready"]
        for dataset in {record.dataset for record in ready}:
            files = sorted((record for record in ready if record.dataset == dataset), key=order_of)
            told = describe_dataset(table, dataset, NOW)
            assert told["newest"]["filename"] == files[-1].filename
            assert told["newest"]["upload_timestamp"] == files[-1].upload_timestamp
            of_schema = {}
            for record in files:
                of_schema.setdefault(record.schema_id, []).append(record.upload_timestamp)
            assert {
                one["schema_id"]: [one[end]["upload_timestamp"] for end in ("first", "last")]
                for one in told["schemas"]
            } == {schema_id: [times[0], times[-1]] for schema_id, times in of_schema.items()}
        listed, _ = list_datasets(table, DatasetsQuery(limit=100), NOW)
        assert [one["dataset"] for one in listed] == sorted({record.dataset for record in ready})
        for one in listed:
            of_it = {record.schema_id for record in ready if record.dataset == one["dataset"]}
            assert one["schemas_total"] == len(of_it)

    def compare_deliveries(self):
        """Each accepted write is a delivery once, in the order of the names."""
        table = HistoryTable(self.history)
        readings = [record for record in self.accepted() if is_delivery(record)]
        delivered = list({version_key(one): one for one in readings}.values())  # as read at last
        for dataset in {record.dataset for record in delivered}:
            of_it = [record for record in delivered if record.dataset == dataset]
            expected = sorted(of_it, key=order_of, reverse=True)
            page, _ = list_deliveries(table, dataset, DeliveriesQuery(limit=100))
            assert [(one["filename"], one["upload_timestamp"], one["status"]) for one in page] == [
                (one.filename, one.upload_timestamp, one.status) for one in expected[:100]
            ]
            for one, record in zip(page, expected, strict=False):
                first = min(
                    (other for other in of_it if record.sha256 == other.sha256), key=order_of
                )
                same = first if record.sha256 and first is not record else None
                assert one["same_as"] == (same and file_of(version_of(same)))

    def compare_totals(self):
        """The figures are those of all records, whatever was stopped in between."""
        assert_totals_are_those_of_all(RecordsTable(self.table), HistoryTable(self.history))

    def compare_events(self):
        kinds = {"ready": "file.cataloged", "failed": "file.failed", "deleted": "file.removed"}
        told = {
            (kind, detail["filename"], detail["sequencer"], time)
            for kind, detail, time in self.events.details
            if kind not in ("schema.changed", "dataset.unusual")
        }
        accepted = {version_key(one): one for one in self.accepted()}  # as each was read at last
        expected, all_accepted = (
            {
                (kinds[one.status], one.filename, one.sequencer, moment_of(one.upload_timestamp))
                for one in records
            }
            for records in (accepted.values(), self.accepted())
        )
        assert expected <= told <= all_accepted
        changes = [json.dumps(d) for kind, d, _ in self.events.details if kind == "schema.changed"]
        versions = self.history.scan()["Items"]
        kept = sum(("Change" in item) + ("DatasetChange" in item) for item in versions)
        assert len({json.loads(one)["id"] for one in changes}) == len(set(changes)) == kept


class CatalogOnLocalStack(CatalogAndBucket):
    sequencers = staticmethod(as_localstack_counts)
    versionings = (None,)


@pytest.mark.parametrize(("machine", "count"), [(CatalogAndBucket, 6), (CatalogOnLocalStack, 2)])
def test_once_all_is_drained_the_catalog_equals_the_bucket(machine, count):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(count),
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
