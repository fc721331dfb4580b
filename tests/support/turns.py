"""Taking turns: code under test runs up to a pause, and whoever drives it says who goes on and how.

It pauses wherever others may come between, or where its process may die.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from greenlet import getcurrent, greenlet

from flow8.domain.play import Lease

GO_ON: Final = "go on"
BREAK: Final = "break the connection"
FAIL: Final = "fail"
FAIL_FOR_GOOD: Final = "fail for good"
SKIP: Final = "skip"

STARTS: Final = "starts"
BEGINS: Final = "begins"
ACTS: Final = "acts"
WRITES: Final = "writes"
HAS_WRITTEN: Final = "has written"
LOOKS: Final = "looks around"
WAITS: Final = "waits"


class Died(BaseException):
    """The process is killed: nothing in flow8 catches this."""


@dataclass(frozen=True)
class Point:
    """Where something pauses, and about what: the key of a flowlet, for the two points inside its run."""

    name: str
    key: str = ""


def pause(name: str, key: str = "") -> str:
    """Let others have their turn; what whoever gives the turn back wants of this one."""
    driver = getcurrent().parent
    return GO_ON if driver is None else str(driver.switch(Point(name, key)))


class Job:
    """Something that runs in a worker, up to where it paused. `lease` is that of the play it performs.

    A part is what a performance runs beside itself.
    """

    def __init__(self, work: Callable[..., None], *args: Any, part_of: Lease | None = None) -> None:
        self.lease = part_of
        self.is_part = part_of is not None
        self.point: Point | None = Point(STARTS)
        self._greenlet = greenlet(lambda _answer: work(*args), _driver())

    @property
    def is_over(self) -> bool:
        """Whether it ran to its end, or died."""
        return self.point is None

    def go_on(self, answer: str = GO_ON) -> None:
        """Give it a turn, up to its next pause."""
        self.point = None  # unless it comes to one
        self.point = self._greenlet.switch(answer)

    def die(self) -> None:
        """End it where it stands."""
        if self._greenlet:
            with contextlib.suppress(Died):
                self._greenlet.throw(Died)
        self.point = None


def _driver() -> greenlet:
    """Whoever gives turns: what no pause leaves."""
    here = getcurrent()
    return here if here.parent is None else here.parent
