"""The app, imported with the settings of its local stage, on an AWS that moto keeps in memory."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import boto3
import botocore.session
import pytest
from chalice.local import LambdaContext
from chalice.test import Client
from moto import mock_aws

from tests.ports import port_of_ones_own
from tests.template import resources
from tests.unit import quick_moto  # noqa: F401  what it changes in moto holds for all tests

PROJECT = Path(__file__).parents[2]
OURS = ("app", "chalicelib")
STAGE = json.loads((PROJECT / ".chalice/config.json").read_text())["stages"]["local"]

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ |= STAGE["environment_variables"] | {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}

# What boto3 knows of AWS's services is read from its files once, and not again for each of moto's
# sessions, which took most of the time of a test with clients.
botocore.session.create_loader = cache(botocore.session.create_loader)

# A client takes longer to make than most tests take to run: these are made once, and moto answers
# them in each test with an AWS of its own.
one_client = cache(boto3.client)
one_resource = cache(boto3.resource)


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    """The pauses before what a batch left undone is tried again, which take no time here."""
    paused: list[float] = []
    monkeypatch.setattr("chalicelib.catalog.undone.sleep", paused.append)
    return paused


@pytest.fixture
def aws() -> Iterator[SimpleNamespace]:
    """The three resources as one makes them by hand, and clients for them."""
    import app
    from chalicelib import clients

    clients.boto3 = SimpleNamespace(client=one_client, resource=one_resource)
    with mock_aws():
        s3, sqs = one_client("s3"), one_client("sqs")
        s3.create_bucket(Bucket=app.settings.bucket)
        queue_url = sqs.create_queue(QueueName=app.settings.queue)["QueueUrl"]
        table = make_records_table(app.settings.records_table)
        for made_once in (
            app.s3_client,
            app.processing_queue,
            app.records_table,
            app.history,
            app.event_bus,
            app.contracts,
        ):
            made_once.cache_clear()
        yield SimpleNamespace(
            bucket=app.settings.bucket, s3=s3, sqs=sqs, queue_url=queue_url, table=table
        )


@pytest.fixture
def client(aws, monkeypatch) -> Iterator[Client]:
    """The app, asked as API Gateway, S3 and SQS ask it, with a minute for each answer."""
    import app

    a_minute = partial(LambdaContext, max_runtime_ms=60_000)
    monkeypatch.setattr("chalice.test.LambdaContext", a_minute)
    with Client(app.app, stage_name="local", project_dir=str(PROJECT)) as client:
        yield client


@pytest.fixture
def app_of(monkeypatch) -> Iterator[Callable[..., ModuleType]]:
    """Imports the app anew, as it is with other settings: `app_of(CORS_ORIGIN="*")`."""
    kept = dict(sys.modules)

    def forget():
        for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
            del sys.modules[name]

    def app_of(**settings: str) -> ModuleType:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        forget()
        return import_module("app")

    yield app_of
    forget()
    sys.modules.update({name: kept[name] for name in kept if name.partition(".")[0] in OURS})


@pytest.fixture
def with_history(aws) -> SimpleNamespace:
    """The same, with the history table and the bus."""
    import app

    aws.history_table = make_history_table(app.settings.history_table)
    one_client("events").create_event_bus(Name=app.settings.event_bus)
    return aws


def make_records_table(name):
    """The records table as one makes it by hand."""
    return one_resource("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "Filename", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "Filename", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def make_history_table(name):
    """The history table, as the answer without one says how to make it."""
    return one_resource("dynamodb", region_name="us-east-1").create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def indexed(aws) -> SimpleNamespace:
    """The same, with the table's indexes as resources.yaml has them."""
    properties = resources()["RecordsTable"]["Properties"]
    for index in properties["GlobalSecondaryIndexes"]:
        aws.table.meta.client.update_table(
            TableName=aws.table.name,
            AttributeDefinitions=properties["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
    return aws


@pytest.fixture
def silent_port() -> Iterator[str]:
    """A port of this machine on which nothing listens."""
    with port_of_ones_own() as port:
        yield port
