"""After a worker died: finished writes never run again, started ones once more, irreversible ones not."""

from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import LayerState, PlayState
from flow8.engine.attempt import Prepared, Result
from flow8.engine.claimed import perform_claimed
from flow8.engine.perform import perform
from flow8.engine.performance import Performance
from flow8.engine.rescue import sweep
from tests.support.engines import Stage


class WorkerDied(BaseException):
    """Stands for kill -9: nothing in flow8 catches it."""


class DyingPerformance(Performance):
    """A performance whose process dies inside a flowlet, before its result is known."""

    dies_in = ""

    def _attempt(self, prepared: Prepared) -> Result:
        result = super()._attempt(prepared)
        if prepared.layer_id == self.dies_in:
            raise WorkerDied
        return result


def die_in(stage: Stage, ref: str, flowlets: list[dict[str, Any]]) -> str:
    """The id of a play whose worker died inside flowlet `ref`, and whose lease has run out since."""
    play_id = stage.accept({"flow": "dies", "name": "Dies", "flowlets": flowlets})
    play = stage.engine.store.plays.claim(play_id, "doomed")
    assert play is not None
    compiled = stage.engine.flows.get(play.company_id, play.flow_id, play.version)
    performance = DyingPerformance(stage.engine, play, compiled)
    performance.dies_in = ref
    with pytest.raises(WorkerDied):
        performance.run()
    past = utc_now() - timedelta(seconds=1)
    stage.engine.store.database["plays"].update_one(
        {"_id": play_id}, {"$set": {"lease.until": past, "dueAt": past}}
    )
    return play_id


def test_finished_writes_do_not_run_again_and_the_started_one_runs_once_more(stage: Stage) -> None:
    play_id = die_in(stage, "two", [stage.probe("one"), stage.probe("two"), stage.probe("three")])

    perform(stage.engine, play_id)

    assert stage.load(play_id).state is PlayState.DONE
    assert stage.marks() == [
        *("start one", "end one"),
        *("start two", "end two"),
        *("start two", "end two"),
        *("start three", "end three"),
    ]


def test_a_finished_write_is_kept_before_anything_slow_begins(stage: Stage) -> None:
    slow = stage.probe("slow", effect="read")

    play_id = die_in(stage, "slow", [stage.probe("written"), slow])

    perform(stage.engine, play_id)
    assert stage.marks().count("end written") == 1


def test_a_write_runs_again_with_the_input_it_was_started_with(stage: Stage) -> None:
    play_id = die_in(stage, "at", [stage.probe("at", value="{{ $now }}")])
    before = stage.load(play_id).layers["at"].input

    perform(stage.engine, play_id)

    layer = stage.load(play_id).layers["at"]
    assert layer.input == before
    assert layer.output["value"] == before["value"]
    assert layer.attempts == 2


def test_an_irreversible_flowlet_does_not_run_again(stage: Stage) -> None:
    play_id = die_in(stage, "pay", [stage.probe("pay", effect="irreversible"), stage.probe("after")])

    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert play.state is PlayState.FAIL
    assert play.error is not None
    assert play.error.code == "OUTCOME_UNKNOWN"
    assert play.layers["after"].state is LayerState.SKIP
    assert stage.marks() == ["start pay", "end pay"]


def test_an_irreversible_flowlet_whose_outcome_is_unknown_obeys_on_error(stage: Stage) -> None:
    pay = stage.probe("pay", effect="irreversible", flowlet={"onError": "continue"})
    play_id = die_in(stage, "pay", [pay, stage.probe("after")])

    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert (play.state, play.layers["pay"].state) == (PlayState.DONE, LayerState.FAIL)


def test_the_sweep_rings_for_a_play_whose_worker_died(stage: Stage) -> None:
    play_id = die_in(stage, "one", [stage.probe("one")])
    stage.engine.store.queue_jobs.clear("plays")

    rung = sweep(stage.engine)

    assert rung == 1
    assert stage.engine.bell.flush(5)
    assert stage.engine.store.queue_jobs.count("plays") == 1
    assert stage.load(play_id).state is PlayState.RUN


def test_a_worker_that_lost_its_lease_writes_nothing_more(stage: Stage) -> None:
    flow = stage.publish({"flow": "slow", "name": "S", "flowlets": [stage.probe("a"), stage.probe("b")]})
    play_id = stage.accept(flow)
    zombie = stage.engine.store.plays.claim(play_id, "zombie")
    assert zombie is not None
    past = utc_now() - timedelta(seconds=1)
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": {"lease.until": past}})
    perform(stage.engine, play_id)
    finished = stage.engine.store.database["plays"].find_one({"_id": play_id})

    perform_claimed(stage.engine, zombie)

    assert stage.engine.store.database["plays"].find_one({"_id": play_id}) == finished
    assert stage.marks() == ["start a", "end a", "start b", "end b"]
