"""A rule about weight: what a function loads at its start, and nothing besides."""

import json
import os
import subprocess
import sys

ALLOWED = {
    "app",
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "certifi",
    "chalice",
    "chalicelib",
    "charset_normalizer",
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
