"""Stop.

Ends the play on purpose: it becomes SKIP, with this output. Flowlets that run are let finish, later ones
are skipped.
"""

from flow8.kit import AnyValue, Context, Example, Stop, module


class Out(AnyValue):
    """The value that was given as `output`; it is the play's output as well."""


@module(
    Example(
        "Nothing to do", {"output": {"reason": "no new orders"}}, {"output": {"reason": "no new orders"}}
    ),
    gives=Out,
)
def stop(args: Stop, _ctx: Context) -> Stop:
    """Ask the engine to end the play."""
    return args
