"""Three days of one export on a deployed catalog: history, dataset, and the events at a queue."""

import json
from collections import Counter
from urllib.parse import quote

import jsonschema

from tests.deployed import PROJECT, eventually

SCHEMAS = {
    path.stem: json.loads(path.read_text()) for path in (PROJECT / "docs/events").glob("*.json")
}


DAYS = {
    "days/sales-2026-11-01.csv": b"id,amount,day\n1,9.50,2026-11-01\n",
    "days/sales-2026-11-02.csv": b"id,region,amount,day\n2,eu,7.25,2026-11-02\n",
    "days/sales-2026-11-03.csv": b"id,region,day,amount\n3,us,2026-11-03,4.00\n",
}
DATASET = "days/sales-{date}.csv"
FIRST, SECOND, THIRD = DAYS


def test_three_days_of_one_export_are_told_as_what_they_are(catalog, subscription):
    for key, content in DAYS.items():
        catalog.record_of(key, content)
        eventually(
            lambda key=key: (
                catalog.get(f"/datasets?dataset={quote(DATASET)}")[1]
                .get("newest", {})
                .get("filename")
                == key
            )
        )
    events = subscription.until(
        "days/",
        [
            *(("file.cataloged", key) for key in DAYS),
            ("schema.changed", SECOND),
            ("schema.changed", THIRD),
        ],
    )
    for event in events:
        assert event["source"] == "csv-catalog"
        jsonschema.Draft202012Validator(SCHEMAS[event["detail-type"]]).validate(event["detail"])
    changes = {
        event["detail"]["filename"]: event["detail"]
        for event in events
        if event["detail-type"] == "schema.changed"
    }
    for key, before, by_name, kind in (
        (SECOND, FIRST, "ok", "added"),
        (THIRD, SECOND, "ok", "reordered"),
    ):
        change = changes[key]
        assert (change["scope"], change["dataset"]) == ("dataset", DATASET)
        assert change["compared_with"]["filename"] == before
        assert (change["by_name"], change["by_position"]) == (by_name, "silent")
        assert [step["kind"] for step in change["changes"]] == [kind]
    status, dataset = catalog.get(f"/datasets/{quote(DATASET, safe='')}")
    assert status == 200
    assert [one["last"]["filename"] for one in dataset["schemas"]] == [THIRD, SECOND, FIRST]
    status, listed = catalog.get("/datasets?prefix=days/")
    [one] = listed["items"]
    assert (one["schemas_total"], one["last_change"]["by_position"]) == (3, "silent")


def test_a_file_keeps_its_history_through_changes_failure_removal_and_return(catalog, subscription):
    key = "past/a.csv"
    path = f"/metadata/{quote(key, safe='')}/history"

    def versions(count):
        status, answer = catalog.get(path)
        return status == 200 and len(answer["items"]) == count and answer["items"]

    catalog.upload(key, b"id,amount\n1,2\n")
    eventually(lambda: versions(1))
    catalog.upload(key, b"id,total\n1,2\n")
    eventually(lambda: versions(2))
    catalog.upload(key, b"\x89PNG\r\n\x1a\n\0\0\xff\xfe")
    eventually(lambda: versions(3))
    catalog.s3.delete_object(Bucket=catalog.project.bucket, Key=key)
    eventually(lambda: versions(4))
    catalog.upload(key, b"id,total\n1,2\n")
    newest_first = eventually(lambda: versions(5))
    assert [one["status"] for one in newest_first] == [
        "ready",
        "deleted",
        "failed",
        "ready",
        "ready",
    ]
    changes = [one["change"] for one in newest_first]
    assert [change and change["changes"][0]["kind"] for change in changes] == [
        None,
        None,
        None,
        "renamed",
        None,
    ]
    kinds = ("file.cataloged", "file.failed", "file.removed", "schema.changed", "dataset.unusual")
    events = subscription.until("past/", [(kind, key) for kind in kinds])
    told = {event["detail"]["id"]: event["detail-type"] for event in events}
    assert Counter(told.values()) == {
        "file.cataloged": 3,
        "file.failed": 1,
        "file.removed": 1,
        "schema.changed": 1,
        "dataset.unusual": 1,  # it returned with the bytes that it had before
    }


def test_a_file_that_breaks_its_contract_is_listed_and_told(catalog, subscription):
    catalog.record_of("free/a.csv", b"id,amount,day\n1,9.50,2026-11-01\n")
    eventually(lambda: catalog.get("/datasets?dataset=free/a.csv")[0] == 200)
    contract = catalog.project.catalog("contract", "free/a.csv")
    catalog.upload("agreed/_schema.json", contract.encode())
    good = catalog.record_of("agreed/good.csv", b"id,amount,day\n2,7.25,2026-11-02\n")
    assert (good["contract"]["key"], good["violations"]) == ("agreed/_schema.json", [])
    bad = catalog.record_of("agreed/bad.csv", b"id,amount\nfour,7.25\n")
    assert bad["status"] == "ready"
    assert any("'day' is missing" in sentence for sentence in bad["violations"])
    assert any("'id' is of type text" in sentence for sentence in bad["violations"])
    _, listed = catalog.get("/metadata?violations=true&prefix=agreed/")
    assert [one["filename"] for one in listed["items"]] == ["agreed/bad.csv"]
    events = subscription.until(
        "agreed/",
        [
            ("file.cataloged", "agreed/good.csv"),
            ("file.cataloged", "agreed/bad.csv"),
            ("contract.violated", "agreed/bad.csv"),
        ],
    )
    for event in events:
        jsonschema.Draft202012Validator(SCHEMAS[event["detail-type"]]).validate(event["detail"])


def test_a_column_is_found_by_its_index(catalog):
    catalog.record_of("found/a.csv", b"id,very rare column\n1,2\n")

    def found():
        items = catalog.get("/metadata?column=Very%20Rare%20Column")[1]["items"]
        return [one["filename"] for one in items] == ["found/a.csv"]

    eventually(found)


def test_the_history_has_every_write_and_backfill_gives_it_what_it_lacks(catalog, subscription):
    catalog.record_of("lacking/a.csv", b"id\n1\n")
    eventually(lambda: catalog.get("/history?filename=lacking/a.csv")[0] == 200)
    subscription.until("lacking/", [("file.cataloged", "lacking/a.csv")])
    verify = ("verify", "--prefix", "lacking/")
    assert "agree" in catalog.project.catalog(*verify)
    table = {"TableName": catalog.project.history_table}
    [item] = catalog.dynamodb.query(
        **table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": "file#lacking/a.csv"}},
    )["Items"]
    catalog.dynamodb.delete_item(**table, Key={"PK": item["PK"], "SK": item["SK"]})
    told = len(subscription.of("lacking/"))
    filled = catalog.project.catalog("backfill", "--prefix", "lacking/")
    assert "1 write added to the history" in filled
    assert catalog.get("/history?filename=lacking/a.csv")[0] == 200
    assert len(subscription.of("lacking/")) == told
