"""S3 event notifications: what happened to which object, in S3's own words.

The shape is that of "Event message structure" in the Amazon S3 User Guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

SEQUENCER_WIDTH = 32
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
        """Read one element of an event's `Records`, as it came: its key is still URL-encoded."""
        try:
            s3_object = record["s3"]["object"]
            return cls(
                bucket=record["s3"]["bucket"]["name"],
                key=unquote_plus(s3_object["key"]),
                removed=not record["eventName"].startswith("ObjectCreated:"),
                time=record["eventTime"],
                sequencer=padded_sequencer(s3_object.get("sequencer", "")),
                size=s3_object.get("size", 0),
                etag=s3_object.get("eTag") or None,
                version_id=s3_object.get("versionId") or None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidEvent(f"not an S3 event record: {error!r}") from error


def is_csv_key(key: str) -> bool:
    """Whether the key ends as a CSV file's does, in any case, gzipped or not."""
    return key.lower().removesuffix(".gz").endswith(CSV_SUFFIXES)


def padded_sequencer(sequencer: str) -> str:
    """Bring a sequencer to the one width at which comparing strings tells which write is newer.

    "To compare sequencers, first right pad the shorter value with zeros, and then do a
    lexicographical comparison" (Event message structure, Amazon S3 User Guide).
    """
    return sequencer.upper().ljust(SEQUENCER_WIDTH, "0")
