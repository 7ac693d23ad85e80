"""Print the contract that the newest file of a dataset meets, ready to be uploaded."""

from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.contract import contract_of
from chalicelib.catalog.history.dataset_state import read_dataset
from chalicelib.catalog.history.table import HistoryMissing, HistoryTable
from chalicelib.catalog.record import READY
from chalicelib.catalog.table import RecordsTable
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, say_json


def contract(stage: Stage, dataset: str) -> dict[str, Any]:
    """The contract. Exits with a sentence if the dataset has no file that is ready now."""
    dynamodb = boto3.resource("dynamodb")
    history = HistoryTable(dynamodb.Table(stage.history_table))
    try:
        history.check()
    except HistoryMissing as error:
        raise Stop(str(error)) from error
    newest = read_dataset(history, dataset)
    if newest is None or "Filename" not in newest:
        raise Stop(f"there is no dataset {dataset!r}: GET /datasets lists them")
    record = RecordsTable(dynamodb.Table(stage.records_table)).get(newest["Filename"])
    if record is None or record.status != READY:
        raise Stop(f"the newest file of it, {newest['Filename']!r}, is not there, or not readable")
    if not record.has_header:
        raise Stop(f"the newest file of it, {newest['Filename']!r}, has no header to agree on")
    return contract_of(record)


@click.command(epilog="Example: ./catalog contract 'sales/{date}.csv' > _schema.json")
@click.argument("dataset")
@stage_option
def contract_command(dataset: str, stage_name: str) -> None:
    """Print the contract that a dataset's newest file meets."""
    stage = connect(stage_name)
    try:
        say_json(contract(stage, dataset))
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the catalog cannot be read: {error}") from error
