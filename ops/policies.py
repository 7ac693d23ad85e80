"""The least that each function needs of AWS, kept in .chalice/policy-<function>-<stage>.json.

IAM cannot read the names out of .chalice/config.json, so they are put into the policies here; the
files are kept in git, so that a plain `chalice deploy` works. What differs is shown before it is
written.
"""

import json
from difflib import unified_diff
from pathlib import Path
from typing import Any

import click

from ops.stage import ROOT, Stage, read_stage, stage_option
from ops.terminal import say

Policy = dict[str, Any]  # or a statement of one, as IAM has it in JSON


def policies(stage: Stage) -> dict[str, Policy]:
    """The policy of each function of the stage.

    The partition is a wildcard, as in Chalice's own policies: `aws`, `aws-cn` and `aws-us-gov`
    alike, of which an account is in one.
    """
    bucket = f"arn:*:s3:::{stage.bucket}"
    queue = f"arn:*:sqs:*:*:{stage.queue}"
    table = f"arn:*:dynamodb:*:*:table/{stage.records_table}"
    history = f"arn:*:dynamodb:*:*:table/{stage.history_table}"
    bus = f"arn:*:events:*:*:event-bus/{stage.event_bus}"
    tells = [_allow(["events:PutEvents"], bus)] if stage.event_bus else []
    return {
        "extract": _policy(
            _logs(stage, "extract"),
            _allow(["s3:GetObject", "s3:GetObjectVersion"], f"{bucket}/*"),
            # Without it, S3 answers for an object that is gone as if it were forbidden.
            _allow(["s3:ListBucket"], bucket),
            _allow(["sqs:GetQueueUrl", "sqs:SendMessage"], queue),
            # Lambda sends there what failed on every try, in the function's name.
            _allow(["sqs:SendMessage"], f"arn:*:sqs:*:*:{stage.failed_extractions_queue}"),
            # A version that comes back is not read again if its record is the one stored.
            _allow(["dynamodb:GetItem"], table),
            _allow(["dynamodb:GetItem", "dynamodb:Query"], history),  # which contracts there are
            *_key(stage, ["kms:Decrypt", "kms:GenerateDataKey"]),  # it reads, and sends
        ),
        "store": _policy(
            _logs(stage, "store"),
            _allow(
                [
                    "sqs:ChangeMessageVisibility",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:GetQueueUrl",
                    "sqs:ReceiveMessage",
                ],
                queue,
            ),
            _allow(
                [
                    "dynamodb:BatchGetItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
                table,
            ),
            _allow(
                [
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
                history,
            ),
            *tells,
            *_key(stage, ["kms:Decrypt"]),  # it receives, and the table's own key is unlocked
        ),
        "watch": _policy(
            _logs(stage, "watch"),
            _allow(
                [
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
                history,
            ),
            *tells,
            *_key(stage, ["kms:Decrypt"]),
        ),
        "api": _policy(
            _logs(stage, "api"),
            _allow(["dynamodb:DescribeTable", "dynamodb:GetItem"], table),
            _allow(["dynamodb:Query"], f"{table}/index/*"),
            _allow(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"], history),
            _allow(["s3:GetBucketNotification"], bucket),  # whether it is notified of files
            # What a presigned URL may do is what its signer may.
            _allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], f"{bucket}/*"),
            *_key(stage, ["kms:Decrypt", "kms:GenerateDataKey"]),  # downloads, and uploads
        ),
    }


def differences(stage: Stage) -> dict[Path, str]:
    """The files that are not the stage's policies, each with what writing it would change."""
    found = {}
    for function, policy in policies(stage).items():
        path = ROOT / f".chalice/policy-{function}-{stage.name}.json"
        name = str(path.relative_to(ROOT))
        there = path.read_text() if path.exists() else ""
        if not _is(policy, there):
            lines = there.splitlines(), _text(policy).splitlines()
            found[path] = "\n".join(unified_diff(*lines, name, name, lineterm="", n=1))
    return found


def write(stage: Stage) -> None:
    """Write the stage's policies where .chalice/config.json expects them, and show what changes."""
    for path, difference in differences(stage).items():
        say(*difference.splitlines())
        function = path.stem.removeprefix("policy-").removesuffix(f"-{stage.name}")
        path.write_text(_text(policies(stage)[function]))


def _is(policy: Policy, text: str) -> bool:
    try:
        return bool(json.loads(text) == policy)
    except ValueError:
        return False


def _text(policy: Policy) -> str:
    return json.dumps(policy, indent=2) + "\n"


def _logs(stage: Stage, function: str) -> Policy:
    group = f"arn:*:logs:*:*:log-group:/aws/lambda/{stage.functions[function]}"
    return _allow(
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [group, f"{group}:*"]
    )


def _key(stage: Stage, actions: list[str]) -> list[Policy]:
    """Return what a function needs of the key that bucket, queues and table are encrypted with, if
    any.

    S3 and SQS ask for GenerateDataKey of whoever writes, and for Decrypt of whoever reads; SQS for
    both of whoever sends; DynamoDB for Decrypt of both, since the table has a key of its own, which
    is encrypted with this one ("Protecting data with SSE-KMS", Amazon S3 User Guide; "Key
    management", Amazon SQS Developer Guide; "DynamoDB encryption at rest", Developer Guide).
    """
    return [_allow(actions, stage.kms_key_arn)] if stage.kms_key_arn else []


def _policy(*statements: Policy) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: list[str], resource: str | list[str]) -> Policy:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


@click.command(epilog="Example: ./catalog policies --stage prod")
@stage_option
def policies_command(stage_name: str) -> None:
    """Write what each function may do, and show what changes."""
    stage = read_stage(stage_name)
    stale = differences(stage)
    write(stage)
    written = ", ".join(path.name for path in stale) or "they are as the settings want them"
    say(f"policies of the {stage.name} stage: {written}")
