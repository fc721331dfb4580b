"""Variables.

Gives names to values. The output is exactly these values, so `$prev.<ref>.<name>` reads one of them.
"""

from typing import Any

from flow8.kit import Context, Example, Fields, Open, field, module


class Args(Fields):
    """The values to name."""

    values: dict[str, Any] = field("The values by name; each may be any JSON value or an expression.")


class Out(Open):
    """Exactly the values that were given."""


@module(
    Example("One number", {"values": {"total": 129.5}}, {"total": 129.5}),
    Example(
        "Values of every kind",
        {"values": {"id": "A-7", "tags": ["new", "paid"], "customer": {"name": "Ada"}, "note": None}},
        {"id": "A-7", "tags": ["new", "paid"], "customer": {"name": "Ada"}, "note": None},
    ),
)
def var(args: Args, _ctx: Context) -> Out:
    """The values as they are."""
    return Out.model_validate(args.values)
