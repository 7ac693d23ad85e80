"""The DynamoDB table of file records: one item per S3 key."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.record import DELETED, FileRecord

# A late event must still meet the tombstone: the longest that one can stand in a dead-letter
# queue, 14 days, and then as long again for whoever sends it back.
TOMBSTONE_DAYS = 28

# A newer sequencer wins; with the same one (some emulators know only one) the later time; and
# the same write again, which S3 and SQS may deliver at any time, changes nothing.
_NEWER = (
    "attribute_not_exists(Filename) OR Sequencer < :sequencer"
    " OR (Sequencer = :sequencer AND UploadTimestamp < :upload_timestamp)"
)


class InvalidCursor(ValueError):
    """A cursor is not one that this table gave out."""


class MetadataTable:
    """Reads and writes file records through `table`, a boto3 DynamoDB Table."""

    def __init__(self, table):
        self._table = table

    def put_if_newer(self, record: FileRecord) -> bool:
        """Write the record, unless this or a newer write of its file is stored already.

        Returns whether it was written. One conditional write, so that of any number of writers
        in any order the newest wins.
        """
        try:
            self._table.put_item(
                Item=_to_item(record),
                ConditionExpression=_NEWER,
                ExpressionAttributeValues={
                    ":sequencer": record.sequencer,
                    ":upload_timestamp": record.upload_timestamp,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def get(self, filename: str) -> FileRecord | None:
        """The record of the file, or None if there is no such file (any more)."""
        item = self._table.get_item(Key={"Filename": filename}).get("Item")
        record = item and _from_item(item)
        return record if record and record.status != DELETED else None

    def list(
        self, prefix: str, limit: int, cursor: str | None
    ) -> tuple[list[FileRecord], str | None]:
        """Up to `limit` records whose names start with `prefix`, and the cursor of the next page.

        The cursor is None after the last page. Raises `InvalidCursor`.
        """
        request: dict[str, Any] = {
            "FilterExpression": "begins_with(Filename, :prefix) AND #status <> :deleted",
            "ExpressionAttributeNames": {"#status": "Status"},
            "ExpressionAttributeValues": {":prefix": prefix, ":deleted": DELETED},
        }
        if cursor:
            request["ExclusiveStartKey"] = {"Filename": _decode_cursor(cursor)}
        records: list[FileRecord] = []
        while True:
            page = self._table.scan(**request, Limit=limit - len(records))
            records += map(_from_item, page["Items"])
            last_key = page.get("LastEvaluatedKey")
            if last_key is None or len(records) == limit:
                return records, last_key and _encode_cursor(last_key["Filename"])
            request["ExclusiveStartKey"] = last_key


def _to_item(record: FileRecord) -> dict[str, Any]:
    item = {
        _attribute(name): value for name, value in record.as_dict().items() if value is not None
    }
    if record.status == DELETED:
        removed = datetime.strptime(record.processed_timestamp, "%Y-%m-%dT%H:%M:%S.%f%z")
        expires = removed + timedelta(days=TOMBSTONE_DAYS)
        item["ExpiresAt"] = int(expires.timestamp())
    return item


def _from_item(item: dict[str, Any]) -> FileRecord:
    fields = {_field(name): value for name, value in item.items()}
    for name in ("file_size", "row_count", "column_count", "preamble_rows"):
        if fields.get(name) is not None:
            fields[name] = int(fields[name])
    return FileRecord.from_dict(fields)


def _attribute(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


def _field(attribute: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in attribute).lstrip("_")


def _encode_cursor(filename: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([filename]).encode()).decode()


def _decode_cursor(cursor: str) -> str:
    try:
        [filename] = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise InvalidCursor("not a cursor of this catalog") from error
    if not isinstance(filename, str) or not filename:
        raise InvalidCursor("not a cursor of this catalog")
    return filename
