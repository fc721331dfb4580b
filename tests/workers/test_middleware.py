"""What a worker process does when it is started and stopped."""

import threading
import time
from pathlib import Path

import pytest
from dramatiq import Broker, Worker
from dramatiq.brokers.stub import StubBroker

from config.settings import Settings, load
from flow8 import embedded
from flow8.domain.play import PlayState
from flow8.engine.engine import open_engine
from flow8.registry import Registry
from tests.support.crew import Crew
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import Answer, until
from workers.middleware import Shift, engine_of


def ask_later(crew: Crew, port: int, answers: list[Answer]) -> threading.Thread:
    thread = threading.Thread(target=lambda: answers.append(crew.ask(port, {})))
    thread.start()
    return thread


def a_slow_flow(stage: Stage, seconds: float, steps: int = 1) -> dict[str, object]:
    names = [f"s{number}" for number in range(steps)]
    flowlets = [stage.probe(name, seconds=seconds, value=name) for name in names]
    return a_flow(*flowlets, flow=f"slow-{steps}")


@pytest.mark.journey
def test_an_idle_worker_is_gone_soon_after_sigterm(crew: Crew) -> None:
    worker = crew.start()
    port = crew.serve(a_flow())
    began = time.monotonic()

    code = worker.stop()

    assert (code, time.monotonic() - began < 10) == (0, True), worker.output
    assert not crew.answers(port)


@pytest.mark.journey
def test_a_caller_who_waits_gets_the_output_though_the_worker_stops(crew: Crew) -> None:
    worker = crew.start()
    port = crew.serve(a_slow_flow(crew.stage, 2.0, steps=2))
    answers: list[Answer] = []
    asking = ask_later(crew, port, answers)
    until(crew.stage.marks, what="the start of the play")

    code = worker.stop()
    asking.join()

    assert (code, answers[0].status, answers[0].json["value"]) == (0, 200, "s1"), worker.output
    assert answers[0].headers["Connection"] == "close"


@pytest.mark.journey
def test_a_play_of_the_queue_is_finished_before_the_worker_ends(crew: Crew) -> None:
    worker = crew.start(WORKER_CHANNELS="false")
    play_id = crew.stage.accept(a_slow_flow(crew.stage, 1.5, steps=2))
    until(crew.stage.marks, what="the start of the play")

    code = worker.stop()

    assert (code, crew.stage.load(play_id).state) == (0, PlayState.DONE), worker.output


@pytest.mark.journey
def test_a_worker_is_gone_in_half_a_minute_and_gives_back_what_it_cannot_finish(
    crew: Crew,
) -> None:
    first = crew.start(WORKER_CHANNELS="false")
    long = crew.stage.accept(a_slow_flow(crew.stage, 3.0, steps=8))
    stuck = crew.stage.accept(a_slow_flow(crew.stage, 60.0))
    until(lambda: len(crew.stage.marks()) >= 2, what="the start of both plays")
    began = time.monotonic()

    first.stop()

    assert time.monotonic() - began < 30, first.output
    given_back = [crew.stage.load(play_id) for play_id in (long, stuck)]
    assert [(play.lease, play.state, play.crashes) for play in given_back] == [(None, PlayState.RUN, 0)] * 2
    crew.start(WORKER_CHANNELS="false")
    until(lambda: crew.stage.load(long).state is PlayState.DONE, 30, "the end of the play")
    marks = [mark for mark in crew.stage.log.read_text().splitlines() if long in mark]
    assert (len(marks), len(set(marks))) == (16, 16)


@pytest.mark.journey
def test_a_worker_that_starts_before_mongodb_waits_for_it(tmp_path: Path, crew: Crew) -> None:
    folder = tmp_path / "later"
    worker = crew.launch(MONGODB_URI=embedded.uri_of(folder))
    until(lambda: "waiting for MongoDB" in worker.output, 20, "a word about it")

    server = embedded.start(folder)

    try:
        until(lambda: "MongoDB answers" in worker.output, 20, "another word")
        assert worker.stop() == 0
        assert "Traceback" not in worker.output
    finally:
        server.stop()


def test_threads_and_lanes_come_from_the_settings_where_the_command_line_says_nothing(
    environment: dict[str, str], registry: Registry
) -> None:
    settings = load({**environment, "WORKER_THREADS": "33", "WORKER_LANES": "documents"})
    shift, broker = _shift_of(settings, registry)
    silent, told = Worker(broker), Worker(broker, queues={"plays"}, worker_threads=5)

    shift.before_worker_boot(broker, silent)
    shift.before_worker_boot(broker, told)

    assert (silent.worker_threads, silent.consumer_whitelist) == (33, {"documents"})
    assert (told.worker_threads, told.consumer_whitelist) == (5, {"plays"})
    assert (silent.queue_prefetch, told.queue_prefetch) == (33, 5)
    shift.engine.close()


def test_the_engine_is_found_behind_the_broker(settings: Settings, registry: Registry) -> None:
    shift, broker = _shift_of(settings, registry)

    assert engine_of(broker) is shift.engine
    with pytest.raises(LookupError):
        engine_of(StubBroker())
    shift.engine.close()


def _shift_of(settings: Settings, registry: Registry) -> tuple[Shift, Broker]:
    shift, broker = Shift(open_engine(settings, registry)), StubBroker()
    broker.add_middleware(shift)
    return shift, broker
