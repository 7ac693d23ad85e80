from dataclasses import replace
from itertools import permutations

import pytest
from moto import mock_aws

from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import padded_sequencer
from tests.examples.records import RECORD
from tests.unit.conftest import make_records_table


@pytest.fixture
def table():
    with mock_aws():
        yield make_records_table("MetadataTable")


def test_a_record_is_read_back_as_it_was_written(table):
    assert RecordsTable(table).put_if_newer(RECORD)
    assert RecordsTable(table).get(RECORD.filename) == RECORD


def test_a_record_of_another_dialect_goes_through_message_and_table_as_it_is(table):
    record = replace(
        RECORD,
        quote_character=None,
        escape_character="\\",
        encoding_runner_up="cp1252",
        undecodable_bytes=3,
        undecodable_as="cp1250",
        has_open_quote=False,
        swallowed_rows={"row": 4, "row_count": 30_000},
        decoded_twice={"row": None, "column": 2},
    )
    records = RecordsTable(table)
    assert records.put_if_newer(FileRecord.from_json(record.to_json()))
    assert records.get(RECORD.filename) == record
    # Of an older record it is not known.
    assert RECORD.swallowed_rows is RECORD.undecodable_bytes is RECORD.has_open_quote is None


def test_there_is_no_record_of_an_unknown_file(table):
    assert RecordsTable(table).get("unknown.csv") is None


def test_an_item_has_the_fields_in_pascal_case(table):
    RecordsTable(table).put_if_newer(RECORD)
    item = table.get_item(Key={"Filename": RECORD.filename})["Item"]
    assert item["RowCount"] == 3
    assert item["ColumnNames"] == ["id", "naïve"]
    assert item["UploadTimestamp"] == "2026-11-22T18:00:00.123Z"
    assert {"Error", "VersionId", "Compression"}.isdisjoint(item)


def test_a_redelivered_record_is_stored_once(table):
    assert RecordsTable(table).put_if_newer(RECORD)
    assert not RecordsTable(table).put_if_newer(RECORD)


def write(number):
    return replace(
        RECORD, sequencer=padded_sequencer(f"0055AED6DCD9028{number:X}"), row_count=number
    )


@pytest.mark.parametrize("order", list(permutations(range(1, 5))))
def test_the_newest_write_wins_in_whatever_order_they_come(table, order):
    for number in order:
        RecordsTable(table).put_if_newer(write(number))
    assert RecordsTable(table).get(RECORD.filename).row_count == 4


def test_with_one_sequencer_for_all_the_latest_time_wins(table):
    for ms in (3, 1, 9, 0, 5):
        time = f"2026-11-22T18:00:00.{ms:03}Z"
        RecordsTable(table).put_if_newer(replace(RECORD, upload_timestamp=time))
    assert RecordsTable(table).get(RECORD.filename).upload_timestamp.endswith("009Z")


def test_a_deleted_file_is_not_there_and_a_late_write_does_not_bring_it_back(table):
    tombstone = replace(write(3), status="deleted")
    assert RecordsTable(table).put_if_newer(tombstone)
    assert not RecordsTable(table).put_if_newer(write(2))
    assert RecordsTable(table).get(RECORD.filename) is None


def test_a_tombstone_expires_after_28_days_and_a_record_never(table):
    RecordsTable(table).put_if_newer(replace(RECORD, status="deleted"))
    RecordsTable(table).put_if_newer(replace(RECORD, filename="kept.csv"))
    tombstone = table.get_item(Key={"Filename": RECORD.filename})["Item"]
    processed = 1795370401  # RECORD.processed_timestamp, 2026-11-22T18:00:01Z, in epoch seconds
    assert tombstone["ExpiresAt"] == processed + 28 * 24 * 3600
    assert "ExpiresAt" not in table.get_item(Key={"Filename": "kept.csv"})["Item"]


def test_a_file_that_is_uploaded_anew_after_its_delete_is_there_again(table):
    RecordsTable(table).put_if_newer(replace(write(3), status="deleted"))
    RecordsTable(table).put_if_newer(write(4))
    assert RecordsTable(table).get(RECORD.filename).row_count == 4
    assert "ExpiresAt" not in table.get_item(Key={"Filename": RECORD.filename})["Item"]
