"""The lines of a play: what happened, and what modules logged."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Invalid, NotFound
from flow8.services.play_lines import list_events, list_logs
from flow8.store.plays import KEPT_LOG_LINES
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.factories import a_flow

SECRET = "hunter2hunter2"


def guess(ref: str, given: str, **fields: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "guess", "args": {"given": given, "wanted": given}, **fields}


def messages(engine: Engine, actor: Actor, play_id: str) -> list[tuple[int, str, int, str]]:
    rows = list_logs(engine, actor, play_id).rows
    return [(row["n"], row["layerId"], row["attempt"], row["message"]) for row in rows]


def test_what_modules_logged_is_kept_with_the_play(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(guess("a", "x"), guess("b", "y\ud83d"[:1]))

    assert messages(engine, admin, play.id) == [
        (1, "a", 1, "it was given x"),
        (2, "b", 1, "it was given y"),
    ]


def test_lines_of_several_attempts_are_all_there(engine: Engine, admin: Actor, stage: Stage) -> None:
    wrong = {"given": "x", "wanted": "y"}
    play = stage.play({"ref": "a", "appId": "guess", "args": wrong, "retry": {"count": 2, "delayMs": 1}})

    assert [line[2] for line in messages(engine, admin, play.id)] == [1, 2, 3]


def test_a_log_costs_no_write_of_its_own(engine: Engine, stage: Stage) -> None:
    def writes(*flowlets: dict[str, Any], flow: str) -> int:
        record = stage.publish(a_flow(*flowlets, flow=flow))
        engine.store.database.command("profile", 2)
        try:
            play_id = stage.accept(record)
            perform(engine, play_id)
        finally:
            engine.store.database.command("profile", 0)
        profile = engine.store.database["system.profile"]
        count = profile.count_documents(
            {
                "ns": {"$regex": r"\.plays$"},
                "$or": [{"op": "insert"}, {"op": "update"}, {"command.findAndModify": {"$exists": True}}],
            }
        )
        profile.drop()
        return count

    silent = {"ref": "a", "appId": "guess", "args": {"given": "", "wanted": ""}}
    assert writes(silent, flow="silent") == writes(guess("a", "loud"), flow="loud")


def test_secrets_are_masked_in_what_is_kept(engine: Engine, admin: Actor, stage: Stage) -> None:
    an_entry(engine, "token", SECRET)

    play = stage.play(guess("a", "{{ $kv.token }}"))

    assert messages(engine, admin, play.id) == [(1, "a", 1, "it was given ***")]


def test_lines_of_a_loop_name_the_layer_of_their_item(engine: Engine, admin: Actor, stage: Stage) -> None:
    each = {"ref": "each", "appId": "iterator", "args": {"items": ["p", "q"]}}
    play = stage.play(each, guess("a", "{{ $item }}", inside="each"))

    assert [(line[1], line[3]) for line in messages(engine, admin, play.id)] == [
        ("a#0", "it was given p"),
        ("a#1", "it was given q"),
    ]


def test_the_last_lines_are_kept_and_numbers_go_on(engine: Engine, admin: Actor, stage: Stage) -> None:
    each = {"ref": "each", "appId": "iterator", "args": {"items": list(range(KEPT_LOG_LINES + 5))}}
    play = stage.play(each, guess("a", "{{ $item }}x", inside="each"))

    page = list_logs(engine, admin, play.id, size=2)
    last = list_logs(engine, admin, play.id, after=KEPT_LOG_LINES + 4)

    assert [row["n"] for row in page.rows] == [6, 7]
    assert page.next == 7
    assert ([row["n"] for row in last.rows], last.next) == ([KEPT_LOG_LINES + 5], None)


def test_events_are_the_history_by_position(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(stage.probe("a"))

    whole = list_events(engine, admin, play.id)
    first = list_events(engine, admin, play.id, size=2)
    rest = list_events(engine, admin, play.id, after=first.next or 0)

    assert [row["seq"] for row in whole.rows] == list(range(1, len(whole.rows) + 1))
    assert first.rows + rest.rows == whole.rows
    assert (first.next, rest.next) == (2, None)
    assert (whole.rows[0]["type"], whole.rows[-1]["type"]) == ("play:started", "play:completed")
    assert list_events(engine, admin, play.id, after=1000).rows == []


@pytest.mark.parametrize("ask", [list_events, list_logs])
def test_what_is_not_there_is_told(
    engine: Engine, admin: Actor, stranger: Actor, stage: Stage, ask: Any
) -> None:
    play = stage.play(stage.probe("a"))

    with pytest.raises(NotFound):
        ask(engine, admin, "nobody")
    with pytest.raises(NotFound):
        ask(engine, stranger, play.id)
    for wrong in ({"after": -1}, {"after": 2**31}, {"size": 0}, {"size": 1001}):
        with pytest.raises(Invalid):
            ask(engine, admin, play.id, **wrong)
