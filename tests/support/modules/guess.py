"""Guess.

Compares what it was given with what was wanted, and says both out loud in every way a module can.
"""

from typing import Any, Literal

from flow8.kit import Context, Effect, Example, Failed, Fields, field, module


class Args(Fields):
    """What to compare, and how to end."""

    given: str = field("What it was given.")
    wanted: str = field("What was wanted.", "")
    now: Any = field("Anything else.", None)
    then: Literal["says", "fails", "breaks"] = field("How it ends when they are alike.", "says")


class Out(Fields):
    """What it saw."""

    said: str = field("What it was given, in a sentence.")


@module(
    Example("A right guess", {"given": "x", "wanted": "x"}, {"said": "It was x."}),
    needs=("storage",),
    effect=Effect.READ,
)
def guess(args: Args, ctx: Context) -> Out:
    """Say what was given, or fail with it."""
    ctx.log(f"it was given {args.given}")
    if args.then == "breaks":
        raise RuntimeError(args.given)
    if args.then == "fails" or args.given != args.wanted:
        raise Failed(f"Not this one: {args.given}")
    return Out(said=f"It was {args.given}.")
