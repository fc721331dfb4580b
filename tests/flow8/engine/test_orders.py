"""What is left when an order is carried out: the output that its module promises, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import iso, utc_now
from flow8.domain.play import Awaited, LayerState, Play, Wish, WishKind
from flow8.engine.perform import perform
from flow8.ids import new_id
from flow8.kit import Example, to_json
from flow8.kit.module import ORDERS, Module
from flow8.registry import load_registry
from tests.support.engines import Stage
from tests.support.factories import a_flow

MODULES = [module for module in load_registry().modules.values() if module.order]
EXAMPLES = [(module, example) for module in MODULES for example in module.examples]

PRICES = {"values": {"total": "{{ $item }}"}}
LOOP = [
    {"ref": "each", "appId": "iterator", "args": {"items": [2, 3]}},
    {"ref": "price", "inside": "each", "appId": "var", "args": PRICES},
]
"""The loop of which the examples of aggregator speak."""


def flow_of(app_id: str, args: dict[str, Any]) -> dict[str, Any]:
    """A flow with one such flowlet, and with what it takes for granted around it."""
    before = LOOP if app_id == "aggregator" else []
    body = {"ref": "body", "inside": "it", "appId": "var", "args": PRICES}
    inside = [body] if app_id == "iterator" and "flow" not in args else []
    return a_flow(*before, {"ref": "it", "appId": app_id, "args": args}, *inside)


def performed(stage: Stage, app_id: str, args: dict[str, Any]) -> Play:
    """A play of it to its end. Events bring 129.5; the plays that it starts give `urgent`."""
    if flow := args.get("flow"):
        stage.publish(a_flow(flow=flow, output="urgent"))
    play_id = stage.accept(flow_of(app_id, args))
    for _ in range(5):
        perform(stage.engine, play_id)
        send_events(stage, play_id)
        for child in stage.engine.store.database["plays"].find({"parent.playId": play_id}, {"_id": 1}):
            perform(stage.engine, child["_id"])
    return stage.load(play_id)


def send_events(stage: Stage, play_id: str) -> None:
    for layer in stage.load(play_id).layers.values():
        if layer.waiting is not None and layer.waiting.what is Awaited.EVENT:
            event = Wish(new_id(), WishKind.EVENT, "ann", utc_now(), name=layer.waiting.name, value=129.5)
            stage.engine.store.plays.wish(stage.company_id, play_id, event)


@pytest.mark.parametrize(
    ("module", "example"), EXAMPLES, ids=[f"{module.app_id}: {example.title}" for module, example in EXAMPLES]
)
def test_an_example_of_an_order_leaves_an_output_of_the_form_that_its_module_gives(
    stage: Stage, module: Module[Any], example: Example
) -> None:
    layer = performed(stage, module.app_id, example.args).layers["it"]

    form = module.out.model_validate(layer.output, by_alias=True, by_name=False)
    assert layer.state is LayerState.DONE
    assert to_json(form) == layer.output


def test_every_order_is_one_that_some_module_of_the_catalogue_asks_for() -> None:
    assert {module.order for module in MODULES} == set(ORDERS)


@pytest.mark.parametrize(
    ("app_id", "args", "left"),
    [
        ("wait-for-event", {"key": "paid"}, 129.5),
        ("subflow", {"flow": "child"}, "urgent"),
        ("stop", {"output": ["nothing", "to do"]}, ["nothing", "to do"]),
        ("stop", {}, None),
    ],
)
def test_an_output_of_any_value_is_the_value_itself(
    stage: Stage, app_id: str, args: dict[str, Any], left: Any
) -> None:
    layer = performed(stage, app_id, args).layers["it"]

    assert (layer.state, layer.output) == (LayerState.DONE, left)


def test_a_delay_tells_when_it_was_over(stage: Stage) -> None:
    layer = performed(stage, "delay", {"milliseconds": 20}).layers["it"]

    assert layer.started_at is not None
    assert layer.ended_at is not None
    assert layer.ended_at - layer.started_at >= timedelta(milliseconds=20)
    assert layer.output == {"waitedUntil": iso(layer.ended_at)}


def test_a_play_that_nobody_waits_for_leaves_its_id(stage: Stage) -> None:
    layer = performed(stage, "subflow", {"flow": "child", "wait": False}).layers["it"]

    child = stage.load(layer.output["playId"])
    assert layer.output == {"playId": child.id}
    assert child.output == "urgent"
