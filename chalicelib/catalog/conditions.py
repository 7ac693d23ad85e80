"""The conditions under which a record is written: which write of a file wins."""

from typing import Any

from chalicelib.catalog.items import Entry
from chalicelib.catalog.record import FAILED, READY, FileRecord
from chalicelib.catalog.times import BEGINNING, NO_PLACE

# A newer sequencer wins; with the same one (some emulators know only one) the later time. The same
# write again, which S3 and SQS may deliver at any time, changes nothing, unless it failed before:
# then a record that did not fail wins, or the later of two that did. An item without a sequencer is
# none of ours, or is damaged.
_NEWER = (
    "attribute_not_exists(Sequencer) OR Sequencer < :sequencer"
    " OR (Sequencer = :sequencer AND UploadTimestamp < :upload_timestamp)"
    " OR (Sequencer = :sequencer AND UploadTimestamp = :upload_timestamp AND #status = :failed"
)
_FAILED_LATER = " AND ProcessedTimestamp < :processed_timestamp"
_READ_BY_AN_OLDER = (
    " OR (Sequencer = :sequencer AND UploadTimestamp = :upload_timestamp AND #status = :ready"
    " AND (attribute_not_exists(ReaderVersion) OR ReaderVersion < :reader_version))"
)


def newer(record: FileRecord) -> tuple[str, dict[str, Any]]:
    """The condition that the record is newer than what is stored, and its values."""
    values: dict[str, Any] = {
        ":sequencer": record.sequencer,
        ":upload_timestamp": record.upload_timestamp,
        ":failed": FAILED,
    }
    condition = _NEWER
    if record.sequencer == NO_PLACE:  # a backfill takes back a key that a sample has frozen
        condition = f"NOT begins_with(Sequencer, :orders) OR {condition}"
        values[":orders"] = BEGINNING
    if record.status == FAILED:
        values[":processed_timestamp"] = record.processed_timestamp
        return f"{condition}{_FAILED_LATER})", values
    if record.status == READY and record.reader_version:
        values |= {":ready": READY, ":reader_version": record.reader_version}
        return f"{condition}){_READ_BY_AN_OLDER}", values
    return f"{condition})", values


def is_still(record: FileRecord) -> tuple[str, dict[str, Any]]:
    """The condition that the record is the one stored, as it was read then, and its values."""
    return "Sequencer = :s AND UploadTimestamp = :u AND ProcessedTimestamp = :p", {
        ":s": record.sequencer,
        ":u": record.upload_timestamp,
        ":p": record.processed_timestamp,
    }


def has_entry(entry: Entry | None) -> tuple[str, dict[str, Any]]:
    """The condition that the record stored has this entry in the totals, and its values."""
    if entry is None:
        return "attribute_not_exists(Entry)", {}
    return "Entry.EntryId = :entry", {":entry": entry["EntryId"]}
