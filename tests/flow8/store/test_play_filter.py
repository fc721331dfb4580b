"""Every filter of plays is answered from an index that ends with the order of the list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Origin, Play, PlayState
from flow8.ids import id_at, new_id
from flow8.store import Store
from flow8.store.play_filter import EVERY_PLAY, Which, words_of
from tests.support.explain import keys_looked_at, plan_of, stages_of
from tests.support.factories import COMPANY, OTHER_COMPANY, a_play

FLOW = "f" * 24
NOON = datetime(2026, 4, 4, 12, tzinfo=UTC)

FILTERS = {
    "everything": (EVERY_PLAY, "list"),
    "state": (Which(states=("FAIL",)), "list_of_state"),
    "states": (Which(states=("FAIL", "WAIT")), "list_of_state"),
    "flow": (Which(flow_id=FLOW), "list_of_flow"),
    "flow and state": (Which(flow_id=FLOW, states=("FAIL",)), "list_of_flow"),
    "trigger": (Which(trigger="mcp"), "list_of_trigger"),
    "text": (Which(text="needle"), "list_of_word"),
    "words": (Which(text="Needle hay"), "list_of_word"),
    "time": (Which(since=NOON, until=NOON + timedelta(hours=1)), "list"),
    "state and time": (Which(states=("FAIL",), until=NOON), "list_of_state"),
    "some flows": (Which(within=frozenset({FLOW})), "list_of_flow"),
    "id": (Which(text="0" * 24), "_id_"),
}


@pytest.fixture
def plays(store: Store) -> list[Play]:
    """Many plays, of which few are what somebody looks for."""
    rows = [made(n) for n in range(300)]
    for play in [*rows, a_play(company_id=OTHER_COMPANY, title="Needle")]:
        store.plays.insert(play, [])
    return rows


def made(n: int) -> Play:
    moment = utc_now() - timedelta(minutes=n)
    rare = n % 50 == 7
    return a_play(
        id=f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}",
        created_at=moment,
        flow_id=FLOW if rare else "e" * 24,
        state=PlayState.FAIL if rare else PlayState.DONE,
        origin=Origin("mcp" if rare else "web"),
        title=f"Hay number {n}, a NEEDLE" if rare else f"Hay number {n}",
    )


@pytest.mark.usefixtures("plays")
@pytest.mark.parametrize("name", FILTERS)
def test_a_page_is_read_off_an_index_in_order(store: Store, name: str) -> None:
    which, index = FILTERS[name]

    plan = plan_of(store, which, size=25)

    assert which.index == index
    assert set(stages_of(plan)) <= {
        "LIMIT",
        "PROJECTION_DEFAULT",
        "FETCH",
        "IXSCAN",
        "SORT_MERGE",
        "IDHACK",
    } | ({"SORT"} if name == "id" else set())
    assert keys_looked_at(plan) <= 25 * 3 + 2 * len(PlayState)


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Which(states=("FAIL",)), 6),
        (Which(flow_id=FLOW), 6),
        (Which(flow_id=FLOW, states=("DONE",)), 0),
        (Which(trigger="mcp"), 6),
        (Which(text="needle"), 6),
        (Which(text="needle 57"), 1),
        (Which(text="need"), 0),
        (Which(within=frozenset()), 0),
        (Which(within=frozenset({"e" * 24})), 294),
        (Which(flow_id="e" * 24, within=frozenset({FLOW})), 0),
        (Which(trigger="mcp", states=("FAIL", "DONE"), text="hay"), 6),
    ],
)
@pytest.mark.usefixtures("plays")
def test_a_filter_finds_what_it_names_in_the_company(store: Store, which: Which, found: int) -> None:
    rows = store.play_views.page(COMPANY, which, size=1000)

    assert len(rows) == found
    assert store.play_views.count(COMPANY, which, 10) == found
    assert sorted(store.play_views.matching(COMPANY, which, limit=1000)) == sorted(row["_id"] for row in rows)


def test_a_time_is_that_of_acceptance_and_ids_only_narrow_it(store: Store, plays: list[Play]) -> None:
    since, until = plays[20].created_at, plays[10].created_at

    rows = store.play_views.page(COMPANY, Which(since=since, until=until), size=100)

    assert [row["_id"] for row in rows] == [play.id for play in plays[11:21]]


def test_an_id_finds_its_play_and_none_of_another_company(store: Store, plays: list[Play]) -> None:
    def ids(text: str, **more: Any) -> list[str]:
        return [row["_id"] for row in store.play_views.page(COMPANY, Which(text=text, **more), size=5)]

    assert ids(plays[3].id) == [plays[3].id]
    assert ids(plays[3].id, since=utc_now() + timedelta(days=1)) == []
    theirs = store.play_views.page(OTHER_COMPANY, size=1)[0]["_id"]
    assert ids(theirs) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, []),
        ("", []),
        ("Order 7, order 8: Straße_x", ["order", "7", "8", "strasse_x"]),
        ("… — !", []),
        ("x" * 50, ["x" * 40]),
        (" ".join(map(str, range(30))), [str(n) for n in range(20)]),
    ],
)
def test_words_are_told_without_difference_of_case(text: str | None, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_histogram_reads_no_play(store: Store, plays: list[Play]) -> None:
    since = utc_now() - timedelta(minutes=300)
    which = Which(since=since, states=tuple(state.value for state in PlayState))

    rows = store.play_views.histogram(COMPANY, which, since, timedelta(minutes=100), 10)

    by_state: dict[str, int] = {}
    for _, state, count in rows:
        by_state[state] = by_state.get(state, 0) + count
    assert {place for place, _, _ in rows} <= {-1, 0, 1, 2, 3}
    assert by_state["FAIL"] == len([play for play in plays if play.state is PlayState.FAIL])
    question = {"aggregate": "plays", "cursor": {}, "hint": which.index}
    match = [{"$match": which.wanted_by_id(COMPANY)}, {"$project": {"_id": 1, "state": 1}}]
    plan = store.database.command("explain", {**question, "pipeline": match}, verbosity="executionStats")
    assert (plan["executionStats"]["totalDocsExamined"], plan["executionStats"]["nReturned"]) == (0, 300)


def test_a_grant_on_very_many_flows_walks_the_list_instead_of_sorting(store: Store) -> None:
    which = Which(within=frozenset(f"{number:024x}" for number in range(30)))

    assert which.index == "list"
    assert "SORT" not in stages_of(plan_of(store, which, size=25))
    assert Which(within=which.within, states=("FAIL",)).index == "list_of_flow"
