"""The Makefile says what it can do, in a terminal of 80 columns."""

import re
import subprocess

from ops.stage import ROOT

KEPT = {
    "run", "stop", "url", "test", "test-unit", "test-integration", "lint", "bench", "plot", "fuzz",
    "hostile",
    "forecast", "screenshots", "load", "lock", "clean",
}  # fmt: skip


def test_every_target_of_the_makefile_is_listed_with_one_line_of_80_columns():
    makefile = (ROOT / "Makefile").read_text()
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split()
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    assert set(phony) >= KEPT
    for target in phony:
        assert re.search(rf"^make {target}\s+\S", listed, re.MULTILINE), target
    assert all(len(line) <= 80 for line in listed.splitlines())
