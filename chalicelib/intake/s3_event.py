"""S3 event notifications: what happened to which object, in S3's own words or in EventBridge's.

The shapes are those of "Event message structure" and "EventBridge event message structure" in the
Amazon S3 User Guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from chalicelib.catalog.keys import KEY_BYTES, named_version
from chalicelib.catalog.times import (
    BEGINNING,
    NO_PLACE,
    SEQUENCER_WIDTH,
    is_sequencer,
    orders,
    padded_sequencer,
    utc_timestamp,
)

# What EventBridge calls a write and a removal, and what S3 does.
_OF_EVENTBRIDGE = {"Object Created": "ObjectCreated", "Object Deleted": "ObjectRemoved"}
# What S3 notifies of besides, which topics and queues of others may ask for.
_NO_CHANGES = {
    "IntelligentTiering",
    "LifecycleTransition",
    "ObjectAcl",
    "ObjectRestore",
    "ObjectTagging",
    "ReducedRedundancyLostObject",
    "Replication",
}
_SHORT_SEQUENCER = 16  # digits, in EventBridge's documentation: it lacks what S3's begin with


class InvalidEvent(ValueError):
    """An S3 event does not have the fields that S3 documents."""


def no_change(notification: Any) -> str | None:
    """The reason why a notification is neither a write nor a removal, or None if it is one."""
    match notification:
        case {"Event": "s3:TestEvent"}:
            return "S3 tests its notifications"
        case {"source": "aws.s3", "detail-type": str(kind)} if kind not in _OF_EVENTBRIDGE:
            return f"neither a write nor a removal: {kind[:100]}"
        case {"eventName": str(name)} if name.split(":")[0] in _NO_CHANGES:
            return f"neither a write nor a removal: {name[:100]}"
    return None


def records_of(event: Any) -> list[Any]:
    """The `Records` of an event, S3's or SQS's. Raises `InvalidEvent` if it has none."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list) or not records:
        raise InvalidEvent("an event without a list of Records")
    return records


@dataclass(frozen=True)
class ObjectEvent:
    """One write or one removal of one object; a quiet one is not news, but found by a backfill."""

    bucket: str
    key: str
    removed: bool
    time: str
    sequencer: str
    size: int
    etag: str | None
    version_id: str | None
    quiet: bool = False

    @classmethod
    def from_notification(cls, record: Mapping[str, Any]) -> "ObjectEvent":
        """Read one element of an event's `Records`, as it came: its key is still URL-encoded.

        Or what EventBridge has made of it. Raises `InvalidEvent`.
        """
        try:
            if "detail-type" in record:
                record = _as_s3_sends_it(record)
            s3_object = record["s3"]["object"]
            event = cls(
                bucket=_text(record["s3"]["bucket"]["name"]),
                key=unquote_plus(_text(s3_object["key"])),
                removed=_is_removal(_text(record["eventName"])),
                time=_in_milliseconds(_text(record["eventTime"])),
                sequencer=_place(_text(s3_object.get("sequencer", ""))),
                size=s3_object.get("size", 0),
                etag=_text(s3_object.get("eTag") or "") or None,
                version_id=named_version(_text(s3_object.get("versionId") or "")),
                quiet=_text(record["eventName"]).endswith(":Backfill"),
            )
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise InvalidEvent(f"not an S3 event record: {error!r}"[:300]) from error
        event._check()
        return event

    def _check(self) -> None:
        if not 1 <= len(self.key.encode()) <= KEY_BYTES:
            raise InvalidEvent(
                f"the key has {len(self.key.encode()):,} bytes, not 1 to {KEY_BYTES}"
            )
        if type(self.size) is not int or not 0 <= self.size < 2**63:
            raise InvalidEvent("the size is not a number of bytes")
        if not is_sequencer(self.sequencer):
            raise InvalidEvent(f"the sequencer is not up to {SEQUENCER_WIDTH} hexadecimal digits")
        if self.removed and self.sequencer == NO_PLACE and not self.quiet:
            raise InvalidEvent("a removal without a sequencer would lose to any write")
        if not self.removed and not (self.etag or self.version_id):
            raise InvalidEvent("a write has neither an ETag nor a version")


def _as_s3_sends_it(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same from EventBridge, which has other names, and keys that are not encoded."""
    detail = event["detail"]
    s3_object, sequencer = detail["object"], detail["object"].get("sequencer", "")
    if len(sequencer) == _SHORT_SEQUENCER and not sequencer.startswith(BEGINNING):
        sequencer = BEGINNING + sequencer
    return {
        "eventName": _OF_EVENTBRIDGE[event["detail-type"]],
        "eventTime": event["time"],
        "s3": {
            "bucket": detail["bucket"],
            "object": {
                "key": quote_plus(_text(s3_object["key"]), safe="/"),
                "size": s3_object.get("size", 0),
                "eTag": s3_object.get("etag"),
                "versionId": s3_object.get("version-id"),
                "sequencer": sequencer,
            },
        },
    }


def _place(sequencer: str) -> str:
    """The sequencer, padded; or, of one that S3 has not made, the place before all others."""
    padded = padded_sequencer(sequencer)
    return NO_PLACE if is_sequencer(padded) and not orders(padded) else padded


def _is_removal(event_name: str) -> bool:
    """Return whether it removes. Lifecycle rules remove too; other events are not asked for."""
    match event_name.split(":")[0]:
        case "ObjectCreated":
            return False
        case "ObjectRemoved" | "LifecycleExpiration":
            return True
    raise ValueError(f"neither a write nor a removal: {event_name}")


def _text(value: Any) -> str:
    """The value, if it is text that may be sent to AWS: raises TypeError, or UnicodeEncodeError."""
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} instead of text")
    value.encode()
    return value


def _in_milliseconds(time: str) -> str:
    """The time in the one form whose texts compare as the times do."""
    moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return utc_timestamp(moment)
