"""The statements for Postgres, run by psql on a Postgres of the tests' own: values as cataloged."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib.web.schema import schema_of
from chalicelib.web.schema_table import NoSchema
from tests.unit.web.schema_files import DIFFICULT, SAMPLES, VEGA, described, value, values

FILES = DIFFICULT | SAMPLES | VEGA
TYPES = {
    "integer": "bigint",
    "decimal": "numeric",
    "double": "double precision",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "empty": "text",
}


def program(name: str) -> str | None:
    """Where a program of Postgres is. Debian keeps the server's outside of the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


@pytest.fixture(scope="module")
def postgres() -> Iterator[SimpleNamespace]:
    """Runs scripts with psql, against a server that listens on a free port and in a folder."""
    programs = [program(name) for name in ("initdb", "postgres", "psql")]
    if not all(programs):
        pytest.skip("Postgres is not installed: apt-get install postgresql")
    initdb, server, psql = programs
    home = tempfile.mkdtemp()
    as_user: list[str] = []
    if os.geteuid() == 0:  # whom Postgres refuses to run for
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(home, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    data = f"{home}/data"
    subprocess.run(
        [*as_user, initdb, "-D", data, "-U", "tests", "-A", "trust", "-N", "-E", "UTF8"],
        check=True,
        capture_output=True,
        cwd=home,
    )
    where = ["-p", port, "-k", home, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    with open(f"{home}/log", "wb") as log:
        running = subprocess.Popen([*as_user, server, "-D", data, *where], cwd=home, stderr=log)
    environment = os.environ | {"PGTZ": "UTC", "PGCLIENTENCODING": "UTF8"}

    def run(script: str, folder: Path = Path(home)) -> str:
        to_it = ("-h", home, "-p", port, "-U", "tests", "-d", "postgres")
        done = subprocess.run(
            [psql, *to_it, "-X", "-At", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        while not Path(home, f".s.PGSQL.{port}").exists():
            with pytest.raises(subprocess.TimeoutExpired):  # what it ends with, were it to end
                running.wait(0.1)
        yield SimpleNamespace(run=run)
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(home)


ROWS = """
SELECT to_json(ARRAY(SELECT value FROM json_each_text(row_to_json(t)))) FROM "{0}" t;
SELECT data_type FROM information_schema.columns WHERE table_name = '{0}' ORDER BY ordinal_position;
DROP TABLE "{0}";
"""


def loaded(postgres, record, folder=None):
    """The rows of the table that the statements make, as values, and the types of its columns."""
    statements = schema_of(record, "postgres")[1]
    name = statements.split('CREATE TABLE "')[1].split('"')[0]
    lines = postgres.run(statements + ROWS.format(name), *([folder] if folder else []))
    lines = lines.splitlines()
    found = [json.loads(line) for line in lines[: -record["column_count"]]]
    plain = [{**column, "notes": (), "null_words": ()} for column in record["columns"]]
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
        """-- The file, downloaded, stands in the folder that psql was started in.
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
