"""Files of a dataset are in the order of the dates, times and numbers in their names."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.datasets import dataset_namer, template_of
from chalicelib.catalog.history.places import place_of

IN_ORDER = [
    [
        "sales/2026-09-30.csv",
        "sales/2026-10-01.csv",
        "sales/2026-11-02.csv.gz",
        "sales/2027-01-01.csv",
    ],
    ["30.09.2026.csv", "01.10.2026.csv", "02.11.2026.csv", "01.01.2027.csv"],
    ["a-13-11-2026.csv", "a-14-11-2026.csv", "a-01-12-2026.csv"],
    ["2Nov2026.csv", "30Nov2026.csv", "1Dec2026.csv"],
    ["report_2026-Dec-31.csv", "report_2027-Jan-01.csv"],
    ["x_202609.csv", "x_202610.csv", "x_202701.csv"],
    ["x_nov_2026.csv", "x_dec_2026.csv", "x_jan_2027.csv"],
    ["x_2026.csv", "x_2027.csv"],
    ["x-2026-Q4.csv", "x-2027-Q1.csv"],
    ["Q4-2026.csv", "Q1-2027.csv"],
    ["x-2026-W09.csv", "x-2026-W10.csv", "x-2026-W53.csv", "x-2027-W01.csv"],
    ["2026/09/30/a.csv", "2026/10/01/a.csv"],
    ["2026/09/a.csv", "2026/10/a.csv"],
    ["20260930T235959.csv", "20261001T000000.csv", "20261001T093000.csv"],
    ["a-2026-11-01-09.30.csv", "a-2026-11-01-10.00.csv"],
    ["year=2026/month=9/day=30/a.csv", "year=2026/month=10/day=1/a.csv"],
    ["dt=2026-09-30/hour=09/a.csv", "dt=2026-09-30/hour=10/a.csv", "dt=2026-10-01/hour=00/a.csv"],
    ["part-2.csv", "part-10.csv", "part-100.csv"],
    ["export_0999.csv", "export_1000.csv", "export_100000.csv"],
    ["a/2026-11-01/part-9.csv", "a/2026-11-01/part-10.csv", "a/2026-11-02/part-1.csv"],
]


@pytest.mark.parametrize("keys", IN_ORDER)
def test_names_that_say_when_are_in_that_order(keys):
    dataset = template_of(keys[0])
    assert {template_of(key) for key in keys} == {dataset}
    mixed = random.Random(1).sample(keys, len(keys))  # noqa: S311
    assert sorted(mixed, key=lambda key: place_of(key, dataset)) == keys


@pytest.mark.parametrize(
    "key",
    [
        "orders.csv",
        "region2/orders.csv",
        "0f8fad5b-d9cb-469f-a165-70867728950e.csv",
        "country=de/a.csv",
    ],
)
def test_other_names_do_not_say(key):
    assert place_of(key, template_of(key)) is None


def test_templates_of_the_settings_are_gone_by():
    dataset_of = dataset_namer('["in/{customer}/{date}-{n}.csv"]')
    keys = ["in/b/2026-11-01-2.csv", "in/a/2026-11-01-10.csv", "in/a/2026-11-02-1.csv"]
    assert {dataset_of(key) for key in keys} == {"in/{customer}/{date}-{n}.csv"}
    assert sorted(keys, key=lambda key: place_of(key, dataset_of(key))) == keys


def test_a_dataset_that_is_not_the_keys_says_nothing():
    assert place_of("a-2026-11-01.csv", "b-{date}.csv") is None


@given(st.text(max_size=60))
def test_any_name_has_a_place_or_none(key):
    place = place_of(key, template_of(key))
    assert place is None or place.isascii()
