"""What ships in a Lambda, packaged by Chalice for both of Lambda's processors."""

import json
import re
from zipfile import ZipFile

import pytest

from tests.deployed import PROJECT, package
from tests.examples import first_of

MACHINES = {"x86_64": 62, "arm64": 183}  # e_machine, of byte 18 of an ELF file (elf.h)
CONFIG = json.loads((PROJECT / ".chalice/config.json").read_text())


@pytest.fixture(scope="module", params=first_of(list(MACHINES)))
def packaged(request, the_package, tmp_path_factory):
    """A processor, and the package for it."""
    file = the_package
    if request.param != "x86_64":
        file = package(tmp_path_factory.mktemp("packaged"), request.param)
    with ZipFile(file) as opened:
        yield request.param, opened


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
