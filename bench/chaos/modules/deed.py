"""Deed.

Leaves a line in an effect log outside flow8 when it starts and when it ends, for the checker of `chaos`.
"""

import os
import time

from flow8.kit import Context, Effect, Example, Fields, field, module


class Args(Fields):
    """What is done."""

    log: str = field("Path of the effect log.")
    n: int = field("The number of the order that the play is for.")
    effect: Effect = field("What the deed says it does to the world.", Effect.WRITE)
    milliseconds: int = field("How long it takes.", 0, ge=0)


class Out(Fields):
    """For whom it was done."""

    n: int = field("The number of the order.")
    key: str = field("The idempotency key of the flowlet.")


@module(
    Example("One deed", {"log": "/dev/null", "n": 7}, {"n": 7, "key": "play/example"}),
    effect=lambda args: args.effect,
)
def deed(args: Args, ctx: Context) -> Out:
    """Leave a start line, take the time, leave an end line."""
    _leave(args, "start", ctx.key)
    time.sleep(args.milliseconds / 1000)
    _leave(args, "end", ctx.key)
    return Out(n=args.n, key=ctx.key)


def _leave(args: Args, what: str, key: str) -> None:
    """One write to a file opened for appending: lines of many processes never mix."""
    line = f"{time.monotonic_ns()} {os.getpid()} {what} {key} {args.n}\n"
    file = os.open(args.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
