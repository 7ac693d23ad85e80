"""The times at which a dataset's deliveries came, in few bytes; and how many came on which day."""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone

from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.times import moment_of

TIMES_KEPT = 180  # of what comes hourly, a week and more
COUNTED_DAYS = 30

_TOGETHER = 5  # minutes: of what comes within them, one time is kept
_ID_BYTES = 6
_IDS_KEPT = 64
_DAY = 86_400


def with_times(packed: bytes, timestamps: Iterable[str]) -> bytes:
    """The times and some more, of which the latest are kept, to the minute."""
    minutes = [int(moment_of(timestamp).timestamp()) // 60 for timestamp in timestamps]
    return merged_times([packed, struct.pack(f">{len(minutes)}I", *minutes)])


def merged_times(packed: Iterable[bytes]) -> bytes:
    """The times of several parts of a dataset, together."""
    minutes: dict[int, int] = {}
    for part in packed:
        for minute in _unpacked(part):
            minutes[minute // _TOGETHER] = min(minute, minutes.get(minute // _TOGETHER, minute))
    kept = sorted(minutes.values())[-TIMES_KEPT:]
    return struct.pack(f">{len(kept)}I", *kept)


def times_in(packed: bytes) -> list[datetime]:
    return [datetime.fromtimestamp(60 * minute, timezone.utc) for minute in _unpacked(packed)]


def _unpacked(packed: bytes) -> Sequence[int]:
    return struct.unpack(f">{len(packed) // 4}I", packed)


def counted(
    days: Mapping[str, int], ids: bytes, records: Iterable[FileRecord], now: datetime
) -> tuple[dict[str, int], bytes]:
    """The deliveries of each of the last days, and the ids of those that were counted last.

    One that comes again is not counted again, unless very many have come since.
    """
    days = {day: int(count) for day, count in days.items()}
    seen = [ids[start : start + _ID_BYTES] for start in range(0, len(ids), _ID_BYTES)]
    for record in records:
        identity = f"{record.filename} {record.write} {record.upload_timestamp}"
        digest = hashlib.sha256(identity.encode()).digest()[:_ID_BYTES]
        if digest not in seen:
            seen.append(digest)
            days[day_of(record)] = days.get(day_of(record), 0) + 1
    first = _first_day(now)
    kept = {day: count for day, count in days.items() if int(day) >= first}
    return kept, b"".join(seen[-_IDS_KEPT:])


def recent_count(days: Mapping[str, int], now: datetime) -> int:
    """Return how many deliveries there were in the last thirty days."""
    return sum(int(count) for day, count in days.items() if int(day) >= _first_day(now))


def day_of(record: FileRecord) -> str:
    """The day of the upload, counted from 1970."""
    return str(int(moment_of(record.upload_timestamp).timestamp()) // _DAY)


def _first_day(now: datetime) -> int:
    return int(now.timestamp()) // _DAY - COUNTED_DAYS + 1
