"""What a module may ask of the engine instead of doing it: the engine carries it out and records it."""

from typing import Any, Literal

from flow8.domain.flow import Ref
from flow8.kit.fields import Fields, field

MOST_ITEMS = 100_000
"""The most items of one loop: as many as an expression's list may hold."""


class Delay(Fields):
    """Go on later; until then no worker is held."""

    milliseconds: int = field("How long the flowlet waits, in milliseconds.", ge=0, le=366 * 24 * 3600 * 1000)


class AwaitEvent(Fields):
    """Go on when an outside event with this key comes; its value is the flowlet's output."""

    key: str = field("The key that the event is sent with.", min_length=1, max_length=200)
    expires_after: float | None = field("Seconds after which the flowlet fails instead.", None, gt=0)


class PlayFlow(Fields):
    """Start a play of another flow; with `wait` its output is the flowlet's output."""

    flow: str = field("The id or permanent id of the flow.")
    args: dict[str, Any] = field("The args of its play.", factory=dict)
    wait: bool = field("Whether to wait for its end.", default=True)


class Stop(Fields):
    """End the play now, on purpose, with this output; flowlets that run are let finish."""

    output: Any = field("The output of the play.", None)


class Repeat(Fields):
    """Perform what stands `inside` this flowlet for each item; the output is `{count, done, failed}`."""

    items: list[Any] = field("The items; every one is an iteration of its own.", max_length=MOST_ITEMS)
    parallel: int = field("How many iterations may run at once; 1 is one after another.", 1, ge=1, le=100)
    on_item_error: Literal["fail", "continue"] = field(
        "`fail` ends the loop with its first failed iteration, `continue` goes on and counts it.", "fail"
    )
    flow: str | None = field(
        "The id or permanent id of a flow; each iteration is then a play of it, and nothing stands inside.",
        None,
        min_length=1,
    )


class Collect(Fields):
    """Gather what the iterations of a loop that is over gave; the output is `{value, count}`."""

    loop: Ref = field("The ref of the iterator, which is over before this runs.")
    flowlet: Ref | None = field(
        "The ref of a flowlet inside it; without one, the last that is done in each iteration.", None
    )
    path: str | None = field(
        "Where in that output the value stands: keys with dots between them; without it, the whole output.",
        None,
        min_length=1,
        max_length=1000,
    )
    how: Literal["list", "count", "sum", "average", "min", "max", "join", "merge"] = field(
        "What becomes of the values: a list of them, their number, one number or text, or one object.", "list"
    )
    separator: str = field("What stands between the texts that are joined.", ", ", max_length=1000)
