"""What agents are told of a flow before they call it."""

from typing import Any

import pytest

from flow8.services.tool_traits import Traits, traits_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

COMPUTES = {"ref": "computes", "appId": "var", "args": {"values": {"n": 1}}}
READS = {"ref": "reads", "appId": "kv-get", "args": {"key": "k"}}
WRITES = {"ref": "writes", "appId": "kv-set", "args": {"key": "k", "value": 1}}
FETCHES = {"ref": "fetches", "appId": "curl", "args": {"url": "https://example.com"}}
POSTS = {"ref": "posts", "appId": "curl", "args": {"method": "POST", "url": "https://example.com"}}
WHO_KNOWS = {"ref": "who", "appId": "curl", "args": {"method": "{{ $args.m }}", "url": "https://example.com"}}
PLAYS = {"ref": "plays", "appId": "subflow", "args": {"flow": "a-flow"}}
EACH = {"ref": "each", "appId": "iterator", "args": {"list": [1], "flow": "a-flow"}}


@pytest.mark.parametrize(
    ("flowlets", "expected"),
    [
        ([COMPUTES], Traits(reads_only=True, stays_inside=True)),
        ([COMPUTES, READS], Traits(reads_only=True, stays_inside=True)),
        ([READS, WRITES], Traits(reads_only=False, stays_inside=True)),
        ([FETCHES], Traits(reads_only=True, stays_inside=False)),
        ([COMPUTES, POSTS], Traits(reads_only=False, stays_inside=False)),
        ([WHO_KNOWS], Traits(reads_only=False, stays_inside=False)),
        ([PLAYS], Traits(reads_only=False, stays_inside=False)),
        ([EACH], Traits(reads_only=False, stays_inside=False)),
    ],
)
def test_a_flow_is_as_harmless_as_the_worst_of_its_flowlets(
    stage: Stage, flowlets: list[dict[str, Any]], expected: Traits
) -> None:
    assert _traits(stage, *flowlets) == expected


def test_a_flow_that_follows_a_failure_may_do_anything(stage: Stage) -> None:
    traits = _traits(stage, COMPUTES, execution={"onFailFlowId": "f" * 24})

    assert traits == Traits(reads_only=False, stays_inside=False)


def _traits(stage: Stage, *flowlets: dict[str, Any], **changes: Any) -> Traits:
    flow = stage.publish(a_flow(*flowlets, **changes))
    return traits_of(stage.engine.flows.get(stage.company_id, flow.id, flow.published))
