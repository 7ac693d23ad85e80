"""What is sent with a download."""

from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.web.downloads import attachment
from tests.unit.web.s3_client import s3_client


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("a.csv", "attachment; filename=\"a.csv\"; filename*=UTF-8''a.csv"),
        ("x/y/a b.csv", "attachment; filename=\"a b.csv\"; filename*=UTF-8''a%20b.csv"),
        ("ü.csv", "attachment; filename=\"_.csv\"; filename*=UTF-8''%C3%BC.csv"),
        (
            'a"\r\n\\%.csv',
            "attachment; filename=\"a_____.csv\"; filename*=UTF-8''a%22%0D%0A%5C%25.csv",
        ),
    ],
)
def test_a_download_is_saved_under_the_last_part_of_its_name(filename, header):
    assert attachment(filename) == header


def test_what_a_header_would_end_is_signed_into_the_url_encoded():
    url = s3_client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": "b",
            "Key": "a\r\n.csv",
            "ResponseContentDisposition": attachment("a\r\n.csv"),
        },
    )
    [disposition] = parse_qs(urlsplit(url).query)["response-content-disposition"]
    assert "\n" not in disposition
