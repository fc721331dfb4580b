"""Serve agents by the Model Context Protocol."""

from pathlib import Path

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings


@click.command("mcp")
@click.option("--stdio", is_flag=True, help="Speak to the program that started this, over input and output.")
@click.option(
    "--key", metavar="KEY", help="With --stdio: an API key with scope mcp, or @ and a file that holds it."
)
def command(*, stdio: bool, key: str | None) -> None:
    """Serve agents by the Model Context Protocol: over HTTP, or with --stdio one desktop client."""
    if stdio != (key is not None):
        raise click.UsageError(
            "--stdio and --key belong together; make a key with `key create NAME --scope mcp`."
        )
    become("mcp", open_settings(), [] if key is None else ["--stdio", "--key", _lasting(key)])


def _lasting(key: str) -> str:
    """The same key or file of one, wherever the process goes."""
    return f"@{Path(key[1:]).expanduser().absolute()}" if key.startswith("@") else key
