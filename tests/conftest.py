"""What all tests share: how they run, and the catalog on an emulator, which is deployed once."""

import fcntl
import gc
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings

from tests.deployed import (
    Catalog,
    Project,
    copy_emulator_to,
    emulator,
    own_code_of,
    package,
    take_down,
)
from tests.examples import examples
from tests.ports import port_of_ones_own
from tests.sign_in import SignInCatalog

# No claim here is about time or chance: a busy machine must not fail one, nor an example that the
# run before did not have. `make fuzz` looks for those.
settings.register_profile(
    "repeatable",
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

Made = TypeVar("Made")


def pytest_collection_finish() -> None:
    """Have Python look for garbage seldom, and never among what was imported.

    A sixth of the time of the fast tests went into that: pandas and moto, again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id) -> Path:
    """A folder that all workers share."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session")
def once(shared) -> Callable[[str, Callable[[], Made]], Made]:
    """Makes what all workers use: the first to ask makes it, and the others wait for that."""

    def once(name: str, make: Callable[[], Made]) -> Made:
        with open(shared / f"{name}.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = shared / f"{name}.pickle"
            if not made.exists():
                made.write_bytes(pickle.dumps(make()))
            return pickle.loads(made.read_bytes())  # noqa: S301

    return once


@pytest.fixture(scope="session")
def endpoint(once, shared) -> str:
    """The URL of an emulator."""

    def start() -> str:
        home = shared / "emulator"
        home.mkdir()
        copy_emulator_to(home)
        with port_of_ones_own() as port:
            emulator("start", home, PORT=port)
        return f"http://localhost:{port}"

    return os.environ.get("AWS_ENDPOINT_URL") or once("endpoint", start)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the emulator; or take off one that goes on what was deployed. No worker is left."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    shared = session.config._tmp_path_factory.getbasetemp()
    if (home := shared / "emulator").exists():
        emulator("stop", home)
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        for deployed in shared.glob("csv-*/.chalice/deployed/local.json"):
            take_down(deployed.parents[2], url)


@pytest.fixture(scope="session")
def the_package(once, tmp_path_factory) -> Path:
    """The app as Chalice packages it, with its requirements."""
    return once("package", lambda: package(tmp_path_factory.mktemp("packaging")))


@pytest.fixture(scope="session")
def own_code(once, the_package, tmp_path_factory) -> Path:
    """The same without its requirements, which functions of MiniStack have from this Python.

    Fifty times smaller, and deployed in half of the time.
    """
    if "AWS_ENDPOINT_URL" in os.environ:
        return the_package
    return once("own_code", lambda: own_code_of(the_package, tmp_path_factory.mktemp("own_code")))


@pytest.fixture(scope="session")
def new_project(endpoint, own_code, shared) -> Callable[[], Project]:
    """Makes a copy of the project with names of its own."""
    return lambda: Project(shared, endpoint, own_code)


@pytest.fixture(scope="session")
def catalog(once, endpoint, the_package, shared) -> Catalog:
    """The catalog, deployed as `make run` does it, with all that ships."""

    def deploy() -> Project:
        project = Project(shared, endpoint, the_package)
        project.catalog("deploy", "--yes")
        return project

    return Catalog(once("catalog", deploy))


@pytest.fixture(scope="session")
def people_catalog(once, new_project) -> SignInCatalog:
    """The catalog, deployed as `./catalog deploy` does it; one person has signed in."""

    def deploy() -> Project:
        project = new_project()
        try:
            project.client("cognito-idp").list_user_pools(MaxResults=1)
        except ClientError as error:
            pytest.skip(f"LocalStack's free edition has no Cognito, so nobody can sign in: {error}")
        project.set_variables(API_AUTHORIZATION="COGNITO", ALARM_EMAIL="on-call@example.com")
        project.catalog("deploy", "--yes")
        # Once more, as who knows Chalice does it: the pool is in the settings by now.
        project.run("chalice-local", "deploy", "--stage", "local")
        SignInCatalog(project).sign_in_first()
        return project

    return SignInCatalog(once("people_catalog", deploy))
