"""Which flows use a component or a link."""

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict


class UsedByShape(TypedDict):
    """The flows, by permanent id, whose published version uses the component or link of this id."""

    id: str
    flows: list[str]


def uses_of(users: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Who uses what, as a list."""
    shown: list[UsedByShape] = [{"id": of, "flows": list(flows)} for of, flows in users.items()]
    return {"data": shown}
