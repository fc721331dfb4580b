"""Playing again: whole or from a flowlet on, with recorded outputs, and never twice what cannot be undone."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import LayerState, Play, PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Denied, Flow8Error, Invalid, NotFound
from flow8.services import switches
from flow8.services.rerun import Wanted, rerun
from flow8.store.payloads import INLINE_BYTES
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

ASKED = "{{ $args.fails ?? 1 }}"
"""Fails once unless the args say otherwise."""


def play_again(stage: Stage, actor: Actor, play: Play, **wanted: Any) -> Play:
    outcome = rerun(stage.engine, actor, play.id, Wanted(**wanted))
    perform(stage.engine, outcome.play_id)
    return stage.load(outcome.play_id)


def refused(engine: Engine, actor: Actor, play_id: str, **wanted: Any) -> Flow8Error:
    with pytest.raises(Flow8Error) as found:
        rerun(engine, actor, play_id, Wanted(**wanted))
    return found.value


def of_two(stage: Stage, **last: Any) -> Play:
    """A play of a flowlet that passes its args on, and one that uses them."""
    first = stage.probe("first", value="{{ $args.n }}")
    second = stage.probe("last", value="{{ $prev.first.value }}-{{ $args.n }}", **last)
    return stage.play(first, second, args={"n": "1"})


def test_a_play_of_a_flow_that_is_gone_says_so_by_its_name(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = of_two(stage)
    switches.remove_flow(engine, admin, play.flow)

    error = refused(engine, admin, play.id)

    assert (type(error), error.error_code) == (NotFound, "FLOW_NOT_FOUND")
    assert error.message == f"Flow '{play.flow}' was deleted, so its plays cannot be played again."


def test_a_whole_rerun_is_a_new_play_with_the_same_args_that_names_its_origin(
    admin: Actor, stage: Stage
) -> None:
    play = of_two(stage)

    again = play_again(stage, admin, play)

    assert (again.state, again.rerun_of, again.args) == (PlayState.DONE, play.id, play.args)
    assert (again.version, again.origin.actor) == (play.version, admin.name)
    assert stage.marks() == ["start first", "end first", "start last", "end last"] * 2
    assert stage.load(play.id) == play


def test_from_a_flowlet_on_the_recorded_outputs_before_it_are_used(admin: Actor, stage: Stage) -> None:
    play = of_two(stage)

    again = play_again(stage, admin, play, from_ref="last", args={"n": "2"})

    assert again.layers["last"].output["value"] == "1-2"
    assert again.layers["first"] == play.layers["first"]
    assert stage.marks() == ["start first", "end first", *["start last", "end last"] * 2]


def test_branches_that_are_not_after_the_flowlet_are_kept_and_the_rest_runs(
    admin: Actor, stage: Stage
) -> None:
    play = stage.play(
        stage.probe("a", flowlet={"after": []}),
        stage.probe("b", flowlet={"after": []}),
        stage.probe("join", flowlet={"after": ["a", "b"]}),
    )
    stage.log.unlink()

    again = play_again(stage, admin, play, from_ref="b")

    assert again.state is PlayState.DONE
    assert stage.marks() == ["start b", "end b", "start join", "end join"]


def test_a_failed_play_goes_on_from_where_it_failed(admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("first"), stage.probe("bad", fails=ASKED), stage.probe("last"))

    again = play_again(stage, admin, play, from_ref="bad", args={"fails": 0})

    assert (play.state, again.state) == (PlayState.FAIL, PlayState.DONE)
    assert stage.marks().count("start first") == 1


def test_a_flowlet_that_was_left_out_because_another_failed_runs(admin: Actor, stage: Stage) -> None:
    play = stage.play(
        stage.probe("bad", fails=ASKED, flowlet={"index": 0}),
        {"ref": "quick", "appId": "var", "args": {"values": {"n": 1}}, "index": 0},
        stage.probe("left_out", flowlet={"index": 1}),
    )

    again = play_again(stage, admin, play, from_ref="bad", args={"fails": 0})

    assert play.layers["left_out"].state is LayerState.SKIP
    assert (again.state, again.layers["left_out"].state) == (PlayState.DONE, LayerState.DONE)


def test_big_recorded_outputs_are_taken_over(admin: Actor, stage: Stage) -> None:
    big = "x" * (INLINE_BYTES + 1)
    first = stage.probe("first", value="{{ $args.big }}")
    play = stage.play(first, stage.probe("last", value="{{ $prev.first.value }}"), args={"big": big})

    again = play_again(stage, admin, play, from_ref="last")

    assert again.layers["first"].output["value"] == big
    assert again.layers["last"].output["value"] == big


def test_an_irreversible_flowlet_is_named_before_it_runs_again(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = of_two(stage, effect="irreversible")

    error = refused(engine, admin, play.id)

    assert isinstance(error, Conflict)
    assert (error.error_code, [each.path for each in error.problems]) == ("IRREVERSIBLE_AGAIN", ["last"])
    assert stage.marks().count("start last") == 1


def test_a_confirmed_rerun_runs_it_again(admin: Actor, stage: Stage) -> None:
    play = of_two(stage, effect="irreversible")

    again = play_again(stage, admin, play, confirmed=True)

    assert again.state is PlayState.DONE
    assert stage.marks().count("start last") == 2


def test_an_irreversible_flowlet_whose_output_is_reused_needs_no_word(admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("paid", effect="irreversible"), stage.probe("last"))

    again = play_again(stage, admin, play, from_ref="last")

    assert again.state is PlayState.DONE
    assert stage.marks().count("start paid") == 1


def test_an_irreversible_flowlet_that_never_ran_needs_no_word(admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("bad", fails=ASKED), stage.probe("pay", effect="irreversible"))

    assert play_again(stage, admin, play, args={"fails": 0}).state is PlayState.DONE


def test_an_irreversible_flowlet_of_a_subflow_is_named_too(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    stage.publish(a_flow(stage.probe("pay", effect="irreversible"), flow="child"))
    parent = stage.play({"ref": "sub", "appId": "subflow", "args": {"flow": "child"}})
    child = engine.store.database["plays"].find_one({"parent.playId": parent.id})
    assert child is not None
    perform(engine, child["_id"])
    perform(engine, parent.id)

    error = refused(engine, admin, parent.id)

    assert [each.path for each in error.problems] == ["sub/pay"]


def test_what_speaks_against_a_rerun_is_said_with_its_code(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor, stage: Stage
) -> None:
    done = of_two(stage)
    waiting = stage.play({"ref": "e", "appId": "wait-for-event", "args": {"key": "k"}}, flow="waits")

    def error(actor: Actor, play_id: str, **wanted: Any) -> tuple[type[Flow8Error], str]:
        found = refused(engine, actor, play_id, **wanted)
        return type(found), found.error_code

    assert error(admin, waiting.id) == (Conflict, "PLAY_NOT_FINISHED")
    assert error(admin, done.id, from_ref="nobody") == (Invalid, "INVALID")
    assert error(admin, done.id, version=7) == (NotFound, "FLOW_VERSION_NOT_FOUND")
    assert error(admin, done.id, version=0) == (Invalid, "INVALID")
    assert error(admin, "nobody") == (NotFound, "PLAY_NOT_FOUND")
    assert error(stranger, done.id) == (NotFound, "PLAY_NOT_FOUND")
    assert error(viewer, done.id) == (Denied, "DENIED")


def test_edited_args_are_checked_against_the_input(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("one"), args={"n": 1}, input={"type": "object", "required": ["n"]})

    error = refused(engine, admin, play.id, args={})

    assert isinstance(error, Invalid)
    assert [each.path for each in error.problems] == ["args.n"]


def test_another_version_may_be_named(engine: Engine, admin: Actor, stage: Stage) -> None:
    flow = stage.publish(a_flow(stage.probe("old", value="1"), stage.probe("last")))
    play_id = stage.accept(flow)
    perform(engine, play_id)
    changed = a_flow(stage.probe("fresh", value="2"), stage.probe("last"))
    engine.store.flows.publish(engine.store.flows.save_draft(flow, changed, "test"), None, "test")

    again = play_again(stage, admin, stage.load(play_id), from_ref="last", version=2)

    assert (again.version, again.state) == (2, PlayState.DONE)
    assert set(again.layers) == {"fresh", "last"}


def test_a_rerun_is_audited_with_the_new_play(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = of_two(stage)

    again = play_again(stage, admin, play, from_ref="last")

    (entry,) = entries_of(engine, admin.company_id)
    assert (entry["action"], entry["subject"]) == ("plays.rerun", play.id)
    assert (entry["details"]["playId"], entry["details"]["fromRef"]) == (again.id, "last")
