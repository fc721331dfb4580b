"""Where in a flow the words of a search stand, without the secrets that stand there too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.model import path_of
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.services.masked import masked
from flow8.services.reach import Within, must_within
from flow8.services.written_secrets import may_see
from flow8.store.flow_search import pattern_of
from flow8.store.flows import FlowRecord

MOST_PLACES: Final = 3
AROUND: Final = 30
"""So many characters are shown before a word and behind it."""
MOST_LOOKED_INTO: Final = 1000
HEAD: Final = frozenset({"flow", "name", "category"})
"""Every row shows these itself."""

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where a word stands: the flowlet, if in one, the path inside it or the flow, and the text around."""

    ref: str | None
    path: str
    text: str


def places_of(engine: Engine, flow: FlowRecord, text: str) -> list[Place]:
    """The first places at which words of the text stand in a flow that was found by them."""
    words = [word.lower() for word in text.split()]
    found: list[Place] = []
    for ref, steps, value in _values(masked(engine, flow.draft)):
        at = next((at for word in words if (at := value.lower().find(word)) >= 0), None)
        if at is not None and steps[0] not in (() if ref else HEAD):
            found.append(Place(ref, path_of(steps), _around(value, at)))
        if len(found) == MOST_PLACES:
            break
    return found


def seen_to_hold(engine: Engine, actor: Actor, words: Sequence[str], within: Within) -> frozenset[str]:
    """The flows in which the actor sees these words: a search must not tell what a secret begins with.

    Of more than 1,000 flows that hold them, the first by name are looked into.
    """
    found, _ = engine.store.flows.page(
        actor.company_id, skip=0, size=MOST_LOOKED_INTO, within=within, words=words
    )
    patterns = [re.compile(pattern_of(word), re.IGNORECASE) for word in words]
    return frozenset(flow.id for flow in found if _is_seen_in(engine, actor, flow, patterns))


def _is_seen_in(engine: Engine, actor: Actor, flow: FlowRecord, patterns: Sequence[re.Pattern[str]]) -> bool:
    shown = to_text(masked(engine, flow.draft))
    return all(each.search(shown) for each in patterns) or may_see(engine, actor, flow.id)


def categories(engine: Engine, actor: Actor) -> dict[str, int]:
    """The categories of the flows that the actor may see, each with how many are of it.

    Raises:
        Denied: without the right to view.
    """
    within = must_within(engine, actor, Right.VIEW, "flows.categories")
    return engine.store.flows.categories(actor.company_id, within)


def _values(draft: Mapping[str, Any]) -> Iterator[tuple[str | None, Steps, str]]:
    """Every text in a draft, with the flowlet that it stands in."""
    for name, value in draft.items():
        if name != "flowlets":
            yield from ((None, steps, text) for steps, text in _texts(value, (name,)))
    flowlets = draft.get("flowlets")
    for flowlet in flowlets if isinstance(flowlets, list) else ():
        if isinstance(flowlet, dict):
            ref = str(flowlet.get("ref"))
            for name, value in flowlet.items():
                yield from ((ref, steps, text) for steps, text in _texts(value, (name,)))


def _texts(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*steps, name), str(name)
            yield from _texts(inner, (*steps, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, (*steps, place))
    elif value is not None and not isinstance(value, bool):
        yield steps, str(value)


def _around(value: str, at: int) -> str:
    start, end = max(0, at - AROUND), at + 2 * AROUND
    cut = f"{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}"
    return " ".join(cut.split())
