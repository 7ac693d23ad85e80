"""Upload CSV files into the bucket, and show the record of each as it appears.

python -m ops.upload PATHS    files, folders or patterns, separated by spaces
"""

import glob
import json
import shlex
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import quote

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from chalicelib.catalog.keys import is_csv_key
from ops.record_table import show
from ops.stage import LOCAL, deployed_api_url, require_emulator, use
from ops.terminal import Stop

RECORD_SECONDS = 120
AT_ONCE = 8


@dataclass(frozen=True)
class Upload:
    """A file of this machine, and the key that it gets in the bucket."""

    path: Path
    key: str


def find(paths: str) -> list[Upload]:
    """The uploads that `paths` asks for. Exits with a sentence if it asks for what is not there.

    A file is called by its name, a file in a folder by its path within the folder.
    """
    if not paths.strip():
        raise Stop("which file? As in `make upload FILE=samples/orders.csv`")
    try:
        names = [paths] if Path(paths).exists() else shlex.split(paths)
    except ValueError:  # a quotation mark without its partner
        names = [paths]
    uploads = []
    for name in names:
        matches = [Path(match) for match in sorted(glob.glob(name))] or [Path(name)]
        for path in [Path(name)] if Path(name).exists() else matches:
            uploads += _uploads(path)
    return uploads


def _uploads(path: Path) -> list[Upload]:
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        found = [Upload(file, file.relative_to(path).as_posix()) for file in files]
        found = [upload for upload in found if is_csv_key(upload.key)]
        if not found:
            raise Stop(f"{path} holds no .csv, .tsv or .txt file, gzipped or not")
        return found
    if not path.is_file():
        raise Stop(f"there is no file {path}")
    if not is_csv_key(path.name):
        raise Stop(f"{path} is not a .csv, .tsv or .txt file, gzipped or not: "
                         "the catalog would leave it alone")  # fmt: skip
    return [Upload(path, path.name)]


class Catalog:
    """The deployed catalog, as someone with a bucket and a URL sees it.

    It is asked one question at a time: for each that comes while another is answered, the emulator
    starts one more process, which takes longer than all the answers.
    """

    def __init__(self, bucket: str, url: str):
        self.url = url
        self._asking = Lock()
        self._bucket = bucket
        self._s3 = boto3.client("s3")

    def require(self) -> None:
        """Exit with a sentence unless the API answers: an emulator forgets all when it stops."""
        try:
            urllib.request.urlopen(f"{self.url}/health", timeout=60).close()  # noqa: S310
        except OSError as error:
            raise Stop(f"no catalog answers at {self.url}: run `make run`") from error

    def record(self, key: str) -> dict | None:
        """The record of the file, or None as long as there is none."""
        address = f"{self.url}/metadata/{quote(key, safe='')}"
        try:
            with self._asking, urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None

    def upload(self, upload: Upload, progress=None) -> dict:
        """Put the file into the bucket and wait for its record. Raises TimeoutError.

        `progress` is called with the number of bytes that went since it was last called.
        """
        before = self.record(upload.key)
        self._s3.upload_file(str(upload.path), self._bucket, upload.key, Callback=progress)
        deadline = time.monotonic() + RECORD_SECONDS
        pause = 0.05
        while (record := self.record(upload.key)) is None or record == before:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no record within {RECORD_SECONDS} seconds: see `make logs`")
            time.sleep(pause)
            pause = min(2 * pause, 1)
        return record


def upload_all(
    catalog: Catalog, uploads: list[Upload], console: Console
) -> Iterator[tuple[Upload, dict | str]]:
    """Upload the files, some at a time. Yields each with its record, or with why there is none."""
    bar = Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=console,
        transient=True,
    )
    with bar, ThreadPoolExecutor(AT_ONCE) as pool:
        size = sum(upload.path.stat().st_size for upload in uploads)
        task = bar.add_task("Uploading", total=size)
        waits = [
            (upload, pool.submit(catalog.upload, upload, lambda sent: bar.advance(task, sent)))
            for upload in uploads
        ]
        for upload, wait in waits:
            try:
                yield upload, wait.result()
            except (OSError, Boto3Error, BotoCoreError, ClientError) as error:
                yield upload, str(error)


def is_ready(result: dict | str) -> bool:
    return isinstance(result, dict) and result["status"] == "ready"


def main() -> None:
    stage = use(LOCAL)
    uploads = find(" ".join(sys.argv[1:]))
    require_emulator()
    catalog = Catalog(stage.bucket, deployed_api_url(stage))
    catalog.require()
    console = Console()
    results = list(upload_all(catalog, uploads, console))
    show([(upload.key, result) for upload, result in results], console)
    wrong = sum(not is_ready(result) for _, result in results)
    if wrong:
        raise Stop(f"{wrong} of {len(results)} files could not be cataloged")


if __name__ == "__main__":
    main()
