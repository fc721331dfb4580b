"""A play that kills its workers is performed alone at last; only if it dies there too it is POISONED."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest

from flow8.clock import utc_now
from flow8.domain.play import LayerState, PlayState
from flow8.engine.alone import must_be_alone
from flow8.engine.lone import AT_ONCE
from flow8.engine.perform import perform
from tests.support.engines import MODULES, Stage
from tests.support.factories import a_flow, a_play


@pytest.fixture(autouse=True)
def same_settings(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process apart reads its settings from the environment, as it does beside a worker."""
    for name, value in {**environment, "MODULES_DIR": str(MODULES)}.items():
        monkeypatch.setenv(name, value)


def after_two_crashes(stage: Stage, *flowlets: dict[str, object], **changes: str) -> str:
    play_id = stage.accept(a_flow(*flowlets, **changes))
    past = utc_now() - timedelta(seconds=1)
    died = {
        "crashes": 2,
        "state": "RUN",
        "lease": {"owner": "dead", "token": "t", "until": past},
        "dueAt": past,
    }
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": died})
    return play_id


@pytest.mark.parametrize(("crashes", "alone"), [(1, False), (2, False), (3, True)])
def test_the_third_claim_without_a_checkpoint_is_alone(crashes: int, *, alone: bool) -> None:
    assert must_be_alone(a_play(crashes=crashes)) is alone


def test_a_poison_play_ends_as_poisoned_and_its_worker_lives(stage: Stage) -> None:
    play_id = after_two_crashes(stage, stage.probe("kills", dies=True), stage.probe("never"))

    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert play.error is not None
    assert (play.state, play.error.code) == (PlayState.FAIL, "POISONED")
    assert "signal 9" in play.error.message
    assert play.layers["kills"].state is LayerState.FAIL
    assert stage.marks() == ["start kills"]


def test_an_innocent_play_that_lost_its_workers_is_finished_alone(stage: Stage) -> None:
    play_id = after_two_crashes(stage, stage.probe("fine"))

    perform(stage.engine, play_id)

    assert stage.load(play_id).state is PlayState.DONE
    assert stage.marks() == ["start fine", "end fine"]


def test_while_every_lone_process_is_busy_a_play_is_given_back_for_a_moment(stage: Stage) -> None:
    play_id = after_two_crashes(stage, stage.probe("a"), flow="given-back")
    with ExitStack() as busy:
        for _ in range(AT_ONCE):
            busy.enter_context(stage.engine.lone._place())
        perform(stage.engine, play_id)

    given_back = stage.load(play_id)
    assert (given_back.state, given_back.lease, given_back.crashes) == (PlayState.RUN, None, 2)
    assert stage.marks() == []


def test_as_many_as_may_be_busy_are_performed_at_once(stage: Stage) -> None:
    slow = [
        after_two_crashes(stage, stage.probe(f"slow{n}", seconds=0.5), flow=f"slow-{n}")
        for n in range(AT_ONCE)
    ]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(partial(perform, stage.engine), slow))

    assert {stage.load(each).state for each in slow} == {PlayState.DONE}


def test_a_process_that_cannot_even_start_is_no_crash_of_its_play(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_id = after_two_crashes(stage, stage.probe("a"))
    monkeypatch.setenv("MONGODB_URI", "no address at all")

    perform(stage.engine, play_id)

    given_back = stage.load(play_id)
    assert (given_back.state, given_back.lease, given_back.crashes) == (PlayState.RUN, None, 2)
    assert stage.marks() == []


def test_a_lone_process_stays_for_the_next_play(stage: Stage) -> None:
    first, second = (
        after_two_crashes(stage, stage.probe(name), flow=f"of-{name}") for name in ("one", "two")
    )

    perform(stage.engine, first)
    perform(stage.engine, second)

    assert {stage.load(each).state for each in (first, second)} == {PlayState.DONE}
    (stays,) = stage.engine.lone._idle
    assert stays.poll() is None
