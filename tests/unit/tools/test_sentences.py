"""Facts decide and sentences are for people: other sentences change nothing but themselves."""

import json
from dataclasses import fields

import pytest

from chalicelib.catalog.contract import judge
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.column_types import TRAITS
from chalicelib.csv_reader.profile.judgement import notes
from chalicelib.tools.forecast.findings import forecast
from chalicelib.tools.load.statement import FORMATS, schema_of
from tests.examples.records import RECORD
from tests.unit.tools.load.schema_files import SAMPLES, described

BOUNDS = {
    "n": ("number", {"minimum": 1.5, "maximum": 2}),
    "d": ("date", {"minimum": "2024-02-01", "maximum": "2024-02-02"}),
    "t": ("datetime", {"minimum": "2024-02-01T00:00", "maximum": "2024-02-02T00:00"}),
}
WRITTEN_IN_MANY_WAYS = "".join(
    f"{n};{d};{d} 10:00;{code};{share};{price}\n"
    for n, d, code, share, price in (
        ("1,25", "31/01/2024", "007", "5 %", "1,234"),
        (" 2,5", "13/02/2024", "08", "7 %", "5,678"),
    )
)
CONTENTS = SAMPLES | {
    "bytes replaced.csv": b"id,name\n" + b"1,Ada\n" * 20_000 + b"2,\xff\n",
    "open quote.csv": b'id,name\n1,Ada\n2,"Grace\n3,Mary\n',
    "many ways.csv": f"n;d;t;code;share;price\n{WRITTEN_IN_MANY_WAYS}".encode(),
}


def answers(record):
    """All that is decided about a file: load statements, findings, violations."""
    agreed = {
        "fieldsMatch": "partial",
        "fields": [
            {"name": name, "type": kind, "constraints": bounds}
            for name, (kind, bounds) in BOUNDS.items()
        ],
    }
    known = {one.name for one in fields(FileRecord)} & record.keys()
    plain = json.loads(json.dumps({name: record[name] for name in known}))
    stored = FileRecord.from_dict(RECORD.as_dict() | plain)
    return (
        [schema_of(record, format) for format in FORMATS],
        forecast(record),
        judge(json.dumps(agreed).encode(), stored),
    )


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_decided_about_a_file_does_not_depend_on_notes_and_warnings(name):
    record = described(CONTENTS[name], name)
    others = ("Another sentence.",)
    columns = [column | {"notes": others} for column in record["columns"]]
    assert answers(record | {"columns": columns, "warnings": others}) == answers(record)


def test_bounds_are_compared_with_numbers_and_dates_however_those_are_written():
    _, _, (violations, not_judged) = answers(described(CONTENTS["many ways.csv"], "many ways.csv"))
    assert violations == [
        f"column {name!r} has a value beyond its {bound}, {BOUNDS[name][1][bound]}"
        for name in BOUNDS
        for bound in ("minimum", "maximum")
    ]
    assert not_judged == []


def test_each_trait_has_a_sentence():
    assert set(TRAITS) == {*notes.OF_TRAITS, *notes.TAKEN_OFF}
