"""Measure what flow8 costs on this machine, beside the same work without it."""

import json
from pathlib import Path

import click


@click.command("bench")
@click.option(
    "--json", "to_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the run there."
)
@click.option(
    "--compare",
    "earlier",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Print ratios to an earlier run, which --json wrote.",
)
@click.option("--only", metavar="NAMES", help="Only these measurements, with commas between them.")
@click.option(
    "--quick", is_flag=True, help="A fiftieth of the work: shows that everything runs, measures nothing."
)
@click.option(
    "--rounds", default=3, show_default=True, type=click.IntRange(1), help="How often each is repeated."
)
@click.option(
    "--seconds", default=3.0, show_default=True, type=click.FloatRange(0.1), help="One window of load."
)
@click.option("--seed", default=1, show_default=True, help="Of the orders that are sent.")
@click.option(
    "--broker", metavar="URL", help="Measure over this RabbitMQ (amqp://...), with a vhost of its own."
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the data of the run lies meanwhile; without it the folder for temporary files.",
)
def command(
    *,
    to_file: Path | None,
    earlier: Path | None,
    only: str | None,
    quick: bool,
    rounds: int,
    seconds: float,
    seed: int,
    broker: str | None,
    folder: Path | None,
) -> None:
    """Measure flow8 on this machine. It starts what it needs, in a folder of its own, and leaves nothing."""
    # The bench stands outside the house: only its command knows it, and only when it is called.
    from bench.command import measure  # noqa: PLC0415 - see above
    from bench.options import Options  # noqa: PLC0415 - the same

    names = tuple(word.strip() for word in (only or "").split(",") if word.strip())
    options = Options(names, quick, rounds, seconds, seed=seed, broker=broker, folder=folder)
    found = measure(options, earlier)
    if to_file is not None:
        to_file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
