"""Batches of which AWS leaves something undone: that is tried again, after pauses that grow."""

import random
from collections.abc import Callable
from time import sleep
from typing import TypeVar

TRIES = 5
FIRST_PAUSE = 0.05  # seconds; each is up to twice as long as the one before

Batch = TypeVar("Batch")


def until_done(
    do: Callable[[Batch], Batch | None], batch: Batch, seconds_left: Callable[[], float]
) -> Batch | None:
    """Have the batch done, by `do`, which returns what is left of it. Returns what is still left.

    A pause is of random length, so that those that were refused together do not come back
    together, and none is begun that would not end in time ("Error retries and exponential
    backoff", Amazon DynamoDB Developer Guide).
    """
    left = do(batch)
    for number in range(TRIES - 1):
        pause = random.uniform(0, FIRST_PAUSE * 2**number)  # noqa: S311 - no secret
        if not left or pause >= seconds_left():
            break
        sleep(pause)
        left = do(left)
    return left
