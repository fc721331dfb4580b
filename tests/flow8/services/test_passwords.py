"""Password hashes."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from flow8.services import passwords

KEPT = passwords.hash_of("correct horse")


@pytest.fixture
def works() -> Iterator[list[int]]:
    """One entry for each piece of work handed to a native thread."""
    before, done = passwords.in_native_thread, list[int]()

    def counting(work: Callable[[], Any]) -> Any:
        done.append(threading.get_native_id())
        return work()

    passwords.in_native_thread = counting
    yield done
    passwords.in_native_thread = before


def test_a_hash_is_argon2id_and_has_its_own_salt() -> None:
    other = passwords.hash_of("correct horse")

    assert KEPT.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert other != KEPT
    assert passwords.matches("correct horse", other)


@pytest.mark.parametrize("password", ["Correct horse", "", "correct horse ", "\ud800", "x" * 100_000])
def test_another_password_does_not_match(password: str) -> None:
    assert not passwords.matches(password, KEPT)


def test_odd_characters_make_a_password_like_any_other() -> None:
    assert passwords.matches("grüezi \ud800", passwords.hash_of("grüezi \ud800"))


@pytest.mark.parametrize("kept", [KEPT, None], ids=["a user", "nobody"])
def test_each_check_is_one_verification_also_for_nobody(kept: str | None, works: list[int]) -> None:
    passwords.matches("wrong", kept)

    assert len(works) == 1


def test_checking_for_nobody_costs_as_much_as_for_somebody() -> None:
    assert extract_parameters(passwords._nobodys()) == extract_parameters(KEPT)


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")

    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(KEPT)


def test_what_is_no_hash_matches_nothing() -> None:
    assert not passwords.matches("x", "x")


def test_only_two_hashes_are_made_at_once() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    before = passwords.in_native_thread

    def watched(work: Callable[[], Any]) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        try:
            return work()
        finally:
            with lock:
                inside -= 1

    passwords.in_native_thread = watched
    threads = [threading.Thread(target=passwords.matches, args=("x", KEPT)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passwords.in_native_thread = before

    assert most == passwords.AT_ONCE


GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, sys
from flow8.services import passwords
if sys.argv[1] == "native":
    passwords.in_native_thread = gevent.get_hub().threadpool.apply
kept = passwords.hash_of("x")
ticks, over = 0, False
def tick():
    global ticks
    while not over:
        gevent.sleep(0.001)
        ticks += 1
ticking = gevent.spawn(tick)
hashing = [gevent.spawn(passwords.matches, "x", kept) for _ in range(6)]
gevent.joinall(hashing); over = True; ticking.join()
assert all(each.value for each in hashing)
print(ticks)
"""


@pytest.mark.parametrize(("how", "others_are_served"), [("native", True), ("here", False)])
def test_in_a_gevent_process_others_are_served_while_hashes_are_made(
    how: str, *, others_are_served: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GEVENT, how], capture_output=True, text=True, check=True, timeout=60
    )

    # Six hashes take at least a quarter of a second; a loop that they block turns a few times in between.
    assert (int(done.stdout) > 20) is others_are_served
