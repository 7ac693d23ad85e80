"""What the parameters of a listing may be."""

import pytest

from chalicelib.web.parameters import InvalidParameter, file_query
from tests.examples.records import RECORD


def read(**parameters):
    return file_query(
        {name: given if isinstance(given, list) else [given] for name, given in parameters.items()}
    )


def test_without_parameters_it_is_the_newest_25_of_all_files():
    query = read()
    assert (query.sort, query.order, query.limit) == ("upload_timestamp", "desc", 25)
    assert query.matches(RECORD)


def test_names_go_up_unless_they_are_asked_to_go_down():
    assert read(sort="filename").order == "asc"
    assert read(sort="filename", order="desc").order == "desc"


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        ("2026-11-22T18:30", "2026-11-22T18:30:00.000Z"),
        ("2026-11-22T18:30Z", "2026-11-22T18:30:00.000Z"),
        ("2026-11-22T18:30:05", "2026-11-22T18:30:05.000Z"),
        ("2026-11-22T18:30:05.123Z", "2026-11-22T18:30:05.123Z"),
        ("2026-11-22T01:30:00+02:00", "2026-11-21T23:30:00.000Z"),
    ],
)
def test_a_time_is_a_date_or_a_time_in_iso_8601(given, read_as):
    assert read(uploaded_after=given).uploaded_after == read_as
    assert read(uploaded_before=given).uploaded_before == read_as


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"colour": "red"}, "'colour' is not a parameter here: there are .*column.*cursor"),
        ({"limit": "0"}, "limit is a whole number from 1 to 100"),
        ({"limit": "101"}, "limit is a whole number from 1 to 100"),
        ({"limit": "-1"}, "limit is a whole number from 1 to 100"),
        ({"limit": "1.5"}, "limit is a whole number from 1 to 100"),
        ({"limit": " 5"}, "limit is a whole number from 1 to 100"),
        ({"limit": "1_0"}, "limit is a whole number from 1 to 100"),
        ({"limit": "\N{ARABIC-INDIC DIGIT FIVE}"}, "limit is a whole number from 1 to 100"),
        ({"limit": ""}, "limit is a whole number from 1 to 100"),
        ({"limit": ["1", "2"]}, "limit is given 2 times"),
        ({"prefix": ["a", "a"]}, "prefix is given 2 times"),
        ({"prefix": "a" * 1025}, "prefix is up to 1,024 bytes"),
        ({"prefix": "\ud800"}, "prefix is up to 1,024 bytes of UTF-8"),
        ({"status": "deleted"}, "status is ready or failed"),
        ({"status": "READY"}, "status is ready or failed"),
        ({"status": ""}, "status is ready or failed"),
        ({"sort": "size"}, "sort is upload_timestamp or filename"),
        ({"order": "up"}, "order is asc or desc"),
        ({"min_rows": "-1"}, "min_rows is a whole number"),
        ({"max_rows": "many"}, "max_rows is a whole number"),
        ({"max_rows": "9" * 5000}, "max_rows is a whole number"),
        ({"uploaded_after": "yesterday"}, "uploaded_after is a date or a time in ISO 8601"),
        ({"uploaded_after": "2026-02-30"}, "uploaded_after is a date"),
        ({"uploaded_after": "2026-11-22T18:30:05 02:00"}, "uploaded_after is .*%2B"),
        ({"uploaded_before": "20261122"}, "uploaded_before is a date"),
        ({"uploaded_before": "0001-01-01T00:00:00+14:00"}, "uploaded_before is a date"),
        ({"uploaded_before": "1795370401"}, "uploaded_before is a date"),
        ({"uploaded_before": "2026-11-22\n"}, "uploaded_before is a date"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name_with_what_is(parameters, says):
    with pytest.raises(InvalidParameter, match=says):
        read(**parameters)
