"""A command, run in a process of its own."""

import os
import signal
import subprocess
import sys

from ops.stage import ROOT


def catalog(*command: str, **variables: str) -> tuple[int, list[str]]:
    """A command of `./catalog`: its exit status and the lines it printed."""
    return run("ops.command", *command, **variables)


def run(*command: str, **variables: str) -> tuple[int, list[str]]:
    """A module's command: its exit status and the lines it printed."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("AWS_") and n != "PORT"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, (done.stdout + done.stderr).rstrip().splitlines()


def heed_interrupts() -> None:
    """Have a process end by an interrupt, which those of a run in the background ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
