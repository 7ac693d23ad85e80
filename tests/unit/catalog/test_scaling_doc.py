"""docs/scaling.md reckons with the numbers that are set, and reckons right."""

import json
import re

import pytest

from chalicelib.catalog.history.dataset_items import BUSY
from chalicelib.catalog.history.deliveries import PARTITIONS
from chalicelib.catalog.history.items import INDEXED_COLUMNS
from chalicelib.catalog.history.table import PLACES_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS, LISTED_COLUMNS_BYTES, SHARDS
from chalicelib.catalog.listing import FILES_AT_MOST, SORTED_HERE_AT_MOST, WHOLE_RECORDS_AT_MOST
from tests.template import resources
from tests.unit.conftest import PROJECT

TEXT = re.sub(r"\s+", " ", (PROJECT / "docs/scaling.md").read_text())
CONFIG = json.loads((PROJECT / ".chalice/config.json").read_text())
EXTRACT = CONFIG["lambda_functions"]["extract"]


@pytest.mark.parametrize(
    "claim",
    [
        f"modulo {SHARDS}.",
        f"| `SHARDS` | `chalicelib/catalog/indexes.py` | {SHARDS} |",
        f"if no more than {SORTED_HERE_AT_MOST} files",
        f"looks through {FILES_AT_MOST:,} files at most, and reads {WHOLE_RECORDS_AT_MOST} whole",
        f"({LISTED_COLUMNS} names, {LISTED_COLUMNS_BYTES:,} bytes)",
        f"more than {PLACES_AT_MOST} such places",
        f"sees more than {BUSY} of them within a second",
        f"in {PARTITIONS} partitions, by a hash",
        f"the first {INDEXED_COLUMNS} columns are in it",
        f"`lambda_memory_size` | `.chalice/config.json` | {EXTRACT['lambda_memory_size']} MB",
        f"`lambda_timeout` | `.chalice/config.json` | {EXTRACT['lambda_timeout']} s",
        f"stage | `{CONFIG['stages']['prod']['lambda_architecture']}` for `prod`",
    ],
)
def test_it_names_what_is_set(claim):
    assert claim in TEXT


def test_the_table_is_billed_as_it_says():
    assert resources()["RecordsTable"]["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_sum_of_a_million_uploads_is_right():
    gigabyte_second = 13.33  # on arm64
    costs = [
        5.00 + 0.40,
        round(1.73 * 0.3 * gigabyte_second + 0.20, 2),
        round(2.1 * 0.40, 2),
        round(0.25 * 0.05 * gigabyte_second + 0.1 * 0.20, 2),
        round(3 * 0.625, 2),
        0.63,
        4.88,
        1.00,
        2.5 * 0.50,
    ]
    for cost in costs:
        assert f"| ${cost:.2f} |" in TEXT
    assert f"**${sum(costs):.2f}**" in TEXT
    assert abs(7 * 0.625 + 4 * 0.125 - 4.88) < 0.01
    before = sum(costs) - 0.63 - 4.88 - 1.00 - 0.10
    assert f"it is ${before:.2f}" in TEXT
    without_deliveries = sum(costs) - 4.88 + 2.12
    assert sum(costs) < 1.25 * without_deliveries
    assert f"are ${4.88 - 2.12:.2f} of it" in TEXT
    assert f"10 × ${sum(costs):.2f} = ${10 * sum(costs):.0f}" in TEXT


def test_the_sum_of_a_backfill_is_right():
    comparing = [10_000 * 5 / 1e6, round(10 * 0.6 / 8 * 0.125, 2)]
    cataloging = [10 * 0.125, 3 * 10 * 0.125, 10 * (16.58 - 5.00)]
    for cost in (*comparing, *cataloging):
        assert f"| ${cost:.2f} |" in TEXT
    assert f"**${sum(comparing):.2f}**" in TEXT
    assert f"**${sum(cataloging):.2f}**" in TEXT


def test_the_cost_of_what_is_no_csv_file_is_right():
    assert f"| ${1.73 * 0.005 * 13.33 + 0.20 + 0.50:.2f} |" in TEXT
