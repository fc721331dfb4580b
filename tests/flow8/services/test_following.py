"""Following a play while it happens."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from config.settings import Settings
from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.domain.play import Wish, WishKind
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, NotFound
from flow8.ids import new_id
from flow8.live import Live
from flow8.services.following import LOOP, follow
from flow8.services.plays import run
from flow8.store import open_store
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each, inside, value

PURE = tuple({"ref": ref, "appId": "var", "args": {"values": {"n": 1}}} for ref in ("a", "b"))


def steps_of(lines: Iterable[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(line.get("ref"), line["state"]) for line in lines]


EXPECTED = [(None, "NEW"), ("a", "RUN"), ("a", "DONE"), ("b", "RUN"), ("b", "DONE"), (None, "DONE")]


def test_a_finished_play_is_told_from_its_history(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(*PURE))
    play_id = run(engine, admin, "a-flow", {}).play_id
    perform(engine, play_id)

    lines = list(follow(engine, admin, play_id))

    assert steps_of(lines) == EXPECTED
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert set(lines[1]) == {"seq", "type", "ref", "layerId", "state", "timestamp"}
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
    assert set(told[2][0]) == {"type", "ref", "layerId", "state", "timestamp", "provisional"}
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


def _until_counted(lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The next lines, up to the counts of a loop."""
    for line in lines:
        yield line
        if line["type"] == LOOP:
            return


class TestLoops:
    """A loop is told in counts."""

    def test_the_line_that_ends_it_has_its_counts(self, engine: Engine, admin: Actor, stage: Stage) -> None:
        play = stage.play(each([1, 2, 3]), inside(value("price", {})))

        lines = list(follow(engine, admin, play.id))

        assert steps_of(lines) == [(None, "NEW"), ("each", "RUN"), ("each", "DONE"), (None, "DONE")]
        assert lines[2]["loop"] == {"of": play.id, "count": 3, "begun": 3, "open": [], "done": 3, "failed": 0}

    def test_while_it_goes_on_its_counts_are_told_when_they_changed(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = stage.play(each([1, 2, 3]), asked())
        lines = follow(engine, admin, play.id)
        told: list[dict[str, Any]] = []

        for layer_id in ("ok#0", "ok#1", "ok#2"):
            told += _until_counted(lines)
            wish = Wish(new_id(), WishKind.APPROVE, "ann", utc_now(), ref=layer_id)
            engine.store.plays.wish(play.company_id, play.id, wish)
            perform(engine, play.id)

        counts = [(line["loop"]["done"], line["loop"]["open"]) for line in told if line["type"] == LOOP]
        assert counts == [(0, [0]), (1, [1]), (2, [2])]
        assert steps_of(line for line in [*told, *lines] if "seq" in line) == [
            (None, "NEW"),
            ("each", "RUN"),
            *[(None, "WAIT")] * 3,
            ("each", "DONE"),
            (None, "DONE"),
        ]

    def test_an_iteration_that_waits_or_failed_is_told_by_its_layer(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        engine.store.events.ensure()
        stage.publish(a_flow(value("a", {}), each([0], flow="nobody", flowlet={"onError": "continue"})))
        play_id = run(engine, admin, "a-flow", {}).play_id
        lines = follow(engine, admin, play_id)
        next(lines)
        _wait_for_the_tail(engine)

        engine.spawn(perform, engine, play_id)
        told = list(lines)

        failed = [(line["layerId"], line["ref"], "loop" in line) for line in told if line["state"] == "FAIL"]
        assert ("each", "each", True) in failed
        assert failed in ([("each#0", "each", False), ("each", "each", True)], [("each", "each", True)])
