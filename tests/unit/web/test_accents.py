"""Names that look the same are the same to those who ask, however their accents are written."""

import io
import json
import unicodedata
from dataclasses import replace
from urllib.parse import quote

import pytest

from chalicelib.catalog.contract import judge
from chalicelib.catalog.history.changes import Schema, change_between, schema_id_of
from chalicelib.csv_reader import read_csv_metadata
from tests.examples.records import FILE
from tests.unit.whole_app import Bucket, get, process

NFC, NFD = (unicodedata.normalize(form, "Größe") for form in ("NFC", "NFD"))
FORMS = pytest.mark.parametrize(("written", "asked"), [(NFD, NFC), (NFC, NFD)])


@pytest.fixture
def uploaded(client, indexed, with_history):
    """Uploads a file of a name, and catalogs it."""
    bucket = Bucket(indexed)
    return lambda key, content: process(client, indexed, bucket.put(key, content))


@FORMS
@pytest.mark.parametrize("path", ["/metadata/{}", "/metadata?filename={}"])
def test_a_file_is_found_by_a_name_that_looks_the_same_and_the_answer_says_so(
    client, uploaded, written, asked, path
):
    key = f"in/{written}.csv"
    uploaded(key, b"id\n1\n")
    status, record = get(client, path.format(quote(f"in/{asked}.csv", safe="")))
    assert (status, record["filename"]) == (200, key)
    assert "looks the same" in record["warnings"][-1]
    assert get(client, path.format(quote(key, safe="")))[1]["warnings"] == []


def test_of_two_files_whose_names_look_the_same_each_has_its_own_record(client, uploaded):
    uploaded(f"{NFC}.csv", b"id\n1\n")
    uploaded(f"{NFD}.csv", b"id\n1\n2\n")
    for name, rows in ((NFC, 1), (NFD, 2)):
        _, record = get(client, f"/metadata?filename={quote(name)}.csv")
        assert (record["row_count"], record["warnings"]) == (rows, [])


@FORMS
@pytest.mark.parametrize("path", ["/preview?filename={}", "/schema?filename={}&format=duckdb"])
def test_other_routes_about_a_file_find_it_as_well(client, uploaded, written, asked, path):
    uploaded(f"{written}.csv", b"id\n1\n")
    assert client.http.get(path.format(f"{quote(asked)}.csv")).status_code == 200


@FORMS
def test_a_prefix_finds_the_files_whose_names_look_so_page_by_page(
    client, uploaded, written, asked
):
    for number in range(3):
        uploaded(f"{written}/{number}.csv", b"id\n1\n")
    found, cursor = [], ""
    while cursor is not None:
        path = f"/metadata?prefix={quote(asked)}/&sort=filename&limit=1{cursor}"
        status, page = get(client, path)
        assert status == 200
        found += [one["filename"] for one in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert found == [f"{written}/{number}.csv" for number in range(3)]
    assert get(client, f"/metadata?prefix={quote(asked)}&cursor=x")[0] == 400


@FORMS
def test_a_file_is_found_by_a_column_that_looks_the_same(client, uploaded, written, asked):
    uploaded("a.csv", f"id,{written}\n1,2\n".encode())
    for name in (asked, asked.upper()):
        _, page = get(client, f"/metadata?column={quote(name)}")
        assert [one["filename"] for one in page["items"]] == ["a.csv"]


@FORMS
def test_the_past_is_found_by_names_that_look_the_same(client, uploaded, written, asked):
    key = f"{written}/2026-11-01.csv"
    for number in range(3):
        uploaded(key, b"id\n1\n" * (number + 1))
    path = f"/history?limit=2&filename={quote(key.replace(written, asked))}"
    response = client.http.get(path)
    assert response.headers["Content-Location"] == f"history?filename={quote(key, safe='')}"
    cursor = response.json_body["next_cursor"]
    assert len(get(client, f"{path}&cursor={cursor}")[1]["items"]) == 1
    status, answer = get(client, f"/datasets?dataset={quote(asked)}/{{date}}.csv")
    assert (status, answer["dataset"]) == (200, f"{written}/{{date}}.csv")


def file_with(column):
    profile = FILE.columns[0] | {"name": column, "type": "integer", "almost": None}
    return replace(FILE, column_names=(column,), column_count=1, columns=(profile,), schema_id=None)


@FORMS
def test_contracts_and_drift_take_what_looks_the_same_for_the_same(written, asked):
    contract = json.dumps({"fields": [{"name": asked, "type": "integer"}]}).encode()
    assert judge(contract, file_with(written)) == ([], [])
    old, new = Schema.of(file_with(written)), Schema.of(file_with(asked))
    assert old.schema_id == new.schema_id
    assert change_between(old, new) is None
    assert schema_id_of(True, (written, "id"), 2) == schema_id_of(True, (asked, "id"), 2)


def test_a_warning_names_the_columns_whose_accents_are_apart_from_their_letters():
    found = read_csv_metadata(io.BytesIO(f"id,{NFD},{NFC}s\n1,2,3\n".encode()))
    assert found.column_names == ("id", NFD, f"{NFC}s")
    [warning] = found.warnings
    assert warning == f"accents apart from their letters in column name: {NFD!r}"
