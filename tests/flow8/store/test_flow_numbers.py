"""The last plays of many flows are told by one question, which reads no more than it shows."""

from flow8.store import Store
from flow8.store.flow_numbers import FlowNumbers
from tests.support.explain import documents_looked_at, stages_of
from tests.support.factories import COMPANY, OTHER_COMPANY, a_play


def test_a_flow_with_many_plays_costs_no_more_than_one_with_few(store: Store) -> None:
    for n in range(60):
        store.plays.insert(a_play(flow_id="busy", version=-1 if n % 3 == 0 else 1), [])
    store.plays.insert(a_play(flow_id="rare"), [])
    store.plays.insert(a_play(flow_id="rare", company_id=OTHER_COMPANY), [])

    rows = store.flow_numbers.latest(COMPANY, ["busy", "rare", "unknown"], 5)

    assert [row["flowId"] for row in rows] == ["busy"] * 5 + ["rare"]
    assert {row["version"] for row in rows} == {1}
    ids = [row["_id"] for row in rows[:5]]
    assert ids == sorted(ids, reverse=True)
    assert store.flow_numbers.latest(COMPANY, [], 5) == []


def test_every_piece_is_read_off_the_index_in_order(store: Store) -> None:
    for _ in range(60):
        store.plays.insert(a_play(flow_id="busy"), [])
    steps = FlowNumbers(store.database)._of_flow(COMPANY, "busy", 5)

    command = {"aggregate": "plays", "pipeline": steps, "cursor": {}, "hint": "list_of_flow"}
    plan = store.database.command("explain", command, verbosity="executionStats")
    plan = plan["stages"][0]["$cursor"] if "stages" in plan else plan

    assert "SORT" not in stages_of(plan)
    assert documents_looked_at(plan) <= 10
