"""Of a dataset of a million deliveries, a page takes ten requests at most, and a series twenty."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from types import SimpleNamespace

import pytest

from chalicelib.catalog.history.changes import schema_id_of_record
from chalicelib.catalog.history.deliveries import (
    PARTITIONS,
    delivery_item,
    order_of,
    partition_for,
    partition_of,
)
from chalicelib.catalog.history.delivery_pages import (
    SERIES_AT_MOST,
    DeliveriesQuery,
    list_deliveries,
    series_of,
)
from chalicelib.catalog.history.items import dataset_keys, schema_item, schema_key
from chalicelib.catalog.history.table import HistoryTable
from tests.examples.records import RECORD

MILLION = 1_000_000
DATASET = "feed/{n}.csv"
SCHEMA_ID = schema_id_of_record(RECORD)
IN_A_PAGE = 256  # of 4 KB, which a delivery has at most: DynamoDB reads 1 MB at a time


def delivery(number):
    return replace(
        RECORD,
        filename=f"feed/{number:07}.csv",
        dataset=DATASET,
        schema_id=SCHEMA_ID,
        upload_timestamp=f"2026-11-{1 + number * 28 // MILLION:02}T00:00:00.000Z",
        sha256=f"{number:064x}",
    )


def place(number):
    return order_of(delivery(number))


class Deliveries:
    """The history table of a busy dataset, none of whose deliveries is there until it is read."""

    name = "History"

    def __init__(self, is_busy):
        self.requests = 0
        self.is_busy = is_busy
        self.meta = SimpleNamespace(client=self)
        known = {
            "Dataset": DATASET,
            "Busy": is_busy,
            "SchemaId": SCHEMA_ID,
            "NewestOrder": place(MILLION - 1),
        }
        self.items = {
            dataset_keys(DATASET)[0]: known,
            schema_key(SCHEMA_ID): schema_item(RECORD),
        }

    def get_item(self, **_):
        self.requests += 1
        return {}

    def batch_get_item(self, RequestItems):
        self.requests += 1
        wanted = [(key["PK"], key["SK"]) for key in RequestItems[self.name]["Keys"]]
        found = [
            self.items[key] | {"PK": key[0], "SK": key[1]} for key in wanted if key in self.items
        ]
        return {"Responses": {self.name: found}}

    def query(self, ExpressionAttributeValues, ScanIndexForward, Limit, **request):
        self.requests += 1
        assert not ScanIndexForward
        values = ExpressionAttributeValues
        partition = [partition_of(DATASET, n) for n in range(PARTITIONS)].index(
            values[":partition"]
        )
        high = request["ExclusiveStartKey"]["SK"] if "ExclusiveStartKey" in request else None
        numbers = range(MILLION)
        first = bisect_left(numbers, values[":low"], key=place)
        last = bisect_right(numbers, values[":high"], key=place)
        if high:
            last = min(last, bisect_left(numbers, high, key=place))
        page = []
        for number in range(last - 1, first - 1, -1):
            record = delivery(number)
            if (partition_for(record) if self.is_busy else 0) == partition:
                page.append(delivery_item(record, 400, partition))
                if len(page) == min(Limit, IN_A_PAGE):
                    return {"Items": page, "LastEvaluatedKey": {"SK": page[-1]["SK"]}}
        return {"Items": page}


@pytest.mark.parametrize("is_busy", [True, False])
@pytest.mark.parametrize("limit", [1, 25, 100])
def test_a_page_of_deliveries_takes_ten_requests_at_most(is_busy, limit):
    table = Deliveries(is_busy)
    cursor, seen = None, []
    for _ in range(3):
        table.requests = 0
        query = DeliveriesQuery(limit=limit, cursor=cursor)
        items, cursor = list_deliveries(HistoryTable(table), DATASET, query)
        assert table.requests <= 10
        assert cursor
        seen += [one["filename"] for one in items]
    assert seen == [delivery(MILLION - 1 - n).filename for n in range(len(seen))]
    assert len(seen) > 2 * min(limit, 50)


def test_a_page_of_a_time_of_upload_takes_ten_requests_at_most_and_goes_on():
    table = Deliveries(is_busy=True)
    query = DeliveriesQuery(uploaded_before="2026-11-02T00:00:00.000Z")
    items, cursor = list_deliveries(HistoryTable(table), DATASET, query)
    assert (items, table.requests <= 10) == ([], True)
    assert cursor


@pytest.mark.parametrize("is_busy", [True, False])
def test_a_series_takes_twenty_requests_at_most(is_busy):
    table = Deliveries(is_busy)
    series = series_of(HistoryTable(table), DATASET, "id")
    assert table.requests <= 20
    assert len(series) == SERIES_AT_MOST
    assert series[-1]["filename"] == delivery(MILLION - 1).filename
    assert series[-1]["figures"]["distinct"] == 2
