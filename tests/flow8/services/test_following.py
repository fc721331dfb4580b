"""Following a play while it happens."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from config.settings import Settings
from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, NotFound
from flow8.live import Live
from flow8.services.following import follow
from flow8.services.plays import run
from flow8.store import open_store
from tests.support.engines import Stage
from tests.support.factories import a_flow

PURE = tuple({"ref": ref, "appId": "var", "args": {"values": {"n": 1}}} for ref in ("a", "b"))


def steps_of(lines: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(line.get("ref"), line["state"]) for line in lines]


EXPECTED = [(None, "NEW"), ("a", "RUN"), ("a", "DONE"), ("b", "RUN"), ("b", "DONE"), (None, "DONE")]


def test_a_finished_play_is_told_from_its_history(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(*PURE))
    play_id = run(engine, admin, "a-flow", {}).play_id
    perform(engine, play_id)

    lines = list(follow(engine, admin, play_id))

    assert steps_of(lines) == EXPECTED
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert set(lines[1]) == {"seq", "type", "ref", "state", "timestamp"}
    assert lines[1]["timestamp"].endswith("Z")


def test_a_play_that_begins_later_is_told_as_it_happens(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(*PURE))
    play_id = run(engine, admin, "a-flow", {}).play_id
    lines = follow(engine, admin, play_id)

    first = next(lines)
    engine.spawn(perform, engine, play_id)
    rest = list(lines)

    assert steps_of([first, *rest]) == EXPECTED


def test_a_step_that_is_not_written_yet_is_told_at_once_and_only_once(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    engine.store.events.ensure()  # between tests it is emptied, and an empty one cannot be tailed
    stage.publish(a_flow(PURE[0], stage.probe("slow", effect="read", seconds=1.5)))
    play_id = run(engine, admin, "a-flow", {}).play_id
    lines = follow(engine, admin, play_id)
    next(lines)
    _wait_for_the_tail(engine)

    engine.spawn(perform, engine, play_id)
    told = [(line, time.monotonic()) for line in lines]

    assert steps_of([line for line, _ in told]) == [
        ("a", "RUN"),
        ("a", "DONE"),
        ("slow", "RUN"),
        ("slow", "DONE"),
        (None, "DONE"),
    ]
    assert told[2][0]["provisional"] is True
    assert set(told[2][0]) == {"type", "ref", "state", "timestamp", "provisional"}
    assert told[3][1] - told[2][1] > 0.5


def _wait_for_the_tail(engine: Engine) -> None:
    """Events from before the tail is there are not heard."""
    heard = threading.Event()
    with engine.live.listening("probe", lambda _: heard.set()):
        until = time.monotonic() + 10
        while not heard.wait(0.05):
            engine.live.publish({"playId": "probe", "timestamp": utc_now()})
            assert time.monotonic() < until


def test_without_events_the_looks_tell_everything(
    engine: Engine, admin: Actor, stage: Stage, settings: Settings
) -> None:
    elsewhere = open_store(replace(settings, mongodb_db=f"{settings.mongodb_db}_2"))
    elsewhere.events.ensure()
    deaf = replace(engine, live=Live(elsewhere.events))
    stage.publish(a_flow(*PURE))
    play_id = run(engine, admin, "a-flow", {}).play_id
    lines = follow(deaf, admin, play_id)
    first = next(lines)

    engine.spawn(perform, engine, play_id)

    assert steps_of([first, *lines]) == EXPECTED
    deaf.live.close()
    elsewhere.database.client.drop_database(elsewhere.database.name)
    elsewhere.close()


def test_only_who_may_look_follows_and_only_in_the_own_company(
    engine: Engine, admin: Actor, stranger: Actor, stage: Stage
) -> None:
    stage.publish(a_flow(*PURE))
    play_id = run(engine, admin, "a-flow", {}).play_id
    blind = Actor(admin.company_id, "bo", RIGHTS[Role.VIEWER] - {Right.VIEW}, "test")

    with pytest.raises(NotFound):
        follow(engine, stranger, play_id)
    with pytest.raises(Denied):
        follow(engine, blind, play_id)
