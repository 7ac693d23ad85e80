"""The deliveries of a dataset, asked for as API Gateway asks, of a catalog that `store` filled."""

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import jsonschema
import pytest

from chalicelib.catalog.history.deliveries import Comparables, findings
from chalicelib.catalog.times import utc_timestamp
from chalicelib.web.openapi.document import openapi
from tests.examples import examples
from tests.unit.web.past import DATASET, get, store, write

COLUMNS = ("id", "amount")
SCHEMAS = openapi()["components"]["schemas"]
NAME = quote(DATASET, safe="")


def profile(name, rows, mean=None, empty=0, distinct=None):
    return {
        "name": name,
        "type": "decimal",
        "null_count": empty,
        "distinct_count": rows if distinct is None else distinct,
        "min": "1",
        "max": "9",
        "mean": mean,
        "quartiles": None,
        "null_words": [],
        "distinct_is_exact": True,
        "top_values": [],
        "notes": [],
    }


def day(number, rows=360, mean=50.0, names=COLUMNS, **fields):
    """The delivery of a day, which was uploaded that day."""
    rows += 3 * (number % 5)
    columns = (profile("id", rows), profile(names[-1], rows, mean + number % 3))
    content = {"row_count": rows, "profiled_rows": rows, "columns": columns}
    digest = f"{number:064x}"
    return write(number, names, **({"file_size": rows * 20, "sha256": digest} | content | fields))


@pytest.fixture
def ten_days(client, bus):
    def keep(*records):
        for record in records:
            store(client, record)
        return client.http

    return keep


def deliveries(api, query=""):
    status, answer = get(api, f"/datasets/{NAME}/deliveries?limit=100{query}")
    assert status == 200
    jsonschema.Draft202012Validator(
        SCHEMAS["Deliveries"] | {"components": {"schemas": SCHEMAS}}
    ).validate(answer)
    return answer["items"]


def test_bytes_that_came_before_are_said_by_the_name_of_the_first_file_unless_it_is_the_same():
    delivery = {"Filename": "orders.csv", "FileSize": 9, "Status": "failed"}
    for first, sentence in [
        ("a.csv", "the same bytes as a.csv"),
        ("orders.csv", "the same bytes as before"),
    ]:
        file = {"filename": first, "sequencer": "1", "upload_timestamp": "2026-11-28T00:00:00.000Z"}
        [repeat] = findings(delivery, [], file, Comparables(list))
        assert repeat["sentence"] == sentence


def test_each_write_is_a_delivery_newest_first_with_what_is_odd_about_it(ten_days):
    days = [day(number) for number in range(1, 10)]
    short = day(10, rows=12)
    renamed = day(11, names=("id", "total"))
    failed = day(12, status="failed", error="no CSV", columns=(), row_count=None, schema_id=None)
    again = day(13, sha256=days[8].sha256)
    violating = day(14, violations=("a", "b", "c", "d"), contract={"key": "k", "version": "1"})
    api = ten_days(*days, short, renamed, failed, again, violating)
    found = deliveries(api)
    assert [one["date"] for one in found] == [f"2026-11-{n:02}" for n in range(14, 0, -1)]
    by_day = {int(one["date"][-2:]): one for one in found}
    assert by_day[10]["unusual"][0]["sentence"] == "12 rows; the last 9 deliveries had 360 to 372"
    assert by_day[11]["change"]["by_name"] == "breaks"
    assert by_day[11]["change"]["compared_with"]["filename"] == short.filename
    assert (by_day[12]["status"], by_day[12]["error"]) == ("failed", "no CSV")
    assert by_day[13]["same_as"]["filename"] == days[8].filename
    [repeat] = by_day[13]["unusual"]
    assert (repeat["figure"], repeat["sentence"]) == (
        "repeat",
        f"the same bytes as {days[8].filename}",
    )
    assert by_day[13]["change"]["compared_with"]["filename"] == renamed.filename
    assert (by_day[14]["violations"], by_day[14]["violations_total"]) == (["a", "b", "c"], 4)
    assert by_day[9]["figures"][1] == {
        "name": "amount",
        "empty": 0.0,
        "distinct": days[8].row_count,
        "min": "1",
        "max": "9",
        "mean": 50.0,
        "quartiles": None,
    }
    assert not any(by_day[n]["unusual"] or by_day[n]["change"] for n in range(1, 10))


def told(api):
    parts = [get(api, f"/datasets?dataset={NAME}")[1], *deliveries(api)]
    parts.append(get(api, "/datasets")[1]["items"])
    parts.append(get(api, f"/series?dataset={NAME}&column=amount")[1])
    return json.dumps(parts)


STORY = [
    *(day(n) for n in range(1, 10)),
    day(10, rows=12),
    *(day(n) for n in range(11, 14)),
    *(day(n, names=("id", "total")) for n in range(14, 18)),
    day(18, status="failed", error="no CSV", columns=(), row_count=None, schema_id=None),
    *(day(n, names=("total", "id")) for n in range(19, 23)),
    day(23, names=("total", "id"), sha256=f"{5:064x}"),
]


@pytest.mark.parametrize("seed", range(examples(1)))
def test_a_story_does_not_depend_on_the_order_of_arrival(ten_days, seed):
    """All uploaded at once: their names say when they are of."""
    at = {"upload_timestamp": "2026-11-28T06:00:00.000Z"}
    records = [replace(record, **at) for record in STORY]
    api = ten_days(*records)
    expected = told(api)
    import app

    table = app.history().table._table
    for item in table.scan()["Items"]:
        table.delete_item(Key={"PK": item["PK"], "SK": item["SK"]})
    records_table = app.records_table()._table
    for item in records_table.scan()["Items"]:
        records_table.delete_item(Key={"Filename": item["Filename"]})
    app.history.cache_clear()
    random.Random(seed).shuffle(records)  # noqa: S311
    assert told(ten_days(*records)) == expected


def test_a_late_day_takes_its_place_and_is_compared_with_the_day_before_it(ten_days, bus):
    bus.sent.clear()
    wide = ("id", "amount", "x")
    api = ten_days(
        day(1), day(3), replace(day(2, names=wide), upload_timestamp="2026-11-28T06:00:00.000Z")
    )
    kinds = [
        (kind, detail["compared_with"]["filename"])
        for kind, detail in bus.sent
        if kind == "schema.changed"
    ]
    assert kinds == [("schema.changed", "sales/2026-11-01.csv")]
    third, second, _ = deliveries(api)
    assert second["change"]["compared_with"]["filename"] == "sales/2026-11-01.csv"
    assert third["change"]["compared_with"]["filename"] == "sales/2026-11-02.csv"
    assert third["change"]["changes"][0]["kind"] == "removed"
    [dataset] = get(api, "/datasets")[1]["items"]
    assert dataset["newest"]["filename"] == "sales/2026-11-03.csv"
    assert dataset["last_change"]["filename"] == "sales/2026-11-03.csv"


def test_files_without_a_date_are_in_the_order_of_their_uploads(ten_days):
    fields = {"filename": "orders.csv", "dataset": "orders.csv"}
    writes = [replace(day(n), **fields) for n in (1, 2, 3)]
    api = ten_days(writes[0], writes[2])
    ten_days(writes[1])  # overtaken: the catalog has a newer one
    _, answer = get(api, "/deliveries?dataset=orders.csv")
    assert [one["upload_timestamp"][:10] for one in answer["items"]] == ["2026-11-03", "2026-11-01"]
    assert [one["date"] for one in answer["items"]] == [None, None]


def test_pages_are_one_list_and_times_of_upload_choose(ten_days):
    api = ten_days(*(day(number) for number in range(1, 16)))
    whole = deliveries(api)
    paged, cursor = [], ""
    while cursor is not None:
        _, page = get(api, f"/datasets/{NAME}/deliveries?limit=4{cursor}")
        paged += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert paged == whole
    some = deliveries(api, "&uploaded_after=2026-11-03&uploaded_before=2026-11-06")
    assert [one["date"] for one in some] == ["2026-11-05", "2026-11-04", "2026-11-03"]


def test_a_series_is_oldest_first_and_follows_a_column_by_its_name(ten_days):
    api = ten_days(*(day(number) for number in range(1, 6)), day(6, names=("amount", "other")))
    status, answer = get(api, f"/datasets/{NAME}/series?column=Amount")
    assert status == 200
    jsonschema.Draft202012Validator(
        SCHEMAS["Series"] | {"components": {"schemas": SCHEMAS}}
    ).validate(answer)
    assert [point["date"][-2:] for point in answer["items"]] == ["01", "02", "03", "04", "05", "06"]
    assert [point["figures"]["mean"] for point in answer["items"]] == [51, 52, 50, 51, 52, None]
    assert get(api, f"/series?dataset={NAME}&column=nope")[1]["items"][0]["figures"] is None
    assert get(api, f"/series?dataset={NAME}")[1]["items"][0]["rows"] == 363


def test_a_file_without_rows_has_its_place_in_a_series(ten_days):
    failed = day(3, status="failed", error="no CSV", columns=(), row_count=None, schema_id=None)
    api = ten_days(day(1), day(2, row_count=0), failed)
    status, answer = get(api, f"/datasets/{NAME}/series")
    assert (status, [point["rows"] for point in answer["items"]]) == (200, [363, 0, None])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/deliveries?dataset=nope", 404),
        ("/datasets/nope/deliveries", 404),
        ("/datasets/nope/series", 404),
        ("/deliveries", 400),
        ("/series", 400),
        (f"/datasets/{NAME}/deliveries?limit=0", 400),
        (f"/datasets/{NAME}/deliveries?cursor=x", 400),
        (f"/datasets/{NAME}/deliveries?column=x", 400),
        (f"/datasets/{NAME}/series?limit=2", 400),
        ("/datasets?state=tired", 400),
        ("/datasets?sort=size", 400),
        ("/datasets?changed=perhaps", 400),
        ("/datasets?min_deliveries=-1", 400),
    ],
)
def test_other_questions_are_refused(ten_days, path, status):
    assert get(ten_days(day(1)), path)[0] == status


def test_what_is_unusual_is_told_and_stands_in_the_record_and_in_the_lists(ten_days, bus):
    api = ten_days(*(day(number) for number in range(1, 10)))
    bus.sent.clear()
    short = day(10, rows=12)
    ten_days(short)
    [event] = [detail for kind, detail in bus.sent if kind == "dataset.unusual"]
    assert event["filename"] == short.filename
    assert event["unusual"][0]["sentence"] == "12 rows; the last 9 deliveries had 360 to 372"
    _, record = get(api, f"/metadata?filename={quote(short.filename)}")
    assert record["unusual"] == [one["sentence"] for one in event["unusual"]]
    [dataset] = get(api, "/datasets")[1]["items"]
    assert dataset["unusual"] == event["unusual"]
    ten_days(day(11))
    [dataset] = get(api, "/datasets")[1]["items"]
    assert dataset["unusual"] == []


def recent(days_ago, **fields):
    time = datetime.now(timezone.utc).replace(hour=6, minute=0) - timedelta(days=days_ago)
    date = f"{time:%Y-%m-%d}"
    names = {"filename": f"daily/{date}.csv", "dataset": "daily/{date}.csv"}
    return replace(day(1), upload_timestamp=utc_timestamp(time), **(names | fields))


def test_a_dataset_says_how_it_comes_and_when_the_next_is_late(ten_days):
    api = ten_days(*(recent(days_ago) for days_ago in range(12, 0, -1)))
    ten_days(day(1), day(2, names=("a",)))
    [dataset] = get(api, "/datasets?prefix=daily")[1]["items"]
    assert (dataset["deliveries"], dataset["rhythm"]) == (12, "daily by 06:00 UTC")
    due = datetime.fromisoformat(dataset["next_due"].replace("Z", "+00:00"))
    assert due == datetime.now(timezone.utc).replace(hour=12, minute=0, second=0, microsecond=0)
    is_late = due <= datetime.now(timezone.utc)
    assert dataset["state"] == ("late" if is_late else "fresh")
    names = lambda query: [one["dataset"] for one in get(api, f"/datasets?{query}")[1]["items"]]  # noqa: E731
    assert names("state=unknown") == [DATASET]
    assert names(f"state={dataset['state']}") == ["daily/{date}.csv"]
    assert names("changed=true") == [DATASET]
    assert names("changed=false") == ["daily/{date}.csv"]
    assert names("min_deliveries=12") == ["daily/{date}.csv"]
    assert names("sort=newest") == ["daily/{date}.csv", DATASET]
    assert names("sort=newest&limit=1") == ["daily/{date}.csv"]
    _, first = get(api, "/datasets?sort=newest&limit=1")
    assert names(f"sort=newest&limit=1&cursor={first['next_cursor']}") == [DATASET]


def test_a_dataset_that_is_agreed_to_come_daily_is_late_and_recovers(client, bus):
    now = datetime.now(timezone.utc)
    agreed = {"every": 86_400, "description": "What the shops sold.", "tags": ["sales"]}

    def uploaded(number, at):
        record = write(number, ("id", "amount"), agreed=agreed)
        return replace(record, upload_timestamp=utc_timestamp(at))

    def late_at(moment):
        client.lambda_.invoke("watch", {"time": moment.strftime("%Y-%m-%dT%H:%M:%SZ")})
        return [detail for kind, detail in bus.sent if kind == "dataset.late"]

    store(client, uploaded(1, now))
    _, dataset = get(client.http, f"/datasets/{NAME}")
    assert (dataset["state"], dataset["rhythm"]) == ("fresh", "every day")
    assert (dataset["description"], dataset["tags"]) == ("What the shops sold.", ["sales"])
    assert late_at(now + timedelta(hours=29)) == []
    [late] = late_at(now + timedelta(hours=31))
    assert late["due"] == dataset["next_due"] == utc_timestamp(now + timedelta(hours=30))
    assert late_at(now + timedelta(hours=32)) == [late]
    assert get(client.http, f"/datasets/{NAME}")[1]["state"] == "late"
    store(client, uploaded(2, now + timedelta(hours=33)))
    [recovered] = [detail for kind, detail in bus.sent if kind == "dataset.recovered"]
    assert recovered["due"] == late["due"]
    assert get(client.http, f"/datasets/{NAME}")[1]["state"] == "recovered"
