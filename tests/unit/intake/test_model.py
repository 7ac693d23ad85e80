"""Whatever people do to the bucket and whatever fails: once all is drained, catalog = bucket.

And each write that the table accepted is in the history once, with what it changed, and was told.

The app's own handlers run against a bucket and a queue kept in memory and a table of moto's, which
honours condition expressions. Hypothesis chooses uploads, overwrites, deletes and deletes of
versions; the order, the delays and the doubles of their events; one event for two changes of a key
at the same time; and faults at each call to AWS, of which a refusal is one.
"""

import hashlib
import io
import json
import random
import warnings
from datetime import datetime, timedelta, timezone
from itertools import count
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from moto import mock_aws

from chalicelib.catalog.history import History
from chalicelib.catalog.history_items import version_key
from chalicelib.catalog.history_pages import DatasetsQuery, describe_dataset, list_datasets
from chalicelib.catalog.history_table import HistoryTable
from chalicelib.catalog.indexes import upload_order
from chalicelib.catalog.metadata_table import MetadataTable, _from_item
from chalicelib.catalog.schema_change import Schema, change_between
from chalicelib.catalog.times import moment_of, utc_timestamp
from chalicelib.intake.contracts import Contracts
from chalicelib.intake.describe import Refused
from chalicelib.intake.events import EventBus
from chalicelib.intake.queue import ProcessingQueue
from chalicelib.intake.store import UnstoredMessages
from tests.examples import examples
from tests.unit.conftest import make_catalog_table, make_records_table

KEYS = ("a/2026-11-01.csv", "a/2026-11-02.csv", "b/ü & c+d%20.csv")
CONTENTS = (b"id\n1\n", b"id,name\n1,Ada\n2,Grace\n", b"", b"\x89PNG\r\n\x1a\n\0\0\xff\xfe")
FAULTS = (
    "throttled",
    "denied",
    "timed out",
    "timed out after it took effect",
    "crash",
    "crash after it",
)
FAULT_OR_NONE = st.one_of(st.none(), st.none(), st.sampled_from(FAULTS))


class Crash(BaseException):
    """The function's process is gone; no `except` of the app's own sees this."""


class Faults:
    """Does a call to AWS, or what is drawn for it."""

    def __init__(self):
        self.drawn = []

    def around(self, call, *arguments, **options):
        fault = self.drawn.pop() if self.drawn else None
        if fault == "throttled":
            raise _refusal("ThrottlingException")
        if fault == "denied":
            raise _refusal("AccessDenied")
        if fault == "timed out":
            raise ReadTimeoutError(endpoint_url="https://aws")
        if fault == "crash":
            raise Crash
        answer = call(*arguments, **options)
        if fault == "timed out after it took effect":
            raise ReadTimeoutError(endpoint_url="https://aws")
        if fault == "crash after it":
            raise Crash
        return answer


class Faulty:
    """A client or a table whose calls may fail."""

    def __init__(self, target, faults):
        self._target = target
        self._faults = faults

    def __getattr__(self, name):
        if name in ("name", "meta"):
            return getattr(self, f"_{name}")
        call = getattr(self._target, name)
        return lambda *arguments, **options: self._faults.around(call, *arguments, **options)

    @property
    def _name(self):
        return self._target.name

    @property
    def _meta(self):
        return SimpleNamespace(client=Faulty(self._target.meta.client, self._faults))


class Recorded:
    """A table that notes which writes it has accepted, in their order."""

    def __init__(self, table):
        self._table = table
        self.accepted = []

    def __getattr__(self, name):
        return getattr(self._table, name)

    def put_item(self, *, Item, **condition):
        answer = self._table.put_item(Item=Item, **condition)
        self.accepted.append(Item)
        return answer


class Events:
    """EventBridge, which at times takes some of the entries and not others."""

    def __init__(self, order):
        self.details = []
        self.order = order
        self.refused = set()

    def put_events(self, *, Entries):
        assert 1 <= len(Entries) <= 10
        results = []
        for entry in Entries:
            if entry["Detail"] not in self.refused and self.order.random() < 0.1:
                self.refused.add(entry["Detail"])
                results.append({"ErrorCode": "ThrottlingException"})
            else:
                detail = json.loads(entry["Detail"])
                self.details.append((entry["DetailType"], detail, entry["Time"]))
                results.append({"EventId": "1"})
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}


class Body(io.BytesIO):
    """An object's body, which may break in the middle."""

    def __init__(self, content, faults):
        super().__init__(content)
        self._faults = faults

    def readinto(self, buffer):
        return self._faults.around(super().readinto, buffer)


class Bucket:
    """A bucket as S3 keeps it: versioning off, enabled or suspended. Changes make events."""

    def __init__(self, name, sequencers, faults):
        self.name = name
        self.versioning = None
        # Oldest first: version, content (None in a delete marker), and when it was written.
        self.versions = {key: [] for key in KEYS}
        self.events = []
        self._sequencers = sequencers
        self.changes = 1
        self._version_numbers = count(1)
        self._faults = faults

    def current(self, key):
        """What a reader of the key is answered, or None."""
        *_, (version, content, time) = self.versions[key] or [(None, None, None)]
        return None if content is None else self._answer(version, content, time)

    def _answer(self, version, content, time):
        return {
            "ETag": f'"{_etag(content)}"',
            "ContentLength": len(content),
            "LastModified": time,
            "Body": Body(content, self._faults),
            **({"VersionId": version or "null"} if self.versioning else {}),
        }

    def put(self, key, content):
        version = self._add(key, content)
        self._notify("ObjectCreated:Put", key, version, size=len(content), eTag=_etag(content))

    def delete(self, key):
        if self.versioning:
            self._notify("ObjectRemoved:DeleteMarkerCreated", key, self._add(key, None))
        elif self.current(key):
            self.versions[key].clear()
            self._notify("ObjectRemoved:Delete", key, None)

    def delete_version(self, key, number):
        if self.versioning and self.versions[key]:
            version, *_ = self.versions[key].pop(number % len(self.versions[key]))
            self._notify("ObjectRemoved:Delete", key, version)

    def expire(self, key):
        if not self.versioning and self.current(key):
            self.versions[key].clear()
            self._notify("LifecycleExpiration:Delete", key, None)

    def _add(self, key, content):
        version = None
        if self.versioning == "Enabled":
            version = f"v{next(self._version_numbers)}"
        elif self.versioning == "Suspended":
            version = "null"
        if version in (None, "null"):
            self.versions[key] = [v for v in self.versions[key] if v[0] not in (None, "null")]
        self.versions[key].append((version, content, self._now()))
        return version

    def _now(self):
        return datetime(2026, 11, 22, 18, tzinfo=timezone.utc) + timedelta(seconds=self.changes)

    def _notify(self, name, key, version, **described):
        self.changes += 1
        s3_object = {"key": quote_plus(key, safe="/"), "sequencer": self._sequencers(self.changes)}
        if version:
            s3_object["versionId"] = version
        self.events.append(
            {
                "eventName": name,
                "eventTime": utc_timestamp(self._now()),
                "s3": {"bucket": {"name": self.name}, "object": s3_object | described},
            }
        )

    def list_objects_v2(self, *, Bucket, Prefix):
        """None of the keys is that of a contract."""
        assert Bucket == self.name
        return {"KeyCount": 0}

    def get_object(self, *, Bucket, Key, VersionId=None):
        assert Bucket == self.name
        if VersionId:
            found = [v for v in self.versions[Key] if v[0] == VersionId]
            if not found:
                raise _refusal("NoSuchVersion")
            if found[0][1] is None:
                raise _refusal("MethodNotAllowed")
            return self._answer(*found[0])
        if not (current := self.current(Key)):
            raise _refusal("NoSuchKey")
        return current

    def head_object(self, *, Bucket, Key):
        assert Bucket == self.name
        current = self.current(Key)
        if not current:
            raise _refusal("404")
        return {name: value for name, value in current.items() if name != "Body"}


def _etag(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


UNREADABLE = _etag(CONTENTS[-1])


def _refusal(code):
    return ClientError({"Error": {"Code": code, "Message": ""}}, "Call")


class Queue:
    """A queue that delivers any message at any time, and again until it is deleted."""

    def __init__(self):
        self.bodies = {}
        self._numbers = count()

    def get_queue_url(self, *, QueueName):
        return {"QueueUrl": QueueName}

    def send_message(self, *, QueueUrl, MessageBody):
        self.bodies[str(next(self._numbers))] = MessageBody

    def delete_message_batch(self, *, QueueUrl, Entries):
        assert 1 <= len(Entries) <= 10
        for entry in Entries:
            self.bodies.pop(entry["ReceiptHandle"], None)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def change_message_visibility(self, *, QueueUrl, ReceiptHandle, VisibilityTimeout):
        assert 0 <= VisibilityTimeout <= 43_200

    def batch(self, numbers):
        handles = {number: number for number in numbers if number in self.bodies}
        return {
            "Records": [
                {
                    "messageId": handle,
                    "receiptHandle": handle,
                    "body": self.bodies[handle],
                    "attributes": {"ApproximateReceiveCount": "1"},
                }
                for handle in handles
            ]
        }


class Context:
    function_name = "function"
    memory_limit_in_mb = 128
    invoked_function_arn = aws_request_id = ""

    def get_remaining_time_in_millis(self):
        return 60_000


def as_aws_counts(number):
    """A sequencer as S3 makes it: of no fixed length, to be compared as if padded with zeros."""
    return f"0055AED6DCD9{number:06X}".rstrip("0")


def as_localstack_counts(_):
    """LocalStack's sequencer is the same for every event."""
    return "0055AED6DCD90281E5"


class Catalog(RuleBasedStateMachine):
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
        self.history = make_catalog_table("History")
        self.events = Events(random.Random(0))  # noqa: S311
        self.faults = Faults()
        self.bucket = Bucket(app.settings.bucket, self.sequencers, self.faults)
        self.queue = Queue()
        for name, made in {
            "s3_client": Faulty(self.bucket, self.faults),
            "processing_queue": ProcessingQueue(Faulty(self.queue, self.faults), "queue"),
            "metadata_table": MetadataTable(Faulty(self.table, self.faults)),
            "contracts": Contracts(Faulty(self.bucket, self.faults), app.settings.bucket),
            "history": History(HistoryTable(Faulty(self.history, self.faults)), 400),
            "event_bus": EventBus(Faulty(self.events, self.faults), "bus"),
        }.items():
            self.patch.setattr(app, name, lambda made=made: made)

    def teardown(self):
        try:
            self.drain()
            self.compare()
            self.compare_history()
            self.compare_datasets()
            self.compare_events()
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
        table = MetadataTable(self.table)
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
        """The writes that the table has accepted, oldest first of each file."""
        return [_from_item(item) for item in self.table.accepted]

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
            files = sorted(
                (record for record in ready if record.dataset == dataset), key=upload_order
            )
            told = describe_dataset(table, dataset)
            assert told["newest"]["filename"] == files[-1].filename
            assert told["newest"]["upload_timestamp"] == files[-1].upload_timestamp
            of_schema = {}
            for record in files:
                times = of_schema.setdefault(record.schema_id, [])
                times.append(record.upload_timestamp)
            assert {
                one["schema_id"]: [one[end]["upload_timestamp"] for end in ("first", "last")]
                for one in told["schemas"]
            } == {schema_id: [min(times), max(times)] for schema_id, times in of_schema.items()}
        listed, _ = list_datasets(table, DatasetsQuery(limit=100))
        assert [one["dataset"] for one in listed] == sorted({record.dataset for record in ready})
        for one in listed:
            of_it = {record.schema_id for record in ready if record.dataset == one["dataset"]}
            assert one["schemas_total"] == len(of_it)

    def compare_events(self):
        kinds = {"ready": "file.cataloged", "failed": "file.failed", "deleted": "file.removed"}
        told = {
            (kind, detail["filename"], detail["sequencer"], time)
            for kind, detail, time in self.events.details
            if kind != "schema.changed"
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


class CatalogOnLocalStack(Catalog):
    sequencers = staticmethod(as_localstack_counts)
    versionings = (None,)


@pytest.mark.parametrize(("machine", "count"), [(Catalog, 24), (CatalogOnLocalStack, 8)])
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
