"""Lists of very many plays: every first page comes off an index, whatever is asked for.

    FLOW8_TEST_SIZE=full .venv/bin/python -m pytest tests/endurance/test_play_lists.py -s

fills 200,000 plays and prints, for each filter, how it was answered and how long the first page took.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Happening, Origin, PlayState
from flow8.ids import id_at, new_id
from flow8.store import Store
from flow8.store.payloads import Keeper
from flow8.store.play_filter import EVERY_PLAY, STATES, Which
from flow8.store.play_records import play_document
from tests.support.explain import documents_looked_at, keys_looked_at, plan_of, stages_of
from tests.support.factories import COMPANY, OTHER_COMPANY, a_play
from tests.support.sizes import sized

PLAYS = sized(4_000, 200_000)
SLOWEST_MS = sized(1_000.0, 50.0)
BATCH = 2_000
PAGE = 25
DAYS = 90
FLOWS = [f"{number:024x}" for number in range(200)]
NOW = utc_now()
START = NOW - timedelta(days=DAYS)
DOORS = ("web", "channel", "mcp", "subflow", "cli")

FILTERS = {
    "everything": EVERY_PLAY,
    "state DONE": Which(states=("DONE",)),
    "state FAIL": Which(states=("FAIL",)),
    "state WAIT, the rarest": Which(states=("WAIT",)),
    "states FAIL, CANCELLED": Which(states=("FAIL", "CANCELLED")),
    "a busy flow": Which(flow_id=FLOWS[0]),
    "a quiet flow": Which(flow_id=FLOWS[-1]),
    "a quiet flow, FAIL": Which(flow_id=FLOWS[-1], states=("FAIL",)),
    "trigger mcp": Which(trigger="mcp"),
    "text, a rare word": Which(text="customer 4242"),
    "text, a common word": Which(text="order"),
    "one day, long ago": Which(since=START, until=START + timedelta(days=1)),
    "FAIL, until long ago": Which(states=("FAIL",), until=START + timedelta(days=10)),
    "three flows by grant": Which(within=frozenset(FLOWS[5:8])),
    "trigger mcp and FAIL": Which(trigger="mcp", states=("FAIL",)),
}
BY_TWO_INDEXES = {"trigger mcp and FAIL"}
"""One of the two is looked up in plays; still bounded by the plays of the other."""


@pytest.fixture
def filled(store: Store) -> Store:
    """A store of very many plays, a tenth of them another company's."""
    chance = random.Random(20)
    for start in range(0, PLAYS, BATCH):
        rows = [a_row(chance, START + timedelta(days=DAYS) * n / PLAYS) for n in range(start, start + BATCH)]
        store.database["plays"].insert_many(rows, ordered=False)
    return store


def a_row(chance: random.Random, moment: datetime) -> dict[str, Any]:
    """A play as it lies there afterwards, its history and its layers with it."""
    state = chance.choices(
        [PlayState.DONE, PlayState.FAIL, PlayState.CANCELLED, PlayState.FILTERED, PlayState.WAIT],
        [900, 60, 20, 18, 2],
    )[0]
    flow = min(int(chance.expovariate(1 / 30)), len(FLOWS) - 1)
    play = a_play(
        id=f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}",
        company_id=COMPANY if chance.random() < 0.9 else OTHER_COMPANY,
        flow_id=FLOWS[flow],
        flow=f"flow-{flow}",
        created_at=moment,
        started_at=moment,
        ended_at=moment,
        state=state,
        origin=Origin(chance.choices(DOORS, [10, 60, 5, 20, 5])[0], "somebody"),
        title=f"Order {chance.randrange(10**6)} of customer {chance.randrange(10_000)}",
    )
    history = [Happening(seq, "play:layer:completed", moment, "a", "DONE") for seq in range(1, 8)]
    keeper = Keeper(play.company_id, play.id)
    return {**play_document(play, keeper, moment, history), "endedAt": moment}


@pytest.mark.timeout(1800)
def test_every_first_page_of_very_many_plays_comes_off_an_index(filled: Store) -> None:
    views, wrong = filled.play_views, {}
    print(f"\n{PLAYS} plays")  # noqa: T201 - the figures are what it is run for
    for name, which in FILTERS.items():
        plan = plan_of(filled, views._rarest_word_first(COMPANY, which), size=PAGE)
        took = milliseconds(lambda which=which: views.page(COMPANY, which, size=PAGE + 1))  # type: ignore[misc]
        stages = Counter(stages_of(plan))
        told(name, which.index, took, keys_looked_at(plan), documents_looked_at(plan), dict(stages))
        most = PLAYS // 10 if name in BY_TWO_INDEXES else PAGE * 3 + 40
        if "COLLSCAN" in stages or "SORT" in stages or keys_looked_at(plan) > most or took > SLOWEST_MS:
            wrong[name] = (stages, keys_looked_at(plan), took)

    assert wrong == {}


@pytest.mark.timeout(1800)
def test_counts_of_very_many_plays_come_off_an_index(filled: Store) -> None:
    views = filled.play_views
    print(f"\n{PLAYS} plays")  # noqa: T201 - the figures are what it is run for
    whole = Which(states=tuple(STATES), since=START)
    width = timedelta(days=DAYS) / 90

    day = Which(states=tuple(STATES), since=NOW - timedelta(days=1))
    for name, which in (("histogram of 90 days", whole), ("histogram of a day", day)):
        took = milliseconds(lambda which=which: views.histogram(COMPANY, which, START, width, 60), times=3)  # type: ignore[misc]
        told(name, which.index, took)
    for name in ("everything", "state FAIL", "a busy flow", "text, a common word"):
        which = FILTERS[name]
        took = milliseconds(lambda which=which: views.count(COMPANY, which, 60), times=3)  # type: ignore[misc]
        told(f"total of {name}", which.index, took)

    counted = sum(count for _, _, count in views.histogram(COMPANY, whole, START, width, 60))
    assert counted == views.count(COMPANY, EVERY_PLAY, 60) == sum(1 for _ in all_of(filled))


def all_of(store: Store) -> Iterator[Any]:
    return iter(store.database["plays"].find({"companyId": COMPANY}, {"_id": 1}))


def milliseconds(ask: Callable[[], Any], times: int = 20) -> float:
    """The median of several askings."""
    ask()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def told(name: str, index: str, took: float, *more: Any) -> None:
    print(f"{name:28} {index:16} {took:8.2f} ms ", *more)  # noqa: T201 - the figures are what it is run for
