"""The AWS that a function sees, in memory, where any call may fail: a bucket, a queue, a bus."""

import hashlib
import io
import json
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from itertools import count
from types import SimpleNamespace
from urllib.parse import quote_plus

from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.catalog.times import utc_timestamp


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

    def read(self, size=-1):
        return self._faults.around(super().read, size)


class Bucket:
    """A bucket as S3 keeps it: versioning off, enabled or suspended. Changes make events."""

    def __init__(self, name, sequencers, faults):
        self.name = name
        self.versioning = None
        # Oldest first: version, content (None in a delete marker), and when it was written.
        self.versions = defaultdict(list)
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
            "ETag": f'"{etag_of(content)}"',
            "ContentLength": len(content),
            "LastModified": time,
            "Body": Body(content, self._faults),
            **({"VersionId": version or "null"} if self.versioning else {}),
        }

    def put(self, key, content):
        version = self._add(key, content)
        self._notify("ObjectCreated:Put", key, version, size=len(content), eTag=etag_of(content))

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

    def list_objects_v2(self, *, Bucket, Prefix, Delimiter=None):
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


def etag_of(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


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
