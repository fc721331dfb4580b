"""What a flow's text says of the flow itself, not of a version: whether it is enabled, and its group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flow8.errors import Problem

NAMES: Final = ("enabled", "group")
FIRST: Final = ("flow", "name", "category", "group", "description", "enabled")
"""The fields that a flow begins with, in the order of its shape."""


@dataclass(frozen=True)
class OwnFields:
    """What a text says of its flow; what it does not name stays as it is. `group` is None for no group."""

    enabled: bool | None = None
    names_group: bool = False
    group: str | None = None


def take_apart(data: Mapping[str, Any]) -> tuple[dict[str, Any], OwnFields]:
    """The fields of a version, and what stands there of the flow itself, where it is what it should be."""
    draft = {name: value for name, value in data.items() if name not in NAMES}
    enabled, group = data.get("enabled"), data.get("group")
    fits = "group" in data and (group is None or isinstance(group, str))
    return draft, OwnFields(enabled if isinstance(enabled, bool) else None, fits, group if fits else None)


def put_together(draft: Mapping[str, Any], *, enabled: bool, group: str | None) -> dict[str, Any]:
    """A version's fields as the whole text of its flow; `take_apart` gives both back."""
    whole = {name: value for name, value in draft.items() if name not in NAMES}
    if not enabled:
        whole["enabled"] = False
    if group is not None:
        whole["group"] = group
    rest = [name for name in whole if name not in FIRST]
    return {name: whole[name] for name in (*FIRST, *rest) if name in whole}


def own_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Why these cannot be kept with a flow."""
    problems = []
    if "enabled" in data and not isinstance(data["enabled"], bool):
        problems.append(Problem("enabled", "should be true or false"))
    if "group" in data and not isinstance(data["group"], str | None):
        problems.append(Problem("group", "should be text"))
    return problems
