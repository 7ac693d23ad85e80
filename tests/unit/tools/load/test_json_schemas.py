"""The two schemas that are JSON, which others' implementations find true of the file."""

import json
import re
import warnings
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import csvw
import pytest
from csvw.metadata import Table
from frictionless import Dialect, Resource, Schema

from chalicelib.tools.load.statement import schema_of
from chalicelib.tools.load.table import NoSchema
from tests.unit.tools.load.schema_files import DIFFICULT, SAMPLES, VEGA, described, values

FILES = DIFFICULT | SAMPLES | VEGA

# What no Table Schema and no CSVW is true of: rows that are longer or shorter than others,
# delimiters of more than one character, and no table at all.
TOO_DIFFICULT = {"ragged.csv", "two characters.csv", "aligned.csv"}
# And of what they say that they cannot say.
UNSAID = {name for name in DIFFICULT if re.search("compressed.*(bz2|xz|zip)|repeated|footer", name)}
AS_CSV_MODULE = [name for name in FILES if name not in TOO_DIFFICULT | UNSAID]

TEXT_AND_ESCAPED = "quotes are text and commas escaped.csv"

# The package csvw reads no gzip, no stray or escaped quotes, and no table without rows.
NOT_BY_CSVW = {
    "compressed.csv.gz",
    "header only.csv",
    "header-only.csv",
    TEXT_AND_ESCAPED,
    "stray quotes.csv",
}


@pytest.fixture
def a_file(tmp_path, monkeypatch):
    """Puts a file into the folder that is worked in, and gives its record and its schema."""
    monkeypatch.chdir(tmp_path)

    def put(name, kind):
        record = described(FILES[name], f"data{''.join(Path(name).suffixes)}")
        Path(record["filename"]).write_bytes(FILES[name])
        content_type, text = schema_of(record, kind)
        assert content_type == "application/json"
        return record, json.loads(text)

    return put


def rows_of(name, record, read_as_text):
    """The rows of a file, where the columns of these places are read as texts."""
    columns = [
        {**column, "type": "text"} if place in read_as_text else column
        for place, column in enumerate(record["columns"])
    ]
    rows = values(FILES[name], {**record, "columns": columns})
    return [tuple(map(plain, row)) for row in rows if any(cell is not None for cell in row)]


@pytest.mark.parametrize("name", AS_CSV_MODULE)
def test_frictionless_takes_the_table_schema_and_finds_the_file_valid(name, a_file):
    record, schema = a_file(name, "table-schema")
    assert Schema.validate_descriptor(schema).valid
    more = {"encoding": schema["encoding"]}
    if "compression" in schema:
        more["compression"] = schema["compression"]

    def resource():
        return Resource(
            path=record["filename"],
            schema=Schema.from_descriptor(schema),
            dialect=Dialect.from_descriptor(schema["dialect"]),
            **more,
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # frictionless leaves files open
        report = resource().validate()
        assert report.valid, report.flatten(["rowNumber", "fieldNumber", "type", "note"])
        found = [tuple(row.to_dict().values()) for row in resource().read_rows()]
    texts = {i for i, field in enumerate(schema["fields"]) if field["type"] == "string"}
    assert [tuple(map(plain, row)) for row in found] == rows_of(name, record, texts)


def plain(value):
    """A value as all write it: a number, whatever its type; a date, its midnight."""
    match value:
        case bool():
            return value
        case int() | float() | Decimal():
            return Decimal(str(value))
        case datetime():
            return value.timestamp() if value.tzinfo else value.replace(microsecond=0)
        case date():
            return datetime.combine(value, time())
    return value


@pytest.mark.parametrize("name", [name for name in AS_CSV_MODULE if name not in NOT_BY_CSVW])
def test_an_implementation_of_csvw_takes_the_metadata_and_finds_the_file_valid(name, a_file):
    record, schema = a_file(name, "csvw")
    if record["compression"] or not record["row_count"] or name == "stray quotes.csv":
        pytest.skip("the package csvw reads no gzip, no stray quotes and no table without rows")
    Path("metadata.json").write_text(json.dumps(schema))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert csvw.CSVW("metadata.json", validate=True).is_valid
    columns = schema["tableSchema"]["columns"]
    texts = {i for i, column in enumerate(columns) if column["datatype"] == "string"}
    found = [tuple(row.values()) for row in Table.from_file("metadata.json")]
    assert [tuple(map(plain, row)) for row in found] == rows_of(name, record, texts)


@pytest.mark.parametrize("name", sorted(UNSAID))
def test_what_no_schema_can_say_of_a_file_is_said_in_words(name):
    record = described(FILES[name], name)
    for kind, place in (("table-schema", "description"), ("csvw", "rdfs:comment")):
        said = json.loads(schema_of(record, kind)[1])[place]
        assert "compressed as" in said or "a footer" in said or "header further down" in said


def test_csvw_has_no_word_for_escapes_where_quotes_are_text():
    record = described(FILES[TEXT_AND_ESCAPED], TEXT_AND_ESCAPED)
    with pytest.raises(NoSchema, match="CSVW cannot say that backslashes escape"):
        schema_of(record, "csvw")
