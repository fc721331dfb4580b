"""Plays as people see them: by company, in pages, without payloads; and what retention removes."""

from datetime import datetime, timedelta
from typing import Any

from flow8.clock import utc_now
from flow8.domain.play import Awaited, Decision, Layer, LayerState, Loop, Play, PlayState, Waiting
from flow8.ids import id_at, new_id
from flow8.store import Store
from flow8.store.payloads import INLINE_BYTES
from flow8.store.play_filter import Which
from tests.support.factories import COMPANY, OTHER_COMPANY, a_flow, a_play


def test_pages_go_from_new_to_old_and_stay_in_the_company(store: Store) -> None:
    plays = [a_play() for _ in range(3)]
    for play in [*plays, a_play(company_id=OTHER_COMPANY)]:
        store.plays.insert(play, [])

    first = store.play_views.page(COMPANY, size=2)
    second = store.play_views.page(COMPANY, size=2, after=first[-1]["_id"])

    assert [row["_id"] for row in first + second] == sorted((play.id for play in plays), reverse=True)


def test_a_page_may_ask_for_states_and_one_flow(store: Store) -> None:
    wanted = a_play(state=PlayState.DONE)
    for play in [wanted, a_play(), a_play(state=PlayState.DONE, flow_id="e" * 24)]:
        store.plays.insert(play, [])

    rows = store.play_views.page(COMPANY, Which(flow_id="f" * 24, states=("DONE", "FAIL")), size=10)

    assert [row["_id"] for row in rows] == [wanted.id]


def test_another_company_finds_neither_play_nor_value_nor_history(store: Store) -> None:
    play = a_play()
    store.plays.insert(play, [])

    assert store.play_views.find(OTHER_COMPANY, play.id) is None
    assert store.play_views.value(OTHER_COMPANY, play.id, "args") is None
    assert store.play_views.history(OTHER_COMPANY, play.id) is None
    assert store.play_views.value(COMPANY, play.id, "args") == '{"n":1}'


def test_finished_plays_go_with_their_payloads_and_unfinished_ones_stay(store: Store) -> None:
    old = utc_now() - timedelta(days=100)
    big = "x" * (INLINE_BYTES + 1)
    finished = a_play(state=PlayState.DONE, args=big)
    unfinished = a_play(state=PlayState.RUN, args=big)
    for play in (finished, unfinished):
        store.plays.insert(play, [])
        store.database["plays"].update_one({"_id": play.id}, {"$set": {"endedAt": old}})

    removed = store.play_views.remove([finished.id, unfinished.id])

    assert removed == 1
    assert store.plays.load(finished.id) is None
    kept = store.plays.load(unfinished.id)
    assert kept is not None
    assert kept.args == big
    assert store.database["payloads"].count_documents({}) == 1


def test_plays_that_wait_for_approval_come_oldest_first_and_without_other_waits(store: Store) -> None:
    waiting = [a_waiting_play(store, Awaited.APPROVAL) for _ in range(2)]
    a_waiting_play(store, Awaited.EVENT)
    a_waiting_play(store, Awaited.APPROVAL, company_id=OTHER_COMPANY)
    a_waiting_play(store, Awaited.APPROVAL, state=PlayState.CANCELLED)

    found = [row["_id"] for row in store.play_views.waiting_for_approval(COMPANY)]

    assert found == sorted(waiting)
    assert [row["_id"] for row in store.play_views.waiting_for_approval(COMPANY, after=found[0])] == found[1:]


def a_waiting_play(store: Store, what: Awaited, **changes: Any) -> str:
    layer = Layer("pay", LayerState.WAIT, waiting=Waiting(what, name="x"))
    play = a_play(**{"state": PlayState.WAIT, "layers": {"pay": layer}, **changes})
    store.plays.insert(play, [])
    return play.id


def a_play_of(moment: datetime) -> Play:
    """A play as it was accepted then: its id begins with the time."""
    return a_play(id=f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}", created_at=moment)


def test_matching_plays_are_chosen_by_state_flow_and_time(store: Store) -> None:
    now = utc_now()
    plays = [a_play_of(now - timedelta(hours=hours)) for hours in (3, 2, 1)]
    other = a_play(flow_id="e" * 24, state=PlayState.DONE)
    for play in [*plays, other, a_play(company_id=OTHER_COMPANY)]:
        store.plays.insert(play, [])
    ids = sorted(play.id for play in plays)

    def matching(*states: str, **bounds: Any) -> list[str]:
        limits = {name: bounds.pop(name) for name in ("limit", "after") if name in bounds}
        return store.play_views.matching(COMPANY, Which(states=states, **bounds), **{"limit": 10, **limits})

    assert matching("NEW") == ids
    assert matching("NEW", limit=2) == ids[:2]
    assert matching("NEW", after=ids[0]) == ids[1:]
    assert matching("DONE", flow_id="e" * 24) == [other.id]
    assert matching("NEW", since=plays[1].created_at, until=plays[2].created_at) == [plays[1].id]


def test_only_new_plays_of_the_same_lane_are_ahead(store: Store) -> None:
    for play in [a_play(), a_play(lane="documents"), a_play(company_id=OTHER_COMPANY)]:
        store.plays.insert(play, [])

    assert store.play_views.ahead("f" * 24, "plays") == 2


def test_a_play_may_take_over_layers_with_values_of_any_size(store: Store) -> None:
    decision = Decision(approved=True, by="ana", at=utc_now())
    big = "x" * (INLINE_BYTES + 1)
    layers = {
        "small": Layer("small", LayerState.DONE, attempts=1, input={"a": 1}, output=None, decision=decision),
        "big": Layer("big", LayerState.DONE, attempts=2, input=None, output=big),
    }
    play = a_play(layers=layers, rerun_of="0" * 24)

    store.plays.insert(play, [])

    loaded = store.plays.load(play.id)
    assert loaded is not None
    assert (loaded.layers, loaded.rerun_of) == (layers, "0" * 24)


def test_a_play_comes_with_the_values_of_one_layer(store: Store) -> None:
    layers = {name: Layer(name, LayerState.DONE, input=name, output=name) for name in ("a#0", "a#1")}
    play = a_play(layers=layers)
    store.plays.insert(play, [])

    found = store.play_views.with_layer(COMPANY, play.id, "a#1") or {}

    assert (found["inputs"], found["outputs"]) == ({"a#1": '"a#1"'}, {"a#1": '"a#1"'})
    assert (set(found["layers"]), found["state"], "args" in found) == ({"a#0", "a#1"}, "NEW", False)
    assert store.play_views.with_layer(OTHER_COMPANY, play.id, "a#1") is None


def test_inputs_of_several_layers_come_at_once(store: Store) -> None:
    big = "x" * (INLINE_BYTES + 1)
    values = {"a#0": 1, "a#1": big, "a#2": 3}
    play = a_play(layers={name: Layer(name, LayerState.WAIT, input=each) for name, each in values.items()})
    store.plays.insert(play, [])

    assert store.play_views.inputs(COMPANY, play.id, ["a#0", "a#1", "a#9"]) == {"a#0": "1", "a#1": f'"{big}"'}
    assert store.play_views.inputs(OTHER_COMPANY, play.id, ["a#0"]) == {}


def test_plays_that_layers_started_are_found_with_the_ids_of_the_layers(store: Store) -> None:
    flow = store.flows.create(COMPANY, a_flow(), "test")
    keys = ("subflow/p1/each#0", "subflow/p1/sub", "subflow/p10/sub", "subflow/p/1", "on_fail/p1", "mine")
    for key in keys:
        store.plays.insert(a_play(flow_id=flow.id, idempotency_key=key), [])
    store.plays.insert(a_play(company_id=OTHER_COMPANY, flow_id=flow.id, idempotency_key=keys[0]), [])

    found = [(name, play.idempotency_key) for name, play in store.play_views.started_by(COMPANY, "p1")]

    assert found == [("each#0", keys[0]), ("sub", keys[1])]


def test_the_outermost_loops_of_a_play_are_found(store: Store) -> None:
    layers = {name: Layer(name, LayerState.RUN, loop=Loop("p", 3)) for name in ("each", "inner#0")}
    play = a_play(layers={**layers, "plain": Layer("plain", LayerState.DONE)})
    store.plays.insert(play, [])

    assert list(store.play_views.loops(COMPANY, play.id)) == ["each"]
    assert store.play_views.loops(OTHER_COMPANY, play.id) == {}
