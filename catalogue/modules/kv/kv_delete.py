"""KV delete.

Removes a key-value entry. That there is none is no failure.
"""

from typing import Literal

from flow8.kit import Context, Effect, Example, Fields, field, module


class Args(Fields):
    """Which entry."""

    key: str = field("The key of the entry.", min_length=1, max_length=128)
    scope: Literal["global", "flow_group", "flow"] = field("The scope that it is in.", "flow")


class Out(Fields):
    """What became of it."""

    deleted: bool = field("Whether there was such an entry.")


@module(
    Example("An entry", {"key": "cursor"}, {"deleted": True}, entries={"cursor": 41}),
    Example("One that is not there", {"key": "cursor"}, {"deleted": False}),
    needs=("kv",),
    effect=Effect.WRITE,
)
def kv_delete(args: Args, ctx: Context) -> Out:
    """Remove the entry of this key from its scope."""
    return Out(deleted=ctx.kv.delete(args.key, scope=args.scope))
