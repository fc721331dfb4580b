"""Flows for engines that take turns: each brings the engine into situations of its own."""

from typing import Any, Final

Document = dict[str, Any]


def turn(ref: str, effect: str = "write", /, **more: Any) -> Document:
    """A flowlet whose run pauses."""
    return {"ref": ref, "appId": "turn", "args": {"effect": effect}, **more}


def event(ref: str, **more: Any) -> Document:
    """A flowlet that waits for the event of its own name."""
    return {"ref": ref, "appId": "wait-for-event", "args": {"key": ref, "expiresAfter": 200}, **more}


def subflow(ref: str, **more: Any) -> Document:
    """A flowlet that plays another flow and waits for it."""
    return {"ref": ref, "appId": "subflow", "args": {"flow": "child", "args": {}}, **more}


RETRY: Final = {"count": 2, "delayMs": 2_000}
ASKS: Final = {"needsApproval": True, "approval": {"expiresAfter": 200, "onExpiry": "declined"}}
DELAY: Final = {"ref": "later", "appId": "delay", "args": {"milliseconds": 20_000}}


def loop(ref: str, count: int, **more: Any) -> Document:
    """An iterator over so many items, two at once, which goes on with the others when one fails or not."""
    on_error = more.pop("onItemError", "fail")
    args = {"items": list(range(count)), "parallel": 2, "onItemError": on_error}
    return {"ref": ref, "appId": "iterator", "args": args, **more}


FLOWS: Final[dict[str, list[Document]]] = {
    "child": [turn("own"), turn("read", "read")],
    "rescue": [turn("mend")],
    "branches": [
        turn("first", after=[]),
        turn("left", after=["first"]),
        turn("right", after=["first"], retry=RETRY),
        turn("last", "read", after=["left", "right"]),
    ],
    "risky": [turn("pay", "irreversible", onError="continue"), turn("then", retry=RETRY, onError="skip")],
    "fails": [turn("one"), turn("two")],
    "waits": [
        turn("asked", **ASKS, onError="continue", after=[]),
        event("told", onError="continue", after=[]),
        turn("beside", "read", after=[]),
        turn("all", after=["asked", "told", "beside"]),
    ],
    "parent": [
        turn("beside", "read", after=[]),
        subflow("sub", after=[], onError="continue"),
        turn("next", after=["sub"]),
    ],
    "loops": [
        loop("each", 3),
        turn("x", inside="each", retry=RETRY),
        turn("y", "read", inside="each"),
        turn("out"),
    ],
    "rounds": [
        loop("each", 2, onItemError="continue"),
        turn("asked", **ASKS, inside="each"),
        subflow("sub", inside="each"),
    ],
    "nests": [
        loop("each", 2),
        loop("inner", 2, inside="each"),
        turn("deep", inside="inner"),
        turn("after", inside="each"),
    ],
    "narrow": [turn("in"), DELAY, turn("out")],
}
EXECUTION: Final[dict[str, Document]] = {
    "fails": {"onFailFlowId": "rescue"},
    "narrow": {"concurrency": {"key": "one", "limit": 1}},
}
STARTED: Final = [name for name in FLOWS if name not in ("child", "rescue")]
TURNS: Final[dict[str, str]] = {
    each["ref"]: each["args"]["effect"] for flow in FLOWS.values() for each in flow if each["appId"] == "turn"
}
"""The effect of every flowlet that pauses, by its ref."""
AROUND: Final[dict[str, str]] = {
    each["ref"]: each["inside"]
    for flow in FLOWS.values()
    for each in flow
    if each["appId"] == "turn"
    if "inside" in each
}
"""The loops around flowlets that pause, by their refs."""
