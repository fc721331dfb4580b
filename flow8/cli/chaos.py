"""Kill flow8's processes under load on this machine, and check that nothing is lost or repeated."""

import json
import sys
from pathlib import Path

import click

COUNT = click.IntRange(0)


@click.command("chaos")
@click.option("--plays", default=500, show_default=True, type=click.IntRange(1), help="How many are started.")
@click.option("--rate", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Plays a second.")
@click.option(
    "--worker-kills", default=15, show_default=True, type=COUNT, help="kill -9 of worker processes."
)
@click.option("--broker-kills", default=2, show_default=True, type=COUNT, help="Of the broker.")
@click.option("--web-kills", default=2, show_default=True, type=COUNT, help="Of web processes.")
@click.option("--scheduler-kills", default=1, show_default=True, type=COUNT, help="Of the scheduler.")
@click.option("--mongodb-kills", default=2, show_default=True, type=COUNT, help="Of MongoDB.")
@click.option("--seed", default=1, show_default=True, help="Of the kills and the orders.")
@click.option(
    "--broker",
    default="mongodb",
    show_default=True,
    type=click.Choice(["mongodb", "amqp"]),
    help="The queue in MongoDB, or a RabbitMQ that is started for the run.",
)
@click.option(
    "--json", "to_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the run there."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the data and the logs of the run in a new folder below this one.",
)
def command(*, to_file: Path | None, broker: str, **wanted: float | Path | None) -> None:
    """Start a whole flow8 in a folder of its own, kill its processes under load, and judge what it kept.

    The exit code is 1 when anything that was accepted is lost, stuck, repeated or doubled.
    """
    # The bench stands outside the house: only its commands know it, and only when they are called.
    from bench.chaos.command import storm  # noqa: PLC0415 - see above

    report = storm(broker=broker, **wanted)
    if to_file is not None:
        to_file.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if report.verdict.holds else 1)
