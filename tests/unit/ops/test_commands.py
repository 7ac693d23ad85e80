"""What the commands say to a mistake: one line, and how to go on."""

import pytest

from tests.unit.command import run


@pytest.mark.parametrize(
    "command", [("ops.upload", "samples/orders.csv"), ("ops.logs",)], ids=lambda c: c[0]
)
def test_without_an_emulator_a_command_says_so_in_one_line(command, silent_port):
    status, lines = run(*command, PORT=silent_port)
    assert status == 1
    assert lines == [
        f"no emulator answers at http://localhost:{silent_port}: start one with `make run`"
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "which file? As in `make upload FILE=samples/orders.csv`"),
        ("nowhere.csv", "there is no file nowhere.csv"),
        ("samples/orders.csv nowhere.csv", "there is no file nowhere.csv"),
        ("'unbalanced", "there is no file 'unbalanced"),
        ("Makefile", "Makefile is not a .csv, .tsv or .txt file, gzipped or not: "
                      "the catalog would leave it alone"),
        ("tests/events", "tests/events holds no .csv, .tsv or .txt file, gzipped or not"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_uploaded_is_one_line(path, reason):
    status, lines = run("ops.upload", path)
    assert (status, lines) == (1, [reason])


def test_a_stage_that_is_not_configured_is_one_line():
    status, lines = run("ops.deploy", "staging", "--yes")
    assert status == 1
    assert lines == ["there is no stage 'staging': .chalice/config.json has local, prod"]


@pytest.mark.parametrize("module", ["ops.deploy", "ops.logs", "ops.backfill", "ops.dead_letters"])
def test_a_command_called_wrongly_explains_itself(module):
    status, lines = run(module, "too", "many", "words")
    assert status == 1
    assert f"python -m {module}" in "\n".join(lines)
