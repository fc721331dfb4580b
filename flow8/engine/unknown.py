"""A flowlet that cannot be undone and whose worker died while it ran: nobody knows whether it took effect."""

from flow8.domain.play import Failure, Layer, LayerState
from flow8.kit.module import Effect


def has_unknown_outcome(layer: Layer) -> bool:
    """Whether a layer that nobody runs any more may have taken effect for good."""
    return layer.state is LayerState.RUN and layer.effect == Effect.IRREVERSIBLE


def unknown_outcome(layer: Layer) -> Failure:
    """Why it is not run again."""
    message = "Its worker died while it ran; look outside whether it took effect before running it again."
    return Failure("OUTCOME_UNKNOWN", message, layer.id)
