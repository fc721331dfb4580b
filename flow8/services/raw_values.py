"""A value of a play whole, as JSON text in pieces, however large it is."""

from collections.abc import Iterator
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.layers import find_with_values
from flow8.services.page import refuse
from flow8.services.reach import must_on_play, no_play
from flow8.services.written_secrets import veil_over, veiled_text

PIECE: Final = 64 * 1024
OF_LAYERS: Final = {"input": "inputs", "output": "outputs"}
OF_PLAYS: Final = ("args", "output")


def raw_layer_value(
    engine: Engine, actor: Actor, play_id: str, layer_id: str, of: str = "output"
) -> Iterator[str]:
    """The JSON text of a layer's `input` or `output`; `null` where there is none.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND, LAYER_NOT_FOUND or ITERATIONS_GONE.
        Invalid: `of` is neither.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.raw_layer_value", play_id)
    refuse(_problems(of, tuple(OF_LAYERS)), "There is no such value.")
    found = find_with_values(engine, actor.company_id, play_id, layer_id)
    veil = veil_over(engine, actor, found.scope.play)
    return _pieces(veiled_text(veil, found.text(engine, OF_LAYERS[of])))


def raw_play_value(engine: Engine, actor: Actor, play_id: str, of: str = "output") -> Iterator[str]:
    """The JSON text of a play's `args` or `output`; `null` where there is none.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
        Invalid: `of` is neither.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.raw_play_value", play_id)
    refuse(_problems(of, OF_PLAYS), "There is no such value.")
    if engine.store.play_views.flow_of(actor.company_id, play_id) is None:
        raise no_play(play_id)
    return _pieces(engine.store.play_views.value(actor.company_id, play_id, of))


def _problems(of: str, known: tuple[str, ...]) -> list[Problem]:
    return [] if of in known else [Problem("of", f"must be {' or '.join(known)}")]


def _pieces(text: str | None) -> Iterator[str]:
    whole = "null" if text is None else text
    return (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))
