"""Notifications of a stage's bucket: set up beside those of others, and looked for later.

Chalice gives the bucket a rule for `extract`, or EventBridge one. That the bucket sends anything to
EventBridge is set here.
"""

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.notified import EVENTBRIDGE, is_notified
from ops.stage import LOCAL, Stage
from ops.terminal import Stop

_KINDS = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}
_OURS = ("s3:ObjectCreated:", "s3:ObjectRemoved:", "s3:LifecycleExpiration:")


def prepare(stage: Stage) -> None:
    """Have the bucket notify EventBridge, if the stage hears by that.

    Otherwise exit if S3 would refuse a rule for `extract` beside those that are there: its own
    answer does not say what to do.
    """
    s3 = boto3.client("s3")
    try:
        there = s3.get_bucket_notification_configuration(Bucket=stage.bucket)
        if stage.notifications == EVENTBRIDGE:
            there.pop("ResponseMetadata")
            s3.put_bucket_notification_configuration(
                Bucket=stage.bucket,
                NotificationConfiguration=there | {"EventBridgeConfiguration": {}},
            )
            return
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the notifications of bucket {stage.bucket} cannot be set: {error}") from error
    if stage.name != LOCAL and (other := _other_listener(stage, there)):  # emulators allow both
        raise Stop(
            f"not deployed: bucket {stage.bucket} notifies {other} already, and S3 takes no second "
            f'rule for the same. Set "NOTIFICATIONS": "{EVENTBRIDGE}" for the {stage.name} stage '
            "in .chalice/config.json: EventBridge notifies any number of listeners."
        )


def _other_listener(stage: Stage, configuration: dict) -> str | None:
    """The ARN of someone else who hears of all or some writes or removals."""
    for kind, arn in _KINDS.items():
        for rule in configuration.get(kind, ()):
            is_own = rule[arn].split(":")[-1] == stage.functions["extract"]
            if not is_own and any(event.startswith(_OURS) for event in rule["Events"]):
                return rule[arn]
    return None


def lost(stage: Stage) -> str | None:
    """A sentence that says what is gone of the way from the bucket to `extract`, if anything is."""
    function = stage.functions["extract"]
    there = boto3.client("s3").get_bucket_notification_configuration(Bucket=stage.bucket)
    if not is_notified(there, stage.notifications, function):
        to = "EventBridge" if stage.notifications == EVENTBRIDGE else function
        return f"bucket {stage.bucket} does not notify {to}"
    if stage.notifications == EVENTBRIDGE and not _has_rule(function):
        return f"no rule of EventBridge has {function} run"
    return None


def _has_rule(function: str) -> bool:
    events = boto3.client("events")
    try:
        found = boto3.client("lambda").get_function_configuration(FunctionName=function)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    names = events.list_rule_names_by_target(TargetArn=found["FunctionArn"])["RuleNames"]
    return any(events.describe_rule(Name=name)["State"] == "ENABLED" for name in names)
