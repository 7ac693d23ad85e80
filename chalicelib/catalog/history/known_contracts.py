"""Contracts that are in the bucket, known by S3's notifications of them.

They are noted in one partition, which is read whole. To look for them in S3 takes requests for each
folder above each file.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from typing import Any

from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.items import TOMBSTONE_DAYS
from chalicelib.catalog.keys import KEY_BYTES, is_contract, utf8_length
from chalicelib.catalog.record import InvalidMessage
from chalicelib.catalog.times import NO_PLACE, is_sequencer, moment_of

_PARTITION = "contracts"
_COMPLETE = "-"  # among the keys, and the key of none
_FIELD = "noted_contract"


@dataclass(frozen=True)
class ContractNotice:
    """A contract's key, and whether it is there, at a place in the order of its notifications."""

    bucket: str
    key: str
    sequencer: str
    time: str
    is_there: bool

    def to_message(self) -> str:
        return json.dumps({_FIELD: asdict(self)})

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "ContractNotice | None":
        """The notice in a message; None if the message is about a file. Raises `InvalidMessage`."""
        if _FIELD not in message:
            return None
        try:
            values = message[_FIELD]
            notice = cls(**{field.name: values[field.name] for field in fields(cls)})
            moment_of(notice.time)
            is_of_its_form = (
                isinstance(notice.bucket, str)
                and type(notice.is_there) is bool
                and is_sequencer(notice.sequencer)
                and is_contract(notice.key)
                and 0 < (utf8_length(notice.key) or 0) <= KEY_BYTES
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidMessage(f"not a notice of a contract: {error!r}"[:300]) from error
        if not is_of_its_form:
            raise InvalidMessage("not a notice of a contract: a field is not of its form")
        return notice


class KnownContracts:
    """Reads and writes them in the history table."""

    def __init__(self, table: HistoryTable):
        self._table = table

    def note(self, notice: ContractNotice) -> None:
        """Note it, unless something later is noted. What is gone is kept as long as a tombstone."""
        sets = "SET Place = :place, IsThere = :there"
        values: dict[str, Any] = {
            ":place": f"{notice.sequencer} {notice.time}",
            ":there": notice.is_there,
        }
        if notice.is_there:
            sets += " REMOVE ExpiresAt"
        else:
            sets += ", ExpiresAt = :expires"
            now = int(datetime.now(timezone.utc).timestamp())
            values[":expires"] = now + TOMBSTONE_DAYS * 86_400
        self._table.update(
            (_PARTITION, notice.key),
            "attribute_not_exists(Place) OR Place < :place",
            UpdateExpression=sets,
            ExpressionAttributeValues=values,
        )

    def keys(self) -> frozenset[str] | None:
        """The keys of all contracts, or None if some may not have been noted."""
        if not self._table.is_there():
            return None
        items = {item["SK"]: item for item in self._table.items_of(_PARTITION)}
        if items.pop(_COMPLETE, None) is None:
            return None
        return frozenset(key for key, item in items.items() if item["IsThere"])

    def mend(self, bucket: str, key: str, is_there: bool, time: str) -> None:
        """Note what is so at this time, in the place of what is noted of the key so far."""
        found = self._table.read([(_PARTITION, key)]).get((_PARTITION, key))
        sequencer = found["Place"].split(" ")[0] if found else NO_PLACE
        self.note(ContractNotice(bucket, key, sequencer, time, is_there))

    def are_complete(self) -> None:
        """Note that no contract is missing from those that are noted."""
        self._table.write([{"PK": _PARTITION, "SK": _COMPLETE}])
