"""Which flowlet stands inside which loop, in a flow that may still have mistakes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from flow8.domain.flow import Flowlet
from flow8.domain.graph import Gate, find_circles, sort
from flow8.domain.repair import Doubts

ITERATOR: Final = "iterator"
AGGREGATOR: Final = "aggregator"
DEEPEST: Final = 5
"""How many loops may stand inside each other, the outermost counted."""

LOOP_ROOTS: Final = frozenset({"item", "index"})
"""What expressions can read in the body of a loop only."""


@dataclass(frozen=True)
class Loops:
    """The places of a flow's flowlets. A name is a ref, or its own for each later bearer of the same ref."""

    flowlets: Sequence[Flowlet]
    app_ids: Collection[str] = ()
    doubts: Doubts = field(default_factory=Doubts)

    def knows(self, ref: str) -> bool:
        """Whether a ref is one flowlet's only, and every loop around that one is certain."""
        return len(self.bearers.get(ref, ())) == 1 and ref in self.homes

    def may_repeat(self, ref: str) -> bool:
        """Whether a flowlet of this ref is an iterator, or may be one: unreadable, or of an unknown appId."""
        found = {self.flowlets[position].app_id for position in self.bearers.get(ref, ())}
        return not found or ITERATOR in found or not found.issubset(self.app_ids)

    def around(self, name: str) -> Iterator[str]:
        """The loops around a flowlet whose home is known, from the inside out."""
        home = self.homes[name]
        while home is not None:
            yield home
            home = self.homes[home]

    def beside(self, name: str, ref: str) -> str | None:
        """This flowlet or the loop around it that shares the home of `ref`; None when none of them does."""
        home = self.homes[ref]
        return next((each for each in (name, *self.around(name)) if self.homes[each] == home), None)

    @cached_property
    def bearers(self) -> Mapping[str, list[int]]:
        """The positions of each ref; more than one are a mistake."""
        bearers: dict[str, list[int]] = {}
        for position, flowlet in enumerate(self.flowlets):
            bearers.setdefault(flowlet.ref, []).append(position)
        return bearers

    @cached_property
    def names(self) -> Sequence[str]:
        """A name for each position, so that each flowlet has its own place in the order."""
        firsts = {positions[0] for positions in self.bearers.values()}
        return [
            flowlet.ref if position in firsts else f"{flowlet.ref}#{position}"
            for position, flowlet in enumerate(self.flowlets)
        ]

    @cached_property
    def homes(self) -> Mapping[str, str | None]:
        """The loop that each flowlet stands directly inside, None for no loop.

        Left out is whoever stands inside something wrong or doubtful, however far around it.
        """
        places = {name: position for position, name in enumerate(self.names)}
        homes: dict[str, str | None] = {}
        for name in sort(self._gates):
            home = self.flowlets[places[name]].inside
            if places[name] not in self.strays and (home is None or home in homes):
                homes[name] = home
        return homes

    @cached_property
    def strays(self) -> frozenset[int]:
        """The positions of flowlets whose own `inside` is wrong or doubtful."""
        wrong = {position for position, each in enumerate(self.flowlets) if not self._leads_somewhere(each)}
        return self.doubts.adrift | wrong

    @cached_property
    def circles(self) -> Sequence[Gate]:
        """Loops that stand inside each other, each circle from the inside out and back to where it began."""
        return [circle[::-1] for circle in find_circles(self._gates)]

    @cached_property
    def _gates(self) -> Mapping[str, Gate]:
        return {
            name: () if flowlet.inside is None or position in self.strays else (flowlet.inside,)
            for position, (name, flowlet) in enumerate(zip(self.names, self.flowlets, strict=True))
        }

    def _leads_somewhere(self, flowlet: Flowlet) -> bool:
        if flowlet.inside is None:
            return True
        holders = self.bearers.get(flowlet.inside, ())
        return len(holders) == 1 and flowlet.inside != flowlet.ref and self.may_repeat(flowlet.inside)
