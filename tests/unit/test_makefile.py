"""The Makefile tells what it can do."""

import re
import subprocess

from ops.stage import ROOT


def test_every_target_of_the_makefile_is_listed_with_one_line():
    makefile = (ROOT / "Makefile").read_text()
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE))
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for target in phony.split():
        assert re.search(rf"^  make {target}\s+\S", listed, re.MULTILINE), target
