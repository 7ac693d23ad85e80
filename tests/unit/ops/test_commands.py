"""`./catalog`: what it can do, what it says to a mistake, and how it ends."""

import os
import re
import signal
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ops.command import MODULES, Commands
from ops.command import catalog as commands
from ops.stage import ROOT
from tests.unit.command import catalog, heed_interrupts

CONTEXT = click.Context(commands, info_name="catalog")


@pytest.mark.parametrize("command", [("upload", "samples/orders.csv"), ("logs",), ("url",)])
def test_without_an_emulator_a_command_says_so_in_one_line(command, silent_port):
    status, lines = catalog(*command, PORT=silent_port)
    assert status == 1
    assert lines == [
        f"no emulator answers at http://localhost:{silent_port}: start one with `make run`"
    ]


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["nowhere.csv"], "there is no file nowhere.csv"),
        (["samples/orders.csv", "nowhere.csv"], "there is no file nowhere.csv"),
        (["'unbalanced"], "there is no file 'unbalanced"),
        (["tests/events"], "there is nothing to upload"),
        (["Makefile"], "there is nothing to upload"),
    ],
)
def test_a_file_that_cannot_be_uploaded_is_named(paths, reason, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(commands, ["upload", *paths])
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, reason)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["deploy", "--stage", "staging"], "'--stage': there is no stage 'staging'"),
        (["describe"], "Missing argument 'FILE…'"),
        (["describe", "--jsn", "a.csv"], "No such option '--jsn'. Did you mean '--json'?"),
        (["describe", "a.csv", "--format", "oracle"], "'oracle' is not one of 'table-schema'"),
        (["logs", "--grep", "("], "'(' is not a regular expression"),
        (["backfill", "--retry", "all"], "'all' is not 'failed'"),
        (["invite", "ada"], "'ada' is not the address of a person"),
        (["contract"], "Missing argument 'DATASET'"),
        (["logs", "yesterday"], "Got unexpected extra argument (yesterday)"),
        (["lgos"], "No such command 'lgos'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_argument_is_named_with_what_is_wrong_about_it(arguments, said):
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_the_help_lists_all_commands_by_subject_each_with_its_example():
    status, lines = catalog("--help")
    assert status == 0
    assert all(len(line) <= 80 for line in lines)
    listed = [name for line in lines if (name := line.strip().split(" ")[0]) in MODULES]
    assert listed == list(MODULES)
    for number, line in enumerate(lines):
        if (name := line.strip().split(" ")[0]) in MODULES:
            assert f"./catalog {name}" in lines[number + 1]


@pytest.mark.parametrize("name", MODULES)
def test_each_command_explains_itself_its_options_and_gives_an_example(name):
    command = commands.get_command(CONTEXT, name)
    assert command.help
    assert f"./catalog {name}" in command.epilog
    assert all(o.help for o in command.params if isinstance(o, click.Option))
    assert "--stage" in command.get_help(CONTEXT) or name == "describe"


@pytest.mark.parametrize("name", ["describe", "upload", "logs", "verify", "backfill", "redrive"])
def test_what_a_program_may_want_to_read_can_be_had_as_json(name):
    assert "--json" in commands.get_command(CONTEXT, name).get_help(CONTEXT)


def completed(*words):
    """What bash is offered for the last of the words."""
    environment = os.environ | {
        "_CATALOG_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["catalog", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = CliRunner().invoke(commands, env=environment, prog_name="catalog")
    return re.findall(r"^plain,(.*)$", done.output, re.M)


def test_a_shell_completes_commands_options_and_stages():
    assert completed("de") == ["describe", "dead-letters", "deploy", "destroy"]
    assert "--prefix" in completed("upload", "--p")
    assert completed("logs", "--stage", "") == ["local", "prod"]


def test_completion_of_commands_imports_none_of_them():
    before = set(sys.modules)
    Commands("catalog").shell_complete(CONTEXT, "u")
    assert not {name for name in set(sys.modules) - before if name.startswith("ops.")}


@pytest.mark.parametrize(
    "command", [["describe", "samples/orders.csv"], ["--help"], ["describe", "--help"]]
)
def test_a_closed_pipe_ends_a_command_in_silence(command):
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "ops.command", *command],
        cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_interrupt_ends_a_command_in_silence():
    process = subprocess.Popen(
        [sys.executable, "-m", "ops.command", "describe", "samples/orders.csv", "-"],
        cwd=ROOT,
        stdin=subprocess.PIPE,  # which never ends
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
