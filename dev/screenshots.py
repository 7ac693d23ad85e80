"""Make the pictures of the page in docs/, with made-up files or those of a running catalog.

python -m dev.screenshots            # made-up files: the same pictures every time
python -m dev.screenshots API_URL    # what the catalog at API_URL holds now
"""

import random
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from dev.fake_catalog import (
    API_ORIGIN,
    NOT_RAGGED,
    FakeCatalog,
    Record,
    a_failed_record,
    a_profiled_record,
    a_record,
)
from dev.made_up_contacts import (
    CONTACT_COLUMNS,
    CONTACT_FORECAST,
    CONTACT_PREVIEW,
    CONTACT_SCHEMA,
    ROWS,
)
from dev.made_up_history import CONTACT_HISTORY, DATASETS
from ops.terminal import Stop, say

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=timezone.utc)
DOCS = Path(__file__).parent.parent / "docs"
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
SHOWN_FILE = "crm/contacts_2026-11-22.csv.gz"

FEEDS = {
    "sales/eu/orders_{day}.csv": ["order_id", "customer_id", "placed_at", "country", "total"],
    "sales/us/orders_{day}.csv": ["order_id", "customer_id", "placed_at", "state", "total"],
    "iot/plant-7/sensors_{day}.csv.gz": ["sensor", "read_at", "celsius", "humidity", "battery"],
    "finance/zahlungen_münchen_{day}.txt": ["Buchungstag", "Empfänger", "Verwendung", "Betrag"],
    "web/clicks_{day}.tsv": ["session", "url", "referrer", "at"],
}


def made_up_records() -> list[Record]:
    """Two weeks of what five teams drop into a bucket, with the accidents that come with it."""
    chance = random.Random(7)  # noqa: S311
    records = []
    for age in range(14):
        day = NOW - timedelta(days=age)
        for feed, names in FEEDS.items():
            if chance.random() < (0.5 if day.weekday() >= 5 else 0.12):
                continue
            at = day.replace(hour=chance.randint(2, 14), minute=chance.randint(0, 59))
            rows = int(chance.lognormvariate(11.2, 1.1))
            records.append(
                a_record(
                    feed.format(day=f"{day:%Y-%m-%d}"),
                    column_names=names,
                    row_count=rows,
                    file_size=rows * chance.randint(38, 90),
                    **_times(at),
                )
            )
    return [
        *records,
        a_profiled_record(
            SHOWN_FILE,
            CONTACT_COLUMNS,
            row_count=ROWS,
            forecast=CONTACT_FORECAST,
            dataset="crm/contacts_{date}.csv",
            contract={"key": "crm/_schema.json", "version": "3"},
            violations=["country: NA in row 41 is none of the 8 countries agreed"],
            file_size=14_442_180,
            delimiter=";",
            encoding="windows-1252",
            preamble_rows=2,
            compression="gzip",
            header_rows=2,
            ragged_rows=NOT_RAGGED | {"count": 3, "first_short": 41_007, "first_short_fields": 12},
            warnings=[
                "duplicate column name: email",
                "blank column name: column 7",
                "3 rows have fewer fields than the header; the first is row 41,007, with 12",
            ],
            **_times(NOW - timedelta(minutes=2), seconds=9),
        ),
        a_failed_record(
            "finance/budget_2027.csv",
            "not a CSV file: it looks like an Excel workbook (xlsx). Save it as CSV and try again.",
            file_size=412_870,
            **_times(NOW - timedelta(minutes=26)),
        ),
        a_failed_record(
            "iot/plant-7/sensors_2026-11-18.csv.gz",
            "the gzip stream ends early, at byte 7,340,032: the upload may have been cut",
            file_size=7_340_032,
            **_times(NOW - timedelta(days=4, hours=3)),
        ),
    ]


def made_up_catalog() -> FakeCatalog:
    """A catalog of these files; of one of them it also knows the first rows."""
    catalog = FakeCatalog(made_up_records())
    catalog.previews[SHOWN_FILE] = (200, CONTACT_PREVIEW)
    catalog.schemas["duckdb"] = (200, CONTACT_SCHEMA)
    catalog.histories[SHOWN_FILE] = CONTACT_HISTORY
    catalog.datasets = DATASETS
    return catalog


def _times(at: datetime, seconds: float = 0.7) -> dict[str, str]:
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    read_at = at + timedelta(seconds=seconds)
    return {"upload_timestamp": at.strftime(form), "processed_timestamp": read_at.strftime(form)}


class Picture(NamedTuple):
    """A picture of a view, in a window of this size.

    `opens` is the link that leads from the view at `address` to it; `start` the element that stands
    at its top, else it is the page's.
    """

    name: str
    address: str
    width: int
    height: int
    scheme: str
    opens: str | None = None
    start: str | None = None


FILE, DATASET = "#rows .name a", "#dataset-rows .name a"
PICTURES = [
    Picture("page-light.png", "", 1440, 1000, "light"),
    Picture("page-columns.png", "", 1440, 1130, "light", opens=FILE, start=".columns-card"),
    Picture("page-inside.png", "", 1440, 860, "dark", opens=FILE, start=".preview"),
    Picture("page-datasets.png", "#/datasets", 1440, 560, "light"),
    Picture("page-history.png", "#/datasets", 1440, 700, "dark", opens=DATASET),
    Picture("page-dark-phone.png", "", 390, 844, "dark", opens=FILE, start=".columns-card"),
]


def take(picture: Picture, browser: Browser, api_url: str | None) -> None:
    """Take the picture of the page of `api_url`, else of made-up files at `NOW`."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        device_scale_factor=2 if picture.width < 700 else 1,
        timezone_id="UTC",
        locale="en-GB",
    )
    if api_url is None:
        page.clock.set_fixed_time(NOW)
        made_up_catalog().answer(page)
    page.goto(f"{api_url or API_ORIGIN}/{picture.address}")
    if picture.opens:
        page.locator(picture.opens).first.click()
    page.wait_for_load_state("networkidle")
    if picture.start:
        page.locator(picture.start).evaluate("node => scrollTo(0, node.offsetTop - 14)")
    page.screenshot(path=DOCS / picture.name)
    page.close()


def main(api_url: str | None) -> None:
    if not CHROMIUM:
        raise Stop("no browser is installed: apt-get install chromium-headless-shell")
    DOCS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for picture in PICTURES:
            take(picture, browser, api_url)
            say(f"docs/{picture.name} shows {api_url or 'made-up files'}.")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else None)
