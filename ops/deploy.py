"""Put a stage onto its AWS: resources, then the app.

Every step may be repeated without harm.
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from ops import before_deploying, notifications, sign_in
from ops.batch_failures import report_batch_failures
from ops.gateway_answers import word_answers
from ops.noted_contracts import NotedContracts
from ops.past import Past
from ops.stage import API_NAME, LOCAL, ROOT, Stage, connect, deployed_api_url, stage_option
from ops.terminal import Stop, ask, say, yes_option

BIN = Path(sys.executable).parent
NOT_THERE = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
)


def deploy(stage: Stage) -> str:
    """Deploy the stage and return its API's URL. Exits with the reason if a step fails."""
    before = known_page_url(stage)
    deploy_resources(stage, before)
    if stage.authorization == "COGNITO":
        sign_in.write_settings(stage)
    notifications.prepare(stage)
    run(chalice(stage), "deploy", "--stage", stage.name)
    if stage.authorization == "COGNITO" and before != (now := known_page_url(stage)):
        deploy_resources(stage, now)
    word_answers(stage)
    keep_failed_extractions(stage)
    report_batch_failures(stage)
    Past(stage).begins()
    NotedContracts(stage).begin()
    return deployed_api_url(stage)


def known_page_url(stage: Stage) -> str | None:
    """Return where the page is, if the API is there already."""
    try:
        return f"{deployed_api_url(stage)}/"
    except SystemExit:
        return None


def deploy_resources(stage: Stage, page_url: str | None) -> None:
    """Create or update the bucket, the queues and the table that resources.yaml describes.

    What was there before the stack, made by hand, is used and left as it is. People who sign in
    come back to `page_url`.
    """
    by_hand = made_by_hand(stage)
    if by_hand:
        say(f"left as it is, made by hand: {', '.join(by_hand.values())}")
    parameters = {
        "Bucket": stage.bucket,
        "Queue": stage.queue,
        "DeadLetterQueue": stage.dead_letter_queue,
        "FailedExtractionsQueue": stage.failed_extractions_queue,
        "RecordsTableName": stage.records_table,
        "HistoryTableName": stage.history_table,
        "EventBus": stage.event_bus,
        "Functions": stage.functions["api"],
        "ApiName": API_NAME,
        "ApiStage": stage.api_gateway_stage,
        "Service": stage.service,
        "AlarmEmail": stage.alarm_email or "",
        "AlarmTopicArn": stage.alarm_topic_arn or "",
        "NotifyEmail": stage.notify_email or "",
        "NotifyTopicArn": stage.notify_topic_arn or "",
        "NotifyLate": _is_told(stage, "dataset.late"),
        "NotifyRecovered": _is_told(stage, "dataset.recovered"),
        "NotifyUnusual": _is_told(stage, "dataset.unusual"),
        "NotifyChanged": _is_told(stage, "schema.changed"),
        "NotifyViolated": _is_told(stage, "contract.violated"),
        "NotifyFailed": _is_told(stage, "file.failed"),
        "WatchSeconds": str(60 * (stage.watch_minutes or 0)),
        "KmsKeyArn": stage.kms_key_arn or "",
        "MakePeople": "true" if people_sign_in(stage) else "false",
        **({"PageUrl": page_url} if page_url else {}),
        "MakeBucket": "false" if "FilesBucket" in by_hand else "true",
        "MakeQueue": "false" if "ProcessingQueue" in by_hand else "true",
        "MakeDeadLetterQueue": "false" if "ProcessingDeadLetterQueue" in by_hand else "true",
        "MakeFailedExtractionsQueue": (
            "false" if "ExtractionsDeadLetterQueue" in by_hand else "true"
        ),
        "MakeRecordsTable": "false" if "RecordsTable" in by_hand else "true",
        "MakeHistoryTable": "false" if "HistoryTable" in by_hand else "true",
        "MakeEventBus": ("false" if "CatalogEvents" in by_hand or not stage.event_bus else "true"),
    }
    run(
        "aws", "cloudformation", "deploy",
        "--stack-name", stage.stack,
        "--template-file", "resources.yaml",
        "--no-fail-on-empty-changeset",
        "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
    )  # fmt: skip


def _is_told(stage: Stage, kind: str) -> str:
    return "true" if kind in stage.notify else "false"


def made_by_hand(stage: Stage) -> dict[str, str]:
    """The bucket, queues, tables and bus that are there, and not the stack's: logical ids, names.

    Exits if that cannot be found out: what is the stack's, and is taken for made by hand, would be
    taken off the stack.
    """
    sqs, dynamodb = boto3.client("sqs"), boto3.client("dynamodb")
    queues = {
        "ProcessingQueue": stage.queue,
        "ProcessingDeadLetterQueue": stage.dead_letter_queue,
        "ExtractionsDeadLetterQueue": stage.failed_extractions_queue,
    }
    tables = {"RecordsTable": stage.records_table, "HistoryTable": stage.history_table}
    try:
        of_the_stack = _resources_of(stage.stack)
        found = {}
        if "FilesBucket" not in of_the_stack and _bucket_is_there(stage.bucket):
            found["FilesBucket"] = f"bucket {stage.bucket}"
        for resource, name in queues.items():
            if resource not in of_the_stack and _is_there(sqs.get_queue_url, QueueName=name):
                found[resource] = f"queue {name}"
        for resource, name in tables.items():
            if resource not in of_the_stack and _is_there(dynamodb.describe_table, TableName=name):
                found[resource] = f"table {name}"
        bus, events = stage.event_bus, boto3.client("events")
        if (
            bus
            and "CatalogEvents" not in of_the_stack
            and _is_there(events.describe_event_bus, Name=bus)
        ):
            found["CatalogEvents"] = f"event bus {bus}"
    except (BotoCoreError, ClientError) as error:
        raise Stop(
            f"what is there already cannot be found out, so nothing was deployed: {error}"
        ) from error
    return found


def people_sign_in(stage: Stage) -> bool:
    """Return whether the stage has a pool of people, or is to have one.

    A pool stays when API_AUTHORIZATION changes: whoever was invited can sign in once it is COGNITO
    again. Exits if the stack cannot be asked.
    """
    try:
        return stage.authorization == "COGNITO" or "People" in _resources_of(stage.stack)
    except (BotoCoreError, ClientError) as error:
        raise Stop(
            f"the stack {stage.stack} cannot be read, so nothing was deployed: {error}"
        ) from error


def _resources_of(stack: str) -> set[str]:
    """The logical ids of what the stack has; none if there is no stack yet."""
    try:
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]
            for page in pages.paginate(StackName=stack)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceStatus"] not in ("DELETE_COMPLETE", "DELETE_SKIPPED")
        }
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            return set()
        raise


def _is_there(look_up: Callable, **name: str) -> bool:
    try:
        look_up(**name)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return False
        raise
    return True


def _bucket_is_there(bucket: str) -> bool:
    try:
        boto3.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "404":
            return False
        if error.response["Error"]["Code"] not in ("403", "301"):
            raise
        raise Stop(
            f"the bucket name {bucket} is taken by another account, or may not be used here: "
            "set CSV_BUCKET in .chalice/config.json to another"
        ) from error
    return True


def keep_failed_extractions(stage: Stage) -> None:
    """Have Lambda send an event to a queue when `extract` has failed on it in every try.

    Otherwise Lambda drops it. Chalice has no setting for this.
    """
    try:
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=stage.failed_extractions_queue)["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        boto3.client("lambda").put_function_event_invoke_config(
            FunctionName=stage.functions["extract"],
            DestinationConfig={"OnFailure": {"Destination": queue["Attributes"]["QueueArn"]}},
        )
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"failed extractions cannot be kept in a queue: {error}") from error


def chalice(stage: Stage) -> str:
    """Chalice's command for the AWS that the stage is on."""
    return "chalice-local" if stage.name == LOCAL else "chalice"


def run(*command: str) -> None:
    """Run a command of the virtual environment, quietly unless it fails."""
    name, *arguments = command
    done = subprocess.run(
        [BIN / name, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say(*done.stdout.rstrip().splitlines(), file=sys.stderr)
        raise Stop(f"`{' '.join(command[:3])}` failed: see its output above")


def confirm(stage: Stage) -> None:
    """Say what a deployment would touch, and ask. Exits unless the answer is yes."""
    ask(
        f"This creates or updates, in {account()}:",
        f"  bucket {stage.bucket}, tables {stage.records_table} and {stage.history_table},",
        f"  {f'event bus {stage.event_bus}' if stage.event_bus else 'no event bus'},",
        f"  queues {stage.queue}, {stage.dead_letter_queue} and",
        f"  {stage.failed_extractions_queue}, alarms and a dashboard (stack {stage.stack});",
        f"  functions {', '.join(stage.functions.values())}, their roles, and an API.",
    )


def account() -> str:
    """The account and the region that the shell is signed in to, in words."""
    try:
        number = boto3.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the shell is not signed in to AWS: {error}") from error
    return f"account {number}, region {boto3.Session().region_name}"


@click.command(epilog="Example: ./catalog deploy --stage prod")
@stage_option
@yes_option
def deploy_command(stage_name: str, yes: bool) -> None:
    """Deploy a stage: resources, then the app. Asks first."""
    stage = connect(stage_name)
    before_deploying.check(stage, sys.version_info[:2], date.today())
    before_deploying.check_api_is_known(stage)
    if not yes:
        confirm(stage)
    say(f"Deploying the {stage.name} stage, which takes about a minute.")
    say(f"API: {deploy(stage)}")
    if stage.name != LOCAL:
        say(f"Commit .chalice/deployed/{stage.name}.json: without it, nobody else can deploy.")
