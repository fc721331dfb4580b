"""KV in plays: what `$kv` gives, and that what is secret stays so, whatever becomes of the play."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flow8.domain.play import LayerState, Play, PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.services import kv as entries
from flow8.store.kv import KvEntry
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.factories import a_flow
from tests.support.web import an_actor

SECRET = "swordfish-and-chips"


def var(ref: str, **values: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": values}}


def dump(engine: Engine) -> str:
    """Everything that MongoDB holds, as text."""
    names = engine.store.database.list_collection_names()
    return " ".join(str(row) for name in names for row in engine.store.database[name].find())


def test_a_readable_entry_is_a_value_like_any_other(stage: Stage) -> None:
    an_entry(stage.engine, "base", {"url": "http://x", "tries": 3}, readable=True)

    play = stage.play(var("a", url="{{ $kv.base.url }}/y", tries="{{ $kv.base.tries }}"))

    assert play.output == {"url": "http://x/y", "tries": 3}
    assert play.layers["a"].input == {"values": {"url": "http://x/y", "tries": 3}}


def test_an_entry_that_is_not_there_is_null(stage: Stage) -> None:
    assert stage.play(var("a", x="{{ $kv.nothing }}", y="{{ $kv.nothing.at.all ?? 5 }}")).output == {
        "x": None,
        "y": 5,
    }


def test_the_module_gets_the_secret_and_the_record_does_not(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)
    args = {"given": "{{ $kv.token | upper }}", "wanted": SECRET.upper(), "now": "{{ $args.x }}"}

    play = stage.play({"ref": "a", "appId": "guess", "args": args}, args={"x": 1})

    assert play.state is PlayState.DONE
    assert play.layers["a"].input == {**args, "given": "***", "now": 1}


def test_a_secret_that_a_module_gives_back_is_masked_in_every_form(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)

    play = stage.play(
        var(
            "a",
            plain="{{ $kv.token }}",
            inside="Bearer {{ $kv.token }}!",
            packed="{{ $kv.token | base64 }}",
            basic="{{ ('ada:' + $kv.token) | base64 }}",
        )
    )

    masked = {"plain": "***", "inside": "Bearer ***!", "packed": "***", "basic": play.output["basic"]}
    assert play.output == masked
    assert SECRET not in dump(stage.engine)
    core = base64.b64encode(f"ada:{SECRET}".encode()).decode()[8:-4]
    assert core not in dump(stage.engine)


def test_another_flowlet_that_meets_the_secret_by_other_ways_is_under_the_veil_too(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)

    play = stage.play(
        var("a", x="{{ $kv.token }}"), var("b", x="{{ $args.echo }}"), args={"echo": f"<{SECRET}>"}
    )

    assert play.layers["b"].output == {"x": "<***>"}


def test_a_failure_tells_no_secret(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)

    play = stage.play(
        {"ref": "a", "appId": "fail", "args": {"message": "The server said: {{ $kv.token }} is no token"}}
    )

    assert (play.state, play.error and play.error.message) == (
        PlayState.FAIL,
        "The server said: *** is no token",
    )
    assert SECRET not in dump(stage.engine)


def test_a_module_that_breaks_logs_no_secret(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    an_entry(stage.engine, "token", SECRET)

    with caplog.at_level("INFO"):
        play = stage.play(
            {"ref": "a", "appId": "guess", "args": {"given": "{{ $kv.token }}", "then": "breaks"}}
        )

    assert play.error is not None
    assert play.error.code == "MODULE_BROKE"
    assert "module guess broke" in caplog.text
    assert "it was given ***" in caplog.text
    assert any("RuntimeError: ***" in (record.exc_text or "") for record in caplog.records)
    assert SECRET not in caplog.text


def test_conditions_that_do_not_hold_show_no_secret(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)
    rule = {"leftValue": "{{ $kv.token | upper }}", "operator": "eq", "rightValue": "x"}

    play = stage.play({**var("a", x=1), "filters": [rule]})

    assert play.state is PlayState.FILTERED
    assert (play.layers["a"].unmet[0].left, play.layers["a"].unmet[0].right) == ("***", "x")


def test_the_output_of_the_flow_shows_no_secret(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)

    play = stage.play(var("a", x=1), output={"t": "{{ $kv.token | upper }}", "x": "{{ $prev.a.x }}"})

    assert play.output == {"t": "***", "x": 1}


def test_a_subflow_is_given_no_secret(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)
    stage.publish(a_flow(var("inner", x="{{ $args.t }}"), flow="child"))

    play = stage.play(
        {"ref": "a", "appId": "subflow", "args": {"flow": "child", "args": {"t": "{{ $kv.token }}"}}}
    )

    assert play.state is PlayState.WAIT
    child = stage.engine.store.database["plays"].find_one({"flow": "child"})
    assert child is not None
    assert json.loads(child["args"]) == {"t": "***"}


def test_the_items_of_a_loop_hold_no_secret_before_and_after_a_crash(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)
    play = stage.play(
        {"ref": "each", "appId": "iterator", "args": {"items": ["a", "{{ $kv.token }}"]}},
        {**var("b", x="{{ $item }}", y="{{ $kv.token }}"), "inside": "each"},
        {"ref": "all", "appId": "aggregator", "args": {"loop": "each", "flowlet": "b"}},
    )

    assert play.output == {"value": [{"x": "a", "y": "***"}, {"x": "***", "y": "***"}], "count": 2}
    assert SECRET not in dump(stage.engine)


# Attempts


def test_an_attempt_after_a_failure_reads_the_secret_as_it_is_then(stage: Stage) -> None:
    kept = an_entry(stage.engine, "token", SECRET)
    flowlet = {
        "ref": "a",
        "appId": "guess",
        "args": {"given": "{{ $kv.token }}", "wanted": "the-new-one", "now": "{{ $now }}"},
        "retry": {"count": 1, "delayMs": 6000},
    }
    play_id = stage.accept(a_flow(flowlet))
    perform(stage.engine, play_id)
    waiting = stage.load(play_id)
    assert waiting.layers["a"].state is LayerState.DEFERRED
    assert waiting.layers["a"].input["given"] == "***"

    change(stage.engine, kept, "the-new-one")
    be_due(stage, waiting)
    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert play.state is PlayState.DONE
    assert play.layers["a"].input == waiting.layers["a"].input


def test_what_is_approved_is_done_with_the_secret_that_nobody_saw(stage: Stage) -> None:
    an_entry(stage.engine, "token", SECRET)
    args = {"given": "{{ $kv.token }}", "wanted": SECRET, "now": "x"}
    approval = {"expiresAfter": 1, "onExpiry": "approved"}
    play_id = stage.accept(
        a_flow({"ref": "a", "appId": "guess", "args": args, "needsApproval": True, "approval": approval})
    )
    perform(stage.engine, play_id)

    shown = stage.load(play_id).layers["a"].input
    assert shown == {"given": "***", "wanted": SECRET, "now": "x"}


def change(engine: Engine, entry: KvEntry, value: Any) -> None:
    entries.set_entry(engine, an_actor(engine), entry.id, value=value)


def be_due(stage: Stage, play: Play) -> None:
    past = stage.engine.store.clock.now() - timedelta(seconds=1)
    stage.engine.store.database["plays"].update_one(
        {"_id": play.id}, {"$set": {"notBefore": past, "dueAt": past, "layers.a.dueAt": past}}
    )


# Scopes


def test_the_nearest_entry_is_read_and_the_flow_may_choose_otherwise(stage: Stage) -> None:
    for scope, group in (("global", None), ("flow_group", "sales")):
        an_entry(stage.engine, "x", scope, readable=True, scope=scope, group=group)
    step = var("a", x="{{ $kv.x }}")

    def read(**fields: Any) -> Any:
        return stage.play(step, **fields)

    assert read(flow="f1").output == {"x": "global"}
    assert read(flow="f2", group="sales").output == {"x": "flow_group"}
    assert read(flow="f3", group="sales", kvConflict="farthest").output == {"x": "global"}
    assert read(flow="f4", group="other").output == {"x": "global"}
    assert read(flow="f5", group="sales", kvInherit=False).output == {"x": None}
    failed = read(flow="f6", group="sales", kvConflict="fail")
    assert failed.error is not None
    assert failed.error.code == "EXPRESSION"
    assert "in the scopes global and flow_group" in failed.error.message


def test_a_flow_reads_no_entry_of_another_flow_or_company(stage: Stage) -> None:
    other = stage.publish(a_flow(flow="other"))
    an_entry(stage.engine, "x", "theirs", readable=True, scope="flow", flow=other.id)
    mine = an_entry(stage.engine, "y", "theirs", readable=True)
    stage.engine.store.kv.remove(mine.company_id, mine.id)
    stage.engine.store.kv.create(replace(mine, company_id="9" * 24))

    assert stage.play(var("a", x="{{ $kv.x }}", y="{{ $kv.y }}")).output == {"x": None, "y": None}


def test_a_damaged_entry_fails_the_flowlet_that_reads_it_and_says_what_to_do(stage: Stage) -> None:
    one, other = (an_entry(stage.engine, key, SECRET) for key in ("one", "other"))
    stage.engine.store.database["kv"].update_one({"_id": one.id}, {"$set": {"sealed": other.sealed}})

    play = stage.play(var("a", x="{{ $kv.one }}"))

    assert play.error is not None
    assert "set it anew" in play.error.message


def test_a_play_that_reads_no_entry_asks_mongodb_for_none(stage: Stage) -> None:
    an_entry(stage.engine, "x", SECRET)
    stage.engine.store.database.command("profile", 2)
    try:
        stage.play(var("a", x=1))
        reads = stage.engine.store.database["system.profile"].count_documents(
            {"ns": {"$regex": r"\.(kv|data_keys|master_keys)$"}}
        )
    finally:
        stage.engine.store.database.command("profile", 0)
        stage.engine.store.database.drop_collection("system.profile")

    assert reads == 0
