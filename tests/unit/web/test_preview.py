"""A look inside a file: as it was read, of the write that was cataloged, in bounds."""

import gzip
import io
import json
from dataclasses import asdict, replace
from urllib.parse import quote

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.web import preview
from tests.unit.catalog.test_record import RECORD
from tests.unit.web.test_routes import refused


@pytest.fixture
def look(client, indexed):
    """Puts a file into the bucket and the catalog, and asks for its first rows."""
    import app

    def look_inside(content, name="a.csv", query=""):
        put = indexed.s3.put_object(Bucket=indexed.bucket, Key=name, Body=content)
        app.records_table().put_if_newer(record(indexed, name, content, put))
        return client.http.get(f"/metadata/{quote(name, safe='')}/preview{query}")

    return look_inside


def record(aws, name, content, put):
    return replace(
        RECORD,
        filename=name,
        bucket=aws.bucket,
        etag=put["ETag"].strip('"'),
        version_id=put.get("VersionId"),
        file_size=len(content),
        **asdict(read_csv_metadata(io.BytesIO(content), profile=True)),
    )


SEMICOLONS = 'Bericht\n\nPreis;Ort\n0,5;Köln\n;\n0,7;"a\nb"\n'


@pytest.mark.parametrize(
    "content",
    [
        SEMICOLONS.encode("cp1252"),
        SEMICOLONS.encode("utf-16"),
        gzip.compress(SEMICOLONS.encode(), mtime=0),
    ],
    ids=["cp1252", "utf-16", "gzip"],
)
def test_it_is_split_as_the_file_was_read(look, content):
    response = look(content)
    assert response.json_body == {
        "filename": "a.csv",
        "column_names": ["Preis", "Ort"],
        "rows": [["0,5", "Köln"], ["", ""], ["0,7", "a\nb"]],
        "cut_cells": [],
        "odd_cells": [],
        "complete": True,
    }
    assert response.headers["Cache-Control"] == "no-store"


def test_the_name_may_stand_in_the_query_as_well(look, client):
    name = "reports/2026/50% & more.csv"
    in_path = look(b"id\n1\n2\n", name, "?rows=1").json_body
    in_query = client.http.get(f"/preview?filename={quote(name)}&rows=1").json_body
    assert in_path == in_query
    assert (in_query["rows"], in_query["complete"]) == ([["1"]], False)


def test_it_has_20_rows_unless_it_is_told_otherwise(look):
    content = b"id\n" + b"1\n" * 500
    assert len(look(content).json_body["rows"]) == 20
    assert len(look(content, query="?rows=100").json_body["rows"]) == 100


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?rows=0", "rows is a whole number from 1 to 100"),
        ("?rows=101", "rows is a whole number from 1 to 100"),
        ("?rows=-1", "rows is a whole number from 1 to 100"),
        ("?rows=ten", "rows is a whole number from 1 to 100"),
        ("?rows=1&rows=2", "rows is given 2 times"),
        ("?limit=5", "'limit' is no parameter here: there are rows"),
        ("?filename=a.csv", "'filename' is no parameter here: there are rows"),
    ],
)
def test_a_bad_parameter_is_400_by_name(look, query, says):
    assert says in refused(look(b"id\n1\n", query=query), 400)


def test_a_name_is_needed_in_one_form_or_the_other(look, client):
    assert "filename is missing" in refused(client.http.get("/preview"), 400)
    assert "no file named 'b.csv'" in refused(client.http.get("/preview?filename=b.csv"), 404)


def test_a_long_cell_is_cut_and_marked(look):
    answer = look(f"id,text\n1,{'x' * 200}\n2,{'y' * 201}\n".encode()).json_body
    assert answer["rows"] == [["1", "x" * 200], ["2", "y" * 200 + "…"]]
    assert answer["cut_cells"] == [[1, 1]]
    assert answer["complete"]


def test_cells_that_are_not_of_the_type_of_nearly_all_are_marked(look):
    rows = [f"{n},2020-01-{n % 28 + 1:02}\n" for n in range(200)]
    rows[3], rows[5], rows[150] = "n/a,2020-01-04\n", "6,\n", "150,soon\n"
    content = ("id,day\n" + "".join(rows)).encode()
    answer = look(content, query="?rows=100").json_body
    assert [answer["rows"][i][j] for i, j in answer["odd_cells"]] == []
    assert look(content.replace(b"7,", b"7x,", 1), "b.csv").json_body["odd_cells"] == [
        [3, 0],
        [7, 0],
    ]


def test_a_row_of_which_only_a_part_is_read_is_left_out(look, monkeypatch):
    monkeypatch.setattr(preview, "BEGINNING_BYTES", 13)
    answer = look(b"id,name\n1,Ada\n2,Grace\n").json_body
    assert (answer["rows"], answer["complete"]) == ([], False)
    monkeypatch.setattr(preview, "BEGINNING_BYTES", 14)
    assert look(b"id,name\n1,Ada\n2,Grace\n").json_body["rows"] == [["1", "Ada"]]


@pytest.mark.parametrize("cell", ['""""', "\\", "\x01", "\U0001f600"])
def test_an_answer_fits_into_what_a_function_may_answer_even_of_the_widest_rows(look, cell):
    content = (",".join(["id"] * 3000) + "\n" + (",".join([cell * 60] * 3000) + "\n") * 2).encode()
    response = look(content)
    assert len(json.dumps({"body": json.dumps(response.json_body)})) < 6_000_000
    assert response.json_body["rows"]


def test_of_a_row_that_does_not_fit_by_itself_the_first_cells_are_shown(look, monkeypatch):
    monkeypatch.setattr(preview, "ROWS_BYTES", 30)
    answer = look(b"a,b,c\n1,2,3\nten chars!,ten chars!,ten chars!\n").json_body
    assert (answer["rows"], answer["complete"]) == ([["1", "2", "3"]], False)
    answer = look(b"a,b,c\nten chars!,ten chars!,ten chars!\n", "b.csv").json_body
    assert (answer["rows"], answer["complete"]) == ([["ten chars!", "ten chars!"]], False)


def test_the_rows_begin_below_a_header_of_several_rows(look, client, indexed):
    import app

    look(b"id,price,\n,net,gross\n1,2,3\n")
    known = app.records_table().get("a.csv")
    for header_rows in (0, 1, 2):
        sequencer = f"F{header_rows}".ljust(32, "0")
        app.records_table().put_if_newer(
            replace(known, sequencer=sequencer, preamble_rows=0, header_rows=header_rows)
        )
        rows = client.http.get("/preview?filename=a.csv").json_body["rows"]
        assert (len(rows), rows[-1]) == (3 - header_rows, ["1", "2", "3"])


def test_an_empty_file_has_no_rows(look):
    answer = look(b"").json_body
    assert (answer["rows"], answer["column_names"], answer["complete"]) == ([], [], True)


@pytest.mark.parametrize(
    ("change", "says"), [("overwrite", "overwritten since"), ("delete", "no longer in the bucket")]
)
@pytest.mark.parametrize("content", [b"id\n1\n", b""], ids=["some", "nothing"])
def test_what_is_no_longer_there_is_409(look, client, indexed, change, says, content):
    look(content)
    if change == "overwrite":
        indexed.s3.put_object(Bucket=indexed.bucket, Key="a.csv", Body=b"id\n1\n2\n")
    else:
        indexed.s3.delete_object(Bucket=indexed.bucket, Key="a.csv")
    assert says in refused(client.http.get("/preview?filename=a.csv"), 409)


def test_of_versions_it_is_the_one_that_was_cataloged(look, client, indexed):
    bucket = {"Bucket": indexed.bucket}
    indexed.s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
    look(b"id\n1\n")
    indexed.s3.put_object(**bucket, Key="a.csv", Body=b"id\n2\n")
    assert client.http.get("/preview?filename=a.csv").json_body["rows"] == [["1"]]


def test_a_file_that_could_not_be_read_is_409_with_the_reason(client, indexed):
    import app

    app.records_table().put_if_newer(
        replace(RECORD, status="failed", error="looks like a PNG picture, not a CSV file")
    )
    response = client.http.get(f"/preview?filename={RECORD.filename}")
    assert "looks like a PNG picture" in refused(response, 409)


def test_a_stage_with_previews_off_says_so(look, monkeypatch):
    import app

    monkeypatch.setattr(app, "settings", replace(app.settings, preview=False))
    assert "PREVIEW is off" in refused(look(b"id\n1\n"), 403)


def test_one_ranged_read_of_the_beginning_is_enough(look, monkeypatch):
    import app

    calls = []
    events = app.s3_client().meta.events
    events.register("before-call.s3", lambda model, params, **_: calls.append((model.name, params)))
    content = b"id\n" + b"1\n" * 600_000
    look(content)
    [(name, request)] = calls
    assert name == "GetObject"
    assert request["headers"]["Range"] == f"bytes=0-{(1 << 20) - 1}"
