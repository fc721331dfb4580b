"""Serve agents by the Model Context Protocol."""

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings


@click.command("mcp")
def command() -> None:
    """Serve agents by the Model Context Protocol."""
    become("mcp", open_settings())
