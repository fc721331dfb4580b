"""Approvals: who may decide, that the first decision counts, and what waits for me."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.play import LayerState, Play, PlayState, Wish
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Denied, Flow8Error, Invalid, NotFound
from flow8.services import hands
from flow8.services.approvals import decide, waiting_for_me
from flow8.services.plays import run
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each, inside, total, value
from tests.support.system import until


def pay(stage: Stage, **approval: Any) -> dict[str, Any]:
    more = {"approval": approval} if approval else {}
    return stage.probe("pay", value="{{ $args.n ?? '' }}", flowlet={"needsApproval": True, **more})


@pytest.fixture
def ben(admin: Actor) -> Actor:
    """Somebody who may approve."""
    return replace(admin, name="ben@example.com", rights=RIGHTS[Role.APPROVER])


@pytest.fixture
def play(stage: Stage) -> Play:
    """A play that waits for approval."""
    return stage.play(pay(stage), args={"n": "7"})


def test_an_approved_layer_goes_on_and_the_audit_tells_who_approved(
    engine: Engine, ben: Actor, stage: Stage, play: Play
) -> None:
    standing = decide(engine, ben, play.id, "pay", decision="approved", note="fine")
    perform(engine, play.id)

    assert standing == {"playId": play.id, "state": "WAIT"}
    assert stage.load(play.id).state is PlayState.DONE
    (entry,) = entries_of(engine, ben.company_id)
    assert (entry["action"], entry["actor"], entry["subject"]) == ("plays.approve", ben.name, play.id)
    assert (entry["details"]["layerId"], entry["details"]["decision"]) == ("pay", "approved")


def test_a_declined_layer_fails_with_who_and_why(
    engine: Engine, ben: Actor, stage: Stage, play: Play
) -> None:
    decide(engine, ben, play.id, "pay", decision="declined", note="too much")
    perform(engine, play.id)

    error = stage.load(play.id).error
    assert error is not None
    assert error.message == "Declined by ben@example.com: too much"


@pytest.mark.parametrize("carried_out", [False, True], ids=["on its way", "carried out"])
def test_a_second_decision_is_told_who_decided_first(
    engine: Engine, admin: Actor, ben: Actor, play: Play, *, carried_out: bool
) -> None:
    decide(engine, ben, play.id, "pay", decision="approved")
    if carried_out:
        perform(engine, play.id)

    with pytest.raises(Conflict, match="approved already by ben") as refused:
        decide(engine, admin, play.id, "pay", decision="declined")

    assert refused.value.error_code == "NOT_WAITING"


def test_of_many_decisions_at_once_exactly_one_is_taken(
    engine: Engine, admin: Actor, stage: Stage, play: Play
) -> None:
    together, taken = threading.Barrier(8), []

    def one(number: int) -> None:
        actor = replace(admin, name=f"person-{number}@example.com")
        together.wait()
        try:
            decide(engine, actor, play.id, "pay", decision="approved" if number % 2 else "declined")
        except Conflict:
            return
        taken.append(actor.name)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    perform(engine, play.id)

    decision = stage.load(play.id).layers["pay"].decision
    assert decision is not None
    assert taken == [decision.by]


def test_only_a_named_approver_may_decide_and_others_are_audited(
    engine: Engine, admin: Actor, ben: Actor, stage: Stage
) -> None:
    play = stage.play(pay(stage, approvers=["Ben@example.com"]))

    with pytest.raises(Denied) as refused:
        decide(engine, admin, play.id, "pay", decision="approved")

    assert refused.value.error_code == "NOT_AN_APPROVER"
    assert [entry["action"] for entry in entries_of(engine, admin.company_id)] == ["denied"]
    assert decide(engine, ben, play.id, "pay", decision="approved")["state"] == "WAIT"


def test_whoever_started_the_play_may_be_excluded(
    engine: Engine, admin: Actor, ben: Actor, stage: Stage
) -> None:
    stage.publish(a_flow(pay(stage, excludeRequester=True)))
    play_id = run(engine, admin, "a-flow", {"n": "1"}).play_id
    perform(engine, play_id)

    with pytest.raises(Denied) as refused:
        decide(engine, admin, play_id, "pay", decision="approved")

    assert refused.value.error_code == "REQUESTER_EXCLUDED"
    assert waiting_for_me(engine, admin).rows == []
    assert [row["id"] for row in waiting_for_me(engine, ben).rows] == [play_id]
    assert decide(engine, ben, play_id, "pay", decision="approved")["playId"] == play_id


def test_a_layer_that_waits_for_nobody_is_no_matter_for_decisions(
    engine: Engine, ben: Actor, stage: Stage
) -> None:
    play = stage.play(stage.probe("one"), pay(stage), stage.probe("last"))
    other = stage.play(stage.probe("one"), flow="other")

    def error(play_id: str, layer_id: str) -> tuple[type[Flow8Error], str]:
        with pytest.raises(Flow8Error) as refused:
            decide(engine, ben, play_id, layer_id, decision="approved")
        return type(refused.value), refused.value.error_code

    assert error(play.id, "one") == (Conflict, "NOT_WAITING")
    assert error(play.id, "last") == (Conflict, "NOT_WAITING")
    assert error(play.id, "nobody") == (NotFound, "LAYER_NOT_FOUND")
    assert error(other.id, "one") == (Conflict, "NOT_WAITING")
    assert error("nobody", "one") == (NotFound, "PLAY_NOT_FOUND")


def test_what_is_no_decision_is_refused_with_every_problem(engine: Engine, ben: Actor, play: Play) -> None:
    with pytest.raises(Invalid) as refused:
        decide(engine, ben, play.id, "pay", decision="perhaps", note="x" * 2001)

    assert [problem.path for problem in refused.value.problems] == ["decision", "note"]


def test_without_the_right_or_in_another_company_nothing_is_decided(
    engine: Engine, viewer: Actor, stranger: Actor, stage: Stage, play: Play
) -> None:
    with pytest.raises(Denied):
        decide(engine, viewer, play.id, "pay", decision="approved")
    with pytest.raises(NotFound):
        decide(engine, stranger, play.id, "pay", decision="approved")

    assert stage.load(play.id).wishes == []
    assert waiting_for_me(engine, stranger).rows == []


def test_what_waits_for_me_shows_what_is_about_to_be_done(engine: Engine, ben: Actor, stage: Stage) -> None:
    mine = stage.play(pay(stage, note="look twice"), args={"n": "7"})
    stage.play(pay(stage, approvers=["eve@example.com"]), flow="for-eve")
    stage.play({"ref": "e", "appId": "wait-for-event", "args": {"key": "k"}}, flow="no-approval")

    (row,) = waiting_for_me(engine, ben).rows

    (approval,) = row["approvals"]
    assert row["id"] == mine.id
    assert (approval["layerId"], approval["note"], approval["input"]["value"]) == ("pay", "look twice", "7")


def test_what_waits_for_me_comes_in_pages_and_without_what_was_decided(
    engine: Engine, ben: Actor, stage: Stage
) -> None:
    flow = stage.publish(a_flow(pay(stage)))
    ids = [stage.accept(flow) for _ in range(4)]
    for play_id in ids:
        perform(engine, play_id)
    decide(engine, ben, ids[1], "pay", decision="approved")

    first = waiting_for_me(engine, ben, size=2)
    second = waiting_for_me(engine, ben, size=2, after=first.next)

    assert [row["id"] for row in first.rows + second.rows] == [ids[0], ids[2], ids[3]]
    assert second.next is None


def test_an_approval_is_taken_while_another_branch_still_runs(
    engine: Engine, ben: Actor, stage: Stage
) -> None:
    slow = stage.probe("slow", effect="read", seconds=1.0, flowlet={"after": []})
    play_id = stage.accept(a_flow(slow, {**pay(stage), "after": []}))
    engine.spawn(perform, engine, play_id)

    def waits() -> bool:
        layer = stage.load(play_id).layers.get("pay")
        return layer is not None and layer.state is LayerState.WAIT

    until(waits, what="the approval to show")
    standing = decide(engine, ben, play_id, "pay", decision="approved")

    until(lambda: stage.load(play_id).state is PlayState.DONE, what="the end")
    assert standing["state"] == "RUN"


def test_a_play_on_hold_takes_a_decision(engine: Engine, admin: Actor, stage: Stage, play: Play) -> None:
    hands.hold(engine, admin, play.id)
    perform(engine, play.id)

    decide(engine, admin, play.id, "pay", decision="approved")
    hands.resume(engine, admin, play.id)
    perform(engine, play.id)

    assert stage.load(play.id).state is PlayState.DONE


class TestLoops:
    """An approval for each iteration, by the id of its layer."""

    @pytest.fixture
    def loop(self, stage: Stage) -> Play:
        """A play of a loop in which two iterations wait for approval."""
        return stage.play(each([7, 8, 9], parallel=2), asked(), total("ok"))

    def test_each_iteration_is_decided_by_itself(
        self, engine: Engine, ben: Actor, stage: Stage, loop: Play
    ) -> None:
        for layer_id in ("ok#1", "ok#0", "ok#2"):
            decide(engine, ben, loop.id, layer_id, decision="approved")
            perform(engine, loop.id)

        assert stage.load(loop.id).output == {"value": 24, "count": 3}
        assert [entry["details"]["layerId"] for entry in entries_of(engine, ben.company_id)] == [
            "ok#1",
            "ok#0",
            "ok#2",
        ]

    def test_all_of_them_are_listed_with_what_is_about_to_be_done(
        self, engine: Engine, ben: Actor, loop: Play
    ) -> None:
        decide(engine, ben, loop.id, "ok#0", decision="approved")

        (row,) = waiting_for_me(engine, ben).rows

        assert [(each["layerId"], each["input"]) for each in row["approvals"]] == [
            ("ok#1", {"values": {"n": 8}})
        ]
        assert row["approvalCount"] == 1

    def test_of_very_many_a_hundred_are_listed_and_all_are_counted(
        self, engine: Engine, ben: Actor, stage: Stage
    ) -> None:
        two = [inside(value(ref, {}, needsApproval=True, after=[])) for ref in ("one", "two")]
        stage.play(each(list(range(60)), parallel=60), *two)

        (row,) = waiting_for_me(engine, ben).rows

        assert (len(row["approvals"]), row["approvalCount"]) == (100, 120)

    def test_a_second_decision_on_an_iteration_that_is_over_is_told_who_decided_first(
        self, engine: Engine, admin: Actor, ben: Actor, loop: Play
    ) -> None:
        decide(engine, ben, loop.id, "ok#0", decision="approved")
        perform(engine, loop.id)

        with pytest.raises(Conflict, match="'ok#0' was approved already by ben"):
            decide(engine, admin, loop.id, "ok#0", decision="declined")

    def test_who_decides_while_the_iteration_ends_is_told_who_was_first(
        self, engine: Engine, admin: Actor, ben: Actor, loop: Play
    ) -> None:
        wish = engine.store.plays.wish

        def later(company_id: str, play_id: str, mine: Wish) -> Any:
            vars(engine.store.plays).pop("wish")
            decide(engine, ben, play_id, "ok#0", decision="approved")
            perform(engine, play_id)
            return wish(company_id, play_id, mine)

        vars(engine.store.plays)["wish"] = later  # does the same, after somebody else was quicker

        with pytest.raises(Conflict, match="approved already by ben"):
            decide(engine, admin, loop.id, "ok#0", decision="declined")

    def test_what_is_not_decided_says_why(self, engine: Engine, ben: Actor, loop: Play) -> None:
        def error(layer_id: str) -> str:
            with pytest.raises(Flow8Error) as refused:
                decide(engine, ben, loop.id, layer_id, decision="approved")
            return f"{refused.value.error_code}: {refused.value.message}"

        assert error("ok#2") == "NOT_WAITING: Layer 'ok#2' waits for no approval; it is NEW."
        assert error("ok#3").startswith("LAYER_NOT_FOUND: The loop 'each' has 3 items")
        assert error("ok").startswith("LAYER_NOT_FOUND: 'ok' stands inside a loop")
