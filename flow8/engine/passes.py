"""A pass: one way through a graph, of the flow itself or of a loop's body for one item."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flow8.domain.flow import OnError
from flow8.domain.graph import Progress
from flow8.domain.play import Failure, Layer, LayerState, layer_is_finished
from flow8.engine.compiled import Body
from flow8.engine.roots import seen

if TYPE_CHECKING:
    from flow8.engine.loops import OpenLoop


class Pass:
    """Who of a body may start, and what expressions in it may read.

    `id` names the iteration, `each#3`; it is empty for the flow itself. Its layers stand among all the
    play's `layers`, under their ref and `suffix`.
    """

    def __init__(
        self,
        body: Body,
        layers: dict[str, Layer],
        roots: dict[str, Any],
        *,
        suffix: str = "",
        loop: "OpenLoop | None" = None,
        index: int = 0,
    ) -> None:
        self.body = body
        self.roots = roots
        self.suffix = suffix
        self.loop = loop
        self.index = index
        self.id = "" if loop is None else f"{loop.layer.id}#{index}"
        self.failure: Failure | None = None
        self.running: set[str] = set()
        """Ids of layers whose attempts run in this lease; what a dead worker left in RUN does not count."""
        self._layers = layers
        own = list(self.own_layers())
        self._progress = Progress(
            body.graph,
            [layer.ref for layer in own if layer_is_finished(layer.state)],
            [layer.ref for layer in own if is_open_loop(layer)],
        )
        self._recall(own)

    def _recall(self, own: list[Layer]) -> None:
        """What finished before its worker died: its outputs, and a failure that ends the pass."""
        for layer in own:
            self.see(layer)
            fails = self.body.flowlets[layer.ref].flowlet.on_error is OnError.FAIL
            if layer.state is LayerState.FAIL and fails and layer.error is not None:
                self.failure = self.failure or layer.error

    @property
    def is_complete(self) -> bool:
        """Whether every flowlet is finished."""
        return self._progress.is_complete

    @property
    def is_halted(self) -> bool:
        """Whether no further flowlet may begin: one failed here, or what is around it ends."""
        if self.failure is not None:
            return True
        return self.loop is not None and (self.loop.failure is not None or self.loop.around.is_halted)

    @property
    def is_running(self) -> bool:
        """Whether a flowlet runs here, or a loop that stands in this pass is under way."""
        return bool(self.running) or any(map(is_open_loop, self.own_layers()))

    def ready(self) -> list[str]:
        """The ids of the layers that may start now, each handed out once."""
        return [ref + self.suffix for ref in self._progress.ready()]

    def own_layers(self) -> Iterator[Layer]:
        """The layers of this pass that there are, in order."""
        for ref in self.body.graph.order:
            layer = self._layers.get(ref + self.suffix)
            if layer is not None:
                yield layer

    def finish(self, layer: Layer) -> None:
        """A layer is over: let those after it start, and read it."""
        self._progress.finish(layer.ref)
        self.see(layer)

    def see(self, layer: Layer) -> None:
        """Let expressions read a layer."""
        if layer.state is LayerState.DONE:
            self.roots["prev"][layer.ref] = layer.output
        self.roots["layer"][layer.ref] = seen(layer)


def is_open_loop(layer: Layer) -> bool:
    """Whether this is the layer of an iterator that is under way."""
    return layer.loop is not None and not layer_is_finished(layer.state)


def roots_of_item(around: Mapping[str, Any], item: Any, index: int) -> dict[str, Any]:
    """What a loop's body may read: all that stands around it, and its item."""
    return {
        **around,
        "prev": dict(around["prev"]),
        "layer": dict(around["layer"]),
        "item": item,
        "index": index,
    }
