"""What was read a moment ago is used again, and no longer than that."""

from flow8.engine.fresh import MOST, Fresh
from tests.support.system import until


class Read:
    """Counts how often it is asked; answers what it was told."""

    def __init__(self, answer: str | None = "found") -> None:
        self.answer = answer
        self.count = 0

    def __call__(self) -> str | None:
        self.count += 1
        return self.answer


def test_what_was_read_a_moment_ago_is_not_read_again() -> None:
    fresh, read = Fresh(60), Read()

    found = [fresh.get("a", read) for _ in range(3)]

    assert (found, read.count) == (["found"] * 3, 1)


def test_after_its_time_it_is_read_again() -> None:
    fresh, read = Fresh(0.05), Read("old")
    fresh.get("a", read)

    read.answer = "new"

    until(lambda: fresh.get("a", read) == "new")


def test_each_key_has_its_own_value() -> None:
    fresh = Fresh(60)

    found = [fresh.get(key, Read(answer)) for key, answer in (("a", "A"), ("b", "B"), ("a", "C"))]

    assert found == ["A", "B", "A"]


def test_what_is_not_there_is_asked_for_each_time() -> None:
    fresh, read = Fresh(60), Read(None)

    found = [fresh.get("a", read) for _ in range(3)]

    assert (found, read.count) == ([None] * 3, 3)


def test_what_was_changed_here_is_read_again_at_once() -> None:
    fresh, read = Fresh(60), Read("old")
    fresh.get("a", read)

    read.answer = "new"
    fresh.forget()

    assert fresh.get("a", read) == "new"


def test_what_was_being_read_while_it_changed_is_not_kept() -> None:
    fresh = Fresh(60)

    def read_as_it_changes() -> str:
        fresh.forget()
        return "old"

    during = fresh.get("a", read_as_it_changes)

    assert (during, fresh.get("a", Read("new"))) == ("old", "new")


def test_strangers_who_ask_for_ever_new_things_do_not_fill_the_memory() -> None:
    fresh = Fresh(60)

    for number in range(3 * MOST):
        fresh.get(number, Read())

    assert len(fresh._kept) <= MOST
