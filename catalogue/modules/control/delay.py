"""Delay.

Goes on after a time. A long delay holds no worker: the play is parked and comes back by itself.
"""

from flow8.kit import Context, Delay, Example, module


@module(
    Example("A second", {"milliseconds": 1000}, {"milliseconds": 1000}),
)
def delay(args: Delay, _ctx: Context) -> Delay:
    """Ask the engine to go on later; the output then tells when that was."""
    return args
