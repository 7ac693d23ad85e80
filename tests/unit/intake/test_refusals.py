"""A refusal is not for ever: the file shows as failed, its event is kept, and it heals."""

from dataclasses import replace
from itertools import permutations

import pytest
from botocore.exceptions import ClientError

from chalicelib.catalog.table import RecordsTable
from chalicelib.intake.describe import Refused
from tests.examples.records import RECORD
from tests.unit.intake.fakes import event_of, store_all

FAILED = replace(
    RECORD, status="failed", error="S3 does not let this app read the file", columns=()
)


@pytest.fixture
def refusing(client, monkeypatch):
    """Has S3 refuse every read with a code, until it is called with None."""
    import app

    read = app.s3_client().get_object

    def refuse(code):
        def get_object(**named):
            if code:
                raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetObject")
            return read(**named)

        monkeypatch.setattr(app.s3_client(), "get_object", get_object)

    return refuse


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException", "InvalidObjectState"])
def test_a_refused_file_shows_as_failed_and_the_same_event_heals_it(client, aws, refusing, code):
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")
    event = event_of(aws)
    refusing(code)
    for _ in range(3):  # Lambda's own tries
        with pytest.raises(Refused, match=code):
            client.lambda_.invoke("extract", event)
    store_all(aws)
    shown = client.http.get("/metadata/a.csv").json_body
    assert shown["status"] == "failed"
    assert code in shown["error"]
    refusing(None)
    client.lambda_.invoke("extract", event)
    store_all(aws)
    healed = client.http.get("/metadata/a.csv").json_body
    assert (healed["status"], healed["error"], healed["row_count"]) == ("ready", None, 1)


READINGS = (
    FAILED,
    replace(FAILED, processed_timestamp="2026-11-22T18:05:00.000Z", error="archived"),
    replace(RECORD, processed_timestamp="2026-11-22T18:09:00.000Z"),
)


@pytest.mark.parametrize("order", list(permutations(READINGS)))
def test_of_readings_of_one_write_one_that_did_not_fail_wins_in_any_order(aws, order):
    table = RecordsTable(aws.table)
    for record in (*order, *order):
        table.put_if_newer(record)
    assert table.get(RECORD.filename) == READINGS[-1]


@pytest.mark.parametrize("order", list(permutations(READINGS[:2])))
def test_of_two_that_failed_the_later_reason_stands(aws, order):
    table = RecordsTable(aws.table)
    for record in (*order, *order):
        table.put_if_newer(record)
    assert table.get(RECORD.filename).error == "archived"


def test_a_record_that_failed_later_for_an_older_write_changes_nothing(aws):
    table = RecordsTable(aws.table)
    table.put_if_newer(RECORD)
    late = replace(FAILED, sequencer="0" * 32, processed_timestamp="2999-01-01T00:00:00.000Z")
    assert not table.put_if_newer(late)


def test_a_removal_of_an_old_version_does_not_outrun_the_retry_of_a_refused_newest(aws, refusing):
    """The failed record must not move on: the event that heals it has the earlier place."""
    import app

    aws.s3.put_bucket_versioning(Bucket=aws.bucket, VersioningConfiguration={"Status": "Enabled"})
    versions = [
        aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=body)["VersionId"]
        for body in (b"id\n", b"id\n1\n")
    ]
    table = RecordsTable(aws.table)
    etag = aws.s3.head_object(Bucket=aws.bucket, Key="a.csv")["ETag"].strip('"')
    of_the_newest = {"filename": "a.csv", "version_id": versions[1], "etag": etag}
    table.put_if_newer(replace(FAILED, **of_the_newest))
    aws.s3.delete_object(Bucket=aws.bucket, Key="a.csv", VersionId=versions[0])
    removal = event_of(aws, sequencer="00FF")
    removal["Records"][0]["eventName"] = "ObjectRemoved:Delete"
    removal["Records"][0]["s3"]["object"]["versionId"] = versions[0]
    app.extract(removal, Context())
    store_all(aws)
    assert table.get("a.csv").status == "ready"


class Context:
    function_name = "extract"
    memory_limit_in_mb = 128
    invoked_function_arn = aws_request_id = ""

    def get_remaining_time_in_millis(self):
        return 60_000
