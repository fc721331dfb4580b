"""Iterator."""

from typing import Any

import pytest

from catalogue.modules.control.iterator import iterator
from flow8.kit import Effect, Failed, Repeat
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_to_repeat_one_after_another_until_one_fails() -> None:
    args = bind(iterator, {"items": [3, None, {"a": 1}]})

    order = iterator.run(args, FakeContext())

    assert order == Repeat(items=[3, None, {"a": 1}], parallel=1, on_item_error="fail", flow=None)


def test_it_asks_for_what_its_author_chose() -> None:
    args = bind(iterator, {"items": [1], "parallel": 100, "onItemError": "continue", "flow": "invoice"})

    order = iterator.run(args, FakeContext())

    assert order == Repeat(items=[1], parallel=100, on_item_error="continue", flow="invoice")


def test_a_loop_without_items_is_allowed_and_so_is_the_longest() -> None:
    assert bind(iterator, {"items": []}).items == []
    assert len(bind(iterator, {"items": [0] * 100_000}).items) == 100_000


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ({}, "items: is missing"),
        ({"items": None}, "items: should be a list"),
        ({"items": {"a": 1}}, "items: should be a list"),
        ({"items": [0] * 100_001}, "items: should have at most 100000 items"),
        ({"items": [], "parallel": 0}, "parallel: should be greater than or equal to 1"),
        ({"items": [], "parallel": 101}, "parallel: should be less than or equal to 100"),
        ({"items": [], "onItemError": "skip"}, "onItemError: should be 'fail' or 'continue'"),
        ({"items": [], "flow": ""}, "flow: should have at least 1 character"),
    ],
)
def test_what_makes_no_loop_is_refused(args: Any, where: str) -> None:
    with pytest.raises(Failed) as refused:
        bind(iterator, args)

    assert refused.value.message.startswith(f"Arguments are not right: {where}")
    assert refused.value.final


def test_its_args_may_be_expressions() -> None:
    args = {"items": "{{ $args.orders }}", "parallel": "{{ $args.hands }}"}

    assert args_problems(iterator, args, "args") == []


def test_asking_changes_nothing_itself() -> None:
    assert iterator.effect is Effect.NONE
