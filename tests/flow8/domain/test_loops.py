"""Which flowlet stands inside which loop, and what is not known of that when something is wrong."""

from typing import Any

import pytest

from flow8.domain.flow import Flowlet
from flow8.domain.loops import Loops
from flow8.domain.repair import Doubts
from flow8.domain.validate import read_and_validate
from tests.support.catalogue import CATALOGUE, body, flow_fields, gather, loop, nested, plays, uses


def loops(*given: dict[str, Any], doubts: Doubts | None = None) -> Loops:
    """The places of these flowlets."""
    made = [Flowlet.model_validate({"appId": "var", **each}) for each in given]
    return Loops(made, frozenset(CATALOGUE.app_ids()), doubts or Doubts())


INNER = [loop("outer"), loop(inside="outer"), body(), {"ref": "a"}, gather(inside="outer")]


def test_each_flowlet_has_its_home() -> None:
    places = loops(*INNER)

    assert places.homes == {"outer": None, "each": "outer", "price": "each", "a": None, "all": "outer"}
    assert list(places.around("price")) == ["each", "outer"]
    assert list(places.around("a")) == []


@pytest.mark.parametrize(
    ("name", "ref", "beside"),
    [
        ("price", "a", "outer"),
        ("price", "outer", "outer"),
        ("price", "all", "each"),
        ("price", "price", "price"),
        ("all", "each", "all"),
        ("a", "outer", "a"),
        ("a", "each", None),
        ("all", "price", None),
    ],
)
def test_who_stands_beside_a_flowlet_further_out(name: str, ref: str, beside: str | None) -> None:
    assert loops(*INNER).beside(name, ref) == beside


def test_a_second_bearer_of_a_ref_has_a_name_and_a_home_of_its_own() -> None:
    places = loops(loop(), {"ref": "a"}, body("a"), body("b"))

    assert places.names == ["each", "a", "a#2", "b"]
    assert places.homes == {"each": None, "a": None, "a#2": "each", "b": "each"}
    assert [places.knows(ref) for ref in ("each", "a", "b", "nobody")] == [True, False, True, False]


def test_whoever_stands_inside_something_wrong_or_doubtful_has_no_home() -> None:
    given = [
        loop("lost", inside="nobody"),
        body("a", "lost"),
        loop(),
        body("b"),
        loop("x", inside="y"),
        loop("y", inside="x"),
        body("c", "x"),
    ]

    places = loops(*given, doubts=Doubts(adrift=frozenset({3})))

    assert places.homes == {"each": None}
    assert places.strays == {0, 3}
    assert places.circles == [("x", "y", "x")]


READS = uses("{{ $prev.each }} {{ $prev.late }} {{ $item }} {{ $index }}")
LATE = {"ref": "late"}
FOLLOWING: dict[str, tuple[list[Any], list[str]]] = {
    "inside is no text": (
        [loop(), {"ref": "b", "inside": 5, "args": READS}, gather(flowlet="b"), LATE, body()],
        ["flowlets[1].inside"],
    ),
    "inside is no ref": ([loop(), body("b", "a-b", args=READS), body(), LATE], ["flowlets[1].inside"]),
    "inside is misspelled, and was all that stood in the loop": (
        [loop(), {"ref": "b", "insde": "each", "args": uses("{{ $item }}")}, gather(flowlet="b")],
        ["flowlets[1].insde"],
    ),
    "inside names nobody, and was all that stood in the loop": (
        [loop(), body("b", "eech", args=READS), gather(flowlet="b"), LATE],
        ["flowlets[1].inside"],
    ),
    "an unreadable flowlet may be what stood in the loop": ([loop(), 5], ["flowlets[1]"]),
    "the order of the rest does not follow from a flowlet that is nowhere": (
        [
            {"ref": "a"},
            {"ref": "m", "inside": 5, "after": ["x"]},
            {"ref": "b", "args": uses("{{ $prev.a }}")},
        ],
        ["flowlets[1].inside", "flowlets[1].after[0]"],
    ),
    "nor does a mixture of after and index": (
        [{"ref": "a", "index": 1}, {"ref": "m", "inside": 5, "after": ["a"]}],
        ["flowlets[1].inside"],
    ),
    "a flowlet that is nowhere mixes them by itself": (
        [loop(), {"ref": "m", "inside": 5, "after": [], "index": 3}, body("x"), body("y", after=["m"])],
        ["flowlets[1].inside", "flowlets[1].index"],
    ),
    "a misspelled iterator": (
        [{**loop(), "appId": "iteratr"}, body(args=uses("{{ $item }}")), gather(flowlet="price")],
        ["flowlets[0].appId"],
    ),
    "an iterator whose appId is no text": (
        [{**loop(), "appId": 5}, body(args=uses("{{ $item }}")), gather(flowlet="price")],
        ["flowlets[0].appId"],
    ),
    "an iterator whose ref is no ref": ([loop("a-b")], ["flowlets[0].ref"]),
    "an iterator without a ref": ([{"appId": "iterator"}], ["flowlets[0].ref"]),
    "args that are no object": ([{**loop(), "args": [1]}], ["flowlets[0].args"]),
    "a misspelled flow": ([loop(args={"flwo": "other"})], []),
    "an iterator twice": (
        [loop(), plays(), body(args=READS), LATE, gather(flowlet="price"), {"ref": "z"}],
        ["flowlets[1].ref"],
    ),
    "an iterator twice, the later one inside the name of both": (
        [loop(), body(), loop(inside="each")],
        ["flowlets[2].ref"],
    ),
    "an aggregator before an iterator twice": (
        [gather(flowlet="x"), loop(), plays(), body(), {"ref": "x"}],
        ["flowlets[2].ref"],
    ),
    "an aggregator that is nowhere": (
        [gather(inside="eech"), loop(inside="eech"), body()],
        ["flowlets[0].inside", "flowlets[1].inside"],
    ),
    "a ref in two scopes": (
        [{"ref": "a"}, loop(), body("a"), body("b", after=["a"])],
        ["flowlets[2].ref"],
    ),
    "a ref that is too long": (
        [loop("l" * 65), gather("l" * 65), gather("eech", "b")],
        ["flowlets[0].ref", "flowlets[2].args.loop"],
    ),
    "the order beside a flowlet that is nowhere": (
        [{"ref": "a", "args": uses("{{ $prev.b }}")}, {"ref": "b"}, {"ref": "m", "inside": 5}],
        ["flowlets[2].inside"],
    ),
    "a wrong index leaves open nothing but the order": (
        [loop(), {"ref": "b", "index": "one"}],
        ["flowlets[0].args.flow", "flowlets[1].index"],
    ),
    "one of two bearers is an iterator": (
        [{"ref": "each"}, loop(), body(), body("b", after=["each"]), gather(), gather(ref="c")],
        ["flowlets[1].ref"],
    ),
    "what is inside what is inside nobody": (
        [loop("outer", inside="nobody"), loop(inside="outer"), body(after=["outer"], args=READS), LATE],
        ["flowlets[0].inside"],
    ),
    "what is inside a circle": (
        [
            loop("a", inside="b"),
            loop("b", inside="a"),
            body("c", "b", after=["d"]),
            {"ref": "d"},
            gather("a"),
        ],
        ["flowlets[0].inside"],
    ),
    "what is inside something deeper than five": (
        [*nested(7), body("last", "l7", args=uses("{{ $item }} {{ $prev.price }}"))],
        ["flowlets[5].inside"],
    ),
    "an order that goes to another scope": (
        [
            {"ref": "a", "after": []},
            loop(after=["price"]),
            body(after=[], args=uses("{{ $prev.a }}")),
            gather(after=["price"]),
        ],
        ["flowlets[1].after[0]", "flowlets[3].after[0]"],
    ),
}


@pytest.mark.parametrize(("flowlets", "paths"), FOLLOWING.values(), ids=FOLLOWING)
def test_what_only_follows_from_another_mistake_is_left_out(flowlets: list[Any], paths: list[str]) -> None:
    _, problems = read_and_validate(flow_fields(*flowlets), CATALOGUE)

    assert [problem.path for problem in problems] == paths


def test_a_ref_that_two_bear_may_be_read_by_the_flow_until_that_is_mended() -> None:
    data = flow_fields(loop(), body("a"), {"ref": "a"}, output="{{ $prev.a }}")

    assert [problem.path for problem in read_and_validate(data, CATALOGUE)[1]] == ["flowlets[2].ref"]
