"""Schedules as they are shown: with their flow, what stands in their way, and their last firing."""

from collections.abc import Sequence
from dataclasses import dataclass

from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.reach import no_flow
from flow8.store.firings import Firing
from flow8.store.flows import FlowRecord
from flow8.store.schedules import Schedule


@dataclass(frozen=True)
class ShownSchedule:
    """A schedule with its flow, why nothing could be played now if so, and its last firing."""

    schedule: Schedule
    flow: FlowRecord | None
    trouble: Problem | None
    last: Firing | None


def with_flow(engine: Engine, schedule: Schedule) -> ShownSchedule:
    """A schedule as it is shown."""
    return with_flows(engine, schedule.company_id, [schedule])[0]


def with_flows(engine: Engine, company_id: str, schedules: Sequence[Schedule]) -> list[ShownSchedule]:
    """Schedules of a company as they are shown."""
    ids = sorted({each.flow_id for each in schedules})
    flows = {flow.id: flow for flow in engine.store.flows.of_ids(company_id, ids)}
    return [_shown(engine, each, flows.get(each.flow_id)) for each in schedules]


def _shown(engine: Engine, schedule: Schedule, flow: FlowRecord | None) -> ShownSchedule:
    last = engine.store.firings.last_of(schedule.company_id, schedule.id)
    return ShownSchedule(schedule, flow, _trouble(schedule, flow), last)


def _trouble(schedule: Schedule, flow: FlowRecord | None) -> Problem | None:
    """Why a firing would be refused now, as code and sentence."""
    if flow is None:
        error = no_flow(schedule.flow_id)
        return Problem(error.error_code, "Its flow was deleted; name another one.")
    if not flow.enabled:
        return Problem("FLOW_DISABLED", "Its flow is disabled; firings are skipped until it is enabled.")
    if not flow.published:
        return Problem("FLOW_NOT_PUBLISHED", "Its flow was never published; firings are skipped until it is.")
    return None
