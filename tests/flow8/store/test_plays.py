"""Plays in the store: one claim, a token on every write, nothing lost in between."""

from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Happening, Layer, LayerState, Lease, PlayState, Wish, WishKind
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.payloads import INLINE_BYTES, Keeper
from flow8.store.plays import NEVER, Change, KeyIsTaken
from tests.support.factories import COMPANY, OTHER_COMPANY, a_leased_play, a_play


def let_lease_run_out(store: Store, play_id: str) -> None:
    past = utc_now() - timedelta(seconds=1)
    store.database["plays"].update_one({"_id": play_id}, {"$set": {"lease.until": past, "dueAt": past}})


def test_an_inserted_play_comes_back_whole(store: Store) -> None:
    play = a_play(args={"$odd.key": 2**70, "text": "ä\ud800"}, request={"method": "POST"}, title="T")

    store.plays.insert(play, [Happening(1, "play:started", play.created_at)])

    loaded = store.plays.load(play.id)
    assert loaded is not None
    assert (loaded.args, loaded.request, loaded.title, loaded.seq) == (play.args, play.request, "T", 1)


def test_a_play_is_claimed_once(store: Store) -> None:
    play = a_play()
    store.plays.insert(play, [])

    first, second = store.plays.claim(play.id, "one"), store.plays.claim(play.id, "two")

    assert first is not None
    assert first.lease is not None
    assert (first.lease.owner, first.state, first.crashes) == ("one", PlayState.RUN, 1)
    assert second is None


def test_a_play_is_claimed_again_when_its_lease_ran_out(store: Store) -> None:
    play = a_play()
    store.plays.insert(play, [])
    store.plays.claim(play.id, "one")
    let_lease_run_out(store, play.id)

    again = store.plays.claim(play.id, "two")

    assert again is not None
    assert again.lease is not None
    assert (again.lease.owner, again.crashes) == ("two", 2)


def test_a_play_inserted_under_a_lease_is_not_claimed(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])

    assert store.plays.claim(play.id, "two") is None


def test_a_play_that_is_not_due_is_not_claimed(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    later = utc_now() + timedelta(hours=1)
    store.plays.write(play, Change(play={"state": "DEFERRED"}, release_until=later))

    assert store.plays.claim(play.id, "two") is None


@pytest.mark.parametrize("state", ["DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED"])
def test_a_play_that_is_over_is_not_claimed(store: Store, state: str) -> None:
    play = a_play(state=PlayState(state))
    store.plays.insert(play, [])

    assert store.plays.claim(play.id, "one") is None


@pytest.mark.parametrize("state", ["WAIT", "ON_HOLD"])
def test_a_play_that_waits_for_a_person_is_claimed_once_somebody_left_a_wish(
    store: Store, state: str
) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    store.plays.write(play, Change(play={"state": state}, release_until=NEVER))

    before = store.plays.claim(play.id, "one")
    store.plays.wish(COMPANY, play.id, a_wish())
    after = store.plays.claim(play.id, "one")

    assert before is None
    assert after is not None
    assert [wish.kind for wish in after.wishes] == [WishKind.RESUME]


def test_a_wish_makes_a_parked_play_due_at_once(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    store.plays.write(play, Change(play={"state": "WAIT"}, release_until=NEVER))

    asleep = store.plays.due(10)
    store.plays.wish(COMPANY, play.id, a_wish())

    assert asleep == []
    assert [row["_id"] for row in store.plays.due(10)] == [play.id]


def test_nobody_wishes_anything_of_a_finished_play_or_one_of_another_company(store: Store) -> None:
    finished, running = a_play(state=PlayState.DONE), a_play()
    for play in (finished, running):
        store.plays.insert(play, [])

    assert store.plays.wish(COMPANY, finished.id, a_wish()) is None
    assert store.plays.wish(OTHER_COMPANY, running.id, a_wish()) is None


def a_wish() -> Wish:
    return Wish(new_id(), WishKind.RESUME, "ana", utc_now())


def test_who_lost_the_lease_cannot_write(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    let_lease_run_out(store, play.id)
    taken = store.plays.claim(play.id, "two")
    assert taken is not None

    late = store.plays.write(play, Change(ends=True, play={"state": "DONE"}))
    rightful = store.plays.write(taken, Change(ends=True, play={"state": "FAIL"}))

    assert (late, rightful) == (False, True)
    assert store.play_views.state_of(play.id) == "FAIL"


def test_a_wish_left_meanwhile_keeps_a_play_from_ending(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    store.database["plays"].update_one({"_id": play.id}, {"$inc": {"wake": 1}})

    ended = store.plays.write(play, Change(ends=True, play={"state": "DONE"}))
    checkpointed = store.plays.write(play, Change(layers=[Layer("a", LayerState.RUN)]))

    assert (ended, checkpointed) == (False, True)


def test_a_checkpoint_writes_single_layers_and_their_values_and_forgets_earlier_crashes(store: Store) -> None:
    play = a_leased_play(crashes=2)
    store.plays.insert(play, [Happening(1, "play:started", play.created_at)])
    layer = Layer("a", LayerState.DONE, attempts=1, started_at=utc_now(), ended_at=utc_now())
    lines = [Happening(2, "play:layer:completed", utc_now(), "a", "DONE")]

    store.plays.write(play, Change([layer], {"a": "[1]"}, {"a": '{"b.c":null}'}, lines))

    loaded = store.plays.load(play.id)
    assert loaded is not None
    assert (loaded.crashes, loaded.seq) == (1, 2)
    assert (loaded.layers["a"].input, loaded.layers["a"].output) == ([1], {"b.c": None})


def test_that_a_flowlet_starts_again_is_no_progress(store: Store) -> None:
    play = a_leased_play(crashes=2)
    store.plays.insert(play, [])

    store.plays.write(play, Change([Layer("a", LayerState.RUN, attempts=2)]))

    loaded = store.plays.load(play.id)
    assert loaded is not None
    assert loaded.crashes == 2


def test_the_end_of_a_play_takes_lease_and_due_time_away(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])

    store.plays.write(play, Change(ends=True, play={"state": "DONE", "endedAt": utc_now()}))

    row = store.database["plays"].find_one({"_id": play.id})
    assert row is not None
    assert not {"lease", "dueAt"} & row.keys()


def test_a_big_value_is_kept_as_a_payload_and_read_back(store: Store) -> None:
    big: Any = {"text": "x" * (INLINE_BYTES + 1)}
    play = a_play(args=big)

    store.plays.insert(play, [])

    row = store.database["plays"].find_one({"_id": play.id})
    loaded = store.plays.load(play.id)
    assert row is not None
    assert loaded is not None
    assert set(row["args"]) == {"sha256", "size"}
    assert loaded.args == big


def test_a_play_with_many_values_keeps_its_document_small() -> None:
    keeper = Keeper(COMPANY, "p")

    kept = [keeper.keep({"n": number, "text": "x" * 60_000}) for number in range(20)]

    assert sum(isinstance(value, str) for value in kept) == 8
    assert len(keeper.rows) == 12


def test_the_same_idempotency_key_is_taken_once_in_each_flow(store: Store) -> None:
    store.plays.insert(a_play(idempotency_key="k"), [])
    store.plays.insert(a_play(idempotency_key="k", flow_id="e" * 24), [])
    store.plays.insert(a_play(idempotency_key="k", company_id=OTHER_COMPANY), [])

    with pytest.raises(KeyIsTaken):
        store.plays.insert(a_play(idempotency_key="k"), [])


def test_renewing_tells_which_leases_are_lost(store: Store) -> None:
    mine, lost = a_leased_play(), a_leased_play()
    for play in (mine, lost):
        store.plays.insert(play, [])
    let_lease_run_out(store, lost.id)
    store.plays.claim(lost.id, "two")
    leases = [play.lease for play in (mine, lost) if play.lease]

    taken = store.plays.renew(leases, [mine.id, lost.id])

    assert taken == {lost.id}


def test_what_is_due_is_put_off_so_that_it_is_not_rung_in_a_storm(store: Store) -> None:
    play = a_play(created_at=utc_now() - timedelta(seconds=6))
    store.plays.insert(play, [])
    store.plays.insert(a_play(), [])

    first = store.plays.due(10)
    store.plays.put_off(first, [5.0])
    second = store.plays.due(10)

    assert [row["_id"] for row in first] == [play.id]
    assert second == []


def test_a_token_of_another_play_opens_nothing(store: Store) -> None:
    play = a_leased_play()
    store.plays.insert(play, [])
    play.lease = Lease("test:1", "another")

    assert store.plays.write(play, Change(play={"state": "DONE"}, ends=True)) is False
