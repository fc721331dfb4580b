"""One tail for all consumers of a process."""

import threading
from collections.abc import Callable

from flow8.broker.tail import Tail
from flow8.errors import Unavailable
from flow8.store.queue_jobs import Job, QueueJobs
from tests.flow8.broker.places import Place
from tests.support.system import until


def _ring(place: Place, queue: str) -> None:
    place.jobs.put_many([Job(f"job-{place.jobs.count(queue)}-{queue}", queue, b"")])


def _counter() -> tuple[list[int], Callable[[], object]]:
    woken: list[int] = []
    return woken, lambda: woken.append(1)


def test_it_wakes_those_who_listen_to_the_queue_and_no_others(mongodb_place: Place) -> None:
    tail = Tail(lambda: mongodb_place.jobs)
    (first, wake_first), (second, wake_second), (other, wake_other) = _counter(), _counter(), _counter()
    tail.listen("first", "plays", wake_first)
    tail.listen("second", "plays", wake_second)
    tail.listen("other", "documents", wake_other)

    _ring(mongodb_place, "plays")

    until(lambda: first and second)
    assert other == []
    tail.close()


def test_one_thread_serves_all_and_ends_with_the_last(mongodb_place: Place) -> None:
    tail = Tail(lambda: mongodb_place.jobs)
    before = set(threading.enumerate())
    for name in ("one", "two", "three"):
        tail.listen(name, "plays", lambda: None)
    threads = set(threading.enumerate()) - before
    thread = tail._thread
    assert thread is not None

    for name in ("one", "two", "three"):
        tail.leave(name)

    until(lambda: not thread.is_alive())
    assert threads == {thread}


def test_it_starts_again_for_a_listener_that_comes_later(mongodb_place: Place) -> None:
    tail = Tail(lambda: mongodb_place.jobs)
    tail.listen("first", "plays", lambda: None)
    tail.close()
    woken, wake = _counter()

    tail.listen("second", "plays", wake)
    _ring(mongodb_place, "plays")

    until(lambda: woken)
    tail.close()


def test_it_goes_on_after_mongodb_was_away(mongodb_place: Place) -> None:
    failures = 2

    def open_jobs() -> QueueJobs:
        nonlocal failures
        if failures:
            failures -= 1
            raise Unavailable
        return mongodb_place.jobs

    tail = Tail(open_jobs)
    woken, wake = _counter()
    tail.listen("first", "plays", wake)

    _ring(mongodb_place, "plays")

    until(lambda: woken)
    tail.close()
