"""The events that the catalog sends to an EventBridge bus, for anyone who subscribes.

They follow what the table accepted, and are sent once or more: EventBridge gives every delivery an
id of its own, so each has one of ours, by which a consumer drops doubles. Nor does it keep their
order: a consumer compares the `sequencer`. docs/events/ has a JSON Schema of each.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.aws import EventBridge
from chalicelib.catalog.history.items import change_in, unusual_in
from chalicelib.catalog.record import DELETED, FAILED, FileRecord
from chalicelib.catalog.times import moment_of
from chalicelib.catalog.undone import until_done

SOURCE = "csv-catalog"
VERSION = "1"

# "PutEvents", Amazon EventBridge API Reference: ten entries, together up to 256 KB.
ENTRIES_AT_ONCE = 10
BYTES_AT_ONCE = 200_000

Event = dict[str, Any]


class EventsRefused(Exception):
    """EventBridge has not taken all events."""


class EventBus:
    """Sends events to the bus called `name`, by `events`, its client; without a name to nowhere."""

    def __init__(self, events: EventBridge, name: str):
        self._events = events
        self._name = name

    def send(
        self, events: Iterable[Event], seconds_left: Callable[[], float] = lambda: math.inf
    ) -> None:
        """Send all events. Raises `EventsRefused` if some are not taken, try after try."""
        if not self._name:
            return
        codes: set[str] = set()

        def put(entries: list[Event]) -> list[Event]:
            answer = self._events.put_events(Entries=entries)
            if not answer["FailedEntryCount"]:
                return []
            refused = [result.get("ErrorCode") for result in answer["Entries"]]
            codes.update(filter(None, refused))
            return [entry for entry, code in zip(entries, refused, strict=True) if code]

        for batch in _batches(event | {"EventBusName": self._name} for event in events):
            if left := until_done(put, batch, seconds_left):
                reasons = ", ".join(sorted(codes))
                raise EventsRefused(f"{len(left)} of {len(batch)} events: {reasons}")


def _batches(entries: Iterable[Event]) -> Iterator[list[Event]]:
    batch: list[Event] = []
    size = 0
    for entry in entries:
        length = sum(len(str(value).encode()) for value in entry.values())
        if batch and (len(batch) == ENTRIES_AT_ONCE or size + length > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def events_of(record: FileRecord, version: Mapping[str, Any]) -> Iterator[Event]:
    """The events of a write that the catalog has accepted, `version` being its history's."""
    if record.status == DELETED:
        yield _event("file.removed", record, upload_timestamp=record.upload_timestamp)
        return
    if record.status == FAILED:
        yield _event(
            "file.failed",
            record,
            upload_timestamp=record.upload_timestamp,
            file_size=record.file_size,
            sha256=record.sha256,
            error=record.error,
        )
        return
    agreed: dict[str, Any] = {"contract": record.contract, "violations": list(record.violations)}
    yield _event(
        "file.cataloged",
        record,
        upload_timestamp=record.upload_timestamp,
        file_size=record.file_size,
        sha256=record.sha256,
        row_count=record.row_count,
        column_count=record.column_count,
        schema_id=version["SchemaId"],
        **agreed,
    )
    if record.violations:
        yield _event(
            "contract.violated",
            record,
            upload_timestamp=record.upload_timestamp,
            schema_id=version["SchemaId"],
            sentence=record.violations[0],
            **agreed,
        )
    for scope, name in (("file", "Change"), ("dataset", "DatasetChange")):
        if change := change_in(version, name):
            partial = {"partial": True} if change.pop("partial") else {}
            yield _event(
                "schema.changed",
                record,
                of=scope,
                scope=scope,
                schema_id=version["SchemaId"],
                **change,
                **partial,
            )
    if recovered := version.get("Recovered"):
        yield _event(
            "dataset.recovered",
            record,
            of=recovered["due"],
            upload_timestamp=record.upload_timestamp,
            due=recovered["due"],
            rhythm=recovered["rhythm"],
            next_due=recovered["next_due"],
        )
    if unusual := unusual_in(version):
        yield _event(
            "dataset.unusual",
            record,
            upload_timestamp=record.upload_timestamp,
            schema_id=version["SchemaId"],
            sha256=record.sha256,
            sentence=unusual[0]["sentence"],
            unusual=unusual,
        )


def event_of_lateness(state: Mapping[str, Any], bucket: str) -> Event:
    """The event of a dataset that is late, `state` being its item."""
    dataset, late = state["Dataset"], state["Late"]
    detail = {
        "version": VERSION,
        "id": _digest(["dataset.late", bucket, dataset, late["due"]]),
        "bucket": bucket,
        "dataset": dataset,
        "due": late["due"],
        "rhythm": late["rhythm"],
        "newest": late["newest"],
    }
    return _entry("dataset.late", f"arn:aws:s3:::{bucket}", late["due"], detail)


def _event(kind: str, record: FileRecord, of: str = "", **more: Any) -> Event:
    """An entry for PutEvents. `of` makes ids differ that would be the same."""
    identity = [kind, record.bucket, record.filename, record.sequencer, record.upload_timestamp, of]
    detail = {
        "version": VERSION,
        "id": _digest(identity),
        "bucket": record.bucket,
        "filename": record.filename,
        "sequencer": record.sequencer,
        "dataset": record.dataset or record.filename,
        **more,
    }
    resource = f"arn:aws:s3:::{record.bucket}/{record.filename}"
    return _entry(kind, resource, record.upload_timestamp, detail)


def _digest(identity: list[str]) -> str:
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()


def _entry(kind: str, resource: str, time: str, detail: Mapping[str, Any]) -> Event:
    return {
        "Source": SOURCE,
        "DetailType": kind,
        "Time": moment_of(time),
        "Resources": [resource],
        "Detail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
    }
