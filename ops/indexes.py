"""Add the indexes by which files are listed to a table that was made by hand.

DynamoDB builds one at a time, of all that is in the table; meanwhile the catalog goes on.
"""

import time

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.indexes import INDEXES
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, say

LOOK_EVERY_SECONDS = 2


def add_indexes(stage: Stage) -> list[str]:
    """Add what is missing, and wait until it can be read. Returns the names of what was added."""
    client = boto3.client("dynamodb")
    added = []
    for index in INDEXES:
        if index.name not in _statuses(client, stage):
            client.update_table(**index.update(stage.records_table))
            added.append(index.name)
        while _statuses(client, stage)[index.name] != "ACTIVE":
            time.sleep(LOOK_EVERY_SECONDS)
    return added


def _statuses(client, stage: Stage) -> dict[str, str]:
    table = client.describe_table(TableName=stage.records_table)["Table"]
    indexes = table.get("GlobalSecondaryIndexes", [])
    return {index["IndexName"]: index.get("IndexStatus", "ACTIVE") for index in indexes}


@click.command(epilog="Example: ./catalog indexes --stage prod")
@stage_option
def indexes_command(stage_name: str) -> None:
    """Add to a table made by hand what listing needs."""
    stage = connect(stage_name)
    try:
        added = add_indexes(stage)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the table {stage.records_table} cannot be changed: {error}") from error
    say(f"added to {stage.records_table}: {', '.join(added) or 'nothing, it has all indexes'}")
