"""Mark.

Gives back its values, and says that it writes: a checkpoint is stored before it runs. It changes nothing.
"""

from typing import Any

from flow8.kit import Context, Effect, Example, Fields, Open, field, module


class Args(Fields):
    """The values."""

    values: dict[str, Any] = field("The values by name.")


class Out(Open):
    """Exactly the values that were given."""


@module(Example("One value", {"values": {"n": 1}}, {"n": 1}), effect=Effect.WRITE)
def mark(args: Args, _ctx: Context) -> Out:
    """The values as they are."""
    return Out.model_validate(args.values)
