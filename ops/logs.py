"""Print the functions' CloudWatch logs of the last hour, newest last.

python -m ops.logs [--follow]
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

import boto3
from botocore.exceptions import ClientError

from ops.stage import LOCAL, Stage, require_emulator, use
from ops.terminal import say

HOUR = 3600
SHOWN_FIRST = ("level", "message")
LEFT_OUT = {
    *SHOWN_FIRST, "timestamp", "location", "service", "cold_start", "function_name",
    "function_memory_size", "function_arn", "xray_trace_id",
}  # fmt: skip


def events(stage: Stage, since: int) -> Iterator[tuple[int, str, str, str]]:
    """The log lines since `since`: time (both in ms), function, log stream, text."""
    logs = boto3.client("logs")
    found = []
    for function, name in stage.functions.items():
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{name}", startTime=since
        )
        try:
            for page in pages:
                found += [
                    (
                        event["timestamp"],
                        function,
                        event["logStreamName"],
                        event["message"].rstrip(),
                    )
                    for event in page["events"]
                ]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
    yield from sorted(found, key=itemgetter(0))


def lines(timestamp: int, function: str, text: str) -> list[str]:
    """A log event for a person: what the function's JSON says, as `name=value` on one line."""
    clock = datetime.fromtimestamp(timestamp / 1000).strftime("%H:%M:%S.%f")[:-3]
    try:
        entry = json.loads(text)
    except ValueError:
        return f"{clock} {function:7} {text}".splitlines()
    if "_aws" in entry:
        names = [m["Name"] for m in entry["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
        pairs = {name: entry[name] for name in names}
        first = "METRICS"
    else:
        pairs = {name: value for name, value in entry.items() if name not in LEFT_OUT}
        first = " ".join(str(entry.get(name, "")) for name in SHOWN_FIRST)
    said = (f"{name}={value}" for name, value in pairs.items())
    return [" ".join([clock, f"{function:7}", first, *said])]


def main() -> None:
    if sys.argv[1:] not in ([], ["--follow"]):
        raise SystemExit(__doc__)
    stage = use(LOCAL)
    require_emulator()
    since = int((time.time() - HOUR) * 1000)
    printed = set()
    while True:
        for event in events(stage, since):
            if event not in printed:
                printed.add(event)
                timestamp, function, _, text = event
                say(*lines(timestamp, function, text))
                since = max(since, timestamp - 10_000)  # lines may come a little late
        if not sys.argv[1:]:
            if not printed:
                say("nothing was logged in the last hour")
            return
        time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
