"""What ships in a Lambda, packaged by Chalice for both of Lambda's processors."""

import json
import re
import shutil
import sys
from zipfile import ZipFile

import pytest
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from tests.deployed import PROJECT

MACHINES = {"x86_64": 62, "arm64": 183}  # e_machine, of byte 18 of an ELF file (elf.h)
CONFIG = json.loads((PROJECT / ".chalice/config.json").read_text())


@pytest.fixture(scope="module", params=MACHINES)
def packaged(request, tmp_path_factory):
    """A processor, and the package for it."""
    root = tmp_path_factory.mktemp("packaged")
    shutil.copytree(PROJECT / "chalicelib", root / "chalicelib")
    for name in ("app.py", "requirements.txt"):
        shutil.copy(PROJECT / name, root / name)
    system = OSUtils()
    packager = LambdaDeploymentPackager(
        system, DependencyBuilder(system, architecture=request.param), UI(), request.param
    )
    python = "python{}.{}".format(*sys.version_info)
    with ZipFile(packager.create_deployment_package(str(root), python)) as package:
        yield request.param, package


def test_every_requirement_has_a_wheel_for_either_processor(packaged):
    _, package = packaged
    required = re.findall(r"^([\w.-]+)==(\S+)", (PROJECT / "requirements.txt").read_text(), re.M)
    folders = {name.split("/")[0] for name in package.namelist()}
    assert {f"{name.replace('-', '_')}-{version}.dist-info" for name, version in required} < folders


def test_what_is_compiled_is_for_that_processor(packaged):
    processor, package = packaged
    compiled = [name for name in package.namelist() if name.endswith(".so")]
    assert compiled
    for name in compiled:
        header = package.read(name)[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == MACHINES[processor]


def test_the_commands_stay_at_home(packaged):
    _, package = packaged
    assert not any(name.startswith(("ops/", "dev/", "tests/")) for name in package.namelist())


def test_production_runs_on_the_cheaper_processor():
    assert CONFIG["stages"]["prod"]["lambda_architecture"] == "arm64"
