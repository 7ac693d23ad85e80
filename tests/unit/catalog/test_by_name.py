"""Files are found by a part of their names, through the datasets that may have it."""

from bisect import bisect_left
from dataclasses import replace
from itertools import cycle, pairwise
from operator import attrgetter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.changes import schema_id_of
from chalicelib.catalog.history.datasets import template_of
from chalicelib.catalog.history.items import COLUMNS_ARE_COMPLETE, LISTINGS_ARE_COMPLETE
from chalicelib.catalog.history.keeping import Accepted, History
from chalicelib.catalog.history.names import may_contain
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import SHARDS, shard_of, upload_order
from chalicelib.catalog.items import to_item
from chalicelib.catalog.keys import bare
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.record import FAILED
from chalicelib.catalog.table import RecordsTable
from tests.unit.catalog.table_in_memory import CountedTables, a_file


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Orders", "orders"),
        ("München", "munchen"),
        ("MU\u0308NCHEN", "m\xfcnchen"),
        ("Straße", "STRASSE"),
        ("\u30ac.csv", "\u30ad.csv".replace("\u30ad", "\u30ac")),
    ],
)
def test_names_are_compared_without_case_and_accents(text, same):
    assert bare(text) == bare(same)
    assert bare(bare(text)) == bare(text)


def test_marks_that_make_another_letter_are_no_accents():
    assert bare("\u30ab") != bare("\u30ac")  # ka and ga
    assert bare("\u0e01\u0e34") != bare("\u0e01")


KEYS = st.lists(
    st.sampled_from(
        [
            "orders",
            "Sales/",
            "2026-11-01",
            "-",
            "_",
            "/",
            "nov2026",
            "0042",
            "part-7",
            "a",
            "é",
            ".csv",
            ".gz",
            "region=eu",
            "q3-2025",
            "2026/11/28/",
            "deadbeefdeadbeef0",
            "20261101T0930",
        ]
    ),
    min_size=1,
    max_size=7,
).map("".join)


@given(KEYS, st.data())
def test_whatever_is_in_a_key_its_template_may_contain(key, data):
    name = bare(key)
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert may_contain(template_of(key), name[start:end])


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("sales/orders_{date}.csv", "invoice"),
        ("sales/orders_{date}.csv", "orders-2026"),
        ("sales/orders_{date}.csv", "2026.tsv"),
        ("a{n}b{n}.csv", "a3c4"),
        ("budget.csv", "orders"),
        ("{date}/{id}.csv", "orders"),
    ],
)
def test_a_template_that_cannot_have_the_text_is_left_out(template, text):
    assert not may_contain(template, text)


@pytest.mark.parametrize("template", ["a{n}.csv", "a.csv", "{n}/a.csv"])
def test_a_template_leaves_off_that_a_file_is_compressed(template):
    assert may_contain(template, "csv.gz")


@pytest.fixture
def catalog(indexed, with_history):
    table = RecordsTable(indexed.table)
    history = History(HistoryTable(with_history.history_table), 400)

    def keep(*records):
        for record in records:
            table.put_if_newer(record)
        history.keep([Accepted(record) for record in records])

    def names(query):
        found, cursor = [], None
        while True:
            files, cursor = list_files(table, replace(query, cursor=cursor), history.table)
            found += [file.filename for file in files]
            if cursor is None:
                return found

    def is_complete():
        for partition, place in (COLUMNS_ARE_COMPLETE, LISTINGS_ARE_COMPLETE):
            with_history.history_table.put_item(Item={"PK": partition, "SK": place})

    return SimpleNamespace(keep=keep, names=names, is_complete=is_complete, table=table)


def file(name, second, columns=("id", "E-Mail"), **fields):
    columns = tuple(columns)
    return a_file(
        name,
        second,
        column_names=columns,
        column_count=len(columns),
        schema_id=schema_id_of(True, columns, len(columns)),
        dataset=template_of(name),
        **fields,
    )


def failed(name, second):
    return replace(file(name, second), status=FAILED, schema_id=None, column_names=(), error="no")


FILES = [
    *(file(f"eu/Orders_2026-11-{day:02}.csv", day) for day in range(1, 9)),
    *(file(f"us/orders/2026-11-{day:02}.csv.gz", day + 20) for day in range(1, 4)),
    *(file(f"eu/invoices_2026-11-{day:02}.csv", day + 30, ("id", "total")) for day in range(1, 9)),
    failed("eu/orders_2026-11-28.csv", 90),
    failed("ORDERS of nobody.csv", 3),
    file("Mu\u0308nchen.csv", 50, ("Straße",)),
]


QUERIES = [
    {"name": "orders"},
    {"name": "orders", "limit": 7},
    {"name": "2026-11-01"},
    {"name": "m\xfcnchen"},
    {"name": "nowhere"},
    {"name": "orders_2026-11-2"},
    {"name": "orders", "status": "failed"},
    {"name": "orders", "prefix": "eu/"},
    {"name": "orders", "uploaded_after": "2026-11-22T00:00:06.000Z", "limit": 3},
    {"name": "orders", "column": ["e-mail"]},
    {"column_part": ["mail"]},
    {"column_part": ["mail"], "column": ["id"], "name": "us"},
    {"column_part": ["strass"]},
    {"column_part": ["o", "id"]},
    {"status": "failed"},
]


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_answer_is_that_of_looking_at_every_file(catalog, is_complete):
    catalog.keep(*FILES)
    if is_complete:
        catalog.is_complete()
    for number, (query, order) in enumerate(zip(QUERIES, cycle(["asc", "desc"]), strict=False)):
        asked = {n: frozenset(v) if isinstance(v, list) else v for n, v in query.items()}
        asked = FileQuery(**asked | {"name": bare(query.get("name", ""))})
        by_time = ("upload_timestamp", upload_order)
        by_name = ("filename", attrgetter("filename"))
        sort, key = (by_time, by_name)[(number + number // 2) % 2]
        expected = [
            record.filename
            for record in sorted(FILES, key=key, reverse=order == "desc")
            if asked.matches(record) and asked.has_columns(record.column_names)
        ]
        found = catalog.names(replace(asked, sort=sort, order=order))
        assert found == expected, (query, sort, order)


class Million(CountedTables):
    """Both tables of a catalog of a million files in 300 datasets, none made until asked for."""

    files, datasets = 1_000_000, 300

    def __init__(self):
        super().__init__()
        self.shards = [[] for _ in range(SHARDS)]
        for number in range(self.files):
            self.shards[shard_of(f"{number}")].append(number)
        self.history = {
            (pk, sk): {"PK": pk, "SK": sk}
            for pk, sk in (COLUMNS_ARE_COMPLETE, LISTINGS_ARE_COMPLETE)
        }
        for number in range(self.datasets):
            newest = self.record(self.files - self.datasets + number)
            item = {"Dataset": newest.dataset, "NewestOrder": upload_order(newest)}
            partition = f"datasets#{shard_of(newest.dataset)}"
            self.history[partition, newest.dataset] = item

    def record(self, number):
        named = ("orders" if number % self.datasets < 11 else "feed") + f"_{number % self.datasets}"
        seconds, milliseconds = divmod(number, 1_000)
        made = a_file(f"{named}/{number:07}.csv", seconds, dataset=f"{named}/{{n}}.csv")
        time = made.upload_timestamp.replace("000Z", f"{milliseconds:03}Z")
        return replace(made, upload_timestamp=time)

    def files_of(self, index, values, limit, _):
        if index == "BySchema":
            return {"Items": []}
        numbers = self.shards[values[":shard"]]
        start = len(numbers)
        if high := values.get(":high"):
            start = bisect_left(numbers, high, key=lambda n: upload_order(self.record(n)) + " ")
        page = numbers[max(start - limit, 0) : start][::-1]
        wanted = {v for k, v in values.items() if k.startswith(":d")}
        records = [self.record(number) for number in page]
        answer = {"Items": [to_item(one) for one in records if not wanted or one.dataset in wanted]}
        if start > limit:
            answer["LastEvaluatedKey"] = {"UploadOrder": upload_order(records[-1])}
        return answer


@pytest.fixture(scope="module")
def million():
    return Million()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("orders", 25),
        ("orders_7", 25),
        ("feed_123/", 25),
        ("nowhere", 0),
        ("0999999", 1),
        ("csv", 25),
    ],
)
def test_among_a_million_files_of_300_datasets_the_first_page_takes_20_requests_at_most(
    million, name, found
):
    million.requests = 0
    query = FileQuery(name=name)
    files, cursor = list_files(RecordsTable(million), query, HistoryTable(million))
    assert million.requests <= 20
    assert all(name in file.filename for file in files)
    assert len(files) == found
    assert (cursor is None) is (name == "nowhere")


def test_the_pages_of_a_dataset_among_a_million_files_go_on(million):
    names, cursor = [], None
    for _ in range(4):
        query = FileQuery(name="orders_7/", cursor=cursor)
        files, cursor = list_files(RecordsTable(million), query, HistoryTable(million))
        names += [file.filename for file in files]
    last = million.files - million.datasets + 7 + million.files % million.datasets
    numbers = [int(name[9:16]) for name in names]
    assert numbers == sorted(numbers, reverse=True)
    assert {later - earlier for later, earlier in pairwise(numbers)} == {300}
    assert len(numbers) > 75
    assert last - numbers[0] < 600
