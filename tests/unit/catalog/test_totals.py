"""The figures of the whole catalog, right whatever comes twice, late, or at the same time."""

import random
from dataclasses import replace

import pytest

from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.table import HistoryTable, LeftUndone
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.totals import FIGURES, TOTALS_ARE_COMPLETE, Totals
from tests.examples.records import RECORD

ALWAYS = 1_000.0


class Tables:
    def __init__(self, aws):
        self.records = RecordsTable(aws.table)
        self.history = HistoryTable(aws.history_table)
        partition, place = TOTALS_ARE_COMPLETE
        aws.history_table.put_item(Item={"PK": partition, "SK": place})
        self.catalog = Catalog.of(self.records, History(self.history, 400), lambda: ALWAYS)
        self.totals = Totals(self.records, self.history)

    def take(self, *records):
        known = self.catalog.look_up(records)
        accepted = [one for one in map(self.catalog.accept, records) if one]
        self.catalog.keep(accepted, known)

    def figures(self):
        return {name: number for name, number in self.totals.read().items() if number}

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


def test_a_file_counts_alike_as_it_was_written_and_as_it_is_read_back(tables):
    verdicts = {"by_name": "breaks", "by_position": "ok"}
    tables.take(write(1, violations=("x",), verdicts=verdicts, unusual=("y",), row_count=10))
    written = tables.figures()
    assert written["violations"] == written["changed"] == written["unusual"] == 1
    tables.totals.count(["a.csv"])
    assert tables.figures() == written


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


def test_of_two_runs_the_one_that_saw_the_older_record_does_not_overwrite_the_newer(
    tables, monkeypatch
):
    older, newer = write(1, row_count=10), write(2, row_count=3)
    tables.catalog.accept(older)
    stored = Totals._stored

    def overtaken(totals, names):
        found = stored(totals, names)
        monkeypatch.setattr(Totals, "_stored", stored)
        tables.take(newer)
        return found

    monkeypatch.setattr(Totals, "_stored", overtaken)
    tables.totals.count(["a.csv"])
    assert tables.figures() == tables.reckoned()
    assert tables.figures()["rows"] == 3


@pytest.mark.parametrize("rows", [3, 10])
def test_what_others_have_counted_since_a_file_was_looked_up_is_counted_anew(tables, rows):
    tables.take(write(1, row_count=10))
    record = write(2, row_count=rows)
    known = tables.catalog.look_up([record])
    accepted = tables.catalog.accept(record)
    tables.take(write(3, row_count=7))
    tables.catalog.keep([accepted], known)
    assert tables.figures() == tables.reckoned()


def test_a_run_that_saw_an_older_record_counts_again_where_a_newer_one_is_counted_alike(
    tables, monkeypatch
):
    tables.take(write(1, row_count=10))
    older, newer = write(2, row_count=3), write(3, row_count=10)
    accepted = tables.catalog.accept(older)
    stored = Totals._stored

    def overtaken(totals, names):
        found = stored(totals, names)
        monkeypatch.setattr(Totals, "_stored", stored)
        tables.take(newer)  # as it was counted first
        return found

    monkeypatch.setattr(Totals, "_stored", overtaken)
    tables.catalog.keep([accepted])
    assert tables.figures() == tables.reckoned()


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


def test_a_file_that_others_count_all_the_time_is_left(tables, monkeypatch):
    tables.records.put_if_newer(write(1))
    monkeypatch.setattr(Totals, "_count", lambda _self, names: names)
    monkeypatch.setattr("chalicelib.catalog.undone.sleep", lambda _: None)
    with pytest.raises(LeftUndone):
        tables.totals.count(["a.csv"])


def test_a_batch_of_files_takes_three_requests(tables, monkeypatch):
    for number in range(10):
        tables.records.put_if_newer(write(1, f"{number}.csv"))
    calls = []
    for table in (tables.records, tables.history):
        client = table.boto.meta.client
        for name in ("batch_get_item", "transact_write_items"):
            call = getattr(client, name)
            monkeypatch.setattr(
                client,
                name,
                lambda _call=call, _name=name, **o: (calls.append(_name), _call(**o))[1],
            )
    tables.totals.count(f"{number}.csv" for number in range(10))
    assert len(set(calls)) == 2
    assert calls.count("transact_write_items") == 1


def test_the_api_tells_them(client, tables):
    tables.take(write(1, row_count=10, file_size=100))
    answer = client.http.get("/totals")
    assert answer.json_body == {**dict.fromkeys(FIGURES, 0), "files": 1, "rows": 10, "bytes": 100}


def test_the_api_says_what_helps_where_they_are_not_known(client, indexed, with_history):
    answer = client.http.get("/totals")
    assert answer.status_code == 409
    assert "`./catalog backfill`" in answer.json_body["Message"]
