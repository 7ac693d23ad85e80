"""Listing by the indexes: in order, page by page, at a cost that does not grow."""

import io
import json
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.indexes import SHARDS, index_attributes, upload_order
from chalicelib.catalog.items import logger
from chalicelib.catalog.listing import FILES_AT_MOST, WHOLE_RECORDS_AT_MOST, list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.table import IndexMissing, RecordsTable
from tests.examples.records import RECORD
from tests.unit.catalog.table_in_memory import TableInMemory, a_file


def pages(table, query):
    """The names on each page, to the last."""
    while True:
        records, cursor = list_files(RecordsTable(table), query)
        yield [record.filename for record in records]
        if cursor is None:
            return
        query = replace(query, cursor=cursor)


def names(table, **query):
    return [name for page in pages(table, FileQuery(**query)) for name in page]


FILES = [a_file(f"{folder}/{n}.csv", second=10 * n) for n in range(30) for folder in "ab"]


@pytest.mark.parametrize("limit", [1, 7, 25, 60, 100])
@pytest.mark.parametrize(
    ("sort", "order", "key"),
    [
        ("upload_timestamp", "desc", upload_order),
        ("upload_timestamp", "asc", upload_order),
        ("filename", "asc", lambda record: record.filename),
        ("filename", "desc", lambda record: record.filename),
    ],
)
def test_pages_of_any_size_have_all_files_in_order(sort, order, key, limit):
    listed = names(TableInMemory(FILES), sort=sort, order=order, limit=limit)
    expected = sorted(FILES, key=key, reverse=order == "desc")
    assert listed == [record.filename for record in expected]


def test_an_empty_catalog_is_one_empty_page():
    assert list(pages(TableInMemory(), FileQuery())) == [[]]


def test_the_last_page_has_no_cursor_even_if_it_is_full():
    assert [len(page) for page in pages(TableInMemory(FILES), FileQuery(limit=20))] == [20, 20, 20]


@pytest.mark.parametrize("sort", ["upload_timestamp", "filename"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"prefix": "a/"}, 30),
        ({"prefix": "a/1"}, 11),
        ({"prefix": "c"}, 0),
        ({"uploaded_after": "2026-11-22T00:04:40.000Z"}, 2),
        ({"uploaded_before": "2026-11-22T00:00:10.000Z"}, 2),
        ({"uploaded_after": "2026-11-23T00:00:00.000Z"}, 0),
        (
            {
                "uploaded_after": "2026-11-22T00:02:00.000Z",
                "uploaded_before": "2026-11-22T00:01:00.000Z",
            },
            0,
        ),
        ({"prefix": "a/", "uploaded_after": "2026-11-22T00:04:30.000Z"}, 2),
        ({"column": frozenset({"id"})}, 60),
        ({"column": frozenset({"other"})}, 0),
        ({"status": "failed"}, 0),
        ({"min_rows": 3, "max_rows": 3}, 60),
        ({"min_rows": 4}, 0),
    ],
)
def test_filters_combine_in_either_order(sort, query, expected):
    listed = names(TableInMemory(FILES), sort=sort, limit=4, **query)
    assert len(listed) == len(set(listed)) == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_every_prefix_finds_the_names_that_start_with_it_in_whatever_script(filenames):
    table = TableInMemory([a_file(name) for name in filenames])
    for prefix in {name[:length] for name in filenames for length in (1, 2)}:
        expected = sorted(name for name in filenames if name.startswith(prefix))
        assert names(table, prefix=prefix, sort="filename", order="asc") == expected


NAMES = st.text("ab/", min_size=1, max_size=3)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["put", "delete"]), NAMES, st.integers(0, 9)), max_size=4
)


@given(
    st.dictionaries(NAMES, st.integers(0, 9), min_size=1),
    st.lists(CHANGES, max_size=8),
    st.sampled_from(["upload_timestamp", "filename"]),
    st.sampled_from(["asc", "desc"]),
    st.integers(1, 4),
    st.sampled_from(["", "a", "b/"]),
)
def test_a_file_that_stays_as_it_is_is_on_one_page_whatever_comes_and_goes(
    filenames, changes, sort, order, limit, prefix
):
    table = TableInMemory([a_file(name, second) for name, second in filenames.items()])
    untouched = {name for name in filenames if name.startswith(prefix)}
    listed = []
    for page in pages(table, FileQuery(prefix=prefix, sort=sort, order=order, limit=limit)):
        listed += page
        for change, name, second in changes.pop() if changes else ():
            untouched.discard(name)
            table.put(a_file(name, second)) if change == "put" else table.delete(name)
    seen = [name for name in listed if name in untouched]
    assert sorted(seen) == sorted(untouched)


def many(count):
    return [a_file(f"{n:06}.csv", second=n) for n in range(count)]


@pytest.fixture(scope="module")
def catalogs():
    return TableInMemory(many(1_000)), TableInMemory(many(20_000))


@pytest.mark.parametrize("sort", ["upload_timestamp", "filename"])
@pytest.mark.parametrize("limit", [1, 25, 100])
def test_a_page_costs_the_same_in_a_catalog_of_1000_and_of_20000_files(catalogs, sort, limit):
    costs = []
    for table in catalogs:
        table.queries = table.units = table.items_read = 0
        [*_] = list_files(RecordsTable(table), FileQuery(sort=sort, limit=limit))
        costs.append((table.queries, table.items_read, table.units))
    assert costs[0] == costs[1]
    assert costs[0][0] == SHARDS


def test_a_filter_that_no_index_serves_reads_so_many_files_and_hands_back_a_cursor(catalogs):
    _, table = catalogs
    table.items_read = 0
    records, cursor = list_files(RecordsTable(table), FileQuery(status="failed"))
    assert records == []
    assert cursor
    assert table.items_read < 2 * FILES_AT_MOST


def test_a_rare_prefix_is_found_at_once_among_many_newer_files(catalogs):
    _, table = catalogs
    table.items_read = 0
    records, cursor = list_files(RecordsTable(table), FileQuery(prefix="000007"))
    assert [record.filename for record in records] == ["000007.csv"]
    assert cursor is None
    assert table.items_read < 10


def wide(name, columns):
    return a_file(name, column_names=tuple(columns), column_count=len(columns))


def test_a_listing_has_the_first_of_many_columns_and_filters_by_all_of_them():
    columns = [f"Column {n}" for n in range(5_000)]
    table = TableInMemory([wide("wide.csv", columns), a_file("plain.csv")])
    query = FileQuery(column=frozenset({"column 4999", "column 3"}))
    [record], cursor = list_files(RecordsTable(table), query)
    assert cursor is None
    assert record.filename == "wide.csv"
    assert record.column_count == 5_000
    assert record.column_names == tuple(columns[:100])
    assert names(table, column=frozenset({"column 5000"})) == []


def test_a_request_reads_few_whole_records_and_goes_on_where_it_stopped():
    columns = [f"c{n}" for n in range(101)]
    files = [wide(f"{n:03}.csv", [*columns, f"own {n % 2}"]) for n in range(80)]
    table = TableInMemory(files)
    query = FileQuery(column=frozenset({"own 1"}), limit=100)
    list_files(RecordsTable(table), query)
    assert table.whole_items_read == WHOLE_RECORDS_AT_MOST
    listed = [name for page in pages(table, query) for name in page]
    assert len(listed) == len(set(listed)) == 40


def test_names_as_long_as_they_may_be_are_sorted_and_paged():
    files = [a_file("n" * 1019 + f"{n}.csv", second=5) for n in range(9)]
    assert all(len(upload_order(file).encode()) <= 1024 for file in files)
    assert len({upload_order(file) for file in files}) == 9
    for sort in ("upload_timestamp", "filename"):
        listed = names(TableInMemory(files), sort=sort, limit=2)
        assert sorted(listed) == [file.filename for file in files]


def test_an_item_of_an_index_is_small_however_large_its_record_is():
    record = wide("a.csv", ["\x01" * 900] * 300)
    assert len(index_attributes(record)["FirstColumnNames"]) == 0
    record = wide("a.csv", ["x" * 30] * 300)
    assert len(index_attributes(record)["FirstColumnNames"]) == 100


def test_a_listing_says_of_which_dataset_a_file_is_and_has_the_id_of_its_schema():
    record = replace(RECORD, schema_id="5" * 32, dataset="reports/{date}/sales.csv")
    [listed], _ = list_files(RecordsTable(TableInMemory([record])), FileQuery())
    assert (listed.schema_id, listed.dataset) == (record.schema_id, record.dataset)


def test_a_tombstone_is_in_no_index():
    table = TableInMemory([a_file("a.csv"), replace(a_file("b.csv"), status="deleted")])
    assert names(table) == ["a.csv"]


def test_on_dynamodb_as_moto_has_it_pages_are_the_same(indexed):
    table = RecordsTable(indexed.table)
    for record in FILES:
        table.put_if_newer(record)
    for sort in ("upload_timestamp", "filename"):
        for order in ("asc", "desc"):
            query = {"sort": sort, "order": order, "limit": 25}
            assert names(indexed.table, **query) == names(TableInMemory(FILES), **query)
    assert names(indexed.table, prefix="a/1", limit=2) == names(
        TableInMemory(FILES), prefix="a/1", limit=2
    )


class MeetingTable(TableInMemory):
    """Answers no query before one of each shard is under way; waits for them in vain otherwise."""

    def __init__(self, records=()):
        super().__init__(records)
        self.meeting = Barrier(SHARDS)

    def query(self, **request):
        self.meeting.wait(timeout=30)
        return super().query(**request)


@pytest.mark.parametrize("sort", ["upload_timestamp", "filename"])
def test_a_page_takes_one_round_trip_and_not_one_to_each_shard(sort):
    table = MeetingTable(FILES)
    records, _ = list_files(RecordsTable(table), FileQuery(sort=sort))
    assert len(records) == 25
    assert table.queries == SHARDS


def test_a_search_through_many_files_reads_on_in_all_shards_at_once():
    table = MeetingTable(many(2_000))
    list_files(RecordsTable(table), FileQuery(status="failed"))
    assert table.queries in range(3 * SHARDS, 7 * SHARDS)


MALFORMED = [
    {"RowCount": "three"},
    {"RowCount": Decimal("NaN")},
    {"Warnings": "a warning"},
    {"Status": 7},
    {"Bucket": None},
    {"FirstColumnNames": None},
    {"FirstColumnNames": [1, 2]},
    {"UploadTimestamp": "2001-01-01T00:00:00.000Z"},
]


@pytest.mark.parametrize("sort", ["upload_timestamp", "filename"])
@pytest.mark.parametrize("damage", MALFORMED, ids=str)
def test_a_malformed_item_is_logged_and_left_out_of_a_listing(sort, damage, logged):
    table = TableInMemory(FILES)
    table.items["a/7.csv"] = {
        name: value
        for name, value in (table.items["a/7.csv"] | damage).items()
        if value is not None
    }
    listed = names(table, sort=sort, limit=7)
    if "UploadTimestamp" not in damage or sort == "upload_timestamp":
        assert sorted(listed) == sorted({file.filename for file in FILES} - {"a/7.csv"})
        assert "a malformed item is left out" in logged()
        assert "a/7.csv" in logged()


@pytest.mark.parametrize(
    "damage",
    [one for one in MALFORMED if one.keys() <= {"RowCount", "Warnings", "Status"}],
    ids=str,
)
def test_of_a_malformed_item_there_is_no_record(damage, logged):
    table = TableInMemory(FILES)
    table.items["a/7.csv"] |= damage
    assert RecordsTable(table).get("a/7.csv") is None
    assert "a malformed item is left out" in logged()


def test_a_malformed_item_is_overwritten_by_any_write(aws):
    aws.table.put_item(Item={"Filename": RECORD.filename, "RowCount": "many"})
    assert RecordsTable(aws.table).put_if_newer(RECORD)
    assert RecordsTable(aws.table).get(RECORD.filename) == RECORD


@pytest.fixture
def logged():
    """What the catalog logs."""
    log = io.StringIO()
    before = logger.registered_handler.setStream(log)
    yield log.getvalue
    logger.registered_handler.setStream(before)


@pytest.mark.parametrize(
    ("sort", "index"), [("upload_timestamp", "ByUploadTime"), ("filename", "ByFilename")]
)
def test_without_an_index_it_says_which_command_adds_it(aws, sort, index):
    with pytest.raises(IndexMissing, match=r"`\./catalog indexes`") as missing:
        list_files(RecordsTable(aws.table), FileQuery(sort=sort))
    assert aws.table.name not in str(missing.value)
    endpoint, update = missing.value.command.split(" dynamodb update-table --cli-input-json ")
    assert endpoint == "aws --endpoint-url=https://dynamodb.us-east-1.amazonaws.com" + (
        " --region us-east-1"
    )
    aws.table.meta.client.update_table(**json.loads(update.strip("'")))
    aws.table.reload()
    assert [found["IndexName"] for found in aws.table.global_secondary_indexes] == [index]


def test_pages_ask_nothing_of_the_table_but_their_files():
    table = TableInMemory(FILES)
    table.describe_table = None
    assert len(names(table, limit=7)) == len(FILES)
