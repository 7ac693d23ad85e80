"""The emulator on this laptop: found where one answers, else started; and stopped.

python -m dev.emulator start | stop [--all]
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from ops.stage import ROOT, STATE, answers, endpoint
from ops.terminal import Stop, say

START_SECONDS = 60
STOP_SECONDS = 10
FOLDER_PATH = "/_catalog/folder"


def start() -> str:
    """Make sure that an emulator answers, and say in a few words which.

    One that answers already is used as it is. Exits with a sentence if none can be had.
    """
    url = endpoint()
    if answers(url):
        _require_ours(url)
        return f"the emulator that answers at {url}"
    if os.environ.get("AWS_ENDPOINT_URL"):
        raise Stop(f"AWS_ENDPOINT_URL is {url}, and no emulator answers there: "
                         "start it, or unset AWS_ENDPOINT_URL")  # fmt: skip
    port = _port(url)
    if _is_taken(port):
        raise Stop(f"port {port} is taken by something that is not an emulator: "
                         "choose another, as in `PORT=4577 make run`")  # fmt: skip
    home = _home(port)
    shutil.rmtree(home / "tmp", ignore_errors=True)  # its workers' code, from before
    (home / "tmp").mkdir(parents=True)
    with open(home / "log", "wb") as log:
        fcntl.flock(log, fcntl.LOCK_EX)  # the server inherits the lock, and holds it while it lives
        server = subprocess.Popen(
            [sys.executable, "-m", "dev.ministack_server"],
            cwd=ROOT,
            env=_server_environment(port, home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its workers can be ended with it, as a group
        )
    (home / "pid").write_text(str(server.pid))
    deadline = time.monotonic() + START_SECONDS
    while not answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            _end(home)
            raise Stop(f"the emulator did not start: see {home / 'log'}")
        time.sleep(0.1)
    return f"MiniStack, started at {url}"


def _port(url: str) -> int:
    return urlsplit(url).port or 80


def _require_ours(url: str) -> None:
    """Exit with a sentence if the emulator there is another folder's, or cannot have the app.

    Whoever names it by AWS_ENDPOINT_URL means it. LocalStack belongs to no folder.
    """
    another = "choose another port, as in `PORT=4577 make run`"
    folder = _json(f"{url}{FOLDER_PATH}").get("folder")
    if folder is None and "services" in _json(f"{url}/_ministack/health"):
        raise Stop(f"the MiniStack at {url} was not started by `make run`, and lacks what this "
                   f"app needs: end it, or {another}")  # fmt: skip
    if folder not in (None, str(ROOT.resolve())) and not os.environ.get("AWS_ENDPOINT_URL"):
        raise Stop(f"the emulator at {url} was started from {folder}: {another}, or deploy into "
                   f"that one by `AWS_ENDPOINT_URL={url} make run`")  # fmt: skip


def _json(url: str) -> dict:
    """The object that is answered there; an empty one where something else is."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            found = json.load(answer)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stop(port: int) -> bool:
    """End the emulator that this folder has started on the port. Returns whether there was one."""
    return _end(_home(port))


def stop_all() -> list[int]:
    """End all that this folder has started, with their workers. Returns their ports."""
    ports = [int(home.name.removeprefix("emulator-")) for home in STATE.glob("emulator-*")]
    return [port for port in sorted(ports) if stop(port)]


def _home(port: int) -> Path:
    return STATE / f"emulator-{port}"


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _server_environment(port: int, home: Path) -> dict[str, str]:
    """Return what the server needs, and nothing of the shell's AWS: its functions inherit
    it all.
    """
    mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return mine | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # it would listen on every interface
        "TMPDIR": str(home / "tmp"),
        "PYTHONWARNINGS": "ignore",
    }


def _end(home: Path) -> bool:
    """End the process group whose leader's pid is in `home`, if it still runs."""
    try:
        pid = int((home / "pid").read_text())
    except FileNotFoundError:
        return False
    running = _is_locked(home / "log")
    if running:
        os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _group_exists(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if _group_exists(pid):
            os.killpg(pid, signal.SIGKILL)
    (home / "pid").unlink()
    return running


def _is_locked(log: Path) -> bool:
    """Return whether the server that logs there still runs: a pid alone may be another process's
    now.
    """
    with open(log, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _group_exists(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # it is our child where a start has failed
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    match sys.argv[1:]:
        case ["start"]:
            say(start())
        case ["stop"]:
            port = _port(endpoint())
            if stop(port):
                say(f"stopped the emulator on port {port}")
            else:
                say(f"this folder has no emulator on port {port}")
        case ["stop", "--all"]:
            ports = stop_all()
            say(*(f"stopped the emulator on port {port}" for port in ports))
            if not ports:
                say("this folder has no emulator")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
