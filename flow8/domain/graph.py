"""Which flowlet waits for which: the Order rule in each scope by itself, and who may start now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import pairwise

from flow8.domain.flow import Flowlet

Gate = tuple[str, ...]
"""The flowlets that must be finished before another one starts."""

MAX_CIRCLES = 20


class Circle(ValueError):
    """Flowlets that wait for each other; `refs` goes around once in order of time, back to where it began."""

    def __init__(self, refs: tuple[str, ...]) -> None:
        self.refs = refs
        super().__init__(f"these flowlets wait for each other: {' → '.join(refs)}")


@dataclass(frozen=True)
class Graph:
    """The order of the flowlets of one scope: a flow's own, or the body of one of its iterators.

    `before` names the flowlets that must be finished before each one starts; `order` is one order in which
    they could run one after another, with the author's order kept wherever it can be.
    """

    order: tuple[str, ...]
    before: Mapping[str, Gate]

    def ready(self, finished: Collection[str], started: Collection[str]) -> list[str]:
        """Who may start now, in order: not started, not finished, and everything before it is finished."""
        progress = Progress(self, finished, started)
        return progress.ready()

    def ancestors(self, ref: str) -> frozenset[str]:
        """Every flowlet that is certainly finished when this one starts."""
        mask = self._masks[self.before[ref]]
        return frozenset(each for place, each in enumerate(self.order) if mask >> place & 1)

    def runs_before(self, earlier: str, ref: str) -> bool:
        """Whether `earlier` is certainly finished when `ref` starts."""
        return bool(self._masks[self.before[ref]] >> self.places[earlier] & 1)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Each flowlet's position in `order`."""
        return {ref: place for place, ref in enumerate(self.order)}

    @cached_property
    def gates(self) -> "Gates":
        """Who waits for whom, for counting."""
        return Gates(self.before)

    @cached_property
    def _masks(self) -> Mapping[Gate, int]:
        """For each gate the set of everything before it, as the bits of one integer."""
        masks: dict[Gate, int] = {}
        for ref in self.order:
            gate = self.before[ref]
            if gate not in masks:
                masks[gate] = 0
                for earlier in gate:
                    masks[gate] |= masks[self.before[earlier]] | 1 << self.places[earlier]
        return masks


class Progress:
    """How far one play has come: counts what is missing, so that each step costs little in a large flow."""

    def __init__(self, graph: Graph, finished: Collection[str] = (), started: Collection[str] = ()) -> None:
        self._graph = graph
        self._finished: set[str] = set()
        self._given = {*started, *finished}
        self._missing = dict(graph.gates.sizes)
        self._fresh = list(graph.gates.behind.get((), ()))
        for ref in finished:
            self.finish(ref)

    @property
    def is_complete(self) -> bool:
        """Whether every flowlet is finished."""
        return len(self._finished) == len(self._graph.order)

    def finish(self, ref: str) -> None:
        """Note that a flowlet is finished; saying it twice changes nothing."""
        if ref not in self._finished:
            self._finished.add(ref)
            self._fresh += self._graph.gates.opened(ref, self._missing)

    def ready(self) -> list[str]:
        """Hand out who may start now, in order; each flowlet is handed out once, the started ones never."""
        fresh = [ref for ref in self._fresh if ref not in self._given]
        self._given.update(fresh)
        self._fresh = []
        return sorted(fresh, key=self._graph.places.__getitem__)


class Gates:
    """Flowlets that wait for the same ones share a gate: 500 after 500 are one gate, not 250,000 edges."""

    def __init__(self, before: Mapping[str, Gate]) -> None:
        self.behind: dict[Gate, list[str]] = {}
        for ref, gate in before.items():
            self.behind.setdefault(gate, []).append(ref)
        self.sizes = {gate: len(gate) for gate in self.behind}
        self._keys: dict[str, list[Gate]] = {}
        for gate in self.behind:
            for ref in gate:
                self._keys.setdefault(ref, []).append(gate)

    def opened(self, ref: str, missing: dict[Gate, int]) -> list[str]:
        """Count a finished flowlet off in `missing`, and name those that it was the last to hold up."""
        free: list[str] = []
        for gate in self._keys.get(ref, ()):
            missing[gate] -= 1
            if not missing[gate]:
                free += self.behind[gate]
        return free


def build_graphs(flowlets: Sequence[Flowlet]) -> Mapping[str | None, Graph]:
    """The graph of each scope, ordered by itself; None is the flow's own, an iterator's ref its body.

    Refs are unique and `after` names only flowlets of the same scope. The flow's own scope is always there,
    an iterator's when at least one flowlet stands inside it.

    Raises:
        Circle: some of them wait for each other.
    """
    return {scope: build_graph(members) for scope, members in by_scope(flowlets).items()}


def by_scope(flowlets: Sequence[Flowlet]) -> dict[str | None, list[Flowlet]]:
    """The flowlets of each scope, as written: None first, then the iterators as they are first named."""
    members: dict[str | None, list[Flowlet]] = {None: []}
    for flowlet in flowlets:
        members.setdefault(flowlet.inside, []).append(flowlet)
    return members


def build_graph(flowlets: Sequence[Flowlet]) -> Graph:
    """The graph of one scope's flowlets, whose refs are unique and whose `after` names only them.

    Raises:
        Circle: some of them wait for each other.
    """
    before = predecessors(flowlets)
    if circles := find_circles(before):
        raise Circle(circles[0])
    return Graph(sort(before), before)


def predecessors(flowlets: Sequence[Flowlet]) -> dict[str, Gate]:
    """Whom each flowlet of a scope waits for, by the Order rule; any other ref in `after` is passed over."""
    if any(flowlet.after is not None for flowlet in flowlets):
        known = {flowlet.ref for flowlet in flowlets}
        return {each.ref: tuple(_unique(each.after or (), known)) for each in flowlets}
    if any(flowlet.index is not None for flowlet in flowlets):
        return _by_index(flowlets)
    refs = [flowlet.ref for flowlet in flowlets]
    return dict.fromkeys(refs[:1], ()) | {ref: (last,) for last, ref in pairwise(refs)}


def _unique(refs: Iterable[str], known: Collection[str]) -> list[str]:
    return [ref for ref in dict.fromkeys(refs) if ref in known]


def _by_index(flowlets: Sequence[Flowlet]) -> dict[str, Gate]:
    levels: dict[int, list[str]] = {}
    for flowlet in flowlets:
        levels.setdefault(flowlet.index or 0, []).append(flowlet.ref)
    gates: dict[int, Gate] = {}
    lower: Gate = ()
    for index in sorted(levels):
        gates[index], lower = lower, tuple(levels[index])
    return {flowlet.ref: gates[flowlet.index or 0] for flowlet in flowlets}


def sort(before: Mapping[str, Gate]) -> Gate:
    """The refs with everything before them first; those on or behind a circle are left out."""
    gates, refs = Gates(before), list(before)
    missing, places = dict(gates.sizes), {ref: place for place, ref in enumerate(refs)}
    free = [places[ref] for ref in gates.behind.get((), ())]
    heapify(free)
    order: list[str] = []
    while free:
        order.append(refs[heappop(free)])
        for ref in gates.opened(order[-1], missing):
            heappush(free, places[ref])
    return tuple(order)


def find_circles(before: Mapping[str, Gate]) -> list[Gate]:
    """Circles of flowlets that wait for each other, none sharing a flowlet with another; at most 20."""
    circles: list[Gate] = []
    rest = dict(before)
    while len(circles) < MAX_CIRCLES:
        stuck = set(rest).difference(sort(rest))
        if not stuck:
            break
        circle = _walk_around(rest, stuck)
        circles.append(circle)
        kept = stuck.difference(circle)
        rest = {ref: tuple(_unique(gate, kept)) for ref, gate in rest.items() if ref in kept}
    return circles


def _walk_around(before: Mapping[str, Gate], stuck: Collection[str]) -> Gate:
    """Whoever is stuck waits for someone who is stuck: going back from one to the next must meet itself."""
    ref = next(each for each in before if each in stuck)
    way: dict[str, int] = {}
    while ref not in way:
        way[ref] = len(way)
        ref = next(earlier for earlier in before[ref] if earlier in stuck)
    circle = list(way)[way[ref] :][::-1]
    places = {each: place for place, each in enumerate(before)}
    first = circle.index(min(circle, key=places.__getitem__))
    circle = circle[first:] + circle[:first]
    return (*circle, circle[0])
