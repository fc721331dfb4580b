"""Plays and layers as people and programs see them: camelCase, times as ISO 8601, JSON throughout.

A loop is one row with counts, however many iterations it has; so is each flowlet inside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flow8.clock import iso
from flow8.domain.flow import Flowlet
from flow8.domain.play import LayerState, is_of_iteration, layer_is_finished, ref_of
from flow8.domain.values import from_text
from flow8.engine.compiled import Body, CompiledFlow
from flow8.engine.engine import Engine
from flow8.errors import NotFound

Shape = dict[str, Any]

MOST_OPEN = 100
"""So many layers of open iterations a play shows; those of more are listed with their loop."""
_ROW = (
    "flowId",
    "flow",
    "version",
    "test",
    "state",
    "title",
    "origin",
    "createdAt",
    "startedAt",
    "endedAt",
    "error",
)


@dataclass(frozen=True)
class Step:
    """What a flow version says about one of its flowlets."""

    ref: str
    app_id: str | None
    name: str | None
    inside: str | None = None


@dataclass(frozen=True)
class Preview:
    """A value, or the beginning of its JSON text when it is longer than people can be shown at once."""

    value: Any
    size: int
    truncated: bool


def compiled_of(engine: Engine, document: Shape) -> CompiledFlow | None:
    """The play's flow version; None when this installation cannot read it."""
    try:
        return engine.flows.get(document["companyId"], document["flowId"], document["version"])
    except NotFound:
        return None


def steps_of(compiled: CompiledFlow | None, document: Shape) -> list[Step]:
    """The flowlets of the play's flow version in its order, those inside a loop right behind their iterator.

    Without the version, the ones on record.
    """
    if compiled is None:
        return [Step(ref, None, None) for ref in document.get("layers", {}) if not is_of_iteration(ref)]
    return list(_steps(compiled, compiled.graph.order))


def _steps(compiled: CompiledFlow, refs: Sequence[str]) -> Iterator[Step]:
    for ref in refs:
        yield step(compiled.flowlets[ref].flowlet)
        body = compiled.bodies.get(ref)
        if body is not None and not body.plays_flow:
            yield from _steps(compiled, body.graph.order)


def steps_of_body(body: Body) -> list[Step]:
    """The flowlets of a loop's body; the one implied when it plays a flow."""
    return [step(body.flowlets[ref].flowlet) for ref in body.graph.order]


def step(flowlet: Flowlet) -> Step:
    """What a flow version says about this flowlet."""
    return Step(flowlet.ref, flowlet.app_id, flowlet.name, flowlet.inside)


def row(document: Shape) -> Shape:
    """A play as a line of a list."""
    tested = document["version"] < 0  # such a version is a draft as it was tested
    kept = {**document, "version": None if tested else document["version"], "test": tested}
    fields = {name: _shown(kept.get(name)) for name in _ROW}
    return {"id": document["_id"], **fields, "durationMs": duration_ms(document)}


def play(document: Shape, compiled: CompiledFlow | None) -> Shape:
    """A play without values: `layers` has one row for each flowlet, `openLayers` those of open iterations.

    A flowlet inside a loop has a layer for each iteration, so its row has neither `layerId` nor `state`;
    `openStates` counts its layers that are under way.
    """
    layers, steps = document.get("layers", {}), steps_of(compiled, document)
    open_layers = _open_layers(layers, [each.ref for each in steps])
    counts: dict[str, Counter[str]] = {}
    for layer_id in open_layers:
        counts.setdefault(ref_of(layer_id), Counter())[layers[layer_id]["state"]] += 1
    return {
        **row(document),
        "lane": document["lane"],
        "rerunOf": document.get("rerunOf"),
        "parent": _parent(document.get("parent")),
        "layers": [{**_row_of(each, layers), "openStates": dict(counts.get(each.ref, {}))} for each in steps],
        "openLayers": [
            layer(_step_of(compiled, name), layers[name], name) for name in open_layers[:MOST_OPEN]
        ],
    }


def rerun(document: Shape) -> Shape:
    """One line about a rerun of a play."""
    return {"id": document["_id"], "state": document["state"], "createdAt": document["createdAt"]}


def _open_layers(layers: Mapping[str, Shape], refs: Sequence[str]) -> list[str]:
    """The ids of the layers in open iterations that are under way, by item, then as the flow has them."""
    places = {ref: place for place, ref in enumerate(refs)}
    ids = [
        layer_id
        for layer_id, document in layers.items()
        if is_of_iteration(layer_id) and not layer_is_finished(LayerState(document["state"]))
    ]
    return by_item(sorted(ids, key=lambda layer_id: places.get(ref_of(layer_id), 0)))


def by_item(layer_ids: Iterable[str]) -> list[str]:
    """Layer ids by the positions of their items, those outside of loops first; else as they come."""
    return sorted(layer_ids, key=lambda layer_id: [int(place) for place in layer_id.split("#")[1:]])


def _step_of(compiled: CompiledFlow | None, layer_id: str) -> Step:
    if compiled is None:
        return Step(ref_of(layer_id), None, None)
    return step(compiled.flowlet_of(layer_id).flowlet)


def _row_of(found: Step, layers: Mapping[str, Shape]) -> Shape:
    if found.inside is None:
        return layer(found, layers.get(found.ref))
    return {**layer(found, None), "layerId": None, "state": None}


def layer(found: Step, document: Shape | None, layer_id: str | None = None) -> Shape:
    """One layer without its values; one that has not begun is NEW. `layer_id` is the ref unless given."""
    kept = document or {"state": LayerState.NEW.value, "attempts": 0}
    return {
        "layerId": layer_id or found.ref,
        "ref": found.ref,
        "inside": found.inside,
        "appId": found.app_id,
        "name": found.name,
        "state": kept["state"],
        "attempts": kept.get("attempts", 0),
        "effect": kept.get("effect"),
        "error": kept.get("error"),
        "unmet": kept.get("unmet", []),
        "waiting": _times_shown(kept.get("waiting")),
        "decision": _times_shown(kept.get("decision")),
        "loop": loop(kept),
        "child": kept.get("child"),
        "startedAt": _shown(kept.get("startedAt")),
        "endedAt": _shown(kept.get("endedAt")),
        "dueAt": _shown(kept.get("dueAt")),
        "durationMs": duration_ms(kept),
    }


def loop(document: Shape) -> Shape | None:
    """How far the loop of a layer is: of its `count` items so many are begun, done or failed.

    `open` names the positions that are under way, `of` the play that performed them: another one where a
    play that was played again took them over. Items that a failed loop did not finish count as begun only.
    """
    kept = document.get("loop")
    if kept is None:
        return None
    is_over = layer_is_finished(LayerState(document["state"]))
    return {
        "of": kept["of"],
        "count": kept["count"],
        "begun": kept["next"],
        "open": [] if is_over else kept["open"],
        "done": kept["done"],
        "failed": kept["failed"],
    }


def duration_ms(document: Mapping[str, Any]) -> int | None:
    """Whole milliseconds from start to end; None before the end, and for what never started."""
    started, ended = document.get("startedAt"), document.get("endedAt")
    if started is None or ended is None:
        return None
    return int((ended - started).total_seconds() * 1000)


def preview(text: str | None, most_bytes: int) -> Preview:
    """What to show of a value's JSON text (ASCII, so its length is its size); null for none."""
    if text is None:
        return Preview(None, 0, truncated=False)
    if len(text) <= most_bytes:
        return Preview(from_text(text), len(text), truncated=False)
    return Preview(text[:most_bytes], len(text), truncated=True)


def _parent(kept: Shape | None) -> Shape | None:
    return kept and {"playId": kept["playId"], "layerId": kept["ref"]}


def _times_shown(record: Shape | None) -> Shape | None:
    return None if record is None else {name: _shown(value) for name, value in record.items()}


def _shown(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
