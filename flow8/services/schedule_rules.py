"""What a schedule must look like: every broken rule at once, each with its field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flow8.domain.schedule import FiringState, Misfire, Overlap, Timing, timing_problems
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Problem
from flow8.services.page import size_problems
from flow8.store.flows import FlowRecord

NAME_LENGTH: Final = 200
MOST_ARGS_BYTES: Final = 64 * 1024
LARGEST_VERSION: Final = 999_999_999
USUAL_COUNT: Final = 5
LARGEST_COUNT: Final = 100


@dataclass(frozen=True)
class Wish:
    """A schedule as somebody asks for it; `flow` is an id or a permanent id."""

    name: str
    flow: str
    timing: Timing
    misfire: str = Misfire.ONCE.value
    overlap: str = Overlap.ALLOW.value
    args: Any = None
    version: int | None = None
    enabled: bool = True


def wish_problems(engine: Engine, wish: Wish, flow: FlowRecord) -> list[Problem]:
    """Everything that speaks against a schedule for a flow."""
    problems = []
    if not wish.name.isprintable() or not 1 <= len(wish.name.strip()) <= NAME_LENGTH:
        problems.append(Problem("name", f"must have 1 to {NAME_LENGTH} printable characters"))
    problems += timing_problems(wish.timing)
    for field, given, known in (("misfire", wish.misfire, Misfire), ("overlap", wish.overlap, Overlap)):
        if given not in set(known):
            problems.append(Problem(field, f"must be {' or '.join(known)}"))
    return problems + _play_problems(engine, wish, flow)


def _play_problems(engine: Engine, wish: Wish, flow: FlowRecord) -> list[Problem]:
    """What the flow says of its version and its args; a flow that was never published says nothing yet."""
    if wish.version is not None and not 1 <= wish.version <= LARGEST_VERSION:
        return [Problem("version", f"must be from 1 to {LARGEST_VERSION}")]
    try:
        size = len(to_text(wish.args))
    except ValueError as error:
        return [Problem("args", f"are {error}")]
    if size > MOST_ARGS_BYTES:
        return [Problem("args", f"must have at most {MOST_ARGS_BYTES} bytes as JSON")]
    version = wish.version or flow.published
    if not version:
        return []
    try:
        return engine.flows.get(flow.company_id, flow.id, version).check_args(wish.args, "args")
    except NotFound as error:
        return [Problem("version", error.message)]


def over_problems(timing: Timing, now: datetime) -> list[Problem]:
    """What speaks against beginning with a timing now: its one moment may be over."""
    is_over = timing.at is not None and timing.at <= now
    return [Problem("at", "is over; give a moment to come")] if is_over else []


def count_problems(count: int) -> list[Problem]:
    """What is wrong with how many due times somebody asks for."""
    is_right = 1 <= count <= LARGEST_COUNT
    return [] if is_right else [Problem("count", f"must be from 1 to {LARGEST_COUNT}")]


def firings_problems(states: Sequence[str], size: int) -> list[Problem]:
    """What is wrong with a question for firings."""
    unknown = [state for state in states if state not in set(FiringState)]
    wrong = [Problem("state", f"'{state}' is no state of a firing") for state in unknown]
    return [*size_problems(size), *wrong]


def anchored(timing: Timing, before: Timing | None, now: datetime) -> Timing:
    """The timing in whole milliseconds; an interval counts from where it did `before`, or else from now."""
    start = timing.starts_at
    if timing.interval_seconds is not None and start is None:
        start = now.replace(microsecond=0) if before is None or before.starts_at is None else before.starts_at
    return replace(timing, starts_at=_cut(start), at=_cut(timing.at))


def _cut(moment: datetime | None) -> datetime | None:
    """MongoDB keeps no more than milliseconds."""
    if moment is None:
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
