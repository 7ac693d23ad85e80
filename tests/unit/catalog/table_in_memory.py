"""A table that lives in memory, and files to be listed from it."""

import math
from dataclasses import replace
from threading import Lock
from types import SimpleNamespace

from chalicelib.catalog.indexes import INDEXES, PROJECTED
from chalicelib.catalog.items import to_item
from tests.examples.records import RECORD

SORT_KEYS = {index.name: index.sort_key for index in INDEXES}


class TableInMemory:
    """A DynamoDB table with the indexes of listings, as far as these use it.

    It reckons what Query reads, in read request units: half of one for each 4 KB begun, of what
    the index projects ("Read consistency" and "Item sizes", Amazon DynamoDB Developer Guide).
    """

    name = "MetadataTable"

    def __init__(self, records=()):
        self.items = {}
        self.queries = 0
        self.items_read = 0
        self.units = 0.0
        self.whole_items_read = 0
        self.missing = set()
        self._counting = Lock()
        self.meta = SimpleNamespace(client=self)
        for record in records:
            self.put(record)

    def put(self, record):
        self.items[record.filename] = to_item(record)

    def delete(self, filename):
        self.items.pop(filename, None)

    def get_item(self, Key):
        self.whole_items_read += 1
        item = self.items.get(Key["Filename"])
        return {"Item": item} if item else {}

    def describe_table(self, **_):
        return {"Table": {"TableArn": "arn:aws:dynamodb:::table/MetadataTable", "TableId": "1"}}

    def query(
        self,
        IndexName,
        ExpressionAttributeNames,
        ExpressionAttributeValues,
        ScanIndexForward,
        Limit,
        ExclusiveStartKey=None,
        **_,
    ):
        sort_key = SORT_KEYS[IndexName]
        low = ExpressionAttributeValues.get(":low", "")
        high = ExpressionAttributeValues.get(":high", "\U0010ffff" * 2)
        kept = {"Filename", "Shard", sort_key, *PROJECTED}
        found = sorted(
            (
                {name: value for name, value in item.items() if name in kept}
                for item in self.items.values()
                if item.get(ExpressionAttributeNames["#shard"])
                == ExpressionAttributeValues[":shard"]
                and low <= item[sort_key] <= high
            ),
            key=lambda item: item[sort_key],
            reverse=not ScanIndexForward,
        )
        if ExclusiveStartKey:
            start = ExclusiveStartKey[sort_key]
            found = [
                item
                for item in found
                if (item[sort_key] > start if ScanIndexForward else item[sort_key] < start)
            ]
        page = found[:Limit]
        size = sum(len(str(item)) for item in page)
        with self._counting:  # the shards are asked at the same time
            self.queries += 1
            self.items_read += len(page)
            self.units += max(1, math.ceil(size / 4096)) / 2
        return {"Items": page, **({"LastEvaluatedKey": page[-1]} if len(found) > Limit else {})}


class CountedTables:
    """Both tables of a catalog, which count what they are asked; the history is in memory."""

    name = "Tables"

    def __init__(self):
        self.requests = 0
        self.meta = SimpleNamespace(client=self)
        self.history = {}

    def get_item(self, **_):
        self.requests += 1
        return {}

    def batch_get_item(self, RequestItems):
        self.requests += 1
        keys = [(key["PK"], key["SK"]) for key in RequestItems[self.name]["Keys"]]
        found = [self.history[key] for key in keys if key in self.history]
        return {"Responses": {self.name: found}}

    def query(self, ExpressionAttributeValues, Limit, IndexName=None, **request):
        self.requests += 1
        if IndexName is None:
            partition = ExpressionAttributeValues[":partition"]
            return {"Items": [item for (pk, _), item in self.history.items() if pk == partition]}
        return self.files_of(IndexName, ExpressionAttributeValues, Limit, request)


def a_file(name, second=0, **fields):
    time = f"2026-11-22T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000Z"
    return replace(RECORD, filename=name, upload_timestamp=time, **fields)
