"""Places in the order of writes: S3's own, those that are none, and those that move."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.times import NO_PLACE
from chalicelib.intake.s3_event import ObjectEvent
from tests.examples.records import RECORD
from tests.unit.whole_app import get, process

SAMPLES = "0A1B2C3D4E5F678901"  # in the notification that the console of Lambda offers


def notification(aws, key="a.csv", name="ObjectCreated:Put", **changes):
    """What S3 would say of the object, or what somebody else does."""
    described = {"key": key, "sequencer": "0055AED6DC", "eTag": "0" * 32, "size": 1024}
    return {
        "eventName": name,
        "eventTime": changes.pop("time", "2026-11-22T18:00:00.000Z"),
        "s3": {"bucket": {"name": aws.bucket}, "object": described | changes},
    }


def run(client, aws, *notifications):
    process(client, aws, {"Records": list(notifications)})


@pytest.mark.parametrize(
    "sample",
    [
        {"sequencer": SAMPLES, "time": "1970-01-01T00:00:00.000Z"},
        {"sequencer": SAMPLES},
        {"sequencer": "FFFFFFFFFFFFFFFF"},
        {"time": "1970-01-01T00:00:00.000Z", "sequencer": "00FF"},
        {"time": "2019-05-01T00:00:00.000Z", "sequencer": "00FF"},
    ],
)
@pytest.mark.parametrize("etag_is_right", [False, True])
def test_a_sample_notification_is_answered_with_what_is_there_and_freezes_no_key(
    client, aws, sample, etag_is_right
):
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")["ETag"].strip('"')
    sent = sample | ({"eTag": etag} if etag_is_right else {})
    run(client, aws, notification(aws, **sent))
    _, record = get(client, "/metadata?filename=a.csv")
    assert (record["row_count"], record["etag"], record["sequencer"]) == (1, etag, NO_PLACE)
    assert record["upload_timestamp"] > "2020"
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n2\n")["ETag"].strip('"')
    run(client, aws, notification(aws, eTag=etag, size=7))
    run(client, aws, notification(aws, **sent))
    assert get(client, "/metadata?filename=a.csv")[1]["row_count"] == 2


@pytest.mark.parametrize("has_history", [False, True])
def test_a_key_that_a_sample_has_frozen_before_a_backfill_takes_back(
    client, aws, has_history, request
):
    if has_history:
        request.getfixturevalue("with_history")
    frozen = replace(RECORD, filename="a.csv", sequencer=SAMPLES.ljust(32, "0"))
    RecordsTable(aws.table).put_if_newer(frozen)
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n")["ETag"].strip('"')
    found = {"name": "ObjectCreated:Backfill", "sequencer": frozen.sequencer, "eTag": etag}
    run(client, aws, notification(aws, **found))
    _, record = get(client, "/metadata?filename=a.csv")
    assert (record["etag"], record["sequencer"]) == (etag, NO_PLACE)


def test_what_a_backfill_cataloged_a_backfill_can_remove(client, aws):
    etag = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n")["ETag"].strip('"')
    found = notification(aws, name="ObjectCreated:Backfill", sequencer="", eTag=etag)
    run(client, aws, found)
    _, record = get(client, "/metadata?filename=a.csv")
    assert record["sequencer"] == NO_PLACE
    aws.s3.delete_object(Bucket=aws.bucket, Key="a.csv")
    gone = {"name": "ObjectRemoved:Backfill", "sequencer": NO_PLACE, "eTag": ""}
    run(client, aws, notification(aws, time="2026-11-22T18:00:00.001Z", **gone))
    assert get(client, "/metadata?filename=a.csv")[0] == 404


@pytest.mark.parametrize("sequencer", ["", "0", SAMPLES])
def test_a_removal_that_would_lose_to_any_write_is_refused_unless_a_backfill_made_it(
    aws, sequencer
):
    removal = notification(aws, name="ObjectRemoved:Delete", sequencer=sequencer)
    with pytest.raises(ValueError, match="would lose to any write"):
        ObjectEvent.from_notification(removal)
    assert ObjectEvent.from_notification(removal | {"eventName": "ObjectRemoved:Backfill"}).quiet


@pytest.fixture
def versioned(client, with_history):
    """A bucket with versions, of which four are of one file under a contract."""
    aws = with_history
    enabled = {"Status": "Enabled"}
    aws.s3.put_bucket_versioning(Bucket=aws.bucket, VersioningConfiguration=enabled)
    contract = json.dumps({"fields": [{"name": "id"}], "primaryKey": "id"}).encode()
    aws.s3.put_object(Bucket=aws.bucket, Key="_schema.json", Body=contract)
    aws.versions = []
    for number in range(4):
        answer = aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=b"id\n1\n" * (number + 1))
        aws.versions.append(answer["VersionId"])
        of_it = {"versionId": answer["VersionId"], "eTag": answer["ETag"].strip('"')}
        run(client, aws, notification(aws, sequencer=f"0055AED6DC{number}", **of_it))
    return aws


def expire(client, aws, number):
    version = aws.versions[number]
    aws.s3.delete_object(Bucket=aws.bucket, Key="a.csv", VersionId=version)
    of_it = {"versionId": version, "sequencer": f"0055AED6DD{number}"}
    expired = notification(aws, name="LifecycleExpiration:Delete", **of_it)
    run(client, aws, expired, expired)


def test_old_versions_that_expire_are_no_writes(client, versioned, monkeypatch):
    import app

    sent = []
    monkeypatch.setattr(app.event_bus(), "send", lambda events, _: sent.extend(events))
    _, before = get(client, "/metadata?filename=a.csv")
    _, history = get(client, "/history?filename=a.csv")
    for number in range(3):
        expire(client, versioned, number)
    _, after = get(client, "/metadata?filename=a.csv")
    assert after["sequencer"] > before["sequencer"] == after["written_sequencer"]
    moved = {"sequencer": before["sequencer"], "written_sequencer": None}
    assert after | moved == before
    assert get(client, "/history?filename=a.csv")[1] == history
    assert sent == []


def test_a_write_that_has_moved_is_kept_once_when_it_is_replaced(client, versioned):
    expire(client, versioned, 0)
    answer = versioned.s3.put_object(Bucket=versioned.bucket, Key="a.csv", Body=b"id,x\n1,2\n")
    of_it = {"versionId": answer["VersionId"], "eTag": answer["ETag"].strip('"')}
    run(client, versioned, notification(versioned, sequencer="0055AED6DE", **of_it))
    _, history = get(client, "/history?filename=a.csv")
    assert len(history["items"]) == 5
    assert history["items"][0]["change"]["compared_with"]["sequencer"].startswith("0055AED6DC3")
    assert get(client, "/metadata?filename=a.csv")[1]["written_sequencer"] is None


def test_what_an_expired_version_costs_is_what_the_documents_say(client, versioned):
    import app

    calls = Counter()
    noted = ("before-call", lambda model, **_: calls.update([model.name]))
    clients = (app.s3_client(), app.records_table()._table.meta.client)
    for client_of_aws in clients:
        client_of_aws.meta.events.register(*noted)
    version = versioned.versions[0]
    versioned.s3.delete_object(Bucket=versioned.bucket, Key="a.csv", VersionId=version)
    calls.clear()
    of_it = {"versionId": version, "sequencer": "0055AED6DD"}
    run(client, versioned, notification(versioned, name="LifecycleExpiration:Delete", **of_it))
    for client_of_aws in clients:
        client_of_aws.meta.events.unregister(*noted)
    kinds = ("HeadObject", "GetItem", "UpdateItem", "GetObject", "PutItem")
    assert [calls[name] for name in kinds] == [1, 1, 1, 0, 0]


def test_a_version_that_comes_back_after_another_is_a_write(client, versioned):
    """Its record was the newest when it was looked up, and is not when it is stored."""
    import app

    table = app.records_table()
    known = table.get("a.csv")
    newer = replace(known, sequencer="0055AED6DE".ljust(32, "0"), etag="other", version_id="w")
    assert table.put_if_newer(newer)
    back = known.moved_to("0055AED6DF".ljust(32, "0"))
    accepted = app.catalog(lambda: 9).accept(back)
    assert accepted.now
    assert accepted.record.written_sequencer is None
    assert table.get("a.csv").etag == known.etag


def test_a_move_that_comes_late_or_again_changes_nothing(client, versioned):
    import app

    catalog, table = app.catalog(lambda: 9), app.records_table()
    known = table.get("a.csv")
    late, last = (known.moved_to(f"0055AED6D{place}".ljust(32, "0")) for place in "EF")
    for move in (last, late, last):
        assert catalog.accept(move) is None
        stored = table.get("a.csv")
        assert (stored.sequencer, stored.written_sequencer) == (last.sequencer, known.sequencer)
