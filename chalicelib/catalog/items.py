"""The items of the records table: what each has of a file, and how a record is read from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.catalog.agreed import plain
from chalicelib.catalog.columns import pack
from chalicelib.catalog.indexes import LISTED_VIOLATIONS, SUMMARIZED, Index, index_attributes
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.record import COUNTED, COUNTS, DELETED, FileRecord
from chalicelib.catalog.times import moment_of

# A late event must still meet the tombstone: the longest that one can be in a dead-letter
# queue, 14 days, and then as long again for whoever sends it back.
TOMBSTONE_DAYS = 28

logger = Logger()


Entry = Mapping[str, Any]  # of a record in the totals


@dataclass(frozen=True)
class Stored:
    """The record of an item, unless that is malformed, and its entry in the totals."""

    record: FileRecord | None
    entry: Entry | None


def to_item(record: FileRecord) -> dict[str, Any]:
    item = {
        _attribute(name): value for name, value in record.as_dict().items() if value is not None
    }
    item["Columns"] = pack(record.columns)
    if record.status == DELETED:
        removed = moment_of(record.processed_timestamp)
        item["ExpiresAt"] = int(removed.timestamp()) + TOMBSTONE_DAYS * 86_400
        return item
    summary = {name: item[name] for name in SUMMARIZED if item.get(name) not in (None, [])}
    if record.violations:
        summary["Violations"] = list(record.violations[:LISTED_VIOLATIONS])
    return item | index_attributes(record) | {"Summary": summary}


def from_item(item: dict[str, Any]) -> FileRecord:
    fields = {_field(name): value for name, value in item.items()}
    for name in COUNTS:
        if fields.get(name) is not None:
            fields[name] = int(fields[name])
    for name in COUNTED:
        if counts := fields.get(name):
            fields[name] = {
                what: number if number is None else int(number) for what, number in counts.items()
            }
    if fields.get("agreed"):
        fields["agreed"] = plain(fields["agreed"])
    if "columns" in fields:
        fields["columns"] = bytes(fields["columns"])
    return FileRecord.from_dict(fields)


def from_index(item: dict[str, Any], index: Index) -> FileRecord:
    summary = item.get("Summary", {})  # which items of an older version have not
    record = from_item(item | summary | {"ColumnNames": item["FirstColumnNames"]})
    if index.place(record) != item[index.sort_key]:
        raise ValueError(f"{index.sort_key} is not the place of the record")
    return record


def records_of(
    items: Iterable[dict[str, Any]], read: Callable[[dict[str, Any]], FileRecord]
) -> Iterator[FileRecord]:
    """The records of the items; those that cannot be read are logged and left out."""
    for item in items:
        try:
            yield read(item)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            logger.warning(
                "a malformed item is left out",
                extra={"key": str(item.get("Filename"))[:KEY_BYTES], "reason": str(error)[:300]},
            )


def stored_of(item: dict[str, Any]) -> Stored:
    return Stored(next(records_of([item], from_item), None), item.get("Entry"))


def _attribute(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


def _field(attribute: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in attribute).lstrip("_")
