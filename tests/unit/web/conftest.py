"""The bus of a catalog whose history is kept."""

import json

import pytest


class Bus:
    """EventBridge as far as it is used: keeps the details of what it was sent."""

    def __init__(self):
        self.sent = []

    def put_events(self, Entries):
        self.sent += [(entry["DetailType"], json.loads(entry["Detail"])) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}


@pytest.fixture
def bus(with_history, monkeypatch):
    import app

    bus = Bus()
    monkeypatch.setattr(app.event_bus(), "_events", bus)
    monkeypatch.setattr(app.processing_queue(), "delete", lambda _: None)
    return bus
