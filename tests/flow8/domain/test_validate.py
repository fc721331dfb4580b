"""Everything that is wrong with a flow, found at once."""

import time
from typing import Any

import pytest

from flow8.domain.read import read_flow
from flow8.domain.validate import in_order, read_and_validate, validate
from flow8.errors import Problem
from tests.support.catalogue import CATALOGUE, flow_fields, uses

RIGHT = """
flow: order-triage
name: Order triage
title: "Order {{ $args.id }}"
input: {type: object, required: [id], properties: {id: {type: string}}}
output: "{{ $prev.reply }}"
execution: {timeout: 60, priority: 1}
flowlets:
  - ref: total
    appId: var
    args: {values: {total: "{{ $args.items | map(.price * .qty) | sum }}"}}
  - ref: route
    appId: router
    after: [total]
    args: {routes: [{label: big, condition: "{{ $prev.total.total > 100 }}"}]}
  - ref: fetch
    appId: curl
    after: [route]
    filters: [{leftValue: "{{ $prev.route.route }}", operator: eq, rightValue: "{{ $args.big }}"}]
    args: {url: "https://example.com/{{ $prev.total.total }}"}
    moduleVersion: 1
    lane: documents
  - ref: reply
    appId: pdf
    after: [route, fetch]
    args: {values: {ok: "{{ $layer.fetch.state == 'DONE' }}", body: "{{ $prev.fetch ?? $prev.total }}"}}
"""


def test_a_right_flow_has_no_problems() -> None:
    flow, problems = read_and_validate(read_flow(RIGHT), CATALOGUE)

    assert problems == []
    assert flow is not None
    assert validate(flow, CATALOGUE) == []


def test_a_flow_with_six_mistakes_lists_six() -> None:
    data = read_flow("""
        flow: orders
        name: Orders
        flowlets:
          - {ref: total, appId: vra}
          - {ref: route, appId: var, after: [totl]}
          - {ref: route, appId: var, after: [total]}
          - {ref: one, appId: var, after: [two]}
          - {ref: two, appId: curl, after: [one]}
          - {ref: reply, appId: var, after: [total], args: {values: {x: "{{ $args. }}"}}}
        """)

    paths = [problem.path for problem in read_and_validate(data, CATALOGUE)[1]]

    assert paths == [
        "flowlets[0].appId",
        "flowlets[1].after[0]",
        "flowlets[2].ref",
        "flowlets[3].after",
        "flowlets[4].args.url",
        "flowlets[5].args.values.x",
    ]


def test_mistakes_of_shape_and_of_rules_are_listed_together_in_the_order_of_the_document() -> None:
    data = read_flow("""
        ouput: 5
        flowlets:
          - {after: [b], appId: var, ref: a, timeout: soon}
          - {ref: b, appId: vra, retry: {count: -1}}
          - nothing
          - {appId: var, ref: "2c", args: {values: {x: "{{ $prev.zz }}"}}}
          - {ref: d, after: ["2c", e, nope], appId: var}
        flow: Orders
        """)

    flow, problems = read_and_validate(data, CATALOGUE)

    assert flow is None
    assert [problem.path for problem in problems] == [
        "ouput",
        "flowlets[0].timeout",
        "flowlets[1].appId",
        "flowlets[1].retry.count",
        "flowlets[2]",
        "flowlets[3].ref",
        "flowlets[3].args.values.x",
        "flowlets[4].after[1]",
        "flowlets[4].after[2]",
        "flow",
        "name",
    ]


@pytest.mark.parametrize("data", [[], None, "x", {"flow": "\ud83d"}])
def test_what_is_no_flow_at_all_is_one_problem(data: Any) -> None:
    flow, problems = read_and_validate(data, CATALOGUE)

    assert flow is None
    assert [problem.path for problem in problems] == [""]


def test_problems_stand_in_the_order_of_the_document_and_only_once() -> None:
    data = {"b": [{"y": 1, "x y": 2}, 5], "a": {"k": 1}}
    paths = [
        "",
        "b",
        "b[0]",
        "b[0].y",
        'b[0]["x y"]',
        "b[0].missing",
        "b[1]",
        "b[7].z",
        "a.k.deeper",
        "a.l",
        "c",
    ]
    problems = [Problem(path, "m") for path in paths]

    assert in_order([*reversed(problems), *problems], data) == problems


def test_suggestions_are_bounded_so_that_a_large_wrong_flow_is_checked_quickly() -> None:
    flowlets = [{"ref": f"flowlet_{n}", "appId": "var", "after": [f"flow1et_{n}"]} for n in range(1000)]
    began = time.process_time()

    _, problems = read_and_validate(flow_fields(*flowlets), CATALOGUE)

    assert time.process_time() - began < 10
    assert len(problems) == 1000
    assert sum("did you mean" in problem.message for problem in problems) == 50


def test_a_right_flow_of_a_thousand_flowlets_is_checked_quickly() -> None:
    flowlets = [
        {"ref": f"f{n}", "args": uses(f"{{{{ $prev.f{n - 1}.v }}}}") if n else {}} for n in range(1000)
    ]
    began = time.process_time()

    _, problems = read_and_validate(flow_fields(*flowlets), CATALOGUE)

    assert time.process_time() - began < 2
    assert problems == []
