"""What the app works on in AWS: settings, clients, queue and table, each made once, when needed."""

from functools import cache

import boto3
from botocore.config import Config

from chalicelib.catalog.datasets import dataset_namer
from chalicelib.catalog.metadata_table import MetadataTable
from chalicelib.config import Settings
from chalicelib.intake.queue import ProcessingQueue

settings = Settings.from_env()
dataset_of = dataset_namer(settings.datasets)

# A call that hangs must end, with its retries, before its function does. Only an object's body may
# keep one waiting longer.
RETRIES = {"mode": "standard", "total_max_attempts": 3}
CALLS = Config(connect_timeout=2, read_timeout=3, retries=RETRIES)
READS = Config(connect_timeout=2, read_timeout=30, retries=RETRIES)


@cache
def s3_client():
    # URLs that it signs have the bucket's region in them: S3 redirects others, which loses a form.
    signing = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", config=READS.merge(signing))


@cache
def processing_queue() -> ProcessingQueue:
    return ProcessingQueue(boto3.client("sqs", config=CALLS), settings.queue)


@cache
def metadata_table() -> MetadataTable:
    return MetadataTable(boto3.resource("dynamodb", config=CALLS).Table(settings.table))
