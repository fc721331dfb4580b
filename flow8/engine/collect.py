"""Gathers what the iterations of a loop gave: reads them one by one, so that only the result takes memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flow8.domain.expression import to_text
from flow8.domain.play import Layer, LayerState, Play
from flow8.domain.values import MAX_VALUE_BYTES
from flow8.domain.values import to_text as to_json
from flow8.engine.engine import Engine
from flow8.kit.errors import Failed
from flow8.kit.orders import Collect

MISSING = object()


def collect(engine: Engine, play: Play, layer: Layer, order: Collect) -> dict[str, Any]:
    """What an aggregator gives: `{value, count}`.

    Raises:
        Failed: for good: the loop is not there or not over, or its outputs do not go together.
    """
    values = Values(_outputs(engine, play, layer, order), order.path)
    value = _HOW[order.how](values, order)
    return {"value": value, "count": values.count}


def _outputs(engine: Engine, play: Play, layer: Layer, order: Collect) -> Iterator[Any]:
    name = order.loop + layer.id.removeprefix(layer.ref)
    loop = play.layers.get(name)
    if loop is None or loop.loop is None or loop.state is not LayerState.DONE:
        raise _refused(f"There is no loop '{order.loop}' that is done before this flowlet.")
    body = engine.flows.get(play.company_id, play.flow_id, play.version).bodies.get(order.loop)
    refs = list(reversed(body.graph.order)) if body else []
    if order.flowlet is not None and order.flowlet not in refs:
        raise _refused(f"No flowlet '{order.flowlet}' stands inside '{order.loop}'.")
    try:
        yield from engine.store.iterations.outputs(
            play.company_id, loop.loop.of, name, [order.flowlet] if order.flowlet else refs, loop.loop
        )
    except LookupError as error:
        raise _refused(f"What an iteration of '{order.loop}' gave is gone: {error}.") from error


class Values:
    """The values at a path, counted while they are read; outputs without the path are left out."""

    def __init__(self, outputs: Iterable[Any], path: str | None) -> None:
        self._outputs = outputs
        self._keys = path.split(".") if path else []
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for output in self._outputs:
            value = _at(output, self._keys)
            if value is not MISSING:
                self.count += 1
                yield value


def _at(value: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def _listed(values: Values, _order: Collect) -> list[Any]:
    """The list; it stops growing where it could not be kept anyway."""
    found: list[Any] = []
    size = 0
    for value in values:
        found.append(value)
        size += len(to_json(value))
        if size > MAX_VALUE_BYTES:
            raise _refused(f"The list is too large: {MAX_VALUE_BYTES} bytes are allowed.")
    return found


def _counted(values: Values, _order: Collect) -> int:
    return sum(1 for _ in values)


def _sum(values: Values, _order: Collect) -> int | float:
    return sum(_numbers(values))


def _average(values: Values, _order: Collect) -> float | None:
    total: int | float = sum(_numbers(values))
    return total / values.count if values.count else None


def _least(values: Values, _order: Collect) -> int | float | None:
    return min(_numbers(values), default=None)


def _most(values: Values, _order: Collect) -> int | float | None:
    return max(_numbers(values), default=None)


def _numbers(values: Values) -> Iterator[int | float]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refused(f"Value {values.count} is no number; choose a number with path.")
        yield value


def _joined(values: Values, order: Collect) -> str:
    return order.separator.join(to_text(value) for value in values)


def _merged(values: Values, _order: Collect) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for value in values:
        if not isinstance(value, dict):
            raise _refused(f"Value {values.count} is no object, so it cannot be merged.")
        merged |= value
    return merged


def _refused(message: str) -> Failed:
    return Failed(message, final=True, code="CANNOT_COLLECT")


_HOW = {
    "list": _listed,
    "count": _counted,
    "sum": _sum,
    "average": _average,
    "min": _least,
    "max": _most,
    "join": _joined,
    "merge": _merged,
}
