"""The subcommands of `./catalog` by subject, and the exit status of each."""

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

# The module of each command. Only the one that is used is imported.
SUBJECTS = {
    "Local files": {"describe": "describe"},
    "Files in the catalog": {
        "upload": "upload",
        "url": "stage",
        "logs": "logs",
        "contract": "contract",
    },
    "Keeping it right": {
        "verify": "backfill",
        "backfill": "backfill",
        "dead-letters": "dead_letters",
        "redrive": "dead_letters",
        "indexes": "indexes",
    },
    "Deployment": {"deploy": "deploy", "destroy": "destroy", "policies": "policies"},
    "People": {"invite": "people", "token": "people"},
}
MODULES = {name: module for commands in SUBJECTS.values() for name, module in commands.items()}
INTERRUPTED, PIPE_CLOSED = 130, 141


class Commands(click.Group):
    """Commands that are listed by subject, each with its example."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in MODULES:
            return None
        module = import_module(f"ops.{MODULES[name]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def shell_complete(self, _ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in MODULES if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for subject, names in SUBJECTS.items():
            with formatter.section(subject):
                for name in names:
                    command = self.get_command(ctx, name)
                    if command is None:
                        continue
                    example = (command.epilog or "").removeprefix("Example: ")
                    formatter.write(f"  {name:14}{command.get_short_help_str(62)}\n")
                    formatter.write(f"{'':18}{example}\n")

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with _ending():  # `--help` is printed here
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> object:
        with _ending():
            return super().invoke(ctx)


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    """Exit with the status of a shell: click itself would print an empty line, or exit with 1."""
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        raise click.exceptions.Exit(PIPE_CLOSED) from None


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nCompletion in this shell (or zsh_source, fish_source):\n"
    '    eval "$(_CATALOG_COMPLETE=bash_source ./catalog)"',
)
def catalog() -> None:
    """Know what is in CSV files: local ones, and those in the catalog."""


def main() -> None:
    """Run the command that was asked for, and exit with its status."""
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        status = PIPE_CLOSED
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status in (PIPE_CLOSED, INTERRUPTED):  # at once: no thread is waited for, nothing flushed
        with contextlib.suppress(BrokenPipeError):
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _run() -> int:
    try:
        return catalog.main(prog_name="catalog", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED


if __name__ == "__main__":
    main()
