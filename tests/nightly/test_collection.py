"""Every process that collects the tests finds the same ones: they can be run side by side."""

import os
import subprocess
import sys

from ops.stage import ROOT

COLLECT = """
import sys, time
import pytest
clock = time.time
time.time = lambda: clock() + {later}
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests"]))
"""


def collecting(later: int, seed: str) -> subprocess.Popen:
    """A process that lists the tests, on another day and with another order of sets."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.Popen(
        [sys.executable, "-c", COLLECT.format(later=later)],
        cwd=ROOT,
        env=mine | {"PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_no_test_is_named_by_the_clock_a_random_number_or_the_order_of_a_set():
    collected = []
    for process in [collecting(0, "1"), collecting(86_400, "2")]:
        printed, _ = process.communicate(timeout=300)
        assert process.returncode == 0, printed
        collected.append([line for line in printed.splitlines() if "::" in line])
    assert len(collected[0]) > 1000
    assert collected[0] == collected[1]
