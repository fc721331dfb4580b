"""Test a draft before it is published: the whole of it, up to one flowlet, or one flowlet alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.apart import take_apart
from flow8.domain.cut_out import alone, earlier_than, up_to, whole
from flow8.domain.flow import Flow
from flow8.domain.play import Layer, LayerState, Origin
from flow8.domain.read import dump_flow, parse_flow
from flow8.domain.validate import validate
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest, start, start_and_wait
from flow8.errors import Problem
from flow8.services.asking import audit
from flow8.services.facts import RegistryFacts
from flow8.services.files import files_in
from flow8.services.flows import flow_named
from flow8.services.named_flows import unreachable_flows
from flow8.services.page import refuse
from flow8.services.plays import LONGEST_WAIT
from flow8.services.reach import must_on_flow
from flow8.store.flows import FlowRecord

NOT_TESTED: Final = "This draft cannot be tested so; nothing was started."


@dataclass(frozen=True)
class Trial:
    """What to test of a draft: all of it, what leads `up_to` a flowlet, or `only` one.

    Flowlets with an output in `prev` do not run: that output stands in their place, in this test and never
    elsewhere. `only` one runs whatever its conditions, with null for earlier flowlets that `prev` does not
    name, and with `input` in place of its own args.
    """

    args: Any
    up_to: str | None = None
    only: str | None = None
    input: Mapping[str, Any] | None = None
    prev: Mapping[str, Any] | None = None
    wait: float = 0.0


def test_draft(engine: Engine, actor: Actor, name: str, trial: Trial) -> Outcome:
    """Start a play of the draft as it is now, saved under a number of its own that nothing else ever runs.

    It is a play like any other: what its flowlets do to the world is done. A failure starts no other flow.

    Raises:
        Denied: without the right to edit the flow, since a test runs what nobody published.
        NotFound: FLOW_NOT_FOUND.
        Invalid: what is asked does not fit together, or every problem of what would be run.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.test", name)
    flow = flow_named(engine, actor.company_id, name)
    draft, problems = parse_flow(flow.draft)
    refuse([*_ask_problems(trial, draft), *problems], NOT_TESTED)
    assert draft is not None  # noqa: S101 - else there were problems
    part = _part(engine, draft, trial)
    refuse(unreachable_flows(engine, actor, part), NOT_TESTED)
    request = _request(engine, actor, flow, part, trial)
    outcome = start_and_wait(engine, request, trial.wait) if trial.wait > 0 else start(engine, request)
    audit(
        engine,
        actor,
        "flows.test",
        flow.permanent_id,
        playId=outcome.play_id,
        upTo=trial.up_to,
        only=trial.only,
    )
    return outcome


def _ask_problems(trial: Trial, draft: Flow | None) -> list[Problem]:
    problems = []
    if not 0 <= trial.wait <= LONGEST_WAIT:
        problems.append(Problem("wait", f"must be from 0 to {LONGEST_WAIT:.0f} seconds"))
    if trial.up_to is not None and trial.only is not None:
        problems.append(Problem("only", "cannot stand beside upTo; test one or the other"))
    if trial.only is None and trial.input is not None:
        problems.append(Problem("input", "is for one flowlet; name it in only"))
    return problems if draft is None else [*problems, *_ref_problems(trial, draft)]


def _ref_problems(trial: Trial, draft: Flow) -> list[Problem]:
    flowlets = {each.ref: each for each in draft.flowlets}
    named = {"upTo": trial.up_to, "only": trial.only}
    problems = [
        Problem(field, f"the draft has no flowlet '{ref}'")
        for field, ref in named.items()
        if ref is not None and ref not in flowlets
    ]
    problems += [
        Problem(f"prev.{ref}", f"the draft has no flowlet '{ref}'")
        for ref in trial.prev or ()
        if ref not in flowlets
    ]
    if trial.only is None:
        problems += [
            Problem(f"prev.{ref}", f"'{ref}' stands in a loop, with an output for each item; give the loop's")
            for ref in trial.prev or ()
            if ref in flowlets and flowlets[ref].inside is not None
        ]
    only = None if trial.only is None else flowlets.get(trial.only)
    if only is not None and only.inside is not None and trial.input is None:
        problems.append(
            Problem("input", f"must be given: '{only.ref}' stands in a loop, whose items it reads")
        )
    return problems


def _part(engine: Engine, draft: Flow, trial: Trial) -> Flow:
    """What is run.

    Raises:
        Invalid: it has problems; what is wrong elsewhere in the draft does not matter.
    """
    facts = RegistryFacts(engine.registry)
    if trial.up_to is None and trial.only is None:
        refuse(validate(draft, facts), NOT_TESTED)
        return whole(draft)
    # The order is worked out from the whole draft, so that has to be without circles.
    refuse([each for each in validate(draft, facts) if _is_about_order(each)], NOT_TESTED)
    part = up_to(draft, trial.up_to) if trial.up_to else alone(draft, trial.only or "", trial.input)
    refuse(validate(part, facts), NOT_TESTED)
    return part


def _is_about_order(problem: Problem) -> bool:
    return problem.path.endswith((".ref", ".inside", ".index")) or ".after" in problem.path


def _request(engine: Engine, actor: Actor, flow: FlowRecord, part: Flow, trial: Trial) -> StartRequest:
    definition, _ = take_apart(dump_flow(part))
    number = engine.store.flows.keep_tested(actor.company_id, flow.id, definition, actor.name)
    origin = Origin(actor.door, actor.name, actor.key_id, actor.ip, actor.request_id)
    recorded = () if trial.input is not None else _recorded(engine, part, trial)
    files = files_in(engine, actor, [trial.args, trial.input, trial.prev])
    return StartRequest(flow, trial.args, origin, version=number, force=True, recorded=recorded, files=files)


def _recorded(engine: Engine, part: Flow, trial: Trial) -> tuple[Layer, ...]:
    """What stands in place of flowlets that do not run: those before the one alone, or those given."""
    now, given = engine.store.clock.now(), trial.prev or {}
    refs = earlier_than(part, trial.only) if trial.only else tuple(_given(part, given))
    return tuple(
        Layer(
            ref,
            LayerState.DONE if ref in given else LayerState.SKIP,
            input={},
            output=given.get(ref),
            started_at=now,
            ended_at=now,
        )
        for ref in refs
    )


def _given(part: Flow, given: Mapping[str, Any]) -> Iterator[str]:
    """Flowlets of the part itself, outside of loops, whose output is given."""
    return (each.ref for each in part.flowlets if each.ref in given and each.inside is None)
