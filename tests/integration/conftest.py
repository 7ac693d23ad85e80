"""A queue that hears of all events of the deployed catalog."""

import json
import os
from dataclasses import dataclass

import pytest

from tests.deployed import eventually


@dataclass
class Subscription:
    """A queue that a rule of the bus sends all events of the catalog to."""

    sqs: object
    url: str

    def __post_init__(self):
        self.events = []

    def of(self, prefix):
        """The events that came for the files, or the datasets, whose names start so."""
        received = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        for message in received.get("Messages", []):
            self.events.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [one for one in self.events if name_in(one).startswith(prefix)]

    def until(self, prefix, kinds):
        """Those events, once there are some of exactly these types and names."""

        def told():
            found = {(one["detail-type"], name_in(one)) for one in self.of(prefix)}
            return found == set(kinds) and self.of(prefix)

        return eventually(told, 120)

    def one_of(self, kind, prefix):
        """The event of this type, once there is one, and no other of the same type."""

        def told():
            found = {one["detail"]["id"]: one for one in self.of(prefix)}
            return [one for one in found.values() if one["detail-type"] == kind]

        [event] = eventually(told, 120)
        return event


def name_in(event):
    return event["detail"].get("filename", event["detail"]["dataset"])


@pytest.fixture(scope="module")
def subscription(catalog):
    bus = catalog.project.event_bus
    name = f"{bus}-told-{os.getpid()}"  # test files run side by side, each in a process
    events, sqs = catalog.project.client("events"), catalog.sqs
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    described = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    pattern = json.dumps({"source": ["csv-catalog"]})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    target = {"Id": "queue", "Arn": described["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, EventBusName=bus, Targets=[target])
    yield Subscription(sqs, url)
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name=name, EventBusName=bus)
    sqs.delete_queue(QueueUrl=url)
