"""A forecast is true: each rule is seen on the tool itself, and none is false of a file."""

import csv
import gzip
import json
import re
from dataclasses import replace

import pytest

from chalicelib.tools.forecast import duckdb as forecast_duckdb
from chalicelib.tools.forecast import python as forecast_python
from chalicelib.tools.forecast.facts import shown
from chalicelib.tools.forecast.findings import forecast
from tests.examples.records import RECORD
from tests.measure_forecast import FILES, MORE, measured
from tests.unit.tools.load.schema_files import FORMS, PROJECT, SAMPLES, cells_of, described


def messages(content, tool, name="a.csv", **change):
    """What is forecast of one tool."""
    return [
        one["message"] for one in forecast(described(content, name) | change) if one["tool"] == tool
    ]


NOT_FORECAST = {
    ("DuckDB", "stray quotes.csv"),  # which of the ways to read them it takes, the cells decide
    ("DuckDB", "unterminated.csv"),  # what it makes of the rest of the file, too
}


@pytest.mark.parametrize("name", FILES)
def test_duckdb_and_pandas_get_wrong_what_is_forecast_save_for_what_only_cells_tell(name, tmp_path):
    for tool, wrong, findings in measured(name, tmp_path):
        if findings:
            assert wrong is not None, (tool, findings)
        if wrong and (tool, name) not in NOT_FORECAST:
            assert findings, (tool, wrong)


@pytest.mark.parametrize("name", FORMS)
def test_nothing_false_is_forecast_of_what_people_write(name, tmp_path):
    for tool, wrong, findings in measured(name, tmp_path):
        if findings:
            assert wrong is not None, (tool, findings)


def test_telephone_numbers_lose_their_plus():
    [message] = messages(FORMS["telephones.csv"], "pandas")
    assert message == "pandas: +14155550123 in `telephone` becomes 14155550123 (row 1 first)"


@pytest.mark.parametrize("name", FILES | SAMPLES)
def test_what_is_forecast_of_postgres_is_what_it_does(postgres, name, tmp_path):
    content = (FILES | SAMPLES)[name]
    record = described(content, name)
    findings = [one for one in forecast(record) if one["tool"] == "Postgres COPY"]
    wrong = copied_wrong(postgres, content, record, tmp_path)
    assert bool(findings) == bool(wrong), (findings, wrong)


COPIED = """
CREATE TEMP TABLE copied (COLUMNS);
\\copy copied FROM 'a.csv' WITH (FORMAT csv, HEADER NAMED, NULL '')
SELECT coalesce(json_agg(ARRAY(
    SELECT coalesce(value, '') FROM json_each_text(row_to_json(copied))
)), '[]') FROM copied;
"""


def copied_wrong(postgres, content, record, folder):
    """What Postgres gets wrong with a file that it copies into a table of texts, or None."""
    (folder / "a.csv").write_bytes(content)
    columns = ", ".join(f"c{n} text" for n in range(record["column_count"]))
    header = "true" if record["header_rows"] else "false"
    script = COPIED.replace("COLUMNS", columns).replace("NAMED", header)
    try:
        found = postgres.run(script, folder)
    except AssertionError as error:
        return str(error)
    expected = [[cell.replace("\0", "") for cell in row] for row in cells_of(content, record)]
    return None if json.loads(found) == expected else "other rows"


@pytest.mark.parametrize(
    "content",
    [
        b"name\nAda\nGrace\n",
        b"id||name\n1||Ada\n2||Grace\n",
        b"n\n1\n2\n3\n",
        b"t\nred wine\nred\n",
    ],
)
def test_what_is_forecast_of_the_sniffer_is_what_it_does(content):
    [message] = messages(content, "csv.Sniffer")
    assert message.startswith("csv.Sniffer: ")
    delimiter = described(content, "a.csv")["delimiter"]
    try:
        found = csv.Sniffer().sniff(content.decode()).delimiter
    except csv.Error:
        return
    assert found in content.decode()  # so that it splits the only column
    assert found != delimiter


@pytest.mark.parametrize("name", ["plain.csv", "stocks.csv", "seattle-weather.csv"])
def test_of_a_file_that_each_tool_reads_right_nothing_is_forecast(name):
    assert forecast(described(FILES[name], name)) == []


@pytest.mark.parametrize(
    ("tool", "content", "says"),
    [
        (
            "Athena OpenCSVSerDe",
            b'id,note\n1,x\n2,"a\nb\nc"\n',
            "Athena OpenCSVSerDe: 2 quoted newlines split rows (row 2 first)",
        ),
        (
            "Athena LazySimpleSerDe",
            b'id,note\n1,x\n2,"a,b"\n',
            "Athena LazySimpleSerDe: values are in quotes, which it keeps, and splits within",
        ),
        (
            "Glue classifier",
            b"name,city\nAda,London\nGrace,New York\n",
            "Glue classifier: all columns are texts, so the header is not known from the rows",
        ),
        (
            "Glue classifier",
            b"a,2020\nx,1\ny,2\nz,3\n",
            "Glue classifier: the name 2020 is a number, so the header is not seen",
        ),
        (
            "Excel",
            b"id,code\n1,12\n2,007\n",
            "Excel: 007 in `code` becomes 7 (row 2 first)",
        ),
        (
            "Excel",
            b"id,card\n1,4111111111111111\n2,5\n",
            "Excel: 4111111111111111 in `card` becomes 4111111111111110 (row 1 first)",
        ),
        (
            "Excel",
            "id,city\n1,Köln\n2,Bonn\n".encode(),
            "Excel: Köln is read in another encoding, as no mark says that it is UTF-8",
        ),
        (
            "Excel",
            b"id,note\n1," + b"x" * 32_768 + b"\n",
            "Excel: a cell in `note` has 32,768 characters, and 32,767 fit",
        ),
    ],
)
def test_what_documentation_says_is_forecast_with_its_page(tool, content, says):
    [finding] = [one for one in forecast(described(content, "a.csv")) if one["tool"] == tool]
    assert finding["message"] == says
    assert finding["evidence"] == "documentation"
    assert len(finding["source"]) > 10
    place = re.search(r"\(row ([0-9,]+) first\)", says)
    assert finding["row"] == (int(place[1]) if place else None)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"id\n1\n", "a.csv.gz", "it is not gzip"),
        (gzip.compress(b"id\n1\n", mtime=0), "a.csv", "it is gzip, which its name does not say"),
        (gzip.compress(b"id\n1\n", mtime=0), "a.csv.gz", None),
        (b"id\n1\n", "a.csv", None),
    ],
)
def test_athena_goes_by_the_name_of_what_is_compressed(content, name, says):
    found = [one for one in forecast(described(content, name)) if one["tool"] == "Athena"]
    assert [says in one["message"] for one in found] == ([True] if says else [])


@pytest.mark.parametrize(
    ("tool", "content"),
    [
        ("Excel", "id,city\n1,Köln\n2,Bonn\n".encode("utf-8-sig")),
        ("Excel", b"id,card\n1,4000000000000000\n2,5\n"),
        ("Excel", b"id,x\n1,0\n2,0.5\n"),
        ("Athena LazySimpleSerDe", b"id,x\n1,0\n2,0.5\n"),
        ("Glue classifier", b"id,name\n1,a\n2,b\n"),
    ],
)
def test_and_not_where_it_does_not_apply(tool, content):
    assert messages(content, tool) == []


@pytest.mark.parametrize("first", ["-05.5", "-05e1", "-05,5"])
def test_a_fraction_with_leading_zeros_between_integers_is_no_integer(first):
    assert messages(f'id,n\n1,"{first}"\n2,-01\n3,-09\n'.encode(), "DuckDB") == []


def test_more_than_a_sheet_holds_is_said_with_the_first_row_that_is_lost():
    record = described(b"id,x\n1,2\n2,3\n", "a.csv") | {"row_count": 1_048_576}
    [finding] = forecast(record)
    assert finding["message"] == "Excel: 1,048,577 rows, and a sheet has 1,048,576"
    assert finding["row"] == 1_048_576


def test_what_the_issue_of_a_person_is_about_is_said_in_words(tmp_path):
    content = b"code,day\n12,01/02/2020\n007,03/04/2020\n"
    found = {one["message"] for one in forecast(described(content, "a.csv"))}
    assert "Excel: 007 in `code` becomes 7 (row 2 first)" in found
    ambiguous = "DuckDB reads 01/02/2020 in `day` as 2 January or 1 February: ambiguous"
    assert f"{ambiguous} (row 1 first)" in found


@pytest.mark.parametrize("header", ["id,value\n", ""], ids=["header", "no header"])
@pytest.mark.parametrize("line", [20_470, 20_480, 20_481, 20_500])
def test_duckdb_judges_types_by_the_lines_that_the_forecast_says(
    tmp_path, monkeypatch, header, line
):
    rows = [f"{n},{n % 9}\n" for n in range(25_000)]
    rows[line - 1 - bool(header)] = "1,none\n"
    monkeypatch.setitem(FILES, "late.csv", (header + "".join(rows)).encode())
    [(_, wrong, findings), _] = measured("late.csv", tmp_path)
    assert bool(wrong) == bool(findings) == (line > 20_480)


def test_contents_that_a_stage_does_not_keep_are_not_in_a_forecast():
    from chalicelib.catalog.columns import without_contents

    record = described(b"id,code,day\n1,007,01/02/2020\n2,008,03/04/2020\n", "a.csv")
    record["columns"] = [without_contents(column) for column in record["columns"]]
    said = " ".join(one["message"] for one in forecast(record))
    assert "loses its zeros" in said
    assert not re.search("007|008|01/02", said)


def test_a_record_without_a_profile_or_without_columns_has_what_it_tells(client):
    old = described(b"id;name\n1;Ada\n2;Grace\n", "a.csv")
    for newer in ("columns", "profiled_rows", "ragged_rows", "lines", "header_rows"):
        del old[newer]
    assert [one["tool"] for one in forecast(old)] == ["pandas", "Postgres COPY"]
    failed = replace(RECORD, status="failed", error="looks like a PNG picture", column_count=None)
    assert forecast(failed.as_dict()) == []


def test_names_and_cells_in_a_message_are_on_one_line_and_not_too_long():
    assert shown("a\nb\x1b[0m") == "a b [0m"
    assert shown("x" * 50) == "x" * 39 + "…"


def test_a_record_has_its_forecast_by_itself_and_not_in_a_listing(client, indexed):
    import app

    known = described(b"id,code\n1,007\n", "a.csv")
    app.records_table().put_if_newer(replace(RECORD, **known, version_id=None))
    for path in ("/metadata/a.csv", "/metadata?filename=a.csv"):
        found = client.http.get(path).json_body["forecast"]
        assert [one["tool"] for one in found] == ["Glue classifier", "pandas", "Excel"]
    assert "forecast" not in client.http.get("/metadata").json_body["items"][0]


def test_the_tools_that_findings_name_are_those_that_are_run_here():
    pinned = (PROJECT / "requirements-dev.txt").read_text()
    for source in (forecast_duckdb._SOURCE, forecast_python._PANDAS):
        name, version = source.lower().split()
        assert f"{name}=={version}" in pinned


def test_the_document_has_what_was_measured_of_every_file():
    from tests.measure_forecast import DOCUMENT, TOOLS

    rows = re.findall(r"^\| (\S.*?) \| (DuckDB|pandas) \| ", DOCUMENT.read_text(), re.M)
    assert rows == [(name, tool) for name in FILES for tool in TOOLS]
    assert len(FILES) >= 28
    assert set(MORE) < set(FILES)
