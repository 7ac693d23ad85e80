"""Dead letters: lists them with the reasons, sends them back, or drops one for ever.

Two queues hold it: the dead-letter queue, messages that `store` could not put into the table; and
the queue of failed extractions, events on which `extract` failed in every try.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from operator import itemgetter

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.csv_reader.shortened import counted
from ops.stage import Stage, connect, stage_option
from ops.terminal import Stop, ask, end_of, json_option, say, say_json, width, yes_option

MOVE_SECONDS = 600
LOOK_SECONDS = 20  # for which a message that was looked at stays out of sight at most
_NOT_STORED = "could not store a message"  # as `store` logs it
# What SQS answers where it has no such task (the first, on emulators).
CANNOT_MOVE = (
    "InvalidAction",
    "UnsupportedOperation",
    "AWS.SimpleQueueService.UnsupportedOperation",
)
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


@dataclass(frozen=True)
class DeadLetter:
    """A message of one of the two queues. `tries` and `reason` are None where nothing says so.

    `id` is the message's, and `queue` the name of its queue.

    `body` is what to send again, or None if the message cannot be read.
    """

    id: str
    queue: str
    key: str
    tries: int | None
    reason: str | None
    body: str | None
    receipt_handle: str


def queue_url(name: str) -> str | None:
    """The queue's URL, or None if there is no such queue: one made by hand has no dead letters."""
    try:
        return boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] in (NO_QUEUE, "QueueDoesNotExist"):
            return None
        raise


def received(url: str) -> Iterator[dict]:
    """The queue's messages, each out of others' sight for a while."""
    sqs = boto3.client("sqs")
    seen = set()
    while messages := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=LOOK_SECONDS,
        MessageSystemAttributeNames=["All"],
    ).get("Messages"):
        fresh = [message for message in messages if message["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from fresh


def looked_at(queue: str) -> list[dict]:
    """The queue's messages, which are all in sight again: a redrive finds what was listed."""
    url = queue_url(queue)
    messages = list(received(url)) if url else []
    _put_in_sight(url, messages)
    return messages


def _put_in_sight(url: str | None, messages: list[dict]) -> None:
    sqs = boto3.client("sqs")
    for start in range(0, len(messages), 10):  # more do not fit into a batch
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {
                    "Id": str(number),
                    "ReceiptHandle": message["ReceiptHandle"],
                    "VisibilityTimeout": 0,
                }
                for number, message in enumerate(messages[start : start + 10])
            ],
        )


def unstored(stage: Stage) -> list[DeadLetter]:
    """The messages that could not be stored; why, and how often, is in the log of `store`."""
    messages = looked_at(stage.dead_letter_queue)
    sent = [int(message["Attributes"]["SentTimestamp"]) for message in messages]
    logged = _failures_logged(stage, since=min(sent)) if messages else {}
    return [
        DeadLetter(
            id=message["MessageId"],
            queue=stage.dead_letter_queue,
            key=_key_of_message(message["Body"]),
            tries=logged.get(message["MessageId"], {}).get("receive_count"),
            reason=logged.get(message["MessageId"], {}).get("reason"),
            body=message["Body"],
            receipt_handle=message["ReceiptHandle"],
        )
        for message in messages
    ]


def unextracted(stage: Stage) -> list[DeadLetter]:
    """The events that could not be extracted, from Lambda's invocation records.

    ("Capturing records of Lambda asynchronous invocations", AWS Lambda Developer Guide)
    """
    queue = stage.failed_extractions_queue
    return [_unextracted(queue, message) for message in looked_at(queue)]


def _unextracted(queue: str, message: dict) -> DeadLetter:
    its = (message["MessageId"], queue)
    try:
        record = json.loads(message["Body"])
        event, answer = record["requestPayload"], record.get("responsePayload") or {}
        first, *others = _keys_in(event)
        return DeadLetter(
            *its,
            key=", ".join((first, *others)),
            tries=record["requestContext"]["approximateInvokeCount"],
            reason=": ".join(
                answer[name] for name in ("errorType", "errorMessage") if answer.get(name)
            ),
            body=json.dumps(event),
            receipt_handle=message["ReceiptHandle"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return DeadLetter(
            *its, "(no invocation record)", None, None, None, message["ReceiptHandle"]
        )


def _keys_in(event: object) -> Iterator[str]:
    """The keys of an event's objects, whatever has wrapped it."""
    match event:
        case {"object": {"key": str(key)}}:
            yield key
        case dict() | list():
            for part in event.values() if isinstance(event, dict) else event:
                yield from _keys_in(part)
        case str(text) if text.startswith("{"):
            yield from _keys_in(json.loads(text))


def _key_of_message(body: str) -> str:
    try:
        return str(json.loads(body)["filename"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "(no record)"


def _failures_logged(stage: Stage, since: int) -> dict[str, dict]:
    """The line that `store` logged of the last try of each message, by the message's id.

    Streams of several workers come in any order, and a line may come some seconds after its try.
    """
    failures = [one for one in _logged(stage, since) if one.get("message") == _NOT_STORED]
    failures.sort(key=itemgetter("receive_count"))
    return {one["message_id"]: one for one in failures}


def _logged(stage: Stage, since: int) -> Iterator[dict]:
    """Yield what `store` logged together with failures; some logs have many lines as one.

    Older lines than `since`, in milliseconds, are not looked at: logs may go back for months.
    """
    pages = boto3.client("logs").get_paginator("filter_log_events")
    try:
        for page in pages.paginate(
            logGroupName=f"/aws/lambda/{stage.functions['store']}",
            filterPattern=f'"{_NOT_STORED}"',
            startTime=since,
        ):
            for event in page["events"]:
                lines = event["message"].splitlines()
                yield from (json.loads(line) for line in lines if line.startswith("{"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def lacks(stage: Stage) -> list[str]:
    """Sentences on the queues that are not there, and on what waits in the other meanwhile."""
    sentences = []
    deploy = stage.command("deploy")
    if not queue_url(stage.dead_letter_queue):
        waiting, hidden = _counts(stage.queue)
        sentences.append(
            f"There is no dead-letter queue {stage.dead_letter_queue}: a message that cannot be "
            f"stored comes again until it expires. In {stage.queue}, {waiting:,} wait and "
            f"{hidden:,} are in flight (being stored, or pausing before the next try); "
            f"`{stage.command('logs')}` has the reasons."
        )
    if not queue_url(stage.failed_extractions_queue):
        sentences.append(
            f"There is no queue {stage.failed_extractions_queue}: Lambda drops an event on which "
            f"`extract` failed three times, and `{stage.command('backfill')}` catalogs its file."
        )
    return [*sentences, f"`{deploy}` makes what is not there."] if sentences else []


def _counts(queue: str) -> tuple[int, int]:
    """Numbers of messages of the queue, about: those that wait, and those in flight."""
    url = queue_url(queue)
    if not url:
        raise Stop(f"there is no queue {queue}")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    waiting, hidden = (int(found["Attributes"][name]) for name in names)
    return waiting, hidden


def show(letters: list[DeadLetter]) -> None:
    """Print a line for each, and the reason below it. Keys are cut to the terminal."""
    available = width()
    say(f"{'ID':36}  Tries  File")
    for letter in letters:
        tries = "?" if letter.tries is None else str(letter.tries)
        start = f"{letter.id:36}  {tries:>5}  "
        say(start + end_of(letter.key, available and available - len(start)))
        say(f"  {letter.reason or 'the reason is not in the logs any more'}")


def discard(letter: DeadLetter) -> None:
    """Delete the message for ever. Exits if it is not there any more."""
    url = queue_url(letter.queue)
    if url is None:
        raise Stop(f"there is no queue {letter.queue}")
    messages = list(received(url))
    _put_in_sight(url, [one for one in messages if one["MessageId"] != letter.id])
    handles = [one["ReceiptHandle"] for one in messages if one["MessageId"] == letter.id]
    if not handles:
        raise Stop(f"{letter.id} is not in {letter.queue} any more")
    boto3.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=handles[0])


def redrive_messages(stage: Stage) -> int:
    """Send the dead letters back to their queue, by SQS itself where it can. Returns how many."""
    url = queue_url(stage.dead_letter_queue)
    if url is None:
        return 0
    sqs = boto3.client("sqs")
    attributes = ["QueueArn", "ApproximateNumberOfMessages"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"]
    try:
        sqs.start_message_move_task(SourceArn=queue["QueueArn"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in CANNOT_MOVE:
            raise
        say(f"SQS cannot move the messages itself here ({error.response['Error']['Code']}): "
            "they are sent one by one", file=sys.stderr)  # fmt: skip
        target = queue_url(stage.queue)
        if target is None:
            raise Stop(f"there is no queue {stage.queue} to send them to") from error
        return _redrive_one_by_one(url, target)
    return _moved(queue["QueueArn"], int(queue["ApproximateNumberOfMessages"]))


def _moved(arn: str, expected: int) -> int:
    """Wait until SQS has moved the messages of the queue. Returns how many."""
    sqs = boto3.client("sqs")
    deadline = time.monotonic() + MOVE_SECONDS
    while time.monotonic() < deadline:
        [task, *_] = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
        if task["Status"] == "COMPLETED":
            return task.get("ApproximateNumberOfMessagesMoved", expected)
        if task["Status"] != "RUNNING":
            raise Stop(f"SQS stopped moving messages: {task.get('FailureReason')}")
        time.sleep(0.5)
    raise Stop(f"SQS still moves messages after {MOVE_SECONDS} seconds: look again later")


def _redrive_one_by_one(source: str, target: str) -> int:
    sqs = boto3.client("sqs")
    count = 0
    for message in received(source):
        sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        count += 1
    return count


def redrive_events(stage: Stage) -> tuple[int, int]:
    """Run `extract` on its failed events again, each deleted once Lambda has taken it.

    Returns how many, and how many messages cannot be read: those stay where they are.
    """
    url = queue_url(stage.failed_extractions_queue)
    sent = unreadable = 0
    for message in received(url) if url else ():
        letter = _unextracted(stage.failed_extractions_queue, message)
        if letter.body is None:
            unreadable += 1
            continue
        boto3.client("lambda").invoke(
            FunctionName=stage.functions["extract"], InvocationType="Event", Payload=letter.body
        )
        boto3.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter.receipt_handle)
        sent += 1
    return sent, unreadable


@contextmanager
def _queue_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the queues cannot be read: {error}") from error


@click.command(epilog="Example: ./catalog dead-letters --stage prod")
@click.option("--discard", "discarded", metavar="ID", help="Drop one of them for ever. Asks first.")
@yes_option
@json_option
@stage_option
def dead_letters_command(discarded: str | None, yes: bool, as_json: bool, stage_name: str) -> None:
    """List what could not be handled, with the reasons."""
    stage = connect(stage_name)
    with _queue_errors():
        messages, events = unstored(stage), unextracted(stage)
        say(*lacks(stage), file=sys.stderr)
        if discarded:
            _discard(stage, discarded, messages + events, yes)
        elif as_json:
            shown = [asdict(letter) for letter in messages + events]
            for letter in shown:
                del letter["receipt_handle"]
            say_json(shown)
        else:
            if messages or events:
                show(messages + events)
            say(
                f"{counted(len(messages), 'message')} could not be stored, "
                f"{counted(len(events), 'event')} not extracted"
            )


def _discard(stage: Stage, id: str, letters: list[DeadLetter], yes: bool) -> None:
    letter = next((letter for letter in letters if letter.id == id), None)
    if letter is None:
        raise Stop(f"there is no dead letter {id}: `{stage.command('dead-letters')}` lists them")
    if not yes:
        ask(
            f"This deletes for ever, from {letter.queue}:",
            f"  {letter.key}: {letter.reason or 'the reason is not in the logs any more'}",
            f"`{stage.command('redrive')}` would try it again instead.",
        )
    discard(letter)
    say(f"discarded {letter.id}")


@click.command(epilog="Example: ./catalog redrive --stage prod")
@json_option
@stage_option
def redrive_command(as_json: bool, stage_name: str) -> None:
    """Send what could not be handled back, to be tried again."""
    stage = connect(stage_name)
    with _queue_errors():
        say(*lacks(stage), file=sys.stderr)
        messages, (events, unreadable) = redrive_messages(stage), redrive_events(stage)
    if as_json:
        say_json({"messages": messages, "events": events, "unreadable": unreadable})
    else:
        say(f"{counted(messages, 'message')} and {counted(events, 'event')} sent back")
    if unreadable:
        raise Stop(
            f"left in {stage.failed_extractions_queue}: {counted(unreadable, 'message')} "
            "not written by Lambda"
        )
