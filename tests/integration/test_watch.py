"""Ten days of one export on a deployed catalog: each fault is told, and so is a day left out."""

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import jsonschema
import pytest

from tests.deployed import PROJECT, eventually

DATASET = "export/sales-{date}.csv"
CONTRACT = b"""apiVersion: v3.1.0
kind: DataContract
description: {purpose: What the shops sold.}
schema:
  - name: sales
    properties: [{name: id, logicalType: integer}]
slaProperties:
  - {property: frequency, value: 1, unit: d}
"""
FEW, RENAMED, SWAPPED = 9, 10, 11


def key_of(day):
    return f"export/sales-2026-11-{day:02}.csv"


def export(day):
    rows = 12 if day == FEW else 350 + day * 7 % 13
    amount = "total" if day >= RENAMED else "amount"
    lines = [f"{n},{n * day % 97}.50,yes" for n in range(1, rows + 1)]
    header = f"id,{amount},paid"
    if day >= SWAPPED:
        lines = [f"{n},yes,{n * day % 97}.50" for n in range(1, rows + 1)]
        header = f"id,paid,{amount}"
    return "\n".join([header, *lines, ""]).encode()


def sent(event, kind):
    schema = json.loads((PROJECT / f"docs/events/{kind}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(event["detail"])
    return event["detail"]


@pytest.fixture(scope="module")
def days(catalog, subscription):
    catalog.upload("export/_contract.odcs.yaml", CONTRACT)
    for day in (3, 1, 2, *range(4, 12)):
        catalog.record_of(key_of(day), export(day))
        eventually(lambda day=day: key_of(day) in deliveries(catalog))
    return subscription


def deliveries(catalog):
    status, answer = catalog.get(f"/datasets/{quote(DATASET, safe='')}/deliveries?limit=100")
    return {one["filename"]: one for one in answer["items"]} if status == 200 else {}


def dataset(catalog):
    status, answer = catalog.get(f"/datasets/{quote(DATASET, safe='')}")
    assert status == 200, answer
    return answer


def watch_at(catalog, moment):
    time = moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = catalog.project.client("lambda").invoke(
        FunctionName=catalog.project.functions["watch"], Payload=json.dumps({"time": time})
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_each_fault_is_in_its_delivery_whatever_the_order_in_which_they_came(catalog, days):
    found = deliveries(catalog)
    assert list(found) == [key_of(day) for day in range(11, 0, -1)]
    odd = {key: one["unusual"] for key, one in found.items() if one["unusual"]}
    assert list(odd) == [key_of(FEW)]
    assert odd[key_of(FEW)][0]["sentence"].startswith("12 rows; the last 8 deliveries had 35")
    changes = {key: one["change"] for key, one in found.items() if one["change"]}
    assert {key: (one["by_name"], one["by_position"]) for key, one in changes.items()} == {
        key_of(RENAMED): ("breaks", "ok"),
        key_of(SWAPPED): ("ok", "silent"),
    }
    unusual = sent(days.one_of("dataset.unusual", "export/"), "dataset.unusual")
    assert unusual["filename"] == key_of(FEW)
    assert dataset(catalog)["description"] == "What the shops sold."


def test_a_day_left_out_is_told_as_late_once_and_as_recovered_with_the_next(catalog, days):
    known = dataset(catalog)
    assert (known["state"], known["rhythm"]) == ("fresh", "every day")
    due = datetime.fromisoformat(known["next_due"].replace("Z", "+00:00"))
    watch_at(catalog, due - timedelta(minutes=1))
    watch_at(catalog, due + timedelta(minutes=1))
    watch_at(catalog, due + timedelta(minutes=6))
    late = sent(days.one_of("dataset.late", DATASET), "dataset.late")
    assert (late["due"], late["newest"]["filename"]) == (known["next_due"], key_of(11))
    assert dataset(catalog)["state"] == "late"
    catalog.record_of(key_of(13), export(13))
    recovered = sent(days.one_of("dataset.recovered", key_of(13)), "dataset.recovered")
    assert recovered["due"] == late["due"]
    assert dataset(catalog)["state"] == "recovered"
