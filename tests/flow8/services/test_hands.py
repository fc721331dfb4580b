"""Hands on a play: cancelled, held, resumed, given the event it waits for."""

from collections.abc import Callable
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import LayerState, PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import hands
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, total
from tests.support.system import until

EVENT = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-7"}}
ALL = [hands.cancel, hands.hold, hands.resume]

Hand = Callable[[Engine, Actor, str], dict[str, Any]]


def test_a_waiting_play_is_cancelled_and_the_audit_tells_by_whom(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(EVENT)

    standing = hands.cancel(engine, admin, play.id)
    perform(engine, play.id)

    assert standing == {"playId": play.id, "state": "WAIT"}
    assert stage.load(play.id).state is PlayState.CANCELLED
    (entry,) = entries_of(engine, admin.company_id)
    assert (entry["action"], entry["actor"], entry["subject"]) == (
        "plays.cancel",
        "ada@example.com",
        play.id,
    )


def test_a_play_is_held_before_it_begins_and_goes_on_when_resumed(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play_id = stage.accept(a_flow(stage.probe("one")))

    hands.hold(engine, admin, play_id)
    perform(engine, play_id)
    held = stage.load(play_id).state
    hands.resume(engine, admin, play_id)
    perform(engine, play_id)

    assert (held, stage.load(play_id).state) == (PlayState.ON_HOLD, PlayState.DONE)


@pytest.mark.parametrize("hand", ALL)
def test_a_finished_play_is_left_alone(engine: Engine, admin: Actor, stage: Stage, hand: Hand) -> None:
    play = stage.play(stage.probe("one"))

    with pytest.raises(Conflict) as refused:
        hand(engine, admin, play.id)

    assert refused.value.error_code == "PLAY_FINISHED"


@pytest.mark.parametrize("hand", ALL)
def test_hands_need_the_right_to_run_and_a_denial_is_audited(
    engine: Engine, viewer: Actor, stage: Stage, hand: Hand
) -> None:
    play = stage.play(EVENT)

    with pytest.raises(Denied):
        hand(engine, viewer, play.id)

    assert [entry["action"] for entry in entries_of(engine, viewer.company_id)] == ["denied"]
    assert stage.load(play.id).wishes == []


@pytest.mark.parametrize("hand", ALL)
def test_the_plays_of_another_company_are_not_there(
    engine: Engine, stranger: Actor, stage: Stage, hand: Hand
) -> None:
    play = stage.play(EVENT)

    with pytest.raises(NotFound):
        hand(engine, stranger, play.id)

    assert stage.load(play.id).wishes == []


def test_an_event_brings_its_value_to_the_flowlet_that_waits(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(EVENT)

    hands.send_event(engine, admin, play.id, "order-7", {"sum": 12})
    perform(engine, play.id)

    after = stage.load(play.id)
    assert (after.state, after.output) == (PlayState.DONE, {"sum": 12})


def test_an_event_that_nobody_waits_for_is_refused_and_names_the_ones_waited_for(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(EVENT)

    with pytest.raises(Conflict, match="it waits for order-7") as refused:
        hands.send_event(engine, admin, play.id, "order-8")

    assert refused.value.error_code == "NOT_WAITING"


def test_an_event_does_not_come_twice(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(EVENT)
    hands.send_event(engine, admin, play.id, "order-7", 1)

    with pytest.raises(Conflict, match="it waits for none"):
        hands.send_event(engine, admin, play.id, "order-7", 2)


def test_a_finished_play_takes_no_event(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("one"))

    with pytest.raises(Conflict) as refused:
        hands.send_event(engine, admin, play.id, "order-7")

    assert refused.value.error_code == "PLAY_FINISHED"


def test_an_event_that_is_too_large_names_every_problem(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(EVENT)

    with pytest.raises(Invalid) as refused:
        hands.send_event(engine, admin, play.id, "", "x" * 70_000)

    assert [problem.path for problem in refused.value.problems] == ["key", "value"]


def test_an_event_wait_shows_while_another_branch_still_runs(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    slow = stage.probe("slow", effect="read", seconds=1.0, flowlet={"after": []})
    play_id = stage.accept(a_flow({**EVENT, "after": []}, slow))
    engine.spawn(perform, engine, play_id)

    def waits() -> bool:
        layer = stage.load(play_id).layers.get("paid")
        return layer is not None and layer.state is LayerState.WAIT

    until(waits, what="the wait to show")
    hands.send_event(engine, admin, play_id, "order-7", 3)

    until(lambda: stage.load(play_id).state is PlayState.DONE, what="the end")
    assert stage.load(play_id).layers["paid"].output == 3


class TestEventsOfLoops:
    """An event for an iteration, found by its key."""

    WAITS = inside({"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-{{ $item }}"}})

    def test_each_iteration_goes_on_with_its_own_event(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = stage.play(each([7, 8], parallel=2), self.WAITS, total("paid", "sum"))

        for number in (8, 7):
            hands.send_event(engine, admin, play.id, f"order-{number}", {"sum": number})
            perform(engine, play.id)

        assert stage.load(play.id).output == {"value": 15, "count": 2}

    def test_of_many_keys_that_are_waited_for_some_are_named(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = stage.play(each(list(range(20)), parallel=20), self.WAITS)

        with pytest.raises(Conflict) as refused:
            hands.send_event(engine, admin, play.id, "order-99")

        assert refused.value.message == (
            "This play waits for no event 'order-99'; "
            "it waits for order-0, order-1, order-2, order-3, order-4 and 15 more."
        )
