"""Who surely runs before whom, in a flow that may still have mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass

from flow8.domain.flow import Flowlet
from flow8.domain.graph import Gate, Graph, by_scope, find_circles, predecessors, sort
from flow8.domain.loops import Loops


@dataclass(frozen=True)
class Order:
    """The order of one scope, and whether `after` makes it."""

    graph: Graph
    is_by_after: bool


class Standing:
    """The order within each scope of a flow; what is in doubt is given the benefit of it."""

    def __init__(self, loops: Loops) -> None:
        doubts = loops.doubts
        self._doubtful = frozenset(loops.names[position] for position in doubts.places)
        self._orders: dict[str, Order] = {}
        self._settled: set[str] = set()
        self.circles: list[Gate] = []
        placed = [
            flowlet.model_copy(update={"ref": name})
            for position, (name, flowlet) in enumerate(zip(loops.names, loops.flowlets, strict=True))
            if position not in doubts.adrift
        ]
        for members in by_scope(placed).values():
            self._add(members)

    def is_by_after(self, name: str) -> bool:
        """Whether `after` orders the scope of this flowlet."""
        return name in self._orders and self._orders[name].is_by_after

    def late(self, name: str, ref: str, *, loop: bool = False) -> str:
        """Why `ref` may not have run when `name` of its scope starts; empty when it surely has, or in doubt.

        With `loop` it is asked for somebody inside the loop `name`.
        """
        if not self._misses(name, ref):
            return ""
        if self.is_by_after(name):
            remedy = f"name it in the after of {name}" if loop else "name it in after"
        else:
            remedy = f"move it before {name if loop else 'this one'}"
        return f"which does not surely run before {f'the loop {name}' if loop else 'this flowlet'}; {remedy}"

    def _misses(self, name: str, ref: str) -> bool:
        if name not in self._settled:
            return False
        graph = self._orders[name].graph
        return ref in graph.before and (ref not in graph.places or not graph.runs_before(ref, name))

    def _add(self, members: Sequence[Flowlet]) -> None:
        before = predecessors(members)
        self.circles += find_circles(before)
        graph = Graph(sort(before), before)
        order = Order(graph, any(each.after is not None for each in members))
        self._orders.update(dict.fromkeys(before, order))
        self._settle(members, order)

    def _settle(self, members: Sequence[Flowlet], order: Order) -> None:
        """Note those whose whole past is known: no circle, no unknown ref and no doubtful flowlet in it."""
        if self._doubtful and not order.is_by_after:
            return
        before = order.graph.before
        unknown = {each.ref for each in members if not before.keys() >= set(each.after or ())}
        for name in order.graph.order:
            if name not in unknown | self._doubtful and self._settled.issuperset(before[name]):
                self._settled.add(name)
