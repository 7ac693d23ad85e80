"""A look inside a file: as it was read, of the write that was cataloged, in bounds."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import re
from dataclasses import asdict, replace
from functools import partial
from urllib.parse import quote, urlencode

import pytest

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.web import preview
from tests.examples.records import RECORD
from tests.unit.web.refusals import refused


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
        "first_row": 1,
        "rows": [["0,5", "Köln"], ["", ""], ["0,7", "a\nb"]],
        "cut_cells": [],
        "odd_cells": [],
        "complete": True,
        "next_cursor": None,
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
        ("?limit=5", "'limit' is not a parameter here: there are rows"),
        ("?filename=a.csv", "'filename' is not a parameter here: there are rows"),
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
    noted = ("before-call.s3", lambda model, params, **_: calls.append((model.name, params)))
    events.register(*noted)
    content = b"id\n" + b"1\n" * 600_000
    look(content)
    events.unregister(*noted)
    [(name, request)] = calls
    assert name == "GetObject"
    assert request["headers"]["Range"] == f"bytes=0-{(1 << 20) - 1}"


def walk(client, **query):
    """The rows of all pages, one after the other, and the last of their answers."""
    rows = []
    while True:
        answer = client.http.get(f"/preview?{urlencode({'filename': 'a.csv', **query})}").json_body
        assert answer["first_row"] == len(rows) + 1
        rows += answer["rows"]
        if answer["next_cursor"] is None:
            return rows, answer
        query["cursor"] = answer["next_cursor"]


@pytest.fixture
def reads():
    """The ranges of the bucket's objects that were read."""
    import app

    ranges = []
    events = app.s3_client().meta.events
    register = ("before-call.s3.GetObject", lambda params, **_: ranges.append(
        [int(part) for part in params["headers"]["Range"].removeprefix("bytes=").split("-")]
    ))  # fmt: skip
    events.register(*register)
    yield ranges
    events.unregister(*register)


LINES = [f'{n};"a\nb";{n * 7919:x}' for n in range(700)]
CONTENT = "\n".join(["id;note;x", *LINES]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("rows", [1, 99, 100])
def test_a_file_is_read_on_to_its_end_a_ranged_read_a_page(
    look, client, reads, monkeypatch, rows, encoding
):
    monkeypatch.setattr(preview, "BEGINNING_BYTES", 2_000)
    monkeypatch.setattr(preview, "READ_BYTES", 4_000)
    look(CONTENT[: 2_000 if rows == 1 else None].encode(encoding))
    reads.clear()
    found, last = walk(client, rows=rows)
    whole = CONTENT[: 2_000 if rows == 1 else None]
    assert [row[0] for row in found] == [f"{n}" for n in range(len(found))]
    assert len(found) == len(re.findall("^[0-9]+;", whole, re.MULTILINE))
    assert not last["complete"]
    assert all(end - start < 4_000 for start, end in reads)


def test_a_row_is_one_read_away_wherever_it_is(look, client, reads):
    content = "id,note\n" + "".join(f'{n},"a\n{"x" * 90}"\n' for n in range(1, 60_001))
    look(content.encode())
    for row in (1, 2, 20_000, 43_210, 60_000):
        reads.clear()
        answer = client.http.get(f"/preview?filename=a.csv&rows=2&row={row}").json_body
        assert answer["first_row"] == int(answer["rows"][0][0]) == row
        assert len(answer["rows"]) == min(2, 60_001 - row)
        assert (answer["next_cursor"] is None) == (row == 60_000)
        [(start, end)] = reads
        assert end - start < 2_000_000
    cursor = client.http.get("/preview?filename=a.csv&rows=1&row=43210").json_body["next_cursor"]
    answer = client.http.get(f"/preview?filename=a.csv&rows=1&cursor={cursor}").json_body
    assert (answer["first_row"], answer["rows"][0][0]) == (43_211, "43211")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("row=0", "row is a whole number from 1 to 2"),
        ("row=3", "row is a whole number from 1 to 2"),
        ("row=x", "row is a whole number from 1 to 2"),
        ("cursor=x", "next_cursor of an earlier preview"),
        ("cursor=x&row=1", "give one of them"),
    ],
)
def test_a_place_that_is_not_there_is_400(look, client, query, says):
    look(b"id\n1\n2\n")
    assert says in refused(client.http.get(f"/preview?filename=a.csv&{query}"), 400)


def test_a_cursor_is_of_the_write_that_it_was_given_for(look, client):
    cursor = look(b"id\n1\n2\n", query="?rows=1").json_body["next_cursor"]
    look(b"id\n7\n8\n9\n", "b.csv")
    path = f"/preview?filename=b.csv&cursor={cursor}"
    assert "next_cursor of an earlier" in refused(client.http.get(path), 400)


@pytest.mark.parametrize("forgets", [False, True])
def test_a_compressed_file_is_read_on_too_and_from_its_beginning_only_if_it_was_forgotten(
    look, client, reads, monkeypatch, forgets
):
    monkeypatch.setattr(preview, "READ_BYTES", 3_000)
    monkeypatch.setattr(preview, "CONTENT_BYTES", 2_900)
    look(gzip.compress(CONTENT.encode(), mtime=0))
    preview._READINGS.clear()
    reads.clear()
    if forgets:
        monkeypatch.setattr(preview, "_READINGS_AT_MOST", 0)
    found, _ = walk(client, rows=50)
    assert [row[0] for row in found] == [f"{n}" for n in range(700)]
    starts = [start for start, _ in reads]
    assert forgets or all(end - start < 3_000 for start, end in reads)
    assert (len(starts) > len(set(starts))) == forgets


def test_a_compressed_file_is_looked_into_as_far_as_it_may_be_decompressed(
    look, client, monkeypatch
):
    monkeypatch.setattr(preview, "DECOMPRESSED_AT_MOST", 300_000)
    content = "id,x\n" + "".join(f"{n},{n * 7919:x}\n" for n in range(1, 100_001))
    look(gzip.compress(content.encode(), mtime=0))
    preview._READINGS.clear()
    answer = client.http.get("/preview?filename=a.csv&row=15000&rows=1").json_body
    assert answer["rows"][0][0] == "15000"
    response = client.http.get("/preview?filename=a.csv&row=99999")
    assert "row 99999 is behind the first" in refused(response, 409)


def test_where_no_places_were_noted_a_far_row_is_409_and_says_what_helps(look, client, indexed):
    import app

    content = "id,x\n" + "".join(f"{n},{'x' * 90}\n" for n in range(60_000))
    look(content.encode())
    known = app.records_table().get("a.csv")
    app.records_table().put_if_newer(replace(known, sequencer="F" * 32, row_offsets=None))
    response = client.http.get("/preview?filename=a.csv&row=50000")
    assert "`./catalog backfill --older`" in refused(response, 409)


quick_xz = partial(lzma.compress, preset=0)
bz2_of_small_blocks = partial(bz2.compress, compresslevel=1)


@pytest.mark.parametrize("compress", [gzip.compress, bz2_of_small_blocks, quick_xz])
@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_page_of_a_compressed_file_takes_at_most_one_read_of_the_object(
    look, client, reads, compress, is_forgotten, monkeypatch
):
    monkeypatch.setattr(preview, "BEGINNING_BYTES", 200_000)
    monkeypatch.setattr(preview, "READ_BYTES", 400_000)
    monkeypatch.setattr(preview, "CONTENT_BYTES", 380_000)
    rows = (f"{n},{hashlib.sha256(b'%d' % n).hexdigest()}\n" for n in range(1, 16_001))
    look(compress(("id,x\n" + "".join(rows)).encode()))
    for row in (2, 15_900):
        query = {"rows": 100, "row": row}
        for _ in range(2):
            if is_forgotten:
                preview._READINGS.clear()
            reads.clear()
            path = f"/preview?{urlencode({'filename': 'a.csv', **query})}"
            answer = client.http.get(path).json_body
            assert answer["rows"][0][0] == f"{answer['first_row']}"
            assert len(reads) <= 1
            assert row > 2 or all(end - start < 400_000 for start, end in reads)
            if not answer["next_cursor"]:
                break
            query = {"rows": 100, "cursor": answer["next_cursor"]}
