"""A play that was left is gone from memory at once: no cycle keeps its values until the collector comes."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from flow8.domain.play import Layer, Origin, Play
from flow8.engine.at_once import play_at_once
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest
from tests.support.engines import Stage
from tests.support.factories import a_flow

VALUE = {"ref": "one", "appId": "var", "args": {"values": {"x": 1}}}
FAILS = {"ref": "two", "appId": "fail", "args": {"message": "no"}}
EACH = {"ref": "each", "appId": "iterator", "args": {"items": [1, 2, 3], "parallel": 2}}
INSIDE = {"ref": "double", "appId": "var", "inside": "each", "args": {"values": {"n": "{{ $item * 2 }}"}}}

CASES: dict[str, list[dict[str, Any]]] = {
    "done": [VALUE],
    "failed": [VALUE, FAILS],
    "wrong expression": [{**VALUE, "args": {"values": {"x": "{{ 1 / 0 }}"}}}],
    "filtered": [{**VALUE, "filters": [{"leftValue": "a", "operator": "eq", "rightValue": "b"}]}],
    "retried": [VALUE, {**FAILS, "retry": {"count": 2, "delayMs": 60_000}}],
    "waits": [{**VALUE, "needsApproval": True}],
    "side by side": [{**VALUE, "ref": ref, "index": 0} for ref in ("a", "b", "c")],
    "loop": [EACH, INSIDE],
    "loop that fails": [EACH, {**FAILS, "inside": "each"}],
    "timed out": [
        {"ref": "s", "appId": "probe", "timeout": 0.2, "args": {"log": "/dev/null", "seconds": 0.6}}
    ],
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """While it is there, only counts of references free anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def kept() -> list[str]:
    """What is still in memory of plays."""
    return [type(each).__name__ for each in gc.get_objects() if type(each) in (Play, Layer)]


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("case", CASES)
def test_a_play_that_was_left_is_not_kept(stage: Stage, case: str) -> None:
    play_id = stage.accept(a_flow(*CASES[case]))

    perform(stage.engine, play_id)

    assert kept() == []


@pytest.mark.usefixtures("uncollected")
def test_a_play_that_was_performed_while_its_caller_waited_is_not_kept(stage: Stage) -> None:
    request = StartRequest(stage.publish(a_flow(VALUE)), {}, Origin("test"))

    assert play_at_once(stage.engine, request) is not None

    assert kept() == []
