"""The statements for Postgres, run by psql on a Postgres of the tests' own: values as cataloged."""

import json

import pytest

from chalicelib.tools.load.statement import schema_of
from chalicelib.tools.load.table import NoSchema
from tests.unit.tools.load.schema_files import (
    DIFFICULT,
    FORMS,
    SAMPLES,
    VEGA,
    described,
    value,
    values,
)

FILES = DIFFICULT | FORMS | SAMPLES | VEGA
TYPES = {
    "integer": "bigint",
    "decimal": "numeric",
    "double": "double precision",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "empty": "text",
}


ROWS = """
SELECT to_json(ARRAY(SELECT value FROM json_each_text(row_to_json(t)))) FROM "{0}" t;
SELECT data_type FROM information_schema.columns WHERE table_name = '{0}' ORDER BY ordinal_position;
DROP TABLE "{0}";
"""

PLAIN = {
    "decimal_mark": ".",
    "date_order": "year first",
    "null_words": (),
    "group_mark": None,
    "affix": None,
    "date_pattern": None,
    "minus": None,
    "boolean_words": ("true", "false"),
}


def loaded(postgres, record, folder):
    """The rows of the table that the statements make, as values, and the types of its columns."""
    statements = schema_of(record, "postgres")[1]
    name = statements.split('CREATE TABLE "')[1].split('"')[0]
    lines = postgres.run(statements + ROWS.format(name), folder).splitlines()
    found = [json.loads(line) for line in lines[: -record["column_count"]]]
    plain = [{**column, **PLAIN} for column in record["columns"]]
    rows = [
        tuple(None if c is None else value(p, c) for p, c in zip(plain, row, strict=True))
        for row in found
    ]
    return rows, lines[-record["column_count"] :]


@pytest.mark.parametrize("name", FILES)
def test_it_loads_the_rows_and_the_types_that_are_cataloged(postgres, name, tmp_path):
    (tmp_path / name).write_bytes(FILES[name])
    record = described(FILES[name], name)
    rows, types = loaded(postgres, record, tmp_path)
    assert rows == values(FILES[name], record)
    assert types == [TYPES.get(c["type"], c["type"]) for c in record["columns"]]


def test_a_plain_file_is_loaded_by_copy_alone():
    record = described(b"id;name\n1;Ada\n", "reports/it's.csv") | {"bucket": "csv-bucket"}
    assert schema_of(record, "postgres") == (
        "text/plain; charset=utf-8",
        """-- The downloaded file is in the folder that psql was started in.
CREATE TABLE "it_s" (
    "id" bigint,
    "name" text
);
\\copy "it_s" FROM 'it''s.csv' WITH (FORMAT csv, HEADER true, DELIMITER ';', QUOTE '"', NULL '', \
ENCODING 'UTF8', FORCE_NULL ("id", "name"))
""",
    )


def test_more_columns_than_a_table_has_are_refused_with_the_number():
    record = described(b",".join([b"a"] * 1601) + b"\n", "a.csv")
    with pytest.raises(NoSchema, match="1,600 columns at most"):
        schema_of(record, "postgres")
