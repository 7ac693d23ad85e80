"""The app's entry points, asked as S3, SQS and API Gateway ask them."""

import io
import json
from dataclasses import asdict, replace
from urllib.parse import quote

import pytest

from chalicelib.csv_reader import READER_VERSION, read_csv_metadata
from tests.unit.whole_app import Bucket, get, messages, process


@pytest.fixture
def bucket(aws):
    return Bucket(aws)


@pytest.fixture
def logged(aws):
    """What the app has logged since, as JSON."""
    import app

    stream = io.StringIO()
    before = app.logger.registered_handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    app.logger.registered_handler.setStream(before)


def left_in_queue(aws):
    attributes = aws.sqs.get_queue_attributes(QueueUrl=aws.queue_url, AttributeNames=["All"])
    counts = attributes["Attributes"]
    return int(counts["ApproximateNumberOfMessages"]) + int(
        counts["ApproximateNumberOfMessagesNotVisible"]
    )


@pytest.mark.parametrize(
    ("content", "rows", "names"),
    [
        (b"", 0, []),
        (b"id,name\n", 0, ["id", "name"]),
        (b"id,name", 0, ["id", "name"]),
        (b"id,name\r\n1,Ada\r\n2,Grace\r\n", 2, ["id", "name"]),
        (b'id,note\n1,"two\nlines"\n2,"a ""word"""\n', 2, ["id", "note"]),
        (b"\xef\xbb\xbfid,name\n1,Ada\n", 1, ["id", "name"]),
        (b"id,name\n\n1,Ada\n\n\n2,Grace\n\n", 2, ["id", "name"]),
    ],
)
def test_an_uploaded_file_is_in_the_catalog(client, aws, bucket, content, rows, names):
    process(client, aws, bucket.put("people.csv", content))
    status, record = get(client, "/metadata/people.csv")
    assert status == 200
    assert record["status"] == "ready"
    assert record["file_size"] == len(content)
    assert (record["row_count"], record["column_names"]) == (rows, names)
    assert left_in_queue(aws) == 0


def test_a_file_that_is_not_text_is_in_the_catalog_as_failed(client, aws, bucket):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\x00\x80" + bytes(range(256)) * 4
    process(client, aws, bucket.put("photo.csv", png))
    status, record = get(client, "/metadata/photo.csv")
    assert (status, record["status"]) == (200, "failed")
    assert record["error"]
    assert record["row_count"] is None


def test_a_later_good_upload_heals_a_failed_file(client, aws, bucket):
    process(client, aws, bucket.put("a.csv", b"\x89PNG\r\n\x1a\n\xff\xfe\0\0\0\0"))
    process(client, aws, bucket.put("a.csv", b"id,name\n1,Ada\n"))
    assert get(client, "/metadata/a.csv")[1]["status"] == "ready"


def test_a_removed_file_is_not_in_the_catalog(client, aws, bucket):
    process(client, aws, bucket.put("a.csv", b"id,name\n1,Ada\n"))
    process(client, aws, bucket.delete("a.csv"))
    status, answer = get(client, "/metadata/a.csv")
    assert status == 404
    assert "a.csv" in answer["Message"]


def test_the_event_of_a_write_that_was_overtaken_tells_what_stands_there_now(client, aws, bucket):
    older = bucket.put("a.csv", b"id,name\n1,Ada\n")
    newer = bucket.put("a.csv", b"id,name\n1,Ada\n2,Grace\n")
    process(client, aws, older)
    assert get(client, "/metadata/a.csv")[1]["row_count"] == 2
    process(client, aws, newer)
    assert get(client, "/metadata/a.csv")[1]["row_count"] == 2
    assert left_in_queue(aws) == 0


def test_a_key_that_is_no_csv_is_left_alone_with_a_line_in_the_log(client, aws, bucket, logged):
    client.lambda_.invoke("extract", bucket.put("photo.png", b"\x89PNG"))
    assert left_in_queue(aws) == 0
    [entry] = logged()
    assert (entry["key"], entry["message"]) == ("photo.png", "ignored")
    assert "ends in .csv" in entry["reason"]


def test_every_record_of_an_event_is_handled(client, aws, bucket):
    event = bucket.put("a.csv", b"id,name\n1,Ada\n")
    event["Records"] += bucket.put("b.csv", b"id,name\n1,Ada\n")["Records"]
    process(client, aws, event)
    assert get(client, "/metadata/a.csv")[0] == get(client, "/metadata/b.csv")[0] == 200


def test_one_bad_message_leaves_the_others_of_its_batch_stored_and_deleted(client, aws, bucket):
    client.lambda_.invoke("extract", bucket.put("a.csv", b"id,name\n1,Ada\n"))
    aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody="not a record")
    client.lambda_.invoke("extract", bucket.put("b.csv", b"id,name\n1,Ada\n"))
    with pytest.raises(Exception, match="1 "):
        client.lambda_.invoke("store", messages(aws))
    assert get(client, "/metadata/a.csv")[0] == get(client, "/metadata/b.csv")[0] == 200
    assert left_in_queue(aws) == 1


@pytest.mark.parametrize(
    "key", ["a/b/c.csv", "two words.csv", "a+b.csv", "100%.csv", "50%25.csv", "ü.csv", "a&b=c?.csv"]
)
def test_a_file_is_found_by_its_name_as_one_segment_or_in_the_query(client, aws, bucket, key):
    process(client, aws, bucket.put(key, b"id,name\n1,Ada\n"))
    in_path = get(client, f"/metadata/{quote(key, safe='')}")
    in_query = get(client, f"/metadata?filename={quote(key, safe='')}")
    assert in_path == in_query
    assert in_path[1]["filename"] == key


def test_an_unknown_file_is_404_with_its_name(client):
    status, answer = get(client, "/metadata/nothing%20here.csv")
    assert status == 404
    assert answer["Code"] == "NotFoundError"
    assert "nothing here.csv" in answer["Message"]


def test_health_answers(client):
    assert get(client, "/health")[0] == 200


def test_each_step_is_logged_with_what_it_was_done_to(client, aws, bucket, logged):
    process(client, aws, bucket.put("a.csv", b"id,name\n1,Ada\n"))
    extracted, stored = logged()
    for entry, done in ((extracted, "extracted"), (stored, "stored")):
        assert entry["message"] == done
        assert entry["bucket"] == aws.bucket
        assert entry["key"] == "a.csv"
        assert (entry["bytes"], entry["rows"]) == (14, 1)
        assert entry["milliseconds"] >= 0
        assert {"function_request_id", "function_name", "cold_start"} <= entry.keys()


def test_each_step_is_measured(client, aws, bucket, capsys):
    process(client, aws, bucket.put("a.csv", b"id,name\n1,Ada\n"))
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    measured = {}
    for entry in entries:
        for metric in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            assert metric["Namespace"] == "CsvCatalog"
            measured |= {m["Name"]: entry[m["Name"]] for m in metric["Metrics"]}
    assert measured.keys() >= {"ExtractMilliseconds", "StoreMilliseconds"}
    assert (measured["FilesCataloged"], measured["Bytes"], measured["Rows"]) == ([1], [14], [1])
    assert measured["FilesFailed"] == [0]  # of which the average is the rate


def test_a_record_says_of_which_dataset_its_file_is_and_has_an_id_of_its_schema(
    client, aws, bucket
):
    for key, content in (
        ("sales/2026-11-01.csv", b"id,name\n1,Ada\n"),
        ("sales/2026-11-02.csv.gz", b"id,name\n1,Grace\n2,Ada\n"),
        ("sales/2026-11-03.csv", b"name,id\nAda,1\n"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n\xff\xfe\0\0\0\0"),
    ):
        process(client, aws, bucket.put(key, content))
    first, second, third, failed = (
        get(client, f"/metadata?filename={key}")[1]
        for key in (
            "sales/2026-11-01.csv",
            "sales/2026-11-02.csv.gz",
            "sales/2026-11-03.csv",
            "photo.csv",
        )
    )
    assert first["dataset"] == second["dataset"] == third["dataset"] == "sales/{date}.csv"
    assert first["schema_id"] == second["schema_id"] != third["schema_id"]
    assert (failed["dataset"], failed["schema_id"]) == ("photo.csv", None)


@pytest.mark.parametrize("profile", ["full", "names", "off"])
def test_a_stage_says_how_much_is_kept_of_the_columns(client, aws, bucket, monkeypatch, profile):
    import app

    monkeypatch.setattr(app, "settings", replace(app.settings, profile=profile))
    rows = "".join(f"{n},Zoe{n % 3}\n" for n in range(200))
    process(client, aws, bucket.put("pay.csv", f"pay,name\n{rows}see note,Zoe9\n".encode()))
    _, record = get(client, "/metadata/pay.csv")
    assert record["row_count"] == 201
    assert record["profiled_rows"] == (None if profile == "off" else 201)
    assert [column["name"] for column in record["columns"]] == [
        *(["pay", "name"] if profile != "off" else [])
    ]
    assert (
        ("Zoe" in json.dumps(record)) == ("see note" in json.dumps(record)) == (profile == "full")
    )


def test_the_api_says_of_the_columns_what_the_reader_says(client, aws, bucket):
    content = b"id,paid\n1,0.5\n2,\n3,1e3\n"
    process(client, aws, bucket.put("paid.csv", content))
    _, record = get(client, "/metadata/paid.csv")
    read = json.loads(json.dumps(asdict(read_csv_metadata(io.BytesIO(content), profile=True))))
    assert {name: record[name] for name in read} == read
    assert record["reader_version"] == READER_VERSION


@pytest.mark.parametrize(
    ("by", "kind"), [("s3", "S3EventConfig"), ("eventbridge", "CloudWatchEventConfig")]
)
def test_files_are_told_of_as_the_stage_sets_it(app_of, by, kind):
    app = app_of(NOTIFICATIONS=by).app
    [source] = [one for one in app.event_sources if one.name == "extract"]
    assert type(source).__name__ == kind
    if by == "eventbridge":
        assert source.event_pattern == {
            "source": ["aws.s3"],
            "detail-type": ["Object Created", "Object Deleted"],
            "detail": {"bucket": {"name": ["csv-bucket"]}},
        }
