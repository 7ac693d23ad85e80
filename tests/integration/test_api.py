"""The API of a deployed catalog: listing, uploads, downloads, its description."""

import gzip
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote, urlencode

import boto3
import pytest

from chalicelib.catalog.indexes import SHARDS
from chalicelib.catalog.items import to_item
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.web.uploads import presigned_upload
from tests.deployed import PROJECT, eventually, one_segment
from tests.examples import examples, first_of
from tests.template import resources


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(url, data=None, **headers):
    """Status, headers and body of an answer, whatever it is, as it came."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def send_form(form, content):
    """Upload as a browser does: the fields of the form, and then the file."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form["fields"].items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
    body = b"".join([*parts, file.encode(), b"\r\n", content, f"\r\n--{boundary}--\r\n".encode()])
    return ask(form["url"], body, Content_Type=f"multipart/form-data; boundary={boundary}")


def listing(catalog, **query):
    """The names that are listed, page after page."""
    names = []
    while True:
        status, page = catalog.get(f"/metadata?{urlencode(query, doseq=True)}")
        assert status == 200, page
        names += [item["filename"] for item in page["items"]]
        if page["next_cursor"] is None:
            return names
        query["cursor"] = page["next_cursor"]


FILES = {
    "list/a.csv": b"id,name\n1,Ada\n2,Grace\n",
    "list/b.csv": b"ID,price\n1,2\n",
    "list/\N{LATIN SMALL LETTER E WITH ACUTE}.csv": b"price\n",
    "list/nothing readable.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\0\x80" * 9,
}


@pytest.fixture(scope="module")
def listed(catalog):
    """The catalog with a few files, uploaded one after the other."""
    for key, content in FILES.items():
        catalog.record_of(key, content)
    return catalog


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [3, 2, 1, 0]),
        ({"order": "asc"}, [0, 1, 2, 3]),
        ({"sort": "filename"}, [0, 1, 3, 2]),
        ({"sort": "filename", "order": "desc"}, [2, 3, 1, 0]),
        ({"status": "failed"}, [3]),
        ({"column": "id"}, [1, 0]),
        ({"column": ["id", "PRICE"]}, [1]),
        ({"min_rows": 1, "max_rows": 1}, [1]),
        ({"min_rows": 0, "column": "price"}, [2, 1]),
    ],
)
def test_files_are_listed_by_what_is_asked_for(listed, query, numbers):
    keys = list(FILES)
    for limit in (1, 25):
        names = listing(listed, prefix="list/", limit=limit, **query)
        assert names == [keys[number] for number in numbers]


def test_files_are_listed_by_when_they_were_uploaded(listed):
    first, *_, last = (listed.record(key)["upload_timestamp"] for key in FILES)
    between = listing(listed, prefix="list/", uploaded_after=first, uploaded_before=last)
    assert set(between) <= set(list(FILES)[1:3])


def test_a_tampered_cursor_is_refused(listed):
    _, page = listed.get("/metadata?limit=1&prefix=list/")
    cursor = page["next_cursor"]
    for changed in (cursor[:-1], cursor.swapcase(), f"A{cursor}"):
        query = urlencode({"limit": 1, "prefix": "list/", "cursor": changed})
        status, answer = listed.get(f"/metadata?{query}")
        assert (status, answer["Code"]) == (400, "BadRequestError")
    assert listed.get(f"/metadata?{urlencode({'limit': 1, 'cursor': cursor})}")[0] == 400


@pytest.mark.parametrize(
    "path", ["/metadata/{key}", "/metadata?filename={key}", "/metadata?prefix={key}"]
)
def test_an_answer_that_one_has_already_is_304_without_a_body(listed, path):
    url = listed.url + path.format(key=one_segment("list/a.csv"))
    status, headers, body = ask(url)
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert body
    status, _, body = ask(url, If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")


@pytest.mark.parametrize("key", ["up/plain.csv", "up/a b+c%2F\N{SNOWMAN}.csv"])
def test_a_file_is_uploaded_by_its_form_cataloged_and_downloaded(catalog, key):
    content = b"id,name\n1,Ada\n"
    request = json.dumps({"filename": key}).encode()
    status, headers, body = ask(f"{catalog.url}/uploads", request, Content_Type="application/json")
    assert (status, headers["Cache-Control"]) == (201, "no-store")
    form = json.loads(body)
    status, _, answer = send_form(form, content)
    assert status == 204, answer
    eventually(lambda: ask(form["metadata_url"])[0] == 200)
    record = json.loads(ask(form["metadata_url"])[2])
    assert (record["filename"], record["row_count"]) == (key, 1)
    status, headers, body = ask(f"{catalog.url}/metadata/{one_segment(key)}/download")
    assert (status, body) == (302, b"")
    status, headers, body = ask(headers["Location"])
    assert (status, body) == (200, content)
    last = quote(key.rpartition("/")[2], safe="")
    assert headers["Content-Disposition"].endswith(f"filename*=UTF-8''{last}")


@pytest.mark.parametrize("key", ["look/plain.csv", "look/a b+c%2F\N{SNOWMAN}.csv"])
def test_the_first_rows_are_shown_and_the_file_is_sent_by_either_form_of_a_route(catalog, key):
    catalog.record_of(key, 'id;note\n1;"a\nb"\n2;ü\n'.encode("utf-16"))
    segment = one_segment(key)
    answers = [
        catalog.get(f"/metadata/{segment}/preview?rows=1"),
        catalog.get(f"/preview?filename={segment}&rows=1"),
    ]
    preview = {"filename": key, "column_names": ["id", "note"], "first_row": 1}
    preview |= {"rows": [["1", "a\nb"]], "cut_cells": [], "odd_cells": [], "complete": False}
    cursor = answers[0][1]["next_cursor"]
    assert answers == [(200, preview | {"next_cursor": cursor})] * 2
    _, after = catalog.get(f"/metadata/{segment}/preview?cursor={cursor}")
    assert (after["first_row"], after["rows"], after["next_cursor"]) == (2, [["2", "ü"]], None)
    for path in (f"/metadata/{segment}/download", f"/download?filename={segment}"):
        assert ask(catalog.url + path)[0] == 302


def test_a_listing_is_csv_for_who_asks_for_that(listed):
    status, headers, body = ask(f"{listed.url}/metadata?prefix=list/&limit=1", Accept="text/csv")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/csv")
    assert body.decode().splitlines()[1].startswith("list/nothing readable.csv,failed,")
    assert re.fullmatch(r'<\?prefix=list%2F&limit=1&cursor=.*>; rel="next"', headers["Link"])


def test_a_form_takes_no_more_than_it_says_and_no_other_key(catalog):
    bucket = catalog.project.bucket
    form = presigned_upload(catalog.s3, bucket, "small.csv", max_bytes=10)
    status, _, answer = send_form(form, b"x" * 11)
    assert (status, b"EntityTooLarge" in answer) == (400, True)
    form["fields"]["key"] = "other.csv"
    assert send_form(form, b"id\n")[0] == 403


def test_a_download_of_what_was_overwritten_or_deleted_says_so(catalog):
    catalog.record_of("gone.csv", b"id\n1\n")
    as_it_was = catalog.item("gone.csv")
    catalog.record_of("gone.csv", b"id\n1\n2\n")
    catalog.make_stale(as_it_was)
    status, answer = catalog.get("/metadata/gone.csv/download")
    assert (status, answer["Code"]) == (409, "ConflictError")
    catalog.delete("gone.csv")
    catalog.make_stale(as_it_was)
    status, answer = catalog.get("/metadata/gone.csv/download")
    assert (status, answer["Code"]) == (409, "ConflictError")


def test_answers_above_1_kb_are_compressed_for_who_takes_gzip(catalog):
    emulator = catalog.project.environment["AWS_ENDPOINT_URL"]
    if ask(f"{emulator}/_ministack/health")[0] != 200:
        pytest.skip("LocalStack 4.14 leaves minimumCompressionSize to AWS, and does not compress")
    url = f"{catalog.url}/openapi.json"
    plain, compressed = ask(url), ask(url, Accept_Encoding="gzip")
    assert compressed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed[2]) == plain[2]
    assert ask(f"{catalog.url}/health", Accept_Encoding="gzip")[1]["Content-Encoding"] is None


@pytest.fixture
def big_table(endpoint):
    """A table of its own with the indexes of resources.yaml, as boto3 has it."""
    described = resources()["RecordsTable"]["Properties"]
    dynamodb = boto3.resource(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    table = dynamodb.create_table(
        TableName=f"listing-{uuid.uuid4().hex[:8]}",
        **{
            name: described[name]
            for name in (
                "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"
            )
        },
    )  # fmt: skip
    yield table
    table.delete()


def cost_of_a_page(table, **query):
    """The requests that one page makes, and the read capacity that the emulator says they took."""
    units = []
    events = table.meta.client.meta.events

    def ask_for_it(params, **_):
        params["ReturnConsumedCapacity"] = "TOTAL"

    def note_it(parsed, **_):
        units.append(parsed["ConsumedCapacity"]["CapacityUnits"])

    events.register("provide-client-params.dynamodb.Query", ask_for_it)
    events.register("after-call.dynamodb.Query", note_it)
    try:
        list_files(RecordsTable(table), FileQuery(**query))
    finally:
        events.unregister("provide-client-params.dynamodb.Query", ask_for_it)
        events.unregister("after-call.dynamodb.Query", note_it)
    return len(units), sum(units)


def test_a_page_costs_the_same_in_a_catalog_of_500_and_of_2000_files(big_table):
    queries = ({}, {"limit": 100}, {"sort": "filename"})
    costs = []
    for numbers in (range(500), range(500, 2_000)):
        with big_table.batch_writer() as batch:
            for number in numbers:
                batch.put_item(Item=item_of(number))
        costs.append([cost_of_a_page(big_table, **query) for query in queries])
    print(f"\n(requests, read units) of {queries} at 500 and at 2,000 files: {costs}")
    assert costs[0] == costs[1]
    assert [requests for requests, _ in costs[0]] == [SHARDS] * len(queries)


def item_of(number):
    time = datetime(2026, 11, 22, tzinfo=timezone.utc) + timedelta(seconds=number)
    return to_item(
        FileRecord(
            filename=f"reports/{number:06}.csv",
            bucket="csv-bucket",
            sequencer=f"{number:032X}",
            upload_timestamp=time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            processed_timestamp="2026-11-22T18:00:01.000Z",
            status="ready",
            etag="9a0364b9e99bb480dd25e1f0284c8555",
            file_size=48_213,
            row_count=1_204,
            column_count=10,
            column_names=tuple(f"column_{n}" for n in range(10)),
            delimiter=",",
            quote_character='"',
            encoding="utf-8",
            has_header=True,
            preamble_rows=0,
        )
    )


def test_schemathesis_finds_nothing(catalog):
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", "run"),
            *(f"{catalog.url}/openapi.json", "--url", catalog.url),
            *("--max-examples", str(examples(5))),
            *("--phases", ",".join(first_of(["examples,fuzzing", "coverage"]))),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
