"""Wait for an event.

Parks the play until an event with this key is sent to it. The event's value is the output; when it does not
come in time, the flowlet fails.
"""

from flow8.kit import AnyValue, AwaitEvent, Context, Example, module


class Out(AnyValue):
    """The value that the event was sent with."""


@module(
    Example(
        "A payment, for a day at most",
        {"key": "paid", "expiresAfter": 86400},
        {"key": "paid", "expiresAfter": 86400},
    ),
    Example("For as long as it takes", {"key": "signed"}, {"key": "signed", "expiresAfter": None}),
    gives=Out,
)
def wait_for_event(args: AwaitEvent, _ctx: Context) -> AwaitEvent:
    """Ask the engine to go on when the event has come."""
    return args
