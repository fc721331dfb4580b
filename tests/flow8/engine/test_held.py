"""The beat keeps leases alive, whatever the process is busy with, and ends those that were let go."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from flow8.clock import utc_now
from flow8.domain.play import Play, PlayState
from flow8.engine.held import Held
from flow8.engine.perform import perform
from flow8.store import Store
from tests.support.engines import Stage
from tests.support.factories import a_flow, a_leased_play

ROOT = Path(__file__).parents[3]


def held_of(store: Store) -> Held:
    """A list whose beat beats when it is told to."""
    return Held(store.plays, apart=lambda _: None)


def a_held_play(store: Store, held: Held) -> Play:
    play = a_leased_play()
    store.plays.insert(play, [])
    held.add(play)
    return play


def until(store: Store, play: Play) -> object:
    row = store.database["plays"].find_one({"_id": play.id})
    return row and row.get("lease") and row["lease"]["until"]


def test_a_turn_lengthens_the_leases_that_are_held(store: Store) -> None:
    held = held_of(store)
    kept, removed = a_held_play(store, held), a_held_play(store, held)
    held.remove(removed)
    before = until(store, kept), until(store, removed)
    time.sleep(0.01)

    held.turn(store.plays, renews=True)

    assert until(store, kept) != before[0]
    assert until(store, removed) == before[1]


def test_a_lease_that_somebody_else_has_is_dropped(store: Store) -> None:
    held = held_of(store)
    play = a_held_play(store, held)
    store.database["plays"].update_one({"_id": play.id}, {"$set": {"lease.token": "theirs"}})

    held.turn(store.plays, renews=True)

    assert len(held) == 0


def test_what_is_let_go_may_be_taken_after_a_pause_and_counts_no_crash(stage: Stage) -> None:
    store, held = stage.engine.store, held_of(stage.engine.store)
    play_id = stage.accept(a_flow())
    play = store.plays.claim(play_id, "held")
    assert play is not None
    held.add(play)

    held.let_go(play)
    perform(stage.engine, play_id)
    assert stage.load(play_id).state is PlayState.RUN
    held.turn(store.plays, renews=False)
    assert (stage.load(play_id).lease, stage.load(play_id).crashes) == (None, 0)
    past = {"notBefore": utc_now() - timedelta(seconds=1)}
    store.database["plays"].update_one({"_id": play_id}, {"$set": past})
    perform(stage.engine, play_id)

    assert stage.load(play_id).state is PlayState.DONE


def test_a_lease_that_was_taken_over_is_not_ended_by_who_let_it_go(store: Store) -> None:
    held = held_of(store)
    play = a_held_play(store, held)
    held.let_go(play)
    store.database["plays"].update_one({"_id": play.id}, {"$set": {"lease.token": "theirs"}})

    held.turn(store.plays, renews=False)

    row = store.database["plays"].find_one({"_id": play.id})
    assert row is not None
    assert row["lease"]["token"] == "theirs"


def test_a_worker_that_computes_keeps_its_leases(store: Store, environment: dict[str, str]) -> None:
    stalled = subprocess.Popen(
        [sys.executable, "-m", "tests.support.stalled"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert stalled.stdout is not None
    play_id = stalled.stdout.readline().strip()
    seen = set()
    for _ in range(30):
        row = store.database["plays"].find_one({"_id": play_id})
        assert row is not None
        seen.add(row["lease"]["until"])
        time.sleep(0.1)

    stalled.communicate()

    assert stalled.returncode == 0
    assert len(seen) > 3
