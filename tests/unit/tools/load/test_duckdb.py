"""The statement for DuckDB, run by DuckDB on the file: rows, types and values as cataloged."""

import re
import subprocess
from pathlib import Path

import duckdb
import pytest
from backports import zstd

from chalicelib.tools.load.statement import schema_of
from tests.unit.tools.load.schema_files import (
    DIFFICULT,
    FORMS,
    SAMPLES,
    VEGA,
    described,
    values,
    zipped,
)

FILES = DIFFICULT | FORMS | SAMPLES | VEGA
TYPES = {
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "uuid": "UUID",
    "text": "VARCHAR",
    "empty": "VARCHAR",
}


def loaded(statement):
    """The names, the types and the rows of the table that the statement makes."""
    for command in re.findall("^-- (python3 .*)", statement, re.M):
        subprocess.run(command, shell=True, check=True)  # noqa: S602
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(statement)
        [(name,)] = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        table = connection.table(f'"{name}"')
        return table.columns, list(map(str, table.types)), table.fetchall()


@pytest.mark.parametrize("name", FILES)
def test_it_loads_the_rows_and_the_types_that_are_cataloged(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(FILES[name])
    record = described(FILES[name], name)
    _, found, rows = loaded(schema_of(record, "duckdb")[1])
    assert len(rows) == record["row_count"]
    assert rows == values(FILES[name], record)
    assert found == [
        f"DECIMAL({column['precision']},{column['scale']})"
        if column["type"] == "decimal"
        else TYPES[column["type"]]
        for column in record["columns"]
    ]


def test_a_plain_file_needs_nothing_but_the_arguments():
    record = described(b"id,name\n1,Ada\n", "reports/orders.csv") | {"bucket": "csv-bucket"}
    assert schema_of(record, "duckdb") == (
        "text/plain; charset=utf-8",
        """CREATE TABLE "orders" AS
SELECT *
FROM read_csv('s3://csv-bucket/reports/orders.csv',
    auto_detect = false,
    delim = ',',
    quote = '"',
    escape = '"',
    encoding = 'utf-8',
    compression = 'none',
    header = false,
    skip = 1,
    columns = {
        'id': 'BIGINT',
        'name': 'VARCHAR'
    },
    nullstr = '',
    allow_quoted_nulls = true,
    null_padding = true,
    strict_mode = false,
    ignore_errors = false,
    max_line_size = 2000000,
    parallel = true,
    hive_partitioning = false
);
""",
    )


def test_what_duckdb_cannot_read_it_says_and_makes_plain():
    record = described(DIFFICULT["utf-16 big-endian.csv"], "a.csv")
    statement = schema_of(record, "duckdb")[1]
    assert statement.startswith("-- DuckDB does not read the encoding utf-16-be.")


@pytest.mark.parametrize("rows", [0, 2])
def test_types_that_are_not_known_of_all_rows_are_text_and_it_says_so(rows):
    record = described(b"id\n1\n2\n3\n", "a.csv") | {"profiled_rows": rows}
    statement = schema_of(record, "duckdb")[1]
    assert statement.startswith("-- All columns are text here: ")
    assert "'id': 'VARCHAR'" in statement


def test_duckdb_and_polars_decompress_zstandard_by_themselves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv.zst").write_bytes(zstd.compress(b"id,name\n1,Ada\n2,Grace\n"))
    record = described(Path("a.csv.zst").read_bytes(), "a.csv.zst")
    with duckdb.connect() as connection:
        connection.execute(schema_of(record, "duckdb")[1])
        assert connection.sql("FROM a").fetchall() == [(1, "Ada"), (2, "Grace")]
    names = {}
    exec(schema_of(record, "polars")[1], names)  # noqa: S102
    assert names["df"].rows() == [(1, "Ada"), (2, "Grace")]
    assert 'compression="zstd"' in schema_of(record, "pandas")[1]
    assert "zstd -dc a.csv.zst | python3" in schema_of(record, "postgres")[1]


def test_the_csv_file_of_an_archive_is_found_beside_what_macos_puts_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {"in/": b"", "__MACOSX/in/._a.csv": b"x", "in/a.csv": b"id\n1\n2\n"}
    Path("a.zip").write_bytes(zipped(files))
    _, _, rows = loaded(schema_of(described(Path("a.zip").read_bytes(), "a.zip"), "duckdb")[1])
    assert rows == [(1,), (2,)]
