"""How few requests `store` takes, and that what several of them do at the same time is right."""

import json
import random
import zlib
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.catalog.history.dataset_pages import DatasetsQuery, list_datasets
from chalicelib.catalog.history.pages import describe_dataset
from chalicelib.catalog.items import to_item
from chalicelib.intake.queue import Message
from tests.examples import examples
from tests.examples.records import RECORD
from tests.unit.intake.processes import Bus, Told, processes

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


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
    process.store(*(day(number) for number in range(1, 13)))  # a rhythm, whose state is noted
    requests.made.clear()
    process.store(*(day(number) for number in range(13, 23)))
    assert requests.made == {
        "put_item": 20,  # the records, and the versions
        "batch_get_item": 2,  # one of them of the state
        "batch_write_item": 1,
        "query": 1,
        "update_item": 3,  # two of them of the totals
        "put_events": 1,
    }


def test_what_replaces_a_file_is_told_of_it_by_the_refusal(new_process, requests):
    process = new_process()
    process.store(day(1))
    requests.made.clear()
    assert process.catalog.accept(day(1, sequencer="00" + "F" * 30)).replaced == day(1)
    assert requests.made == {
        "put_item": 2,
        "batch_get_item": 1,  # whether the history and the totals have what is replaced
        "update_item": 1,
    }


def test_a_removal_reads_nothing_of_its_dataset(new_process, requests):
    process = new_process()
    process.store(day(1))
    requests.made.clear()
    process.store(day(1, sequencer="00" + "F" * 30, status="deleted"))
    assert requests.made == {
        "get_item": 1,
        "put_item": 2,
        "batch_get_item": 1,  # whether the history and the totals have what is replaced
        "update_item": 2,  # of the totals
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
    record, quiet = body.content()
    item = to_item(record)
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
    told = describe_dataset(first.history, "sales/{date}.csv", NOW)
    assert told["newest"]["filename"] == max(one.filename for one in days)
    assert {tuple(one["column_names"]): one["last"]["filename"] for one in told["schemas"]} == {
        names: max(one.filename for one in days if one.column_names == names)
        for names in {one.column_names for one in days}
    }
    assert told["schemas_total"] == len({one.column_names for one in days})


def test_no_item_is_written_by_every_upload_of_a_dataset(new_process, requests):
    """An item takes 1,000 writes a second at most, or 250 of 4 KB."""
    random.seed(0)  # by which a part of the totals is chosen
    process = new_process()
    written = Counter()
    update = process.history.update

    def counted(key, *arguments, **options):
        written[key] += 1
        return update(key, *arguments, **options)

    process.history.update = counted
    for number in range(1, 41):
        time = f"2026-11-01T18:{number // 60:02}:{number % 60:02}.000Z"
        process.store(day(1, filename=f"sales/2026-11-01/{number}.csv", upload_timestamp=time))
    assert max(written.values()) <= 40 / 4
    told = describe_dataset(process.history, "sales/{date}.csv", NOW)
    assert told["newest"]["filename"] == "sales/2026-11-01/40.csv"


@pytest.mark.parametrize("batches", [1, 3, 12])
def test_what_is_known_of_a_dataset_in_shards_is_what_it_was(new_process, batches):
    names = (RECORD.column_names, OTHER, ("id", "third"))
    files = [day(number, *names[number * 7 % 3]) for number in range(1, 13)]
    process = new_process()
    for batch in range(batches):
        process.store(*files[batch::batches])
    told = describe_dataset(process.history, "sales/{date}.csv", NOW)
    [listed], _ = list_datasets(process.history, DatasetsQuery(), NOW)
    assert told["newest"] == listed["newest"]
    assert told["newest"]["filename"] == files[-1].filename
    assert (told["schemas_total"], listed["schemas_total"]) == (3, 3)
    for schema in told["schemas"]:
        of_it = [one.filename for one in files if list(one.column_names) == schema["column_names"]]
        assert (schema["first"]["filename"], schema["last"]["filename"]) == (of_it[0], of_it[-1])


NAMES = st.sampled_from([("id", "amount"), ("id", "total"), ("id", "price"), ("amount", "id")])


@settings(
    max_examples=examples(3),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(NAMES, min_size=1, max_size=7), st.booleans())
@example([("id", one) for one in ("amount", "total", "amount", "price")], True)
@example([("id", one) for one in ("amount", "total", "amount", "price")], False)
def test_the_route_tells_of_each_schema_what_the_event_told_when_it_came(days, is_kept):
    told = Told()
    with processes(told) as process_of:
        process = process_of(Requests())
        for number, names in enumerate(days, 1):
            process.store(day(number, *names))
        if not is_kept:  # the versions have expired: what is told is made of the schemas
            for number in range(1, len(days) + 1):
                key = {"PK": f"file#sales/2026-11-{number:02}.csv"}
                [version] = process.history.items_of(key["PK"])
                process.history._table.delete_item(Key=key | {"SK": version["SK"]})
        schemas = describe_dataset(process.history, "sales/{date}.csv", NOW)["schemas"]
    changes = {d["filename"]: d for kind, d in told.details if kind == "schema.changed"}
    for schema in schemas:
        event = changes.get(schema["first"]["filename"])
        assert (schema["change"] is None) == (event is None)
        if event and is_kept:
            assert {name: event[name] for name in ("changes", "by_name", "compared_with")} == {
                name: schema["change"][name] for name in ("changes", "by_name", "compared_with")
            }
        if event:
            assert schema["change"]["compared_with"]["filename"] < schema["first"]["filename"]
