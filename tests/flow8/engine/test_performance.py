"""Plays performed on a real store: order, filters, failures, retries, waits, and what each leaves behind."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import LayerState, PlayState
from flow8.engine.perform import perform
from tests.support.engines import Stage


def var(ref: str, more: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": values}, **(more or {})}


def test_flowlets_read_args_and_each_other_and_the_last_output_is_the_plays(stage: Stage) -> None:
    play = stage.play(
        var("double", n="{{ $args.n * 2 }}"), var("text", said="n is {{ $prev.double.n }}"), args={"n": 21}
    )

    assert (play.state, play.output) == (PlayState.DONE, {"said": "n is 42"})
    assert play.layers["double"].output == {"n": 42}
    assert play.layers["text"].input == {"values": {"said": "n is 42"}}


def test_output_and_title_may_be_expressions(stage: Stage) -> None:
    play = stage.play(
        var("a", n=1),
        args={"id": 7},
        title="Order {{ $args.id }}",
        output={"n": "{{ $prev.a.n }}", "fixed": True},
    )

    assert (play.title, play.output) == ("Order 7", {"n": 1, "fixed": True})


def test_a_flowlet_whose_condition_does_not_hold_is_filtered_and_says_why(stage: Stage) -> None:
    rule = {"leftValue": "{{ $args.total }}", "operator": "gt", "rightValue": 200}

    play = stage.play(var("big", {"filters": [rule]}, n=1), var("always", n=2), args={"total": 120})

    unmet = play.layers["big"].unmet[0]
    assert (play.state, play.layers["big"].state) == (PlayState.DONE, LayerState.FILTERED)
    assert (unmet.left, unmet.operator, unmet.right) == (120, "gt", 200)


def test_a_play_none_of_whose_flowlets_ran_is_filtered(stage: Stage) -> None:
    never = {"filters": [{"leftValue": 1, "operator": "eq", "rightValue": 2}]}

    play = stage.play(var("a", never, n=1), var("b", never, n=1))

    assert (play.state, play.output) == (PlayState.FILTERED, None)


def test_a_failed_flowlet_fails_the_play_and_skips_the_rest(stage: Stage) -> None:
    play = stage.play(stage.probe("bad", fails=9), var("after", n=1))

    assert play.state is PlayState.FAIL
    assert play.error is not None
    assert (play.error.ref, play.error.message) == ("bad", "attempt 1 fails")
    assert play.layers["after"].state is LayerState.SKIP


def test_with_continue_later_flowlets_see_the_failure(stage: Stage) -> None:
    seen = var(
        "seen", state="{{ $layer.bad.state }}", why="{{ $layer.bad.error.message }}", out="{{ $prev.bad }}"
    )

    play = stage.play(stage.probe("bad", fails=9, flowlet={"onError": "continue"}), seen)

    assert (play.state, play.output) == (
        PlayState.DONE,
        {"state": "FAIL", "why": "attempt 1 fails", "out": None},
    )


def test_with_skip_the_failed_flowlet_counts_as_skipped(stage: Stage) -> None:
    play = stage.play(stage.probe("bad", fails=9, flowlet={"onError": "skip"}), var("after", n=1))

    assert (play.state, play.layers["bad"].state) == (PlayState.DONE, LayerState.SKIP)


def test_a_failed_flowlet_is_tried_again_with_the_same_key_and_input(stage: Stage) -> None:
    retry = {"retry": {"count": 3, "delayMs": 10}}

    play = stage.play(stage.probe("shaky", fails=2, flowlet=retry))

    assert (play.state, play.layers["shaky"].attempts) == (PlayState.DONE, 3)
    assert stage.marks() == ["start shaky", "start shaky", "start shaky", "end shaky"]


def test_a_final_failure_is_not_tried_again(stage: Stage) -> None:
    play = stage.play(stage.probe("bad", fails=9, final=True, flowlet={"retry": {"count": 3, "delayMs": 1}}))

    assert play.layers["bad"].attempts == 1


def test_a_long_wait_parks_the_play_and_frees_its_worker(stage: Stage) -> None:
    retry = {"retry": {"count": 1, "delayMs": 60_000}}

    play = stage.play(stage.probe("shaky", fails=1, flowlet=retry))

    assert (play.state, play.lease) == (PlayState.DEFERRED, None)
    assert play.due_at is not None
    assert timedelta(seconds=55) < play.due_at - utc_now() <= timedelta(seconds=60)
    assert stage.engine.store.plays.claim(play.id, "eager") is None


def test_a_parked_play_goes_on_where_it_stopped(stage: Stage) -> None:
    retry = {"retry": {"count": 1, "delayMs": 60_000}}
    parked = stage.play(stage.probe("first"), stage.probe("shaky", fails=1, flowlet=retry))
    past = utc_now() - timedelta(seconds=1)
    changes = {"notBefore": past, "dueAt": past, "layers.shaky.dueAt": past}
    stage.engine.store.database["plays"].update_one({"_id": parked.id}, {"$set": changes})

    perform(stage.engine, parked.id)

    assert stage.load(parked.id).state is PlayState.DONE
    assert stage.marks() == ["start first", "end first", "start shaky", "start shaky", "end shaky"]


def test_defer_after_holds_a_flowlet_back(stage: Stage) -> None:
    began = time.monotonic()

    play = stage.play(stage.probe("late", flowlet={"deferAfterMs": 300}))

    assert play.state is PlayState.DONE
    assert time.monotonic() - began >= 0.3


def test_flowlets_that_wait_for_the_world_run_side_by_side(stage: Stage) -> None:
    branches = [
        stage.probe(f"b{number}", effect="read", seconds=0.3, flowlet={"after": []}) for number in range(8)
    ]
    last = var("last", {"after": [f"b{number}" for number in range(8)]}, n=1)

    play = stage.play(*branches, last)

    started = [mark for mark in stage.marks()[:8] if mark.startswith("start")]
    assert play.state is PlayState.DONE
    assert len(started) == 8


def test_when_one_branch_fails_running_ones_finish_and_later_ones_are_skipped(stage: Stage) -> None:
    play = stage.play(
        stage.probe("bad", effect="read", fails=9, flowlet={"after": []}),
        stage.probe("slow", effect="read", seconds=0.2, flowlet={"after": []}),
        stage.probe("later", flowlet={"after": ["slow"]}),
    )

    states = {ref: layer.state for ref, layer in play.layers.items()}
    assert play.state is PlayState.FAIL
    assert states == {"bad": LayerState.FAIL, "slow": LayerState.DONE, "later": LayerState.SKIP}


def test_disabled_and_skipping_flowlets_let_the_play_go_on(stage: Stage) -> None:
    play = stage.play(
        stage.probe("off", flowlet={"disabled": True}), stage.probe("idle", skips=True), var("after", n=1)
    )

    states = [play.layers[ref].state for ref in ("off", "idle", "after")]
    assert states == [LayerState.SKIP, LayerState.SKIP, LayerState.DONE]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"n": "{{ $args.text - 1 }}"}, "EXPRESSION"), ("{{ $args.text }}", "BAD_ARGS")],
    ids=["an expression that fails", "args that the module refuses"],
)
def test_args_that_cannot_be_resolved_fail_the_flowlet_in_words(stage: Stage, values: Any, code: str) -> None:
    play = stage.play({"ref": "a", "appId": "var", "args": {"values": values}}, args={"text": "x"})

    assert play.state is PlayState.FAIL
    assert play.error is not None
    assert (play.error.code, play.error.ref) == (code, "a")


def test_a_flowlet_over_its_time_fails(stage: Stage) -> None:
    play = stage.play(stage.probe("slow", effect="read", seconds=0.3, flowlet={"timeout": 0.1}))

    assert play.error is not None
    assert (play.error.code, play.error.message) == ("TIMEOUT", "execution timeout")


def test_a_play_over_its_time_fails_between_flowlets(stage: Stage) -> None:
    slow = stage.probe("slow", effect="read", seconds=0.3, flowlet={"timeout": 10})

    play = stage.play(slow, var("after", n=1), execution={"timeout": 0.2})

    assert play.error is not None
    assert play.error.code == "TIMEOUT"


def test_respond_sets_the_answer_of_the_channel(stage: Stage) -> None:
    reply = {"ref": "reply", "appId": "respond", "args": {"status": 201, "body": {"ok": True}}}

    play = stage.play(reply, var("after", n=1))

    assert play.reply == {"status": 201, "headers": {}, "body": {"ok": True}}
    assert play.output == {"n": 1}


def test_history_numbers_every_change_without_gaps(stage: Stage) -> None:
    play = stage.play(var("a", n=1), stage.probe("b"))

    row = stage.engine.store.database["plays"].find_one({"_id": play.id})
    assert row is not None
    assert [line["seq"] for line in row["history"]] == list(range(1, 7))
    assert [line["type"] for line in row["history"]][-2:] == ["play:layer:completed", "play:completed"]


def test_a_draining_process_gives_the_play_back_between_flowlets(stage: Stage) -> None:
    flowlets = [stage.probe("a", seconds=0.5), stage.probe("b")]
    play_id = stage.accept({"flow": "two", "name": "Two", "flowlets": flowlets})
    threading.Timer(0.2, stage.engine.drain).start()

    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert (play.state, play.lease, play.crashes) == (PlayState.RUN, None, 0)
    assert stage.marks() == ["start a", "end a"]
    stage.engine.draining.clear()
    perform(stage.engine, play_id)
    assert stage.load(play_id).state is PlayState.DONE
    assert stage.marks() == ["start a", "end a", "start b", "end b"]
