"""What expressions may read: each mistake with its path and its sentence, and no false alarm in any flow."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow8.domain.flow import Flowlet
from flow8.domain.graph import build_graphs
from flow8.domain.validate import read_and_validate
from tests.support.catalogue import CATALOGUE, body, flow_fields, gather, loop, uses

V = "args.values.v"
EACH = "but it stands inside the loop each, which has one for each item; collect them with an aggregator"
INNER = "but it stands inside the loop inner, which has one for each item; collect them with an aggregator"
AROUND = "but that is the loop around this flowlet, which is not over yet"
NO_LOOP = "which only flowlets inside a loop have"
NOT_ITS_OWN = "which only the flowlets inside this loop have"
ITEMS = uses("{{ $item.price * $index }}")


def reads(*refs: str) -> dict[str, Any]:
    """Args that read these refs."""
    return uses(" ".join(f"{{{{ $prev.{ref}.x ?? $layer.{ref}.state }}}}" for ref in refs))


def found(*flowlets: dict[str, Any], **fields: Any) -> list[str]:
    """The problems of a flow, as text."""
    return [str(problem) for problem in read_and_validate(flow_fields(*flowlets, **fields), CATALOGUE)[1]]


def late(ref: str, remedy: str, whom: str = "this flowlet") -> str:
    """The sentence about a ref that may not have run yet."""
    return f"reads {ref}, which does not surely run before {whom}; {remedy}"


RIGHT: dict[str, list[dict[str, Any]]] = {
    "earlier ones of the same body and of all around": [
        {"ref": "a"},
        loop("outer"),
        body("b", "outer", args=reads("a")),
        loop("inner", inside="outer", args={"items": "{{ $item }}{{ $index }}{{ $prev.b }}"}),
        body("c", "inner", args=ITEMS | reads("a", "b")),
        body("d", "inner", args=reads("a", "b", "c")),
        gather("inner", inside="outer", flowlet="d"),
        body("e", "outer", args=reads("a", "b", "inner", "all")),
        {"ref": "f", "args": reads("a", "outer")},
    ],
    "a body is written anywhere": [
        body("b"),
        {"ref": "a"},
        body("c", args=reads("a", "b")),
        loop(),
        body("d", args=reads("a", "b", "c")),
    ],
    "by index, each scope by itself": [
        {"ref": "a", "index": 1},
        loop(index=2),
        body("b", index=0),
        body("c", index=1, args=reads("a", "b")),
    ],
    "by after, each scope by itself": [
        {"ref": "a", "after": []},
        loop(after=["a"]),
        body("b", args=reads("a")),
        body("c", args=reads("a", "b")),
    ],
    "an item in a filter, and the item inside a pipe anywhere": [
        {"ref": "a", "args": uses("{{ $args.items | map(.price) }}")},
        loop(),
        body(filters=[{"leftValue": "{{ $item.qty }}", "operator": "gt", "rightValue": "{{ $index }}"}]),
    ],
    "what is disabled": [{"ref": "a", "disabled": True}, loop(disabled=True), body(args=reads("a"))],
}


@pytest.mark.parametrize("flowlets", RIGHT.values(), ids=RIGHT)
def test_what_surely_ran_before_may_be_read(flowlets: list[dict[str, Any]]) -> None:
    assert found(*flowlets) == []


MISTAKES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "into a loop": (
        [
            {"ref": "a", "args": reads("price")},
            loop(args={"items": "{{ $prev.price }}"}),
            body(),
            loop("inner", inside="each"),
            body("deep", "inner"),
            {"ref": "b", "args": reads("price", "deep")},
            body("c", args=reads("deep")),
        ],
        [
            f"flowlets[0].{V}: reads price, {EACH}",
            f"flowlets[1].args.items: reads price, {EACH}",
            f"flowlets[5].{V}: reads deep, {INNER}",
            f"flowlets[5].{V}: reads price, {EACH}",
            f"flowlets[6].{V}: reads deep, {INNER}",
        ],
    ),
    "from one loop into another": (
        [loop(), body(), loop("inner"), body("b", "inner", args=reads("price"))],
        [f"flowlets[3].{V}: reads price, {EACH}"],
    ),
    "the loops around": (
        [loop("a"), loop("b", inside="a"), body("c", "b", args=reads("a", "b"))],
        [f"flowlets[2].{V}: reads a, {AROUND}", f"flowlets[2].{V}: reads b, {AROUND}"],
    ),
    "itself, and later ones of the same body": (
        [loop(), body("b", args=reads("b", "c")), body("c")],
        [
            f"flowlets[1].{V}: {late('b', 'move it before this one')}",
            f"flowlets[1].{V}: {late('c', 'move it before this one')}",
        ],
    ),
    "what runs after a loop around": (
        [
            loop("a"),
            loop("b", inside="a"),
            body("c", "b", args=reads("d", "e")),
            body("d", "a"),
            {"ref": "e"},
        ],
        [
            f"flowlets[2].{V}: {late('d', 'move it before b', 'the loop b')}",
            f"flowlets[2].{V}: {late('e', 'move it before a', 'the loop a')}",
        ],
    ),
    "what runs beside a loop around": (
        [{"ref": "a", "after": []}, loop(), body("b", args=reads("a"))],
        [f"flowlets[2].{V}: {late('a', 'name it in the after of each', 'the loop each')}"],
    ),
    "beside in the same body, where after orders it and nothing else": (
        [{"ref": "a"}, loop(), body("b", after=[]), body("c", args=reads("a", "b"))],
        [f"flowlets[3].{V}: {late('b', 'name it in after')}"],
    ),
    "in filters": (
        [
            loop(),
            body(),
            {"ref": "a", "filters": [{"leftValue": "{{ $prev.price }}", "operator": "eq"}]},
            {"ref": "b", "filters": [{"leftValue": 1, "operator": "eq", "rightValue": "{{ $item }}"}]},
        ],
        [
            f"flowlets[2].filters[0].leftValue: reads price, {EACH}",
            f"flowlets[3].filters[0].rightValue: reads $item, {NO_LOOP}",
        ],
    ),
    "the item outside of loops": (
        [{"ref": "a", "args": ITEMS}, loop(args={"items": "{{ $item }}"}), body(), gather("{{ $index }}")],
        [
            f"flowlets[0].{V}: reads $index, {NO_LOOP}",
            f"flowlets[0].{V}: reads $item, {NO_LOOP}",
            f"flowlets[1].args.items: reads $item, {NOT_ITS_OWN}",
            f"flowlets[3].args.loop: reads $index, {NO_LOOP}",
        ],
    ),
}


@pytest.mark.parametrize(("flowlets", "problems"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_found_with_its_path(flowlets: list[dict[str, Any]], problems: list[str]) -> None:
    assert found(*flowlets) == problems


def test_what_lists_show_and_plays_are_told_apart_by_reads_no_entry_of_kv() -> None:
    execution = {"concurrency": {"key": "{{ $kv.x }}", "limit": 1}}
    args = {"values": {"x": "{{ $kv.x }}"}}

    assert found(
        {"ref": "a", "args": args}, title="{{ $kv.x }}", output="{{ $kv.x }}", execution=execution
    ) == [
        "title: reads $kv, which may be secret; only flowlets and the output read it",
        "execution.concurrency.key: reads $kv, which may be secret; only flowlets and the output read it",
    ]


def test_the_flow_itself_stands_outside_of_every_loop() -> None:
    problems = found(
        loop(),
        body(),
        title="{{ $prev.each.count }} {{ $item }}",
        output={"total": "{{ $prev.price }}", "last": ["{{ $index }}"]},
        execution={"concurrency": {"key": "{{ $item }} {{ $prev.price }}", "limit": 1}},
    )

    assert problems == [
        f"title: reads $item, {NO_LOOP}",
        f"output.total: reads price, {EACH}",
        f"output.last[0]: reads $index, {NO_LOOP}",
        "execution.concurrency.key: reads price, but no flowlet has run yet when this is needed; read $args",
        f"execution.concurrency.key: reads $item, {NO_LOOP}",
    ]


@st.composite
def flows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Right flowlets without expressions: loops in loops, each scope ordered in one of the three ways."""
    homes: dict[str, str | None] = {}
    iterators: list[str] = []
    for number in range(draw(st.integers(2, 9))):
        ref = f"f{number}"
        homes[ref] = draw(st.sampled_from([None, *iterators[:5]]))
        iterators += [ref] if draw(st.booleans()) else []
    made = []
    for scope in {None, *homes.values()}:
        made += _ordered(draw, [ref for ref, home in homes.items() if home == scope])
    flowlets = [{**each, "inside": homes[each["ref"]]} for each in draw(st.permutations(made))]
    bodies = set(homes.values())
    return [{**each, "appId": "iterator"} if each["ref"] in bodies else each for each in flowlets]


def _ordered(draw: st.DrawFn, refs: list[str]) -> list[dict[str, Any]]:
    match draw(st.sampled_from(["list", "index", "after"])):
        case "index":
            places = st.none() | st.integers(0, 2)
            return [{"ref": ref, "index": draw(places)} for ref in refs]
        case "after":
            return [
                {"ref": ref, "after": draw(st.none() | st.lists(st.sampled_from(refs[:place]), unique=True))}
                if place
                else {"ref": ref, "after": []}
                for place, ref in enumerate(refs)
            ]
    return [{"ref": ref} for ref in refs]


def surely_before(flowlets: list[dict[str, Any]], ref: str) -> set[str]:
    """By the words of the contract: whoever is waited for in its scope, and before the loop around it."""
    own = next(each for each in flowlets if each["ref"] == ref)
    members = [each for each in flowlets if each["inside"] == own["inside"]]
    before = {each["ref"] for each in members if _is_waited_for(each, own, members)}
    found = before.union(*(surely_before(flowlets, earlier) for earlier in before))
    return found if own["inside"] is None else found | surely_before(flowlets, own["inside"])


def _is_waited_for(each: dict[str, Any], own: dict[str, Any], members: list[dict[str, Any]]) -> bool:
    if any(member.get("after") is not None for member in members):
        return each["ref"] in (own.get("after") or [])
    if any(member.get("index") is not None for member in members):
        return (each["index"] or 0) < (own["index"] or 0)
    return members.index(each) < members.index(own)


@given(flows(), st.data())
def test_in_any_flow_exactly_that_is_refused_which_did_not_surely_run_before(
    flowlets: list[dict[str, Any]], data: st.DataObject
) -> None:
    reader = data.draw(st.sampled_from(flowlets))
    ref = data.draw(st.sampled_from(flowlets))["ref"]
    text = f"{{{{ $prev.{ref} }}}}"
    reading = [{**each, "args": {"items": text}} if each is reader else each for each in flowlets]

    problems = found(*reading)

    place = flowlets.index(reader)
    refused = ref not in surely_before(flowlets, reader["ref"])
    assert [each.partition(",")[0] for each in problems] == [
        f"flowlets[{place}].args.items: reads {ref}"
    ] * refused


ANY_REF = st.sampled_from(["a", "b", "c", "d", "e", "zz"])
ANY_FLOWLETS = st.lists(
    st.fixed_dictionaries(
        {"appId": st.sampled_from(["iterator", "iterator", "var", "aggregator"])},
        optional={
            "inside": ANY_REF,
            "after": st.lists(ANY_REF, max_size=2),
            "index": st.integers(0, 2),
            "args": st.sampled_from([{"flow": "x"}, {"loop": "a", "flowlet": "b"}, ITEMS, reads("b")]),
        },
    ),
    min_size=1,
    max_size=5,
)


@given(ANY_FLOWLETS)
def test_a_flow_without_problems_can_be_ordered_in_every_scope(drawn: list[dict[str, Any]]) -> None:
    flowlets = [{"ref": ref, **each} for ref, each in zip("abcde", drawn, strict=False)]

    flow, problems = read_and_validate(flow_fields(*flowlets), CATALOGUE)

    assert flow is not None
    if not problems:
        graphs = build_graphs(flow.flowlets)
        assert {ref: scope for scope, graph in graphs.items() for ref in graph.order} == {
            each.ref: each.inside for each in flow.flowlets
        }
        assert {scope for scope in graphs if scope} == {each.ref for each in flow.flowlets if _repeats(each)}


def _repeats(flowlet: Flowlet) -> bool:
    return flowlet.app_id == "iterator" and "flow" not in flowlet.args
