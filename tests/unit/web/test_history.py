"""The routes of the past, asked as API Gateway asks them, of a catalog that `store` has filled."""

import json
from dataclasses import replace
from urllib.parse import quote

import jsonschema
import pytest

from chalicelib.catalog.history.items import version_key
from chalicelib.web.openapi.document import openapi
from tests.unit.web.past import DATASET, get, store, write

THREE_DAYS = [
    write(1, ("id", "amount", "day")),
    write(2, ("id", "region", "amount", "day")),
    write(3, ("id", "region", "day", "amount")),
]


@pytest.fixture
def api(client, bus):
    store(client, *THREE_DAYS)
    return client.http


def test_a_history_has_the_writes_of_a_file_newest_first_each_with_what_it_changed(client, api):
    day = THREE_DAYS[0]
    again = write(1, ("id", "total", "day"), number=2, row_count=4)
    removed = write(1, (), number=3, status="deleted", schema_id=None)
    back = write(1, ("id", "total", "day"), number=4)
    for record in (again, removed, back):
        store(client, record)
    status, answer = get(api, f"/metadata/{quote(day.filename, safe='')}/history")
    assert status == 200
    assert answer["next_cursor"] is None
    assert [one["status"] for one in answer["items"]] == ["ready", "deleted", "ready", "ready"]
    newest, _, second, first = answer["items"]
    assert first == {
        "sequencer": day.sequencer,
        "upload_timestamp": day.upload_timestamp,
        "status": "ready",
        "file_size": day.file_size,
        "row_count": 3,
        "column_count": 3,
        "schema_id": day.schema_id,
        "change": None,
    }
    assert newest["change"] is None
    assert second["row_count"] == 4
    assert second["change"] == {
        "by_name": "breaks",
        "by_position": "ok",
        "changes": [
            {"kind": "renamed", "from": "amount", "to": "total", "position": 2, "guess": True}
        ],
        "changes_total": 1,
        "partial": False,
        "compared_with": {
            "filename": day.filename,
            "sequencer": day.sequencer,
            "schema_id": day.schema_id,
        },
    }


def test_a_history_is_paged_and_asked_for_in_the_query_too(client, api):
    for number in range(2, 9):
        store(client, write(1, ("id",), number=number))
    whole = get(api, f"/history?filename={THREE_DAYS[0].filename}&limit=100")[1]["items"]
    assert len(whole) == 8
    paged, cursor = [], ""
    while cursor is not None:
        _, page = get(api, f"/history?filename={THREE_DAYS[0].filename}&limit=3{cursor}")
        paged += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert paged == whole


def test_a_removed_file_keeps_its_history(client, api):
    store(client, write(1, (), number=2, status="deleted", schema_id=None))
    name = quote(THREE_DAYS[0].filename, safe="")
    assert get(api, f"/metadata/{name}")[0] == 404
    status, answer = get(api, f"/metadata/{name}/history")
    assert (status, len(answer["items"])) == (200, 2)


def test_what_failed_between_two_good_writes_is_no_schema_to_compare_with(client, api):
    failed = write(1, (), number=2, status="failed", error="no CSV", schema_id=None)
    store(client, failed)
    store(client, write(1, ("id", "amount", "day", "x"), number=3))
    _, answer = get(api, f"/history?filename={THREE_DAYS[0].filename}")
    assert [step["kind"] for step in answer["items"][0]["change"]["changes"]] == ["added"]
    assert answer["items"][1]["change"] is None


def test_datasets_are_listed_by_name_with_the_newest_file_and_what_changed_last(client, api):
    store(client, write(4, ("a",), filename="other.csv", dataset="other.csv"))
    status, answer = get(api, "/datasets")
    assert status == 200
    assert [one["dataset"] for one in answer["items"]] == ["other.csv", DATASET]
    assert answer["items"][1] == {
        "dataset": DATASET,
        "newest": {
            "filename": "sales/2026-11-03.csv",
            "sequencer": THREE_DAYS[2].sequencer,
            "upload_timestamp": "2026-11-03T18:00:01.000Z",
            "schema_id": THREE_DAYS[2].schema_id,
        },
        "schemas_total": 3,
        "last_change": {
            "by_name": "ok",
            "by_position": "silent",
            "changes_total": 1,
            "filename": "sales/2026-11-03.csv",
            "upload_timestamp": "2026-11-03T18:00:01.000Z",
        },
        "deliveries": answer["items"][1]["deliveries"],  # in the 30 days before now
        "state": "unknown",
        "rhythm": None,
        "next_due": None,
        "unusual": [],
    }
    assert [one["dataset"] for one in get(api, "/datasets?prefix=sa")[1]["items"]] == [DATASET]
    assert get(api, "/datasets?prefix=x")[1] == {"items": [], "next_cursor": None}


def test_datasets_are_paged(client, api):
    for number in range(20):
        name = f"{number}.csv"
        store(client, write(4, ("a",), number=number, filename=name, dataset=name))
    names, cursor = [], ""
    while cursor is not None:
        _, page = get(api, f"/datasets?limit=4{cursor}")
        names += [one["dataset"] for one in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert names == sorted([*(f"{number}.csv" for number in range(20)), DATASET])


@pytest.mark.parametrize(
    "path",
    [
        f"/datasets/{quote(DATASET, safe='')}",
        f"/datasets?dataset={quote(DATASET, safe='')}",
    ],
    ids=["in the path", "in the query"],
)
def test_a_dataset_has_its_schemas_with_first_and_last_file_and_the_changes_between(
    client, api, path
):
    store(client, write(4, ("id", "region", "amount", "day")))
    status, answer = get(api, path)
    assert status == 200
    assert answer["newest"]["filename"] == "sales/2026-11-04.csv"
    assert answer["schema"]["column_names"] == ["id", "region", "amount", "day"]
    assert answer["schemas_total"] == 3
    of_second, of_third, of_first = answer["schemas"]
    assert (of_first["first"], of_first["last"]) == (of_first["last"], of_first["first"])
    assert of_first["change"] is None
    assert of_second["first"]["filename"] == "sales/2026-11-02.csv"
    assert of_second["last"]["filename"] == "sales/2026-11-04.csv"
    assert [step["kind"] for step in of_second["change"]["changes"]] == ["added"]
    assert of_third["change"]["by_position"] == "silent"
    assert of_third["change"]["compared_with"]["schema_id"] == of_second["schema_id"]


@pytest.mark.parametrize("is_kept", [True, False], ids=["versions kept", "versions expired"])
def test_a_schema_that_comes_back_is_compared_with_what_came_before_it(
    client, bus, with_history, is_kept
):
    days = [
        write(day, ("id", name))
        for day, name in enumerate(("amount", "total", "amount", "price"), 1)
    ]
    for day in days:
        store(client, day)
    said = {
        detail["schema_id"]: detail["compared_with"]["filename"]
        for kind, detail in bus.sent
        if kind == "schema.changed" and detail["filename"] != days[2].filename
    }
    if not is_kept:
        table = with_history.history_table
        for day in days:
            partition, place = version_key(day)
            table.delete_item(Key={"PK": partition, "SK": place})
    _, answer = get(client.http, f"/datasets?dataset={quote(DATASET)}")
    changes = {one["schema_id"]: one["change"] for one in answer["schemas"]}
    compared = {
        one: change and change["compared_with"]["filename"] for one, change in changes.items()
    }
    assert compared == {
        days[0].schema_id: None,
        days[1].schema_id: "sales/2026-11-01.csv",
        days[3].schema_id: "sales/2026-11-03.csv",
    }
    assert {one: name for one, name in compared.items() if name} == said


def test_a_late_file_of_a_dataset_is_no_news_of_it(client, bus, api):
    before = get(api, "/datasets")[1]
    bus.sent.clear()
    late = replace(
        write(1, ("x", "y")),
        filename="sales/2026-10-31.csv",
        upload_timestamp="2026-10-31T01:00:00.000Z",
    )
    store(client, late)
    [after] = get(api, "/datasets")[1]["items"]
    same = ("newest", "last_change", "state", "unusual")
    assert [after[name] for name in same] == [before["items"][0][name] for name in same]
    assert after["schemas_total"] == 4
    [dataset] = [get(api, f"/datasets?dataset={quote(DATASET)}")[1]]
    assert dataset["schemas"][-1]["first"]["filename"] == late.filename
    assert [kind for kind, _ in bus.sent] == ["file.cataloged"]


def test_events_tell_of_what_was_accepted_and_what_it_changed(client, bus, api):
    kinds = [(kind, detail["filename"]) for kind, detail in bus.sent]
    assert sorted(kinds) == [
        ("file.cataloged", "sales/2026-11-01.csv"),
        ("file.cataloged", "sales/2026-11-02.csv"),
        ("file.cataloged", "sales/2026-11-03.csv"),
        ("schema.changed", "sales/2026-11-02.csv"),
        ("schema.changed", "sales/2026-11-03.csv"),
    ]
    changed = next(d for kind, d in bus.sent if kind == "schema.changed" and "-02" in d["filename"])
    assert changed == {
        "version": "1",
        "id": changed["id"],
        "bucket": "csv-bucket",
        "filename": "sales/2026-11-02.csv",
        "sequencer": THREE_DAYS[1].sequencer,
        "dataset": DATASET,
        "scope": "dataset",
        "schema_id": THREE_DAYS[1].schema_id,
        "compared_with": {
            "filename": "sales/2026-11-01.csv",
            "sequencer": THREE_DAYS[0].sequencer,
            "schema_id": THREE_DAYS[0].schema_id,
        },
        "by_name": "ok",
        "by_position": "silent",
        "changes": [{"kind": "added", "name": "region", "position": 2}],
        "changes_total": 1,
    }
    ids = [detail["id"] for _, detail in bus.sent]
    assert len(set(ids)) == len(ids)
    store(client, *THREE_DAYS)
    assert {detail["id"] for _, detail in bus.sent} == set(ids)


def test_a_write_that_was_overtaken_is_told_to_nobody_and_in_no_history(client, bus, api):
    bus.sent.clear()
    store(client, write(1, ("other",), number=0))
    assert bus.sent == []
    assert len(get(api, f"/history?filename={THREE_DAYS[0].filename}")[1]["items"]) == 1


def test_a_quiet_message_is_told_to_nobody_but_in_the_history(client, bus, api):
    bus.sent.clear()
    record = write(4, ("id",))
    store(client, json.dumps(json.loads(record.to_json()) | {"quiet": True}))
    assert bus.sent == []
    assert len(get(api, f"/history?filename={record.filename}")[1]["items"]) == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/history?filename=sales/2026-11-03.csv", "Versions"),
        ("/datasets", "Datasets"),
        (f"/datasets?dataset={quote(DATASET)}", "DatasetSchemas"),
    ],
)
def test_what_is_answered_is_of_its_schema(api, path, name):
    described = {"$ref": f"#/components/schemas/{name}", "components": openapi()["components"]}
    jsonschema.Draft202012Validator(described).validate(get(api, path)[1])


@pytest.mark.parametrize(
    "path",
    [
        "/metadata/nothing.csv/history",
        "/history?filename=nothing.csv",
        "/datasets/nothing.csv",
        "/datasets?dataset=nothing.csv",
        "/history?filename=",
    ],
)
def test_what_never_was_is_404(api, path):
    status, answer = get(api, path)
    assert (status, answer["Code"]) == (404, "NotFoundError")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/history", "filename is missing"),
        ("/history?filename=a.csv&limit=0", "limit is a whole number"),
        ("/history?filename=a.csv&cursor=x", "next_cursor"),
        ("/datasets?cursor=x", "next_cursor"),
        ("/datasets?colour=red", "'colour' is not a parameter"),
        ("/datasets?dataset=a&limit=1", "'limit' is not a parameter"),
        ("/datasets/a?limit=1", "'limit' is not a parameter"),
    ],
)
def test_a_bad_parameter_is_400_with_what_is_allowed(api, path, says):
    status, answer = get(api, path)
    assert status == 400
    assert says in answer["Message"]


@pytest.mark.parametrize(
    "path",
    ["/metadata/a.csv/history", "/history?filename=a.csv", "/datasets", "/datasets/a.csv"],
)
def test_without_the_table_of_the_history_the_answer_says_so_and_the_log_what_makes_it(
    client, path, caplog
):
    status, answer = get(client.http, path)
    assert (status, answer["Code"]) == (409, "ConflictError")
    assert "keeps no history yet" in answer["Message"]
    for inside in ("CatalogTable", "us-east-1", "amazonaws"):
        assert inside not in answer["Message"]
    assert "create-table --table-name CatalogTable" in caplog.records[-1].command


def test_without_the_table_of_the_history_all_else_works(client, monkeypatch):
    import app

    monkeypatch.setattr(app.processing_queue(), "delete", lambda _: None)
    store(client, *THREE_DAYS)
    store(client, *THREE_DAYS)
    assert client.http.get("/metadata?filename=sales/2026-11-03.csv").json_body["column_count"] == 4
