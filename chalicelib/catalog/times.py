"""Timestamps and sequencers, each in the one form whose texts compare in order."""

import re
from datetime import datetime, timezone

SEQUENCER_WIDTH = 32
BEGINNING = "00"  # of S3's own sequencers
NO_PLACE = "0" * SEQUENCER_WIDTH  # before all of S3's


def utc_timestamp(moment: datetime) -> str:
    """A moment as a record's timestamps have it: ISO 8601 in UTC with milliseconds, and `Z`."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(timestamp: str) -> datetime:
    """The moment of a record's timestamp. Raises ValueError for any other form."""
    moment = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    if utc_timestamp(moment) != timestamp:
        raise ValueError(f"no time in UTC with milliseconds: {timestamp!r}"[:100])
    return moment


def padded_sequencer(sequencer: str) -> str:
    """Bring a sequencer to the one width at which comparing strings shows which write is newer.

    "To compare sequencers, first right pad the shorter value with zeros, and then do a
    lexicographical comparison" (Event message structure, Amazon S3 User Guide).
    """
    return sequencer.upper().ljust(SEQUENCER_WIDTH, "0")


def orders(sequencer: str) -> bool:
    """Return whether the sequencer is of the form of S3's own.

    That of the sample notification which the console of Lambda offers does not, and would be after
    all writes for ever.
    """
    return sequencer.startswith(BEGINNING)


def is_sequencer(text: str) -> bool:
    """Return whether the text is a sequencer of that width."""
    return bool(re.fullmatch(f"[0-9A-F]{{{SEQUENCER_WIDTH}}}", text))
