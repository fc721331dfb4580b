"""A flow from its text to its shape, and back."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow8.domain.documents import Unreadable
from flow8.domain.flow import Flow
from flow8.domain.read import dump_flow, parse_flow, read_flow, to_yaml, unfit_problems
from flow8.errors import Problem, TooLarge

TRIAGE = """
flow: order-triage                 # permanentId
name: Order triage
category: sales
enabled: true
title: "Order {{ $args.id }}"
input:
  type: object
  required: [id, items]
output: "{{ $prev.reply }}"
execution:
  {timeout: 3600, onFailFlowId: null, concurrency: {key: "{{ $args.customer }}", limit: 5}, priority: 0}
flowlets:
  - ref: total
    appId: var
    args: {values: {total: "{{ $args.items | map(.price * .qty) | sum }}"}}
  - ref: route
    appId: router
    after: [total]
    timeout: 12.5
    retry: {count: 3, backoffMultiplier: 2}
    args:
      routes: [{label: big, condition: "{{ $prev.total.total > 100 }}"}, {label: small, condition: "true"}]
  - ref: approve
    appId: var
    after: [route]
    filters: [{leftValue: "{{ $prev.route.route }}", operator: eq, rightValue: big}]
    needsApproval: true
"""


def triage() -> Flow:
    flow, problems = parse_flow(read_flow(TRIAGE))
    assert problems == []
    assert flow is not None
    return flow


def a_flow(**fields: Any) -> dict[str, Any]:
    return {"flow": "x", "name": "X", "flowlets": [{"ref": "a", "appId": "var"}], **fields}


@pytest.mark.parametrize("text", [TRIAGE, TRIAGE.encode(), b"\xef\xbb\xbf" + TRIAGE.encode()])
def test_yaml_is_read(text: str | bytes) -> None:
    data = read_flow(text)

    assert list(data) == [
        "flow",
        "name",
        "category",
        "enabled",
        "title",
        "input",
        "output",
        "execution",
        "flowlets",
    ]
    assert data["flowlets"][0]["args"] == {
        "values": {"total": "{{ $args.items | map(.price * .qty) | sum }}"}
    }


def test_json_is_read_as_the_same_fields() -> None:
    assert read_flow(json.dumps(read_flow(TRIAGE))) == read_flow(TRIAGE)


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b", "[]", "5", "null"])
def test_a_text_without_fields_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="line 1, column 1: a flow is an object with fields"):
        read_flow(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (b"flow: x\nname: \xff", 2, 7),
        (b"\xff", 1, 1),
        (b"\xef\xbb\xbfa: \xe4", 1, 4),
        ("a: 1\nb: \ud800", 2, 4),
    ],
)
def test_a_text_that_is_not_utf_8_is_refused(text: str | bytes, line: int, column: int) -> None:
    with pytest.raises(Unreadable, match=f"line {line}, column {column}: this is not UTF-8 text"):
        read_flow(text)


@pytest.mark.parametrize(("text", "limit"), [("a: 12345", 7), ("a: üüü", 8)])
def test_a_text_over_the_limit_is_refused_by_its_bytes(text: str, limit: int) -> None:
    with pytest.raises(TooLarge, match=f"at most {limit} bytes"):
        read_flow(text, limit_bytes=limit)


def test_a_text_of_exactly_the_limit_is_read() -> None:
    assert read_flow("a: 12345", limit_bytes=8) == {"a": 12345}


def test_a_flow_is_parsed_to_its_shape() -> None:
    flow = triage()

    assert (flow.flow, flow.execution.timeout, len(flow.flowlets)) == ("order-triage", 3600, 3)
    assert flow.flowlets[1].after == ("total",)
    assert flow.flowlets[1].retry.backoff_multiplier == 2


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (a_flow(flow="Order Triage"), ["flow"]),
        (a_flow(flowlets=[]), ["flowlets"]),
        (a_flow(flowlets=[{"ref": "a", "app_id": "var"}]), ["flowlets[0].appId", "flowlets[0].app_id"]),
        (a_flow(flowlets=[{"ref": "a", "appId": "var", "args": [1]}]), ["flowlets[0].args"]),
        (
            a_flow(execution={"priority": 10, "concurrency": {}}),
            ["execution.concurrency.key", "execution.concurrency.limit", "execution.priority"],
        ),
        (
            a_flow(flowlets=[5, {"ref": "a-b", "filters": [{"operator": "is"}]}]),
            ["flowlets[0]", "flowlets[1].ref", "flowlets[1].appId", "flowlets[1].filters[0].operator"],
        ),
        ({}, ["flow", "name", "flowlets"]),
    ],
)
def test_every_problem_of_the_shape_is_listed_with_its_path(
    data: dict[str, Any], problems: list[str]
) -> None:
    flow, found = parse_flow(data)

    assert flow is None
    assert [problem.path for problem in found] == problems


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "should be an object with fields such as flow, name and flowlets"),
        (None, "should be an object with fields such as flow, name and flowlets"),
        (a_flow(output=deep(100)), "is nested deeper than 100 levels"),
        (a_flow(output=deep(5000)), "is nested deeper than 100 levels"),
        (a_flow(output="\ud83d"), "holds half of a character (a lone surrogate such as \\ud83d) in a text"),
        (
            a_flow(output={"\ud83d": 1}),
            "holds half of a character (a lone surrogate such as \\ud83d) in a text",
        ),
        (a_flow(output=float("nan")), "holds something that JSON does not know, such as NaN or an infinity"),
        (a_flow(output={1, 2}), "holds something that JSON does not know, such as NaN or an infinity"),
    ],
)
def test_what_could_not_be_kept_is_one_problem(data: Any, message: str) -> None:
    assert parse_flow(data) == (None, [Problem("", message)])


def test_a_value_as_deep_as_allowed_is_fit() -> None:
    assert unfit_problems(a_flow(output=deep(99))) == []


def test_a_flow_is_dumped_without_its_defaults_in_our_order() -> None:
    dumped = dump_flow(triage())

    assert list(dumped) == ["flow", "name", "category", "title", "input", "output", "execution", "flowlets"]
    assert dumped["execution"] == {"concurrency": {"key": "{{ $args.customer }}", "limit": 5}}
    assert dumped["flowlets"][1] == {
        "ref": "route",
        "appId": "router",
        "args": {
            "routes": [
                {"label": "big", "condition": "{{ $prev.total.total > 100 }}"},
                {"label": "small", "condition": "true"},
            ]
        },
        "after": ["total"],
        "timeout": 12.5,
        "retry": {"count": 3, "backoffMultiplier": 2},
    }
    assert json.dumps(dumped["flowlets"][1]["retry"]) == '{"count": 3, "backoffMultiplier": 2}'


def test_a_dumped_flow_is_the_same_flow_again() -> None:
    flow = triage()

    assert parse_flow(dump_flow(flow)) == (flow, [])
    assert parse_flow(json.loads(json.dumps(dump_flow(flow)))) == (flow, [])


def test_the_yaml_of_a_flow_is_the_same_flow_again() -> None:
    flow = triage()

    text = to_yaml(flow)

    assert text.startswith("flow: order-triage\nname: Order triage\n")
    assert parse_flow(read_flow(text)) == (flow, [])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ARGS = st.dictionaries(
    TEXTS, st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, st.lists), max_size=4
)


@given(ARGS, TEXTS, st.floats(0.001, 1000))
def test_whatever_the_args_hold_survives_the_way_through_yaml(
    args: dict[str, Any], title: str, timeout: float
) -> None:
    flowlets = [{"ref": "a", "appId": "var", "args": args, "timeout": timeout}]
    flow, _ = parse_flow(a_flow(title=title, output=args, flowlets=flowlets))
    assert flow is not None

    assert parse_flow(read_flow(to_yaml(flow))) == (flow, [])


def test_a_flow_of_a_thousand_flowlets_is_read_quickly() -> None:
    flowlets = [
        {"ref": f"f{place}", "appId": "var", "args": {"values": {"n": place}}} for place in range(1000)
    ]
    text = to_yaml(Flow.model_validate(a_flow(flowlets=flowlets)))
    began = time.process_time()

    flow, problems = parse_flow(read_flow(text))

    assert time.process_time() - began < 2
    assert problems == []
    assert flow is not None
