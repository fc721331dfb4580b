"""Run the timetable: schedules, rescue, re-ringing, clean-up, notices."""

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings


@click.command("scheduler")
def command() -> None:
    """Run the timetable: schedules, rescue, re-ringing, clean-up, notices."""
    become("scheduler", open_settings())
