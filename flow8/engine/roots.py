"""What expressions of a play may read."""

from collections.abc import Mapping
from typing import Any

from flow8.clock import iso
from flow8.domain.play import Layer, LayerState, Play, is_of_iteration
from flow8.engine.compiled import NOW, CompiledFlow


def roots_of(play: Play, compiled: CompiledFlow, kv: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The roots of a play as far as it got; `prev` and `layer` grow while it goes on.

    Without `kv` there are no entries to read.
    """
    layers = {ref: layer for ref, layer in play.layers.items() if not is_of_iteration(ref)}
    done = {ref: layer.output for ref, layer in layers.items() if layer.state is LayerState.DONE}
    return {
        "args": play.args,
        "prev": {**done, "args": play.args},
        "layer": {ref: seen(layer) for ref, layer in layers.items()},
        "request": play.request,
        "kv": {} if kv is None else kv,
        "play": {
            "id": play.id,
            "createdAt": iso(play.created_at),
            "door": play.origin.door,
            "scheduledFor": play.origin.scheduled_for,
        },
        "flow": {"id": play.flow, "name": compiled.flow.name, "version": play.version},
        "company": {"id": play.company_id},
        NOW: iso(play.created_at),
    }


def seen(layer: Layer) -> dict[str, Any]:
    """A layer as `$layer.<ref>` shows it."""
    error = None if layer.error is None else {"code": layer.error.code, "message": layer.error.message}
    return {"state": layer.state.value, "error": error, "attempts": layer.attempts}
