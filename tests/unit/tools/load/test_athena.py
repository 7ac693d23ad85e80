"""The statements for Athena, parsed as Athena's dialect of SQL."""

import pytest
import sqlglot
from sqlglot import expressions

from chalicelib.tools.load.statement import schema_of
from tests.unit.tools.load.schema_files import DIFFICULT, SAMPLES, VEGA, described

FILES = DIFFICULT | SAMPLES | VEGA
UNREADABLE = {
    "quoted newlines.csv",
    "compressed.csv.gz",
    "compressed.csv.bz2",
    "compressed.csv.xz",
    "compressed.zip",
    "repeated headers.csv",
    "footer.csv",
    "preamble, repeated header and footer.csv",
    "utf-16.csv",
    "utf-16 big-endian.csv",
    "windows.csv",
    "two characters.csv",
    "aligned.csv",
    "stray quotes.csv",
    "escaped quotes.csv",
    "escaped line ends.csv",
    "orders.csv",
    "deliveries.csv",
}


def statements(record):
    return [
        statement
        for statement in sqlglot.parse(schema_of(record, "athena")[1], dialect="athena")
        if statement is not None and not isinstance(statement, expressions.Semicolon)
    ]


@pytest.mark.parametrize("name", [name for name in FILES if name not in UNREADABLE])
def test_it_is_a_table_of_strings_and_a_view_with_the_types(name):
    record = described(FILES[name], f"folder/{name}") | {"bucket": "csv-bucket"}
    table, view = statements(record)
    assert (table.args["kind"], view.args["kind"]) == ("TABLE", "VIEW")
    columns = list(table.find_all(expressions.ColumnDef))
    assert len(columns) == record["column_count"]
    assert {column.kind.sql("hive") for column in columns} == {"STRING"}
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    assert [selected.alias for selected in view.expression.selects] == names
    location = table.find(expressions.LocationProperty)
    assert location.this.this == "s3://csv-bucket/folder/"


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_where_no_serde_reads_the_file_right_it_says_why_and_what_to_do(name):
    record = described(FILES[name], name)
    _, text = schema_of(record, "athena")
    assert statements(record) == []
    assert text.startswith("-- Athena has no SerDe that reads this file: ")
    assert "Write it as Parquet first" in text


def test_a_file_without_quotes_needs_no_serde_for_them():
    record = described(b"id,name\n1,Ada\n2,\n", "a/people.csv") | {"bucket": "csv-bucket"}
    assert schema_of(record, "athena") == (
        "text/plain; charset=utf-8",
        """-- LOCATION is a folder, and every file in it is read as one of this table: let it have \
this file alone.
CREATE EXTERNAL TABLE `people_text` (
    `id` string,
    `name` string
)
ROW FORMAT DELIMITED FIELDS TERMINATED BY ','
STORED AS TEXTFILE
LOCATION 's3://csv-bucket/a/'
TBLPROPERTIES ('skip.header.line.count' = '1');

CREATE OR REPLACE VIEW "people" AS
SELECT
    TRY_CAST(trim(NULLIF("id", '')) AS bigint) AS "id",
    NULLIF("name", '') AS "name"
FROM "people_text";
""",
    )


def test_a_file_with_quotes_has_the_serde_for_them():
    record = described(b'id;name\n1;"a;b"\n', "people.csv") | {"bucket": "csv-bucket"}
    text = schema_of(record, "athena")[1]
    assert "'separatorChar' = ';', 'quoteChar' = '\"'" in text


@pytest.mark.parametrize(
    ("name", "row_format"),
    [
        ("quotes are text.tsv", "FIELDS TERMINATED BY '\\t'\n"),
        ("escaped commas.csv", "FIELDS TERMINATED BY ',' ESCAPED BY '\\\\'\n"),
        ("quotes are text and commas escaped.csv", "TERMINATED BY ',' ESCAPED BY '\\\\'\n"),
    ],
)
def test_where_nothing_quotes_there_may_be_an_escape(name, row_format):
    assert row_format in schema_of(described(FILES[name], name), "athena")[1]
