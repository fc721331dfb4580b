"""Playing loops again: kept iterations stay where they are, and nothing inside a loop is forgotten."""

from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.domain.play import LayerState, Play, PlayState, Wish, WishKind
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Flow8Error, Invalid, NotFound
from flow8.ids import new_id
from flow8.services.iterations import list_iterations
from flow8.services.plays import get_layer, get_play
from flow8.services.rerun import Wanted, rerun
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, total, value

IRREVERSIBLE = {"effect": "irreversible"}


def play_again(stage: Stage, actor: Actor, play: Play, **wanted: Any) -> Play:
    outcome = rerun(stage.engine, actor, play.id, Wanted(**wanted))
    perform(stage.engine, outcome.play_id)
    return stage.load(outcome.play_id)


def refused(stage: Stage, actor: Actor, play: Play, **wanted: Any) -> Flow8Error:
    with pytest.raises(Flow8Error) as found:
        rerun(stage.engine, actor, play.id, Wanted(**wanted))
    return found.value


def paths(error: Flow8Error) -> list[str]:
    assert error.error_code == "IRREVERSIBLE_AGAIN"
    return [problem.path for problem in error.problems]


def of_a_loop(stage: Stage) -> Play:
    """A play of a loop whose steps leave marks, and the sum of what they gave."""
    mark = inside(stage.probe("mark"))
    return stage.play(
        each([1, 2, 3]), mark, inside(value("price", {"n": "{{ $item * 10 }}"})), total("price")
    )


class TestKept:
    """A loop before the flowlet that is played again."""

    def test_its_iterations_are_read_from_the_play_that_performed_them(
        self, admin: Actor, stage: Stage
    ) -> None:
        play = of_a_loop(stage)

        again = play_again(stage, admin, play, from_ref="total")

        assert (again.state, again.output) == (PlayState.DONE, {"value": 60, "count": 3})
        assert again.layers["each"].loop == play.layers["each"].loop
        assert len(stage.marks()) == 2 * 3

    def test_so_they_are_in_a_rerun_of_the_rerun(self, admin: Actor, stage: Stage) -> None:
        play = of_a_loop(stage)

        second = play_again(stage, admin, play, from_ref="total")
        third = play_again(stage, admin, second, from_ref="total")

        assert third.output == {"value": 60, "count": 3}
        assert third.layers["each"].loop is not None
        assert third.layers["each"].loop.of == play.id
        assert len(stage.marks()) == 2 * 3

    def test_people_find_them_in_the_new_play(self, engine: Engine, admin: Actor, stage: Stage) -> None:
        play = of_a_loop(stage)
        again = play_again(stage, admin, play, from_ref="total")

        assert get_layer(engine, admin, again.id, "price#2")["output"] == {"n": 30}
        assert len(list_iterations(engine, admin, again.id, "each").rows) == 3
        assert get_play(engine, admin, again.id)["layers"][0]["loop"]["of"] == play.id

    def test_once_they_are_removed_the_rerun_is_refused_and_says_what_to_do(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = of_a_loop(stage)
        again = play_again(stage, admin, play, from_ref="total")
        engine.store.play_views.remove([play.id])

        error = refused(stage, admin, again, from_ref="total")

        assert (type(error), error.error_code) == (Conflict, "ITERATIONS_GONE")
        assert error.message.endswith("play again from 'each' on.")
        assert play_again(stage, admin, again, from_ref="each").output == {"value": 60, "count": 3}

    def test_once_they_are_removed_people_are_told_so(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = of_a_loop(stage)
        again = play_again(stage, admin, play, from_ref="total")
        engine.store.play_views.remove([play.id])

        for ask in (
            lambda: get_layer(engine, admin, again.id, "price#2"),
            lambda: list_iterations(engine, admin, again.id, "each"),
        ):
            with pytest.raises(NotFound, match=f"it belonged to play {play.id}") as gone:
                ask()
            assert gone.value.error_code == "ITERATIONS_GONE"

    def test_without_an_aggregator_nobody_needs_them(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        loop = (each([1]), inside(value("price", {"n": 1})))
        play = stage.play(*loop, value("last", {"n": "{{ $prev.each.count }}"}))
        again = play_again(stage, admin, play, from_ref="last")
        engine.store.play_views.remove([play.id])

        assert play_again(stage, admin, again, from_ref="last").output == {"n": 1}


class TestFrom:
    """Where a rerun may begin."""

    @pytest.mark.parametrize("from_ref", ["price", "price#1", "each#1", "cell", "cell#0#0", "inner#2"])
    def test_inside_a_loop_the_outermost_iterator_is_named(
        self, admin: Actor, stage: Stage, from_ref: str
    ) -> None:
        inner = each([1], ref="inner", flowlet={"inside": "each"})
        play = stage.play(each([1]), inside(value("price", {})), inner, inside(value("cell", {}), "inner"))

        error = refused(stage, admin, play, from_ref=from_ref)

        assert isinstance(error, Invalid)
        assert [str(problem) for problem in error.problems] == [
            f"from: names '{from_ref}', which belongs to the loop 'each'; play again from 'each' on"
        ]

    def test_a_position_behind_no_loop_names_nothing(self, admin: Actor, stage: Stage) -> None:
        play = stage.play(value("one", {}))

        error = refused(stage, admin, play, from_ref="one#1")

        assert [str(problem) for problem in error.problems] == ["from: this version has no flowlet 'one#1'"]

    def test_from_the_iterator_the_whole_loop_is_performed_again(self, admin: Actor, stage: Stage) -> None:
        play = of_a_loop(stage)

        again = play_again(stage, admin, play, from_ref="each")

        assert again.output == {"value": 60, "count": 3}
        assert again.layers["each"].loop is not None
        assert again.layers["each"].loop.of == again.id
        assert len(stage.marks()) == 2 * 2 * 3


class TestIrreversible:
    """What ran inside loops and cannot be undone."""

    def test_it_is_named_with_its_iteration(self, admin: Actor, stage: Stage) -> None:
        odd = {"filters": [{"leftValue": "{{ $item % 2 }}", "operator": "eq", "rightValue": 1}]}
        send = inside(stage.probe("send", flowlet=odd, **IRREVERSIBLE))
        play = stage.play(each([1, 2, 3]), send, value("last", {}))

        assert paths(refused(stage, admin, play)) == ["send#0", "send#2"]
        assert play_again(stage, admin, play, confirmed=True).state is PlayState.DONE
        assert play_again(stage, admin, play, from_ref="last").state is PlayState.DONE

    def test_so_it_is_in_an_inner_loop(self, admin: Actor, stage: Stage) -> None:
        inner = each("{{ $item }}", ref="inner", flowlet={"inside": "each"})
        send = inside(stage.probe("send", **IRREVERSIBLE), "inner")
        play = stage.play(each([[1], [2, 3]]), inner, send)

        assert paths(refused(stage, admin, play)) == ["send#0#0", "send#1#0", "send#1#1"]

    def test_only_loops_that_run_again_count(self, admin: Actor, stage: Stage) -> None:
        first = (each([1], ref="first"), inside(stage.probe("paid", **IRREVERSIBLE), "first"))
        second = (each([1], ref="second"), inside(stage.probe("sent", **IRREVERSIBLE), "second"))
        play = stage.play(*first, *second)

        assert paths(refused(stage, admin, play, from_ref="second")) == ["sent#0"]
        assert paths(refused(stage, admin, play)) == ["paid#0", "sent#0"]

    def test_of_many_a_hundred_are_named_and_all_are_counted(self, admin: Actor, stage: Stage) -> None:
        play = stage.play(each(list(range(120))), inside(stage.probe("send", **IRREVERSIBLE)))

        error = refused(stage, admin, play)

        assert paths(error) == [f"send#{index}" for index in range(100)]
        assert "send#0, send#1, send#2, send#3, send#4 and 115 more." in error.message

    def test_what_a_cancelled_play_left_open_is_named(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        send = stage.probe("send", flowlet={"after": []}, **IRREVERSIBLE)
        gate = value("gate", {}, needsApproval=True, after=["send"])
        play = stage.play(each([1, 2]), inside(send), inside(gate))
        engine.store.plays.wish(play.company_id, play.id, Wish(new_id(), WishKind.CANCEL, "ann", utc_now()))
        perform(engine, play.id)
        play = stage.load(play.id)

        assert (play.state, play.layers["gate#0"].state) == (PlayState.CANCELLED, LayerState.CANCELLED)
        assert paths(refused(stage, admin, play)) == ["send#0"]

    def test_iterations_that_a_rerun_took_over_are_named_when_it_is_played_again(
        self, admin: Actor, stage: Stage
    ) -> None:
        play = stage.play(each([1]), inside(stage.probe("send", **IRREVERSIBLE)), value("last", {}))
        again = play_again(stage, admin, play, from_ref="last")

        assert paths(refused(stage, admin, again)) == ["send#0"]

    @pytest.mark.parametrize("is_flow", [True, False], ids=["the iterator plays a flow", "a subflow inside"])
    def test_plays_that_iterations_started_are_looked_into(
        self, admin: Actor, stage: Stage, *, is_flow: bool
    ) -> None:
        play = self.of_children(stage, is_flow=is_flow)
        ref = "each" if is_flow else "sub"

        assert (play.state, paths(refused(stage, admin, play))) == (
            PlayState.DONE,
            [f"{ref}#0/pay", f"{ref}#1/pay"],
        )
        again = play_again(stage, admin, play, from_ref="last")
        assert paths(refused(stage, admin, again)) == [f"{ref}#0/pay", f"{ref}#1/pay"]
        assert play_again(stage, admin, again, from_ref="last").state is PlayState.DONE

    def of_children(self, stage: Stage, *, is_flow: bool) -> Play:
        """A play whose loop played a flow that pays, for each of two items."""
        stage.publish(a_flow(stage.probe("pay", **IRREVERSIBLE), flow="child"))
        sub = inside({"ref": "sub", "appId": "subflow", "args": {"flow": "child"}})
        loop = [each([1, 2], flow="child", parallel=2)] if is_flow else [each([1, 2], parallel=2), sub]
        play_id = stage.accept(a_flow(*loop, value("last", {})))
        perform(stage.engine, play_id)
        for child in stage.engine.store.database["plays"].find({"parent.playId": play_id}, {"_id": 1}):
            perform(stage.engine, child["_id"])
        perform(stage.engine, play_id)
        return stage.load(play_id)

    def test_a_play_that_a_kept_flowlet_started_is_looked_into_in_a_rerun_of_the_rerun(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        stage.publish(a_flow(stage.probe("pay", **IRREVERSIBLE), flow="child"))
        play = stage.play({"ref": "sub", "appId": "subflow", "args": {"flow": "child"}}, value("last", {}))
        child = engine.store.database["plays"].find_one({"parent.playId": play.id}) or {}
        perform(engine, child["_id"])
        perform(engine, play.id)

        again = play_again(stage, admin, stage.load(play.id), from_ref="last")

        assert paths(refused(stage, admin, again)) == ["sub/pay"]
