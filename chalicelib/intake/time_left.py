"""The time that a function has left, so that it stops by itself before Lambda stops it."""

import time
from collections.abc import Callable
from typing import Protocol

from chalicelib.intake.faults import OutOfTime

MARGIN_SECONDS = 10


class Context(Protocol):
    """Lambda's context of a run."""

    def get_remaining_time_in_millis(self) -> int: ...


def seconds_left(context: Context) -> Callable[[], float]:
    """Counts down to when a run with this Lambda context should stop: a little early."""
    left = context.get_remaining_time_in_millis() / 1000
    stop = time.monotonic() + left - min(MARGIN_SECONDS, left / 10)
    return lambda: stop - time.monotonic()


def check_time(seconds_left: Callable[[], float]) -> None:
    """Raise `OutOfTime` if there is none left."""
    if seconds_left() <= 0:
        raise OutOfTime("the function's time is up, and Lambda would stop it")
