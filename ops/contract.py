"""Print the contract that the newest file of a dataset meets, ready to be uploaded.

python -m ops.contract STAGE DATASET
"""

import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.contract import contract_of
from chalicelib.catalog.history.items import newest_key
from chalicelib.catalog.history.table import HistoryMissing, HistoryTable
from chalicelib.catalog.record import READY
from chalicelib.catalog.table import RecordsTable
from ops.stage import LOCAL, Stage, require_emulator, use
from ops.terminal import Stop


def contract(stage: Stage, dataset: str) -> str:
    """The contract as JSON. Exits with a sentence if the dataset has no file that is ready now."""
    dynamodb = boto3.resource("dynamodb")
    history = HistoryTable(dynamodb.Table(stage.history_table))
    try:
        history.check()
    except HistoryMissing as error:
        raise Stop(str(error)) from error
    newest = history.read([newest_key(dataset)]).get(newest_key(dataset))
    if newest is None:
        raise Stop(f"there is no dataset {dataset!r}: GET /datasets lists them")
    record = RecordsTable(dynamodb.Table(stage.records_table)).get(newest["Filename"])
    if record is None or record.status != READY:
        raise Stop(f"the newest file of it, {newest['Filename']!r}, is not there, or not readable")
    if not record.has_header:
        raise Stop(f"the newest file of it, {newest['Filename']!r}, has no header to agree on")
    return json.dumps(contract_of(record), indent=2)  # in ASCII: nothing in it acts on a terminal


def main() -> None:
    match sys.argv[1:]:
        case [name, dataset] if dataset:
            stage = use(name)
        case _:
            raise SystemExit(__doc__)
    if stage.name == LOCAL:
        require_emulator()
    try:
        sys.stdout.write(contract(stage, dataset) + "\n")
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the catalog cannot be read: {error}") from error


if __name__ == "__main__":
    main()
