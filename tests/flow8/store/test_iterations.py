"""Iterations as they are kept: replaced by later claims only, read in order, gone with their play."""

from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Iteration, Layer, LayerState, Loop, Play
from flow8.store import Store
from flow8.store.iterations import Row
from tests.support.factories import COMPANY, OTHER_COMPANY, a_play

_L = LayerState


def a_row(index: int, state: LayerState = _L.DONE, loop: str = "each", **outputs: str) -> Row:
    suffix = f"{loop.partition('#')[2]}#{index}"
    layers = {ref: Layer(f"{ref}{suffix}", state, attempts=1) for ref in outputs or {"a": ""}}
    return Row(Iteration(loop, index, state, utc_now(), layers), outputs=dict(outputs))


@pytest.fixture
def play() -> Play:
    return a_play(claims=2)


def indexes(store: Store, play: Play, **wanted: Any) -> list[int]:
    return [row["index"] for row in store.iterations.page(COMPANY, play.id, "each", size=10, **wanted)]


def test_iterations_are_listed_in_order_of_their_items(store: Store, play: Play) -> None:
    store.iterations.write(play, [a_row(2), a_row(0), a_row(10), a_row(1, _L.FAIL)])

    assert indexes(store, play) == [0, 1, 2, 10]
    assert indexes(store, play, after=1) == [2, 10]
    assert indexes(store, play, states=("FAIL",)) == [1]
    assert store.iterations.page(OTHER_COMPANY, play.id, "each", size=10) == []


def test_the_same_write_again_changes_nothing(store: Store, play: Play) -> None:
    row = a_row(0)
    store.iterations.write(play, [row])
    before = store.iterations.find(COMPANY, play.id, "each#0")

    store.iterations.write(play, [row, a_row(1)])

    assert store.iterations.find(COMPANY, play.id, "each#0") == before
    assert indexes(store, play) == [0, 1]


@pytest.mark.parametrize(("claim", "state"), [(1, "DONE"), (2, "FAIL"), (3, "FAIL")])
def test_only_the_same_or_a_later_claim_replaces(store: Store, play: Play, claim: int, state: str) -> None:
    store.iterations.write(play, [a_row(0)])
    play.claims = claim

    store.iterations.write(play, [a_row(0, _L.FAIL)])

    assert store.iterations.page(COMPANY, play.id, "each", size=1)[0]["state"] == state


def test_outputs_are_of_the_first_ref_that_is_done_in_iterations_that_are_done(
    store: Store, play: Play
) -> None:
    both, one = a_row(0, a="1", b="2"), a_row(1, a="3")
    store.iterations.write(play, [both, one, a_row(2, _L.FAIL, a="4")])

    assert list(store.iterations.outputs(COMPANY, play.id, "each", ["b", "a"])) == [2, 3]
    assert list(store.iterations.outputs(OTHER_COMPANY, play.id, "each", ["b", "a"])) == []


def test_layers_of_nested_loops_are_found_by_their_iterators(store: Store, play: Play) -> None:
    store.iterations.write(play, [a_row(0), a_row(3, loop="inner#0")])

    found = store.iterations.layers(COMPANY, play.id, ["each", "inner"])

    assert [layer.id for layer in found] == ["a#0", "a#0#3"]


def test_iterations_go_with_their_play(store: Store, play: Play) -> None:
    other = a_play()
    store.iterations.write(play, [a_row(0), a_row(1)])
    store.iterations.write(other, [a_row(0)])

    assert store.iterations.remove_of([play.id]) == 2
    assert indexes(store, other) == [0]


def test_a_page_may_stop_before_a_position_and_leave_some_out(store: Store, play: Play) -> None:
    store.iterations.write(play, [a_row(index) for index in range(6)])

    assert indexes(store, play, before=4, without=[1, 2]) == [0, 3]


def test_a_page_of_a_long_loop_reads_little_more_than_itself(store: Store, play: Play) -> None:
    store.prepare()
    states = [_L.DONE, _L.FAIL, _L.SKIP]
    store.iterations.write(play, [a_row(index, states[index % 3]) for index in range(600)])
    read: list[int] = []

    store.database.command("profile", 2)
    page = [row["index"] for row in store.iterations.page(COMPANY, play.id, "each", size=25, after=99)]
    store.database.command("profile", 0)
    read = [
        each["docsExamined"]
        for each in store.database["system.profile"].find({"ns": {"$regex": "iterations$"}})
    ]
    store.database["system.profile"].drop()

    assert page == list(range(100, 125))
    assert max(read) <= 3 * 25


def test_only_what_ran_and_cannot_be_undone_is_irreversible(store: Store, play: Play) -> None:
    sent = Layer("send#0", _L.DONE, attempts=1, effect="irreversible")
    asked = Layer("send#1", _L.SKIP, attempts=0, effect="irreversible")
    wrote = Layer("save#1", _L.DONE, attempts=1, effect="write")
    deep = Layer("pay#0#2", _L.FAIL, attempts=2, effect="irreversible")
    rows = [
        Row(Iteration("each", 0, _L.DONE, utc_now(), {"send": sent})),
        Row(Iteration("each", 1, _L.SKIP, utc_now(), {"send": asked, "save": wrote})),
        Row(Iteration("inner#0", 2, _L.FAIL, utc_now(), {"pay": deep})),
    ]
    store.iterations.write(play, rows)

    def found(company_id: str, loops: list[str] | None) -> list[str]:
        return [layer.id for layer in store.iterations.irreversible(company_id, play.id, loops)]

    assert found(COMPANY, ["each"]) == ["send#0"]
    assert found(COMPANY, ["each", "inner"]) == found(COMPANY, None) == ["send#0", "pay#0#2"]
    assert found(OTHER_COMPANY, None) == []


def test_by_the_counts_of_its_loop_nothing_is_read_too_much_and_nothing_is_missing(
    store: Store, play: Play
) -> None:
    store.iterations.write(
        play, [a_row(0, a="1"), a_row(1, _L.FAIL, a="2"), a_row(2, a="3"), a_row(7, a="9")]
    )

    def read(counts: Loop | None) -> list[Any]:
        return list(store.iterations.outputs(COMPANY, play.id, "each", ["a"], counts))

    assert read(None) == [1, 3, 9]
    assert read(Loop(play.id, 3, 3, done=2, failed=1)) == [1, 3]
    with pytest.raises(LookupError, match=f"of 3 iterations of play {play.id} 2 are there"):
        read(Loop(play.id, 4, 4, done=3, failed=1))
