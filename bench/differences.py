"""Compare a bucket of many keys with a catalog of as many, both made up as they are read.

    python -m bench.differences KEYS

Prints how many keys were compared, how many differed (3 of 1,000), and by how many megabytes the
memory of the process grew from the first ten thousand to the end.
"""

import resource
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from types import SimpleNamespace
from unittest import mock

from chalicelib.catalog.indexes import SHARDS
from ops import differences
from ops.stage import read_stage

LISTED = 1_000
WRITTEN = "2026-11-22T18:00:00.000Z"


def key(number: int) -> str:
    return f"reports/2026/a-name-of-some-length-{number:09}.csv"


def item(number: int) -> dict | None:
    """The record of a file: one in a thousand is out of date, one failed, one is missing."""
    if number % 1_000 == 1:
        return None
    return {
        "Filename": key(number),
        "Etag": "old" if number % 1_000 == 2 else "9a0364b9e99bb480dd25e1f0284c8555",
        "Status": "failed" if number % 1_000 == 3 else "ready",
        "Sequencer": "0055AED6DCD90281E500000000000000",
        "UploadTimestamp": WRITTEN,
        "ProcessedTimestamp": WRITTEN,
        "FirstColumnNames": ["id", "name", "email"],
    }


class MadeUp:
    """The bucket, the table, and the clients of both, of a number of keys."""

    name = "table"

    def __init__(self, keys: int):
        self._keys = keys
        self.meta = SimpleNamespace(client=self)

    def get_paginator(self, _: str) -> "MadeUp":
        return self

    def paginate(self, **_: str) -> Iterator[dict]:
        for first in range(0, self._keys, LISTED):
            yield {
                "Contents": [
                    {
                        "Key": key(number),
                        "ETag": '"9a0364b9e99bb480dd25e1f0284c8555"',
                        "Size": 1,
                        "LastModified": datetime(2026, 11, 22, tzinfo=timezone.utc),
                    }
                    for number in range(first, min(first + LISTED, self._keys))
                ]
            }

    def query(self, **request) -> dict:
        """A page of a shard, which has every eighth file."""
        shard = request["ExpressionAttributeValues"][":shard"]
        first = request.get("ExclusiveStartKey", shard)
        end = first + SHARDS * request["Limit"]
        page = [found for n in range(first, min(end, self._keys), SHARDS) if (found := item(n))]
        return {"Items": page} | ({"LastEvaluatedKey": end} if end < self._keys else {})

    def get_item(self, **request) -> dict:
        found = item(int(request["Key"]["Filename"][-13:-4]))
        return {"Item": found} if found else {}


def megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    keys = int(sys.argv[1])
    made_up = MadeUp(keys)
    aws = SimpleNamespace(
        client=lambda _: made_up, resource=lambda _: SimpleNamespace(Table=lambda _: made_up)
    )
    compared = found = before = 0

    def count(_: str) -> None:
        nonlocal compared, before
        compared += 1
        if compared == 10_000:
            before = megabytes()

    with mock.patch.object(differences, "boto3", aws):
        for _ in differences.differences(read_stage("local"), compared=count):
            found += 1
    print(compared, found, megabytes() - before)


if __name__ == "__main__":
    main()
