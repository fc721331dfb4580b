"""The rules of loops: who may stand inside whom, what an iterator repeats, what an aggregator collects."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, TypeGuard

from flow8.domain.flow import REF, Flowlet
from flow8.domain.loops import AGGREGATOR, DEEPEST, ITERATOR, Loops
from flow8.domain.model import path_of
from flow8.domain.standing import Standing
from flow8.errors import Problem

_LIKE = 0.75


@dataclass(frozen=True)
class LoopRules:
    """The rules of one flow's loops; `unknown` says why nobody has a ref, empty when somebody may."""

    loops: Loops
    standing: Standing
    unknown: Callable[[str], str]

    def problems(self) -> Iterator[Problem]:
        """Every broken rule, in no order."""
        yield from self._circles()
        for position, flowlet in enumerate(self.loops.flowlets):
            path, name = path_of(["flowlets", position]), self.loops.names[position]
            if flowlet.inside is not None:
                yield from self._inside(name, flowlet, flowlet.inside, f"{path}.inside")
            yield from self._after(name, flowlet, f"{path}.after")
            if flowlet.app_id == ITERATOR:
                yield from self._iterator(flowlet, path)
            elif flowlet.app_id == AGGREGATOR:
                yield from self._aggregator(name, flowlet, f"{path}.args")

    def _circles(self) -> Iterator[Problem]:
        for circle in self.loops.circles:
            place = self.loops.names.index(circle[0])
            refs = " → ".join(circle)
            yield Problem(
                f"flowlets[{place}].inside", f"goes in a circle, so none of these could start: {refs}"
            )

    def _inside(self, name: str, flowlet: Flowlet, around: str, path: str) -> Iterator[Problem]:
        if reason := self.unknown(around):
            yield Problem(path, f"names {around}, {reason}")
        elif len(self.loops.bearers.get(around, ())) != 1:
            return
        elif around == flowlet.ref:
            yield Problem(path, "names this flowlet itself; name the iterator around it")
        elif not self.loops.may_repeat(around):
            yield Problem(
                path, f"names {around}, which is no iterator; only an iterator can have flowlets inside"
            )
        elif flowlet.app_id == ITERATOR and self._depth(name) == DEEPEST:
            message = f"makes {DEEPEST + 1} loops that stand inside each other; at most {DEEPEST} can"
            yield Problem(path, message)

    def _depth(self, name: str) -> int:
        return sum(1 for _ in self.loops.around(name)) if name in self.loops.homes else 0

    def _after(self, name: str, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        for place, ref in enumerate(flowlet.after or ()):
            if self._is_elsewhere(name, ref):
                message = (
                    f"names {ref}, {self._place_of(ref)}; only flowlets inside the same loop can be named"
                )
                yield Problem(f"{path}[{place}]", message)

    def _is_elsewhere(self, name: str, ref: str) -> bool:
        homes = self.loops.homes
        return name in homes and self.loops.knows(ref) and homes[name] != homes[ref]

    def _place_of(self, ref: str) -> str:
        return f"which is inside {self.loops.homes[ref] or 'no loop'}"

    def _iterator(self, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        ref, plays, where = flowlet.ref, _plays_flow(flowlet), f"{path}.args.flow"
        if len(self.loops.bearers[ref]) != 1 or self.loops.doubts.covers(f"{path}.ref"):
            return
        if plays and ref in self._holders:
            yield Problem(where, f"cannot stand together with flowlets inside {ref}; repeat them or a flow")
        elif not (plays or ref in self._holders or self.loops.strays or _may_mean_flow(flowlet)):
            remedy = f"name a flow, or give a flowlet `inside: {ref}`"
            yield Problem(where, f"is missing, and no flowlet stands inside {ref}; {remedy}")

    def _aggregator(self, name: str, flowlet: Flowlet, path: str) -> Iterator[Problem]:
        loop, collected = flowlet.args.get("loop"), flowlet.args.get("flowlet")
        if not _is_ref(loop):
            return
        if reason := self._not_gathered(name, loop):
            yield Problem(f"{path}.loop", f"names {loop}, {reason}")
        if _is_ref(collected) and (reason := self._not_collected(loop, collected)):
            yield Problem(f"{path}.flowlet", f"names {collected}, {reason}")

    def _not_gathered(self, name: str, loop: str) -> str:
        if reason := self.unknown(loop):
            return reason
        if not self.loops.may_repeat(loop):
            return "which is no iterator; only an iterator has iterations to collect"
        if self._is_elsewhere(name, loop):
            return f"{self._place_of(loop)}; an aggregator stands beside the loop that it collects"
        return self.standing.late(name, loop) if name in self.loops.homes and self.loops.knows(loop) else ""

    def _not_collected(self, loop: str, collected: str) -> str:
        if reason := self.unknown(collected):
            return reason
        if not (self.loops.knows(loop) and self.loops.knows(collected) and self.loops.may_repeat(loop)):
            return ""
        if self.loops.homes[collected] == loop:
            return ""
        if _plays_flow(self.loops.flowlets[self.loops.bearers[loop][0]]):
            return "" if collected == loop else f"but {loop} plays a flow for each item; leave this out"
        return f"{self._place_of(collected)}; only flowlets directly inside {loop} can be collected"

    @cached_property
    def _holders(self) -> frozenset[str | None]:
        return frozenset(flowlet.inside for flowlet in self.loops.flowlets)


def _plays_flow(flowlet: Flowlet) -> bool:
    return flowlet.args.get("flow") is not None


def _may_mean_flow(flowlet: Flowlet) -> bool:
    """Whether an argument looks like `flow` misspelled, which the module's form refuses."""
    return bool(get_close_matches("flow", [name for name in flowlet.args if name != "flow"], cutoff=_LIKE))


def _is_ref(value: Any) -> TypeGuard[str]:
    """Whether this can name a flowlet: it is no expression, nor anything that the module's form refuses."""
    return isinstance(value, str) and re.fullmatch(REF[1:-1], value) is not None
