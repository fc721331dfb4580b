"""Subflow.

Plays another flow. With `wait` the play is parked until the other one is over, and the output is its
output; without, the output is `{playId}` at once. A subflow that fails fails this flowlet.
"""

from flow8.kit import AnyValue, Context, Effect, Example, PlayFlow, module


class Out(AnyValue):
    """The output of the other play; without `wait` the object `{playId}`."""


@module(
    Example(
        "An order's triage",
        {"flow": "order-triage", "args": {"id": "A-1", "items": []}},
        {"flow": "order-triage", "args": {"id": "A-1", "items": []}, "wait": True},
    ),
    effect=Effect.WRITE,
    gives=Out,
)
def subflow(args: PlayFlow, _ctx: Context) -> PlayFlow:
    """Ask the engine to play the flow."""
    return args
