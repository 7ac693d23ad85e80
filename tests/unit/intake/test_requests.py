"""How few requests `store` takes, and that what several of them do at the same time is right."""

import json
import zlib
from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.catalog.history.pages import describe_dataset
from chalicelib.catalog.table import _to_item
from chalicelib.intake.queue import Message
from tests.unit.catalog.test_record import RECORD
from tests.unit.intake.processes import Bus, processes


def day(number, *names, **changes):
    names = names or RECORD.column_names
    fields = {
        "filename": f"sales/2026-11-{number:02}.csv",
        "dataset": "sales/{date}.csv",
        "upload_timestamp": f"2026-11-{number:02}T18:00:00.000Z",
        "column_names": names,
        "column_count": len(names),
    }
    return replace(RECORD, **fields | changes)


class Requests:
    """Counts the requests, and lets something happen before the next one of a kind."""

    def __init__(self):
        self.made = Counter()
        self.before = {}

    def around(self, call, *arguments, **options):
        self.before.pop(call.__name__, lambda: None)()
        self.made[call.__name__] += 1
        return call(*arguments, **options)


@pytest.fixture
def requests():
    return Requests()


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def new_process(requests, bus):
    with processes(bus) as process_of:
        yield lambda requests=requests: process_of(requests)


def test_the_files_of_a_batch_share_all_requests_but_the_one_that_accepts_each(
    new_process, requests
):
    process = new_process()
    elsewhere = {"dataset": "{n}.csv"}
    process.store(*(day(1, filename=f"{number}.csv", **elsewhere) for number in range(100, 200)))
    process.store(day(1))
    process.store(day(2))
    requests.made.clear()
    process.store(*(day(number) for number in range(3, 13)))
    assert requests.made == {
        "put_item": 20,
        "batch_get_item": 1,
        "update_item": 1,
        "put_events": 1,
    }


def test_what_replaces_a_file_is_told_of_it_by_the_refusal(new_process, requests):
    process = new_process()
    process.store(day(1))
    requests.made.clear()
    assert process.catalog.accept(day(1, sequencer="00" + "F" * 30)).replaced == day(1)
    assert requests.made == {"put_item": 2, "get_item": 1}


def test_a_removal_reads_nothing_of_its_dataset(new_process, requests):
    process = new_process()
    process.store(day(1))
    requests.made.clear()
    process.store(day(1, sequencer="00" + "F" * 30, status="deleted"))
    assert requests.made == {
        "get_item": 2,
        "put_item": 2,
        "put_events": 1,
    }


def test_a_message_that_is_twice_in_a_batch_keeps_what_its_file_changed(new_process, bus):
    process = new_process()
    process.store(day(1))
    process.store(day(2, "id", "other"), day(2, "id", "other"))
    [version] = process.history.items_of("file#sales/2026-11-02.csv")
    assert json.loads(version["DatasetChange"])["compared_with"]["filename"] == day(1).filename
    assert len(set(bus.ids)) == 3


def test_a_message_is_parsed_once_and_its_columns_stay_packed_as_they_came(
    new_process, monkeypatch
):
    body = Message("1", day(1).to_json(), "1")
    calls = Counter()
    for module, name in ((zlib, "compress"), (zlib, "decompressobj"), (json, "dumps")):
        call = getattr(module, name)

        def counted(*arguments, call=call, name=name, **options):
            calls[name] += 1
            return call(*arguments, **options)

        monkeypatch.setattr(module, name, counted)
    record, quiet = body.record()
    item = _to_item(record)
    assert (record, quiet) == (day(1), False)
    assert item["Columns"] == record.columns.packed
    # To see that all text is Unicode, and how many names an index shows.
    assert calls == {"decompressobj": 1, "dumps": 2}


OTHER = ("id", "other")


@pytest.mark.parametrize(
    "others",
    [[day(6, *OTHER)], [day(2, *OTHER), day(3, *OTHER)], [day(3), day(4)], [day(6)]],
    ids=["a later schema", "an earlier schema", "earlier", "later"],
)
def test_files_that_two_store_at_the_same_time_leave_the_newest_and_the_last_of_each_schema(
    new_process, requests, others
):
    first, second = new_process(), new_process(Requests())
    first.store(day(1))
    requests.before["update_item"] = lambda: [second.store(one) for one in others]
    first.store(day(5))
    assert not requests.before
    days = [day(1), day(5), *others]
    told = describe_dataset(first.history, "sales/{date}.csv")
    assert told["newest"]["filename"] == max(one.filename for one in days)
    assert {tuple(one["column_names"]): one["last"]["filename"] for one in told["schemas"]} == {
        names: max(one.filename for one in days if one.column_names == names)
        for names in {one.column_names for one in days}
    }
    assert told["schemas_total"] == len({one.column_names for one in days})
