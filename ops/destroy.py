"""Take a stage's app off its AWS, and keep what it has cataloged.

The functions, their roles, the API and the bucket's notification go. The stack of resources.yaml
stays: files, records, and messages that wait. A later deployment finds it, and goes on.
"""

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from ops.before_deploying import check_api_is_known
from ops.deploy import account, chalice, run
from ops.stage import Stage, connect, deployed_api_url, stage_option
from ops.terminal import Stop, ask, say, yes_option


def destroy(stage: Stage) -> None:
    """Take down what Chalice has deployed. Exits with the reason if a step fails."""
    try:
        days = log_retention(stage)
        run(chalice(stage), "delete", "--stage", stage.name)
        for group, retention in days.items():  # Chalice takes it off, and logs would stay for ever
            boto3.client("logs").put_retention_policy(logGroupName=group, retentionInDays=retention)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"not all was taken down: {error}") from error


def log_retention(stage: Stage) -> dict[str, int]:
    """For how many days each of the functions' logs is kept, by the log group's name."""
    pages = boto3.client("logs").get_paginator("describe_log_groups")
    names = {f"/aws/lambda/{function}" for function in stage.functions.values()}
    return {
        group["logGroupName"]: group["retentionInDays"]
        for page in pages.paginate(logGroupNamePrefix=f"/aws/lambda/{stage.functions['api']}")
        for group in page["logGroups"]
        if group["logGroupName"] in names and "retentionInDays" in group
    }


@click.command(epilog="Example: ./catalog destroy --stage prod")
@stage_option
@yes_option
def destroy_command(stage_name: str, yes: bool) -> None:
    """Take the app of a stage down, and keep bucket and tables. Asks first."""
    stage = connect(stage_name)
    check_api_is_known(stage)
    url = deployed_api_url(stage)
    tables = f"tables {stage.records_table} and {stage.history_table}"
    if not yes:
        ask(
            f"This deletes, in {account()}:",
            f"  functions {', '.join(stage.functions.values())}, their roles,",
            f"  and the API {url}, whose URL will not come back.",
            f"It keeps bucket {stage.bucket}, and {tables}.",
        )
    destroy(stage)
    say(
        f"The app is down. Kept, with all that is in them: bucket {stage.bucket}, "
        f"{tables}, the queues, who may sign in, and the alarms (stack {stage.stack}); and "
        "the logs.",
        f"`./catalog deploy --stage {stage.name}` puts the app back. Without it, `aws "
        f"cloudformation delete-stack --stack-name {stage.stack}` removes the alarms, and still "
        "keeps bucket and tables.",
    )
