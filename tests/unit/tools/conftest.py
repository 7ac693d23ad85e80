"""What the tests of both folders share: a Postgres server."""

from collections.abc import Iterator

import pytest

from tests.postgres_server import NOT_INSTALLED, Postgres, is_installed, postgres_server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Runs scripts with psql on a server."""
    if not is_installed():
        pytest.skip(NOT_INSTALLED)
    with postgres_server() as server:
        yield server
