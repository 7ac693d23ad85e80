"""Rules about weight: what a function ships with, and what it loads at its start."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ALLOWED = {
    "app",
    "backports",  # for Zstandard; urllib3 loads it where it is
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "certifi",
    "chalice",
    "chalicelib",
    "dateutil",
    "jmespath",
    "s3transfer",
    "six",
    "typing_extensions",
    "urllib3",
}
LOADED = """
import json, sys
import app
names = {
    name.partition(".")[0]
    for name, module in sys.modules.items()
    if "site-packages" in (getattr(module, "__file__", None) or "") and not name.startswith("_")
}
print(json.dumps(sorted(names)))
"""


def test_the_app_loads_only_what_ships_with_it_and_aws_own_boto3():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, env=os.environ
    )
    assert set(json.loads(done.stdout)) <= ALLOWED


PROFILED = """
import io, sys
from chalicelib.csv_reader import read_csv_metadata
for megabytes in (0, 3):
    data = b"id,name\\n" + b"123456789,abcdef\\n" * (1 + megabytes * 60_000)
    found = read_csv_metadata(io.BytesIO(data), profile=True)
    print(found.profiled_rows == found.row_count, "duckdb" in sys.modules)
"""


def test_the_engine_is_loaded_when_a_file_is_long_enough_to_need_it():
    done = subprocess.run(
        [sys.executable, "-c", PROFILED], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.splitlines() == ["True False", "True True"]


PROJECT = Path(__file__).parents[2]
SHIPPED = re.findall(r"^([\w.-]+)==", (PROJECT / "requirements.txt").read_text(), re.MULTILINE)


def test_the_package_stays_under_30_mb():
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:  # at least
        for name in SHIPPED:
            for path in distribution(name).files:
                if not {"..", "__pycache__"} & set(path.parts):
                    file.write(path.locate(), str(path))
        for path in [PROJECT / "app.py", *(PROJECT / "chalicelib").rglob("*")]:
            if "__pycache__" not in path.parts:
                file.write(path, path.relative_to(PROJECT))
    assert package.tell() < 30_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="wheels of other systems are not deployed")
def test_what_ships_suits_the_glibc_of_every_runtime():
    """Chalice packages wheels for glibc 2.26 up to Python 3.11, and for 2.34 from 3.12 on."""
    newest = (2, 26) if sys.version_info < (3, 12) else (2, 34)
    for name in SHIPPED:
        wheel = distribution(name).read_text("WHEEL")
        tags = re.findall(r"Tag: .*?-([^-\s]+)$", wheel, re.MULTILINE)
        wants = [tuple(map(int, found)) for found in re.findall(r"manylinux_(\d+)_(\d+)", wheel)]
        old = "any" in tags or "manylinux2014" in wheel
        assert old or any(glibc <= newest for glibc in wants), name
