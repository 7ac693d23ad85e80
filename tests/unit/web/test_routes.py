"""The routes, asked as API Gateway asks them."""

import csv
import io
import json
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.examples.records import RECORD
from tests.unit.web.refusals import refused

NAME = quote(RECORD.filename, safe="")
RECORD_ROUTES = [f"/metadata/{NAME}", f"/metadata?filename={NAME}"]


@pytest.fixture
def api(client, indexed):
    """The app with one file in its catalog, which is in the bucket too."""
    import app

    put = indexed.s3.put_object(
        Bucket=indexed.bucket, Key=RECORD.filename, Body=b"id,name\n1,Ada\n"
    )
    stored = replace(RECORD, bucket=indexed.bucket, etag=put["ETag"].strip('"'))
    app.records_table().put_if_newer(stored)
    return client.http


@pytest.mark.parametrize("path", [*RECORD_ROUTES, "/metadata", "/openapi.json"])
@pytest.mark.parametrize("known", ["{tag}", "{strong}", "*", '"other", {tag}', '{strong} , "a,b"'])
def test_who_has_the_answer_already_is_told_so_without_a_body(api, path, known):
    tag = api.get(path).headers["ETag"]
    header = known.format(tag=tag, strong=tag.removeprefix("W/"))
    response = api.get(path, headers={"If-None-Match": header})
    assert (response.status_code, response.body) == (304, b"")
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == (tag, "no-cache")


@pytest.mark.parametrize("known", ["", '"other"', 'W/"other"', "no tag", '"*"'])
def test_who_has_another_answer_gets_this_one(api, known):
    response = api.get(f"/metadata/{NAME}", headers={"If-None-Match": known})
    assert (response.status_code, response.json_body["filename"]) == (200, RECORD.filename)


def test_the_tag_changes_with_the_record(api):
    import app

    before = api.get(f"/metadata/{NAME}").headers["ETag"]
    app.records_table().put_if_newer(replace(RECORD, sequencer="00" + "F" * 30, row_count=4))
    assert api.get(f"/metadata/{NAME}").headers["ETag"] != before


def test_a_listing_has_the_records_and_a_cursor(api):
    record = api.get(f"/metadata/{NAME}").json_body
    del record["forecast"]
    of_one_file = ("ragged_rows", "lines", "profiled_rows")
    listed = record | {"columns": []} | dict.fromkeys(of_one_file)
    assert api.get("/metadata").json_body == {"items": [listed], "next_cursor": None}


def test_a_cursor_leads_to_the_next_page(api):
    import app

    app.records_table().put_if_newer(replace(RECORD, filename="b.csv"))
    query = "/metadata?sort=filename&limit=1"
    first = api.get(query).json_body
    second = api.get(f"{query}&cursor={quote(first['next_cursor'])}").json_body
    listed = [item["filename"] for page in (first, second) for item in page["items"]]
    assert listed == sorted([RECORD.filename, "b.csv"])
    assert second["next_cursor"] is None


def rows_of(response):
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Vary"] == "Accept"
    return list(csv.DictReader(io.StringIO(response.body.decode(), newline="")))


def test_a_listing_is_csv_for_who_asks_for_that_and_links_to_its_next_page(api):
    import app

    app.records_table().put_if_newer(replace(RECORD, filename="=1+1.csv"))
    path, listed = "/metadata?sort=filename&limit=1&column=ID&min_rows=0", []
    while path:
        response = api.get(path, headers={"Accept": "text/csv"})
        listed += [row["filename"] for row in rows_of(response)]
        link = response.headers.get("Link")
        path = link and "/metadata" + re.fullmatch('<([?].*)>; rel="next"', link)[1]
    assert listed == ["'=1+1.csv", RECORD.filename]


def test_one_record_is_csv_as_well_and_errors_stay_json(api):
    accepts = {"Accept": "text/csv"}
    [row] = rows_of(api.get(RECORD_ROUTES[1], headers=accepts))
    assert row["filename"] == RECORD.filename
    assert "limit is" in refused(api.get("/metadata?limit=0", headers=accepts), 400)
    assert "in the catalog" in refused(api.get("/metadata?filename=b", headers=accepts), 404)


def test_csv_and_json_of_one_listing_are_two_answers_to_who_keeps_them(api):
    accepts = {"Accept": "text/csv"}
    as_csv = api.get("/metadata", headers=accepts).headers["ETag"]
    as_json = api.get("/metadata").headers["ETag"]
    assert as_csv != as_json
    known = api.get("/metadata", headers=accepts | {"If-None-Match": as_csv})
    assert (known.status_code, known.headers["Vary"]) == (304, "Accept")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "limit is a whole number from 1 to 100"),
        ("limit=5&limit=6", "limit is given 2 times"),
        ("colour=red", "'colour' is not a parameter"),
        ("sort=size", "sort is upload_timestamp or filename"),
        ("cursor=", "cursor is the next_cursor of an earlier answer to the same query"),
        ("cursor=abcd", "cursor is the next_cursor of an earlier answer to the same query"),
        ("filename=a.csv&colour=red", "'colour' is not a parameter"),
        ("filename=a.csv&filename=b.csv", "filename is given 2 times"),
    ],
)
def test_a_bad_parameter_is_400_by_name_with_what_is_allowed(api, query, says):
    assert says in refused(api.get(f"/metadata?{query}"), 400)


@pytest.mark.parametrize(
    "path",
    [
        "/metadata/nothing.csv",
        "/metadata/nothing.csv/download",
        "/metadata?filename=",
        "/download?filename=",
    ],
)
def test_a_file_that_is_not_there_is_404(api, path):
    assert "in the catalog" in refused(api.get(path), 404)


@pytest.mark.parametrize("name", ["", "x" * 5000, "\ud800"])
def test_a_name_that_no_object_can_have_is_in_no_catalog(api, name):
    import app

    assert app.records_table().get(name) is None


@pytest.mark.parametrize("segment", ["50%2525.csv", "50%25.csv"], ids=["encoded", "decoded"])
def test_a_name_in_the_path_is_found_whether_the_gateway_decodes_it_or_not(api, segment):
    import app

    app.records_table().put_if_newer(replace(RECORD, filename="50%25.csv"))
    assert api.get(f"/metadata/{segment}").json_body["filename"] == "50%25.csv"


def test_without_an_index_a_record_is_answered_and_the_log_has_what_adds_it(client, caplog):
    import app

    app.records_table().put_if_newer(RECORD)
    assert client.http.get(f"/metadata/{NAME}").status_code == 200
    message = refused(client.http.get("/metadata"), 409)
    assert "`./catalog indexes`" in message
    assert not re.search("aws|update-table|MetadataTable|ByUploadTime", message)
    [logged] = caplog.records
    assert "update-table" in logged.command
    assert "MetadataTable" in logged.command


def test_an_unforeseen_fault_is_500_and_says_nothing_of_its_inside(api, monkeypatch):
    import app

    monkeypatch.setattr(app.records_table(), "get", lambda _: 1 / 0)
    assert refused(api.get("/metadata/a.csv"), 500) == "An internal server error occurred."


def test_an_upload_is_a_form_and_the_link_of_its_record(api):
    response = api.post(
        "/uploads",
        headers={"Content-Type": "application/json", "Host": "api.example.com"},
        body=json.dumps({"filename": "new/ü 1.csv"}).encode(),
    )
    assert response.status_code == 201
    answer = response.json_body
    form = {"url", "fields", "max_bytes", "expires_in", "filename"}
    assert answer.keys() == form | {"replaces", "metadata_url"}
    assert answer["fields"]["key"] == answer["filename"] == "new/ü 1.csv"
    assert answer["metadata_url"] == "https://api.example.com/metadata/new%2F%C3%BC%201.csv"
    assert response.headers["Location"] == answer["metadata_url"]


@pytest.mark.parametrize(
    ("path", "host", "url"),
    [
        ("/prod/uploads", "a1.execute-api.eu-west-1.amazonaws.com", "/prod"),
        ("/uploads", "files.example.com", ""),
        ("/base/uploads", "files.example.com", "/base"),
    ],
)
def test_the_link_of_a_record_is_right_under_a_stage_and_under_a_domain_of_ones_own(
    indexed, path, host, url
):
    import app

    event = {
        "resource": "/uploads",
        "httpMethod": "POST",
        "headers": {"Host": host, "Content-Type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": "/uploads", "httpMethod": "POST", "path": path},
        "body": '{"filename": "a.csv"}',
    }
    answer = json.loads(app.app(event, Context())["body"])
    assert answer["metadata_url"] == f"https://{host}{url}/metadata/a.csv"


class Context:
    """What powertools logs of a function that runs."""

    function_name = "api"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:api"
    aws_request_id = "1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"a.csv"',
        b"{}",
        b'{"filename": 1}',
        b"[" * 100_000,
        b'{"filename": "a.csv", "replace": 1}',
        b'{"filename": "a.csv", "other": true}',
    ],
)
def test_a_body_that_is_no_such_object_is_400(api, body):
    response = api.post("/uploads", headers={"Content-Type": "application/json"}, body=body)
    assert '{"filename": "…"}' in refused(response, 400)


def ask_for_upload(api, **body):
    headers = {"Content-Type": "application/json"}
    return api.post("/uploads", headers=headers, body=json.dumps(body).encode())


def test_an_upload_that_replaces_a_file_is_refused_unless_that_is_asked_for(api):
    message = refused(ask_for_upload(api, filename=RECORD.filename), 409)
    assert RECORD.filename in message
    assert '"replace": true' in message
    refused(ask_for_upload(api, filename=RECORD.filename, replace=False), 409)
    answer = ask_for_upload(api, filename=RECORD.filename, replace=True)
    assert (answer.status_code, answer.json_body["replaces"]) == (201, True)


@pytest.mark.parametrize("may_replace", [True, False])
def test_an_upload_that_replaces_nothing_says_so(api, may_replace):
    answer = ask_for_upload(api, filename="new.csv", replace=may_replace)
    assert (answer.status_code, answer.json_body["replaces"]) == (201, False)


def test_a_file_that_is_not_cataloged_yet_is_not_replaced_either(api, indexed):
    indexed.s3.put_object(Bucket=indexed.bucket, Key="new.csv", Body=b"id\n")
    refused(ask_for_upload(api, filename="new.csv"), 409)


@pytest.mark.parametrize(("name", "status"), [(RECORD.filename, 409), ("new.csv", 201)])
def test_where_the_bucket_may_not_be_listed_the_catalog_says_what_is_there(
    api, monkeypatch, name, status
):
    import app

    def forbidden(**_):
        answer = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise ClientError(answer, "HeadObject")

    monkeypatch.setattr(app.s3_client(), "head_object", forbidden)
    assert ask_for_upload(api, filename=name).status_code == status


def test_a_body_that_is_not_said_to_be_json_is_415(api):
    response = api.post("/uploads", headers={"Content-Type": "text/csv"}, body=b"id\n")
    refused(response, 415)


@pytest.mark.parametrize("path", [f"/metadata/{NAME}/download", f"/download?filename={NAME}"])
def test_who_wants_no_redirect_is_told_where_the_file_is(api, indexed, path):
    mark = "&" if "?" in path else "?"
    response = api.get(f"{path}{mark}redirect=false")
    assert response.status_code == 200
    assert response.json_body["expires_in"] == 300
    led = api.get(path, headers={"Accept": "application/json"})
    assert led.status_code == 302
    where = urlsplit(response.json_body["url"])
    assert where.path == urlsplit(led.headers["Location"]).path
    refused(api.get(f"{path}{mark}redirect=no"), 400)


@pytest.mark.parametrize("path", [f"/metadata/{NAME}/download", f"/download?filename={NAME}"])
def test_a_download_leads_to_the_file_under_its_name(api, indexed, path):
    response = api.get(path)
    assert (response.status_code, response.body) == (302, b"")
    assert response.headers["Cache-Control"] == "no-store"
    location = response.headers["Location"]
    assert location.startswith(f"https://{indexed.bucket}.s3.")
    assert "response-content-disposition=attachment" in location
    assert "X-Amz-Expires=300" in location


@pytest.mark.parametrize(
    ("change", "says"), [("overwrite", "overwritten since"), ("delete", "no longer in the bucket")]
)
def test_a_download_of_what_is_no_longer_there_is_409(api, indexed, change, says):
    if change == "overwrite":
        indexed.s3.put_object(Bucket=indexed.bucket, Key=RECORD.filename, Body=b"other")
    else:
        indexed.s3.delete_object(Bucket=indexed.bucket, Key=RECORD.filename)
    assert says in refused(api.get(f"/metadata/{NAME}/download"), 409)


def test_a_download_of_an_old_version_is_of_that_version(api, indexed):
    import app

    bucket = {"Bucket": indexed.bucket}
    indexed.s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
    old = indexed.s3.put_object(**bucket, Key="v.csv", Body=b"id\n")
    indexed.s3.put_object(**bucket, Key="v.csv", Body=b"id\n1\n")
    app.records_table().put_if_newer(
        replace(
            RECORD,
            bucket=indexed.bucket,
            filename="v.csv",
            etag=old["ETag"].strip('"'),
            version_id=old["VersionId"],
        )
    )
    response = api.get("/metadata/v.csv/download")
    assert f"versionId={old['VersionId']}" in response.headers["Location"]


def test_the_page_may_upload_to_the_bucket_and_nowhere_else(api, indexed):
    response = api.get("/")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"'self' https://{indexed.bucket}.s3." in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-cache"
