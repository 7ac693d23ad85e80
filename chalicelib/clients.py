"""Settings, clients, queue and tables of the app, each made once, when needed."""

import math
from collections.abc import Callable
from functools import cache

import boto3
from botocore.config import Config

from chalicelib.aws import S3
from chalicelib.catalog.acceptance import Catalog
from chalicelib.catalog.history.datasets import dataset_namer
from chalicelib.catalog.history.keeping import History
from chalicelib.catalog.history.known_contracts import KnownContracts
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.keys import Selection
from chalicelib.catalog.table import RecordsTable
from chalicelib.config import Settings
from chalicelib.intake.contracts import Contracts
from chalicelib.intake.events import EventBus
from chalicelib.intake.queue import ProcessingQueue

settings = Settings.from_env()
dataset_of = dataset_namer(settings.datasets)
selection = Selection.of(settings.include, settings.exclude)

# Calls that hang must end, with their retries, before their function does: `store` reckons with
# what they take at their slowest (CALL_SECONDS). Only an object's body may keep one waiting longer.
# A quarter of the time of a call is boto3's own check of what we send, which the service checks as
# well, and its account of the machine: both are left out where there are many calls.
CALLS = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    parameter_validation=False,
    user_agent="csv-catalog",
)
# URLs that it signs have the bucket's region in them: S3 redirects others, which loses a form.
READS = Config(
    connect_timeout=2,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
)


@cache
def s3_client() -> S3:
    client: S3 = boto3.client("s3", config=READS)
    return client


@cache
def processing_queue() -> ProcessingQueue:
    return ProcessingQueue(boto3.client("sqs", config=CALLS), settings.queue)


@cache
def records_table() -> RecordsTable:
    return RecordsTable(boto3.resource("dynamodb", config=CALLS).Table(settings.records_table))


@cache
def history() -> History:
    table = boto3.resource("dynamodb", config=CALLS).Table(settings.history_table)
    return History(HistoryTable(table), settings.history_days)


def catalog(seconds_left: Callable[[], float] = lambda: math.inf) -> Catalog:
    """The catalog for a run with this time; a table for the history may be there later."""
    return Catalog.of(records_table(), history(), seconds_left)


@cache
def event_bus() -> EventBus:
    return EventBus(boto3.client("events", config=CALLS), settings.event_bus)


@cache
def contracts() -> Contracts:
    return Contracts(s3_client(), settings.bucket, KnownContracts(history().table).keys)
