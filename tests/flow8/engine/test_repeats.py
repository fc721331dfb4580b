"""What a play did that cannot be undone, found wherever it happened."""

from flow8.domain.play import Play
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.engine.repeats import find_repeats
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, value

IRREVERSIBLE = {"effect": "irreversible"}


def paths(engine: Engine, play: Play, *refs: str) -> list[str]:
    return [repeated.path for repeated in find_repeats(engine, play, refs or list(play.layers))]


def finished(stage: Stage, play_id: str) -> Play:
    """The play, performed with every play that it started, and theirs."""
    perform(stage.engine, play_id)
    for child in stage.engine.store.database["plays"].find({"parent.playId": play_id}, {"_id": 1}):
        finished(stage, child["_id"])
    perform(stage.engine, play_id)
    return stage.load(play_id)


def test_flowlets_loops_and_plays_are_looked_into_however_deep(stage: Stage) -> None:
    send = inside(stage.probe("send", **IRREVERSIBLE))
    stage.publish(a_flow(each([1, 2]), send, flow="grandchild"))
    stage.publish(a_flow({"ref": "sub", "appId": "subflow", "args": {"flow": "grandchild"}}, flow="child"))
    pay = stage.probe("pay", **IRREVERSIBLE)

    play = finished(stage, stage.accept(a_flow(pay, each([{}, {}], flow="child", parallel=2))))

    children = [f"each#{item}/sub/send#{index}" for item in (0, 1) for index in (0, 1)]
    assert paths(stage.engine, play) == ["pay", *children]
    assert paths(stage.engine, play, "pay") == ["pay"]


def test_what_did_not_run_is_not_named(stage: Stage) -> None:
    never = {"filters": [{"leftValue": 1, "operator": "eq", "rightValue": 2}]}
    send = inside(stage.probe("send", flowlet=never, **IRREVERSIBLE))

    play = stage.play(each([1]), send, stage.probe("pay", flowlet=never, **IRREVERSIBLE))

    assert paths(stage.engine, play) == []


def test_of_a_version_that_cannot_be_read_any_more_everything_is_named(stage: Stage) -> None:
    inner = each([1], ref="inner", flowlet={"inside": "each"})
    deep = inside(stage.probe("deep", **IRREVERSIBLE), "inner")
    play = stage.play(each([1]), inner, deep, value("last", {}))
    versions = stage.engine.store.database["flow_versions"]
    versions.update_many({}, {"$set": {"definition": '{"from": "the future"}'}})
    fresh = engine_of(stage.engine.settings, stage.engine.store, stage.engine.registry)

    assert paths(fresh, play, "each", "last") == ["deep#0#0"]
