"""What others ask of a play that this process holds, carried out."""

from dataclasses import dataclass
from datetime import datetime

from flow8.domain.play import Awaited, Decision, Layer, LayerState, Wish, WishKind
from flow8.engine.journal import Journal
from flow8.engine.layers import Layers
from flow8.engine.orders import look_at_child


@dataclass
class Asked:
    """What is asked of the play as a whole: to be cancelled, or not to go on for now."""

    cancelled_by: str | None = None
    on_hold: bool = False


def carry_out_wish(wish: Wish, asked: Asked, layers: Layers, journal: Journal, now: datetime) -> None:
    """Carry out one wish; one that no longer fits changes nothing."""
    if wish.kind is WishKind.CANCEL:
        asked.cancelled_by = asked.cancelled_by or wish.by
    elif wish.kind in (WishKind.HOLD, WishKind.RESUME):
        asked.on_hold = wish.kind is WishKind.HOLD
        journal.set(onHold=asked.on_hold, heldBy=wish.by if asked.on_hold else None)
    else:
        _of_layer(wish, layers, now)


def _of_layer(wish: Wish, layers: Layers, now: datetime) -> None:
    for layer in _waiting(layers, wish):
        if wish.kind in (WishKind.APPROVE, WishKind.DECLINE):
            layer.decision = Decision(wish.kind is WishKind.APPROVE, wish.by, wish.at, wish.note)
            layers.journal.changed(layer)
        elif wish.kind is WishKind.EVENT:
            layers.done(layer, wish.value, now)
        else:
            look_at_child(layers, layer, now)


_AWAITED = {
    WishKind.APPROVE: Awaited.APPROVAL,
    WishKind.DECLINE: Awaited.APPROVAL,
    WishKind.EVENT: Awaited.EVENT,
    WishKind.PLAY_ENDED: Awaited.PLAY,
}


def _waiting(layers: Layers, wish: Wish) -> list[Layer]:
    """The layers that wait for just this: by their id, or by the key of an event."""
    return [
        layer
        for layer in layers.waiting()
        if layer.state is LayerState.WAIT
        and layer.waiting is not None
        and layer.decision is None
        and layer.waiting.what is _AWAITED[wish.kind]
        and (wish.ref is None or layer.id == wish.ref)
        and (wish.name is None or layer.waiting.name == wish.name)
    ]
