"""Print the functions' CloudWatch logs of the last hour, newest last: a line for each step."""

import json
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.record import FAILED
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, json_option, say, say_json

HOUR = 3600
LATE_MILLISECONDS = 10_000  # that a line may come after younger ones
PLATFORM = re.compile(r"(START|END|REPORT|INIT_START|EXTENSION|TELEMETRY)\b")
METRICS = "_aws"  # CloudWatch's embedded format: the figures of a step that has a line already
ERRORS = ("ERROR", "CRITICAL")
FIRST = ("level", "message", "key")
LEFT_OUT = {
    *FIRST, "timestamp", "location", "service", "cold_start", "function_name", "bucket",
    "function_memory_size", "function_arn", "function_request_id", "xray_trace_id",
    "exception", "exception_name", "stack_trace",
}  # fmt: skip


class Event(NamedTuple):
    """An event of a function's log. `entry` is what the function said of a step, if it did."""

    milliseconds: int
    function: str
    stream: str
    text: str

    @property
    def entry(self) -> dict[str, Any] | None:
        try:
            entry = json.loads(self.text)
        except ValueError:
            return None
        return entry if isinstance(entry, dict) else None

    def is_step(self) -> bool:
        """Return whether it is more than a figure, or Lambda's own word on a run's start
        and end.
        """
        entry = self.entry
        return METRICS not in entry if entry else not PLATFORM.match(self.text)

    def is_error(self) -> bool:
        """Return whether a step failed. What is not JSON was printed by Lambda, as a run
        broke off.
        """
        entry = self.entry
        return not entry or entry.get("level") in ERRORS or entry.get("status") == FAILED


def events(stage: Stage, since: int) -> list[Event]:
    """Return what was logged since `since`, in milliseconds, oldest first."""
    logs = boto3.client("logs")
    logged = []
    for function, name in stage.functions.items():
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{name}", startTime=since
        )
        try:
            for page in pages:
                logged += [
                    Event(
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
    return sorted(logged, key=attrgetter("milliseconds"))


def lines(event: Event) -> list[str]:
    """The event for a person: one line for a step, and what a library has printed as it is."""
    clock = datetime.fromtimestamp(event.milliseconds / 1000).strftime("%H:%M:%S.%f")[:-3]
    first = f"{clock} {event.function:7}"
    entry = event.entry
    if entry is None:
        return f"{first} {event.text}".splitlines()
    key = [f"key={entry['key']}"] if "key" in entry else []
    others = [f"{name}={value}" for name, value in entry.items() if name not in LEFT_OUT]
    if entry.get("exception") and "reason" not in entry:
        others.append(f"error={entry['exception'].strip().splitlines()[-1]}")
    said = (f"{entry.get('level', '')!s:5}", str(entry.get("message", "")))
    return [" ".join([first, *said, *key, *others])]


def _pattern(_ctx, _param, text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise click.BadParameter(f"{text!r} is not a regular expression: {error}.") from error


def _new_events(stage: Stage, follow: bool) -> Iterator[Event]:
    since = int((time.time() - HOUR) * 1000)
    seen = set()
    while True:
        for event in events(stage, since):
            if event not in seen:
                seen.add(event)
                since = max(since, event.milliseconds - LATE_MILLISECONDS)
                yield event
        if not follow:
            return
        time.sleep(1)


@click.command(epilog="Example: ./catalog logs --errors --grep orders.csv")
@click.option("--errors", is_flag=True, help="Show only what failed.")
@click.option("--grep", callback=_pattern, help="Show only lines with this regular expression.")
@click.option("--follow", is_flag=True, help="Go on with what is logged from now on.")
@json_option
@stage_option
def logs_command(
    errors: bool, grep: re.Pattern[str] | None, follow: bool, as_json: bool, stage_name: str
) -> None:
    """Print the functions' logs of the last hour, newest last.

    With --json, each line is an object: what the function logged, whole.
    """
    stage = connect(stage_name)
    found = False
    try:
        for event in _new_events(stage, follow):
            if not event.is_step() or (errors and not event.is_error()):
                continue
            shown = lines(event)
            if grep and not any(map(grep.search, shown)):
                continue
            found = True
            if as_json:
                entry = event.entry or {"message": event.text}
                say_json({"function": event.function} | entry, indent=None)
            else:
                say(*shown)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the logs cannot be read: {error}") from error
    if not found and not as_json:
        say("nothing of the kind was logged in the last hour", file=sys.stderr)
