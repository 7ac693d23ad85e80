"""The catalog's entry points: what S3 events, SQS messages and HTTP requests set off.

The only module that knows Chalice. It translates, calls, reports; the steps are in `pipeline`.
"""

import json
import os
import time
from functools import cache, partial
from urllib.parse import quote, unquote

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from chalice import (
    BadRequestError,
    Chalice,
    ChaliceViewError,
    ConflictError,
    IAMAuthorizer,
    NotFoundError,
    Response,
)
from chalice.app import BaseLambdaEvent, ConvertToMiddleware

from chalicelib.config import Settings
from chalicelib.cursor import InvalidCursor
from chalicelib.etag import etag_of, is_known
from chalicelib.faults import Overtaken
from chalicelib.file_query import FileQuery, InvalidParameter, single
from chalicelib.listing import list_files
from chalicelib.metadata_table import IndexMissing, MetadataTable
from chalicelib.openapi import openapi
from chalicelib.page import page
from chalicelib.pipeline import Message, describe, retry_in, store_each
from chalicelib.record import DELETED, FAILED, FileRecord, InvalidMessage
from chalicelib.s3_event import InvalidEvent, ObjectEvent, is_csv_key
from chalicelib.uploads import (
    FileChanged,
    InvalidUpload,
    bucket_origin,
    presigned_download,
    presigned_upload,
    requested_name,
)

settings = Settings.from_env()
logger = Logger()
metrics = Metrics(namespace="CsvCatalog")

app = Chalice(app_name="csv-metadata", configure_logs=False)
app.log = logger
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context))
app.register_middleware(ConvertToMiddleware(metrics.log_metrics), "s3")
app.register_middleware(ConvertToMiddleware(metrics.log_metrics), "sqs")
route = partial(app.route, authorizer=IAMAuthorizer() if settings.signed_requests else None)

# A call that hangs must end, with its retries, before its function does. Only an object's body may
# keep one waiting longer.
RETRIES = {"mode": "standard", "total_max_attempts": 3}
CALLS = Config(connect_timeout=2, read_timeout=3, retries=RETRIES)
READS = Config(connect_timeout=2, read_timeout=30, retries=RETRIES)
MARGIN_SECONDS = 10


@cache
def s3_client():
    # URLs that it signs have the bucket's region in them: S3 redirects others, which loses a form.
    signing = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", config=READS.merge(signing))


@cache
def sqs_client():
    return boto3.client("sqs", config=CALLS)


@cache
def queue_url():
    return sqs_client().get_queue_url(QueueName=settings.queue)["QueueUrl"]


@cache
def metadata_table():
    return MetadataTable(boto3.resource("dynamodb", config=CALLS).Table(settings.table))


class UnextractedRecords(Exception):
    """Some records of an S3 event could not be handled; Lambda will send the event again."""


class AnyEvent(BaseLambdaEvent):
    """An event as it came. Chalice's own class for S3 reads it before anything could catch."""

    def _extract_attributes(self, event_dict):
        pass


@app.on_s3_event(
    bucket=settings.bucket,
    events=["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
    name="extract",
)
def extract(event):
    """Read what was written, or note what was removed, and send the record to the queue."""
    if is_test(event.to_dict()):
        metrics.add_metric("EventsIgnored", MetricUnit.Count, 1)
        logger.info("ignored: S3 tests its notifications")
        return
    failed = []
    for notification in records_of(event):
        try:
            extract_object(ObjectEvent.from_notification(notification), seconds_left(event.context))
        except Exception as error:
            metrics.add_metric("EventsFailed", MetricUnit.Count, 1)
            logger.exception("could not extract a record")
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise UnextractedRecords(f"{len(failed)}, the first of them: {failed[0]}") from failed[0]


extract.event_class = AnyEvent


def is_test(event):
    """Whether S3 only tries out where its notifications go ("Event message structure")."""
    return isinstance(event, dict) and event.get("Event") == "s3:TestEvent"


def records_of(event):
    records = event.to_dict().get("Records") if isinstance(event.to_dict(), dict) else None
    if not isinstance(records, list) or not records:
        metrics.add_metric("EventsFailed", MetricUnit.Count, 1)
        raise InvalidEvent("an event without a list of Records")
    return records


def extract_object(event, seconds_left):
    seen = {"bucket": event.bucket, "key": event.key}
    if event.bucket != settings.bucket:
        raise InvalidEvent(
            f"bucket {event.bucket[:63]!r} is not the catalog's, {settings.bucket!r}"
        )
    if not is_csv_key(event.key):
        metrics.add_metric("EventsIgnored", MetricUnit.Count, 1)
        logger.info("ignored: not named as a CSV file", extra=seen)
        return
    started = time.perf_counter()
    try:
        record = describe(event, s3_client(), lambda key: metadata_table().get(key), seconds_left)
    except Overtaken as reason:
        metrics.add_metric("EventsOvertaken", MetricUnit.Count, 1)
        logger.info("overtaken", extra=seen | {"reason": str(reason)})
        return
    sqs_client().send_message(QueueUrl=queue_url(), MessageBody=record.to_json())
    milliseconds = (time.perf_counter() - started) * 1000
    metrics.add_metric("ExtractMilliseconds", MetricUnit.Milliseconds, milliseconds)
    report("extracted", record, milliseconds)


def seconds_left(context):
    """Counts down to when the function should stop by itself, before Lambda stops it."""
    left = context.get_remaining_time_in_millis() / 1000
    stop = time.monotonic() + left - min(MARGIN_SECONDS, left / 10)
    return lambda: stop - time.monotonic()


@app.on_sqs_message(queue=settings.queue, batch_size=10, name="store")
def store(event):
    """Put the record of each message into the table."""
    messages = [message_of(record) for record in records_of(event)]
    store_each(messages, store_record, delete_message, leave_message, seconds_left(event.context))


def message_of(record):
    try:
        return Message(
            record["messageId"],
            record["body"],
            record["receiptHandle"],
            int(record["attributes"]["ApproximateReceiveCount"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        metrics.add_metric("EventsFailed", MetricUnit.Count, 1)
        raise InvalidEvent(f"not an SQS message: {error!r}"[:300]) from error


def store_record(body):
    started = time.perf_counter()
    record = FileRecord.from_json(body)
    if record.bucket != settings.bucket:
        raise InvalidMessage(f"bucket {record.bucket[:63]!r} is not the catalog's")
    written = metadata_table().put_if_newer(record)
    milliseconds = (time.perf_counter() - started) * 1000
    metrics.add_metric("StoreMilliseconds", MetricUnit.Milliseconds, milliseconds)
    if written and record.status != DELETED:
        count(record)
    report("stored" if written else "already stored, or newer", record, milliseconds)


def delete_message(message):
    sqs_client().delete_message(QueueUrl=queue_url(), ReceiptHandle=message.receipt_handle)


def leave_message(message, error):
    """Say why, and have the queue deliver it again sooner than by its visibility timeout."""
    metrics.add_metric("MessagesFailed", MetricUnit.Count, 1)
    logger.error(
        "could not store a message",
        exc_info=error,
        message_id=message.message_id,
        receive_count=message.receive_count,
        reason=f"{type(error).__name__}: {error}",
    )
    try:
        sqs_client().change_message_visibility(
            QueueUrl=queue_url(),
            ReceiptHandle=message.receipt_handle,
            VisibilityTimeout=retry_in(message.receive_count, error),
        )
    except (BotoCoreError, ClientError):
        logger.warning("it will be delivered again, but later", exc_info=True)


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


class ServiceUnavailableError(ChaliceViewError):
    """What an answer needs cannot be had now."""

    STATUS_CODE = 503


@app.middleware("http")
def say_how_long_to_keep(event, get_response):
    """An answer that does not say for how long it may be kept is not kept."""
    response = get_response(event)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@route("/")
def show_page():
    """The web page, which uploads to the bucket directly."""
    html, headers = page(bucket_origin(s3_client(), settings.bucket))
    return Response(html, headers=dict(headers))


@route("/health")
def health():
    """Whether the catalog can be asked, which takes its table."""
    try:
        metadata_table().get("health")
    except (BotoCoreError, ClientError) as error:
        logger.exception("the table cannot be read")
        raise ServiceUnavailableError(f"the table {settings.table} cannot be read") from error
    return {"status": "ok"}


@route("/openapi.json")
def describe_api():
    return cacheable(openapi())


@route("/metadata/{filename}")
def get_metadata(filename):
    """The record of one file, its name percent-encoded as one segment of the path."""
    return cacheable(record_at(filename).as_dict())


@route("/metadata/{filename}/download")
def download(filename):
    """Send the browser to the file itself, as it was when it was cataloged."""
    record = record_at(filename)
    try:
        url = presigned_download(s3_client(), record)
    except FileChanged as error:
        raise ConflictError(f"{record.filename!r} cannot be downloaded: {error}") from error
    return Response("", status_code=302, headers={"Location": url})


@route("/metadata")
def list_metadata():
    """The records of the files that are asked for, a page at a time; of one, by its `filename`."""
    try:
        return cacheable(answer_to(parameters()))
    except InvalidParameter as error:
        raise BadRequestError(str(error)) from error
    except InvalidCursor as error:
        raise BadRequestError(
            "cursor is the next_cursor of an earlier answer to the same query"
        ) from error
    except IndexMissing as error:
        raise ConflictError(str(error)) from error


@route("/uploads", methods=["POST"])
def create_upload():
    """Allow one upload into the bucket, of a file of the name that is given."""
    try:
        name = requested_name(app.current_request.raw_body)
    except InvalidUpload as error:
        raise BadRequestError(str(error)) from error
    form = presigned_upload(s3_client(), settings.bucket, name)
    url = f"{api_url()}/metadata/{quote(name, safe='')}"
    return Response(
        form | {"filename": name, "metadata_url": url}, status_code=201, headers={"Location": url}
    )


def answer_to(parameters):
    filename = parameters.pop("filename", None)
    query = FileQuery.from_parameters(parameters)
    if filename is not None:
        return record_of(single("filename", filename)).as_dict()
    records, cursor = list_files(metadata_table(), query)
    return {"items": [record.as_dict() for record in records], "next_cursor": cursor}


def record_at(segment):
    """The record of the file that a segment of the path names.

    API Gateway hands it on as it was sent; for a gateway that has decoded it, it is the name.
    """
    return record_of(unquote(segment), segment)


def record_of(*names):
    for name in names:
        if record := metadata_table().get(name):
            return record
    raise NotFoundError(f"no file named {names[0]!r} is in the catalog")


def parameters():
    """The parameters of the request, each with all of its values."""
    given = app.current_request.query_params or {}
    return {name: given.getlist(name) for name in given}


def cacheable(answer):
    """A response that may be kept, and is asked for again before it is used.

    Who has it already, as `If-None-Match` says, is told so (RFC 9110, 13.1.2).
    """
    body = json.dumps(answer, separators=(",", ":"))
    headers = {"ETag": etag_of(body), "Cache-Control": "no-cache"}
    if is_known(headers["ETag"], app.current_request.headers.get("if-none-match", "")):
        return Response("", status_code=304, headers=headers)
    return Response(body, headers=headers | {"Content-Type": "application/json"})


def api_url():
    """Where the API is, as the request that runs has reached it: an emulator has it in a folder."""
    request = app.current_request
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        return f"{endpoint}/_aws/execute-api/{request.context['apiId']}/{request.context['stage']}"
    host = request.headers.get("host", "localhost")
    return f"https://{host}{request.context['path'].removesuffix(request.path)}"
