"""What can be seen from outside: lines of the effect log, answers to clients, kills that were carried out.

All times are seconds of the machine's monotonic clock, which every process here reads alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.chaos.plan import Victim


@dataclass(frozen=True)
class Line:
    """One line of the effect log: a flowlet of a play started or ended in a process."""

    at: float
    pid: int
    ends: bool
    play: str
    ref: str
    n: int


@dataclass(frozen=True)
class Heard:
    """A 2xx answer to the order `n`; `output` is there when the answer brought the finished play's."""

    n: int
    at: float
    play: str
    output: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Refused:
    """An answer that no retry can make good."""

    n: int
    status: int
    text: str


@dataclass(frozen=True)
class Kill:
    """A `kill -9`, and every process that it ended."""

    at: float
    victim: Victim
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """A play as the API tells it after the storm; `state` is empty for one that is not there."""

    state: str
    layers: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    why: str = ""
    """What it waits for, in flow8's own words, unless it is finished."""


@dataclass(frozen=True)
class Evidence:
    """Everything that was seen of one run."""

    orders: int
    lines: Sequence[Line]
    heard: Sequence[Heard]
    refused: Sequence[Refused]
    kills: Sequence[Kill]
    seen: Mapping[str, Seen]
    began_at: float
    quiet_after: float | None
    """Seconds from the end of the storm until every play was finished; None when that never happened."""
    retries: int = 0
    told: Mapping[str, int] = field(default_factory=dict)
    """How often flow8's own log tells of what explains much: `TOLD` by name."""


TOLD = {
    "leases lost": "is lost; another worker has it",
    "performed alone": "it was performed alone",
    "let go": "is performed later",
}
"""What flow8 says in its log when a worker that lives loses a play, or takes one apart, or loses MongoDB."""


def told_in(text: str) -> dict[str, int]:
    """How often a log tells of each."""
    return {name: text.count(words) for name, words in TOLD.items()}


def read_log(text: str) -> list[Line]:
    """The lines of an effect log, in the order of their times."""
    return sorted(map(_line, text.splitlines()), key=lambda line: line.at)


def _line(text: str) -> Line:
    nanoseconds, pid, what, key, n = text.split(" ")
    play, _, ref = key.partition("/")
    return Line(int(nanoseconds) / 1e9, int(pid), what == "end", play, ref, int(n))


def by_play(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each play."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.play, []).append(line)
    return found
