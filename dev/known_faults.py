"""Look up known faults of what ships in a Lambda, as PyPI lists them.

python -m dev.known_faults
"""

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

from ops.stage import ROOT
from ops.terminal import Stop, say

URL = "https://pypi.org/pypi/{name}/{version}/json"
SECONDS = 20


def ask_pypi(name: str, version: str) -> dict[str, Any]:
    """Return what PyPI knows of a release. Raises OSError or ValueError."""
    with urllib.request.urlopen(URL.format(name=name, version=version), timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def known_faults(
    requirements: str, ask: Callable[[str, str], dict[str, Any]]
) -> tuple[list[str], list[str]]:
    """Return a line for each fault of the requirements, and those that nothing is known of."""
    faults, unknown = [], []
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", requirements, re.M):
        try:
            vulnerabilities = ask(name, version)["vulnerabilities"]
        except (OSError, ValueError, KeyError, TypeError):
            unknown.append(f"{name} {version}")
            continue
        for fault in vulnerabilities:
            if not fault.get("withdrawn"):
                mended = ", ".join(fault.get("fixed_in") or []) or "no release"
                faults.append(f"{name} {version}: {fault['id']}, mended in {mended}")
    return faults, unknown


def main() -> None:
    faults, unknown = known_faults((ROOT / "requirements.txt").read_text(), ask_pypi)
    if unknown:
        say(f"PyPI says nothing of the faults of {', '.join(unknown)}")
    if faults:
        raise Stop(*faults)
    if not unknown:
        say("No fault is known of what ships.")


if __name__ == "__main__":
    main()
