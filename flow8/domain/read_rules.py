"""The rules of what expressions read: flowlets that surely ran before, and the item inside a loop only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flow8.domain.expression import ExpressionError, Template, compile_value, find_problems
from flow8.domain.flow import Flow, Flowlet
from flow8.domain.loops import ITERATOR, LOOP_ROOTS, Loops
from flow8.domain.model import path_of
from flow8.domain.standing import Standing
from flow8.errors import Problem

NO_LOOP = "which only flowlets inside a loop have"
NOT_ITS_OWN = "which only the flowlets inside this loop have"


@dataclass(frozen=True)
class Readable:
    """Why an expression may not read a ref, or the item of a loop; empty when it may."""

    refusal: Callable[[str], str]
    no_item: str = NO_LOOP


@dataclass(frozen=True)
class ReadRules:
    """The rules of one flow's expressions; `unknown` says why nobody has a ref, empty when somebody may."""

    loops: Loops
    standing: Standing
    unknown: Callable[[str], str]

    def of_the_whole(self, flow: Flow) -> Iterator[Problem]:
        """What is wrong with the expressions that belong to no flowlet."""
        yield from _problems(flow.title, "title", Readable(self._at_the_end))
        yield from _kv_problems(flow.title, "title")
        yield from _problems(flow.output, "output", Readable(self._at_the_end))
        if concurrency := flow.execution.concurrency:
            yield from _problems(concurrency.key, "execution.concurrency.key", Readable(self._too_early))
            yield from _kv_problems(concurrency.key, "execution.concurrency.key")

    def of_a_flowlet(self, position: int, path: str) -> Iterator[Problem]:
        """What is wrong with the expressions of the flowlet at this position, which stands at this path."""
        flowlet, name = self.loops.flowlets[position], self.loops.names[position]
        readable = Readable(lambda ref: self._not_yet(name, ref), self._no_item(position, flowlet))
        yield from _problems(flowlet.args, f"{path}.args", readable)
        for place, each in enumerate(flowlet.filters):
            yield from _problems(each.left_value, f"{path}.filters[{place}].leftValue", readable)
            yield from _problems(each.right_value, f"{path}.filters[{place}].rightValue", readable)

    def _no_item(self, position: int, flowlet: Flowlet) -> str:
        if flowlet.inside is not None or position in self.loops.doubts.adrift:
            return ""
        return NOT_ITS_OWN if flowlet.app_id == ITERATOR else NO_LOOP

    def _too_early(self, ref: str) -> str:
        return self.unknown(ref) or "but no flowlet has run yet when this is needed; read $args"

    def _at_the_end(self, ref: str) -> str:
        if reason := self.unknown(ref):
            return reason
        return self._each_its_own(ref) if self.loops.knows(ref) and self.loops.homes[ref] else ""

    def _not_yet(self, name: str, ref: str) -> str:
        if reason := self.unknown(ref):
            return reason
        if name not in self.loops.homes or not self.loops.knows(ref):
            return ""
        beside = self.loops.beside(name, ref)
        if beside is None:
            return self._each_its_own(ref)
        if beside == ref != name:
            return "but that is the loop around this flowlet, which is not over yet"
        return self.standing.late(beside, ref, loop=beside != name)

    def _each_its_own(self, ref: str) -> str:
        where = f"but it stands inside the loop {self.loops.homes[ref]}, which has one for each item"
        return f"{where}; collect them with an aggregator"


def _problems(value: Any, path: str, readable: Readable) -> Iterator[Problem]:
    yield from find_problems(value, path)
    for place, text in _texts(value, path):
        template = _compiled(text)
        for ref in sorted(template.refs):
            if reason := readable.refusal(ref):
                yield Problem(place, f"reads {ref}, {reason}")
        if readable.no_item:
            for root in sorted(template.roots & LOOP_ROOTS):
                yield Problem(place, f"reads ${root}, {readable.no_item}")


def _kv_problems(value: Any, path: str) -> Iterator[Problem]:
    """What lists show and what plays are told apart by must not come from entries that may be secret."""
    for place, text in _texts(value, path):
        if "kv" in _compiled(text).roots:
            yield Problem(place, "reads $kv, which may be secret; only flowlets and the output read it")


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


def _compiled(text: str) -> Template:
    try:
        return compile_value(text)
    except ExpressionError:
        return Template()
