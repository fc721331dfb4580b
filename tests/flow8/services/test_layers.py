"""One layer, wherever it is kept: in its play, in an open iteration, in one that is over, nowhere yet."""

from typing import Any

import pytest

from config.settings import Settings
from flow8.domain.access import Actor
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.errors import NotFound
from flow8.registry import Registry
from flow8.services.plays import get_layer
from flow8.store.payloads import INLINE_BYTES
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each, inside, value

PRICE = inside(value("price", {"n": "{{ $item * 2 }}", "at": "{{ $index }}"}))


def shown(engine: Engine, actor: Actor, play_id: str, layer_id: str) -> tuple[Any, ...]:
    layer = get_layer(engine, actor, play_id, layer_id)
    assert layer["layerId"] == layer_id
    return layer["ref"], layer["inside"], layer["state"], layer["output"]


def refusal(engine: Engine, actor: Actor, play_id: str, layer_id: str) -> tuple[str, str]:
    with pytest.raises(NotFound) as refused:
        get_layer(engine, actor, play_id, layer_id)
    return refused.value.error_code, refused.value.message


def test_a_layer_of_an_iteration_that_is_over_has_its_values(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(each([7, 8, 9]), PRICE)

    layer = get_layer(engine, admin, play.id, "price#1")

    assert (layer["input"], layer["output"]) == ({"values": {"n": 16, "at": 1}}, {"n": 16, "at": 1})
    assert (layer["layerId"], layer["ref"], layer["inside"], layer["appId"]) == (
        "price#1",
        "price",
        "each",
        "var",
    )
    assert (layer["state"], layer["attempts"], layer["truncated"]) == ("DONE", 1, False)


def test_big_values_of_an_iteration_are_found(engine: Engine, admin: Actor, stage: Stage) -> None:
    big = "x" * (INLINE_BYTES + 1)
    play = stage.play(each(["a"]), inside(value("big", {"text": "{{ $args.big }}"})), args={"big": big})

    assert get_layer(engine, admin, play.id, "big#0")["output"] == {"text": big}


def test_layers_of_open_iterations_and_of_those_to_come_are_shown(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    first = inside(value("first", {"n": "{{ $item + 1 }}"}))
    play = stage.play(each([1, 2, 3]), first, asked(), inside(value("last", {})))

    assert shown(engine, admin, play.id, "first#0") == ("first", "each", "DONE", {"n": 2})
    assert shown(engine, admin, play.id, "ok#0") == ("ok", "each", "WAIT", None)
    assert get_layer(engine, admin, play.id, "ok#0")["input"] == {"values": {"n": 1}}
    assert shown(engine, admin, play.id, "last#0") == ("last", "each", "NEW", None)
    assert shown(engine, admin, play.id, "first#2") == ("first", "each", "NEW", None)


def test_what_a_failed_loop_did_not_begin_was_skipped(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(each([0, 1]), inside(value("bad", {"n": "{{ 1 / $item }}"})), inside(value("then", {})))

    assert shown(engine, admin, play.id, "bad#0") == ("bad", "each", "FAIL", None)
    assert shown(engine, admin, play.id, "then#0") == ("then", "each", "SKIP", None)
    assert shown(engine, admin, play.id, "bad#1") == ("bad", "each", "SKIP", None)


def test_layers_of_nested_loops_are_found_whether_the_outer_iteration_is_over_or_not(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    inner = each("{{ $item }}", ref="inner", flowlet={"inside": "each"})
    cell = inside(value("cell", {"n": "{{ $item * 10 }}"}), "inner")
    stop = inside(value("stop", {}, needsApproval=True, filters=[_is("{{ $index }}", 1)]))
    play = stage.play(each([[1, 2], [3], [4]]), inner, cell, stop)

    assert shown(engine, admin, play.id, "cell#0#1") == ("cell", "inner", "DONE", {"n": 20})
    assert shown(engine, admin, play.id, "inner#0")[2:] == ("DONE", {"count": 2, "done": 2, "failed": 0})
    assert shown(engine, admin, play.id, "cell#1#0") == ("cell", "inner", "DONE", {"n": 30})
    assert refusal(engine, admin, play.id, "cell#2#0")[1] == "The loop 'inner#2' has no items: it is NEW."
    assert refusal(engine, admin, play.id, "cell#0#2")[1].endswith("counted from 0; there is none at 2.")


def _is(left: str, right: Any) -> dict[str, Any]:
    return {"leftValue": left, "operator": "eq", "rightValue": right}


def test_the_play_that_stands_for_a_body_is_a_layer_too(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(value("out", {"got": "{{ $args.n }}"}), flow="child"))
    play_id = stage.accept(a_flow(each([{"n": 5}], flow="child")))
    perform(engine, play_id)
    child = engine.store.database["plays"].find_one({"parent.playId": play_id}) or {}

    waiting = get_layer(engine, admin, play_id, "each#0")
    perform(engine, child["_id"])
    perform(engine, play_id)

    assert (waiting["state"], waiting["appId"], waiting["waiting"]["name"]) == (
        "WAIT",
        "subflow",
        child["_id"],
    )
    assert shown(engine, admin, play_id, "each#0") == ("each", "each", "DONE", {"got": 5})
    assert shown(engine, admin, play_id, "each") == (
        "each",
        None,
        "DONE",
        {"count": 1, "done": 1, "failed": 0},
    )


@pytest.mark.parametrize(
    ("layer_id", "message"),
    [
        ("price", "'price' stands inside a loop, with a layer for each item; name one, such as 'price#0'."),
        ("each#1", "'each#1' is an iteration, not a layer; its layers are 'price#1'."),
        ("price#3", "The loop 'each' has 3 items, counted from 0; there is none at 3."),
        ("price#1#0", "This play has no layer 'price#1#0'."),
        ("each#1#0", "This play has no layer 'each#1#0'."),
        ("nobody#1", "This play has no layer 'nobody#1'."),
        ("price#01", "This play has no layer 'price#01'."),
        ("price#-1", "This play has no layer 'price#-1'."),
        ("price#", "This play has no layer 'price#'."),
        ("price#٣", "This play has no layer 'price#٣'."),
        ("price#9999999", "This play has no layer 'price#9999999'."),
        ("price#1.state", "This play has no layer 'price#1.state'."),
        ("price#1\n", "This play has no layer 'price#1\n'."),
    ],
)
def test_what_is_no_layer_is_told_with_what_is(
    engine: Engine, admin: Actor, stage: Stage, layer_id: str, message: str
) -> None:
    play = stage.play(each([1, 2, 3]), PRICE)

    assert refusal(engine, admin, play.id, layer_id) == ("LAYER_NOT_FOUND", message)


def test_what_a_worker_without_lease_wrote_of_an_open_iteration_is_not_shown(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(each([1, 2]), asked())
    engine.store.database["iterations"].insert_one(
        {
            "_id": f"{play.id}/each#0",
            "companyId": play.company_id,
            "playId": play.id,
            "loop": "each",
            "ref": "each",
            "index": 0,
            "state": "DONE",
            "layers": {"ok": {"state": "DONE"}},
        }
    )

    assert shown(engine, admin, play.id, "ok#0")[2] == "WAIT"


def test_another_company_sees_no_layer_of_an_iteration(
    engine: Engine, admin: Actor, stranger: Actor, stage: Stage
) -> None:
    play = stage.play(each([1]), PRICE)

    assert shown(engine, admin, play.id, "price#0")[2] == "DONE"
    assert refusal(engine, stranger, play.id, "price#0")[0] == "PLAY_NOT_FOUND"


def test_without_a_readable_version_there_is_what_stands_in_the_play(
    engine: Engine, admin: Actor, stage: Stage, settings: Settings, registry: Registry
) -> None:
    play = stage.play(each([1, 2]), asked())
    engine.store.database["flow_versions"].update_many({}, {"$set": {"definition": '{"from": "the future"}'}})
    fresh = engine_of(settings, engine.store, registry)

    assert shown(fresh, admin, play.id, "ok#0") == ("ok", None, "WAIT", None)
    assert get_layer(fresh, admin, play.id, "ok#0")["input"] == {"values": {"n": 1}}
    assert refusal(fresh, admin, play.id, "ok#1")[0] == "LAYER_NOT_FOUND"


def test_values_that_retention_is_removing_just_now_are_told_as_gone(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    big = "x" * (INLINE_BYTES + 1)
    play = stage.play(each(["a"]), inside(value("big", {"text": "{{ $args.big }}"})), args={"big": big})
    engine.store.payloads.remove_of([play.id])

    assert refusal(engine, admin, play.id, "big#0")[0] == "ITERATIONS_GONE"
