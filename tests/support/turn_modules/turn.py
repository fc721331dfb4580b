"""Turn.

Pauses before its effect and after it, and then does what whoever drives the test wants.
"""

from flow8.kit import Context, Effect, Example, Failed, Fields, Skipped, field, module
from tests.support.turns import ACTS, BEGINS, FAIL, FAIL_FOR_GOOD, SKIP, pause


class Args(Fields):
    """What kind of flowlet it plays."""

    effect: Effect = field("What it says it does to the world.", Effect.WRITE)
    value: int = field("What it gives back.", 0)


class Out(Fields):
    """What it gives."""

    value: int = field("What it was given.")


@module(Example("A number", {"value": 1}, {"value": 1}), effect=lambda args: args.effect)
def turn(args: Args, ctx: Context) -> Out:
    """Begin, act, and end as told."""
    pause(BEGINS, ctx.key)
    answer = pause(ACTS, ctx.key)
    if answer in (FAIL, FAIL_FOR_GOOD):
        raise Failed("it was told to fail", final=answer == FAIL_FOR_GOOD)
    if answer == SKIP:
        raise Skipped
    return Out(value=args.value)
