"""The catalog's entry points, and the only module that knows Chalice.

What S3 events, SQS messages and HTTP requests set off is in `intake` and in `web`.
"""

import logging
import os
from collections.abc import Callable
from typing import Any, cast

from chalice.app import (
    Authorizer,
    BaseLambdaEvent,
    Chalice,
    CognitoUserPoolAuthorizer,
    ConvertToMiddleware,
    CORSConfig,
    IAMAuthorizer,
    Rate,
    Request,
    Response,
)

from chalicelib.clients import (
    catalog,
    contracts,
    dataset_of,
    event_bus,
    history,
    processing_queue,
    records_table,
    s3_client,
    selection,
    settings,
)
from chalicelib.intake.extract import extract_each
from chalicelib.intake.report import logger, metrics
from chalicelib.intake.store import store_batch
from chalicelib.intake.time_left import seconds_left
from chalicelib.intake.watch import watch_datasets
from chalicelib.web import files, preview
from chalicelib.web import history as past
from chalicelib.web import load_statement as schema
from chalicelib.web.answers import ALWAYS, CROSS_ORIGIN, Answer, answer_to, cacheable
from chalicelib.web.health import check_health
from chalicelib.web.mcp.protocol import answer_message
from chalicelib.web.mcp.tools import Tools
from chalicelib.web.openapi.document import openapi
from chalicelib.web.page.page import show_page
from chalicelib.web.security import secured

if "AWS_CHALICE_CLI_MODE" in os.environ:  # Chalice's own command loads this, and no function
    from ops.before_deploying import check_what_chalice_deploys

    check_what_chalice_deploys()

app = Chalice(app_name="csv-metadata", configure_logs=False)
app.log = cast(logging.Logger, logger)
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context))
for kind in ("s3", "cloudwatch", "sqs", "scheduled"):
    app.register_middleware(ConvertToMiddleware(metrics.log_metrics), kind)
app.api.cors = CORSConfig(settings.cors_origin, **CROSS_ORIGIN) if settings.cors_origin else False
signed = IAMAuthorizer() if settings.authorization == "AWS_IAM" else None
# The page sends people to sign in: it is for all.
authorizer = (
    CognitoUserPoolAuthorizer("people", provider_arns=[settings.user_pool_arn])
    if settings.authorization == "COGNITO"
    else signed
)


def reads(path: str, authorizer: Authorizer | None) -> Callable[[Any], Any]:
    """A route that answers GET, and HEAD with the headers of the same."""
    return app.route(path, methods=["GET", "HEAD"], authorizer=authorizer)


class AnyEvent(BaseLambdaEvent):
    """An event as it came. Chalice's own classes read it before anything could catch."""

    context: Any  # Lambda's, which is not the dict that Chalice takes it for

    def _extract_attributes(self, event_dict: dict[str, Any]) -> None:
        pass


def as_it_came(handler: Any) -> Any:
    """The handler, given events as they came."""
    handler.event_class = AnyEvent
    return handler


if settings.notifications == "eventbridge":
    told_of_files = app.on_cw_event(
        {
            "source": ["aws.s3"],
            "detail-type": ["Object Created", "Object Deleted"],
            "detail": {"bucket": {"name": [settings.bucket]}},
        },
        name="extract",
    )
else:
    told_of_files = app.on_s3_event(
        bucket=settings.bucket,
        events=["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
        name="extract",
    )


@as_it_came
@told_of_files
def extract(event: AnyEvent) -> None:
    """Read what was written, or note what was removed, and send the record to the queue."""
    extract_each(
        event.to_dict(),
        bucket=settings.bucket,
        s3=s3_client(),
        queue=processing_queue(),
        stored=lambda key: records_table().get(key),
        dataset_of=dataset_of,
        contracts=contracts(),
        profile=settings.profile,
        selection=selection,
        seconds_left=seconds_left(event.context),
    )


@as_it_came
# 20 are enough for 1,000 uploads a second (docs/scaling.md): more would take from other functions.
@app.on_sqs_message(queue=settings.queue, batch_size=10, name="store", maximum_concurrency=50)
def store(event: AnyEvent) -> Any:
    """Put the record of each message into the table, keep its history, and send its events."""
    left = seconds_left(event.context)
    given = (settings.bucket, processing_queue(), catalog(left), event_bus(), left)
    return store_batch(event.to_dict(), *given, settings.reports_failures)


def watch(event: AnyEvent) -> Any:
    """Find the datasets whose next delivery is late, and send that of each."""
    left = seconds_left(event.context)
    return watch_datasets(event.to_dict(), settings.bucket, history().table, event_bus(), left)


if settings.watch_minutes:
    every = Rate(settings.watch_minutes, unit=Rate.MINUTES)
    watch = as_it_came(app.schedule(every, name="watch")(watch))


@reads("/", signed)
def page() -> Response:
    """The web page, which uploads to the bucket directly."""
    sign_in = (settings.sign_in_url, settings.sign_in_client_id)
    return respond(show_page, s3_client(), settings.bucket, *sign_in)


@reads("/health", signed)
def health() -> Response:
    """Return whether the catalog can be asked, and is notified of files."""
    own_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")  # only in Lambda it is notified
    function = own_name and f"{own_name}-extract"  # as Chalice calls it
    bucket = (s3_client(), settings.bucket, settings.notifications)
    return respond(check_health, records_table(), *bucket, function)


@reads("/openapi.json", signed)
def describe_api() -> Response:
    """The API's description."""
    return respond(cacheable, secured(openapi(), settings.authorization))


@reads("/totals", authorizer)
def show_totals() -> Response:
    """The figures of the whole catalog."""
    return respond(files.show_totals, history().table)


@reads("/metadata", authorizer)
def list_metadata() -> Response:
    """The records of the files that are asked for, a page at a time; of one, by its `filename`."""
    accept = request().headers.get("accept", "")
    return respond(files.show_files, records_table(), history().table, parameters(), accept)


@reads("/metadata/{filename}", authorizer)
def get_metadata(filename: str) -> Response:
    """The record of one file, its name percent-encoded as one segment of the path."""
    return respond(files.show_file, records_table(), filename)


@reads("/download", authorizer)
@reads("/metadata/{filename}/download", authorizer)
def download(filename: str | None = None) -> Response:
    """Send the browser to the file itself, as it was when it was cataloged."""
    return respond(files.send_to_file, records_table(), s3_client(), parameters(), filename)


@reads("/preview", authorizer)
@reads("/metadata/{filename}/preview", authorizer)
def show_preview(filename: str | None = None) -> Response:
    """The first rows of the file, as it was when it was cataloged."""
    asked = (settings.preview, parameters(), filename)
    return respond(preview.show_preview, records_table(), s3_client(), *asked)


@reads("/schema", authorizer)
@reads("/metadata/{filename}/schema", authorizer)
def show_schema(filename: str | None = None) -> Response:
    """Return what loads the file into the tool that is asked for."""
    return respond(schema.show_schema, records_table(), parameters(), filename)


@reads("/history", authorizer)
@reads("/metadata/{filename}/history", authorizer)
def show_history(filename: str | None = None) -> Response:
    """The writes of the file, newest first, each with what it changed."""
    return respond(past.show_history, history().table, parameters(), filename)


@reads("/datasets", authorizer)
@reads("/datasets/{dataset}", authorizer)
def show_datasets(dataset: str | None = None) -> Response:
    """The datasets, a page at a time; of one, what it is and was like."""
    return respond(past.show_datasets, history().table, parameters(), dataset)


@reads("/deliveries", authorizer)
@reads("/datasets/{dataset}/deliveries", authorizer)
def show_deliveries(dataset: str | None = None) -> Response:
    """The deliveries of a dataset, a page at a time."""
    return respond(past.show_deliveries, history().table, parameters(), dataset)


@reads("/series", authorizer)
@reads("/datasets/{dataset}/series", authorizer)
def show_series(dataset: str | None = None) -> Response:
    """The figures of the last deliveries of a dataset, oldest first."""
    return respond(past.show_series, history().table, parameters(), dataset)


@app.route("/uploads", methods=["POST"], authorizer=authorizer)
def create_upload() -> Response:
    """Allow one upload into the bucket, of a file of the name that is given."""
    where = (s3_client(), settings.bucket, selection, records_table())
    return respond(files.allow_upload, *where, request().raw_body, api_url())


@app.route("/mcp", methods=["POST", "GET", "DELETE"], authorizer=authorizer)
def answer_model() -> Response:
    """The same questions as tools of the Model Context Protocol."""
    tools = Tools.of(records_table(), history().table, s3_client(), settings.preview)
    asked = request()
    return respond(answer_message, asked.method, asked.headers, asked.raw_body, tools)


@app.middleware("http")
def add_headers(event: Request, get_response: Callable[[Request], Any]) -> Any:
    """Add what every answer says, unless it says otherwise."""
    response = get_response(event)
    response.headers = {**ALWAYS, **response.headers}
    return response


def respond(question: Callable[..., Answer], *given: Any) -> Response:
    """The answer to the request that runs, as Chalice sends it."""
    known = request().headers.get("if-none-match", "")
    answer = answer_to(known, question, *given)
    body = "" if request().method == "HEAD" else answer.body
    return Response(body, status_code=answer.status, headers=dict(answer.headers))


def request() -> Request:
    """The request that runs."""
    return cast(Request, app.current_request)


def parameters() -> dict[str, list[str]]:
    """The parameters of the request, each with all of its values."""
    given: Any = request().query_params or {}
    return {name: given.getlist(name) for name in given}


def api_url() -> str:
    """Return where the API is, as the request that runs has reached it: an emulator has it in a
    folder.
    """
    context, headers = request().context, request().headers
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        return f"{endpoint}/_aws/execute-api/{context['apiId']}/{context['stage']}"
    host = headers.get("host", "localhost")
    return f"https://{host}{context['path'].removesuffix(request().path)}"
