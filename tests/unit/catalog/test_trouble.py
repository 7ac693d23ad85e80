"""Files in trouble are found by an index that has no others, whatever becomes of them."""

import random
from dataclasses import replace
from itertools import product
from operator import attrgetter

import pytest

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.items import TROUBLE_IS_COMPLETE
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import (
    BY_TROUBLE,
    FAILED_PARTITIONS,
    index_attributes,
    trouble_partitions,
    upload_order,
)
from chalicelib.catalog.items import to_item
from chalicelib.catalog.listing import FILES_AT_MOST, list_files
from chalicelib.catalog.query import TROUBLES, FileQuery
from chalicelib.catalog.table import RecordsTable
from tests.unit.catalog.table_in_memory import CountedTables, a_file

VIOLATES = {"violations": ("x",)}
CHANGED = {"verdicts": {"by_name": "ok", "by_position": "silent"}}
UNUSUAL = {"unusual": ("3 rows; the last 28 deliveries had 341 to 372",)}
FAILED = {"status": "failed", "error": "no", "row_count": None, "column_names": ()}


def everything(table, query, history):
    while True:
        files, cursor = list_files(table, query, history)
        yield from files
        if cursor is None:
            return
        query = replace(query, cursor=cursor)


def asked(*kinds, **others):
    return FileQuery(**dict.fromkeys(kinds, True), **others)


QUERIES = [
    asked("violations", limit=2),
    asked("changed", unusual=False),
    asked("violations", name="1.csv"),
    asked("violations", prefix="2"),
    asked("changed", column=frozenset({"id"})),
    asked("unusual", uploaded_after="2026-11-22T00:00:05.000Z"),
    FileQuery(violations=False),
]


@pytest.mark.parametrize("is_complete", [True, False])
def test_whatever_comes_and_goes_the_answer_is_that_of_looking_at_every_record(
    indexed, with_history, is_complete
):
    table, history = RecordsTable(indexed.table), HistoryTable(with_history.history_table)
    catalog = Catalog(table, History(history, 400))
    if is_complete:
        history.write([dict(zip(("PK", "SK"), TROUBLE_IS_COMPLETE, strict=True))])
    kinds = [VIOLATES, {}, CHANGED, UNUSUAL | VIOLATES, {"status": "deleted", "file_size": 0}]
    writes = [
        a_file(f"{n % 4}.csv", n, sequencer=f"00{n:030X}", **kinds[n % 5]) for n in range(1, 13)
    ]
    for record in random.Random(11).choices(writes, k=18):  # noqa: S311
        if accepted := catalog.accept(record):
            catalog.keep([accepted])
    stored = [one for one in table.everything() if one.status != "deleted"]
    orders = (("upload_timestamp", upload_order), ("filename", attrgetter("filename")))
    for number, query in enumerate(QUERIES):
        (sort, key), order = orders[number % 2], ("asc", "desc")[number // 2 % 2]
        expected = [
            one.filename
            for one in sorted(stored, key=key, reverse=order == "desc")
            if query.matches(one) and query.has_columns(one.column_names)
        ]
        found = everything(table, replace(query, sort=sort, order=order), history)
        assert [one.filename for one in found] == expected, query


def test_a_file_is_where_each_query_looks_that_asks_for_its_trouble():
    for has in product((False, True), repeat=3):
        fields = [
            kind for kind, is_so in zip((VIOLATES, CHANGED, UNUSUAL), has, strict=True) if is_so
        ]
        record = a_file("a.csv", **{name: value for kind in fields for name, value in kind.items()})
        place = index_attributes(record).get("Trouble")
        for wanted in product((None, False, True), repeat=3):
            query = FileQuery(**dict(zip(TROUBLES, wanted, strict=True)))
            if query.is_for_trouble():
                assert (place in trouble_partitions(query)) is query.matches(record)


def test_a_healthy_or_removed_file_is_not_in_the_index():
    assert "Trouble" not in to_item(a_file("a.csv"))
    assert "Trouble" not in to_item(a_file("a.csv", status="deleted", **VIOLATES))


class Million(CountedTables):
    """Both tables of a catalog of a million files, of which these are in trouble."""

    def __init__(self, *troubled):
        super().__init__()
        self.troubled = [to_item(record) for record in troubled]
        for pk, sk in (TROUBLE_IS_COMPLETE, ("listings", "complete")):
            self.history[pk, sk] = {"PK": pk, "SK": sk}

    def files_of(self, index, values, limit, request):
        place = values[":shard"]
        if index == BY_TROUBLE.name or place in FAILED_PARTITIONS:
            key = "Trouble" if index == BY_TROUBLE.name else "SchemaShard"
            there = [one for one in self.troubled if one.get(key) == place]
            high = values.get(":high", "\U0010ffff")
            there = [one for one in there if values.get(":low", "") <= one["UploadOrder"] <= high]
            there.sort(key=lambda one: one["UploadOrder"], reverse=not request["ScanIndexForward"])
            after = request.get("ExclusiveStartKey")
            if after:
                there = there[there.index(after) + 1 :]
            return {"Items": there[:limit]} | (
                {"LastEvaluatedKey": there[limit - 1]} if len(there) > limit else {}
            )
        # Healthy files: always as many as are asked for, and more of them.
        files = [to_item(a_file(f"2026/{n:04}-{place}.csv")) for n in range(min(limit, 200))]
        return {"Items": files, "LastEvaluatedKey": {}}

    def first_page(self, **query):
        self.requests = 0
        files, cursor = list_files(RecordsTable(self), FileQuery(**query), HistoryTable(self))
        assert self.requests <= 20, query
        return [file.filename for file in files], cursor


FEW = [
    a_file("oldest.csv", 0, **VIOLATES),
    a_file("middle.csv", 40_000, **VIOLATES | CHANGED),
    a_file("newest.csv", 80_000, **VIOLATES | UNUSUAL),
    a_file("failed.csv", 50_000, **FAILED),
]


@pytest.mark.parametrize("limit", [25, 100])
@pytest.mark.parametrize("more", [{}, {"prefix": "2026/"}, {"sort": "filename"}])
def test_the_last_files_in_trouble_among_a_million_take_twenty_requests_at_most(limit, more):
    million = Million(*FEW)
    for query, names in (
        ({"violations": True}, ["newest.csv", "middle.csv", "oldest.csv"]),
        ({"changed": True}, ["middle.csv"]),
        ({"unusual": True}, ["newest.csv"]),
        ({"violations": True, "changed": False}, ["newest.csv", "oldest.csv"]),
        ({"status": "failed"}, ["failed.csv"]),
        ({"violations": True, "name": "middle"}, ["middle.csv"]),
    ):
        found, cursor = million.first_page(limit=limit, **query, **more)
        assert cursor is None
        assert set(found) == (set() if "prefix" in more else set(names))


@pytest.mark.parametrize("kinds", [VIOLATES, VIOLATES | CHANGED, VIOLATES | CHANGED | UNUSUAL])
def test_a_page_of_many_that_are_in_trouble_alike_takes_twenty_requests_at_most(kinds):
    many = [a_file(f"{n:05}.csv", n, **kinds) for n in range(FILES_AT_MOST + 200)]
    million = Million(*many)
    names, cursor = [], None
    for _ in range(3):
        found, cursor = million.first_page(violations=True, limit=100, cursor=cursor)
        names += found
    assert names == [record.filename for record in many[:-301:-1]]


def test_where_the_index_is_not_there_yet_files_in_trouble_are_looked_for(indexed, with_history):
    indexed.table.meta.client.update_table(
        TableName=indexed.table.name,
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": BY_TROUBLE.name}}],
    )
    table, history = RecordsTable(indexed.table), HistoryTable(with_history.history_table)
    history.write([dict(zip(("PK", "SK"), TROUBLE_IS_COMPLETE, strict=True))])
    for record in FEW:
        table.put_if_newer(record)
    for sort in ("upload_timestamp", "filename"):
        found = list(everything(table, asked("unusual", sort=sort), history))
        assert [one.filename for one in found] == ["newest.csv"]
