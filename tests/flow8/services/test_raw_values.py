"""Values of plays, whole."""

import json

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Invalid, NotFound
from flow8.services.raw_values import PIECE, raw_layer_value, raw_play_value
from tests.support.engines import Stage

BIG = "x" * (3 * PIECE)


def test_a_value_of_any_size_comes_whole_and_in_pieces(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(
        {"ref": "a", "appId": "var", "args": {"values": {"big": "{{ $args.big }}"}}}, args={"big": BIG}
    )

    pieces = list(raw_layer_value(engine, admin, play.id, "a"))

    assert json.loads("".join(pieces)) == {"big": BIG}
    assert max(map(len, pieces)) == PIECE
    assert json.loads("".join(raw_layer_value(engine, admin, play.id, "a", "input"))) == {
        "values": {"big": BIG}
    }
    assert json.loads("".join(raw_play_value(engine, admin, play.id, "args"))) == {"big": BIG}
    assert json.loads("".join(raw_play_value(engine, admin, play.id))) == {"big": BIG}


def test_what_is_not_there_is_null_or_not_found(
    engine: Engine, admin: Actor, stranger: Actor, stage: Stage
) -> None:
    play_id = stage.accept(
        stage.publish({"flow": "f", "name": "F", "flowlets": [{"ref": "a", "appId": "var"}]})
    )

    assert "".join(raw_layer_value(engine, admin, play_id, "a")) == "null"
    assert "".join(raw_play_value(engine, admin, play_id)) == "null"
    for actor, name in ((admin, "nobody"), (stranger, play_id)):
        with pytest.raises(NotFound):
            raw_play_value(engine, actor, name)
        with pytest.raises(NotFound):
            raw_layer_value(engine, actor, name, "a")
    with pytest.raises(Invalid):
        raw_layer_value(engine, admin, play_id, "a", "args")
    with pytest.raises(Invalid):
        raw_play_value(engine, admin, play_id, "input")
