"""What all tests share: how they run, and the catalog on an emulator, which is deployed once."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings

from tests.deployed import Catalog, Project, copy_emulator_to, package
from tests.examples import examples
from tests.ports import port_of_ones_own
from tests.sign_in import SignInCatalog

# No claim here is about time or chance: a busy machine must not fail one, nor an example that the
# run before did not have. `make fuzz` looks for those.
settings.register_profile(
    "repeatable",
    max_examples=examples(50),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory) -> Iterator[str]:
    """The URL of an emulator."""
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        yield url
        return
    home = tmp_path_factory.mktemp("emulator")
    copy_emulator_to(home)
    command = [sys.executable, "-m", "dev.emulator"]
    with port_of_ones_own() as port:
        environment = os.environ | {"PORT": port}
        subprocess.run([*command, "start"], cwd=home, env=environment, check=True)
        yield f"http://localhost:{port}"
        subprocess.run([*command, "stop"], cwd=home, env=environment, check=True)


@pytest.fixture(scope="session")
def the_package(tmp_path_factory, worker_id) -> Path:
    """The app as Chalice packages it, with its requirements: once, for all that deploy it."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent  # which the workers share
    with open(folder / "packaging", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "packaged"
        if not made.exists():
            package(tmp_path_factory.mktemp("packaging")).parent.rename(made)
    [the_package] = made.iterdir()
    return the_package


@pytest.fixture(scope="session")
def new_project(endpoint, the_package, tmp_path_factory) -> Iterator[Callable[[], Project]]:
    """Makes a copy of the project with names of its own.

    What was deployed is taken off at last, from an emulator that goes on.
    """
    projects = []

    def make() -> Project:
        projects.append(Project(tmp_path_factory.mktemp("project"), endpoint, the_package))
        return projects[-1]

    yield make
    for project in projects if "AWS_ENDPOINT_URL" in os.environ else ():
        if (project.root / ".chalice/deployed/local.json").exists():
            project.delete_functions()


@pytest.fixture(scope="session")
def catalog(new_project) -> Catalog:
    """The catalog, deployed as `make run` does it."""
    project = new_project()
    project.run("python", "-m", "ops.deploy", "local", "--yes")
    return Catalog(project)


@pytest.fixture(scope="session")
def people_catalog(new_project) -> SignInCatalog:
    """The catalog, deployed as `make deploy` does it, where people sign in; one is invited."""
    project = new_project()
    try:
        project.client("cognito-idp").list_user_pools(MaxResults=1)
    except ClientError as error:
        pytest.skip(f"LocalStack's free edition has no Cognito, so nobody can sign in: {error}")
    project.set_variables(API_AUTHORIZATION="COGNITO", ALARM_EMAIL="on-call@example.com")
    project.run("python", "-m", "ops.deploy", "local", "--yes")
    return SignInCatalog(project)
