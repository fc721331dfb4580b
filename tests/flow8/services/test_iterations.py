"""The iterations of a loop, page by page, open ones in their places."""

from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.domain.play import Wish, WishKind
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Invalid, NotFound
from flow8.ids import new_id
from flow8.services.iterations import list_iterations
from tests.support.engines import Stage
from tests.support.loops import asked, each, inside, value

BAD = inside(value("bad", {"n": "{{ 6 / $item }}"}))


def listed(
    engine: Engine, actor: Actor, play_id: str, loop: str = "each", **wanted: Any
) -> list[tuple[int, str]]:
    return [
        (row["index"], row["state"]) for row in list_iterations(engine, actor, play_id, loop, **wanted).rows
    ]


def wish(stage: Stage, play_id: str, kind: WishKind, layer_id: str | None = None) -> None:
    stage.engine.store.plays.wish(
        stage.company_id, play_id, Wish(new_id(), kind, "ann", utc_now(), ref=layer_id)
    )
    perform(stage.engine, play_id)


def test_iterations_come_in_the_order_of_their_items_page_by_page(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(each([1, 2, 3, 4, 5]), BAD)

    first = list_iterations(engine, admin, play.id, "each", size=2)
    second = list_iterations(engine, admin, play.id, "each", size=2, after=first.next)
    last = list_iterations(engine, admin, play.id, "each", size=2, after=second.next)

    assert [row["index"] for row in [*first.rows, *second.rows, *last.rows]] == [0, 1, 2, 3, 4]
    assert (first.next, second.next, last.next) == (1, 3, None)
    assert list_iterations(engine, admin, play.id, "each", size=5).next is None


def test_a_row_tells_states_and_errors_and_no_values(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(each([6, 0], onItemError="continue"), BAD, inside(value("then", {})))

    good, bad = list_iterations(engine, admin, play.id, "each").rows

    assert (good["state"], good["error"], good["endedAt"][-1]) == ("DONE", None, "Z")
    assert [(layer["layerId"], layer["state"]) for layer in good["layers"]] == [
        ("bad#0", "DONE"),
        ("then#0", "DONE"),
    ]
    assert (bad["state"], bad["error"]) == ("FAIL", bad["layers"][0]["error"])
    assert bad["error"]["ref"] == "bad#1"
    assert "output" not in good["layers"][0]


def test_the_error_is_that_of_the_flowlet_that_let_the_iteration_fail(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    tolerated = {**inside(value("tolerated", {"n": "{{ 1 / 0 }}"})), "onError": "continue"}
    play = stage.play(each([6, 0], onItemError="continue"), tolerated, BAD)

    good, bad = list_iterations(engine, admin, play.id, "each").rows

    assert (good["state"], good["error"]) == ("DONE", None)
    assert (bad["state"], bad["error"]["ref"]) == ("FAIL", "bad#1")


def test_open_iterations_stand_among_those_that_are_over(engine: Engine, admin: Actor, stage: Stage) -> None:
    needed = {"filters": [{"leftValue": "{{ $item }}", "operator": "gt", "rightValue": 1}]}
    play = stage.play(each([2, 1, 3, 1, 4], parallel=2), {**asked(), **needed})

    rows = list_iterations(engine, admin, play.id, "each").rows

    assert [(row["index"], row["state"]) for row in rows] == [(0, "WAIT"), (1, "DONE"), (2, "WAIT")]
    assert (rows[0]["endedAt"], rows[0]["layers"][0]["layerId"]) == (None, "ok#0")
    assert listed(engine, admin, play.id, states=["WAIT"]) == [(0, "WAIT"), (2, "WAIT")]
    assert listed(engine, admin, play.id, states=["DONE"]) == [(1, "DONE")]
    assert listed(engine, admin, play.id, states=["DONE", "WAIT"], after=0) == [(1, "DONE"), (2, "WAIT")]
    assert listed(engine, admin, play.id, size=1, after=1) == [(2, "WAIT")]


def test_what_a_worker_without_lease_wrote_counts_for_nothing(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(each([1, 2]), asked())
    rows = engine.store.database["iterations"]
    for index in (0, 1):
        row = {
            "companyId": play.company_id,
            "playId": play.id,
            "loop": "each",
            "index": index,
            "state": "DONE",
        }
        rows.insert_one({"_id": f"{play.id}/each#{index}", **row, "layers": {}, "endedAt": utc_now()})

    assert listed(engine, admin, play.id) == [(0, "WAIT")]


def test_iterations_that_were_open_when_their_play_was_cancelled_say_so(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(each([1, 2, 3]), asked())
    wish(stage, play.id, WishKind.APPROVE, "ok#0")

    wish(stage, play.id, WishKind.CANCEL)

    assert listed(engine, admin, play.id) == [(0, "DONE"), (1, "CANCELLED")]
    assert listed(engine, admin, play.id, states=["CANCELLED"]) == [(1, "CANCELLED")]


def test_inner_loops_are_listed_by_the_id_of_their_own_layer(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    inner = each("{{ $item }}", ref="inner", flowlet={"inside": "each"})
    cell = inside(value("cell", {"n": "{{ $item }}"}), "inner")
    play = stage.play(each([[1, 2], [3]]), inner, cell)

    (first, _) = list_iterations(engine, admin, play.id, "each").rows

    assert [(layer["layerId"], layer["loop"]["done"]) for layer in first["layers"]] == [("inner#0", 2)]
    assert listed(engine, admin, play.id, "inner#0") == [(0, "DONE"), (1, "DONE")]
    assert listed(engine, admin, play.id, "inner#1") == [(0, "DONE")]


def test_a_loop_that_has_not_begun_has_no_iterations(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(value("gate", {}, needsApproval=True), each([1]), BAD)

    assert listed(engine, admin, play.id) == []


def test_what_is_no_loop_has_no_iterations(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor, stage: Stage
) -> None:
    play = stage.play(each([1]), BAD, value("after", {}))

    def code(actor: Actor, play_id: str, layer_id: str) -> str:
        with pytest.raises(NotFound) as refused:
            list_iterations(engine, actor, play_id, layer_id)
        return refused.value.error_code

    assert code(admin, play.id, "after") == "LOOP_NOT_FOUND"
    assert code(admin, play.id, "bad#0") == "LOOP_NOT_FOUND"
    assert code(admin, play.id, "each#0") == "LAYER_NOT_FOUND"
    assert code(admin, "nobody", "each") == "PLAY_NOT_FOUND"
    assert code(stranger, play.id, "each") == "PLAY_NOT_FOUND"
    assert listed(engine, viewer, play.id) == [(0, "DONE")]


def test_a_page_that_cannot_be_says_why(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(each([1]), BAD)

    with pytest.raises(Invalid) as refused:
        list_iterations(engine, admin, play.id, "each", size=0, after=-1, states=["DONE", "GONE"])
    with pytest.raises(Denied):
        list_iterations(engine, Actor(admin.company_id, "bo", frozenset(), "test"), play.id, "each")

    assert [str(problem) for problem in refused.value.problems] == [
        "size: must be from 1 to 100",
        "after: must be the position of an item, counted from 0",
        "state: 'GONE' is no state of an iteration",
    ]
