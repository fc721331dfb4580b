"""A play that only computes is stored once, as if it had been stored first; all others are stored first."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from config.settings import Settings
from flow8.broker.bell import Bell
from flow8.domain.play import Origin, Play, PlayState
from flow8.engine.at_once import play_at_once
from flow8.engine.engine import engine_of
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start, start_here
from flow8.errors import Conflict, Invalid, Unavailable
from flow8.registry import Registry
from flow8.store.database import Document, open_database
from flow8.store.store import store_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

ADD: dict[str, Any] = {"ref": "sum", "appId": "var", "args": {"values": {"n": "{{ $args.n + 1 }}"}}}
ROUTE: dict[str, Any] = {
    "ref": "way",
    "appId": "router",
    "args": {"routes": [{"label": "any", "condition": "true"}]},
}
FILTERED: dict[str, Any] = {
    **ADD,
    "ref": "never",
    "filters": [{"leftValue": "{{ $args.n }}", "operator": "gt", "rightValue": 10}],
}
FAIL: dict[str, Any] = {"ref": "bad", "appId": "fail", "args": {"message": "no"}}


def a_request(
    stage: Stage, *flowlets: dict[str, Any], flow: Document | None = None, **more: Any
) -> StartRequest:
    record = stage.publish(a_flow(*(flowlets or (ADD,)), **(flow or {})))
    return StartRequest(record, **{"args": {"n": 1}, "origin": Origin("test"), **more})


def at_once(stage: Stage, request: StartRequest) -> Play:
    play = play_at_once(stage.engine, request)
    assert play is not None
    return play


def row(stage: Stage, play_id: str) -> Document:
    found = stage.engine.store.database["plays"].find_one({"_id": play_id})
    assert found is not None
    return found


def timeless(value: Any) -> Any:
    """A document without what differs from play to play: times, its id, and how often it was claimed."""
    if isinstance(value, dict):
        skipped = {"_id", "at", "claims"} | {key for key in value if key.endswith("At")}
        return {key: timeless(part) for key, part in value.items() if key not in skipped}
    return [timeless(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "flowlets",
    [(ADD, ROUTE, FILTERED), (ADD, FAIL), ({"ref": "end", "appId": "stop", "args": {}}, ADD)],
    ids=["done", "failed", "stopped"],
)
def test_the_play_stands_there_as_if_it_had_been_stored_first(
    stage: Stage, flowlets: tuple[dict[str, Any], ...]
) -> None:
    request = a_request(stage, *flowlets, flow={"title": "Number {{ $args.n }}"}, request={"method": "GET"})

    first = start(stage.engine, request).play_id
    perform(stage.engine, first)
    second = at_once(stage, request)

    usual, short = row(stage, first), row(stage, second.id)
    assert second.end_is_stored
    assert timeless(short) == timeless({**usual, "history": _as_begun_here(usual["history"])})
    assert short.keys() == usual.keys() - {"claims"}


def _as_begun_here(history: list[Document]) -> list[Document]:
    """A play that was stored first was NEW then."""
    return [{**history[0], "state": "RUN"}, *history[1:]]


def test_values_that_are_large_go_to_the_payloads(stage: Stage) -> None:
    request = a_request(stage, args={"n": 1, "text": "x" * 100_000})

    play = at_once(stage, request)

    assert stage.load(play.id).args == request.args
    assert stage.engine.store.database["payloads"].count_documents({"playId": play.id}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"flowlets": [{**ADD, "needsApproval": True}]},
        {"flowlets": [{**ADD, "deferAfterMs": 10}]},
        {"flowlets": [{**ADD, "retry": {"count": 1}}]},
        {"flowlets": [{"ref": "later", "appId": "delay", "args": {"milliseconds": 10}}]},
        {"flowlets": [{"ref": "url", "appId": "curl", "args": {"url": "http://127.0.0.1:1"}}]},
        {
            "flowlets": [
                {"ref": "each", "appId": "iterator", "args": {"items": [1]}},
                {**ADD, "inside": "each"},
            ]
        },
        {"execution": {"concurrency": {"key": "k", "limit": 1}}},
        {"execution": {"onFailFlowId": "other"}},
    ],
    ids=["approval", "deferred", "retry", "delay", "effect", "loop", "concurrency", "onFail"],
)
def test_whatever_waits_acts_or_is_followed_is_stored_first(stage: Stage, change: Document) -> None:
    flow = {**a_flow(ADD), **change}

    assert play_at_once(stage.engine, StartRequest(stage.publish(flow), {"n": 1}, Origin("test"))) is None
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_args_that_do_not_fit_start_nothing(stage: Stage) -> None:
    request = a_request(stage, flow={"input": {"type": "object", "required": ["id"]}})

    with pytest.raises(Invalid) as refused:
        start_here(stage.engine, request, 10)

    assert [problem.path for problem in refused.value.problems] == ["args.id"]
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_a_key_gives_the_play_that_it_started_and_with_other_args_a_conflict(stage: Stage) -> None:
    request = a_request(stage, idempotency_key="k")

    first, again = (start_here(stage.engine, request, 10) for _ in range(2))
    with pytest.raises(Conflict) as refused:
        start_here(stage.engine, replace(request, args={"n": 2}), 10)

    assert first == again
    assert refused.value.error_code == "IDEMPOTENCY_MISMATCH"
    assert stage.engine.store.database["plays"].count_documents({}) == 1


def test_a_key_that_comes_many_times_at_once_gives_one_play(stage: Stage) -> None:
    request = a_request(stage, idempotency_key="k")
    outcomes: list[tuple[str, PlayState, Any]] = []

    def ask() -> None:
        outcome = start_here(stage.engine, request, 10)
        outcomes.append((outcome.play_id, outcome.state, outcome.output))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 8
    assert len({play_id for play_id, _, _ in outcomes}) == 1
    assert {(state, output["n"]) for _, state, output in outcomes} == {(PlayState.DONE, 2)}


class Rung(Bell):
    """Remembers what was rung."""

    def __init__(self) -> None:
        self.plays: list[str] = []

    def ring(self, play_id: str, lane: str, *, priority: int = 0) -> None:  # noqa: ARG002 - the bell's signature
        """Remember it."""
        self.plays.append(play_id)


def test_a_process_that_drains_stores_the_play_for_others(stage: Stage) -> None:
    rung = Rung()
    draining = replace(stage.engine, bell=rung, draining=threading.Event())
    draining.drain()

    left = start_here(draining, a_request(stage), 0)
    perform(stage.engine, left.play_id)

    assert rung.plays == [left.play_id]
    assert left.state is PlayState.RUN
    assert stage.load(left.play_id).output == {"n": 2}


def test_while_mongodb_is_away_nothing_is_started(
    stage: Stage, settings: Settings, registry: Registry
) -> None:
    request = a_request(stage)
    stage.engine.flows.get(stage.company_id, request.flow.id, 1)
    nowhere = replace(settings, mongodb_uri="mongodb://127.0.0.1:1")
    away = engine_of(nowhere, store_of(open_database(nowhere)), registry)
    away.flows = stage.engine.flows

    with pytest.raises(Unavailable):
        start_here(away, request, 10)
    away.close()

    assert stage.engine.store.database["plays"].count_documents({}) == 0
