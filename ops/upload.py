"""Upload CSV files into the bucket, and say what the catalog has of each as it is read."""

import glob
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import click
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from chalicelib.catalog.keys import USUAL_KEYS, Selection
from chalicelib.catalog.record import READY, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.csv_reader.shortened import counted
from ops.record_line import liner
from ops.stage import Stage, connect, live_api_url, read_stage, stage_option
from ops.terminal import Stop, agrees, json_option, say, say_json

RECORD_SECONDS = 120
AT_ONCE = 8
SHOWN = 20  # of the files that are left out


@dataclass(frozen=True)
class Upload:
    """A local file, and the key that it gets in the bucket."""

    path: Path
    key: str


@dataclass
class Chosen:
    """The files to upload; and those that are left out, each with why.

    Files of `other_kinds` nobody would want in the catalog, and those that are `refused` somebody
    asked for.
    """

    uploads: list[Upload]
    other_kinds: list[str]
    refused: list[str]

    def refuse(self, reasons: dict[Upload, str]) -> None:
        """Leave out the uploads that have a reason."""
        self.refused += [f"{upload.path}: {reason}" for upload, reason in reasons.items()]
        self.uploads = [upload for upload in self.uploads if upload not in reasons]

    def say_left_out(self) -> None:
        left_out = self.refused + self.other_kinds
        say(*(f"left out: {reason}" for reason in left_out[:SHOWN]), file=sys.stderr)
        if len(left_out) > SHOWN:
            say(f"left out: {len(left_out) - SHOWN:,} more", file=sys.stderr)


def find(paths: Iterable[str], prefix: str = "", selection: Selection = USUAL_KEYS) -> Chosen:
    """Choose the files that the paths name: files, folders and patterns.

    A file is called by its name, a file in a folder by its path within the folder. Exits with a
    sentence if a path names nothing.
    """
    folder = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    named = dict.fromkeys(
        Upload(path, folder + key) for name in paths for path, key in _files(name)
    )
    reasons = {upload: selection.left_out(upload.key) for upload in named}
    kinds = [f"{upload.path}: {reason}" for upload, reason in reasons.items() if reason]
    chosen = Chosen([upload for upload in named if not reasons[upload]], kinds, [])
    first: dict[str, Upload] = {}
    chosen.refuse(
        {
            upload: f"it would be called {upload.key}, as {first[upload.key].path} is"
            for upload in chosen.uploads
            if first.setdefault(upload.key, upload) != upload
        }
    )
    return chosen


def _files(name: str) -> Iterator[tuple[Path, str]]:
    """The files that the path or pattern names, each with its key."""
    matches = [name] if Path(name).exists() else sorted(glob.glob(name, recursive=True))
    if not matches:
        raise Stop(f"there is no file {name}")
    for path in map(Path, matches):
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.is_file()]
            yield from ((file, file.relative_to(path).as_posix()) for file in inside)
        else:
            yield path, path.name


class Catalog:
    """The bucket and the records of a deployed catalog."""

    def __init__(self, stage: Stage):
        self._stage = stage
        self._bucket = stage.bucket
        self._s3 = boto3.client("s3")
        self._records = RecordsTable(boto3.resource("dynamodb").Table(stage.records_table))

    def etag(self, key: str) -> str | None:
        """The ETag of the file of that key in the bucket, or None if there is none."""
        try:
            return self._s3.head_object(Bucket=self._bucket, Key=key)["ETag"].strip('"')
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return None
            raise

    def record(self, key: str) -> FileRecord | None:
        """The record of the file of that key, or None if there is none."""
        return self._records.get(key)

    def upload(self, upload: Upload, progress: Callable[[int], object]) -> FileRecord:
        """Put the file into the bucket and wait for its record. Raises TimeoutError.

        `progress` is called with the number of bytes that went since it was last called.
        """
        before = self._records.get(upload.key)
        self._s3.upload_file(str(upload.path), self._bucket, upload.key, Callback=progress)
        deadline = time.monotonic() + RECORD_SECONDS
        pause = 0.05
        while (record := self._records.get(upload.key)) is None or record == before:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"no record within {RECORD_SECONDS} seconds: see "
                    f"`{self._stage.command('logs')}`"
                )
            time.sleep(pause)
            pause = min(2 * pause, 1)
        return record


def upload_all(
    catalog: Catalog, uploads: list[Upload], with_bar: bool = True
) -> Generator[tuple[Upload, FileRecord | str], None, None]:
    """Upload the files, some at a time. Yields each as it is read: its record, or why it has none.

    No thread is waited for where the caller goes away.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    with _progress(uploads, with_bar) as progress:
        waits = {pool.submit(catalog.upload, upload, progress): upload for upload in uploads}
        try:
            for wait in as_completed(waits):
                result: FileRecord | str
                try:
                    result = wait.result()
                except (OSError, Boto3Error, BotoCoreError, ClientError) as error:
                    result = str(error)
                yield waits[wait], result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _progress(uploads: list[Upload], is_wanted: bool) -> Iterator[Callable[[int], object]]:
    """A bar of the bytes that went, on a terminal. Yields what counts them."""
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True)
    bar.disable = not (is_wanted and console.is_terminal)
    with bar:
        size = sum(upload.path.stat().st_size for upload in uploads)
        task = bar.add_task("Uploading", total=size)
        yield lambda sent: bar.advance(task, sent)


def is_ready(result: FileRecord | str) -> bool:
    return isinstance(result, FileRecord) and result.status == READY


def refuse_to_replace(catalog: Catalog, chosen: Chosen) -> None:
    """Leave out files that would replace others, unless someone agrees."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        etags = list(pool.map(catalog.etag, [upload.key for upload in chosen.uploads]))
    reasons = {
        upload: f"{upload.key} is in the bucket already (--replace replaces it)"
        for upload, etag in zip(chosen.uploads, etags, strict=True)
        if etag is not None
    }
    if reasons and sys.stdin.isatty():
        say(*(f"{upload.key} is in the bucket already" for upload in reasons), file=sys.stderr)
        if agrees(f"Replace {len(reasons):,} of {counted(len(chosen.uploads), 'file')}?"):
            return
    chosen.refuse(reasons)


@click.command(epilog="Example: ./catalog upload exports/ --prefix in/today/")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--prefix", default="", help="The folder of the bucket that the files go to.")
@click.option("--replace", is_flag=True, help="Replace files that are there, without asking.")
@json_option
@stage_option
def upload_command(
    paths: tuple[str, ...], prefix: str, replace: bool, as_json: bool, stage_name: str
) -> None:
    """Upload files and show what the catalog has of each.

    A PATH is a file, a folder or a pattern. With --json, each line is a record, or an object with
    the reason why there is none.
    """
    chosen = find(paths, prefix, read_stage(stage_name).selection)
    if not chosen.uploads:
        chosen.say_left_out()
        raise Stop("there is nothing to upload")
    stage = connect(stage_name)
    live_api_url(stage)
    catalog = Catalog(stage)
    try:
        if not replace:
            refuse_to_replace(catalog, chosen)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the bucket {stage.bucket} cannot be read: {error}") from error
    chosen.say_left_out()
    wrong = _upload(catalog, chosen.uploads, as_json) if chosen.uploads else 0
    if wrong:
        raise Stop(f"{wrong:,} of {counted(len(chosen.uploads), 'file')} could not be cataloged")
    if chosen.refused:
        raise SystemExit(1)


def _upload(catalog: Catalog, uploads: list[Upload], as_json: bool) -> int:
    """Upload the files, a line for each. Returns how many could not be cataloged."""
    line = liner([upload.key for upload in uploads])
    done = wrong = 0
    try:
        with closing(upload_all(catalog, uploads, with_bar=not as_json)) as results:
            for upload, result in results:
                done += 1
                wrong += not is_ready(result)
                if as_json:
                    say_json(_as_json(upload, result), indent=None)
                else:
                    say(line(upload.key, result))
    except KeyboardInterrupt:
        say(f"stopped: {done:,} of {len(uploads):,} files were read, "
            "and others may be on their way", file=sys.stderr)  # fmt: skip
        raise
    return wrong


def _as_json(upload: Upload, result: FileRecord | str) -> dict:
    if isinstance(result, str):
        return {"filename": upload.key, "status": "missing", "error": result}
    return result.as_dict()
