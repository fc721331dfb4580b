"""Probe.

Leaves a line in an effect log outside flow8, so that a test can see from outside what ran and how often.
"""

import os
import signal
import time
from pathlib import Path

from flow8.kit import Context, Effect, Example, Failed, Fields, Skipped, field, module


class Args(Fields):
    """What the probe does."""

    log: str = field("Path of the effect log.")
    effect: Effect = field("What the probe says it does to the world.", Effect.WRITE)
    seconds: float = field("How long it takes.", 0.0)
    until: str = field("Path of a file that it waits for, half a minute at most.", "")
    fails: int = field("How many of its first attempts fail.", 0)
    final: bool = field("Whether its failures are final.", default=False)
    skips: bool = field("Whether it has nothing to do.", default=False)
    value: str = field("What it gives back.", "")
    dies: bool = field("Whether it kills its process.", default=False)


class Out(Fields):
    """What the probe saw."""

    key: str = field("The idempotency key of the flowlet.")
    value: str = field("What it was given.")


@module(
    Example("Nothing but a value", {"log": "/dev/null", "value": "x"}, {"key": "play/example", "value": "x"}),
    effect=lambda args: args.effect,
)
def probe(args: Args, ctx: Context) -> Out:
    """Leave a start line, take the time, then fail, skip, or leave an end line."""
    before = _leave(args.log, f"start {ctx.key}")
    time.sleep(args.seconds)
    _wait_for(args.until)
    if args.dies or os.environ.get("PROBE_DIES_IN") == ctx.key:
        os.kill(os.getpid(), signal.SIGKILL)
    if before < args.fails:
        raise Failed(f"attempt {before + 1} fails", final=args.final)
    if args.skips:
        raise Skipped
    _leave(args.log, f"end {ctx.key}")
    return Out(key=ctx.key, value=args.value)


def _wait_for(path: str) -> None:
    end = time.monotonic() + 30
    while path and not Path(path).exists() and time.monotonic() < end:
        time.sleep(0.02)


def _leave(log: str, line: str) -> int:
    """Append the line; how often it stood there before."""
    with open(log, "a+", encoding="utf-8") as file:  # noqa: PTH123 - opened once for both
        file.seek(0)
        before = file.read().splitlines().count(line)
        os.write(file.fileno(), f"{line}\n".encode())
    return before
