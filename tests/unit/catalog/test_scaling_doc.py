"""docs/scaling.md reckons with the numbers that are set, and reckons right."""

import json
import random
import re
from dataclasses import replace

import pytest

from chalicelib.catalog.history.changes import schema_id_of_record
from chalicelib.catalog.history.dataset_items import BUSY, BUSY_SECONDS
from chalicelib.catalog.history.deliveries import PARTITIONS
from chalicelib.catalog.history.items import INDEXED_COLUMNS, version_item
from chalicelib.catalog.history.table import PLACES_AT_MOST
from chalicelib.catalog.indexes import LISTED_COLUMNS, LISTED_COLUMNS_BYTES, SHARDS
from chalicelib.catalog.items import to_item
from chalicelib.catalog.listing import FILES_AT_MOST, SORTED_HERE_AT_MOST, WHOLE_RECORDS_AT_MOST
from chalicelib.intake.contracts import LOOKS_A_MINUTE
from chalicelib.intake.describe import describe
from tests.template import resources
from tests.unit.conftest import PROJECT
from tests.unit.intake.fakes import WRITE, Files

TEXT = re.sub(r"\s+", " ", (PROJECT / "docs/scaling.md").read_text())
CONFIG = json.loads((PROJECT / ".chalice/config.json").read_text())
EXTRACT = CONFIG["lambda_functions"]["extract"]


def dollars(amount):
    return round(amount + 1e-9, 2)  # half a cent is one


@pytest.mark.parametrize(
    "claim",
    [
        f"modulo {SHARDS}.",
        f"| `SHARDS` | `chalicelib/catalog/indexes.py` | {SHARDS} |",
        f"if no more than {SORTED_HERE_AT_MOST} files",
        f"looks through {FILES_AT_MOST:,} files at most, and reads {WHOLE_RECORDS_AT_MOST} whole",
        f"({LISTED_COLUMNS} names, {LISTED_COLUMNS_BYTES:,} bytes)",
        f"more than {PLACES_AT_MOST} such places",
        f"sees more than {BUSY} of a dataset within {BUSY_SECONDS} seconds",
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
        dollars(5 * 0.625),
        0.63,
        4.88,
        dollars(0.2 * 0.625),
        1.00,
        2.5 * 0.50,
    ]
    for cost in costs:
        assert f"| ${cost:.2f} |" in TEXT
    assert f"**${sum(costs):.2f}**" in TEXT
    assert abs(7 * 0.625 + 4 * 0.125 - 4.88) < 0.01
    before = sum(costs) - 0.63 - 4.88 - 0.13 - 1.00 - 0.10
    assert f"it is ${before:.2f}" in TEXT
    without_deliveries = sum(costs) - 4.88 + 2.12
    assert sum(costs) < 1.25 * without_deliveries
    assert f"are ${4.88 - 2.12:.2f} of it" in TEXT
    assert f"10 × ${sum(costs):.2f} = ${10 * sum(costs):.0f}" in TEXT


def test_the_sum_of_a_backfill_is_right():
    comparing = [10_000 * 5 / 1e6, dollars(10 * 0.9 / 8 * 0.125)]
    cataloging = [10 * 0.125, 3 * 10 * 0.125, 10 * (17.83 - 5.00)]
    for cost in (*comparing, *cataloging):
        assert f"| ${cost:.2f} |" in TEXT
    assert f"**${sum(comparing):.2f}**" in TEXT
    assert f"**${sum(cataloging):.2f}**" in TEXT


def test_the_cost_of_contracts_is_right():
    runs = 300 * 43_800 / 1e6  # of a process and a minute, millions
    looks = runs * LOOKS_A_MINUTE * 0.40
    assert f"300 × 43,800 × {LOOKS_A_MINUTE} × $0.40 a million | ${looks:.0f} | " in TEXT
    assert f"${looks / 2628:.2f} |" in TEXT
    assert f"| ${runs * 2 * 0.125:.2f} | $0.00 |" in TEXT
    assert f"| ${runs * 50 * 0.40:.0f} | ${runs * 50 * 0.40 / 2628:.2f} |" in TEXT


def example() -> bytes:
    """The file of 1 MB with ten columns that the arithmetic is of."""
    chance = random.Random(1)  # noqa: S311
    rows = ["order_id,day,customer,country,product,quantity,price,discount,paid,comment"]
    for number in range(14_250):
        rows.append(
            f"{number},2026-{number % 12 + 1:02}-{number % 28 + 1:02},"
            f"customer {chance.randrange(5_000)},{chance.choice(['DE', 'FR', 'US'])},"
            f"product {chance.randrange(300)},{chance.randrange(1, 99)},"
            f"{chance.randrange(100, 99_999) / 100},{chance.random():.2f},"
            f"{chance.choice(['true', 'false'])},{chance.choice(['', 'fine', 'call back'])}"
        )
    return "\n".join(rows).encode()


def size(value) -> int:
    """Bytes that DynamoDB counts ("DynamoDB item sizes and formats", Developer Guide)."""
    match value:
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case bool() | None:
            return 1
        case dict():
            return 3 + sum(1 + len(name) + size(one) for name, one in value.items())
        case list() | tuple():
            return 3 + sum(1 + size(one) for one in value)
    return (len(str(value)) + 1) // 2 + 1


ENTRY = {
    "EntryId": "31 692a7e0bd3f08a51 10",
    "Now": {"files": 1, "rows": 14_250, "bytes": 1_000_000},
    "Before": {"files": 1, "rows": 14_250, "bytes": 1_000_000},
}


def kilobytes(item) -> str:
    """Of an item, with the 100 bytes that DynamoDB adds to what is in an index or has one."""
    total = 100 + sum(len(name) + size(value) for name, value in item.items())
    return f"{total / 1_000:.1f} KB"


def test_the_items_have_the_sizes_that_it_reckons_with():
    content = example()
    write = {
        "etag": "9a0364b9e99bb480dd25e1f0284c8555",
        "version_id": "096fKKXTRTtl3on89fVO.nfljts",
    }
    event = replace(WRITE, key="sales/2026/11/orders-2026-11-22.csv", size=len(content), **write)
    record = describe(event, Files(content))
    named = {"schema_id": schema_id_of_record(record), "dataset": "sales/{date}/orders-{date}.csv"}
    record = replace(record, **named).fitted()
    item = to_item(record) | {"Entry": ENTRY}
    assert f"Its item is {kilobytes(item)} in the table" in TEXT
    for index in resources()["RecordsTable"]["Properties"]["GlobalSecondaryIndexes"]:
        keys = {key["AttributeName"] for key in index["KeySchema"]} | {"Filename"}
        of_the_index = keys | set(index["Projection"]["NonKeyAttributes"])
        in_it = {name: value for name, value in item.items() if name in of_the_index}
        assert kilobytes(in_it) in ("0.8 KB", "0.9 KB")
    version = version_item(record, None, None, 400)
    assert f"of which the version is {kilobytes(version)}" in TEXT


def test_the_cost_of_what_is_no_csv_file_is_right():
    assert f"| ${1.73 * 0.005 * 13.33 + 0.20 + 0.50:.2f} |" in TEXT
