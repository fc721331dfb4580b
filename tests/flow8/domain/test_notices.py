"""Notices: named so that the same thing is told once, and not tried for ever."""

from flow8.clock import utc_now
from flow8.domain.notices import approval_notice, failure_notice, next_try


def test_the_same_thing_has_the_same_name_and_another_one_another() -> None:
    now = utc_now()
    failure = failure_notice("c", "p", "f", 1, now)

    assert failure_notice("c", "p", "f", 2, utc_now()).id == failure.id
    assert failure_notice("c", "q", "f", 1, now).id != failure.id
    assert failure_notice("c", "q", "f", 1, now).about == failure.about
    approvals = [approval_notice("c", "p", "f", 1, now, ref) for ref in ("a", "b")]
    assert len({each.id for each in (failure, *approvals)}) == 3
    assert len({each.about for each in (failure, *approvals)}) == 3


def test_tries_come_later_and_later_and_end() -> None:
    waits = [next_try(tries) for tries in range(1, 8)]

    assert waits[-1] is None
    assert waits[:-1] == sorted(wait for wait in waits if wait is not None)
