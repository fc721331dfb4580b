"""Loops: each item is performed once, in order or side by side, whatever ends, waits or dies meanwhile."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Failure, Iteration, Layer, LayerState, Play, PlayState, Wish, WishKind
from flow8.engine.perform import perform
from flow8.ids import new_id
from flow8.store.database import Document
from flow8.store.iterations import Row
from tests.support.engines import Stage
from tests.support.factories import a_flow


def each(items: Any, **more: Any) -> dict[str, Any]:
    flowlet = more.pop("flowlet", {})
    return {"ref": "each", "appId": "iterator", "args": {"items": items, **more}, **flowlet}


def inside(flowlet: dict[str, Any], loop: str = "each") -> dict[str, Any]:
    return {**flowlet, "inside": loop}


def value(ref: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": values}, **more}


def gather(**args: Any) -> dict[str, Any]:
    return {"ref": "all", "appId": "aggregator", "args": {"loop": "each", **args}}


def rows(stage: Stage, play: Play, loop: str = "each") -> list[Document]:
    return stage.engine.store.iterations.page(stage.company_id, play.id, loop, size=1000)


DOUBLE = inside(value("double", {"n": "{{ $item * 2 }}", "at": "{{ $index }}"}))


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_body_is_performed_once_for_each_item(stage: Stage, parallel: int) -> None:
    play = stage.play(each([1, 2, 3, 4, 5], parallel=parallel), DOUBLE, gather())

    assert play.layers["each"].output == {"count": 5, "done": 5, "failed": 0}
    assert play.output == {"value": [{"n": 2 * n, "at": n - 1} for n in range(1, 6)], "count": 5}
    assert [row["layers"]["double"]["state"] for row in rows(stage, play)] == ["DONE"] * 5


def test_a_loop_over_nothing_is_done_at_once(stage: Stage) -> None:
    play = stage.play(each([]), DOUBLE, gather(how="sum"))

    assert play.layers["each"].output == {"count": 0, "done": 0, "failed": 0}
    assert play.output == {"value": 0, "count": 0}


def test_one_after_another_means_that_the_next_item_waits(stage: Stage) -> None:
    play = stage.play(each(["x", "y"]), inside(stage.probe("a")), inside(stage.probe("b")))

    assert play.state is PlayState.DONE
    assert stage.marks() == [
        f"{word} {layer}" for layer in ("a#0", "b#0", "a#1", "b#1") for word in ("start", "end")
    ]


def test_side_by_side_at_most_so_many_items_are_under_way(stage: Stage) -> None:
    play = stage.play(each(list(range(6)), parallel=3), inside(stage.probe("a", seconds=0.2)))

    marks = [mark.split() for mark in stage.marks()]
    under_way = [
        sum(1 if word == "start" else -1 for word, _ in marks[:place]) for place in range(len(marks) + 1)
    ]
    assert play.state is PlayState.DONE
    assert max(under_way) == 3
    assert sorted(layer for word, layer in marks if word == "end") == [f"a#{n}" for n in range(6)]


def test_the_body_reads_what_ran_before_its_loop_and_earlier_flowlets_of_its_own_iteration(
    stage: Stage,
) -> None:
    play = stage.play(
        value("base", {"n": 100}),
        each([1, 2]),
        inside(value("first", {"n": "{{ $item + $prev.base.n }}"})),
        inside(value("second", {"n": "{{ $prev.first.n + $args.extra }}"})),
        gather(flowlet="second", path="n"),
        args={"extra": 1000},
    )

    assert play.output == {"value": [1101, 1102], "count": 2}


def test_loops_stand_inside_loops(stage: Stage) -> None:
    inner = {"ref": "inner", "appId": "iterator", "args": {"items": "{{ $item }}"}, "inside": "each"}
    sums = {"ref": "sum", "appId": "aggregator", "args": {"loop": "inner", "how": "sum", "path": "n"}}
    play = stage.play(
        each([[1, 2], [3], []], parallel=2),
        inner,
        inside(value("cell", {"n": "{{ $item * 10 }}", "at": "{{ $index }}"}), "inner"),
        inside(sums),
        gather(path="value"),
    )

    assert play.output == {"value": [30, 30, 0], "count": 3}
    assert [row["index"] for row in rows(stage, play, "inner#0")] == [0, 1]


def test_an_iterator_may_play_a_flow_for_each_item(stage: Stage) -> None:
    stage.publish(a_flow(value("out", {"got": "{{ $args }}"}), flow="child"))
    items = [{"n": 1}, 2]

    play_id = stage.accept(a_flow(each(items, flow="child", parallel=2), gather(path="got")))
    perform(stage.engine, play_id)
    for child in stage.engine.store.database["plays"].find({"parent.playId": play_id}, {"_id": 1}):
        perform(stage.engine, child["_id"])
    perform(stage.engine, play_id)

    assert stage.load(play_id).output == {"value": [{"n": 1}, {"item": 2, "index": 1}], "count": 2}


class TestFailure:
    """What a failed iteration means."""

    def test_the_first_failed_item_ends_the_loop(self, stage: Stage) -> None:
        bad = inside(value("bad", {"n": "{{ 6 / $item }}"}))
        play = stage.play(each([1, 0, 2]), bad, value("after", {}))

        assert play.state is PlayState.FAIL
        assert play.error == Failure("ITEM_FAILED", "Item 1: division by zero: {{ 6 / $item }}", "bad#1")
        assert play.layers["after"].state is LayerState.SKIP
        assert [(row["index"], row["state"]) for row in rows(stage, play)] == [(0, "DONE"), (1, "FAIL")]

    def test_on_item_error_continue_counts_it_and_goes_on(self, stage: Stage) -> None:
        bad = inside(value("bad", {"n": "{{ 6 / $item }}"}))
        play = stage.play(
            each([1, 0, 2], onItemError="continue"),
            bad,
            inside(value("then", {"n": 1})),
            gather(flowlet="bad"),
        )

        assert play.state is PlayState.DONE
        assert play.layers["each"].output == {"count": 3, "done": 2, "failed": 1}
        assert play.output == {"value": [{"n": 6.0}, {"n": 3.0}], "count": 2}
        assert list(rows(stage, play)[1]["layers"]) == ["bad"]

    def test_the_iterators_own_on_error_rules_its_failure(self, stage: Stage) -> None:
        loop = each([0], flowlet={"onError": "continue"})
        play = stage.play(
            loop,
            inside(value("bad", {"n": "{{ 6 / $item }}"})),
            value("after", {"code": "{{ $layer.each.error.code }}"}),
        )

        assert (play.state, play.output) == (PlayState.DONE, {"code": "ITEM_FAILED"})

    def test_items_that_run_already_come_to_their_end(self, stage: Stage) -> None:
        fails = {"final": True, "fails": "{{ $item == 0 ? 1 : 0 }}"}
        slow = inside(stage.probe("a", seconds="{{ $item / 10 }}", **fails))
        play = stage.play(each([3, 0, 3, 3], parallel=3), slow, inside(stage.probe("b")))

        assert play.state is PlayState.FAIL
        assert sorted(stage.marks()) == ["end a#0", "end a#2", "start a#0", "start a#1", "start a#2"]
        assert [row["state"] for row in rows(stage, play)] == ["SKIP", "FAIL", "SKIP"]

    def test_an_outer_item_fails_with_its_inner_loop(self, stage: Stage) -> None:
        inner = {"ref": "inner", "appId": "iterator", "args": {"items": "{{ $item }}"}, "inside": "each"}
        play = stage.play(
            each([[1], [0]], onItemError="continue"),
            inner,
            inside(value("bad", {"n": "{{ 6 / $item }}"}), "inner"),
        )

        assert play.layers["each"].output == {"count": 2, "done": 1, "failed": 1}

    def test_a_flowlet_in_a_loop_is_tried_again(self, stage: Stage) -> None:
        retry = {"retry": {"count": 1, "delayMs": 10}}
        play = stage.play(each([1, 2]), inside(stage.probe("a", fails=1, flowlet=retry)))

        assert play.layers["each"].output == {"count": 2, "done": 2, "failed": 0}
        assert stage.marks().count("start a#1") == 2


class TestWaiting:
    """A loop whose iterations wait holds no worker."""

    def test_an_approval_in_an_iteration_is_decided_by_its_layer_id(self, stage: Stage) -> None:
        asked = inside({**value("ok", {"n": "{{ $item }}"}), "needsApproval": True})
        play_id = stage.accept(a_flow(each([7, 8], parallel=2), asked, gather(path="n")))
        perform(stage.engine, play_id)
        assert stage.load(play_id).state is PlayState.WAIT

        for layer_id in ("ok#1", "ok#0"):
            wish = Wish(new_id(), WishKind.APPROVE, "ann", utc_now(), ref=layer_id)
            stage.engine.store.plays.wish(stage.company_id, play_id, wish)
            perform(stage.engine, play_id)

        assert stage.load(play_id).output == {"value": [7, 8], "count": 2}

    def test_a_declined_item_fails_alone(self, stage: Stage) -> None:
        asked = inside({**value("ok", {"n": "{{ $item }}"}), "needsApproval": True})
        play_id = stage.accept(a_flow(each([7], onItemError="continue"), asked))
        perform(stage.engine, play_id)
        wish = Wish(new_id(), WishKind.DECLINE, "ann", utc_now(), ref="ok#0", note="no")
        stage.engine.store.plays.wish(stage.company_id, play_id, wish)

        perform(stage.engine, play_id)

        play = stage.load(play_id)
        assert play.layers["each"].output == {"count": 1, "done": 0, "failed": 1}
        assert rows(stage, play)[0]["layers"]["ok"]["error"]["code"] == "DECLINED"

    def test_a_cancelled_loop_begins_nothing_more(self, stage: Stage) -> None:
        asked = inside({**value("ok", {}), "needsApproval": True})
        play_id = stage.accept(a_flow(each([1, 2]), asked))
        perform(stage.engine, play_id)
        wish = Wish(new_id(), WishKind.CANCEL, "ann", utc_now())
        stage.engine.store.plays.wish(stage.company_id, play_id, wish)

        perform(stage.engine, play_id)

        play = stage.load(play_id)
        assert play.state is PlayState.CANCELLED
        assert {layer.state for layer in play.layers.values()} == {LayerState.CANCELLED}


class TestSize:
    """A long loop stays small."""

    def test_the_play_holds_open_iterations_only_and_few_writes_carry_many(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counts: list[int] = []
        write = stage.engine.store.plays.write

        def counted(play: Play, change: Any) -> bool:
            counts.append(len(play.layers))
            return write(play, change)

        monkeypatch.setattr(stage.engine.store.plays, "write", counted)
        play = stage.play(each(list(range(1000))), DOUBLE, gather(how="count"))

        assert play.output == {"value": 1000, "count": 1000}
        assert len(counts) == 12  # ten batches, one before the aggregator reads, one end
        assert max(counts) <= 4
        assert set(play.layers) == {"each", "all"}

    def test_a_body_that_never_runs_does_not_keep_the_play_from_hearing(self, stage: Stage) -> None:
        never = inside({**value("never", {}), "disabled": True})
        play = stage.play(each(list(range(500))), never)

        assert play.layers["each"].output == {"count": 500, "done": 500, "failed": 0}

    def test_values_of_iterations_do_not_fill_the_plays_own_room(self, stage: Stage) -> None:
        text = "x" * 30_000
        big = inside(value("big", {"t": text}))
        play = stage.play(each(list(range(100))), big, value("last", {"t": text}))

        assert play.state is PlayState.DONE
        kept = stage.engine.store.database["plays"].find_one({"_id": play.id}, {"outputs": 1})
        assert kept is not None
        assert isinstance(kept["outputs"]["last"], str)
        assert stage.engine.store.database["payloads"].count_documents({"playId": play.id}) == 0


class TestDeath:
    """A loop goes on in another worker where it was committed."""

    def test_a_claim_that_lost_its_lease_never_overwrites_a_later_ones_iteration(self, stage: Stage) -> None:
        play_id = stage.accept(a_flow(each([1]), DOUBLE))
        zombie = stage.engine.store.plays.claim(play_id, "zombie")
        assert zombie is not None
        past = {"lease.until": utc_now() - timedelta(seconds=1)}
        stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": past})
        perform(stage.engine, play_id)
        before = rows(stage, stage.load(play_id))

        layer = Layer("double#0", LayerState.FAIL)
        late = Iteration("each", 0, LayerState.FAIL, utc_now(), {"double": layer})
        stage.engine.store.iterations.write(zombie, [Row(late)])

        assert rows(stage, stage.load(play_id)) == before
        assert before[0]["claim"] == 2

    def test_what_an_earlier_claim_wrote_uncounted_is_written_anew(self, stage: Stage) -> None:
        play_id = stage.accept(a_flow(each([1]), DOUBLE, gather()))
        dead = stage.engine.store.plays.claim(play_id, "dead")
        assert dead is not None
        layer = Layer("double#0", LayerState.FAIL)
        stage.engine.store.iterations.write(
            dead, [Row(Iteration("each", 0, LayerState.FAIL, utc_now(), {"double": layer}))]
        )
        past = {"lease.until": utc_now() - timedelta(seconds=1)}
        stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": past})

        perform(stage.engine, play_id)

        assert stage.load(play_id).output == {"value": [{"n": 2, "at": 0}], "count": 1}

    def test_a_loop_that_is_given_back_goes_on_with_its_open_iterations(self, stage: Stage) -> None:
        slow = inside(stage.probe("a", seconds=0.05))
        play_id = stage.accept(a_flow(each(list(range(20)), parallel=2), slow))
        threading.Thread(target=drain_once_one_is_done, args=(stage,), daemon=True).start()

        perform(stage.engine, play_id)
        given_back = stage.load(play_id)
        stage.engine.draining.clear()
        perform(stage.engine, play_id)

        assert given_back.state is PlayState.RUN
        assert given_back.layers["each"].loop is not None
        assert 0 < given_back.layers["each"].loop.next < 20
        assert stage.load(play_id).layers["each"].output == {"count": 20, "done": 20, "failed": 0}
        assert sorted(stage.marks()) == sorted(
            f"{word} a#{n}" for n in range(20) for word in ("start", "end")
        )


def drain_once_one_is_done(stage: Stage) -> None:
    while not any(mark.startswith("end") for mark in stage.marks()):
        time.sleep(0.01)
    stage.engine.drain()


class TestCollecting:
    """What an aggregator takes from a loop, and what it refuses."""

    @pytest.mark.parametrize(
        ("args", "value"),
        [
            ({"path": "n"}, [2, 4, 6]),
            ({"path": "n", "how": "sum"}, 12),
            ({"path": "n", "how": "average"}, 4.0),
            ({"path": "n", "how": "min"}, 2),
            ({"path": "n", "how": "max"}, 6),
            ({"path": "n", "how": "join", "separator": "-"}, "2-4-6"),
            ({"how": "merge"}, {"n": 6, "at": 2}),
            ({"how": "count"}, 3),
            ({"path": "nobody", "how": "max"}, None),
        ],
    )
    def test_every_way_of_collecting(self, stage: Stage, args: dict[str, Any], value: object) -> None:
        play = stage.play(each([1, 2, 3]), DOUBLE, gather(**args))

        assert play.output == {"value": value, "count": 0 if args.get("path") == "nobody" else 3}

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            ({"how": "sum"}, "Value 1 is no number; choose a number with path."),
            ({"how": "merge", "path": "n"}, "Value 1 is no object, so it cannot be merged."),
            ({"flowlet": "{{ 'who' }}"}, "No flowlet 'who' stands inside 'each'."),
            ({"loop": "{{ 'all' }}"}, "There is no loop 'all' that is done before this flowlet."),
        ],
    )
    def test_what_does_not_go_together_fails_for_good(
        self, stage: Stage, args: dict[str, Any], message: str
    ) -> None:
        play = stage.play(each([1, 2, 3]), DOUBLE, gather(**args))

        assert play.error == Failure("CANNOT_COLLECT", message, "all")

    def test_iterations_that_nobody_counted_are_left_out(self, stage: Stage) -> None:
        asked = inside({**value("ok", {"n": "{{ $item }}"}), "needsApproval": True}, "later")
        later = {"ref": "later", "appId": "iterator", "args": {"items": [1]}}
        play_id = stage.accept(a_flow(each([1, 2]), DOUBLE, later, asked, gather(path="n", how="sum")))
        perform(stage.engine, play_id)
        stray = stage.engine.store.plays.load(play_id)
        assert stray is not None
        layer = Layer("double#7", LayerState.DONE)
        row = Row(
            Iteration("each", 7, LayerState.DONE, utc_now(), {"double": layer}), outputs={"double": '{"n":9}'}
        )
        stage.engine.store.iterations.write(stray, [row])

        wish = Wish(new_id(), WishKind.APPROVE, "ann", utc_now(), ref="ok#0")
        stage.engine.store.plays.wish(stage.company_id, play_id, wish)
        perform(stage.engine, play_id)

        assert stage.load(play_id).output == {"value": 6, "count": 2}
