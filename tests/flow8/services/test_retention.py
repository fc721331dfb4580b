"""Retention removes finished plays past their cadence, and nothing else."""

from datetime import timedelta

from flow8.clock import utc_now
from flow8.domain.play import PlayState
from flow8.services.retention import clean_up
from tests.support.engines import Stage
from tests.support.factories import a_play
from tests.support.files import a_file, on_disk
from tests.support.loops import each, inside, value


def test_old_finished_plays_go_and_young_and_unfinished_ones_stay(stage: Stage) -> None:
    plays = stage.engine.store.database["plays"]
    age = stage.engine.settings.retention_flows_all_cadence
    old, young, unfinished = a_play(state=PlayState.DONE), a_play(state=PlayState.FAIL), a_play()
    for play, ended in (
        (old, age + timedelta(minutes=1)),
        (young, age - timedelta(minutes=1)),
        (unfinished, None),
    ):
        stage.engine.store.plays.insert(play, [])
        if ended is not None:
            plays.update_one({"_id": play.id}, {"$set": {"endedAt": utc_now() - ended}})

    removed = clean_up(stage.engine)

    assert removed.plays == 1
    assert {row["_id"] for row in plays.find()} == {young.id, unfinished.id}


def test_iterations_go_with_their_play_and_those_of_young_plays_stay(stage: Stage) -> None:
    body = inside(value("big", {"text": "{{ 'x' | repeat(70000) }}"}))
    old, young = (stage.play(each([1, 2]), body, flow=flow) for flow in ("old", "young"))
    long_ago = utc_now() - stage.engine.settings.retention_flows_all_cadence - timedelta(minutes=1)
    database = stage.engine.store.database
    database["plays"].update_one({"_id": old.id}, {"$set": {"endedAt": long_ago}})

    clean_up(stage.engine)

    for collection in ("iterations", "payloads"):
        assert {row["playId"] for row in database[collection].find()} == {young.id}
    assert database["iterations"].count_documents({}) == 2


def test_files_go_with_their_play_and_what_no_play_took_goes_after_its_time(stage: Stage) -> None:
    engine, now = stage.engine, utc_now()
    old, young = a_play(state=PlayState.DONE), a_play(state=PlayState.DONE)
    for play, ended in ((old, engine.settings.retention_flows_all_cadence), (young, timedelta())):
        engine.store.plays.insert(play, [])
        moment = now - ended - timedelta(minutes=1)
        engine.store.database["plays"].update_one({"_id": play.id}, {"$set": {"endedAt": moment}})
    gone, kept = (a_file(engine, play.company_id, play_id=play.id) for play in (old, young))
    forgotten, waiting = (a_file(engine, stage.company_id) for _ in range(2))
    engine.store.database["files"].update_one({"_id": forgotten.id}, {"$set": {"dueAt": now}})

    removed = clean_up(engine)

    assert (removed.plays, removed.files) == (1, 2)
    assert {path.name for path in on_disk(engine)} == {kept.id, waiting.id}
    assert gone.id not in {row["_id"] for row in engine.store.database["files"].find()}
