"""KV get.

Reads a readable key-value entry. A secret one is never given out: write `{{ $kv.<key> }}` into the field that
needs it.
"""

from typing import Any, Literal

from flow8.kit import Context, Effect, Example, Fields, field, module


class Args(Fields):
    """Which entry."""

    key: str = field("The key of the entry.", min_length=1, max_length=128)
    scope: Literal["global", "flow_group", "flow"] | None = field(
        "The scope to look in; without it the entry that `$kv.<key>` reads.", None
    )
    default: Any = field("The value when there is no such entry.", None)


class Out(Fields):
    """The entry."""

    value: Any = field("The value, or the default.", None)
    found: bool = field("Whether there is such an entry.")
    rev: int = field("How often it was written, for the field `ifRev` of kv-set; 0 when it is not there.")


@module(
    Example(
        "A cursor",
        {"key": "cursor"},
        {"value": 41, "found": True, "rev": 1},
        entries={"cursor": 41},
    ),
    Example(
        "An entry that is not there",
        {"key": "cursor", "default": 0},
        {"value": 0, "found": False, "rev": 0},
    ),
    needs=("kv",),
    effect=Effect.READ,
)
def kv_get(args: Args, ctx: Context) -> Out:
    """The value of the entry as it is now."""
    entry = ctx.kv.get(args.key, scope=args.scope)
    if entry is None:
        return Out(value=args.default, found=False, rev=0)
    return Out(value=entry.value, found=True, rev=entry.rev)
