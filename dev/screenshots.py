"""Take the pictures of the page in docs/, from a catalog on an emulator of its own.

The files are those of dev/picture_files.py. What the app says of them is kept in
docs/pictures.json, which a test compares with what it says today.
"""

import json
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import boto3
from playwright.sync_api import Browser, sync_playwright

from dev import emulator
from dev.picture_files import SHOWN_FILE, rounds
from ops.deploy import deploy
from ops.stage import LOCAL, ROOT, Stage, use
from ops.terminal import Stop, say
from ops.upload import Catalog, find, upload_all

DOCS = ROOT / "docs"
SENTENCES = DOCS / "pictures.json"
DATASET_NAME = "crm/contacts_{date}.csv"
HISTORY_SECONDS = 60
# Debian's other package lacks a desktop's parts, and opens a page in half of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# Headless, without the GPU, and silent: nothing is fetched but what the page asks for.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Picture(NamedTuple):
    """A picture of a view, in a window of this size.

    `start` is the element at its top, else it begins where the page does.
    """

    name: str
    address: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    start: str | None = None


FILE = f"#/file/{quote(SHOWN_FILE, safe='')}"
DATASET = f"#/dataset/{quote(DATASET_NAME, safe='')}"
PICTURES = [
    Picture("page-light.png", "", 1440, 1000, "light"),
    Picture("page-columns.png", FILE, 1440, 1130, "light", start=".columns-card"),
    Picture("page-inside.png", FILE, 1440, 860, "dark", start=".preview"),
    Picture("page-datasets.png", "#/datasets", 1440, 560, "light"),
    Picture("page-history.png", DATASET, 1440, 700, "dark"),
    Picture("page-dark-phone.png", FILE, 390, 844, "dark", start=".columns-card"),
]


@contextmanager
def own_catalog() -> Iterator[tuple[Stage, str]]:
    """A catalog on an emulator of its own, and its URL. What is deployed from here stays known."""
    deployed = ROOT / ".chalice/deployed/local.json"
    before = deployed.read_bytes() if deployed.exists() else None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ["PORT"] = str(port)
    emulator.start()
    try:
        stage = use(LOCAL)
        yield stage, deploy(stage)
    finally:
        emulator.stop(port)
        if before is not None:
            deployed.write_bytes(before)


def fill(stage: Stage, url: str) -> dict[str, list[str]]:
    """Upload the files, and return what the app says of each, by key."""
    catalog, said = Catalog(stage), {}
    for files in rounds():
        with TemporaryDirectory() as folder:
            for key, content in files.items():
                path = Path(folder, key)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                if key.endswith(".json"):
                    boto3.client("s3").put_object(Bucket=stage.bucket, Key=key, Body=content)
            for upload, _ in upload_all(catalog, find([folder]).uploads):
                address = f"{url}/metadata/{quote(upload.key, safe='')}"
                said[upload.key] = sentences(answer_of(address))
    deadline = time.monotonic() + HISTORY_SECONDS
    while answer_of(f"{url}/datasets?dataset={DATASET_NAME}")["schemas_total"] < 2:
        if time.monotonic() > deadline:
            raise Stop(f"the history of {DATASET_NAME} is not there: see `./catalog logs`")
        time.sleep(0.5)
    return said


def answer_of(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def sentences(record: dict[str, Any]) -> list[str]:
    """Return what a record says in words: the page shows it as it is."""
    return [
        *filter(None, [record["error"]]),
        *record["warnings"],
        *record["violations"],
        *(note for column in record["columns"] for note in column["notes"]),
        *(finding["message"] for finding in record["forecast"]),
    ]


def take(picture: Picture, browser: Browser, url: str) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        device_scale_factor=2 if picture.width < 700 else 1,
        timezone_id="UTC",
        locale="en-GB",
    )
    page.goto(f"{url}/{picture.address}")
    page.wait_for_load_state("networkidle")
    if picture.start:
        page.locator(picture.start).evaluate("node => scrollTo(0, node.offsetTop - 66)")
    page.screenshot(path=DOCS / picture.name)
    page.close()


def main() -> None:
    if not CHROMIUM:
        raise Stop("no browser is installed: apt-get install chromium-headless-shell")
    with own_catalog() as (stage, url), sync_playwright() as playwright:
        said = fill(stage, url)
        SENTENCES.write_text(json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for picture in PICTURES:
            take(picture, browser, url)
            say(f"docs/{picture.name}")
        browser.close()


if __name__ == "__main__":
    main()
