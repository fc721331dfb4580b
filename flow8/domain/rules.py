"""The rules of a flow beyond its shape: known names, no circles, expressions that can be read."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Protocol

from flow8.domain.flow import RESERVED_REFS, Flow, Flowlet
from flow8.domain.lanes import LANES
from flow8.domain.loop_rules import LoopRules
from flow8.domain.loops import Loops
from flow8.domain.model import path_of
from flow8.domain.read import dump_flow
from flow8.domain.read_rules import ReadRules
from flow8.domain.repair import Doubts
from flow8.domain.schema import schema_problems
from flow8.domain.standing import Standing
from flow8.errors import Problem

NOT_YET: Mapping[str, Callable[[Any], bool]] = {
    "flowlets.moduleVersion": lambda version: bool(version > 1),
}
"""Fields that the engine cannot honour yet, and which values ask for it; removing a line allows a field."""


class CatalogueFacts(Protocol):
    """What a flow's rules ask of the catalogue."""

    def app_ids(self) -> Collection[str]:
        """Every module's appId."""

    def args_problems(self, app_id: str, args: Mapping[str, Any], path: str) -> list[Problem]:
        """What a module refuses in these args, which may hold expressions; paths stand below `path`."""

    def lane_of(self, app_id: str) -> str:
        """The lane that a module needs."""

    def kinds_of(self, app_id: str) -> Collection[str]:
        """The kinds of components that a module speaks through."""

    def services_of(self, app_id: str) -> Collection[str]:
        """The services whose links a module can use."""


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


@dataclass(frozen=True)
class Rules:
    """The rules of one flow; what is in doubt is given the benefit of it."""

    flow: Flow
    facts: CatalogueFacts
    doubts: Doubts = field(default_factory=Doubts)
    spelling: Spelling = field(default_factory=Spelling)

    def problems(self) -> Iterator[Problem]:
        """Every broken rule, in no order."""
        if self.flow.input is not None:
            yield from schema_problems(self.flow.input, "input")
        yield from self._unavailable()
        yield from self._circles()
        yield from LoopRules(self._loops, self._standing, self._unknown).problems()
        reads = ReadRules(self._loops, self._standing, self._unknown)
        yield from reads.of_the_whole(self.flow)
        for position, flowlet in enumerate(self.flow.flowlets):
            path = path_of(["flowlets", position])
            yield from self._name(position, flowlet, path)
            yield from self._order(position, flowlet, path)
            yield from self._module(flowlet, path)
            yield from reads.of_a_flowlet(position, path)

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
            places = [self._loops.names.index(name) for name in circle]
            refs = " → ".join(self.flow.flowlets[place].ref for place in places)
            yield Problem(
                f"flowlets[{places[0]}].after", f"goes in a circle, so none of these could start: {refs}"
            )

    def _name(self, position: int, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        if flowlet.ref in RESERVED_REFS:
            yield Problem(f"{path}.ref", f"{flowlet.ref} is reserved; choose another name")
        elif (first := self._loops.bearers[flowlet.ref][0]) != position:
            yield Problem(f"{path}.ref", f"{flowlet.ref} is already the ref of flowlets[{first}]")

    def _order(self, position: int, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        is_by_after = flowlet.after is not None or self._standing.is_by_after(self._loops.names[position])
        if is_by_after and flowlet.index is not None:
            whole = "flow" if flowlet.inside is None else "loop"
            yield Problem(
                f"{path}.index", f"cannot stand together with after; order a {whole} by one of them"
            )
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
        yield from self._resources(flowlet, path)
        needed = self.facts.lane_of(flowlet.app_id)
        if flowlet.lane is None and needed not in LANES:
            yield Problem(f"{path}.appId", _unserved(needed))

    def _resources(self, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        """Components and links that the module would never look at."""
        kinds, services = self.facts.kinds_of(flowlet.app_id), self.facts.services_of(flowlet.app_id)
        for name, what, named, known in (
            ("componentConfigIds", "components", flowlet.component_config_ids, kinds),
            ("linkIdsByType", "links", flowlet.link_ids_by_type, services),
        ):
            for each in named:
                if each not in known:
                    uses = f"{flowlet.app_id} uses {what} for {', '.join(sorted(known)) or 'nothing'}"
                    yield Problem(path_of([name, each], path), f"means nothing here: {uses}")

    def _unknown(self, ref: str) -> str:
        if ref in self._loops.bearers or ref in self.doubts.refs or self.doubts.all_refs:
            return ""
        return f"which is no flowlet of this flow{self.spelling.hint(ref, self._loops.bearers)}"

    @cached_property
    def _loops(self) -> Loops:
        return Loops(self.flow.flowlets, self._app_ids, self.doubts)

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._loops)

    @cached_property
    def _app_ids(self) -> frozenset[str]:
        return frozenset(self.facts.app_ids())


def _unserved(lane: str) -> str:
    return f"no worker serves the lane {lane}; the lanes are {', '.join(LANES)}"
