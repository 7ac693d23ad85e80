"""What commands do about the history: they find what it lacks, and fill it, and tell nobody."""

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

import ops.past
from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.contract import judge
from chalicelib.catalog.history.changes import schema_id_of_record
from chalicelib.catalog.history.items import (
    INDEXED_COLUMNS,
    NAMELESS_COLUMN,
    OTHER_COLUMNS,
    TROUBLE_IS_COMPLETE,
    schemas_partition,
)
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.pages import describe_dataset
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import SHARDS
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.totals import Totals
from ops.contract import contract
from ops.past import Past
from ops.stage import read_stage
from ops.terminal import Stop
from tests.examples.records import FILE, RECORD

STAGE = read_stage("local")
NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
READ_OF_IT = ("column_names", "column_count", "columns", "row_count", "profiled_rows")


def day(number, *names):
    return replace(
        RECORD,
        filename=f"sales/2026-11-{number:02}.csv",
        upload_timestamp=f"2026-11-{number:02}T18:00:00.000Z",
        column_names=names,
        column_count=len(names),
    )


DAYS = [day(3, "id", "b", "a"), day(1, "id", "a"), day(2, "id", "a", "b")]


@pytest.fixture
def table(indexed, with_history):
    """A table of records that was filled before there was a history."""
    table = RecordsTable(indexed.table)
    for record in DAYS:
        table.put_if_newer(record)
    table.put_if_newer(replace(RECORD, filename="gone.csv", status="deleted"))
    return table


@pytest.fixture
def history(with_history):
    return HistoryTable(with_history.history_table)


def test_the_history_lacks_what_was_cataloged_before_it_and_then_nothing(table):
    table.put_if_newer(replace(RECORD, filename="other.csv"))
    names = [record.filename for record in sorted(DAYS, key=lambda day: day.filename)]
    assert [record.filename for record in Past(STAGE).missing("sales/")] == names
    assert [record.filename for record in Past(STAGE).missing()] == ["other.csv", *names]
    assert Past(STAGE).fill() == 4
    assert list(Past(STAGE).missing()) == []
    assert Past(STAGE).fill() == 0


@pytest.fixture
def requests(table, monkeypatch):
    """The requests of a command to DynamoDB."""
    made = []
    client = ops.past.boto3.resource("dynamodb")
    client.meta.client.meta.events.register(
        "before-parameter-build.dynamodb",
        lambda params, model, **_: made.append((model.name, params)),
    )
    monkeypatch.setattr(ops.past.boto3, "resource", lambda _: client)
    return made


def test_a_part_is_read_by_pages_of_the_index_of_names_and_nothing_else(requests):
    assert len(list(Past(STAGE).missing("sales/2026-11-02"))) == 1
    assert {name for name, _ in requests} == {"Query", "BatchGetItem"}
    queries = [params for name, params in requests if name == "Query"]
    assert {one["IndexName"] for one in queries} == {"ByFilename"}
    assert len(queries) == SHARDS
    for one in queries:
        values = one["ExpressionAttributeValues"].values()
        bounds = {value["S"] for value in values if "S" in value}
        assert bounds == {"sales/2026-11-02", "sales/2026-11-03"}


def test_filling_takes_as_many_requests_for_each_of_many_as_of_few(table, requests, monkeypatch):
    monkeypatch.setattr(ops.past, "_IN_ORDER", 15)
    each = {}
    for count in (20, 40):
        for number in range(count):
            table.put_if_newer(replace(RECORD, filename=f"{count}/{number:03}.csv"))
        requests.clear()
        assert Past(STAGE).fill(f"{count}/") == count
        each[count] = len(requests) / count
    assert each[40] <= each[20]


def test_without_the_index_of_names_the_table_is_read_whole(aws, with_history):
    table = RecordsTable(aws.table)
    for record in (*DAYS, replace(RECORD, filename="gone.csv", status="deleted")):
        table.put_if_newer(record)
    assert len(list(Past(STAGE).missing())) == 4
    assert Past(STAGE).fill() == 4
    assert list(Past(STAGE).missing()) == []


def test_what_is_filled_in_is_compared_in_the_order_of_the_uploads(table, history):
    Past(STAGE).fill()
    dataset = describe_dataset(history, "sales/{date}.csv", NOW)
    assert dataset["newest"]["filename"] == "sales/2026-11-03.csv"
    verdicts = [one["change"] and one["change"]["by_position"] for one in dataset["schemas"]]
    assert verdicts == ["silent", "ok", None]


def test_a_record_of_an_older_version_gets_what_it_lacks_and_is_found_by_its_columns(
    table, history
):
    assert table.get(DAYS[0].filename).dataset is None
    Past(STAGE).fill()
    record = table.get(DAYS[0].filename)
    assert record.dataset == "sales/{date}.csv"
    verdicts = {"by_name": "ok", "by_position": "silent"}
    named = {"dataset": record.dataset, "schema_id": record.schema_id, "verdicts": verdicts}
    assert record == replace(DAYS[0], **named)
    assert len(history.places_of_columns(["b"])) == 2
    found, _ = list_files(table, FileQuery(column=frozenset({"b"})), history)
    assert [file.filename for file in found] == ["sales/2026-11-03.csv", "sales/2026-11-02.csv"]


def test_a_part_of_the_catalog_does_not_make_the_index_of_columns_complete(table, history):
    Past(STAGE).fill("sales/")
    assert history.places_of_columns(["b"]) is None


def test_the_index_of_columns_of_a_new_catalog_is_complete_and_of_a_filled_one_not(
    indexed, with_history, history
):
    RecordsTable(indexed.table).put_if_newer(DAYS[0])
    Past(STAGE).begins()
    assert history.places_of_columns(["b"]) is None
    indexed.table.delete_item(Key={"Filename": DAYS[0].filename})
    Past(STAGE).begins()
    assert history.places_of_columns(["b"]) == []


def test_without_a_table_of_the_history_there_is_none_to_lack_anything(indexed):
    assert not Past(STAGE).is_kept()
    Past(STAGE).begins()


def test_the_contract_of_a_dataset_is_one_that_its_newest_file_meets(table):
    newest = replace(day(4), **{name: getattr(FILE, name) for name in READ_OF_IT})
    table.put_if_newer(newest)
    Past(STAGE).fill()
    odcs = contract(STAGE, "sales/{date}.csv", as_odcs=True)
    columns = [field["name"] for field in odcs["schema"][0]["properties"]]
    agreed = contract(STAGE, "sales/{date}.csv")
    assert columns == [field["name"] for field in agreed["fields"]]
    assert [field["name"] for field in agreed["fields"]] == list(FILE.column_names)
    assert judge(json.dumps(agreed).encode(), newest) == ([], [])


def test_a_contract_of_no_dataset_is_refused_with_a_sentence(table):
    with pytest.raises(Stop, match=r"no dataset .nothing\.csv."):
        contract(STAGE, "nothing.csv")


def test_filling_moves_schemas_with_a_blank_name_from_those_of_many_columns(history, indexed):
    wide = [f"c{n}" for n in range(INDEXED_COLUMNS + 1)]
    table = RecordsTable(indexed.table)
    records = [
        replace(DAYS[0], filename=name, column_names=names, column_count=len(names), schema_id=None)
        for name, names in (("blank.csv", ("", "id")), ("wide.csv", tuple(wide)))
    ]
    for record in records:
        table.put_if_newer(record)
    Past(STAGE).fill()
    blank, many = (schema_id_of_record(record) for record in records)
    history.delete([(NAMELESS_COLUMN, blank)])
    history.write([{"PK": OTHER_COLUMNS, "SK": blank}])  # as an older version kept it
    Past(STAGE).fill()
    assert [item["SK"] for item in history.items_of(NAMELESS_COLUMN)] == [blank]
    assert [item["SK"] for item in history.items_of(OTHER_COLUMNS)] == [many]


def test_listings_find_what_an_older_version_did_not_list_once_all_of_it_is_filled(
    indexed, with_history
):
    table, history = RecordsTable(indexed.table), HistoryTable(with_history.history_table)
    failed = replace(RECORD, filename="photo.csv", status="failed", error="no", column_names=())
    for record in (*DAYS, failed):
        table.put_if_newer(record)
    Past(STAGE).fill()
    for item in with_history.history_table.scan()["Items"]:
        if item["PK"].startswith(("listings", "schemas#")):
            with_history.history_table.delete_item(Key={n: item[n] for n in ("PK", "SK")})
    indexed.table.update_item(Key={"Filename": "photo.csv"}, UpdateExpression="REMOVE SchemaShard")
    Past(STAGE).fill()
    for query, found in (
        (FileQuery(column_part=frozenset({"a"})), 3),
        (FileQuery(status="failed"), 1),
        (FileQuery(name="photo"), 1),
    ):
        assert len(list_files(table, query, history)[0]) == found
    assert len(history.everything_of(schemas_partition)) == 3


def test_files_in_trouble_of_an_older_version_are_in_their_index_once_all_of_it_is_filled(
    indexed, with_history
):
    table, history = RecordsTable(indexed.table), HistoryTable(with_history.history_table)
    for record in (*DAYS, replace(RECORD, filename="bad.csv", violations=("x",))):
        table.put_if_newer(record)
    indexed.table.update_item(Key={"Filename": "bad.csv"}, UpdateExpression="REMOVE Trouble")
    violated = FileQuery(violations=True)
    before, _ = list_files(table, violated, history)  # by looking through
    Past(STAGE).fill()
    after, _ = list_files(table, violated, history)
    assert [record.filename for record in (*before, *after)] == ["bad.csv"] * 2
    assert TROUBLE_IS_COMPLETE in history.complete()
    assert "Trouble" in indexed.table.get_item(Key={"Filename": "bad.csv"})["Item"]


def test_what_a_stopped_run_left_is_added_to_the_totals_and_its_note_goes(
    table, history, monkeypatch
):
    Past(STAGE).fill()
    stopped = Catalog(table, History(history, 400))
    stopped.accept(replace(RECORD, filename="left.csv", dataset="x", schema_id="0" * 32))
    monkeypatch.setattr("chalicelib.catalog.totals._LONGEST_RUN", -1)
    Past(STAGE).fill()
    assert Totals(history).read()["files"] == 4
    assert Totals(history).left_over() == set()
    stopped.totals.settle()
    assert Totals(history).read()["files"] == 4


def test_the_note_of_a_run_that_may_go_on_stays(table, history):
    Past(STAGE).fill()
    running = Catalog(table, History(history, 400))
    running.accept(replace(RECORD, filename="left.csv"))
    Past(STAGE).fill()
    running.totals.settle()
    assert Totals(history).read()["files"] == 4
