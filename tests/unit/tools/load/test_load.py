"""Schemas by the API, and what holds for all of them: whatever the names, they are harmless."""

import ast
import json
from dataclasses import replace
from urllib.parse import quote

import duckdb
import pandas
import polars
import pytest
import sqlglot
from csvw.metadata import Table
from frictionless import Schema
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.tools.load.statement import FORMATS, UnknownFormat, schema_of
from chalicelib.tools.load.table import NoSchema, unique_names
from tests.examples.records import RECORD
from tests.unit.tools.load.schema_files import described
from tests.unit.web.refusals import refused

TEXT, JSON = "text/plain; charset=utf-8", "application/json"
HOSTILE = [
    '"; drop table x; --',
    "'); drop table x; --",
    "*/ drop table x; /*",
    "a\nb",
    "-- a",
    "\\",
    "\\. \\copy",
    "`a`",
    "$$a$$ :a :'b' :\"c\"",
    '"""',
    "{a} %s {{b}}",
    "x" * 300,
    "ü" * 300,
    "\N{SNOWMAN}\N{PILE OF POO}",
    "",
    "   ",
    "id",
    "ID",
    "id",
    "id_2",
    "column_1",
    "ctid",
    "rowid",
    "select",
    "\x00",
    "\u2028\u202e",
]
NAMES = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), min_size=1, max_size=6)


@pytest.fixture
def stored(client, indexed):
    """The API, with the record of a file in its catalog."""
    import app

    name = "reports/2026/a.csv"
    known = described(b"id,name\n1,Ada\n", name)
    known["columns"] = tuple(known["columns"])
    app.records_table().put_if_newer(replace(RECORD, **known))
    return client.http


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_is_answered_by_its_name_in_both_forms_of_the_route(stored, format):
    name = quote("reports/2026/a.csv", safe="")
    in_path = stored.get(f"/metadata/{name}/schema?format={format}")
    in_query = stored.get(f"/schema?filename={name}&format={format}")
    assert in_path.status_code == 200
    assert in_path.body == in_query.body
    is_json = format in ("table-schema", "csvw", "croissant")
    assert in_path.headers["Content-Type"] == (JSON if is_json else TEXT)
    tag = in_path.headers["ETag"]
    again = stored.get(f"/schema?filename={name}&format={format}", headers={"If-None-Match": tag})
    assert (again.status_code, again.body) == (304, b"")


@pytest.mark.parametrize("query", ["", "&format=", "&format=oracle", "&format=DuckDB"])
def test_an_unknown_format_is_400_with_the_list(stored, query):
    message = refused(stored.get(f"/schema?filename=reports/2026/a.csv{query}"), 400)
    assert message == f"format is one of {', '.join(FORMATS)}"


def test_a_parameter_that_it_has_not_and_a_file_that_is_not_there_are_said(stored):
    bad = stored.get("/schema?filename=reports/2026/a.csv&format=duckdb&rows=1")
    assert "'rows' is not a parameter here" in refused(bad, 400)
    gone = stored.get("/schema?filename=b.csv&format=duckdb")
    assert "in the catalog" in refused(gone, 404)


def test_a_file_that_could_not_be_read_has_none(client, indexed):
    import app

    app.records_table().put_if_newer(
        replace(RECORD, status="failed", error="looks like a PNG picture", column_count=None)
    )
    response = client.http.get(f"/schema?filename={RECORD.filename}&format=duckdb")
    assert "looks like a PNG picture" in refused(response, 409)


def test_the_list_of_formats_is_in_what_schema_of_raises():
    with pytest.raises(UnknownFormat, match="table-schema, duckdb, postgres, athena, pandas"):
        schema_of(described(b"id\n1\n", "a.csv"), "oracle")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"column_count": 3}, "only 2 of 3 column names are kept"),
        ({"column_count": 0, "column_names": []}, "the file has no columns"),
        ({"compression": "lz9"}, "nothing is known of the compression 'lz9'"),
        ({"error": "looks like a PNG picture"}, "looks like a PNG picture"),
    ],
)
def test_a_file_whose_columns_are_not_all_known_has_none(format, change, says):
    with pytest.raises(NoSchema, match=says):
        schema_of(described(b"id,name\n1,Ada\n", "a.csv") | change, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_record_of_an_older_reader_has_columns_of_text_and_the_reason(format):
    known = described(b"id,name\n1,Ada\n", "a.csv")
    for newer in ("columns", "profiled_rows", "ragged_rows", "lines", "header_rows"):
        del known[newer]
    _, text = schema_of(known, format)
    assert "All columns are text here: no type is known." in text


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "postgres"])
def test_an_answer_fits_into_what_a_function_may_answer_even_of_the_most_columns(format):
    names = [f"c{n}" for n in range(20_000)]
    record = replace(RECORD, column_names=tuple(names), column_count=len(names), columns=())
    assert record.fitted().column_names == record.column_names
    _, text = schema_of(record.as_dict(), format)
    assert len(json.dumps({"body": text}, ensure_ascii=False).encode()) < 6_000_000


@given(st.lists(st.text() | st.sampled_from(HOSTILE), max_size=40), st.sampled_from([63, None]))
def test_names_are_unique_in_any_case_not_blank_and_printable(labels, most_bytes):
    names = unique_names(labels, most_bytes)
    assert len({name.casefold() for name in names}) == len(labels)
    assert all(name.strip() and name.isprintable() for name in names)
    assert most_bytes is None or all(len(name.encode()) <= most_bytes for name in names)


def test_a_thousand_names_that_are_one_take_no_time_that_is_felt():
    assert unique_names(["id"] * 30_000)[-1] == "id_30000"


def hostile_record(names, file_name="a.csv"):
    record = described(",".join(f"c{n}" for n in range(len(names))).encode() + b"\n", file_name)
    return record | {"column_names": names}


@pytest.fixture(scope="module")
def headed(tmp_path_factory):
    """A folder with a file of six columns and two rows, below a header of another kind."""
    return tmp_path_factory.mktemp("hostile")


@settings(max_examples=40)
@given(NAMES)
def test_hostile_names_are_harmless_in_every_format(postgres, headed, names):
    path = headed / "a.csv"
    path.write_text(",".join("h" * len(names)) + "\n" + ",".join("1" * len(names)) + "\n")
    columns = [{"type": "integer", "null_words": (), "notes": ()} for _ in names]
    record = described(path.read_bytes(), str(path)) | {"column_names": names}
    width = len(names)

    with duckdb.connect() as connection:
        connection.execute(schema_of(record, "duckdb")[1])
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert tables == [("a",)]
        assert len(connection.table("a").columns) == width == len(columns)
        assert len(connection.table("a").fetchall()) == 1

    counted = "SELECT count(*) FROM a; SELECT count(*) FROM information_schema.tables"
    counted += " WHERE table_schema = 'public'; DROP TABLE a;"
    assert postgres.run(schema_of(record, "postgres")[1] + counted, headed).split() == ["1", "1"]

    in_athena = sqlglot.parse(schema_of(record, "athena")[1], dialect="athena")
    assert [one.args["kind"] for one in in_athena] == ["TABLE", "VIEW"]

    for tool, frame in (("pandas", pandas.DataFrame), ("polars", polars.DataFrame)):
        made = {}
        exec(schema_of(record, tool)[1], made)  # noqa: S102
        assert isinstance(made["df"], frame)
        assert made["df"].shape == (1, width)

    schema = json.loads(schema_of(record, "table-schema")[1])
    assert Schema.validate_descriptor(schema).valid
    assert len({field["name"] for field in schema["fields"]}) == width

    metadata = json.loads(schema_of(record, "csvw")[1])
    assert len(Table.fromvalue(metadata).tableSchema.columns) == width


@given(st.text(min_size=1, max_size=30) | st.sampled_from(HOSTILE))
def test_hostile_file_names_are_harmless_in_every_format(name):
    key = f"{name}.csv".encode("utf-8", "ignore")[:KEY_BYTES].decode(errors="ignore")
    record = described(b"id,name\n1,Ada\n", key) | {"bucket": "csv-bucket"}
    statement, *others = duckdb.extract_statements(schema_of(record, "duckdb")[1])
    assert statement.type.name in ("CREATE", "CREATE_STATEMENT")
    assert others == []
    postgres_lines = schema_of(record, "postgres")[1].splitlines()
    assert sum(line.startswith("\\copy ") for line in postgres_lines) == 1
    assert all(line.isprintable() for line in postgres_lines)
    in_athena = sqlglot.parse(schema_of(record, "athena")[1], dialect="athena")
    assert [one.args["kind"] for one in in_athena] == ["TABLE", "VIEW"]
    for tool in ("pandas", "polars"):
        compile(schema_of(record, tool)[1], tool, "exec")
    for format in ("table-schema", "csvw"):
        json.loads(schema_of(record, format)[1])


FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


@pytest.mark.parametrize("tool", ["pandas", "polars"])
@pytest.mark.parametrize("name", [FAMILY, "नि\u200dक", "می\u200cخواهم", "\x85", "\u202eb"])
def test_python_keeps_a_joiner_within_a_name_and_shows_nothing_else_that_does_not_print(tool, name):
    record = described(f"id,{name}\n1,2\n".encode(), f"{name}.csv")
    text = schema_of(record, tool)[1]
    assert all(c.isprintable() or c in "\u200c\u200d\n" for c in text)
    literals = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    assert f"{name}.csv" in literals
    assert "\u202e" in name or "\x85" in name or name in literals


def test_duckdb_reads_a_file_whose_name_does_not_print(tmp_path):
    path = tmp_path / "a\x85\u202eb\x01.csv"
    path.write_bytes(b"id\n1\n2\n")
    statement = schema_of(described(path.read_bytes(), str(path)), "duckdb")[1]
    assert all(c.isprintable() or c == "\n" for c in statement)
    with duckdb.connect() as connection:
        connection.execute(statement)
        [(name,)] = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert connection.table(name).fetchall() == [(1,), (2,)]
