"""The catalog's entry points: what S3 events, SQS messages and HTTP requests set off.

The only module that knows Chalice. It translates, calls, reports; the steps are in `pipeline`.
"""

import time
from functools import cache
from urllib.parse import unquote

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from chalice import BadRequestError, Chalice, NotFoundError
from chalice.app import ConvertToMiddleware

from chalicelib.config import Settings
from chalicelib.metadata_table import InvalidCursor, MetadataTable
from chalicelib.pipeline import Message, Overtaken, describe, store_each
from chalicelib.record import DELETED, FAILED, FileRecord
from chalicelib.s3_event import ObjectEvent, is_csv_key

settings = Settings.from_env()
logger = Logger()
metrics = Metrics(namespace="CsvCatalog")

app = Chalice(app_name="csv-metadata", configure_logs=False)
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context))
app.register_middleware(ConvertToMiddleware(metrics.log_metrics), "s3")
app.register_middleware(ConvertToMiddleware(metrics.log_metrics), "sqs")


@cache
def s3_client():
    return boto3.client("s3")


@cache
def sqs_client():
    return boto3.client("sqs")


@cache
def queue_url():
    return sqs_client().get_queue_url(QueueName=settings.queue)["QueueUrl"]


@cache
def metadata_table():
    return MetadataTable(boto3.resource("dynamodb").Table(settings.table))


@app.on_s3_event(
    bucket=settings.bucket,
    events=["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    name="extract",
)
def extract(event):
    """Read what was written, or note what was removed, and send the record to the queue."""
    for notification in event.to_dict()["Records"]:
        extract_object(ObjectEvent.from_notification(notification))


def extract_object(event):
    seen = {"bucket": event.bucket, "key": event.key}
    if not is_csv_key(event.key):
        metrics.add_metric("EventsIgnored", MetricUnit.Count, 1)
        logger.info("ignored: not named as a CSV file", extra=seen)
        return
    started = time.perf_counter()
    try:
        record = describe(event, s3_client())
    except Overtaken as reason:
        metrics.add_metric("EventsOvertaken", MetricUnit.Count, 1)
        logger.info("overtaken", extra=seen | {"reason": str(reason)})
        return
    sqs_client().send_message(QueueUrl=queue_url(), MessageBody=record.to_json())
    milliseconds = (time.perf_counter() - started) * 1000
    metrics.add_metric("ExtractMilliseconds", MetricUnit.Milliseconds, milliseconds)
    report("extracted", record, milliseconds)


@app.on_sqs_message(queue=settings.queue, batch_size=10, name="store")
def store(event):
    """Put the record of each message into the table."""
    messages = [
        Message(record["messageId"], record["body"], record["receiptHandle"])
        for record in event.to_dict()["Records"]
    ]
    store_each(messages, store_record, delete_message, leave_message)


def store_record(body):
    started = time.perf_counter()
    record = FileRecord.from_json(body)
    written = metadata_table().put_if_newer(record)
    milliseconds = (time.perf_counter() - started) * 1000
    metrics.add_metric("StoreMilliseconds", MetricUnit.Milliseconds, milliseconds)
    if written and record.status != DELETED:
        count(record)
    report("stored" if written else "already stored, or newer", record, milliseconds)


def delete_message(message):
    sqs_client().delete_message(QueueUrl=queue_url(), ReceiptHandle=message.receipt_handle)


def leave_message(message, error):
    logger.error("could not store a message", exc_info=error, message_id=message.message_id)


def count(record):
    failed = record.status == FAILED
    metrics.add_metric("FilesFailed" if failed else "FilesCataloged", MetricUnit.Count, 1)
    metrics.add_metric("Bytes", MetricUnit.Bytes, record.file_size)
    metrics.add_metric("Rows", MetricUnit.Count, record.row_count or 0)


def report(done, record, milliseconds):
    logger.info(
        done,
        extra={
            "bucket": record.bucket,
            "key": record.filename,
            "status": record.status,
            "bytes": record.file_size,
            "rows": record.row_count,
            "milliseconds": round(milliseconds, 3),
            **({"reason": record.error} if record.error else {}),
        },
    )


@app.route("/health")
def health():
    return {"status": "ok"}


@app.route("/metadata/{filename}")
def get_metadata(filename):
    """The record of one file, its name percent-encoded as one segment of the path."""
    return record_of(unquote(filename))


@app.route("/metadata")
def list_metadata():
    """The records of all files, a page at a time; of one, if `filename` is given."""
    query = app.current_request.query_params or {}
    if "filename" in query:
        return record_of(query["filename"])
    try:
        limit = int(query.get("limit", 25))
    except ValueError:
        limit = 0
    if not 1 <= limit <= 100:
        raise BadRequestError("limit is a whole number from 1 to 100")
    try:
        records, cursor = metadata_table().list(query.get("prefix", ""), limit, query.get("cursor"))
    except InvalidCursor as error:
        raise BadRequestError("cursor is the next_cursor of an earlier answer") from error
    return {"items": [record.as_dict() for record in records], "next_cursor": cursor}


def record_of(filename):
    record = metadata_table().get(filename)
    if record is None:
        raise NotFoundError(f"no file named {filename!r} is in the catalog")
    return record.as_dict()
