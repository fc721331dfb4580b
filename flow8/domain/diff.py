"""What differs between two definitions of a flow: by flowlet and field, whatever the layout of the text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.model import path_of

MOST: Final = 1000
"""So many changes are told; a diff with more says that it is cut."""
LAYOUT: Final = frozenset({"layout", "position"})
"""Where the editor draws something is no change of what a flow does."""
ORDER: Final = frozenset({"after", "index"})
"""These fields of a flowlet say when it starts, and nothing of what it does."""
_NOTHING: Final = object()

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class FieldChange:
    """One field that differs; `before` or `after` is None where it does not stand."""

    path: str
    kind: str
    before: Any
    after: Any


@dataclass(frozen=True)
class FlowletChange:
    """A flowlet that stands in both definitions and differs; paths are those inside it."""

    ref: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Diff:
    """Everything that differs. `is_reordered`: flowlets that run in the order of the list change places.

    `moved` are the flowlets of which nothing differs but when they start: without fields where only their
    place in the list tells it.
    """

    fields: tuple[FieldChange, ...]
    added: tuple[dict[str, Any], ...]
    removed: tuple[dict[str, Any], ...]
    changed: tuple[FlowletChange, ...]
    moved: tuple[FlowletChange, ...]
    is_reordered: bool
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether both are the same flow."""
        return not (
            self.fields or self.added or self.removed or self.changed or self.moved or self.is_reordered
        )


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Diff:
    """What differs between two definitions, drafts of a wrong shape among them."""
    budget = _Budget()
    old, new = _flowlets(before), _flowlets(after)
    wholes = [{name: value for name, value in each.items() if name != "flowlets"} for each in (before, after)]
    fields = tuple(budget.take(_differences(wholes[0], wholes[1], ())))
    differing = tuple(budget.changed(old, new))
    changed = tuple(each for each in differing if not _is_move(each))
    is_reordered = _is_reordered(old, new)
    places = _other_places(old, new) if is_reordered else ()
    refs = {each.ref for each in changed}
    return Diff(
        fields=fields,
        added=tuple(flowlet for ref, flowlet in new.items() if ref not in old),
        removed=tuple(flowlet for ref, flowlet in old.items() if ref not in new),
        changed=changed,
        moved=(*filter(_is_move, differing), *(FlowletChange(ref, ()) for ref in places if ref not in refs)),
        is_reordered=is_reordered,
        is_cut=budget.is_over,
    )


def _is_move(change: FlowletChange) -> bool:
    return all(re.split(r"[.\[]", field.path, maxsplit=1)[0] in ORDER for field in change.fields)


class _Budget:
    """How many changes may still be told."""

    def __init__(self) -> None:
        self._left = MOST
        self.is_over = False

    def take(self, changes: Iterator[FieldChange]) -> Iterator[FieldChange]:
        for change in changes:
            if self._left == 0:
                self.is_over = True
                return
            self._left -= 1
            yield change

    def changed(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FlowletChange]:
        for ref, flowlet in new.items():
            fields = tuple(self.take(_differences(old[ref], flowlet, ()))) if ref in old else ()
            if fields:
                yield FlowletChange(ref, fields)


def _flowlets(definition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Flowlets by ref; one without, or of a ref that came before, by its place in the list."""
    found: dict[str, dict[str, Any]] = {}
    flowlets = definition.get("flowlets")
    for place, flowlet in enumerate(flowlets if isinstance(flowlets, list) else ()):
        if isinstance(flowlet, dict):
            ref = flowlet.get("ref")
            found[ref if isinstance(ref, str) and ref not in found else f"flowlets[{place}]"] = flowlet
    return found


def _is_reordered(old: Mapping[str, dict[str, Any]], new: Mapping[str, dict[str, Any]]) -> bool:
    """The place in the list counts only where nothing else tells the order."""
    if any("after" in each or "index" in each for each in new.values()):
        return False
    return [ref for ref in old if ref in new] != [ref for ref in new if ref in old]


def _other_places(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that have another place among the flowlets of both lists."""
    then, now = ([ref for ref in these if ref in others] for these, others in ((old, new), (new, old)))
    return tuple(ref for was, ref in zip(then, now, strict=True) if was != ref)


def _differences(before: Any, after: Any, steps: Steps) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        for name in names:
            if name not in LAYOUT:
                yield from _differences(before.get(name, _NOTHING), after.get(name, _NOTHING), (*steps, name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_lists(before, after, steps)
    elif not _same(before, after):
        kind = "added" if before is _NOTHING else "removed" if after is _NOTHING else "changed"
        yield FieldChange(path_of(steps), kind, _shown(before), _shown(after))


def _in_lists(before: Sequence[Any], after: Sequence[Any], steps: Steps) -> Iterator[FieldChange]:
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else _NOTHING
        new = after[place] if place < len(after) else _NOTHING
        yield from _differences(old, new, (*steps, place))


def _same(before: Any, after: Any) -> bool:
    """Equal, and of one kind: 1 and true are equal in Python only."""
    return bool(type(before) is type(after) and before == after)


def _shown(value: Any) -> Any:
    return None if value is _NOTHING else value
