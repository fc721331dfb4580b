"""A flowlet runs on its lane: a play that reaches one of another lane goes on there."""

from dataclasses import replace

import pytest

from flow8.domain.play import PlayState
from flow8.engine.perform import perform
from tests.support.engines import Stage


def only(stage: Stage, lane: str) -> None:
    """From here on this process is a worker of one lane."""
    stage.engine.settings = replace(stage.engine.settings, worker_lanes=(lane,))


def rung(stage: Stage, lane: str) -> int:
    assert stage.engine.bell.flush(5)
    return stage.engine.store.queue_jobs.count(lane)


@pytest.fixture
def play_id(stage: Stage) -> str:
    documents = {"lane": "documents"}
    flowlets = [stage.probe("a"), stage.probe("b", flowlet=documents), stage.probe("c")]
    only(stage, "plays")
    return stage.accept({"flow": "lanes", "name": "Lanes", "flowlets": flowlets})


def test_a_play_is_handed_over_where_its_lane_ends_and_comes_back(stage: Stage, play_id: str) -> None:
    perform(stage.engine, play_id)
    play = stage.load(play_id)
    assert (play.state, play.lane, play.lease) == (PlayState.RUN, "documents", None)
    assert rung(stage, "documents") == 1
    assert stage.marks() == ["start a", "end a"]

    only(stage, "documents")
    perform(stage.engine, play_id)
    assert stage.load(play_id).lane == "plays"
    assert stage.marks()[2:] == ["start b", "end b"]

    only(stage, "plays")
    perform(stage.engine, play_id)
    assert stage.load(play_id).state is PlayState.DONE
    assert stage.marks()[4:] == ["start c", "end c"]


def test_a_worker_of_every_lane_goes_on_by_itself(stage: Stage, play_id: str) -> None:
    stage.engine.settings = replace(stage.engine.settings, worker_lanes=())

    perform(stage.engine, play_id)

    assert stage.load(play_id).state is PlayState.DONE
    assert rung(stage, "documents") == 0


def test_what_is_ready_on_this_lane_runs_before_the_play_is_handed_over(stage: Stage) -> None:
    documents = stage.probe("there", flowlet={"lane": "documents", "index": 0})
    here = stage.probe("here", flowlet={"index": 0})
    only(stage, "plays")

    play = stage.play(documents, here)

    assert (play.lane, stage.marks()) == ("documents", ["start here", "end here"])


def test_a_filtered_flowlet_needs_no_worker_of_its_lane(stage: Stage) -> None:
    never = {"leftValue": 1, "operator": "eq", "rightValue": 2}
    only(stage, "plays")

    play = stage.play(stage.probe("a"), stage.probe("b", flowlet={"lane": "documents", "filters": [never]}))

    assert play.state is PlayState.DONE
