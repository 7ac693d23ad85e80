"""What S3, Lambda and SQS do to a catalog, on a deployed one: nothing is lost, nothing is wrong."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.intake.retries import TRIES
from tests.deployed import eventually

FILES = 200


@pytest.fixture(scope="module")
def tools(catalog):
    """Runs a command of `./catalog` in the catalog's project, and returns what it prints."""

    def run(*command):
        return catalog.project.catalog(*command)

    return run


def queue_url(catalog, name):
    return catalog.sqs.get_queue_url(QueueName=name)["QueueUrl"]


def count(catalog, name):
    attributes = catalog.sqs.get_queue_attributes(
        QueueUrl=queue_url(catalog, name), AttributeNames=["All"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(
        attributes["ApproximateNumberOfMessagesNotVisible"]
    )


def etags_in_table(catalog, prefix):
    pages = catalog.dynamodb.get_paginator("scan").paginate(TableName=catalog.project.records_table)
    return {
        item["Filename"]["S"]: item["Etag"]["S"]
        for page in pages
        for item in page["Items"]
        if item["Filename"]["S"].startswith(prefix) and item["Status"]["S"] != "deleted"
    }


def etags_in_bucket(catalog, prefix):
    pages = catalog.s3.get_paginator("list_objects_v2").paginate(
        Bucket=catalog.project.bucket, Prefix=prefix
    )
    return {
        found["Key"]: found["ETag"].strip('"')
        for page in pages
        for found in page.get("Contents", [])
    }


@pytest.fixture(scope="module", autouse=True)
def stored_beside_a_bad_message(catalog):
    """Keys in a batch with a message that is no record, whose tries take a minute: sent at once."""
    record = {
        **catalog.record_of("good.csv", b"id\n1\n"),
        "upload_timestamp": "2999-01-01T00:00:00.000Z",
        "sequencer": "F" * 32,
    }
    good = [record | {"filename": f"good/{number}.csv"} for number in range(8)]
    bodies = [json.dumps(one) for one in good]
    bodies.insert(4, json.dumps(record | {"status": "mislaid"}))
    catalog.sqs.send_message_batch(
        QueueUrl=queue_url(catalog, catalog.project.queue),
        Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)],
    )
    return {one["filename"] for one in good}


def test_lambda_is_told_where_to_keep_what_failed_on_every_try(catalog):
    project = catalog.project
    destination = project.client("lambda").get_function_event_invoke_config(
        FunctionName=project.functions["extract"]
    )["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination.endswith(f":{project.failed_extractions_queue}")


def test_what_lifecycle_rules_remove_is_asked_for(catalog):
    notifications = catalog.s3.get_bucket_notification_configuration(Bucket=catalog.project.bucket)
    [configuration] = notifications["LambdaFunctionConfigurations"]
    assert set(configuration["Events"]) == {
        "s3:ObjectCreated:*",
        "s3:ObjectRemoved:*",
        "s3:LifecycleExpiration:*",
    }


def test_after_a_burst_of_uploads_overwrites_and_deletes_the_catalog_equals_the_bucket(catalog):
    bucket = catalog.project.bucket
    keys = [f"burst/{number:03}.csv" for number in range(FILES)]
    order = random.Random(1)  # noqa: S311
    changes = [(key, "first") for key in keys]
    later = [(key, "again") for key in order.sample(keys, FILES // 10)]
    later += [(key, None) for key in order.sample(keys, FILES // 20)]

    def change(one):
        key, word = one
        if word is None:
            catalog.s3.delete_object(Bucket=bucket, Key=key)
        else:
            catalog.upload(key, f"id,word\n1,{word} {key}\n".encode())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, changes))
        list(pool.map(change, later))
    expected = etags_in_bucket(catalog, "burst/")
    assert FILES * 0.9 < len(expected) < FILES
    eventually(lambda: etags_in_table(catalog, "burst/") == expected, 120)


def test_backfill_catalogs_what_was_missed_and_takes_off_what_is_gone(catalog, tools):
    stale = catalog.record_of("missed/stale.csv", b"id\n1\n")
    catalog.record_of("missed/gone.csv", b"id\n1\n")
    catalog.record_of("missed/lost.csv", b"id\n1\n")
    before = [catalog.item(f"missed/{name}.csv") for name in ("stale", "gone")]
    catalog.record_of("missed/stale.csv", b"id\n1\n2\n")
    catalog.delete("missed/gone.csv")
    for item in before:
        catalog.make_stale(item)
    catalog.dynamodb.delete_item(
        TableName=catalog.project.records_table, Key={"Filename": {"S": "missed/lost.csv"}}
    )
    said = tools("backfill", "--prefix", "missed/")
    assert "3 sent, 3 of them cataloged" in said
    assert catalog.record("missed/stale.csv")["row_count"] == 2
    assert catalog.record("missed/stale.csv")["upload_timestamp"] > stale["upload_timestamp"]
    assert catalog.record("missed/gone.csv") is None
    assert catalog.record("missed/lost.csv")["row_count"] == 1
    assert "catalog and bucket agree" in tools("verify", "--prefix", "missed/")
    assert "0 sent" in tools("backfill", "--prefix", "missed/")
    catalog.record_of("missed/stale.csv", b"id\n1\n2\n3\n")
    catalog.record_of("missed/gone.csv", b"id\n")


def test_a_bad_message_stands_in_the_dead_letter_queue_alone_and_comes_back(
    catalog, tools, stored_beside_a_bad_message
):
    eventually(lambda: count(catalog, catalog.project.dead_letter_queue) == 1, 120)
    assert etags_in_table(catalog, "good/").keys() == stored_beside_a_bad_message
    # A worker's last lines reach the logs after its answer, when the message is moved already.
    listed = eventually(lambda: f" {TRIES} " in (said := tools("dead-letters")) and said)
    assert "status is 'mislaid'" in " ".join(listed.split())
    assert "1 message could not be stored" in listed
    redriven = tools("redrive")
    assert "1 message and 0 events sent back" in redriven
    assert count(catalog, catalog.project.dead_letter_queue) == 0


def test_an_event_that_failed_on_every_try_is_kept_and_run_again(catalog, tools):
    catalog.send_a_foreign_event()
    eventually(lambda: count(catalog, catalog.project.failed_extractions_queue) == 1, 300)
    listed = " ".join(tools("dead-letters").split())
    assert "3 x.csv" in listed
    assert "'theirs' is not the catalog's" in listed
