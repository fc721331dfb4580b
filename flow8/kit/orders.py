"""What a module may ask of the engine instead of doing it: the engine carries it out and records it."""

from typing import Any

from flow8.kit.fields import Fields, field


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
