"""How flows fare, and what starts them: what a list of flows shows of many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.channels import ALL
from flow8.services.flows import flow_named
from flow8.services.page import LARGEST_SIZE, refuse
from flow8.services.play_shapes import duration_ms
from flow8.services.reach import must_on_flow, must_within
from flow8.store.channels import Channel, Route
from flow8.store.schedules import Schedule

LOOKED_AT: Final = 50
"""So many plays of each flow are looked at."""
TICKS: Final = 12
COUNTED: Final = 1_000
"""So many plays of a flow are counted by their versions."""
WELL: Final = frozenset({PlayState.DONE.value, PlayState.SKIP.value, PlayState.FILTERED.value})
BADLY: Final = PlayState.FAIL.value


@dataclass(frozen=True)
class Overview:
    """How a flow's last plays went, and what starts it.

    `went_well` and `failed` count those of the last `LOOKED_AT` that are over; cancelled ones say nothing.
    """

    flow_id: str
    latest: Sequence[dict[str, Any]]
    went_well: int
    failed: int
    p95_ms: int | None
    routes: Sequence[tuple[Channel, Route]]
    schedules: Sequence[Schedule]


@dataclass(frozen=True)
class VersionNumbers:
    """How many of a flow's last plays were of a version, and how they went."""

    version: int
    plays: int
    went_well: int
    failed: int


def overviews(engine: Engine, actor: Actor, flow_ids: Sequence[str]) -> list[Overview]:
    """How each of these flows fares, as far as the actor may see them, by the flows' ids.

    Raises:
        Denied: without the right to view.
        Invalid: more flows than a page of a list has.
    """
    within = must_within(engine, actor, Right.VIEW, "flows.overviews")
    too_many = len(flow_ids) > LARGEST_SIZE
    refuse([Problem("flows", f"at most {LARGEST_SIZE} at once")] if too_many else [], "That is too much.")
    company_id = actor.company_id
    wanted = [each for each in dict.fromkeys(flow_ids) if within is None or each in within]
    there = [flow.id for flow in engine.store.flows.of_ids(company_id, wanted)]
    plays: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in engine.store.flow_numbers.latest(company_id, there, LOOKED_AT):
        plays[row["flowId"]].append(row)
    routes, schedules = routes_by_flow(engine, company_id), _schedules(engine, company_id, there)
    return [_overview(each, plays[each], routes[each], schedules[each]) for each in there]


def version_numbers(engine: Engine, actor: Actor, name: str) -> list[VersionNumbers]:
    """How the last 1,000 plays of a flow went, by version, newest first; no tests of drafts.

    Raises:
        Denied: without the right to view the flow.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.version_numbers", name)
    flow = flow_named(engine, actor.company_id, name)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in engine.store.flow_numbers.by_version(actor.company_id, flow.id, COUNTED):
        counts[row["version"]][row["state"]] = row["count"]
    return [_numbers(version, counts[version]) for version in sorted(counts, reverse=True)]


def _numbers(version: int, by_state: dict[str, int]) -> VersionNumbers:
    went_well = sum(count for state, count in by_state.items() if state in WELL)
    return VersionNumbers(version, sum(by_state.values()), went_well, by_state.get(BADLY, 0))


def _overview(
    flow_id: str,
    plays: Sequence[dict[str, Any]],
    routes: Sequence[tuple[Channel, Route]],
    schedules: Sequence[Schedule],
) -> Overview:
    states = [play["state"] for play in plays]
    took = [duration_ms(play) for play in plays if play["state"] in (*WELL, BADLY)]
    return Overview(
        flow_id,
        plays[:TICKS],
        went_well=sum(state in WELL for state in states),
        failed=states.count(BADLY),
        p95_ms=p95_of(each for each in took if each is not None),
        routes=routes,
        schedules=schedules,
    )


def p95_of(durations: Iterable[int]) -> int | None:
    """The nearest rank: of twenty the nineteenth."""
    ordered = sorted(durations)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else None


def routes_by_flow(engine: Engine, company_id: str) -> dict[str, list[tuple[Channel, Route]]]:
    """The routes of the company's channels that lead to each flow, for services."""
    found: dict[str, list[tuple[Channel, Route]]] = defaultdict(list)
    channels, _ = engine.store.channels.page(company_id, skip=0, size=ALL)
    for channel in channels:
        for route in channel.routes:
            for flow_id in route.target_flow_ids:
                found[flow_id].append((channel, route))
    return found


def _schedules(engine: Engine, company_id: str, flow_ids: Sequence[str]) -> dict[str, list[Schedule]]:
    found: dict[str, list[Schedule]] = defaultdict(list)
    schedules, _ = engine.store.schedules.page(company_id, skip=0, size=ALL, within=flow_ids)
    for schedule in schedules:
        found[schedule.flow_id].append(schedule)
    return found
