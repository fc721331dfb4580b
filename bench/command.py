"""What the command does: check what was asked for, measure, print."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bench import compare, report
from bench.faults import Wrong
from bench.measurements import NAMES
from bench.options import Options
from bench.run import run

WIDE = 132
"""The width of the tables in a file, where nobody can make a window wider."""


def measure(options: Options, earlier: Path | None) -> dict[str, Any]:
    """Measure and print the table, and the ratios to an earlier run; answers the run as JSON."""
    unknown = sorted(set(options.only) - set(NAMES))
    if unknown:
        raise click.UsageError(f"there is no measurement {', '.join(unknown)}; there are {', '.join(NAMES)}")
    try:
        before = None if earlier is None else compare.read(earlier)
        found = run(options, lambda line: click.echo(line, err=True))
    except (compare.Unreadable, Wrong) as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDE)
    report.show(found, console)
    if before is not None:
        compare.show(before, found.as_json(), console)
    return found.as_json()
