"""Run the timetable: rescue, re-ringing, cleanup."""

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings


@click.command("scheduler")
def command() -> None:
    """Run the timetable: rescue, re-ringing, cleanup."""
    become("scheduler", open_settings())
