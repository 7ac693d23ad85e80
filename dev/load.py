"""A burst of uploads onto the emulator, measured until the catalog has them all.

    python -m dev.load FILES [--kill]

A tenth of the files is overwritten and a twentieth deleted while it runs. With --kill, the
processes in which the embedded emulator runs the functions are killed during its first ten seconds,
and what failed for it on every try is sent back (as `./catalog redrive` does).
"""

import contextlib
import os
import random
import signal
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from ops.dead_letters import redrive_events
from ops.stage import LOCAL, STATE, Stage, connect, endpoint
from ops.terminal import Stop, say

AT_ONCE = 16
SECONDS_FOR_ALL = 60  # and as many more as there are tenths of a second in the number of files
POLL_SECONDS = 0.25
KILL_EVERY_SECONDS = 0.5
KILL_SECONDS = 10
READ_AT_ONCE = 100  # "BatchGetItem", Amazon DynamoDB API Reference
KILLED_SECONDS = 400  # a message whose function was killed comes again after 120, up to three times

_ETAGS = {
    "ProjectionExpression": "Filename, Etag, #status",
    "ExpressionAttributeNames": {"#status": "Status"},
}


class Burst:
    """Uploads under a prefix of their own, and the moment at which each was in the catalog."""

    def __init__(self, stage: Stage, files: int):
        self.prefix = f"load/{uuid.uuid4().hex[:8]}/"
        self.keys = [f"{self.prefix}{number:06}.csv" for number in range(files)]
        self.expected: dict[str, str | None] = {}  # the ETag; None for a deleted file
        self.done_at: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self._bucket = stage.bucket
        self._s3 = boto3.client("s3", config=Config(max_pool_connections=AT_ONCE))
        self._table = boto3.resource("dynamodb").Table(stage.records_table)
        self._dynamodb = self._table.meta.client
        self._found: dict[str, str | None] = {}  # the ETag with which the catalog had a file

    def run(self, console: Console, deadline: float, meanwhile: Callable[[], object]) -> None:
        """Write all, and look until the catalog says the same, or the deadline passes."""
        order = random.Random(0)  # noqa: S311
        again = order.sample(self.keys, len(self.keys) // 10)
        gone = order.sample(self.keys, len(self.keys) // 20)
        columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
        with (
            Progress(*columns, console=console, transient=True) as bar,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            task = bar.add_task("In the catalog", total=len(self.keys))
            writes = pool.submit(self._write, again, gone)
            while time.monotonic() < deadline:
                written, looks = writes.done(), time.monotonic()
                self._look()
                took = time.monotonic() - looks
                bar.update(task, completed=len(self.seconds))
                if written and self._has_all():
                    break
                meanwhile()
                time.sleep(max(POLL_SECONDS, 9 * took))  # looking should not count
            writes.result()

    def _write(self, again: list[str], gone: list[str]) -> None:
        with ThreadPoolExecutor(AT_ONCE - 1) as pool:
            for key, _ in zip(self.keys, pool.map(self._put, self.keys), strict=True):
                assert key in self.expected  # noqa: S101
            list(pool.map(self._put, again, ["again"] * len(again)))
            list(pool.map(self._delete, gone))

    def _put(self, key: str, word: str = "first") -> None:
        body = "id,name,word\n" + "".join(f"{n},{key},{word}\n" for n in range(20))
        answer = self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode())
        self._expect(key, answer["ETag"].strip('"'))

    def _delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=key)
        self._expect(key, None)

    def _expect(self, key: str, etag: str | None) -> None:
        self.done_at[key] = time.monotonic()
        self.expected[key] = etag

    def _look(self) -> None:
        """Note which files the catalog has as they were last written, and since when."""
        wanted = dict(self.expected)
        left = [key for key, etag in wanted.items() if self._found.get(key, "") != etag]
        found: dict[str, str] = {}
        for start in range(0, len(left), READ_AT_ONCE):
            found |= self._etags_of(left[start : start + READ_AT_ONCE])
        now = time.monotonic()
        for key in left:
            if found.get(key) == wanted[key]:
                self._found[key] = wanted[key]
                self.seconds[key] = now - self.done_at[key]
            else:
                self.seconds.pop(key, None)

    def _has_all(self) -> bool:
        """Return whether the catalog is as the bucket at this moment, whatever it was before."""
        if self._found != self.expected:
            return False
        if self._etags() == {key: etag for key, etag in self.expected.items() if etag}:
            return True
        self._found.clear()
        self.seconds.clear()
        return False

    def _etags_of(self, keys: list[str]) -> dict[str, str]:
        request = {"Keys": [{"Filename": key} for key in keys], **_ETAGS}
        answer = self._dynamodb.batch_get_item(RequestItems={self._table.name: request})
        return _ready(answer["Responses"].get(self._table.name, ()))

    def _etags(self) -> dict[str, str]:
        """The files that are ready, of all that the catalog has under the prefix: a scan."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table.name,
            FilterExpression="begins_with(Filename, :prefix)",
            ExpressionAttributeValues={":prefix": self.prefix},
            **_ETAGS,
        )
        return {key: etag for page in pages for key, etag in _ready(page["Items"]).items()}

    def clean(self) -> None:
        """Take the files out of the bucket again, and wait until the catalog has none of them."""
        for start in range(0, len(self.keys), 1000):
            objects = [{"Key": key} for key in self.keys[start : start + 1000]]
            self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
        deadline = time.monotonic() + SECONDS_FOR_ALL + len(self.keys) / 10
        while self._etags() and time.monotonic() < deadline:
            time.sleep(1)


def _ready(items: Iterable[dict[str, Any]]) -> dict[str, str]:
    return {item["Filename"]: item["Etag"] for item in items if item["Status"] == "ready"}


def workers() -> list[int]:
    """The processes in which the embedded emulator runs functions: its children that run Python."""
    try:
        home = STATE / f"emulator-{urlsplit(endpoint()).port}"
        server = int((home / "pid").read_text())
        children = f"/proc/{server}/task"
        pids = set()
        for thread in os.listdir(children):
            with contextlib.suppress(OSError), open(f"{children}/{thread}/children") as file:
                pids |= {int(pid) for pid in file.read().split()}
    except OSError as error:
        raise Stop(
            "workers can be killed only of the emulator that `make run` started, on Linux"
        ) from error
    return sorted(pid for pid in pids if _is_worker(pid))


def _is_worker(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return b"worker" in file.read()
    except OSError:
        return False


def kill_workers(killed: list[int]) -> None:
    """Kill one worker at a time, for a while."""
    order = random.Random(0)  # noqa: S311
    until = time.monotonic() + KILL_SECONDS
    while time.monotonic() < until:
        time.sleep(KILL_EVERY_SECONDS)
        if running := workers():
            pid = order.choice(running)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)


def report(burst: Burst, seconds: float, killed: list[int] | None) -> list[str]:
    """The figures of the run."""
    waits = sorted(burst.seconds.values())
    lost = len(burst.keys) - len(waits)
    lines = [
        f"files      {len(burst.keys):,} in {seconds:.1f} s: {len(waits) / seconds:.0f} a second"
    ]
    if len(waits) > 1:
        cuts = statistics.quantiles(waits, n=100, method="inclusive")
        p50, p95, p99 = (cuts[n - 1] for n in (50, 95, 99))
        lines.append(
            f"queryable  p50 {p50:.1f} s, p95 {p95:.1f} s, p99 {p99:.1f} s after its write"
        )
    if killed is not None:
        lines.append(f"killed     {len(killed)} worker processes")
    lines.append(f"lost       {lost}")
    return lines


def main() -> None:
    match sys.argv[1:]:
        case [count, *options] if count.isdecimal() and options in ([], ["--kill"]):
            files = int(count)
        case _:
            raise SystemExit(__doc__)
    if not 1 <= files <= 100_000:
        raise Stop("FILES is a number from 1 to 100000")
    stage = connect(LOCAL)
    killed: list[int] = []
    seconds_for_all = SECONDS_FOR_ALL + files / 10

    if options:
        workers()
        threading.Thread(target=kill_workers, args=(killed,), daemon=True).start()
        seconds_for_all += KILLED_SECONDS
    send_back = partial(redrive_events, stage) if options else (lambda: None)
    burst = Burst(stage, files)
    started = time.monotonic()
    try:
        burst.run(Console(), started + seconds_for_all, send_back)
        say(*report(burst, time.monotonic() - started, killed if options else None))
        lost = burst.expected.keys() - burst.seconds.keys()
        burst.clean()
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the burst stopped: {error}") from error
    if lost:
        raise Stop(f"not as in the bucket: {', '.join(sorted(lost)[:5])} …")


if __name__ == "__main__":
    main()
