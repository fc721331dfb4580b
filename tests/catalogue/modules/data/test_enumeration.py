"""Enumeration."""

from typing import Any

import pytest

from catalogue.modules.data.enumeration import MOST_ITEMS, enumeration
from flow8.kit import Failed
from flow8.kit.binding import args_problems, bind
from flow8.kit.orders import MOST_ITEMS as MOST_ITEMS_OF_A_LOOP
from flow8.kit.testing import FakeContext


def made(**args: Any) -> list[Any]:
    if "first" in args:
        args["from"] = args.pop("first")
    out = enumeration.run(bind(enumeration, args), FakeContext()).model_dump()
    assert out["count"] == len(out["items"])
    items: list[Any] = out["items"]
    return items


@pytest.mark.parametrize(
    ("args", "numbers"),
    [
        ({"to": 1}, [1]),
        ({"to": 0}, []),
        ({"first": 0, "to": 0}, [0]),
        ({"first": -1, "to": 1}, [-1, 0, 1]),
        ({"to": 10, "step": 4}, [1, 5, 9]),
        ({"to": 9, "step": 4}, [1, 5, 9]),
        ({"first": 3, "to": 1, "step": -1}, [3, 2, 1]),
        ({"first": 1, "to": 3, "step": -1}, []),
        ({"first": 3, "to": 1}, []),
        ({"to": 2.5}, [1, 2]),
        ({"to": "3"}, [1, 2, 3]),
        ({"first": 10**18, "to": 10**18 + 1}, [10**18, 10**18 + 1]),
    ],
)
def test_numbers_go_from_the_first_to_the_last_included(args: dict[str, Any], numbers: list[int]) -> None:
    found = made(**args)

    assert found == numbers
    assert all(type(each) is int for each in found)


def test_steps_of_a_tenth_do_not_drift() -> None:
    found = made(first=0, to=1, step=0.1)

    assert found == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert type(found[-1]) is float


def test_entries_keep_the_order_of_the_object() -> None:
    assert made(entries={"z": None, "a": [1]}) == [{"key": "z", "value": None}, {"key": "a", "value": [1]}]
    assert made(entries={}) == []


def test_items_get_their_positions() -> None:
    assert made(items=[None]) == [{"index": 0, "item": None}]
    assert made(items=[]) == []


@pytest.mark.parametrize(
    ("count", "size", "batches"),
    [
        (0, 2, []),
        (1, 2, [[0]]),
        (3, 1, [[0], [1], [2]]),
        (3, 2, [[0, 1], [2]]),
        (4, 2, [[0, 1], [2, 3]]),
        (3, 9, [[0, 1, 2]]),
    ],
)
def test_a_list_is_cut_into_batches_whose_last_may_be_smaller(
    count: int, size: int, batches: list[Any]
) -> None:
    assert made(items=list(range(count)), size=size) == batches


def test_no_list_is_longer_than_a_loop_may_be() -> None:
    assert MOST_ITEMS == MOST_ITEMS_OF_A_LOOP
    assert len(made(to=MOST_ITEMS)) == MOST_ITEMS
    assert len(made(items=[0] * MOST_ITEMS * 2, size=2)) == MOST_ITEMS


@pytest.mark.parametrize(
    "args",
    [
        {"to": MOST_ITEMS + 1},
        {"first": 0, "to": 1, "step": 1e-300},
        {"first": -1e308, "to": 1e308, "step": 1e-308},
        {"items": [0] * (MOST_ITEMS + 1)},
        {"items": [0] * (MOST_ITEMS * 2 + 1), "size": 2},
        {"entries": {str(number): number for number in range(MOST_ITEMS + 1)}},
    ],
    ids=["numbers", "tiny steps", "a wide range", "items", "batches", "entries"],
)
def test_a_longer_one_is_refused_before_it_is_made(args: dict[str, Any]) -> None:
    with pytest.raises(Failed, match="more than 100000 items") as refused:
        made(**args)

    assert (refused.value.code, refused.value.final) == ("TOO_LARGE", True)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({}, "give one of to, entries and items; given: none"),
        ({"items": None}, "give one of to, entries and items; given: none"),
        ({"to": 3, "items": []}, "give one of to, entries and items; given: to, items"),
        ({"to": 3, "size": 2}, "size goes with items only"),
        ({"items": [], "size": 0}, "size: should be greater than or equal to 1"),
        ({"to": 3, "step": 0}, "a step of 0 leads nowhere"),
        ({"to": 3, "step": 0.0}, "a step of 0 leads nowhere"),
        ({"to": float("inf")}, "to: should be a finite number"),
        ({"to": "nan"}, "to: should be a whole number; to: should be a finite number"),
        ({"entries": [1]}, "entries: should be an object"),
        ({"items": {"a": 1}}, "items: should be a list"),
    ],
)
def test_what_makes_no_list_is_refused(args: dict[str, Any], why: str) -> None:
    with pytest.raises(Failed) as refused:
        made(**args)

    assert refused.value.message == f"Arguments are not right: {why}"
    assert refused.value.final


def test_its_args_may_be_expressions() -> None:
    assert args_problems(enumeration, {"to": "{{ $args.n }}", "step": "{{ $args.m }}"}, "args") == []
    assert args_problems(enumeration, {"items": "{{ $prev.rows.rows }}", "size": 50}, "args") == []


def test_a_long_list_ends_when_the_time_of_the_flowlet_is_over() -> None:
    with pytest.raises(Failed, match="execution timeout"):
        enumeration.run(bind(enumeration, {"to": 5000}), FakeContext(seconds=0))
