"""The documents' commands, run in order in a fresh copy of the project, print what they show.

Every block marked `console` is run. What differs from run to run is compared as what it is: a time
for a time, an id for an id. A line `…` stands for any lines, or for none.
"""

import os
import re
import subprocess
from contextlib import ExitStack
from functools import partial

import pytest

from chalicelib.web.openapi.document import openapi
from ops.command import MODULES
from tests.deployed import PROJECT
from tests.ports import port_of_ones_own
from tests.postgres_server import NOT_INSTALLED, is_installed, postgres_server

README = PROJECT / "README.md"
# In this order: a document may build on those before it.
DOCUMENTS = (
    README,
    *(PROJECT / "docs" / f"{name}.md" for name in ("api", "loading", "datasets", "operating")),
)
VARYING = (
    (r"PORT=\d+ (?=make|\./catalog)", ""),
    (r"(localhost|127\.0\.0\.1):\d+", r"\1:4566"),
    (r"on port \d+", "on port 4566"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"(?<=execute-api/)\w+", "API"),
    (r'(?<="sequencer": ")[0-9A-F]+', "SEQUENCER"),
    (r"[\d.]+ ?MB/s|[\d.]+ milliseconds", "SPEED"),
)


def sessions():
    """The commands of the console blocks, each with the lines that it is said to print."""
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for session in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = session.partition("\n")
            while command.endswith("\\"):
                line, _, output = output.partition("\n")
                command = f"{command}\n{line.removeprefix('> ')}"
            yield command, output


def plain(output):
    for pattern, name in VARYING:
        output = re.sub(pattern, name, output)
    return "".join(f"{line.rstrip()}\n" for line in output.strip().splitlines())


def as_pattern(expected):
    lines = plain(expected).splitlines(keepends=True)
    return "".join(r"(?:.*\n)?" if line == "…\n" else re.escape(line) for line in lines)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A function that runs a command in a copy of what git has, on a port of its own."""
    root = tmp_path_factory.mktemp("clone")
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, files):
        if (PROJECT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes((PROJECT / name).read_bytes())
            (root / name).chmod((PROJECT / name).stat().st_mode)
            os.utime(root / name, (0, 0))  # older than the virtual environment
    (root / ".venv").symlink_to(PROJECT / ".venv")
    environment = {
        n: v for n, v in os.environ.items() if not n.startswith(("AWS_", "MAKE", "MFLAGS"))
    }

    def run(command, port):
        return subprocess.run(
            ["bash", "-c", command.replace("localhost:4566", f"localhost:{port}")],  # noqa: S607
            cwd=root,
            env=environment | {"PORT": port, "COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )

    with ExitStack() as stack:
        if is_installed():
            environment |= stack.enter_context(postgres_server()).environment
        port = stack.enter_context(port_of_ones_own())
        yield partial(run, port=port)
        run("make stop ALL=1", port)


def test_every_command_of_the_documents_prints_what_they_show(clone):
    commands = list(sessions())
    assert "make run" in dict(commands)
    without = [command for command, _ in commands if "psql " in command and not is_installed()]
    commands = [(command, output) for command, output in commands if command not in without]
    for command, expected in commands:
        done = clone(command)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        assert re.fullmatch(as_pattern(expected), plain(done.stdout), re.S), (
            f"$ {command}\n{done.stdout}"
        )
    if without:
        pytest.skip(f"all but {without}: {NOT_INSTALLED}")


def test_every_make_target_and_command_that_a_document_names_exists():
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    documents = [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
    text = "\n".join(document.read_text() for document in documents)
    named = set(re.findall(r"(?:^|`|\$ )(?:[A-Z]+=\S+ )?make ([a-z-]+)", text, re.M))
    assert named <= targets
    assert targets - named - {"help", "lint-page"} == set(), "targets that no document names"
    assert set(re.findall(r"\./catalog ([a-z][a-z-]+)", text)) == set(MODULES)


@pytest.mark.parametrize("path", openapi()["paths"])
def test_every_route_has_a_curl(path):
    address = re.sub(r"\\{\w+\\}", '[^/?"]+', re.escape(path))
    pattern = rf'curl .*"\$\(\./catalog url\){address}(\?[^"]*)?"'
    assert any(re.search(pattern, command) for command, _ in sessions())


def test_the_readme_is_short():
    assert len(README.read_text().splitlines()) <= 200
