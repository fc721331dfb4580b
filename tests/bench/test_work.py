"""The work is the same for the same seed, and the answer to expect is the one that adds up."""

from typing import Any

import pytest

from bench.work import FORTY, LOOP, LOOP_OF_TEN, WAITS, answer_to, as_json, orders
from tests.support.engines import Stage


def test_the_same_seed_gives_the_same_orders_and_another_gives_others() -> None:
    assert orders(1) == orders(1)
    assert orders(1) != orders(2)
    assert len(orders(1, 7)) == 7


def test_an_order_is_added_up_and_sorted() -> None:
    items = [{"price": 49.99, "qty": 2}, {"price": 0.01, "qty": 2}]

    small = answer_to({"id": "A", "items": items})
    big = answer_to({"id": "B", "items": [*items, {"price": 0.01, "qty": 1}]})

    assert small == {"id": "A", "label": "small", "total": 100.0}
    assert big == {"id": "B", "label": "big", "total": 100.01}


def test_answers_are_compact_json_in_the_order_of_the_flow() -> None:
    assert as_json({"b": 1, "a": [1, 2]}) == b'{"b":1,"a":[1,2]}'


def test_the_chain_has_forty_steps_and_the_waits_all_start_at_once() -> None:
    waits = WAITS["flowlets"]

    assert len(FORTY["flowlets"]) == 40
    assert [each["after"] for each in waits[:-1]] == [[]] * 10
    assert len(waits[-1]["after"]) == 10


@pytest.mark.parametrize(("flow", "parallel"), [(LOOP, 1), (LOOP_OF_TEN, 10)])
def test_a_loop_performs_one_flowlet_for_each_number(
    stage: Stage, flow: dict[str, Any], parallel: int
) -> None:
    play = stage.play(*flow["flowlets"], args={"count": 12})

    assert play.layers["each"].output == {"count": 12, "done": 12, "failed": 0}
    assert flow["flowlets"][1]["args"]["parallel"] == parallel
