"""What expressions may read of a play on record: each value is fetched when an expression asks for it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flow8.clock import iso
from flow8.domain.play import LayerState
from flow8.domain.values import from_text
from flow8.engine.compiled import NOW, CompiledFlow
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.services.layers import Found, find_with_values
from flow8.services.masked import masked_value
from flow8.services.play_shapes import Shape, compiled_of


@dataclass(frozen=True)
class Place:
    """Where in a play an expression stands: at `layer_id`, in loops with the position of each item.

    Outputs in `given` stand in place of those on record.
    """

    engine: Engine
    play: Shape
    layer_id: str | None
    given: Mapping[str, Any]
    compiled: CompiledFlow | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", compiled_of(self.engine, self.play))

    @property
    def positions(self) -> list[str]:
        """The positions of the items around it, from the outside in."""
        return [] if self.layer_id is None else self.layer_id.split("#")[1:]

    def layer(self, ref: str) -> Found | None:
        """The layer that a ref means here; None when the play has none of it."""
        depth = 0 if self.compiled is None else self.compiled.depths.get(ref, 0)
        layer_id = "#".join([ref, *self.positions[:depth]])
        try:
            return find_with_values(self.engine, self.play["companyId"], self.play["_id"], layer_id)
        except NotFound:
            return None

    def value(self, name: str) -> Any:
        """The play's own `args` or `request`."""
        text = self.engine.store.play_views.value(self.play["companyId"], self.play["_id"], name)
        return None if text is None else from_text(text)

    def item(self) -> Any:
        """The item of the innermost loop around it; null outside of loops."""
        loop = self._innermost()
        found = None if loop is None else self.layer(loop)
        text = None if found is None else found.text(self.engine, "inputs")
        items = [] if text is None else from_text(text).get("items") or []
        place = int(self.positions[-1]) if self.positions else 0
        return items[place] if self.positions and place < len(items) else None

    def _innermost(self) -> str | None:
        ref = (self.layer_id or "").partition("#")[0]
        known = self.compiled.flowlets.get(ref) if self.compiled is not None else None
        return None if known is None else known.flowlet.inside


@dataclass(frozen=True)
class _ByRef(Mapping[str, Any]):
    """Something of layers by ref, worked out when asked for."""

    read: Callable[[str], Any]

    def __getitem__(self, ref: str) -> Any:
        return self.read(ref)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def roots_on_record(place: Place, names: Collection[str]) -> dict[str, Any]:
    """Those of the named roots that a record can give; `kv` is read only while a play goes on."""
    readers = _readers(place)
    return {name: readers[name]() for name in names if name in readers}


def _readers(place: Place) -> dict[str, Callable[[], Any]]:
    play, origin = place.play, place.play.get("origin") or {}
    flow = place.compiled.flow if place.compiled is not None else None
    made = iso(play["createdAt"]) if play.get("createdAt") else None
    about = {"id": play["_id"], "createdAt": made, "door": origin.get("door")}
    return {
        "args": lambda: place.value("args"),
        "prev": lambda: _ByRef(lambda ref: _output(place, ref)),
        "layer": lambda: _ByRef(lambda ref: _seen(place, ref)),
        # Nobody is shown a request as it came: it holds what callers signed in with.
        "request": lambda: masked_value(place.value("request")),
        "play": lambda: {**about, "scheduledFor": origin.get("scheduledFor")},
        "flow": lambda: {"id": play["flow"], "name": flow and flow.name, "version": play["version"]},
        "company": lambda: {"id": play["companyId"]},
        "item": place.item,
        "index": lambda: int(place.positions[-1]) if place.positions else None,
        NOW: lambda: made,
    }


def _output(place: Place, ref: str) -> Any:
    if ref == "args":
        return place.value("args")
    if ref in place.given:
        return place.given[ref]
    found = place.layer(ref)
    if found is None or found.shape()["state"] != LayerState.DONE.value:
        return None
    text = found.text(place.engine, "outputs")
    return None if text is None else from_text(text)


def _seen(place: Place, ref: str) -> Any:
    found = place.layer(ref)
    if found is None:
        return None
    shown = found.shape()
    error = shown.get("error")
    told = None if error is None else {"code": error["code"], "message": error["message"]}
    return {"state": shown["state"], "error": told, "attempts": shown.get("attempts", 0)}
