"""Every answer is under what a function may answer with, and says what was left out."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from chalicelib.catalog.page_size import PAGE_BYTES, number_that_fits
from chalicelib.web.answers import Answer, answer_to, as_json
from tests.examples.records import RECORD, a_profile

LAMBDA_BYTES = 6 * 1024 * 1024
LETTERS = "ж"  # two bytes in UTF-8, six where it is escaped


def sent(response):
    """The bytes that Lambda sends: the answer as JSON, with the body in it as a text, in ASCII."""
    answer = {"statusCode": 200, "headers": response.headers, "body": response.body.decode()}
    return len(json.dumps(answer))


@pytest.fixture
def put(indexed):
    import app

    return app.records_table().put_if_newer


def wide(columns, letter, values):
    top = [[letter * 999 + str(n), 9 - n] for n in range(values)]
    profiles = tuple(a_profile(f"c{n}", type="text", top_values=top) for n in range(columns))
    names = tuple(column["name"] for column in profiles)
    return replace(RECORD, column_names=names, column_count=columns, columns=profiles)


@pytest.mark.parametrize(
    ("columns", "letter", "values"), [(1_000, "x", 10), (600, LETTERS, 4), (800, '"', 7)]
)
def test_a_record_with_long_texts_is_answered_without_some_and_says_so(
    client, put, columns, letter, values
):
    put(wide(columns, letter, values))
    response = client.http.get(f"/metadata/{quote(RECORD.filename, safe='')}")
    assert response.status_code == 200
    assert sent(response) < LAMBDA_BYTES
    record = response.json_body
    assert [column["distinct_count"] for column in record["columns"]] == [2] * columns
    assert record["warnings"][-1] == (
        "texts of cells in the profile are cut to 200 characters, in this answer"
    )


def test_a_record_that_fits_is_answered_whole(client, put):
    put(wide(100, LETTERS, 5))
    response = client.http.get(f"/metadata/{quote(RECORD.filename, safe='')}")
    assert response.json_body["warnings"] == list(RECORD.warnings)
    assert len(response.json_body["columns"][99]["top_values"][0][0]) == 1_000


def test_letters_are_sent_as_they_are_and_not_as_escapes(client, put):
    put(replace(RECORD, column_names=("größe", "цена"), column_count=2))
    for path in (f"/metadata?filename={RECORD.filename}", "/metadata", "/metadata?limit=ü"):
        assert "\\u" not in client.http.get(path).body.decode()


def test_what_utf_8_cannot_write_is_escaped():
    assert as_json({"a": "ü\ud800"}) == '{"a":"\\u00fc\\ud800"}'


def test_a_listing_of_long_records_ends_early_and_goes_on(client, put):
    violations = tuple(LETTERS * 299 for _ in range(3))
    warnings = tuple(LETTERS * 299 for _ in range(50))
    for n in range(60):
        name = f"{n:02}.csv"
        put(replace(RECORD, filename=name, violations=violations, warnings=warnings))
    seen, path = [], "/metadata?limit=100&sort=filename&order=asc"
    cursor = ""
    while cursor is not None:
        response = client.http.get(f"{path}{cursor and '&cursor='}{quote(cursor)}")
        assert sent(response) < LAMBDA_BYTES
        seen += [record["filename"] for record in response.json_body["items"]]
        cursor = response.json_body["next_cursor"]
    assert seen == [f"{n:02}.csv" for n in range(60)]


def test_a_page_has_one_item_at_least_and_as_many_as_fit():
    assert number_that_fits([]) == 0
    assert number_that_fits(["x" * PAGE_BYTES, "y"]) == 1
    assert number_that_fits(["x" * 8] * 30, room=100) == 10


@pytest.mark.parametrize("body", ["x" * 6_000_001, ["ж" * 1_000_000], '"' * 3_000_001])
def test_what_is_too_long_in_spite_of_all_is_a_sentence(body):
    answer = answer_to("", lambda: Answer(body))
    assert (answer.status, json.loads(answer.body)["Code"]) == (409, "ConflictError")
    assert "6,000,000 fit" in answer.body
