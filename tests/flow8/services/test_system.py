"""How flow8 stands, in figures."""

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start
from flow8.errors import Denied
from flow8.services.system import numbers, status
from tests.support.engines import Stage
from tests.support.factories import a_flow


def test_plays_are_counted_by_state_and_the_oldest_new_one_is_told(
    engine: Engine, stage: Stage, viewer: Actor, stranger: Actor
) -> None:
    flow = stage.publish(a_flow())
    ids = [start(engine, StartRequest(flow, {"n": n}, Origin("test"))).play_id for n in range(3)]
    perform(engine, ids[2])

    found, theirs = numbers(engine, viewer), numbers(engine, stranger)

    assert found.unfinished == {"NEW": 2, "RUN": 0, "WAIT": 0, "DEFERRED": 0, "ON_HOLD": 0}
    assert (found.recent["NEW"], found.recent["DONE"]) == (2, 1)
    assert 0 < found.oldest_new_seconds < 60
    assert found.scheduler_leads is False
    assert (sum(theirs.unfinished.values()), sum(theirs.recent.values())) == (0, 0)
    assert theirs.oldest_new_seconds == 0


def test_a_scheduler_that_leads_is_seen(engine: Engine, admin: Actor) -> None:
    engine.store.leaders.lead("scheduler", "one", 30)

    found = status(engine, admin)

    assert found.numbers.scheduler_leads is True
    assert (found.broker, found.is_encrypted) == ("mongodb", True)
    assert found.modules == len(engine.registry.modules)


def test_only_administrators_see_the_status(engine: Engine, viewer: Actor) -> None:
    with pytest.raises(Denied):
        status(engine, viewer)
