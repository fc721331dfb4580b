"""Delay.

Goes on after a time. A long delay holds no worker: the play is parked and comes back by itself.
"""

from flow8.kit import Context, Delay, Example, Fields, field, module


class Out(Fields):
    """When it went on."""

    waited_until: str = field("The moment at which it went on, such as `2026-04-04T10:23:45.123Z`.")


@module(
    Example("A second", {"milliseconds": 1000}, {"milliseconds": 1000}),
    gives=Out,
)
def delay(args: Delay, _ctx: Context) -> Delay:
    """Ask the engine to go on later."""
    return args
