"""Orders: what a module may ask of the engine."""

import pytest
from pydantic import ValidationError

from flow8 import kit
from flow8.kit.fields import Fields, each_field, to_json
from flow8.kit.orders import MOST_ITEMS, AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop

ORDERS: list[type[Fields]] = [AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order.__name__))
def test_every_order_is_there_for_authors_with_a_sentence_for_each_field(order: type[Fields]) -> None:
    sentences = [declared.description or "" for _, declared in each_field(order)]

    assert getattr(kit, order.__name__) is order
    assert [each for each in sentences if not each.endswith(".")] == []


def test_a_loop_is_one_after_another_until_an_iteration_fails_unless_it_says_so() -> None:
    order = Repeat(items=["a", None])

    assert to_json(order) == {"items": ["a", None], "parallel": 1, "onItemError": "fail", "flow": None}


def test_a_loop_is_as_long_as_a_list_may_be_and_no_longer() -> None:
    assert len(Repeat(items=[0] * MOST_ITEMS).items) == MOST_ITEMS == 100_000
    with pytest.raises(ValidationError, match="at most 100000 items"):
        Repeat(items=[0] * (MOST_ITEMS + 1))


def test_what_is_collected_is_a_list_of_whole_outputs_unless_it_says_so() -> None:
    order = Collect(loop="each")

    assert to_json(order) == {
        "loop": "each",
        "flowlet": None,
        "path": None,
        "how": "list",
        "separator": ", ",
    }
