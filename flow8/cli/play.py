"""Play a flow, and watch it if you like."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from flow8.cli.caller import Caller, open_caller
from flow8.cli.play_lines import show
from flow8.domain.play import PlayState
from flow8.domain.values import from_text
from flow8.engine.start import Outcome
from flow8.services import following, plays

SUCCESSES = frozenset({PlayState.DONE, PlayState.SKIP, PlayState.FILTERED})


@click.command("play")
@click.argument("flow")
@click.option(
    "--args", "text", metavar="JSON|@FILE|-", default="{}", help="The args; - reads them from the input."
)
@click.option(
    "--wait",
    type=click.FloatRange(0, plays.LONGEST_WAIT),
    metavar="SECONDS",
    is_flag=False,
    flag_value=plays.LONGEST_WAIT,
    help="Wait until it is finished, at most so long (60 without a number), and print its output.",
)
@click.option("--follow", is_flag=True, help="Show each layer as it happens, until the play is finished.")
@click.option("--idempotency-key", metavar="KEY", help="The same key gives the same play, for 24 hours.")
@click.option("--force", is_flag=True, help="Play a disabled flow too.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    flow: str,
    text: str,
    wait: float | None,
    follow: bool,
    idempotency_key: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Play FLOW (its id or permanent id). Ends with 1 when the play fails.

    The output of the play goes to the output, all the rest to the errors.
    """
    args = _args(text)
    seconds = 0.0 if follow else wait or 0.0
    with open_caller() as by:
        outcome = plays.run(
            by.engine, by.actor, flow, args, idempotency_key=idempotency_key, wait=seconds, force=force
        )
        if follow:
            _follow(by, outcome.play_id, quiet=as_json)
            outcome = plays.outcome(by.engine, by.actor, outcome.play_id)
        layers = (
            plays.get_play(by.engine, by.actor, outcome.play_id)["layers"] if as_json and follow else None
        )
    click.echo(_document(outcome, layers) if as_json else _told(outcome))
    if outcome.finished and outcome.state not in SUCCESSES:
        ctx.exit(1)


def _args(text: str) -> Any:
    """The args that an option names."""
    try:
        if text == "-":
            return from_text(sys.stdin.buffer.read())
        return from_text(Path(text[1:]).read_bytes() if text.startswith("@") else text)
    except OSError as error:
        raise click.BadParameter(
            f"{text[1:]} cannot be read: {error.strerror}", param_hint="--args"
        ) from None
    except ValueError as error:
        raise click.BadParameter(f"this is not JSON: {error}", param_hint="--args") from None


def _follow(by: Caller, play_id: str, *, quiet: bool) -> None:
    """Wait for the end of the play, showing what happens."""
    console = Console(stderr=True, quiet=quiet, highlight=False)
    layers = plays.get_play(by.engine, by.actor, play_id)["layers"]
    show(console, following.follow(by.engine, by.actor, play_id), layers)


def _told(outcome: Outcome) -> str:
    """What to print: the output of a play that is finished, its id while it is not."""
    if not outcome.finished:
        click.echo(f"Play {outcome.play_id} goes on; it is {outcome.state}.", err=True)
        return outcome.play_id
    if outcome.error is not None:
        where = f" at {outcome.error.ref}" if outcome.error.ref else ""
        click.echo(f"Play {outcome.play_id} failed{where}: {outcome.error.message}", err=True)
    return json.dumps(outcome.output, indent=2, ensure_ascii=False)


def _document(outcome: Outcome, layers: Any) -> str:
    error = outcome.error
    document: dict[str, Any] = {
        "playId": outcome.play_id,
        "state": outcome.state.value,
        "output": outcome.output,
        "error": None if error is None else {"code": error.code, "message": error.message, "ref": error.ref},
    }
    if layers is not None:
        document["layers"] = layers
    return json.dumps(document, indent=2)
