"""Compare the catalog with the bucket; and have what differs cataloged, by the same functions.

    python -m ops.backfill STAGE verify | backfill [PREFIX]

What was in the bucket before the app, or was missed, gets an event of the kind that S3 sends, for
`extract`. It may be run at any time, and again: it sends what differs, which is nothing in the end.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from chalicelib.catalog.keys import is_csv_key
from chalicelib.catalog.record import DELETED
from chalicelib.catalog.times import utc_timestamp
from ops.stage import LOCAL, Stage, require_emulator, use
from ops.terminal import Stop, say

AT_ONCE = 16
STILL_SECONDS = 60  # without any progress, after which there will be none
SHOWN = 20
NEVER = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Difference:
    """A key that bucket and catalog do not agree on, and the event that will mend it."""

    key: str
    what: str
    event: dict


def differences(stage: Stage, prefix: str = "") -> list[Difference]:
    """Every key under `prefix` whose object and record do not have the same ETag."""
    objects = dict(_objects(stage, prefix))
    records = dict(_records(stage, prefix))
    found = []
    for key in sorted(objects.keys() | records.keys()):
        listed, stored = objects.get(key), records.get(key, {})
        etag = listed and listed["ETag"].strip('"')
        known = None if stored.get("Status") == DELETED else stored.get("Etag")
        if etag == known:
            continue
        what = "not in the bucket" if not etag else "out of date" if known else "not cataloged"
        found.append(Difference(key, what, _event(stage, key, listed, stored)))
    return found


def _objects(stage: Stage, prefix: str) -> Iterator[tuple[str, dict]]:
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=stage.bucket, Prefix=prefix):
        yield from (
            (found["Key"], found) for found in page.get("Contents", []) if is_csv_key(found["Key"])
        )


def _records(stage: Stage, prefix: str) -> Iterator[tuple[str, dict]]:
    """The items of the table, with the tombstones: their place in the order counts too."""
    table = boto3.resource("dynamodb").Table(stage.table)
    request = {
        "FilterExpression": "begins_with(Filename, :prefix)",
        "ExpressionAttributeValues": {":prefix": prefix},
        "ProjectionExpression": "Filename, Etag, Sequencer, UploadTimestamp, #status",
        "ExpressionAttributeNames": {"#status": "Status"},
        "ConsistentRead": True,
    }
    while True:
        page = table.scan(**request)
        yield from ((item["Filename"], item) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _event(stage: Stage, key: str, listed: dict | None, stored: dict) -> dict:
    """An event that follows the stored record, and precedes every write that S3 has yet to report.

    It has the record's own sequencer, and on that tie the later time wins: that of the object, or
    the very next moment after the record's. S3's times are those at which an upload began, in whole
    seconds, and so may lie before the record's.
    """
    after = _next_moment(stored.get("UploadTimestamp", NEVER))
    s3_object = {"key": quote_plus(key, safe="/"), "sequencer": stored.get("Sequencer", "")}
    if listed:
        name = "ObjectCreated:Backfill"
        time_of_event = max(after, utc_timestamp(listed["LastModified"]))
        s3_object |= {"eTag": listed["ETag"].strip('"'), "size": listed["Size"]}
    else:
        name, time_of_event = "ObjectRemoved:Backfill", after
    return {
        "eventName": name,
        "eventTime": time_of_event,
        "s3": {"bucket": {"name": stage.bucket}, "object": s3_object},
    }


def _next_moment(timestamp: str) -> str:
    moment = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%fZ") + timedelta(milliseconds=1)
    return utc_timestamp(moment.replace(tzinfo=timezone.utc))


def send(stage: Stage, found: Iterable[Difference]) -> Iterator[Difference]:
    """Hand the events to `extract`, some at a time. Yields each when Lambda has taken it."""
    client = boto3.client("lambda")

    def invoke(difference: Difference) -> Difference:
        client.invoke(
            FunctionName=stage.functions["extract"],
            InvocationType="Event",
            Payload=json.dumps({"Records": [difference.event]}),
        )
        return difference

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(invoke, found)


def backfill(stage: Stage, prefix: str, console: Console) -> tuple[int, list[Difference]]:
    """Send what differs and wait until it does not. Returns how many, and what still differs."""
    found = left = differences(stage, prefix)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Sending", total=len(found))
        for _ in send(stage, found):
            bar.advance(task)
        task = bar.add_task("Cataloging", total=len(found))
        deadline = time.monotonic() + STILL_SECONDS
        while left and time.monotonic() < deadline:
            time.sleep(1)
            before, left = left, differences(stage, prefix)
            bar.update(task, completed=len(found) - len(left))
            if len(left) < len(before):
                deadline = time.monotonic() + STILL_SECONDS
    return len(found), left


def _report(found: list[Difference]) -> list[str]:
    lines = [f"{difference.what:18} {difference.key}" for difference in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN:,} more")
    return lines


def main() -> None:
    match sys.argv[1:]:
        case [name, ("verify" | "backfill") as what, *prefixes] if len(prefixes) <= 1:
            stage, prefix = use(name), "".join(prefixes)
        case _:
            raise SystemExit(__doc__)
    if stage.name == LOCAL:
        require_emulator()
    try:
        if what == "verify":
            left = differences(stage, prefix)
        else:
            sent, left = backfill(stage, prefix, Console())
            say(f"{sent} sent, {sent - len(left)} of them cataloged")
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"{what} stopped: {error}") from error
    if left:
        say(*_report(left))
        raise Stop(f"catalog and bucket differ in {len(left)} files")
    say("catalog and bucket agree")


if __name__ == "__main__":
    main()
