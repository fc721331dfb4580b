"""What the command does: make the storm, print its outcome."""

import signal
from typing import Any

import click
from rich.console import Console

from bench.chaos.options import Broker, Options
from bench.chaos.report import Report, show
from bench.chaos.run import run
from bench.faults import NotHere, Wrong

WIDE = 132
"""The width of the table in a file, where nobody can make a window wider."""


def storm(*, broker: str, **wanted: Any) -> Report:
    """Make a storm with these fields of `Options` and print its table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = run(Options(broker=Broker(broker), **wanted), lambda line: click.echo(line, err=True))
    except (NotHere, Wrong) as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDE)
    show(report, console)
    return report
