"""Have Lambda take from `store` which messages of a batch failed, so that one slows no other.

Chalice has no setting for this. The function gets a variable for it, after its mapping: whatever
deploys it otherwise takes the variable away, and `store` raises, which loses nothing either. With
the variable and without the mapping, Lambda would delete what failed.
"""

import time
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from ops.stage import Stage
from ops.terminal import Stop

REPORTED = {"BATCH_FAILURES": "reported"}
_TYPES = ["ReportBatchItemFailures"]
_CHANGING = ("Creating", "Enabling", "Disabling", "Updating")
_LOOKS, _LOOK_SECONDS = 60, 2


def report_batch_failures(stage: Stage) -> None:
    """Set it on each mapping of `store`, then in the function. Exits if that cannot be done."""
    name, functions = stage.functions["store"], boto3.client("lambda")
    try:
        pages = functions.get_paginator("list_event_source_mappings").paginate(FunctionName=name)
        mappings = [mapping["UUID"] for page in pages for mapping in page["EventSourceMappings"]]
        if not mappings or not all(_set(functions, mapping) for mapping in mappings):
            raise Stop(
                f"{name} is deployed, but Lambda does not take from it which messages of a batch "
                f"failed: run `{stage.command('deploy')}` again"
            )
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables["Variables"] | REPORTED}
        )
        functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    except (BotoCoreError, ClientError, WaiterError) as error:
        raise Stop(f"{name} cannot be set to report failed messages: {error}") from error


def _set(functions: Any, mapping: str) -> bool:
    """Set it on the mapping, and return whether Lambda has it."""
    _settled(functions, mapping)
    functions.update_event_source_mapping(UUID=mapping, FunctionResponseTypes=_TYPES)
    settled = _settled(functions, mapping)
    return settled["State"] not in _CHANGING and settled.get("FunctionResponseTypes") == _TYPES


def _settled(functions: Any, mapping: str) -> dict[str, Any]:
    """The mapping, once Lambda has made or changed it, or after two minutes."""
    for _ in range(_LOOKS):
        found: dict[str, Any] = functions.get_event_source_mapping(UUID=mapping)
        if found["State"] not in _CHANGING:
            break
        time.sleep(_LOOK_SECONDS)
    return found
