"""A play that kills its workers is performed alone at last; only if it dies there too it is POISONED."""

from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.play import LayerState, PlayState
from flow8.engine.alone import must_be_alone
from flow8.engine.perform import perform
from tests.support.engines import MODULES, Stage
from tests.support.factories import a_flow, a_play


@pytest.fixture(autouse=True)
def same_settings(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process apart reads its settings from the environment, as it does beside a worker."""
    for name, value in {**environment, "MODULES_DIR": str(MODULES)}.items():
        monkeypatch.setenv(name, value)


def after_two_crashes(stage: Stage, *flowlets: dict[str, object]) -> str:
    play_id = stage.accept(a_flow(*flowlets))
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
