"""What all tests share: how they run, and the catalog on an emulator, which is deployed once."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.deployed import PROJECT, Catalog, Project

# No claim here is about time: a busy machine must not fail one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory) -> Iterator[str]:
    """The URL of an emulator."""
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        yield url
        return
    home = tmp_path_factory.mktemp("emulator")
    for part in ("dev", "ops"):
        shutil.copytree(PROJECT / part, home / part)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "dev.emulator"]
    environment = os.environ | {"PORT": port}
    subprocess.run([*command, "start"], cwd=home, env=environment, check=True)
    yield f"http://localhost:{port}"
    subprocess.run([*command, "stop"], cwd=home, env=environment, check=True)


@pytest.fixture(scope="session")
def new_project(endpoint, tmp_path_factory) -> Iterator[Callable[[], Project]]:
    """Makes a copy of the project with names of its own; what was deployed is taken off at last."""
    projects = []

    def make() -> Project:
        projects.append(Project(tmp_path_factory.mktemp("project"), endpoint))
        return projects[-1]

    yield make
    for project in projects:
        if (project.root / ".chalice/deployed/local.json").exists():
            project.delete_functions()


@pytest.fixture(scope="session")
def catalog(new_project) -> Catalog:
    """The catalog, deployed as `make run` does it."""
    project = new_project()
    project.run("python", "-m", "ops.deploy", "local", "--yes")
    return Catalog(project)
