"""Print the contract that the newest file of a dataset meets, ready to be uploaded."""

from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.contract import contract_of
from chalicelib.catalog.history.dataset_state import read_dataset, rhythm_in
from chalicelib.catalog.history.table import HistoryMissing, HistoryTable
from chalicelib.catalog.record import READY
from chalicelib.catalog.table import RecordsTable
from ops.odcs import as_yaml, odcs_contract
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, say, say_json


def contract(stage: Stage, dataset: str, as_odcs: bool = False) -> dict[str, Any]:
    """The contract, a Table Schema unless it is to be an ODCS contract.

    Exits with a sentence if the dataset has no file that is ready now.
    """
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
    return odcs_contract(dataset, record, rhythm_in(newest)) if as_odcs else contract_of(record)


@click.command(epilog="Example: ./catalog contract 'sales/{date}.csv' > _schema.json")
@click.argument("dataset")
@click.option(
    "--odcs", "as_odcs", is_flag=True, help="Print it as YAML of the Open Data Contract Standard."
)
@stage_option
def contract_command(dataset: str, as_odcs: bool, stage_name: str) -> None:
    """Print the contract that a dataset's newest file meets."""
    stage = connect(stage_name)
    try:
        agreed = contract(stage, dataset, as_odcs)
        if as_odcs:
            say(*as_yaml(agreed).splitlines())
        else:
            say_json(agreed)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the catalog cannot be read: {error}") from error
