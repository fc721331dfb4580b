"""The work is the same for the same seed, and the answer to expect is the one that adds up."""

from bench.work import FORTY, WAITS, answer_to, as_json, orders


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
