"""Files that have a column are found by the index of columns, where that takes fewer requests."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from chalicelib.catalog.history import table as history_table
from chalicelib.catalog.history.changes import schema_id_of
from chalicelib.catalog.history.items import COLUMNS_ARE_COMPLETE, INDEXED_COLUMNS
from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import shard_of, upload_order
from chalicelib.catalog.items import to_item
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.table import RecordsTable
from tests.unit.catalog.table_in_memory import CountedTables, a_file


def with_columns(name, columns, second=0):
    """The record of a file that has these columns."""
    return a_file(
        name,
        second,
        column_names=tuple(columns),
        column_count=len(columns),
        schema_id=schema_id_of(True, tuple(columns), len(columns)),
        dataset=name,
    )


@pytest.fixture
def catalog(indexed, with_history):
    """Both tables as DynamoDB has them, and a function that fills them."""
    table = RecordsTable(indexed.table)
    history = History(HistoryTable(with_history.history_table), 400)

    def keep(*records):
        for record in records:
            table.put_if_newer(record)
        history.keep([Accepted(record) for record in records])

    def names(**query):
        query["column"] = frozenset(query["column"])
        found, cursor = [], None
        while True:
            files, cursor = list_files(table, FileQuery(cursor=cursor, **query), history.table)
            found += [file.filename for file in files]
            if cursor is None:
                return found

    def is_complete():
        partition, place = COLUMNS_ARE_COMPLETE
        with_history.history_table.put_item(Item={"PK": partition, "SK": place})

    def places(*columns):
        return history.table.places_of_columns(frozenset(columns))

    return SimpleNamespace(
        keep=keep, names=names, is_complete=is_complete, places=places, table=table
    )


FILES = [
    *(with_columns(f"{number:02}.csv", ("id", "Name"), number) for number in range(12)),
    with_columns("rare 1.csv", ("id", "Rare"), 20),
    with_columns("rare 2.csv", ("rare", "name"), 5),
    with_columns("wide.csv", [f"c{n}" for n in range(INDEXED_COLUMNS)] + ["Rare", "last"], 7),
]


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_answer_is_the_same_by_the_index_and_by_looking_through(catalog, is_complete):
    catalog.keep(*FILES)
    if is_complete:
        catalog.is_complete()
    assert (catalog.places("rare") is not None) is is_complete
    newest_first = ["rare 1.csv", "wide.csv", "rare 2.csv"]
    assert catalog.names(column=["rare"], limit=2) == newest_first
    assert catalog.names(column=["rare"], order="asc") == newest_first[::-1]
    assert catalog.names(column=["rare"], sort="filename", order="asc") == sorted(newest_first)
    assert catalog.names(column=["rare"], sort="filename", limit=1) == sorted(newest_first)[::-1]
    assert catalog.names(column=["rare", "id"]) == ["rare 1.csv"]
    assert catalog.names(column=["last"]) == ["wide.csv"]
    assert catalog.names(column=["rare"], prefix="rare") == ["rare 1.csv", "rare 2.csv"]
    assert catalog.names(column=["rare"], uploaded_after="2026-11-22T00:00:06.000Z") == [
        "rare 1.csv",
        "wide.csv",
    ]
    assert catalog.names(column=["nowhere"]) == []
    assert len(catalog.names(column=["name"], limit=5)) == 13


def test_a_file_that_is_overwritten_or_removed_is_found_as_it_is_now(catalog):
    catalog.is_complete()
    catalog.keep(*FILES)
    later = {"sequencer": "00" + "F" * 30}
    catalog.keep(replace(with_columns("rare 1.csv", ("id", "other"), 30), **later))
    catalog.keep(replace(FILES[-2], status="deleted", schema_id=None, **later))
    assert catalog.names(column=["rare"]) == ["wide.csv"]
    assert catalog.names(column=["other"]) == ["rare 1.csv"]


def test_blank_names_do_not_make_every_search_look_through(catalog, monkeypatch):
    """pandas writes one for its index: as many schemas with one as there are tables."""
    monkeypatch.setattr(history_table, "PLACES_AT_MOST", 20)
    catalog.is_complete()
    catalog.keep(*(with_columns(f"{n}.csv", ("", f"c{n}"), n) for n in range(21)))
    assert len(catalog.places("c7")) == 1
    assert catalog.names(column=["c7"]) == ["7.csv"]
    assert catalog.places("") is None
    assert len(catalog.names(column=[""], limit=100)) == 21


def test_a_column_that_too_many_schemas_have_is_looked_through_for(catalog, monkeypatch):
    monkeypatch.setattr(history_table, "PLACES_AT_MOST", 20)
    catalog.is_complete()
    catalog.keep(*(with_columns(f"{n}.csv", ("id", f"c{n}"), n) for n in range(21)))
    assert catalog.places("id") is None
    assert len(catalog.places("c7")) == 1
    assert len(catalog.places("id", "c7")) == 1
    assert len(catalog.names(column=["id"], limit=5)) == 21


class Million(CountedTables):
    """Both tables of a catalog of a million files, none of which is there until it is asked for.

    All files have the columns `id` and `name` but for each 200,000th, which has `rare` as well.
    """

    files = 1_000_000

    def __init__(self):
        super().__init__()
        self.common = with_columns("x", ("id", "name"))
        self.rare = [
            with_columns(f"{n:07}.csv", ("id", "name", "rare"), n // 100)
            for n in range(0, self.files, 200_000)
        ]
        self.items = {}
        for record in self.rare:
            self.items.setdefault(to_item(record)["SchemaShard"], []).append(to_item(record))
        recording = SimpleNamespace(
            name=self.name,
            meta=SimpleNamespace(
                client=SimpleNamespace(
                    batch_get_item=lambda **_: {"Responses": {}}, batch_write_item=self.put
                )
            ),
            put_item=lambda **_: {},
            query=lambda **_: {"Items": []},
            update_item=self.update,
        )
        history = History(HistoryTable(recording), 400)
        for record in (*self.rare, self.common):
            history.keep([Accepted(record)])
        self.history[COLUMNS_ARE_COMPLETE] = {"PK": "columns", "SK": "complete"}

    def put(self, RequestItems):
        for request in RequestItems[self.name]:
            item = request["PutRequest"]["Item"]
            self.history[item["PK"], item["SK"]] = item
        return {}

    def update(self, Key, UpdateExpression, ExpressionAttributeValues, **_):
        if UpdateExpression == "ADD Shards :shard":
            item = self.history.setdefault((Key["PK"], Key["SK"]), {**Key, "Shards": set()})
            item["Shards"] |= ExpressionAttributeValues[":shard"]

    def files_of(self, index, values, limit, request):
        if index == "BySchema":
            return {"Items": self.items.get(values[":shard"], [])}
        # Looking through: the newest files, as many as are asked for, and always more of them.
        start = request.get("ExclusiveStartKey", {"n": self.files})["n"]
        shard = values[":shard"]
        numbers = (n for n in range(start - 1, -1, -1) if shard_of(f"{n:07}.csv") == shard)
        page = []
        for n in numbers:
            file = replace(self.common, filename=f"{n:07}.csv")
            page.append(
                to_item(replace(file, upload_timestamp=a_file("", n // 100).upload_timestamp))
            )
            if len(page) == limit:
                break
        return {"Items": page, "LastEvaluatedKey": {"n": n}}

    def describe_table(self, **_):
        return {"Table": {"TableArn": "arn", "TableId": "1"}}


def test_a_rare_column_among_a_million_files_takes_twenty_requests_at_most():
    tables = Million()
    query = FileQuery(column=frozenset({"rare"}))
    files, cursor = list_files(RecordsTable(tables), query, HistoryTable(tables))
    expected = sorted(tables.rare, key=upload_order, reverse=True)
    assert [file.filename for file in files] == [record.filename for record in expected]
    assert cursor is None
    assert tables.requests <= 20


def test_by_looking_through_a_request_finds_none_of_them():
    tables = Million()
    files, cursor = list_files(RecordsTable(tables), FileQuery(column=frozenset({"rare"})))
    assert files == []
    assert cursor
    assert tables.requests > 20
