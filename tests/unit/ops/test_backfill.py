"""What backfill finds, where its events stand among those that S3 sends, and what it waits for."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.table import RecordsTable
from chalicelib.csv_reader import READER_VERSION
from chalicelib.intake.describe import describe
from chalicelib.intake.s3_event import ObjectEvent
from ops import backfill
from ops.backfill import Backfill
from ops.differences import differences, merged, side_by_side
from ops.stage import ROOT, read_stage
from tests.examples.records import RECORD

STAGE = read_stage("local")


@pytest.fixture(params=["by its index", "whole, as one made by hand"])
def table(request):
    """The table, with the index by which backfill reads it or without."""
    fixture = "indexed" if request.param == "by its index" else "aws"
    return RecordsTable(request.getfixturevalue(fixture).table)


def mend(aws, table, prefix="", older=False):
    """Do what the events of backfill set off; returns what was found."""
    found = list(differences(STAGE, prefix, older=older))
    for difference in found:
        event = ObjectEvent.from_notification(difference.event)
        table.put_if_newer(describe(event, aws.s3))
    return [(difference.key, difference.what) for difference in found]


@pytest.mark.parametrize("status", ["ready", "failed", "deleted"])
@pytest.mark.parametrize("stored_at", ["2001-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"])
def test_an_object_beats_what_is_stored_and_loses_to_any_later_event(aws, table, status, stored_at):
    stored = replace(RECORD, filename="a.csv", status=status, upload_timestamp=stored_at)
    table.put_if_newer(stored)
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")
    what = "not cataloged" if status == "deleted" else "out of date"
    assert mend(aws, table) == [("a.csv", what)]
    assert table.get("a.csv").row_count == 1
    assert mend(aws, table) == []
    assert table.put_if_newer(replace(stored, sequencer="00" + "F" * 30, row_count=7))


def test_a_record_whose_object_is_gone_becomes_a_tombstone(aws, table):
    table.put_if_newer(RECORD)
    assert mend(aws, table) == [(RECORD.filename, "not in the bucket")]
    assert table.get(RECORD.filename) is None
    assert mend(aws, table) == []


def test_an_object_without_any_record_gets_one_and_other_files_are_left_alone(aws, table):
    aws.s3.put_object(Bucket=aws.bucket, Key="ü & b+c.csv", Body=b"id\n1\n")
    aws.s3.put_object(Bucket=aws.bucket, Key="photo.png", Body=b"\x89PNG")
    assert mend(aws, table) == [("ü & b+c.csv", "not cataloged")]
    assert table.get("ü & b+c.csv").row_count == 1


def test_with_a_prefix_the_rest_is_left_alone_on_both_sides(aws, table):
    for key in ("a/1.csv", "b/1.csv", "b/2.csv", "c/1.csv"):
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"id\n1\n")
    table.put_if_newer(replace(RECORD, filename="a/gone.csv"))
    table.put_if_newer(replace(RECORD, filename="b0.csv"))
    table.put_if_newer(replace(RECORD, filename="b/gone.csv"))
    found = [("b/1.csv", "not cataloged"), ("b/2.csv", "not cataloged")]
    assert mend(aws, table, "b/") == [*found, ("b/gone.csv", "not in the bucket")]


def test_a_record_carries_the_version_that_is_the_current_one(aws, table):
    aws.s3.put_bucket_versioning(Bucket=aws.bucket, VersioningConfiguration={"Status": "Enabled"})
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n")
    version = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")["VersionId"]
    assert mend(aws, table) == [("a.csv", "not cataloged")]
    assert (table.get("a.csv").version_id, table.get("a.csv").row_count) == (version, 1)


def test_what_failed_is_told_apart_and_a_retry_heals_it_at_its_own_time(aws, table):
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")["ETag"].strip('"')
    refused = replace(RECORD, filename="a.csv", status="failed", error="denied", etag=etag)
    table.put_if_newer(refused)
    assert mend(aws, table) == [("a.csv", "failed")]
    healed = table.get("a.csv")
    assert (healed.status, healed.error, healed.row_count) == ("ready", None, 1)
    assert healed.upload_timestamp == refused.upload_timestamp
    assert mend(aws, table) == []


@pytest.mark.parametrize("version", [None, READER_VERSION - 1])
@pytest.mark.parametrize("status", ["ready", "failed"])
def test_what_an_older_reader_made_is_read_again_where_that_is_asked_for(
    aws, table, status, version
):
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")["ETag"].strip('"')
    stored = replace(RECORD, filename="a.csv", etag=etag, status=status, reader_version=version)
    table.put_if_newer(stored)
    if status == "ready":
        assert mend(aws, table) == []
    assert mend(aws, table, older=True) == [("a.csv", "older reader")]
    read_again = table.get("a.csv")
    assert (read_again.row_count, read_again.reader_version) == (1, READER_VERSION)
    assert read_again.upload_timestamp == stored.upload_timestamp
    assert mend(aws, table, older=True) == []
    assert not table.put_if_newer(stored)


KEYS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True)


@given(KEYS, KEYS)
def test_two_lists_in_the_order_of_utf_8_are_merged_into_one(objects, items):
    def in_order(names):
        return [(name, {"of": name}) for name in sorted(names, key=str.encode)]

    pairs = list(merged(in_order(objects), in_order(items)))
    assert [key for key, *_ in pairs] == sorted({*objects, *items}, key=str.encode)
    for key, listed, item in pairs:
        assert listed == ({"of": key} if key in objects else None)
        assert item == ({"of": key} if key in items else None)


def test_no_more_is_under_way_than_sixteen():
    taken = []

    def given():
        for number in range(1_000):
            taken.append(number)
            yield number

    results = side_by_side(lambda number: 2 * number, given())
    assert next(results) == 0
    assert len(taken) == 16
    assert list(results) == [2 * number for number in range(1, 1_000)]


@pytest.fixture
def extracting(aws, monkeypatch):
    """Has Lambda's `extract` answer each event at once, but those of the keys in `lost`."""
    lost, sent = set(), []
    table = RecordsTable(aws.table)

    def invoke(Payload, **_):
        [record] = backfill.json.loads(Payload)["Records"]
        event = ObjectEvent.from_notification(record)
        sent.append(event.key)
        if event.key not in lost:
            table.put_if_newer(describe(event, aws.s3))

    client = backfill.boto3.client
    function = SimpleNamespace(invoke=invoke)
    monkeypatch.setattr(
        backfill.boto3, "client", lambda name: function if name == "lambda" else client(name)
    )
    monkeypatch.setattr(backfill, "STILL_SECONDS", 0)
    monkeypatch.setattr(backfill.time, "sleep", lambda _: None)
    return SimpleNamespace(lost=lost, sent=sent)


class Silent:
    def say(self, _):
        pass


def test_it_waits_for_what_it_sent_and_for_nothing_else(indexed, extracting, monkeypatch):
    for number in range(100):
        indexed.s3.put_object(Bucket=indexed.bucket, Key=f"{number:03}.csv", Body=b"id\n1\n")
    found = list(differences(STAGE))
    extracting.lost.update({"007.csv", "008.csv"})
    monkeypatch.setattr(backfill, "WAITING_AT_MOST", 40)
    run = Backfill(STAGE, Silent())
    left = run.run(iter(found))
    assert sorted(extracting.sent) == [f"{number:03}.csv" for number in range(100)]
    assert (run.sent, run.cataloged, run.failed) == (100, 98, 0)
    assert [difference.key for difference in left.first] == ["007.csv", "008.csv"]


def test_nothing_more_is_sent_once_nothing_comes_back(indexed, extracting, monkeypatch):
    for number in range(150):
        indexed.s3.put_object(Bucket=indexed.bucket, Key=f"{number:03}.csv", Body=b"id\n1\n")
    found = list(differences(STAGE))
    extracting.lost.update(difference.key for difference in found)
    monkeypatch.setattr(backfill, "WAITING_AT_MOST", 20)
    left = Backfill(STAGE, Silent()).run(iter(found))
    assert left.count == 20
    assert len(extracting.sent) < 60


@pytest.mark.parametrize(
    ("sizes", "seconds"),
    [([], 60), ([0, 1], 60), ([3, 400_000_000], 160), ([50_000_000_000_000], 960)],
)
def test_patience_grows_with_the_largest_file_on_its_way_up_to_the_time_out(sizes, seconds):
    waiting = [backfill.Difference("a.csv", "not cataloged", {}, size=size) for size in sizes]
    assert backfill.patience(waiting) == pytest.approx(seconds, abs=0.001)


def test_a_large_file_is_waited_for_longer_than_the_others(indexed, extracting, monkeypatch):
    for key in ("large.csv", "small.csv"):
        indexed.s3.put_object(Bucket=indexed.bucket, Key=key, Body=b"id\n1\n")
    found = [
        replace(one, size=10**9 if one.key == "large.csv" else 6) for one in differences(STAGE)
    ]
    extracting.lost.add("large.csv")
    clock = [0]

    def pause(_):
        clock[0] += 1
        if clock[0] == 200:  # so long it takes to read
            RecordsTable(indexed.table).put_if_newer(
                describe(ObjectEvent.from_notification(found[0].event), indexed.s3)
            )

    monkeypatch.setattr(backfill.time, "sleep", pause)
    monkeypatch.setattr(backfill.time, "monotonic", lambda: clock[0])
    run = Backfill(STAGE, Silent())
    assert run.run(iter(found)).count == 0
    assert (run.cataloged, clock) == (2, [200])


def test_verify_counts_what_failed_apart_and_says_how_to_retry_it(monkeypatch, capsys):
    found = [backfill.Difference(f"{n}.csv", "failed", {}) for n in range(1_200)]
    monkeypatch.setattr(backfill, "differences", lambda *_, **__: iter(found))
    no_history = SimpleNamespace(is_kept=lambda: False)
    monkeypatch.setattr(backfill, "Past", lambda _: no_history)
    monkeypatch.setattr(backfill, "connect", lambda _: STAGE)
    monkeypatch.setattr(backfill, "lost", lambda _: None)
    no_contracts = SimpleNamespace(add=None, wrong=dict)
    monkeypatch.setattr(backfill, "NotedContracts", lambda *_: no_contracts)
    backfill.verify_command([], standalone_mode=False)
    printed = capsys.readouterr().out
    assert "1,200 files failed to be read: `./catalog backfill --retry failed` tries" in printed
    assert "… and 1,180 more" in printed
    assert "catalog and bucket agree" in printed


@pytest.mark.skipif(sys.platform != "linux", reason="what memory is taken is read as Linux has it")
def test_the_memory_of_a_comparison_of_many_keys_grows_by_less_than_50_bytes_a_key():
    done = subprocess.run(
        [sys.executable, "-m", "bench.differences", "100000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    keys, found, grown = map(int, done.stdout.split())
    assert (keys, found) == (100_000, 300)
    assert grown < 5
