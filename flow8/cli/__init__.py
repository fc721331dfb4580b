"""The command line: every file here that has a `command` is one, named like the file.

The list of commands shows the first line of each file, read without importing it, so that `--help` is quick
and a command loads nothing but its own.
"""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from config.settings import SettingsError
from flow8.errors import Flow8Error

FOLDER = Path(__file__).parent


class Commands(click.Group):
    """Finds the commands in this folder, and says what went wrong in plain sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks so
        """The names of all commands."""
        return [name for name, _ in _found()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"flow8.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """The list in `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_found()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its errors become one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (Flow8Error, SettingsError) as error:
            raise click.ClickException(str(error)) from error


def _found() -> Iterator[tuple[str, str]]:
    for file in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "command" for node in tree.body):
            yield file.stem, (ast.get_docstring(tree) or "").partition("\n")[0]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def flow8() -> None:
    """A self-hosted workflow platform: ./flow8core up starts everything."""


def main() -> None:
    """Run the command line; ends the process."""
    sys.exit(flow8(prog_name="flow8core"))
