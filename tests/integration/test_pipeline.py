"""From an upload to the record, on a deployed catalog."""

import csv
import io
from importlib.resources import files

import pytest

from tests.deployed import one_segment

AWKWARD_KEYS = (
    "plain.csv",
    "reports/2026/sales.csv",
    "two words.csv",
    "a+b.csv",
    "100%.csv",
    "50%25.csv",
    "Übersicht – 売上.csv",
    "a//b/../c&d=e?f#g;h,i'j\"k<l>.csv",
)


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_a_file_is_found_by_its_name_whatever_characters_that_has(catalog, key):
    record = catalog.record_of(key, b"id,name\n1,Ada\n")
    assert record["filename"] == key
    assert (record["row_count"], record["column_names"]) == (1, ["id", "name"])
    assert catalog.get(f"/metadata/{one_segment(key)}") == (200, record)


REAL_FILES = sorted(
    path for path in (files("vega_datasets") / "_data").iterdir() if path.name.endswith(".csv")
)


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.name)
def test_the_record_of_a_real_file_says_what_the_csv_module_says(catalog, path):
    content = path.read_bytes()
    key = f"vega/{path.name}"
    record = catalog.record_of(key, content)
    head = catalog.s3.head_object(Bucket=catalog.project.bucket, Key=key)
    rows = [row for row in csv.reader(io.StringIO(content.decode(), newline="")) if row]
    assert [column["name"] for column in record["columns"]] == rows[0]
    assert record["profiled_rows"] == len(rows) - 1
    expected = {
        "filename": key,
        "bucket": catalog.project.bucket,
        "etag": head["ETag"].strip('"'),
        "version_id": None,
        "file_size": len(content),
        "status": "ready",
        "error": None,
        "row_count": len(rows) - 1,
        "column_count": len(rows[0]),
        "column_names": rows[0],
        "delimiter": ",",
        "quote_character": '"',
        "encoding": "utf-8",
        "has_header": True,
        "preamble_rows": 0,
        "compression": None,
        "warnings": [],
    }
    assert {name: record[name] for name in expected} == expected
