"""Which names may be uploaded, and what the signed forms allow."""

import base64
import json

import pytest

from chalicelib.web.uploads import (
    MAX_UPLOAD_BYTES,
    InvalidUpload,
    bucket_origin,
    check_name,
    presigned_upload,
)
from tests.unit.web.s3_client import s3_client


@pytest.mark.parametrize(
    "name",
    [
        "a.csv",
        "a.CSV.gz",
        "a.tsv",
        "a.txt",
        "a.csv.zip",
        "a.zip",
        "a.tsv.zst",
        "a/b c/ü+%&.csv",
        ".csv",
        "x" * 1020 + ".csv",
    ],
)
def test_a_name_that_s3_takes_and_the_catalog_reads_is_allowed(name):
    check_name(name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "from 1 to 1,024 bytes"),
        ("x" * 1021 + ".csv", "not 1,025"),
        ("ü" * 511 + ".csv", "not 1,026"),
        ("\ud800.csv", "surrogates"),
        ("photo.png", "ends in .csv, .tsv or .txt"),
        ("a.csv.7z", "ends in .csv, .tsv or .txt"),
        ("folder/", "it is a folder"),
        ("in/._a.csv", "a pattern of EXCLUDE: ._*"),
        ("${filename}.csv", "has no ${filename}"),
    ],
)
def test_another_name_is_refused_with_the_reason(name, says):
    with pytest.raises(InvalidUpload) as refusal:
        check_name(name)
    assert says in str(refusal.value)


def test_a_form_is_for_one_key_up_to_a_size_and_for_a_time():
    form = presigned_upload(s3_client(), "csv-bucket", "a b.csv")
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert {"key": "a b.csv"} in policy["conditions"]
    assert {"bucket": "csv-bucket"} in policy["conditions"]
    assert ["content-length-range", 0, MAX_UPLOAD_BYTES] in policy["conditions"]
    assert not any("starts-with" in condition for condition in policy["conditions"])
    assert (form["max_bytes"], form["expires_in"]) == (MAX_UPLOAD_BYTES, 900)


@pytest.mark.parametrize(
    ("region", "endpoint", "origin"),
    [
        ("us-east-1", None, "https://csv-bucket.s3.amazonaws.com"),
        ("eu-west-1", None, "https://csv-bucket.s3.eu-west-1.amazonaws.com"),
        ("eu-west-1", "http://127.0.0.1:4566", "http://127.0.0.1:4566"),
    ],
)
def test_uploads_go_to_the_region_of_the_bucket_or_to_the_emulator(region, endpoint, origin):
    s3 = s3_client(region, endpoint_url=endpoint)
    assert bucket_origin(s3, "csv-bucket") == origin
    assert presigned_upload(s3, "csv-bucket", "a.csv")["url"].startswith(origin)
