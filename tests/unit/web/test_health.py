"""Health: the catalog can be asked, and is told of files."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.unit.web.refusals import refused


@pytest.fixture(autouse=True)
def in_lambda(monkeypatch):
    """The name that Lambda gives the function of the API."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "csv-metadata-local")


def test_health_is_503_while_the_table_cannot_be_read(client, monkeypatch):
    import app

    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME")  # as on a laptop, where nobody is notified
    assert client.http.get("/health").json_body == {"status": "ok"}

    def fail(filename):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(app.records_table(), "get", fail)
    assert "cannot be read" in refused(client.http.get("/health"), 503)


def test_health_is_503_once_the_bucket_does_not_notify_the_catalog_any_more(
    client, aws, monkeypatch
):
    import app

    rules = []
    monkeypatch.setattr(
        app.s3_client(),
        "get_bucket_notification_configuration",
        lambda **_: {"LambdaFunctionConfigurations": rules},
        raising=False,
    )
    message = refused(client.http.get("/health"), 503)
    assert "does not notify the catalog any more" in message
    assert "`./catalog deploy`" in message
    assert aws.bucket not in message
    function = "arn:aws:lambda:us-east-1:123456789012:function:csv-metadata-local-extract"
    rules.append({"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]})
    refused(client.http.get("/health"), 503)
    rules[0]["Events"].append("s3:ObjectRemoved:*")
    assert client.http.get("/health").json_body == {"status": "ok"}


def test_health_is_of_the_catalog_and_not_of_the_right_to_look_a_notification_up(
    client, monkeypatch
):
    import app

    def refuse(**_):
        raise ClientError(
            {"Error": {"Code": "AccessDenied", "Message": ""}}, "GetBucketNotification"
        )

    monkeypatch.setattr(
        app.s3_client(), "get_bucket_notification_configuration", refuse, raising=False
    )
    assert client.http.get("/health").json_body == {"status": "ok"}
