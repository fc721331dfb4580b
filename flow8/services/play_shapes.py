"""Plays and layers as people and programs see them: camelCase, times as ISO 8601, JSON throughout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flow8.clock import iso
from flow8.domain.play import LayerState
from flow8.domain.values import from_text
from flow8.engine.engine import Engine
from flow8.errors import NotFound

Shape = dict[str, Any]

_ROW = ("flowId", "flow", "version", "state", "title", "origin", "createdAt", "startedAt", "endedAt", "error")


@dataclass(frozen=True)
class Step:
    """What a flow version says about one of its flowlets."""

    ref: str
    app_id: str | None
    name: str | None


@dataclass(frozen=True)
class Preview:
    """A value, or the beginning of its JSON text when it is longer than people can be shown at once."""

    value: Any
    size: int
    truncated: bool


def steps_of(engine: Engine, document: Shape) -> list[Step]:
    """The flowlets of the play's flow version, in its order; those on record without the version."""
    try:
        compiled = engine.flows.get(document["companyId"], document["flowId"], document["version"])
    except NotFound:
        return [Step(ref, None, None) for ref in document.get("layers", {})]
    flowlets = (compiled.flowlets[ref].flowlet for ref in compiled.graph.order)
    return [Step(flowlet.ref, flowlet.app_id, flowlet.name) for flowlet in flowlets]


def row(document: Shape) -> Shape:
    """A play as a line of a list."""
    fields = {name: _shown(document.get(name)) for name in _ROW}
    return {"id": document["_id"], **fields, "durationMs": duration_ms(document)}


def play(document: Shape, steps: list[Step]) -> Shape:
    """A play with all its layers, without values."""
    layers = document.get("layers", {})
    return {
        **row(document),
        "lane": document["lane"],
        "rerunOf": document.get("rerunOf"),
        "layers": [layer(step, layers.get(step.ref)) for step in steps],
    }


def layer(step: Step, document: Shape | None) -> Shape:
    """One layer without its values; one that has not begun is NEW."""
    found = document or {"state": LayerState.NEW.value, "attempts": 0}
    return {
        "layerId": step.ref,
        "ref": step.ref,
        "appId": step.app_id,
        "name": step.name,
        "state": found["state"],
        "attempts": found.get("attempts", 0),
        "effect": found.get("effect"),
        "error": found.get("error"),
        "unmet": found.get("unmet", []),
        "waiting": _times_shown(found.get("waiting")),
        "decision": _times_shown(found.get("decision")),
        "startedAt": _shown(found.get("startedAt")),
        "endedAt": _shown(found.get("endedAt")),
        "dueAt": _shown(found.get("dueAt")),
        "durationMs": duration_ms(found),
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


def _times_shown(record: Shape | None) -> Shape | None:
    return None if record is None else {name: _shown(value) for name, value in record.items()}


def _shown(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
