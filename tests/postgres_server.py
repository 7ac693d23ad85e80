"""A Postgres of the tests' own: Debian's, on a free port and in a folder, as a user of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NOT_INSTALLED = "Postgres is not installed: apt-get install postgresql"
_SECONDS = 60


class ServerFailed(Exception):
    """The server ended, or did not answer in time; its log says why."""


@dataclass(frozen=True)
class Postgres:
    """A server that runs: `environment` has the variables by which psql finds it."""

    psql: str
    environment: dict[str, str]

    def run(self, script: str, folder: Path) -> str:
        """What psql prints of a script that it runs in the folder."""
        done = subprocess.run(
            [self.psql, "-X", "-At", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env=os.environ | self.environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def program(name: str) -> str | None:
    """Where a program of Postgres is. Debian keeps the server's outside of the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


def is_installed() -> bool:
    """Whether all that it takes is there."""
    return all(map(program, ("initdb", "postgres", "psql", "pg_isready")))


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server, until the end of the block."""
    home = Path(tempfile.mkdtemp())
    as_user = {}
    if os.geteuid() == 0:  # whom Postgres refuses to run for
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(home, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    made = ["-D", str(home / "data"), "-U", "tests", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run([program("initdb"), *made], check=True, capture_output=True, cwd=home, **as_user)
    where = ["-p", port, "-k", str(home), "-c", "listen_addresses=", "-c", "fsync=off"]
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(
            [program("postgres"), "-D", str(home / "data"), *where],
            cwd=home,
            stderr=log,
            **as_user,
        )
    environment = {"PGHOST": str(home), "PGPORT": port, "PGUSER": "tests"}
    environment |= {"PGDATABASE": "postgres", "PGTZ": "UTC", "PGCLIENTENCODING": "UTF8"}
    try:
        until = time.monotonic() + _SECONDS
        while not _answers(environment):
            if server.poll() is not None or time.monotonic() > until:
                raise ServerFailed((home / "log").read_text())
            time.sleep(0.05)
        yield Postgres(program("psql"), environment)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(home)


def _answers(environment: dict[str, str]) -> bool:
    """Whether the server takes questions: it listens a moment before it does."""
    asked = subprocess.run([program("pg_isready"), "-q"], check=False, env=os.environ | environment)
    return asked.returncode == 0
