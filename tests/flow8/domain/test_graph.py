"""Which flowlet waits for which."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from flow8.domain.flow import Flowlet
from flow8.domain.graph import Circle, Graph, Progress, build_graph, build_graphs, find_circles, sort


def flowlets(*given: tuple[str, object]) -> list[Flowlet]:
    """Flowlets from (ref, after or index): a list is `after`, a number is `index`, None is neither."""
    made = []
    for ref, place in given:
        fields = {"after": place} if isinstance(place, list) else {"index": place}
        made.append(Flowlet.model_validate({"ref": ref, "appId": "var", **fields}))
    return made


@pytest.mark.parametrize(
    ("given", "order", "before"),
    [
        ([], (), {}),
        ([("a", None)], ("a",), {"a": ()}),
        ([("a", None), ("b", None), ("c", None)], ("a", "b", "c"), {"a": (), "b": ("a",), "c": ("b",)}),
        ([("a", 5)], ("a",), {"a": ()}),
        (
            [("a", 1), ("b", None), ("c", 1), ("d", 7)],
            ("b", "a", "c", "d"),
            {"a": ("b",), "b": (), "c": ("b",), "d": ("a", "c")},
        ),
        (
            [("a", ["c"]), ("b", None), ("c", []), ("d", ["a", "b", "a"])],
            ("b", "c", "a", "d"),
            {"a": ("c",), "b": (), "c": (), "d": ("a", "b")},
        ),
    ],
    ids=["nothing", "one", "list order", "one index", "index", "after"],
)
def test_the_order_rule(
    given: Sequence[tuple[str, object]], order: tuple[str, ...], before: dict[str, tuple[str, ...]]
) -> None:
    graph = build_graph(flowlets(*given))

    assert graph.order == order
    assert graph.before == before


def member(ref: str, inside: str | None = None, **fields: object) -> Flowlet:
    """A flowlet that stands inside an iterator, or in none."""
    return Flowlet.model_validate({"ref": ref, "appId": "var", "inside": inside, **fields})


def test_each_scope_has_a_graph_of_its_own_and_an_order_rule_of_its_own() -> None:
    graphs = build_graphs(
        [
            member("outer", index=1),
            member("x", "inner", after=[]),
            member("inner", "outer"),
            member("early"),
            member("y", "inner"),
            member("last", "outer"),
            member("z", "inner", after=["x", "y"]),
        ]
    )

    assert list(graphs) == [None, "inner", "outer"]
    assert graphs == {
        None: Graph(("early", "outer"), {"outer": ("early",), "early": ()}),
        "inner": Graph(("x", "y", "z"), {"x": (), "y": (), "z": ("x", "y")}),
        "outer": Graph(("inner", "last"), {"inner": (), "last": ("inner",)}),
    }


def test_without_a_flowlet_there_is_the_scope_of_the_flow_alone() -> None:
    assert build_graphs([]) == {None: Graph((), {})}


def test_a_circle_in_any_scope_is_named() -> None:
    with pytest.raises(Circle, match="a → b → a"):
        build_graphs([member("each"), member("a", "each", after=["b"]), member("b", "each", after=["a"])])


ORDERED = st.fixed_dictionaries(
    {"inside": st.sampled_from([None, "f0", "f1"])}, optional={"index": st.integers(0, 3)}
)


@drawn(st.lists(ORDERED, max_size=12))
def test_a_scope_is_ordered_as_if_it_were_a_flow_alone(places: list[dict[str, object]]) -> None:
    made = [Flowlet.model_validate({"ref": f"f{n}", "appId": "var", **each}) for n, each in enumerate(places)]

    graphs = build_graphs(made)

    assert set(graphs) == {None, *(each.inside for each in made)}
    for scope, graph in graphs.items():
        alone = [each.model_copy(update={"inside": None}) for each in made if each.inside == scope]
        assert graph == build_graph(alone) == build_graphs(alone)[None]


DIAMOND = build_graph(flowlets(("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"]), ("e", None)))


@pytest.mark.parametrize(
    ("finished", "started", "ready"),
    [
        ([], [], ["a", "e"]),
        ([], ["a"], ["e"]),
        (["a"], [], ["b", "c", "e"]),
        (["a", "e"], ["c"], ["b"]),
        (["a", "b"], ["c", "e"], []),
        (["a", "b", "c"], ["e"], ["d"]),
        (["a", "b", "c", "d", "e"], [], []),
    ],
)
def test_who_may_start(finished: list[str], started: list[str], ready: list[str]) -> None:
    assert DIAMOND.ready(finished, started) == ready


@pytest.mark.parametrize(
    ("ref", "ancestors"), [("a", set()), ("b", {"a"}), ("d", {"a", "b", "c"}), ("e", set())]
)
def test_ancestors_are_all_that_surely_ran_before(ref: str, ancestors: set[str]) -> None:
    assert DIAMOND.ancestors(ref) == ancestors
    assert {each for each in DIAMOND.order if DIAMOND.runs_before(each, ref)} == ancestors


def test_progress_hands_out_each_flowlet_once_as_soon_as_it_may_start() -> None:
    progress = Progress(DIAMOND)

    handed = [progress.ready(), progress.ready()]
    for ref in ("a", "a", "b", "e", "c", "d"):
        progress.finish(ref)
        handed.append(progress.ready())

    assert handed == [["a", "e"], [], ["b", "c"], [], [], [], ["d"], []]
    assert progress.is_complete


def test_progress_goes_on_from_what_another_worker_has_done() -> None:
    progress = Progress(DIAMOND, finished=["a", "c"], started=["b"])

    handed = [progress.ready()]
    progress.finish("b")
    handed.append(progress.ready())

    assert handed == [["e"], ["d"]]
    assert not progress.is_complete


@pytest.mark.parametrize(
    ("given", "circle"),
    [
        ([("a", ["a"])], ("a", "a")),
        ([("a", ["b"]), ("b", ["a"])], ("a", "b", "a")),
        ([("x", []), ("c", ["b", "x"]), ("a", ["c"]), ("b", ["a"]), ("z", ["c"])], ("c", "a", "b", "c")),
        ([("z", ["b"]), ("a", ["b"]), ("b", ["a"])], ("a", "b", "a")),
    ],
)
def test_a_circle_is_named_in_the_order_of_time(
    given: Sequence[tuple[str, object]], circle: tuple[str, ...]
) -> None:
    with pytest.raises(Circle, match=" → ".join(circle)) as caught:
        build_graph(flowlets(*given))

    assert caught.value.refs == circle


def test_every_circle_is_found_even_behind_another_one() -> None:
    before = {"a": ("b",), "b": ("a",), "c": ("b", "d"), "d": ("c",), "e": ("e",), "f": ("d",)}

    assert find_circles(before) == [("a", "b", "a"), ("c", "d", "c"), ("e", "e")]
    assert sort(before) == ()


def test_no_more_than_twenty_circles_are_named() -> None:
    assert len(find_circles({str(number): (str(number),) for number in range(50)})) == 20


def test_only_what_is_on_or_behind_a_circle_is_left_out_of_the_order() -> None:
    assert sort({"a": ("b",), "b": ("a",), "c": ("a",), "d": (), "e": ("d",)}) == ("d", "e")


@pytest.mark.parametrize("seed", range(100))
def test_any_graph_is_played_to_its_end_in_a_right_order(seed: int) -> None:
    dice = random.Random(seed)
    before = {
        str(node): tuple(str(other) for other in range(node) if dice.random() < 0.3)
        for node in range(dice.randint(1, 30))
    }
    names = dice.sample(list(before), len(before))
    graph = Graph(sort({name: before[name] for name in names}), before)

    progress = Progress(graph)
    running: list[str] = []
    finished: list[str] = []
    while not progress.is_complete:
        running += progress.ready()
        assert all(set(before[ref]) <= set(finished) for ref in running)
        assert graph.ready(finished, running) == []
        finished.append(running.pop(dice.randrange(len(running))))
        progress.finish(finished[-1])

    assert sorted(finished) == sorted(graph.order) == sorted(names)
    assert {ref: graph.ancestors(ref) for ref in names} == closures(before)


def closures(before: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Everything before each flowlet, for flowlets that stand after all the ones they wait for."""
    found: dict[str, set[str]] = {}
    for ref, gate in before.items():
        found[ref] = set(gate).union(*(found[earlier] for earlier in gate))
    return found


@pytest.mark.parametrize(
    "given",
    [
        [(f"f{number}", None) for number in range(1000)],
        [(f"f{number}", number // 500) for number in range(1000)],
        [(f"f{number}", [f"f{number - 1}"] if number else []) for number in range(1000)],
        [("start", []), *((f"f{number}", ["start"]) for number in range(999))],
    ],
    ids=["list order", "two levels of 500", "a chain", "a fan"],
)
def test_a_thousand_flowlets_are_ordered_and_played_quickly(given: Sequence[tuple[str, object]]) -> None:
    made = flowlets(*given)
    began = time.process_time()

    graph = build_graph(made)
    progress = Progress(graph)
    waiting = progress.ready()
    for ref in waiting:
        progress.finish(ref)
        waiting += progress.ready()

    assert time.process_time() - began < 0.5
    assert waiting == list(graph.order)
