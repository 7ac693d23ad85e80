"""The figures of the whole catalog, right whatever comes twice, late, or at the same time."""

import random
from dataclasses import replace

import pytest

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.totals import FIGURES, TOTALS_ARE_COMPLETE, Totals
from tests.examples.records import RECORD

ALWAYS = 1_000.0


class Tables:
    def __init__(self, aws):
        self.aws = aws
        self.records = RecordsTable(aws.table)
        self.history = HistoryTable(aws.history_table)
        partition, place = TOTALS_ARE_COMPLETE
        aws.history_table.put_item(Item={"PK": partition, "SK": place})
        self.catalog = Catalog.of(self.records, History(self.history, 400), lambda: ALWAYS)
        self.totals = Totals(self.history)

    def take(self, *records):
        known = self.catalog.look_up(records)
        accepted = [one for one in map(self.catalog.accept, records) if one]
        self.catalog.keep(accepted, known)

    def figures(self):
        return {name: number for name, number in self.totals.read().items() if number}

    def noted(self):
        """The batches that are not over."""
        items = self.aws.history_table.scan()["Items"]
        parts = [item for item in items if item["PK"].startswith("figures#")]
        return [name for part in parts for name in part if name not in ("PK", "SK", *FIGURES)]

    def reckoned(self):
        """The same, from every record."""
        there = [one for one in self.records.everything() if one.status != "deleted"]
        found = {
            "files": len(there),
            "rows": sum(one.row_count or 0 for one in there),
            "bytes": sum(one.file_size for one in there),
            "failed": sum(one.status == "failed" for one in there),
            "violations": sum(bool(one.violations) for one in there),
        }
        return {name: number for name, number in found.items() if number}


@pytest.fixture
def tables(indexed, with_history):
    return Tables(with_history)


def write(number, name="a.csv", **fields):
    time = f"2026-11-22T18:00:{number:02}.000Z"
    return replace(
        RECORD,
        filename=name,
        sequencer=f"00{number:030X}",
        upload_timestamp=time,
        processed_timestamp=time,
        **fields,
    )


FAILED = {"status": "failed", "error": "no", "row_count": None, "column_names": ()}


def test_an_empty_catalog_has_no_files(tables):
    assert tables.totals.read() == dict.fromkeys(FIGURES, 0)


def test_files_are_counted_as_they_come_change_and_go(tables):
    tables.take(write(1, row_count=10, file_size=100), write(1, "b.csv", row_count=5, file_size=7))
    assert tables.figures() == {"files": 2, "rows": 15, "bytes": 107}
    tables.take(write(2, row_count=1, file_size=2, violations=("x", "y")))
    assert tables.figures() == {"files": 2, "rows": 6, "bytes": 9, "violations": 1}
    tables.take(write(3, file_size=3, **FAILED))
    assert tables.figures() == {"files": 2, "rows": 5, "bytes": 10, "failed": 1}
    tables.take(write(4, status="deleted", file_size=0))
    assert tables.figures() == {"files": 1, "rows": 5, "bytes": 7}


def test_what_is_found_beside_other_deliveries_is_counted_as_well(tables):
    tables.take(write(1, "a-1.csv", dataset="a-{n}.csv", column_names=("id", "a")))
    tables.take(write(1, "a-2.csv", dataset="a-{n}.csv", column_names=("id", "b")))
    tables.take(write(2, "a-2.csv", dataset="a-{n}.csv", column_names=("id", "b")))
    assert tables.figures()["changed"] == 1
    tables.take(write(3, "a-2.csv", status="deleted", file_size=0))
    assert "changed" not in tables.figures()


def test_what_comes_twice_or_late_is_counted_once(tables):
    first, second = write(1, row_count=10), write(2, row_count=3)
    for record in (first, second, first, second, second):
        tables.take(record)
    assert tables.figures() == tables.reckoned()


def test_a_run_that_stops_before_it_counts_is_made_up_for_when_its_message_comes_again(tables):
    record = write(1, row_count=10)
    tables.catalog.accept(record)
    assert tables.figures() == {}
    tables.take(record)
    assert tables.figures() == tables.reckoned()


def test_a_write_whose_answer_was_lost_is_counted_once(tables, monkeypatch):
    put = RecordsTable.put_over

    def lost(*arguments):
        put(*arguments)
        raise TimeoutError

    monkeypatch.setattr(RecordsTable, "put_over", lost)
    with pytest.raises(TimeoutError):
        tables.catalog.accept(write(1, row_count=10))
    monkeypatch.undo()
    tables.take(write(1, "b.csv", row_count=1), write(1, row_count=10))
    assert tables.figures() == tables.reckoned()
    tables.take(write(2, row_count=3))
    assert tables.figures() == tables.reckoned()


def test_what_a_run_left_is_counted_before_it_is_replaced(tables):
    tables.catalog.accept(write(1, row_count=10))
    other = Tables(tables.aws)
    other.take(write(2, row_count=3))
    assert tables.figures() == tables.reckoned()
    tables.catalog.totals.settle()
    assert tables.figures() == tables.reckoned()


def test_a_batch_of_which_others_have_counted_some_is_counted_once(tables):
    writes = [write(1, f"{number}.csv", row_count=10) for number in range(5)]
    accepted = [tables.catalog.accept(one) for one in writes]
    Tables(tables.aws).take(writes[1], write(2, "3.csv", row_count=2))
    tables.catalog.keep(accepted)
    assert tables.figures() == tables.reckoned()
    assert not tables.noted()


def test_a_file_that_is_twice_in_a_batch_is_counted_as_it_is_at_last(tables):
    tables.take(write(1, row_count=10), write(2, row_count=3), write(2, row_count=3))
    assert tables.figures() == tables.reckoned()
    assert not tables.noted()


def test_a_batch_of_which_nothing_is_accepted_leaves_no_note(tables):
    tables.take(write(2, row_count=3))
    tables.take(write(1, row_count=10))
    assert tables.figures() == tables.reckoned()
    assert not tables.noted()


def test_a_malformed_record_makes_way_and_what_it_added_goes(tables):
    tables.take(write(1, row_count=10, file_size=7))
    tables.aws.table.update_item(
        Key={"Filename": "a.csv"},
        UpdateExpression="SET ColumnCount = :text",
        ExpressionAttributeValues={":text": "many"},
    )
    tables.take(write(2, row_count=3, file_size=1))
    assert tables.figures() == {"files": 1, "rows": 3, "bytes": 1}


def test_in_any_order_with_any_repeats_the_figures_are_those_of_the_records(tables):
    order = random.Random(7)  # noqa: S311
    kinds = [{}, {"violations": ("x",)}, FAILED, {"status": "deleted", "file_size": 0}]
    writes = [
        write(
            number, f"{order.randrange(5)}.csv", **{"row_count": number, "file_size": number} | kind
        )
        for number in range(1, 25)
        for kind in [order.choice(kinds)]
    ]
    for record in order.choices(writes, k=60):
        tables.take(record)
    assert tables.figures() == tables.reckoned()


def test_where_not_all_files_are_counted_there_are_no_figures(tables, with_history):
    partition, place = TOTALS_ARE_COMPLETE
    with_history.history_table.delete_item(Key={"PK": partition, "SK": place})
    assert tables.totals.read() is None


def test_a_batch_takes_two_requests_for_its_figures(tables, monkeypatch):
    made = []
    update = HistoryTable.update
    monkeypatch.setattr(
        HistoryTable,
        "update",
        lambda table, key, *rest, **o: (made.append(key), update(table, key, *rest, **o))[1],
    )
    tables.take(*(write(1, f"{number}.csv") for number in range(10)))
    assert sum(partition.startswith("figures#") for partition, _ in made) == 2


def test_the_api_tells_them(client, tables):
    tables.take(write(1, row_count=10, file_size=100))
    answer = client.http.get("/totals")
    assert answer.json_body == {**dict.fromkeys(FIGURES, 0), "files": 1, "rows": 10, "bytes": 100}


def test_the_api_says_what_helps_where_they_are_not_known(client, indexed, with_history):
    answer = client.http.get("/totals")
    assert answer.status_code == 409
    assert "`./catalog backfill`" in answer.json_body["Message"]
