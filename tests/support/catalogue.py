"""A small catalogue, and flows of its modules as their authors send them."""

from collections.abc import Collection, Mapping
from typing import Any

from flow8.errors import Problem


class SmallCatalogue:
    """A catalogue of a few modules; `curl` must be told a url, `ocr` needs a lane that nobody serves."""

    def app_ids(self) -> Collection[str]:
        return ["var", "curl", "router", "template", "ocr", "pdf"]

    def args_problems(self, app_id: str, args: Mapping[str, Any], path: str) -> list[Problem]:
        return [Problem(f"{path}.url", "is missing")] if app_id == "curl" and "url" not in args else []

    def lane_of(self, app_id: str) -> str:
        return {"ocr": "gpu", "pdf": "documents"}.get(app_id, "plays")


CATALOGUE = SmallCatalogue()


def flow_fields(*flowlets: Any, **fields: Any) -> dict[str, Any]:
    """A flow of `var` flowlets, unless they say otherwise."""
    made = [{"appId": "var", **each} if isinstance(each, dict) else each for each in flowlets]
    return {"flow": "x", "name": "X", **fields, "flowlets": made or [{"ref": "a", "appId": "var"}]}


def uses(text: str) -> dict[str, Any]:
    """Args that hold one text."""
    return {"values": {"v": text}}
