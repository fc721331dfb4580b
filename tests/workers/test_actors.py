"""The one actor: a rung bell leads to a play being performed, whatever the broker and the lane."""

import pytest

from flow8.broker.choose import open_bell
from flow8.domain.lanes import LANES
from flow8.domain.play import Play, PlayState, is_finished
from tests.support.crew import Crew
from tests.support.factories import a_flow
from tests.support.system import until


def finished(crew: Crew, play_id: str) -> Play:
    def look() -> Play | None:
        play = crew.stage.load(play_id)
        return play if is_finished(play.state) else None

    return until(look, 20, f"the end of play {play_id}")


@pytest.mark.journey
def test_a_play_in_the_queue_is_performed(crew: Crew) -> None:
    crew.start(WORKER_CHANNELS="false")

    play = finished(crew, crew.stage.accept(a_flow(), {"n": 7}))

    assert (play.state, play.output) == (PlayState.DONE, {"n": 7})


@pytest.mark.journey
@pytest.mark.rabbitmq
def test_a_play_is_performed_through_rabbitmq(crew: Crew, rabbitmq_uri: str) -> None:
    crew.start(WORKER_CHANNELS="false", BROKER_URL=rabbitmq_uri)
    play_id = crew.stage.accept(a_flow(), {"n": 7})
    bell = open_bell(rabbitmq_uri, lambda: crew.engine.store.queue_jobs)

    for lane in LANES:
        bell.ring(play_id, lane)

    assert finished(crew, play_id).output == {"n": 7}
    bell.close()


@pytest.mark.journey
def test_a_worker_of_one_lane_leaves_the_other_alone(crew: Crew) -> None:
    crew.start(WORKER_CHANNELS="false", WORKER_LANES="documents")
    step = {"ref": "only", "appId": "var", "lane": "documents", "args": {"values": {"n": "{{ $args.n }}"}}}
    flow = crew.publish(a_flow(step))
    left, taken = crew.stage.accept(flow, {"n": 1}), crew.stage.accept(flow, {"n": 2})

    crew.engine.bell.ring(taken, "documents")

    assert finished(crew, taken).output == {"n": 2}
    assert crew.stage.load(left).state is PlayState.NEW


@pytest.mark.journey
def test_a_bell_for_a_play_that_is_gone_disturbs_nothing(crew: Crew) -> None:
    worker = crew.start(WORKER_CHANNELS="false")

    crew.engine.bell.ring("0" * 24, "plays")

    assert finished(crew, crew.stage.accept(a_flow(), {"n": 7})).state is PlayState.DONE
    assert "Traceback" not in worker.output
