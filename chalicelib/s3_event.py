"""S3 event notifications: what happened to which object, in S3's own words.

The shape is that of "Event message structure" in the Amazon S3 User Guide.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote_plus

SEQUENCER_WIDTH = 32
KEY_BYTES = 1024  # "Naming Amazon S3 objects", Amazon S3 User Guide; DynamoDB's sort keys too
CSV_SUFFIXES = (".csv", ".tsv", ".txt")


class InvalidEvent(ValueError):
    """An S3 event does not have the fields that S3 documents."""


@dataclass(frozen=True)
class ObjectEvent:
    """One write or one removal of one object."""

    bucket: str
    key: str
    removed: bool
    time: str
    sequencer: str
    size: int
    etag: str | None
    version_id: str | None

    @classmethod
    def from_notification(cls, record: Mapping[str, Any]) -> "ObjectEvent":
        """Read one element of an event's `Records`, as it came: its key is still URL-encoded.

        Raises `InvalidEvent`.
        """
        try:
            s3_object = record["s3"]["object"]
            event = cls(
                bucket=_text(record["s3"]["bucket"]["name"]),
                key=unquote_plus(_text(s3_object["key"])),
                removed=_is_removal(_text(record["eventName"])),
                time=_in_milliseconds(_text(record["eventTime"])),
                sequencer=padded_sequencer(_text(s3_object.get("sequencer", ""))),
                size=s3_object.get("size", 0),
                etag=_text(s3_object.get("eTag") or "") or None,
                version_id=named_version(_text(s3_object.get("versionId") or "")),
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
            raise InvalidEvent("the size is no number of bytes")
        if not re.fullmatch(f"[0-9A-F]{{{SEQUENCER_WIDTH}}}", self.sequencer):
            raise InvalidEvent(f"the sequencer is not up to {SEQUENCER_WIDTH} hexadecimal digits")
        if not self.removed and not (self.etag or self.version_id):
            raise InvalidEvent("a write has neither an ETag nor a version")


def _is_removal(event_name: str) -> bool:
    """Whether it removes. Lifecycle rules remove too; other events are not asked for."""
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


def utc_timestamp(moment: datetime) -> str:
    """A moment as a record's timestamps have it: ISO 8601 in UTC with milliseconds, and `Z`."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_csv_key(key: str) -> bool:
    """Whether the key ends as a CSV file's does, in any case, gzipped or not."""
    return key.lower().removesuffix(".gz").endswith(CSV_SUFFIXES)


def named_version(version_id: str | None) -> str | None:
    """The version, or None for `null`: each write without a version replaces the last of that name.

    ("Adding objects to versioning-suspended buckets", Amazon S3 User Guide)
    """
    return None if version_id == "null" else version_id or None


def padded_sequencer(sequencer: str) -> str:
    """Bring a sequencer to the one width at which comparing strings tells which write is newer.

    "To compare sequencers, first right pad the shorter value with zeros, and then do a
    lexicographical comparison" (Event message structure, Amazon S3 User Guide).
    """
    return sequencer.upper().ljust(SEQUENCER_WIDTH, "0")
