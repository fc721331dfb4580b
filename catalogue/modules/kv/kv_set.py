"""KV set.

Writes a key-value entry, if you like only when nobody changed it since it was read.
"""

from typing import Any, Literal

from flow8.kit import Context, Effect, Example, Fields, field, module


class Args(Fields):
    """What to write, and where."""

    key: str = field("The key: letters, digits and underscores.", min_length=1, max_length=128)
    value: Any = field("The value, any JSON of up to 64 KiB; expressions are worked out first.")
    scope: Literal["global", "flow_group", "flow"] = field(
        "Who reads it: all flows of the company, those of this flow's group, or this flow.", "flow"
    )
    secret: bool = field(
        "Whether the value is used but never shown; an entry that is secret stays so.", default=False
    )
    if_rev: int | None = field(
        "Write only if the entry is at this `rev`, 0 for one that is not there; else the flowlet fails.",
        None,
        ge=0,
    )


class Out(Fields):
    """What was written."""

    key: str = field("The key that was written.")
    rev: int = field("How often the entry was written by now.")


@module(
    Example("A new entry", {"key": "cursor", "value": 42}, {"key": "cursor", "rev": 1}),
    Example(
        "Only if nobody changed it",
        {"key": "cursor", "value": 43, "ifRev": 1},
        {"key": "cursor", "rev": 2},
        entries={"cursor": 42},
    ),
    needs=("kv",),
    effect=Effect.WRITE,
)
def kv_set(args: Args, ctx: Context) -> Out:
    """Write the entry, once for each flowlet, however often it is tried."""
    rev = ctx.kv.set(args.key, args.value, scope=args.scope, secret=args.secret, if_rev=args.if_rev)
    return Out(key=args.key, rev=rev)
