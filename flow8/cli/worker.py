"""Perform plays and listen on the channel ports."""

import click

from flow8.cli.processes import become
from flow8.cli.settings import open_settings
from flow8.domain.lanes import LANES


@click.command("worker")
@click.option(
    "--lanes", multiple=True, metavar="LANE[,LANE...]", help=f"Serve these only: {', '.join(LANES)}."
)
@click.option("--no-channels", is_flag=True, help="Do not listen on the channel ports.")
def command(lanes: tuple[str, ...], *, no_channels: bool) -> None:
    """Perform plays and listen on the channel ports."""
    settings = open_settings()
    chosen = [lane for given in lanes for lane in given.split(",") if lane] or list(settings.worker_lanes)
    for lane in chosen:
        if lane not in LANES:
            raise click.BadParameter(
                f"{lane!r} is no lane; there are {', '.join(LANES)}.", param_hint="--lanes"
            )
    variables = {"WORKER_LANES": ",".join(chosen)} if chosen else {}
    if no_channels:
        variables["WORKER_CHANNELS"] = "false"
    become("worker", settings, ["--queues", *chosen] if chosen else [], variables)
