"""Compare the catalog with the bucket; and have what differs cataloged, by the same functions.

What was in the bucket before the app, or was missed, gets an event of the kind that S3 sends, for
`extract`. It may be run at any time, and again: it sends what differs, which is nothing in the end,
and so goes on where it was stopped. The history gets what it lacks as well, without events.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, TextColumn

from chalicelib.catalog.record import FAILED
from chalicelib.csv_reader.shortened import counted
from ops.differences import Difference, Item, differences, side_by_side, stored_items
from ops.noted_contracts import NotedContracts
from ops.notifications import lost
from ops.past import Past
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, end_of, json_option, one_line, say, say_json, width

WAITING_AT_MOST = 1_000  # events whose records are not there yet; more are sent when some are
# Without any progress for so long there will be none: a large file alone may take `extract` until
# its time-out, and is read by this many bytes a second at least.
STILL_SECONDS, LONGEST_SECONDS = 60, 960
BYTES_A_SECOND = 4_000_000
SHOWN = 20
BATCH = 100  # of keys that BatchGetItem takes
PASSING_BY = 1_000  # keys between two words of progress


@dataclass
class Tally:
    """A number of differences, and the first of them."""

    count: int = 0
    first: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(difference)

    def lines(self) -> Iterator[str]:
        available = width()
        for difference in self.first:
            yield f"{difference.what:18} {end_of(difference.key, available and available - 19)}"
        if self.count > len(self.first):
            yield f"… and {self.count - len(self.first):,} more"

    def as_json(self) -> dict[str, Any]:
        first = [{"filename": one.key, "difference": one.what} for one in self.first]
        return {"count": self.count, "first": first}


class Backfill:
    """Sends what differs to `extract`, a bounded number ahead of what has been cataloged."""

    def __init__(self, stage: Stage, shown: "Shown"):
        self._stage = stage
        self._shown = shown
        self._lambda = boto3.client("lambda")
        self._table = boto3.resource("dynamodb").Table(stage.records_table)
        self._waiting: dict[str, Difference] = {}
        self.sent = self.cataloged = self.failed = 0

    def run(self, found: Iterable[Difference]) -> Tally:
        """Send all that was found and wait for its records. Returns those that did not come."""
        for difference in side_by_side(self._send, found):
            self._waiting[difference.key] = difference
            self.sent += 1
            if len(self._waiting) >= WAITING_AT_MOST and not self._wait(WAITING_AT_MOST // 2):
                break
        else:
            self._wait(0)
        left = Tally()
        for difference in self._waiting.values():
            left.add(difference)
        return left

    def _send(self, difference: Difference) -> Difference:
        self._lambda.invoke(
            FunctionName=self._stage.functions["extract"],
            InvocationType="Event",
            Payload=json.dumps({"Records": [difference.event]}),
        )
        return difference

    def _wait(self, until: int) -> bool:
        """Return whether no more than that many are waited for, before nothing has come for
        too long.
        """
        news = time.monotonic()
        while len(self._waiting) > until:
            if self._settle():
                news = time.monotonic()
            elif time.monotonic() > news + patience(self._waiting.values()):
                return False
            else:
                time.sleep(1)
        return True

    def _settle(self) -> int:
        """Strike off whose record has come. Returns how many."""
        before = len(self._waiting)
        keys = iter(list(self._waiting))
        while batch := list(islice(keys, BATCH)):
            for item in stored_items(self._table, batch):
                if _state(item) != _state(self._waiting[item["Filename"]].stored):
                    del self._waiting[item["Filename"]]
                    self.cataloged += 1
                    self.failed += item.get("Status") == FAILED
            self._shown.say(f"{self.sent:,} sent, {self.cataloged:,} cataloged")
        return before - len(self._waiting)


def patience(waiting: Iterable[Difference]) -> float:
    """Seconds without news after which none is to be expected: the largest file takes longest."""
    largest = max((one.size for one in waiting), default=0)
    return min(STILL_SECONDS + largest / BYTES_A_SECOND, LONGEST_SECONDS)


def _state(item: Item | None) -> list:
    """The facts by which records of a key differ."""
    names = ("Sequencer", "UploadTimestamp", "ProcessedTimestamp", "Status")
    return [(item or {}).get(name) for name in names]


class Shown:
    """Progress in one line: how far the comparison is, and what it led to."""

    def __init__(self, progress: Progress):
        self._progress = progress
        self._task = progress.add_task("")
        self._said = ""
        self.compared, self.at = 0, ""

    def pass_by(self, key: str) -> None:
        self.compared, self.at = self.compared + 1, key
        if self.compared % PASSING_BY == 0:
            self.say(self._said)

    def say(self, said: str) -> None:
        self._said = said
        line = f"{self.compared:,} compared, {said or 'none sent'}, at {one_line(self.at)}"
        self._progress.update(self._task, description=line)


def _verify(stage: Stage, found: Iterable[Difference]) -> tuple[Tally, list[str]]:
    """Return what differs; and what is said of the files that agree, but could not be read."""
    differing, failed = Tally(), Tally()
    for difference in found:
        (failed if difference.what == FAILED else differing).add(difference)
    if not failed.count:
        return differing, []
    retry = stage.command("backfill --retry failed")
    return differing, [
        *failed.lines(),
        f"{counted(failed.count, 'file')} failed to be read: `{retry}` "
        "tries them again; the reasons are in /metadata?status=failed",
    ]


def _backfill(
    stage: Stage, found: Iterable[Difference], retry: bool, shown: Shown
) -> tuple[Tally, list[str]]:
    """Return what was sent and did not come; and what is said of the others."""
    run = Backfill(stage, shown)
    left = run.run(one for one in found if retry or one.what != FAILED)
    failed = f", {run.failed:,} of these failed to be read" if run.failed else ""
    return left, [f"{run.sent:,} sent, {run.cataloged:,} of them cataloged{failed}"]


def _check_past(stage: Stage, prefix: str) -> tuple[Tally, list[str]]:
    """Return which writes the history lacks; and what is said of it."""
    lacking, past = Tally(), Past(stage)
    if not past.is_kept():
        return lacking, [f"no history is kept: `{stage.command('deploy')}` makes the table for it"]
    for record in past.missing(prefix):
        lacking.add(Difference(record.filename, "not in the history", {}))
    return lacking, []


def _fill_past(past: Past, prefix: str) -> tuple[Tally, list[str]]:
    if not past.is_kept():
        return Tally(), []
    return Tally(), [f"{counted(past.fill(prefix), 'write')} added to the history"]


prefix_option = click.option(
    "--prefix", default="", help="Read only what begins so, as reports/2026/."
)


@contextmanager
def _shown(what: str) -> Iterator[Shown]:
    """Progress on a terminal; and an end with a sentence where AWS does not go on."""
    console = Console(stderr=True)
    columns = [TextColumn("{task.description}", markup=False)]
    disable = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=disable) as progress:
        shown = Shown(progress)
        try:
            yield shown
        except (BotoCoreError, ClientError) as error:
            where = f" stopped at {shown.at!r}" if shown.at else " cannot go on"
            raise Stop(f"{what}{where}: {error}") from error


@click.command(epilog="Example: ./catalog verify --prefix reports/")
@prefix_option
@json_option
@stage_option
def verify_command(prefix: str, as_json: bool, stage_name: str) -> None:
    """Compare catalog, history and bucket."""
    stage = connect(stage_name)
    with _shown("verify") as shown:
        contracts = NotedContracts(stage, prefix)
        found = differences(stage, prefix, shown.pass_by, contract=contracts.add)
        left, said = _verify(stage, found)
        for key, what in contracts.wrong().items():
            left.add(Difference(key, what, {}))
        lacking, of_past = _check_past(stage, prefix)
        not_told = lost(stage)
    _end(stage, left, lacking, [*said, *of_past], not_told, as_json)


@click.command(epilog="Example: ./catalog backfill --prefix reports/ --retry failed")
@prefix_option
@click.option("--retry", type=click.Choice([FAILED]), help="Read again what could not be read.")
@click.option("--older", is_flag=True, help="Read again what an older version of the reader read.")
@json_option
@stage_option
def backfill_command(
    prefix: str, retry: str | None, older: bool, as_json: bool, stage_name: str
) -> None:
    """Catalog what was in the bucket before, or was missed."""
    stage = connect(stage_name)
    with _shown("backfill") as shown:
        contracts = NotedContracts(stage, prefix)
        found = differences(stage, prefix, shown.pass_by, older, contracts.add)
        left, said = _backfill(stage, found, retry == FAILED, shown)
        if not left.count:  # otherwise it may have stopped amid the bucket
            contracts.mend()
        lacking, of_past = _fill_past(Past(stage), prefix)
        not_told = lost(stage)
    _end(stage, left, lacking, [*said, *of_past], not_told, as_json)


def _end(
    stage: Stage, left: Tally, lacking: Tally, said: list[str], not_told: str | None, as_json: bool
) -> None:
    """Say what was found, and exit with 1 unless all agree and the catalog is notified of files.

    `not_told` says what is gone of the way on which it is.
    """
    if not_told:
        deploy, backfill = stage.command("deploy"), stage.command("backfill")
        said = [
            *said,
            f"{not_told}, so new files are not seen: `{deploy}` sets that up again, and then "
            f"`{backfill}` catalogs what came meanwhile",
        ]
    if as_json:
        found = {"differing": left.as_json(), "lacking": lacking.as_json()}
        say_json(found | {"not_notified": not_told, "said": said})
    else:
        say(*said, *left.lines(), *lacking.lines())
    if left.count:
        raise Stop(f"catalog and bucket differ in {counted(left.count, 'file')}")
    if lacking.count:
        add = stage.command("backfill")
        raise Stop(
            f"the history lacks {counted(lacking.count, 'write')}: `{add}` adds what it lacks"
        )
    if not_told:
        raise Stop("the catalog is not notified of new files")
    if not as_json:
        say("catalog and bucket agree")
