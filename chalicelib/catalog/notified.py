"""Notifications of the bucket: does S3 still notify `extract` of files, and by which way."""

from collections.abc import Mapping
from typing import Any

S3, EVENTBRIDGE = BY = ("s3", "eventbridge")
_EVENTS = {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}


def is_notified(configuration: Mapping[str, Any], by: str, function: str) -> bool:
    """Return whether the bucket's configuration reports writes and removals, by S3 or by
    EventBridge.

    S3 runs the function of this name itself; what EventBridge does is up to its rules.
    """
    if by == EVENTBRIDGE:
        return "EventBridgeConfiguration" in configuration
    told = {
        event
        for rule in configuration.get("LambdaFunctionConfigurations", ())
        if rule["LambdaFunctionArn"].split(":")[6] == function
        for event in rule["Events"]
    }
    return told >= _EVENTS
