"""A flow whose shape is wrong: what can still be known of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow8.domain.flow import Flow
from flow8.domain.read import parse_flow
from flow8.domain.validate import read_and_validate
from tests.support.catalogue import CATALOGUE, flow_fields, uses

BROKEN = "{{ 1 + }}"
READS_A = {"ref": "b", "args": uses("{{ $prev.a }}")}
FOLLOWING: list[tuple[dict[str, Any], list[str]]] = [
    (flow_fields({"ref": "a"}, {"ref": "m", "after": ["zz"]}, {**READS_A, "after": ["m"]}), [
        "flowlets[1].after[0]"]),
    (flow_fields({"ref": "a"}, {"ref": "a"}, {**READS_A, "after": []}), ["flowlets[1].ref"]),
    (flow_fields({"ref": "a"}, {"ref": "m", "after": 5}, {**READS_A, "after": ["m"]}), ["flowlets[1].after"]),
    (flow_fields({"ref": "a"}, {**READS_A, "after": "a"}), ["flowlets[1].after"]),
    (flow_fields({"ref": "a"}, {**READS_A, "after": "c"}, {"ref": "c"}), [
        "flowlets[1].args.values.v", "flowlets[1].after"]),
    (flow_fields({"ref": "a"}, {**READS_A, "after": [5]}), ["flowlets[1].after[0]"]),
    (flow_fields({"ref": "a"}, {**READS_A, "atfer": ["a"]}, {"ref": "c", "after": ["a"]}), [
        "flowlets[1].atfer"]),
    (flow_fields({**READS_A, "index": "2"}, {"ref": "a", "index": "one"}), ["flowlets[1].index"]),
    (flow_fields({**READS_A, "Index": 2}, {"ref": "a", "index": 1}), ["flowlets[0].Index"]),
    (flow_fields(READS_A, {"ref": "a"}, {"ref": "c", "atfer": 1}), ["flowlets[2].atfer"]),
    (flow_fields(5, READS_A), ["flowlets[0]", "flowlets[1].args.values.v"]),
    (flow_fields({"ref": "a-b"}, {"ref": "b", "after": ["a-b"]}), ["flowlets[0].ref"]),
    (flow_fields({"ref": "a", "appId": 5, "lane": 5, "args": 5}), [
        "flowlets[0].appId", "flowlets[0].lane", "flowlets[0].args"]),
    (flow_fields({"ref": "a", "appId": "curl", "args": [1]}), ["flowlets[0].args"]),
    (flow_fields({"ref": "a", "filters": [
        "x", {"leftValue": BROKEN}, {"operator": "is", "leftValue": "{{ $prev.zz }}"}]}), [
        "flowlets[0].filters[0]", "flowlets[0].filters[1].leftValue", "flowlets[0].filters[1].operator",
        "flowlets[0].filters[2].operator", "flowlets[0].filters[2].leftValue"]),
    ({"flow": "x", "name": "X", "output": "{{ $prev.a }}", "flowlets": []}, ["flowlets"]),
    ({"flow": "x", "name": "X", "output": "{{ $prev.a }}", "flowlets": {}}, ["flowlets"]),
    ({"flow": "x", "name": "X", "title": BROKEN}, ["title", "flowlets"]),
    (flow_fields(execution={"concurrency": {"key": BROKEN}}), [
        "execution.concurrency.key", "execution.concurrency.limit"]),
    (flow_fields(execution=5, input=5, output=BROKEN), ["execution", "input", "output"]),
    (flow_fields({"ref": "a", "linkIdsByType": {"key": 5, "operator": 6}}), [
        "flowlets[0].linkIdsByType.key", "flowlets[0].linkIdsByType.operator"]),
    (flow_fields({"ref": "a", "linkIdsByType": {"github": "y", "operator": 6}}), [
        "flowlets[0].linkIdsByType.operator"]),
    (flow_fields({"ref": "a", "approval": {"approvers": [5]}}), ["flowlets[0].approval.approvers[0]"]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "paths"), FOLLOWING)
def test_what_only_follows_from_another_mistake_is_left_out(data: dict[str, Any], paths: list[str]) -> None:
    _, problems = read_and_validate(data, CATALOGUE)

    known = [problem.path for problem in problems if "not available" not in problem.message]
    assert known == paths


JUNK = st.recursive(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            2.5,
            "",
            "a",
            "b",
            "after",
            "{{ $prev.a }}",
            "{{ $item }}",
            BROKEN,
            "args",
            "iterator",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "key", "operator"]), inner, max_size=2)
    ),
    max_leaves=4,
)
FIELDS = [each.alias or name for name, each in Flow.model_fields.items()]
FLOWLET_FIELDS = [
    "ref",
    "appId",
    "args",
    "index",
    "after",
    "inside",
    "filters",
    "retry",
    "lane",
    "approval",
    "atfer",
    "timeout",
]
FLOWLETS = st.lists(JUNK | st.dictionaries(st.sampled_from(FLOWLET_FIELDS), JUNK), max_size=4)


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK), FLOWLETS)
def test_whatever_is_sent_gets_a_list_of_problems(fields: dict[str, Any], flowlets: list[Any]) -> None:
    data = {"flow": "x", "name": "X", "flowlets": flowlets, **fields}

    flow, problems = read_and_validate(data, CATALOGUE)
    _, shape = parse_flow(data)

    assert {problem.path for problem in shape} <= {problem.path for problem in problems}
    assert (flow is None) == bool(shape)
