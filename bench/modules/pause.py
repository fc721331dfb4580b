"""Pause.

Waits as a slow answer from outside would, without asking anybody.
"""

import time

from flow8.kit import Context, Effect, Example, Fields, field, module


class Args(Fields):
    """How long."""

    milliseconds: int = field("How long it waits.", ge=0)


class Out(Fields):
    """How long it was."""

    milliseconds: int = field("What was asked for.")


@module(Example("Not at all", {"milliseconds": 0}, {"milliseconds": 0}), effect=Effect.READ)
def pause(args: Args, _ctx: Context) -> Out:
    """Wait."""
    time.sleep(args.milliseconds / 1000)
    return Out(milliseconds=args.milliseconds)
