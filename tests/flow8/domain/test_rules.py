"""The rules of a flow: each mistake with its path and its sentence."""

from typing import Any

import pytest

from flow8.domain.read import parse_flow
from flow8.domain.rules import NOT_YET
from flow8.domain.validate import read_and_validate, validate
from flow8.errors import Problem
from tests.support.catalogue import CATALOGUE, flow_fields, uses


def found(data: Any) -> list[str]:
    """The problems of a flow's fields, as text."""
    _, problems = read_and_validate(data, CATALOGUE)
    return available(problems)


def available(problems: list[Problem]) -> list[str]:
    """Problems as text, without those that will be gone with a later version."""
    return [str(problem) for problem in problems if "not available" not in problem.message]


UNKNOWN = "which is no flowlet of this flow"
NOT_BEFORE = "which does not surely run before this flowlet"
UNSERVED = "the lanes are plays, documents"
TOO_EARLY = "but no flowlet has run yet when this is needed; read $args"
NO_TYPE = (
    'fits none of the allowed shapes: should be one of "array", "boolean", "integer", "null", "number",'
    ' "object", "string", or should be a list'
)
V = "args.values.v"
MISTAKES: list[tuple[dict[str, Any], list[str]]] = [
    (
        flow_fields({"ref": "args"}),
        ["flowlets[0].ref: args is reserved; choose another name"],
    ),
    (
        flow_fields({"ref": "a"}, {"ref": "b"}, {"ref": "a"}, {"ref": "a"}),
        [
            "flowlets[2].ref: a is already the ref of flowlets[0]",
            "flowlets[3].ref: a is already the ref of flowlets[0]",
        ],
    ),
    (
        flow_fields({"ref": "total"}, {"ref": "b", "after": ["total", "totl", "zzz"]}),
        [
            f"flowlets[1].after[1]: names totl, {UNKNOWN}; did you mean total?",
            f"flowlets[1].after[2]: names zzz, {UNKNOWN}",
        ],
    ),
    (
        flow_fields({"ref": "a", "after": ["args"]}),
        [f"flowlets[0].after[0]: names args, {UNKNOWN}"],
    ),
    (
        flow_fields({"ref": "a", "after": ["b"]}, {"ref": "b", "after": ["c"]}, {"ref": "c", "after": ["a"]}),
        ["flowlets[0].after: goes in a circle, so none of these could start: a → c → b → a"],
    ),
    (
        flow_fields({"ref": "a", "after": ["a"]}, {"ref": "b", "after": ["c"]}, {"ref": "c", "after": ["b"]}),
        [
            "flowlets[0].after: goes in a circle, so none of these could start: a → a",
            "flowlets[1].after: goes in a circle, so none of these could start: b → c → b",
        ],
    ),
    (
        flow_fields({"ref": "a", "index": 0}, {"ref": "b", "after": ["a"]}, {"ref": "c", "index": 2}),
        [
            "flowlets[0].index: cannot stand together with after; order a flow by one of them",
            "flowlets[2].index: cannot stand together with after; order a flow by one of them",
        ],
    ),
    (
        flow_fields({"ref": "a", "appId": "vra"}, {"ref": "b", "appId": "wget"}),
        [
            "flowlets[0].appId: there is no module vra; did you mean var?",
            "flowlets[1].appId: there is no module wget",
        ],
    ),
    (
        flow_fields({"ref": "a", "appId": "curl", "args": {"method": "GET"}}),
        ["flowlets[0].args.url: is missing"],
    ),
    (
        flow_fields(
            {"ref": "a", "lane": "fast"},
            {"ref": "b", "appId": "ocr"},
            {"ref": "c", "appId": "ocr", "lane": "plays"},
        ),
        [
            f"flowlets[0].lane: no worker serves the lane fast; {UNSERVED}",
            f"flowlets[1].appId: no worker serves the lane gpu; {UNSERVED}",
        ],
    ),
    (
        flow_fields({"ref": "a", "args": uses("{{ $prev.b.x }} {{ $prev.zz }} {{ $prev.a }}")}, {"ref": "b"}),
        [
            f"flowlets[0].{V}: reads a, {NOT_BEFORE}; move it before this one",
            f"flowlets[0].{V}: reads b, {NOT_BEFORE}; move it before this one",
            f"flowlets[0].{V}: reads zz, {UNKNOWN}",
        ],
    ),
    (
        flow_fields(
            {"ref": "a", "after": []}, {"ref": "b", "args": {"n": [{"x y": ["{{ $layer.a.state }}"]}]}}
        ),
        [f'flowlets[1].args.n[0]["x y"][0]: reads a, {NOT_BEFORE}; name it in after'],
    ),
    (
        flow_fields(
            {"ref": "a", "index": 1},
            {"ref": "b", "index": 1, "args": uses("{{ $prev.a }}")},
            {"ref": "c", "index": 2, "args": uses("{{ $prev.a }}")},
        ),
        [f"flowlets[1].{V}: reads a, {NOT_BEFORE}; move it before this one"],
    ),
    (
        flow_fields(
            {"ref": "a", "after": ["b"]},
            {"ref": "b", "after": ["a"]},
            {"ref": "c", "after": [], "args": uses("{{ $prev.a }}")},
            {"ref": "d", "after": ["a"], "args": uses("{{ $prev.c }}")},
        ),
        [
            "flowlets[0].after: goes in a circle, so none of these could start: a → b → a",
            f"flowlets[2].{V}: reads a, {NOT_BEFORE}; name it in after",
        ],
    ),
    (
        flow_fields(
            {
                "ref": "a",
                "filters": [
                    {"leftValue": 1, "operator": "eq", "rightValue": 1},
                    {"leftValue": "{{ $prev.b }}", "operator": "eq", "rightValue": "{{ $prev.zz }}"},
                ],
            },
            {"ref": "b"},
        ),
        [
            f"flowlets[0].filters[1].leftValue: reads b, {NOT_BEFORE}; move it before this one",
            f"flowlets[0].filters[1].rightValue: reads zz, {UNKNOWN}",
        ],
    ),
    (
        flow_fields(title="{{ $prev.a }} {{ $prev.b }}", output={"x": ["{{ $prev.a }}", "{{ $prev.b }}"]}),
        [
            f"title: reads b, {UNKNOWN}",
            f"output.x[1]: reads b, {UNKNOWN}",
        ],
    ),
    (
        flow_fields(input={"properties": {"id": {"type": "text"}}}),
        [
            f"input.properties.id.type: {NO_TYPE}",
            "input.type: should be object, since args are always an object",
        ],
    ),
    (
        flow_fields(
            {
                "ref": "a",
                "appId": "curl",
                "args": {"url": "x"},
                "componentConfigIds": {"mail": "desk"},
                "linkIdsByType": {"crm": "x"},
            },
            {"ref": "b", "appId": "router", "componentConfigIds": {"request": "c1"}},
        ),
        [
            "flowlets[0].componentConfigIds.mail: means nothing here: curl uses components for request",
            "flowlets[0].linkIdsByType.crm: means nothing here: curl uses links for github",
            "flowlets[1].componentConfigIds.request: means nothing here: router uses components for nothing",
        ],
    ),
    (
        flow_fields(execution={"concurrency": {"key": "{{ $prev.a }}", "limit": 1}}),
        [f"execution.concurrency.key: reads a, {TOO_EARLY}"],
    ),
    (
        flow_fields(
            {
                "ref": "a",
                "needsApproval": False,
                "componentConfigIds": {},
                "linkIdsByType": {},
                "moduleVersion": 1,
            },
            execution={"concurrency": None, "onFailFlowId": None},
        ),
        [],
    ),
]


@pytest.mark.parametrize(("data", "problems"), MISTAKES)
def test_each_mistake_is_found_with_its_path(data: dict[str, Any], problems: list[str]) -> None:
    flow, _ = parse_flow(data)
    assert flow is not None

    assert found(data) == problems
    assert sorted(available(validate(flow, CATALOGUE))) == sorted(problems)


BROKEN = "{{ 1 + }}"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (flow_fields({"ref": "a", "args": {"x": [{"y": BROKEN}]}}), "flowlets[0].args.x[0].y"),
        (
            flow_fields({"ref": "a", "filters": [{"leftValue": BROKEN, "operator": "eq"}]}),
            "flowlets[0].filters[0].leftValue",
        ),
        (
            flow_fields({"ref": "a", "filters": [{"operator": "eq", "rightValue": BROKEN}]}),
            "flowlets[0].filters[0].rightValue",
        ),
        (flow_fields(title=f"Order {BROKEN}"), "title"),
        (flow_fields(output=[1, BROKEN]), "output[1]"),
        (flow_fields(execution={"concurrency": {"key": BROKEN, "limit": 1}}), "execution.concurrency.key"),
        (flow_fields(title="{{ $nothing.x }}"), "title"),
        (flow_fields(title="{{ 1 | nothing }}"), "title"),
        (flow_fields(title="{{ 1"), "title"),
    ],
)
def test_an_expression_that_does_not_parse_is_found_wherever_it_stands(
    data: dict[str, Any], path: str
) -> None:
    _, problems = read_and_validate(data, CATALOGUE)

    assert [problem.path for problem in problems if "not available" not in problem.message] == [path]


ASKING: dict[str, Any] = {
    "execution.concurrency": {"key": "k", "limit": 1},
    "execution.onFailFlowId": "other",
    "flowlets.needsApproval": True,
    "flowlets.componentConfigIds": {"request": "c1"},
    "flowlets.linkIdsByType": {"github": "l1"},
    "flowlets.moduleVersion": 2,
}


def asking(field: str) -> dict[str, Any]:
    """A flow that uses one field in a way that the engine may not know yet."""
    holder, _, key = field.partition(".")
    if holder == "flowlets":
        return flow_fields({"ref": "a", key: ASKING[field]})
    return flow_fields(**{holder: {key: ASKING[field]}})


@pytest.mark.parametrize("field", NOT_YET)
def test_a_field_that_is_not_available_yet_is_refused(field: str) -> None:
    _, problems = read_and_validate(asking(field), CATALOGUE)

    key = field.partition(".")[2]
    path = field.replace("flowlets", "flowlets[0]")
    assert problems == [Problem(path, f"{key} is not available in this version")]


def test_removing_a_line_of_the_table_switches_the_feature_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flow8.domain.rules.NOT_YET", {})

    problems = [read_and_validate(asking(field), CATALOGUE)[1] for field in ASKING]

    assert problems == [[]] * len(ASKING)
