"""The rules of loops: each mistake with its path and its sentence."""

from typing import Any

import pytest

from flow8.domain.read import parse_flow
from flow8.domain.validate import read_and_validate, validate
from tests.support.catalogue import CATALOGUE, body, flow_fields, gather, loop, nested, plays

MISSING = "is missing, and no flowlet stands inside"
DIRECTLY = "only flowlets directly inside each can be collected"
UNKNOWN = "which is no flowlet of this flow"
NO_ITERATOR = "which is no iterator"
BESIDE = "an aggregator stands beside the loop that it collects"
SAME = "only flowlets inside the same loop can be named"
CIRCLE = "goes in a circle, so none of these could start"
NOT_BEFORE = "which does not surely run before this flowlet"
TWICE = "is already the ref of"

RIGHT: dict[str, list[dict[str, Any]]] = {
    "a loop and what collects it": [loop(), body(), gather(flowlet="price"), gather(ref="more")],
    "a body written before and between": [body("a"), loop(), body("b"), gather(flowlet="b"), body("c")],
    "a loop that plays a flow": [plays(), gather(), gather(ref="b", flowlet="each")],
    "a flow that an expression names": [loop(args={"flow": "{{ $args.flow }}"})],
    "a flow set to null beside a body": [loop(args={"flow": None}), body()],
    "five loops deep": nested(5),
    "a loop in a loop, collected inside": [
        loop("outer"),
        loop(inside="outer"),
        body(),
        gather(inside="outer", flowlet="price"),
        gather("outer", "whole", flowlet="all"),
    ],
    "a play of a flow four loops deep": [*nested(4)[:-1], plays(inside="l4")],
    "names that are worked out later": [
        gather("{{ $args.loop }}", "b"),
        loop(),
        body(),
        gather(flowlet="{{ 1 }}"),
    ],
    "arguments that the form refuses": [
        gather(5),
        gather("", "b"),
        loop(),
        body(),
        gather(ref="c", flowlet="a-b"),
    ],
    "after, each scope by itself": [
        {"ref": "a", "index": 1},
        loop(index=2),
        body("x", after=["y"]),
        body("y"),
        gather(index=3, flowlet="x"),
    ],
    "index, each scope by itself": [
        gather(after=["each"]),
        loop(after=[]),
        body("x", index=2),
        body("y", index=1),
    ],
    "everything that a flowlet can have": [
        loop(disabled=True),
        body(
            needsApproval=True,
            approval={"note": "Look"},
            retry={"count": 3},
            onError="continue",
            deferAfterMs=5,
            timeout=5,
            lane="documents",
            disabled=True,
            filters=[{"leftValue": "{{ $item }}", "operator": "not_empty"}],
        ),
        gather(),
    ],
}


@pytest.mark.parametrize("flowlets", RIGHT.values(), ids=RIGHT)
def test_a_right_flow_with_loops_has_no_problems(flowlets: list[dict[str, Any]]) -> None:
    assert read_and_validate(flow_fields(*flowlets), CATALOGUE)[1] == []


MISTAKES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "inside nobody": (
        [loop(), body(), body("b", "eech"), body("c", "zzz")],
        [
            f"flowlets[2].inside: names eech, {UNKNOWN}; did you mean each?",
            f"flowlets[3].inside: names zzz, {UNKNOWN}",
        ],
    ),
    "inside itself": (
        [loop(inside="each"), {"ref": "a", "inside": "a"}],
        [
            "flowlets[0].inside: names this flowlet itself; name the iterator around it",
            "flowlets[1].inside: names this flowlet itself; name the iterator around it",
        ],
    ),
    "inside what is no iterator": (
        [{"ref": "a"}, body(inside="a")],
        [f"flowlets[1].inside: names a, {NO_ITERATOR}; only an iterator can have flowlets inside"],
    ),
    "two loops in each other": (
        [loop("a", inside="b"), loop("b", inside="a"), body(inside="a"), loop(), body("c")],
        [f"flowlets[0].inside: {CIRCLE}: a → b → a"],
    ),
    "two circles of loops": (
        [
            loop("a", inside="c"),
            loop("b", inside="a"),
            loop("c", inside="b"),
            loop("d", inside="e"),
            loop("e", inside="d"),
        ],
        [f"flowlets[0].inside: {CIRCLE}: a → c → b → a", f"flowlets[3].inside: {CIRCLE}: d → e → d"],
    ),
    "a circle with a flowlet that is no iterator is that mistake only": (
        [{"ref": "a", "inside": "b"}, loop("b", inside="a")],
        [f"flowlets[1].inside: names a, {NO_ITERATOR}; only an iterator can have flowlets inside"],
    ),
    "an iterator with nothing to repeat": (
        [loop(), loop("b", args={"flow": None})],
        [
            f"flowlets[0].args.flow: {MISSING} each; name a flow, or give a flowlet `inside: each`",
            f"flowlets[1].args.flow: {MISSING} b; name a flow, or give a flowlet `inside: b`",
        ],
    ),
    "an iterator with something else than a flow": (
        [loop(args={"flowlet": "other"})],
        [f"flowlets[0].args.flow: {MISSING} each; name a flow, or give a flowlet `inside: each`"],
    ),
    "an iterator with two things to repeat": (
        [plays(), body()],
        ["flowlets[0].args.flow: cannot stand together with flowlets inside each; repeat them or a flow"],
    ),
    "six loops deep": (
        nested(6),
        ["flowlets[5].inside: makes 6 loops that stand inside each other; at most 5 can"],
    ),
    "eight loops deep are one mistake": (
        nested(8),
        ["flowlets[5].inside: makes 6 loops that stand inside each other; at most 5 can"],
    ),
    "a play of a flow five loops deep": (
        [*nested(5), plays(ref="sixth", inside="l5")],
        ["flowlets[6].inside: makes 6 loops that stand inside each other; at most 5 can"],
    ),
    "after a flowlet of another scope": (
        [
            {"ref": "a", "after": ["price", "each", "deep"]},
            loop(after=[]),
            body(after=["a", "each", "deep", "inner"]),
            loop("inner", inside="each"),
            body("deep", "inner", after=["price", "nobody", "deeper"]),
            body("deeper", "inner"),
        ],
        [
            f"flowlets[0].after[0]: names price, which is inside each; {SAME}",
            f"flowlets[0].after[2]: names deep, which is inside inner; {SAME}",
            f"flowlets[2].after[0]: names a, which is inside no loop; {SAME}",
            f"flowlets[2].after[1]: names each, which is inside no loop; {SAME}",
            f"flowlets[2].after[2]: names deep, which is inside inner; {SAME}",
            f"flowlets[4].after[0]: names price, which is inside each; {SAME}",
            f"flowlets[4].after[1]: names nobody, {UNKNOWN}",
        ],
    ),
    "a circle within a body": (
        [loop(), body("a", after=["b"]), body("b", after=["a"]), {"ref": "a2"}],
        [f"flowlets[1].after: {CIRCLE}: a → b → a"],
    ),
    "after and index within a body": (
        [loop(index=1), body("a", after=[]), body("b", index=1)],
        ["flowlets[2].index: cannot stand together with after; order a loop by one of them"],
    ),
    "an aggregator of nobody": (
        [loop(), body(), gather("eech", flowlet="price"), gather("args", "b")],
        [
            f"flowlets[2].args.loop: names eech, {UNKNOWN}; did you mean each?",
            f"flowlets[3].args.loop: names args, {UNKNOWN}",
        ],
    ),
    "an aggregator of what is no iterator": (
        [{"ref": "a"}, gather("a", flowlet="c"), gather("c", "c")],
        [
            f"flowlets[1].args.loop: names a, {NO_ITERATOR}; only an iterator has iterations to collect",
            f"flowlets[2].args.loop: names c, {NO_ITERATOR}; only an iterator has iterations to collect",
        ],
    ),
    "an aggregator before the loop": (
        [gather(flowlet="price"), loop(), body()],
        [f"flowlets[0].args.loop: names each, {NOT_BEFORE}; move it before this one"],
    ),
    "an aggregator that does not wait": (
        [loop(after=[]), body(), gather(flowlet="zz"), gather(ref="b", after=["each"])],
        [
            f"flowlets[2].args.loop: names each, {NOT_BEFORE}; name it in after",
            f"flowlets[2].args.flowlet: names zz, {UNKNOWN}",
        ],
    ),
    "an aggregator beside another index": (
        [loop(index=1), body(), gather(index=1), gather(ref="b", index=2)],
        [f"flowlets[2].args.loop: names each, {NOT_BEFORE}; move it before this one"],
    ),
    "an aggregator in another scope": (
        [
            loop("outer"),
            loop(inside="outer"),
            body(),
            gather("outer", "a", inside="outer"),
            gather("each", "b", inside="each"),
            gather("each", "c"),
        ],
        [
            f"flowlets[3].args.loop: names outer, which is inside no loop; {BESIDE}",
            f"flowlets[4].args.loop: names each, which is inside outer; {BESIDE}",
            f"flowlets[5].args.loop: names each, which is inside outer; {BESIDE}",
        ],
    ),
    "an aggregator of a flowlet elsewhere": (
        [
            {"ref": "a"},
            loop(),
            loop("inner", inside="each"),
            body(inside="inner"),
            gather(ref="b", flowlet="price"),
            gather(ref="c", flowlet="a"),
            gather(ref="d", flowlet="each"),
            gather(ref="e", flowlet="pric"),
        ],
        [
            f"flowlets[4].args.flowlet: names price, which is inside inner; {DIRECTLY}",
            f"flowlets[5].args.flowlet: names a, which is inside no loop; {DIRECTLY}",
            f"flowlets[6].args.flowlet: names each, which is inside no loop; {DIRECTLY}",
            f"flowlets[7].args.flowlet: names pric, {UNKNOWN}; did you mean price?",
        ],
    ),
    "an aggregator of a flowlet, where the loop plays a flow": (
        [{"ref": "a"}, plays(), gather(flowlet="a")],
        ["flowlets[2].args.flowlet: names a, but each plays a flow for each item; leave this out"],
    ),
}


@pytest.mark.parametrize(("flowlets", "problems"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_found_with_its_path(flowlets: list[dict[str, Any]], problems: list[str]) -> None:
    data = flow_fields(*flowlets)
    flow, _ = parse_flow(data)
    assert flow is not None

    assert [str(problem) for problem in read_and_validate(data, CATALOGUE)[1]] == problems
    assert sorted(map(str, validate(flow, CATALOGUE))) == sorted(problems)
