"""Serve the API and the web UI."""

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings


@click.command("web")
def command() -> None:
    """Serve the API and the web UI."""
    become("web", open_settings())
