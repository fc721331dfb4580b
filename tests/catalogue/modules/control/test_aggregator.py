"""Aggregator."""

from typing import Any

import pytest

from catalogue.modules.control.aggregator import aggregator
from flow8.kit import Collect, Effect, Failed
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_for_a_list_of_whole_outputs() -> None:
    order = aggregator.run(bind(aggregator, {"loop": "each"}), FakeContext())

    assert order == Collect(loop="each", flowlet=None, path=None, how="list", separator=", ")


@pytest.mark.parametrize("how", ["list", "count", "sum", "average", "min", "max", "join", "merge"])
def test_it_asks_for_what_its_author_chose(how: str) -> None:
    args = {"loop": "each", "flowlet": "price", "path": "a.b", "how": how, "separator": ""}

    order = aggregator.run(bind(aggregator, args), FakeContext())

    assert order.model_dump() == args


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ({}, "loop: is missing"),
        ({"loop": ""}, "loop: should be up to 64 letters, digits and underscores"),
        ({"loop": "each#3"}, "loop: should be up to 64 letters, digits and underscores"),
        ({"loop": "each", "flowlet": "7"}, "flowlet: should be up to 64 letters, digits and underscores"),
        ({"loop": "each", "path": ""}, "path: should have at least 1 character"),
        ({"loop": "each", "how": "median"}, "how: should be 'list', 'count', 'sum', 'average', 'min'"),
        ({"loop": "each", "separator": None}, "separator: should be text"),
    ],
)
def test_what_cannot_be_gathered_is_refused(args: Any, where: str) -> None:
    with pytest.raises(Failed) as refused:
        bind(aggregator, args)

    assert refused.value.message.startswith(f"Arguments are not right: {where}")
    assert refused.value.final


def test_asking_changes_nothing() -> None:
    assert aggregator.effect is Effect.NONE
