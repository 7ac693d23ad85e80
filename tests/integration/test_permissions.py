"""Least privilege, on an emulator that enforces IAM: the roles suffice, and they do no more."""

import os
import socket
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.deployed import Catalog, Project, eventually

FUNCTIONS_CREDENTIALS = {"DurationSeconds": 900, "RoleSessionName": "test"}


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory):
    """The project on a MiniStack of its own that enforces IAM, on resources made by hand.

    By hand, since the template's policies refuse whoever does not come over TLS.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    project = Project(tmp_path_factory.mktemp("enforcing"), f"http://localhost:{port}")
    command = [sys.executable, "-m", "dev.emulator"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    environment |= {"PORT": port, "AUTH": "true"}
    subprocess.run([*command, "start"], cwd=project.root, env=environment, check=True)
    try:
        project.make_resources_by_hand()
        project.run("python", "-m", "ops.policies")
        project.run("chalice-local", "deploy", "--stage", "local")
        yield Catalog(project)
    finally:
        subprocess.run([*command, "stop"], cwd=project.root, env=environment, check=True)


def as_function(catalog, function, service):
    """A client with the credentials of the function's role."""
    name = catalog.project.functions[function]
    role = catalog.project.client("lambda").get_function(FunctionName=name)["Configuration"]["Role"]
    credentials = catalog.project.client("sts").assume_role(RoleArn=role, **FUNCTIONS_CREDENTIALS)[
        "Credentials"
    ]
    return boto3.client(
        service,
        endpoint_url=catalog.project.environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def test_the_roles_suffice_for_the_whole_flow(enforcing):
    record = enforcing.record_of("a.csv", b"id\n1\n")
    assert (record["status"], record["row_count"]) == ("ready", 1)
    for path in ("/metadata/a.csv", "/metadata/a.csv/preview"):
        assert enforcing.get(path)[0] == 200
    enforcing.s3.delete_object(Bucket=enforcing.project.bucket, Key="a.csv")
    eventually(lambda: enforcing.record("a.csv") is None)


@pytest.mark.parametrize(
    ("function", "service", "call", "arguments"),
    [
        ("extract", "s3", "put_object", {"Bucket": "{bucket}", "Key": "a.csv", "Body": b""}),
        ("extract", "s3", "delete_object", {"Bucket": "{bucket}", "Key": "a.csv"}),
        ("extract", "dynamodb", "scan", {"TableName": "{table}"}),
        ("store", "s3", "get_object", {"Bucket": "{bucket}", "Key": "a.csv"}),
        ("store", "dynamodb", "scan", {"TableName": "{table}"}),
        ("store", "dynamodb", "delete_table", {"TableName": "{table}"}),
        ("api", "s3", "delete_object", {"Bucket": "{bucket}", "Key": "a.csv"}),
        ("api", "dynamodb", "put_item", {"TableName": "{table}", "Item": {"Filename": {"S": "a"}}}),
        ("api", "sqs", "list_queues", {}),
    ],
)
def test_a_function_is_refused_what_it_does_not_need(enforcing, function, service, call, arguments):
    names = {"bucket": enforcing.project.bucket, "table": enforcing.project.table}
    client = as_function(enforcing, function, service)
    filled = {k: v.format(**names) if isinstance(v, str) else v for k, v in arguments.items()}
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(client, call)(**filled)


def test_what_a_role_may_do_is_not_refused(enforcing):
    client = as_function(enforcing, "api", "dynamodb")
    answer = client.get_item(TableName=enforcing.project.table, Key={"Filename": {"S": "a"}})
    assert "Item" not in answer
