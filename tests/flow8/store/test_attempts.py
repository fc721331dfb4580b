"""How tries to sign in are counted and put off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flow8.clock import utc_now
from flow8.store import Store
from flow8.store.attempts import Pace
from tests.support.system import until

PACE = Pace(
    free=3, first=timedelta(seconds=0.2), longest=timedelta(seconds=0.5), forgotten=timedelta(hours=1)
)


def test_the_free_tries_are_let_through_and_then_each_pause_is_twice_as_long(store: Store) -> None:
    free = [store.attempts.begin("a", PACE) for _ in range(3)]
    first = store.attempts.begin("a", PACE)
    until(lambda: store.attempts.begin("a", PACE) is None, 30, "the end of the pause")
    second = store.attempts.begin("a", PACE)

    assert free == [None] * 3
    assert first is not None
    assert second is not None
    assert timedelta(seconds=0.3) < second - first < timedelta(seconds=1.5)
    assert store.attempts.begin("b", PACE) is None


def test_a_pause_is_never_longer_than_the_longest(store: Store) -> None:
    for _ in range(30):
        store.database["attempts"].update_one({}, {"$set": {"blockedUntil": utc_now() - timedelta(days=1)}})
        store.attempts.begin("a", PACE)

    blocked = store.attempts.begin("a", PACE)

    assert blocked is not None
    assert blocked - utc_now() <= timedelta(seconds=1)


def test_however_many_try_at_once_no_more_than_the_free_ones_get_through(store: Store) -> None:
    slow = Pace(3, timedelta(minutes=1), timedelta(minutes=1), timedelta(hours=1))

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: store.attempts.begin("a", slow), range(60)))

    assert answers.count(None) == 3


def test_a_free_try_shuts_nobody_out_who_read_the_clock_a_moment_before(store: Store) -> None:
    """By the server's clock two tries of one moment may be counted in the other order than they came."""
    store.attempts.begin("a", PACE)
    store.attempts.begin("b", PACE)
    store.attempts.undo("b")

    assert [row["blockedUntil"] for row in store.database["attempts"].find()] == [None, None]


def test_a_good_try_is_taken_back_and_nobody_waits_for_it(store: Store) -> None:
    for _ in range(3):
        store.attempts.begin("a", PACE)

    store.attempts.undo("a")
    store.attempts.undo("nobody")

    assert store.attempts.begin("a", PACE) is None
    assert store.attempts.begin("a", PACE) is not None


def test_what_is_forgotten_begins_anew(store: Store) -> None:
    for _ in range(4):
        store.attempts.begin("a", PACE)
        store.attempts.begin("b", PACE)

    store.attempts.forget("a")
    long_ago = {"forgetAt": utc_now() - timedelta(seconds=1), "blockedUntil": utc_now() - timedelta(hours=1)}
    store.database["attempts"].update_one({"_id": "b"}, {"$set": long_ago})

    assert [store.attempts.begin("a", PACE) for _ in range(3)] == [None] * 3
    assert [store.attempts.begin("b", PACE) for _ in range(3)] == [None] * 3
