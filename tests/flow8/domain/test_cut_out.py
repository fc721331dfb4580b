"""A part of a flow as a flow of its own."""

from typing import Any

import pytest

from flow8.domain.cut_out import alone, earlier_than, up_to, whole
from flow8.domain.flow import Flow
from flow8.domain.read import shape_flow
from tests.support.factories import a_flow


def step(ref: str, **fields: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", **fields}


def refs(flow: Flow) -> list[str]:
    return [each.ref for each in flow.flowlets]


def a_graph(**changes: Any) -> Flow:
    """Two arms from `a`: `b` then `c`, and `d`; `e` waits for `d`."""
    return shape_flow(
        a_flow(
            step("a", after=[]),
            step("b", after=["a"]),
            step("d", after=["a"]),
            step("c", after=["b"]),
            step("e", after=["d"]),
            **changes,
        )
    )


LOOP = shape_flow(
    a_flow(
        step("first"),
        {"ref": "each", "appId": "iterator", "args": {"items": [1]}},
        step("price", inside="each"),
        step("tax", inside="each"),
        step("last"),
    )
)


@pytest.mark.parametrize(
    ("ref", "kept"),
    [("a", ["a"]), ("c", ["a", "b", "c"]), ("d", ["a", "d"]), ("e", ["a", "d", "e"])],
)
def test_up_to_a_flowlet_is_what_certainly_runs_before_it(ref: str, kept: list[str]) -> None:
    assert refs(up_to(a_graph(), ref)) == kept


def test_flows_ordered_by_the_list_or_by_index_are_cut_alike() -> None:
    by_list = shape_flow(a_flow(step("a"), step("b"), step("c")))
    by_index = shape_flow(a_flow(step("a", index=2), step("b", index=0), step("c", index=1)))

    assert refs(up_to(by_list, "b")) == ["a", "b"]
    assert refs(up_to(by_index, "c")) == ["b", "c"]


@pytest.mark.parametrize(
    ("ref", "kept"),
    [
        ("first", ["first"]),
        ("each", ["first", "each", "price", "tax"]),
        ("price", ["first", "each", "price"]),
        ("last", ["first", "each", "price", "tax", "last"]),
    ],
)
def test_a_loop_keeps_what_it_needs(ref: str, kept: list[str]) -> None:
    assert refs(up_to(LOOP, ref)) == kept


def test_one_alone_with_args_of_its_own_stands_by_itself() -> None:
    part = alone(a_graph(output="{{ $prev.c }}"), "c", {"values": {"x": 1}})

    (only,) = part.flowlets
    assert (only.ref, only.args, only.after, part.output) == ("c", {"values": {"x": 1}}, None, None)


def test_one_alone_runs_whatever_its_conditions() -> None:
    strict = step(
        "b",
        filters=[{"operator": "is_empty"}],
        needsApproval=True,
        approval={"note": "n"},
        deferAfterMs=5,
    )
    part = alone(shape_flow(a_flow(step("a"), strict)), "b", None)

    assert refs(part) == ["a", "b"]
    only = part.flowlets[1]
    assert (only.filters, only.needs_approval, only.approval, only.defer_after_ms) == ((), False, None, None)
    assert earlier_than(part, "b") == ("a",)


def test_an_iterator_alone_brings_its_body() -> None:
    assert refs(alone(LOOP, "each", {"items": [1, 2]})) == ["each", "price", "tax"]


def test_a_test_starts_no_flow_when_it_fails() -> None:
    flow = a_graph(execution={"onFailFlowId": "alarm", "timeout": 5})

    for part in (whole(flow), up_to(flow, "c"), alone(flow, "c", {}), alone(flow, "c", None)):
        assert (part.execution.on_fail_flow_id, part.execution.timeout) == (None, 5)
