"""How things went lately: waits, slow flowlets and reasons, of the company's own plays only."""

from datetime import timedelta

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied
from flow8.services.recent import recent
from tests.support.engines import Stage
from tests.support.ui_plays import a_failed_play


def test_waits_slow_flowlets_and_reasons_are_told(engine: Engine, stage: Stage, admin: Actor) -> None:
    first, last = (a_failed_play(stage, flow=f"billing-{n}") for n in range(2))
    plays = engine.store.database["plays"]
    row = plays.find_one({"_id": first}) or {}
    begun = row["createdAt"] + timedelta(milliseconds=40)
    took = {"layers.validate.endedAt": row["layers"]["validate"]["startedAt"] + timedelta(seconds=2)}
    plays.update_one({"_id": first}, {"$set": {"startedAt": begun, **took}})

    found = recent(engine, admin)

    assert found.looked_at == 2
    assert found.waits is not None
    assert found.waits.longest >= found.waits.half >= 0
    assert found.waits.longest >= 40
    slow = found.slowest[0]
    assert (slow.flow, slow.ref, slow.average_ms, slow.count) == ("billing-0", "validate", 2000, 1)
    [failed] = found.failures
    assert (failed.code, failed.count, failed.last_play_id) == ("FAILED", 2, last)
    assert found.mongodb_ms > 0


def test_plays_of_before_and_of_others_do_not_count(engine: Engine, stage: Stage, admin: Actor) -> None:
    play_id = a_failed_play(stage)
    plays = engine.store.database["plays"]
    other = {**(plays.find_one({"_id": play_id}) or {}), "_id": "f" * 24, "companyId": "another"}
    plays.insert_one(other)
    plays.update_one({"_id": play_id}, [{"$set": {"createdAt": {"$subtract": ["$createdAt", 7_200_000]}}}])

    found = recent(engine, admin)

    assert (found.looked_at, found.waits, found.slowest, found.failures) == (0, None, (), ())


def test_only_administrators_are_told(engine: Engine, viewer: Actor) -> None:
    with pytest.raises(Denied):
        recent(engine, viewer)
