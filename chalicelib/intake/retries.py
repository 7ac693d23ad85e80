"""Retries of messages that could not be stored: how many there are, and how long between them.

A message that was delivered TRIES times is a dead letter, so there are TRIES - 1 pauses: together
they are the time for which a fault of DynamoDB's may last.
"""

from chalicelib.catalog.record import InvalidMessage

TRIES = 6  # resources.yaml has it as the queue's maxReceiveCount
LONGEST_PAUSE = 900


def retry_in(receive_count: int, error: Exception) -> int:
    """Seconds until a message that could not be stored is delivered again.

    What no retry can mend has all its tries within a minute; a fault of the table's is waited out
    for ten. After the last try there is none: SQS makes a dead letter of a message when it would
    be delivered once more. Where the queue has no dead-letter queue, it is, and the pauses grow to
    a quarter of an hour.
    """
    if receive_count == TRIES:
        return 0
    first, factor = (1, 2) if isinstance(error, InvalidMessage) else (5, 3)
    pause: int = first * factor ** min(receive_count - 1, 10)
    return min(pause, LONGEST_PAUSE)
