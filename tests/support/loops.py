"""Loops for tests: iterators, and flowlets inside and behind them."""

from typing import Any


def each(
    items: Any, *, ref: str = "each", flowlet: dict[str, Any] | None = None, **args: Any
) -> dict[str, Any]:
    """An iterator over these items; `flowlet` holds fields of the flowlet itself."""
    return {"ref": ref, "appId": "iterator", "args": {"items": items, **args}, **(flowlet or {})}


def inside(flowlet: dict[str, Any], loop: str = "each") -> dict[str, Any]:
    """The flowlet in the body of a loop."""
    return {**flowlet, "inside": loop}


def value(ref: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A flowlet that gives these values."""
    return {"ref": ref, "appId": "var", "args": {"values": values}, **more}


def asked(ref: str = "ok") -> dict[str, Any]:
    """A flowlet in the body of `each` that waits for approval in every iteration and gives the item."""
    return inside(value(ref, {"n": "{{ $item }}"}, needsApproval=True))


def total(flowlet: str, path: str = "n", ref: str = "total", loop: str = "each") -> dict[str, Any]:
    """An aggregator that adds up what a flowlet of a loop gave."""
    return {
        "ref": ref,
        "appId": "aggregator",
        "args": {"loop": loop, "flowlet": flowlet, "path": path, "how": "sum"},
    }
