"""A catalog that `store` has filled with the files of a dataset, and a question to it."""

from dataclasses import replace

from chalicelib.catalog.history.changes import schema_id_of
from chalicelib.catalog.times import padded_sequencer
from tests.examples.records import RECORD

DATASET = "sales/{date}.csv"


def write(day, names, number=1, **fields):
    """The record of a write of one day's file."""
    key = fields.pop("filename", f"sales/2026-11-{day:02}.csv")
    ready = {"column_names": names, "column_count": len(names)}
    ready["schema_id"] = schema_id_of(True, names, len(names))
    return replace(
        RECORD,
        filename=key,
        dataset=fields.pop("dataset", DATASET),
        sequencer=padded_sequencer(f"0{day}{number}"),
        upload_timestamp=f"2026-11-{day:02}T18:00:{number:02}.000Z",
        **(ready | fields),
    )


def store(client, *records):
    messages = [
        {
            "messageId": str(number),
            "body": record if isinstance(record, str) else record.to_json(),
            "receiptHandle": "none",
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:csv-processing-queue",
        }
        for number, record in enumerate(records)
    ]
    client.lambda_.invoke("store", {"Records": messages})


def get(api, path):
    response = api.get(path)
    return response.status_code, response.json_body
