"""Whatever is in a file: `store` takes what `extract` sends, and the API can answer with it."""

import io
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalog.columns import WRITTEN_BYTES
from chalicelib.catalog.contract import judge
from chalicelib.catalog.items import from_item, to_item
from chalicelib.catalog.record import MESSAGE_LIMIT, FileRecord
from chalicelib.intake.contracts import Contracts
from chalicelib.intake.describe import describe
from chalicelib.intake.extract import complete
from tests.examples import examples
from tests.unit.intake.fakes import S3, WRITE

LETTERS = ("a", "\N{CYRILLIC SMALL LETTER ZHE}", "漢", "😀", "\x01", "\u2028", '"')


class WithContract:
    """A bucket that holds one contract, for all files."""

    def __init__(self, body):
        self.body = body

    def list_objects_v2(self, Bucket, Prefix):
        return {"Contents": [{"Key": "_schema.json"}]} if self.body else {}

    def get_object(self, **_):
        return {"Body": io.BytesIO(self.body), "ETag": '"e"'}


def extracted(content, contract=b"", profile="full"):
    record = describe(WRITE, S3(io.BytesIO(content)), profile=profile)
    return complete(record, lambda key: key, Contracts(WithContract(contract), "csv-bucket"))


def answered(record):
    """The record as the API answers with it: through the message, the item, and JSON."""
    body = record.to_json()
    assert len(body) <= MESSAGE_LIMIT
    stored = from_item(to_item(FileRecord.from_json(body)))
    assert len(json.dumps(stored.as_dict(), ensure_ascii=False).encode()) < 6_000_000
    assert stored == FileRecord.from_json(body)
    return stored


def cells(letter, length, count):
    quoted = letter.replace('"', '""') * length
    return [f'"{number}{quoted}"' for number in range(count)]


def table(columns, rows, letter, name_length, cell_length):
    header = ",".join(cells(letter, name_length, columns))
    cell = f'"{letter.replace(chr(34), chr(34) * 2) * cell_length}%d"'
    body = [",".join(cell % (row * columns + n) for n in range(columns)) for row in range(rows)]
    return "\n".join([header, *body, ""]).encode()


@settings(
    max_examples=examples(6),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    columns=st.integers(1, 300),
    rows=st.integers(0, 4),
    letter=st.sampled_from(LETTERS),
    name_length=st.integers(0, 150),
    cell_length=st.integers(0, 1_200),
    agreed=st.integers(0, 300),
    agreed_length=st.integers(0, 300),
)
def test_what_extract_sends_store_takes_and_the_api_answers(
    columns, rows, letter, name_length, cell_length, agreed, agreed_length
):
    fields = [{"name": f"{n}{letter * agreed_length}"} for n in range(agreed)]
    contract = json.dumps({"fields": fields}).encode() if fields else b""
    record = answered(extracted(table(columns, rows, letter, name_length, cell_length), contract))
    assert record.filename == WRITE.key


def test_names_that_the_reader_has_cut_already_are_warned_of_once():
    header = ",".join(f"measurement number {n} of the pressure sensor" for n in range(50_000))
    record = answered(extracted(header.encode() + b"\n"))
    assert record.column_count == 50_000
    kept = len(record.column_names)
    assert record.warnings == (f"only the first {kept:,} of 50,000 column names are kept",)


def test_three_rows_of_900_columns_of_a_thousand_cyrillic_letters_are_a_record():
    record = answered(extracted(table(900, 3, LETTERS[1], 5, 1_000)))
    assert (record.column_count, record.row_count) == (900, 3)
    assert len(record.columns) == 900
    size = len(json.dumps(list(record.columns), ensure_ascii=False).encode())
    assert size <= WRITTEN_BYTES * 1.1  # the spaces
    assert record.warnings[-1].startswith("texts of cells in the profile are cut to ")


def test_600_cyrillic_columns_under_a_contract_of_other_names_are_a_record():
    names = [{"name": f"{n}{LETTERS[1] * 40}"} for n in range(600, 1_200)]
    body = json.dumps({"fields": names}).encode()
    record = answered(extracted(table(600, 20, LETTERS[1], 40, 30), body))
    assert record.status == "ready"
    assert record.violations[-1].endswith(" more")


@pytest.mark.parametrize(
    "field",
    [
        {"constraints": {"\ud800": 1}},
        {"constraints": {"maximum": "\ud800"}},
        {"constraints": {"minimum": "9\ud800"}},
        {"type": "string", "format": "\udfff"},
        {"type": "date", "format": "\udfff"},
        {"type": "date", "format": {"\ud800": 1}},
        {"type": "date", "format": -1},
        {"type": "datetime", "format": None},
        {"type": "time", "format": ["%H"]},
        {"type": "number", "decimalChar": -1, "groupChar": ["\ud800"], "bareNumber": "\ud800"},
        {"type": "boolean", "trueValues": {"\ud800": 1}, "falseValues": 1e400},
    ],
)
@pytest.mark.parametrize("cell", [b"2026-11-01", b"x", b"1"])
def test_a_contract_with_half_a_surrogate_pair_or_a_value_of_no_sense_is_judged(field, cell):
    contract = json.dumps({"fields": [{"name": "day"} | field]}).encode()
    record = answered(extracted(b"day,\xc3\xa9\n" + cell + b",1\n", contract))
    assert record.status == "ready"
    assert not any("Error" in violation for violation in record.violations)


def test_60_fields_of_emoji_names_leave_a_record():
    fields = [{"name": f"{n}" + "😀" * 400} for n in range(60)]
    record = answered(extracted(b"id\n1\n", json.dumps({"fields": fields}).encode()))
    assert record.violations[-1] == f"and {61 - len(record.violations) + 1} more"


def test_the_time_to_judge_a_contract_grows_with_its_columns_and_not_with_their_square():
    def seconds(count):
        names = [f"column {n}" for n in range(count)]
        record = extracted(",".join(names).encode() + b"\n", profile="off")
        body = json.dumps({"fields": [{"name": f"{name}!"} for name in names]}).encode()
        times = []
        for _ in range(3):
            started = time.process_time()
            judge(body, record)
            times.append(time.process_time() - started)
        return min(times)

    assert seconds(8_000) < 12 * max(seconds(2_000), 0.002)
