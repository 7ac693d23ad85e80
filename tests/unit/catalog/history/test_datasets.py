"""Which files are deliveries of one thing is told by their keys."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.datasets import InvalidTemplates, dataset_namer, template_of


@pytest.mark.parametrize(
    ("key", "template"),
    [
        ("sales/2026-11-01.csv.gz", "sales/{date}.csv"),
        ("sales/2026-11-01.csv", "sales/{date}.csv"),
        ("sales/2026-11-01.CSV.GZ", "sales/{date}.CSV"),
        # values of k=v
        ("year=2026/month=11/day=01/a.csv", "year={year}/month={month}/day={day}/a.csv"),
        ("region=eu/v2.csv", "region={region}/v2.csv"),
        ("in/date=2026-11-01.csv", "in/date={date}.csv"),
        ("in/dt=2026-11-01T10:00:00/x.csv", "in/dt={dt}/x.csv"),
        # dates in usual spellings
        ("20261101.csv", "{date}.csv"),
        ("sales20261101.csv", "sales{date}.csv"),
        ("sales_2026_11_01_eu.csv", "sales_{date}_eu.csv"),
        ("sales.2026.11.01.csv", "sales.{date}.csv"),
        ("01-11-2026.csv", "{date}.csv"),
        ("11.01.2026.csv", "{date}.csv"),
        ("2026-1-5.csv", "{date}.csv"),
        ("01Nov2026.csv", "{date}.csv"),
        ("1-November-2026.csv", "{date}.csv"),
        ("2026-Nov-01.csv", "{date}.csv"),
        ("report_2026-11.csv", "report_{date}.csv"),
        ("report_202611.csv", "report_{date}.csv"),
        ("report-nov-2026.csv", "report-{date}.csv"),
        ("reports 2026/sales.csv", "reports {date}/sales.csv"),
        # also as folders
        ("in/2026/11/01/sales.csv", "in/{date}/sales.csv"),
        ("in/2026/11/sales.csv", "in/{date}/sales.csv"),
        ("in/2026/sales.csv", "in/{date}/sales.csv"),
        ("in/2026/11/01.csv", "in/{date}.csv"),
        ("in/2026/11.csv", "in/{date}.csv"),
        ("in/2026/11/01/12/sales.csv", "in/{date}/{time}/sales.csv"),
        # times
        ("2026-11-01T12:30:00Z.csv", "{date}T{time}.csv"),
        ("2026-11-01T123000Z.csv", "{date}T{time}.csv"),
        ("2026-11-01_12-30-00.csv", "{date}_{time}.csv"),
        ("20261101_123000.csv", "{date}_{time}.csv"),
        ("20261101123000.csv", "{date}{time}.csv"),
        ("20261101T123000.123+0100.csv", "{date}T{time}.csv"),
        ("sales-2026-11-01-12.csv", "sales-{date}-{time}.csv"),
        ("at 12:30.csv", "at {time}.csv"),
        # quarters and weeks of a year
        ("sales-2026-Q1.csv", "sales-{date}.csv"),
        ("sales-2026Q1.csv", "sales-{date}.csv"),
        ("Q1-2026.csv", "{date}.csv"),
        ("in/2026/Q1/sales.csv", "in/{date}/sales.csv"),
        ("sales-2026-W48.csv", "sales-{date}.csv"),
        ("sales_2026W48.csv", "sales_{date}.csv"),
        ("week-48-2026.csv", "{date}.csv"),
        # UUIDs and long hex
        ("a/123e4567-e89b-12d3-a456-426614174000.csv", "a/{id}.csv"),
        ("a/123E4567-2011-11D3-A456-426614174000_x.csv", "a/{id}_x.csv"),
        ("a/d41d8cd98f00b204e9800998ecf8427e.csv", "a/{id}.csv"),
        ("a/ab20261101cdef01.csv", "a/{id}.csv"),
        # parts, epochs, digits
        ("part-0.csv", "part-{n}.csv"),
        (
            "out/part-00001-123e4567-e89b-12d3-a456-426614174000-c000.csv",
            "out/part-{n}-{id}-c{n}.csv",
        ),
        ("out_part_12.csv", "out_part_{n}.csv"),
        ("events-1762000000.csv", "events-{n}.csv"),
        ("events-1762000000123.csv", "events-{n}.csv"),
        ("load/000001.csv", "load/{n}.csv"),
        ("20261399.csv", "{n}.csv"),
        # what stays
        ("region2.csv", "region2.csv"),
        ("q1.csv", "q1.csv"),
        ("2026/q1.csv", "{date}/q1.csv"),
        ("v2/orders.csv", "v2/orders.csv"),
        ("party-1.csv", "party-1.csv"),
        ("facade.csv", "facade.csv"),
        ("a=b=c", "a={a}"),
        ("naïve ü.csv", "naïve ü.csv"),
        ("٢٠٢٦.csv", "٢٠٢٦.csv"),
    ],
)
def test_a_key_is_of_the_dataset(key, template):
    assert template_of(key) == template


def test_a_folder_never_merges_files_of_different_names():
    assert template_of("in/customers.csv") != template_of("in/orders.csv")


KEYS = st.text("01239-_/.=TWqpart{}vé", max_size=30) | st.text(max_size=20)


@given(KEYS)
def test_a_template_is_its_own_template(key):
    template = template_of(f"{key}.csv")
    assert template_of(template) == template


@given(KEYS)
def test_a_compressed_file_is_of_the_dataset_of_the_plain_one(key):
    assert template_of(f"{key}.csv.gz") == template_of(f"{key}.csv")


@given(st.dates(), st.dates(), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y"]))
def test_the_days_of_an_export_are_one_dataset(one, other, spelling):
    names = {
        template_of(f"in/sales-{day.replace(year=2000 + day.year % 100):{spelling}}/a.csv")
        for day in (one, other)
        if (day.month, day.day) != (2, 29)
    }
    assert len(names) <= 1


@pytest.mark.parametrize(
    ("key", "dataset"),
    [
        ("in/acme/orders-2026-11-01.csv", "in/{customer}/orders-{date}.csv"),
        ("in/globex/orders-20261102.csv.gz", "in/{customer}/orders-{date}.csv"),
        ("in/acme/orders-eu-2026-11-01.csv", "in/acme/orders-eu-{date}.csv"),
        ("in/acme/deep/orders-2026-11-01.csv", "in/acme/deep/orders-{date}.csv"),
        ("region2.csv", "region{n}.csv"),
        ("in/other.csv", "in/other.csv"),
    ],
)
def test_the_first_template_of_the_setting_that_fits_is_the_dataset(key, dataset):
    templates = ["in/{customer}/orders-{date}.csv", "region{n}.csv", "region{x}.csv"]
    assert dataset_namer(json.dumps(templates))(key) == dataset


@pytest.mark.parametrize("setting", ["sales/{date}.csv", "{}", "[1]"])
def test_a_setting_that_is_no_list_of_templates_is_refused(setting):
    with pytest.raises(InvalidTemplates):
        dataset_namer(setting)


def test_without_the_setting_every_key_has_the_template_of_its_own():
    assert dataset_namer("")("2026.csv") == "{date}.csv"
