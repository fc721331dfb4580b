"""Key-value entries: their keys, their scopes, and which of several entries of one key a flow reads."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final

from flow8.domain.flow import Flow, KvConflict
from flow8.domain.values import to_text
from flow8.domain.veil import SHORTEST, texts_to_hide
from flow8.errors import Problem

KEY: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,127}")
KEY_RULE: Final = "must have 1 to 128 letters, digits and underscores, and not start with a digit"
MOST_BYTES: Final = 64 * 1024
TOO_SHORT: Final = (
    f"must be, or hold, a text of at least {SHORTEST} characters: a shorter one could not be kept out of "
    "outputs and logs; make it longer, or readable"
)


class Scope(StrEnum):
    """Who may read an entry: every flow of the company, those of one group, or one flow. Nearest last."""

    GLOBAL = "global"
    GROUP = "flow_group"
    FLOW = "flow"


class Ambiguous(ValueError):
    """Several scopes have an entry of this key, and the flow asked to be told."""


Where = tuple[Scope, str]
"""A scope and what it belongs to: the id of a group or of a flow, nothing for the company."""


def places_of(flow_id: str, group_id: str | None) -> dict[Scope, Where]:
    """Where a flow may write, and where it reads if it inherits."""
    places = {Scope.GLOBAL: (Scope.GLOBAL, ""), Scope.FLOW: (Scope.FLOW, flow_id)}
    return places if group_id is None else {**places, Scope.GROUP: (Scope.GROUP, group_id)}


def read_places(flow: Flow, places: Mapping[Scope, Where]) -> list[Where]:
    """Where a flow reads, the nearest last; without `kvInherit` only its own entries."""
    return [places[scope] for scope in Scope if scope in places and (flow.kv_inherit or scope is Scope.FLOW)]


def chosen(found: Collection[Scope], conflict: KvConflict) -> Scope | None:
    """The scope whose entry is read, of those that have one.

    Raises:
        Ambiguous: there are several, and that is to fail.
    """
    near = [scope for scope in Scope if scope in found]
    if len(near) > 1 and conflict is KvConflict.FAIL:
        raise Ambiguous(f"there are entries of this key in the scopes {' and '.join(near)}")
    if not near:
        return None
    return near[0] if conflict is KvConflict.FARTHEST else near[-1]


def entry_problems(key: str, value: Any, *, readable: bool) -> list[Problem]:
    """Everything that speaks against keeping a value under a key."""
    problems = [] if KEY.fullmatch(key) else [Problem("key", KEY_RULE)]
    try:
        size = len(to_text(value))
    except ValueError as error:
        return [*problems, Problem("value", f"is {error}")]
    if size > MOST_BYTES:
        problems.append(Problem("value", f"must have at most {MOST_BYTES} bytes as JSON"))
    if not readable and not any(True for _ in texts_to_hide(value)):
        problems.append(Problem("value", TOO_SHORT))
    return problems
