"""The ODCS contract that is printed passes the standard's own schema, and is read back the same."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from importlib import resources

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.history.cadence import rhythm_of
from chalicelib.catalog.history.declared import declared_rhythm
from chalicelib.catalog.odcs import judge_odcs
from ops.odcs import as_yaml, odcs_contract
from tests.examples import examples
from tests.examples.records import FILE, a_profile

STANDARD = jsonschema.Draft201909Validator(
    json.loads(resources.files("open_data_contract_standard").joinpath("schema.json").read_text())
)
START = datetime(2026, 11, 2, 6, 20, tzinfo=timezone.utc)


def printed(record, rhythm=None, dataset="sales/{date}.csv"):
    text = as_yaml(odcs_contract(dataset, record, rhythm))
    STANDARD.validate(yaml.safe_load(text))
    return text


def test_the_file_that_it_was_made_of_meets_it():
    found, not_judged, agreed = judge_odcs(printed(FILE).encode(), FILE, "sales/{date}.csv")
    assert (found, not_judged, agreed) == ([], [], None)
    other = replace(FILE, column_names=("x", *FILE.column_names[1:]))
    assert judge_odcs(printed(FILE).encode(), other, "")[0] == ["column 'id' is missing"]


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.text(min_size=0, max_size=20), min_size=1, max_size=5), st.text(max_size=20))
def test_whatever_columns_are_called_it_is_of_the_standard(names, dataset):
    columns = tuple(map(a_profile, names))
    record = replace(
        FILE, column_names=tuple(names), column_count=len(names), columns=columns, has_header=True
    )
    printed(record, dataset=dataset or "x")


@pytest.mark.parametrize(
    ("hours", "levels"),
    [
        (24, {"frequency": (1, "d"), "timeOfAvailability": ("06:20Z", None)}),
        (1, {"frequency": (1, "h")}),
        (7 * 24, {"frequency": (7, "d")}),
    ],
)
def test_the_rhythm_of_the_deliveries_is_in_it_and_the_next_is_due_as_before(hours, levels):
    times = [START + n * timedelta(hours=hours) for n in range(200)]
    rhythm = rhythm_of(times)
    text = printed(FILE, rhythm)
    found = {
        level["property"]: (level["value"], level.get("unit"))
        for level in yaml.safe_load(text)["slaProperties"]
    }
    assert found.items() >= levels.items()
    agreed = declared_rhythm(judge_odcs(text.encode(), FILE, "")[2])
    later = agreed.next_due(times[-1]) - rhythm.next_due(times[-1])
    assert abs(later) <= timedelta(minutes=15)


def test_days_of_the_week_which_the_standard_has_no_words_for_are_left_out():
    days = [START + n * timedelta(days=1) for n in range(60)]
    rhythm = rhythm_of([day for day in days if day.weekday() < 5])
    assert rhythm is not None
    assert "slaProperties" not in odcs_contract("x", FILE, rhythm)
