"""The rules of a flow beyond its shape: known names, no circles, expressions that can be read."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Protocol

from flow8.domain.expression import ExpressionError, compile_value, find_problems
from flow8.domain.flow import RESERVED_REFS, Flow, Flowlet
from flow8.domain.graph import Graph, find_circles, predecessors, sort
from flow8.domain.lanes import LANES
from flow8.domain.model import path_of
from flow8.domain.read import dump_flow
from flow8.domain.repair import Doubts
from flow8.domain.schema import schema_problems
from flow8.errors import Problem

NOT_YET: Mapping[str, Callable[[Any], bool]] = {
    "flowlets.componentConfigIds": bool,
    "flowlets.linkIdsByType": bool,
    "flowlets.moduleVersion": lambda version: bool(version > 1),
}
"""Fields that the engine cannot honour yet, and which values ask for it; removing a line allows a field."""

Refusal = Callable[[str], str]
"""Why an expression may not read a ref; empty when it may."""


class CatalogueFacts(Protocol):
    """What a flow's rules ask of the catalogue."""

    def app_ids(self) -> Collection[str]:
        """Every module's appId."""

    def args_problems(self, app_id: str, args: Mapping[str, Any], path: str) -> list[Problem]:
        """What a module refuses in these args, which may hold expressions; paths stand below `path`."""

    def lane_of(self, app_id: str) -> str:
        """The lane that a module needs."""


@dataclass
class Spelling:
    """Suggests what a misspelled name might mean, a bounded number of times: each time looks at all names."""

    left: int = 50

    def hint(self, name: str, names: Collection[str]) -> str:
        """`; did you mean total?`, or nothing."""
        if self.left <= 0:
            return ""
        self.left -= 1
        close = get_close_matches(name, sorted(names), n=3)
        return f"; did you mean {' or '.join(close)}?" if close else ""


class Standing:
    """Who surely runs before whom, in a flow that may still have mistakes."""

    def __init__(self, flowlets: Sequence[Flowlet], doubtful: Collection[int] = ()) -> None:
        counts = Counter(flowlet.ref for flowlet in flowlets)
        self.twice = frozenset(ref for ref, count in counts.items() if count > 1)
        self.names = _unique_names(flowlets)
        renamed = [
            each.model_copy(update={"ref": name}) for each, name in zip(flowlets, self.names, strict=True)
        ]
        before = predecessors(renamed)
        self.circles = find_circles(before)
        self._graph = Graph(sort(before), before)
        self._settled = self._find_settled(renamed, doubtful)

    def _find_settled(self, flowlets: Sequence[Flowlet], doubtful: Collection[int]) -> frozenset[str]:
        """Those whose whole past is known: no circle, no unknown ref and no doubtful flowlet in it."""
        if doubtful and all(each.after is None for each in flowlets):
            return frozenset()
        known = self._graph.before.keys()
        unknown = {each.ref for each in flowlets if not known >= set(each.after or ())}
        unknown |= {self.names[position] for position in doubtful}
        settled: set[str] = set()
        for ref in self._graph.order:
            if ref not in unknown and settled.issuperset(self._graph.before[ref]):
                settled.add(ref)
        return frozenset(settled)

    def misses(self, position: int, ref: str) -> bool:
        """Whether the flowlet at this position surely does not wait for another one."""
        name = self.names[position]
        if name not in self._settled or ref in self.twice or ref not in self._graph.before:
            return False
        return ref not in self._graph.places or not self._graph.runs_before(ref, name)


@dataclass(frozen=True)
class Rules:
    """The rules of one flow; what is in doubt is given the benefit of it."""

    flow: Flow
    facts: CatalogueFacts
    doubts: Doubts = field(default_factory=Doubts)
    spelling: Spelling = field(default_factory=Spelling)

    def problems(self) -> Iterator[Problem]:
        """Every broken rule, in no order."""
        yield from self._of_the_whole()
        yield from self._unavailable()
        yield from self._circles()
        for position, flowlet in enumerate(self.flow.flowlets):
            path = path_of(["flowlets", position])
            yield from self._name(position, flowlet, path)
            yield from self._order(flowlet, path)
            yield from self._module(flowlet, path)
            yield from self._reads(position, flowlet, path)

    def _of_the_whole(self) -> Iterator[Problem]:
        if self.flow.input is not None:
            yield from schema_problems(self.flow.input, "input")
        yield from self._expressions(self.flow.title, "title", self._unknown)
        yield from self._expressions(self.flow.output, "output", self._unknown)
        if concurrency := self.flow.execution.concurrency:
            yield from self._expressions(concurrency.key, "execution.concurrency.key", self._too_early)

    def _unavailable(self) -> Iterator[Problem]:
        whole = dump_flow(self.flow)
        holders = {"execution": [("execution", whole.get("execution", {}))]}
        holders["flowlets"] = [
            (path_of(["flowlets", place]), each) for place, each in enumerate(whole["flowlets"])
        ]
        for name, asks in NOT_YET.items():
            holder, _, key = name.partition(".")
            for path, fields in holders[holder]:
                if key in fields and asks(fields[key]):
                    yield Problem(f"{path}.{key}", f"{key} is not available in this version")

    def _circles(self) -> Iterator[Problem]:
        for circle in self._standing.circles:
            place = self._standing.names.index(circle[0])
            refs = " → ".join(self.flow.flowlets[self._standing.names.index(name)].ref for name in circle)
            yield Problem(
                f"flowlets[{place}].after", f"goes in a circle, so none of these could start: {refs}"
            )

    def _name(self, position: int, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        if flowlet.ref in RESERVED_REFS:
            yield Problem(f"{path}.ref", f"{flowlet.ref} is reserved; choose another name")
        elif (first := self._first_places[flowlet.ref]) != position:
            yield Problem(f"{path}.ref", f"{flowlet.ref} is already the ref of flowlets[{first}]")

    def _order(self, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        if self._has_after and flowlet.index is not None:
            yield Problem(f"{path}.index", "cannot stand together with after; order a flow by one of them")
        for place, ref in enumerate(flowlet.after or ()):
            if reason := self._unknown(ref):
                yield Problem(f"{path}.after[{place}]", f"names {ref}, {reason}")

    def _module(self, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        if flowlet.lane is not None and flowlet.lane not in LANES:
            yield Problem(f"{path}.lane", _unserved(flowlet.lane))
        if flowlet.app_id not in self._app_ids:
            hint = self.spelling.hint(flowlet.app_id, self._app_ids)
            yield Problem(f"{path}.appId", f"there is no module {flowlet.app_id}{hint}")
            return
        yield from self.facts.args_problems(flowlet.app_id, flowlet.args, f"{path}.args")
        needed = self.facts.lane_of(flowlet.app_id)
        if flowlet.lane is None and needed not in LANES:
            yield Problem(f"{path}.appId", _unserved(needed))

    def _reads(self, position: int, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        def refusal(ref: str) -> str:
            return self._unknown(ref) or self._not_before(position, ref)

        yield from self._expressions(flowlet.args, f"{path}.args", refusal)
        for place, each in enumerate(flowlet.filters):
            yield from self._expressions(each.left_value, f"{path}.filters[{place}].leftValue", refusal)
            yield from self._expressions(each.right_value, f"{path}.filters[{place}].rightValue", refusal)

    def _expressions(self, value: Any, path: str, refusal: Refusal) -> Iterator[Problem]:
        yield from find_problems(value, path)
        for place, text in _texts(value, path):
            for ref in sorted(_refs_in(text)):
                if reason := refusal(ref):
                    yield Problem(place, f"reads {ref}, {reason}")

    def _unknown(self, ref: str) -> str:
        if ref in self._first_places or ref in self.doubts.refs or self.doubts.all_refs:
            return ""
        return f"which is no flowlet of this flow{self.spelling.hint(ref, self._first_places)}"

    def _too_early(self, ref: str) -> str:
        return self._unknown(ref) or "but no flowlet has run yet when this is needed; read $args"

    def _not_before(self, position: int, ref: str) -> str:
        if not self._standing.misses(position, ref):
            return ""
        remedy = "name it in after" if self._has_after else "move it before this one"
        return f"which does not surely run before this flowlet; {remedy}"

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self.flow.flowlets, self.doubts.places)

    @cached_property
    def _app_ids(self) -> frozenset[str]:
        return frozenset(self.facts.app_ids())

    @cached_property
    def _first_places(self) -> Mapping[str, int]:
        places: dict[str, int] = {}
        for position, flowlet in enumerate(self.flow.flowlets):
            places.setdefault(flowlet.ref, position)
        return places

    @cached_property
    def _has_after(self) -> bool:
        return any(flowlet.after is not None for flowlet in self.flow.flowlets)


def _unserved(lane: str) -> str:
    return f"no worker serves the lane {lane}; the lanes are {', '.join(LANES)}"


def _unique_names(flowlets: Sequence[Flowlet]) -> list[str]:
    """Their refs, a later bearer of the same ref renamed, so that each has its own place in the order."""
    seen: set[str] = set()
    names: list[str] = []
    for position, flowlet in enumerate(flowlets):
        names.append(f"{flowlet.ref}#{position}" if flowlet.ref in seen else flowlet.ref)
        seen.add(flowlet.ref)
    return names


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text with an expression in a value, with its path."""
    if isinstance(value, str):
        if "{{" in value:
            yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, path_of([key], path))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, path_of([place], path))


def _refs_in(text: str) -> Collection[str]:
    try:
        return compile_value(text).refs
    except ExpressionError:
        return ()
