"""The least that each function needs of AWS, written to .chalice/policy-<function>-<stage>.json.

    python -m ops.policies        writes the files of every stage

IAM cannot read the names out of .chalice/config.json, so they are put into the policies here; the
files are kept in git, so that a plain `chalice deploy` works.
"""

import json
from pathlib import Path

from ops.stage import ROOT, Stage, read_stage

STAGES = ("local", "prod")


def policies(stage: Stage) -> dict[str, dict]:
    """The policy of each function of the stage."""
    bucket = f"arn:aws:s3:::{stage.bucket}"
    queue = f"arn:aws:sqs:*:*:{stage.queue}"
    table = f"arn:aws:dynamodb:*:*:table/{stage.table}"
    return {
        "extract": _policy(
            _logs(stage, "extract"),
            _allow(["s3:GetObject", "s3:GetObjectVersion"], f"{bucket}/*"),
            # Without it, S3 answers for an object that is gone as if it were forbidden.
            _allow(["s3:ListBucket"], bucket),
            _allow(["sqs:GetQueueUrl", "sqs:SendMessage"], queue),
            # Lambda sends there what failed on every try, in the function's name.
            _allow(["sqs:SendMessage"], f"arn:aws:sqs:*:*:{stage.failed_extractions_queue}"),
            # A version that comes back is not read again if its record is the one stored.
            _allow(["dynamodb:GetItem"], table),
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
            _allow(["dynamodb:PutItem"], table),
        ),
        "api": _policy(
            _logs(stage, "api"),
            _allow(["dynamodb:DescribeTable", "dynamodb:GetItem"], table),
            _allow(["dynamodb:Query"], f"{table}/index/*"),
            # What a presigned URL may do is what its signer may.
            _allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], f"{bucket}/*"),
        ),
    }


def write(stage: Stage) -> list[Path]:
    """Write the stage's policies where .chalice/config.json expects them."""
    paths = []
    for function, policy in policies(stage).items():
        path = ROOT / f".chalice/policy-{function}-{stage.name}.json"
        path.write_text(json.dumps(policy, indent=2) + "\n")
        paths.append(path)
    return paths


def _logs(stage: Stage, function: str) -> dict:
    group = f"arn:aws:logs:*:*:log-group:/aws/lambda/{stage.functions[function]}"
    return _allow(
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [group, f"{group}:*"]
    )


def _policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: list[str], resource: str | list[str]) -> dict:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


if __name__ == "__main__":
    for name in STAGES:
        for path in write(read_stage(name)):
            print(path.relative_to(ROOT))
