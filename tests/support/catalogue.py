"""A small catalogue, and flows of its modules as their authors send them."""

from collections.abc import Collection, Mapping
from typing import Any

from flow8.errors import Problem


class SmallCatalogue:
    """A catalogue of a few modules; `curl` must be told a url, `ocr` needs a lane that nobody serves."""

    def app_ids(self) -> Collection[str]:
        return ["var", "curl", "router", "template", "ocr", "pdf", "iterator", "aggregator"]

    def args_problems(self, app_id: str, args: Mapping[str, Any], path: str) -> list[Problem]:
        return [Problem(f"{path}.url", "is missing")] if app_id == "curl" and "url" not in args else []

    def lane_of(self, app_id: str) -> str:
        return {"ocr": "gpu", "pdf": "documents"}.get(app_id, "plays")

    def kinds_of(self, app_id: str) -> Collection[str]:
        return ["request"] if app_id in ("curl", "var") else []

    def services_of(self, app_id: str) -> Collection[str]:
        return ["github"] if app_id in ("curl", "var") else []


CATALOGUE = SmallCatalogue()


def flow_fields(*flowlets: Any, **fields: Any) -> dict[str, Any]:
    """A flow of `var` flowlets, unless they say otherwise."""
    made = [{"appId": "var", **each} if isinstance(each, dict) else each for each in flowlets]
    return {"flow": "x", "name": "X", **fields, "flowlets": made or [{"ref": "a", "appId": "var"}]}


def uses(text: str) -> dict[str, Any]:
    """Args that hold one text."""
    return {"values": {"v": text}}


def loop(ref: str = "each", **fields: Any) -> dict[str, Any]:
    """An iterator over three numbers."""
    args = {"items": [1, 2, 3], **fields.pop("args", {})}
    return {"ref": ref, "appId": "iterator", "args": args, **fields}


def body(ref: str = "price", inside: str = "each", **fields: Any) -> dict[str, Any]:
    """A flowlet inside a loop."""
    return {"ref": ref, "inside": inside, **fields}


def gather(loop: Any = "each", ref: str = "all", **fields: Any) -> dict[str, Any]:
    """An aggregator; `flowlet` is an argument of it."""
    args = {"loop": loop} | ({"flowlet": fields.pop("flowlet")} if "flowlet" in fields else {})
    return {"ref": ref, "appId": "aggregator", "args": args, **fields}


def nested(depth: int) -> list[dict[str, Any]]:
    """So many loops, each inside the one before it, and a flowlet in the innermost."""
    loops = [loop("l1"), *(loop(f"l{number}", inside=f"l{number - 1}") for number in range(2, depth + 1))]
    return [*loops, body(inside=f"l{depth}")]


def plays(**fields: Any) -> dict[str, Any]:
    """An iterator that plays another flow for each item."""
    return loop(args={"flow": "other"}, **fields)
