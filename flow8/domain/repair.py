"""What can be known of a flow whose shape is wrong: wrong pieces are replaced, and remembered as doubtful.

So an author sees mistakes of shape and mistakes of meaning in one list, without those that only follow from
other ones.
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pydantic import ValidationError

from flow8.domain.flow import Flow, Flowlet
from flow8.domain.model import details_of, path_of
from flow8.domain.read import shape_flow

_FIELDS = frozenset(field.alias or name for name, field in Flowlet.model_fields.items())
_SCOPE_FIELDS = frozenset({"inside"})
_ORDER_FIELDS = _SCOPE_FIELDS | {"after", "index"}
_LIKE = 0.7
_REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "": {"flow": "x", "name": "x", "flowlets": [{"ref": "_unreadable", "appId": "?"}]},
    "flowlets": {"ref": "_unreadable_{place}", "appId": "?"},
    "filters": {"operator": "is_empty"},
    "concurrency": {"key": "x", "limit": 1},
}
"""What stands in for a required field that is missing or wrong; any other field is simply left out."""


@dataclass(frozen=True)
class Doubts:
    """What is not known of a flow: replaced paths, refs it may have, flowlets (by place) without an order.

    Those `adrift` are flowlets (by place) that may stand inside any loop or none; they have no order either.
    """

    paths: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()
    places: frozenset[int] = frozenset()
    adrift: frozenset[int] = frozenset()

    @property
    def all_refs(self) -> bool:
        """Whether not one flowlet could be read."""
        return "flowlets" in self.paths

    def covers(self, path: str) -> bool:
        """Whether what stands at a path was replaced."""
        ends = [place for place, sign in enumerate(path) if sign in ".["]
        return not self.paths.isdisjoint([path, *(path[:end] for end in ends)])


def repair(data: dict[str, Any], refusal: ValidationError) -> tuple[Flow, Doubts]:
    """The flow of refused fields, unreadable pieces replaced, and what is in doubt because of that."""
    fixed = copy.deepcopy(data)
    faults = details_of(refusal)
    for fault in faults:
        _replace(fixed, fault["loc"], is_known=fault["type"] != "extra_forbidden")
    return shape_flow(fixed), _doubts(data, [fault["loc"] for fault in faults])


def _doubts(data: dict[str, Any], faults: Sequence[tuple[Any, ...]]) -> Doubts:
    flowlets = data.get("flowlets")
    named = (
        [each.get("ref") for each in flowlets if isinstance(each, dict)] if isinstance(flowlets, list) else []
    )
    return Doubts(
        paths=frozenset(path_of(place) for place in faults),
        refs=frozenset(ref for ref in named if isinstance(ref, str)),
        places=_places(data, faults, _ORDER_FIELDS),
        adrift=_places(data, faults, _SCOPE_FIELDS),
    )


def _places(
    data: dict[str, Any], faults: Sequence[tuple[Any, ...]], fields: Collection[str]
) -> frozenset[int]:
    return frozenset(place[1] for place in faults if _hides(data, place, fields))


def _hides(data: dict[str, Any], place: tuple[Any, ...], fields: Collection[str]) -> bool:
    """Whether a fault at this place leaves open what its flowlet says in one of these fields."""
    match place:
        case ("flowlets", int()):
            return True
        case ("flowlets", int(position), "after") if isinstance(data["flowlets"][position]["after"], str):
            return False
        case ("flowlets", int(), str(field), *_) if field in _FIELDS:
            return field in fields
        case ("flowlets", int(), str(field), *_):
            return any(SequenceMatcher(None, field.lower(), known).ratio() > _LIKE for known in fields)
    return False


def _replace(data: Any, place: tuple[Any, ...], *, is_known: bool) -> None:
    """Put something readable at this place, or nothing."""
    *way, last = place
    holder = data
    for step in way:
        holder = holder[step]
    kind = next((step for step in reversed(way) if isinstance(step, str)), "")
    if isinstance(holder, list):
        holder[last] = _stand_ins(kind, last) or ""
    elif is_known and last in _REQUIRED.get(kind, {}):
        holder[last] = _stand_ins(kind, way[-1] if way else "")[last]
    elif last == "after" and isinstance(holder[last], str):
        holder[last] = [holder[last]]
    else:
        holder.pop(last)


def _stand_ins(kind: str, place: Any) -> dict[str, Any]:
    """The required fields of a kind of object; a flowlet's ref is unlike any other."""
    fields = _REQUIRED.get(kind, {})
    return {
        name: each.format(place=place) if isinstance(each, str) else copy.deepcopy(each)
        for name, each in fields.items()
    }
