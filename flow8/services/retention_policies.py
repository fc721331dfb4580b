"""Retention policies: what the settings say, what a company says itself, and which of them holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from config.kinds import DURATION
from config.settings import Settings
from flow8.domain.access import Actor, Right
from flow8.domain.retention import LONGEST, Policies, Policy, RetentionScope
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Problem
from flow8.services.asking import audit, must
from flow8.services.page import refuse
from flow8.services.retention_behind import Behind, behind
from flow8.store.retention import CompanyPolicies

MOST_POLICIES: Final = 1000
MOST_KEPT: Final = 1_000_000
UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
SCOPES: Final = ", ".join(RetentionScope)


@dataclass(frozen=True)
class PolicyWish:
    """A policy as somebody wishes it. `flow` and `group` are ids or names; times are like `30d`."""

    scope: str
    cadence: str
    min_entries: int
    enforced_minimum: str | None = None
    flow: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class ShownPolicy:
    """A policy with the name of the flow or group that it is for; None when there is no such one any more."""

    policy: Policy
    name: str | None = None


@dataclass(frozen=True)
class ShownPolicies:
    """What a company says itself, and what the settings say."""

    stored: CompanyPolicies
    own: list[ShownPolicy]
    defaults: list[ShownPolicy]
    behind: Behind


def get_policies(engine: Engine, actor: Actor) -> ShownPolicies:
    """The company's policies.

    Raises:
        Denied: without the right to administer.
    """
    must(engine, actor, Right.ADMINISTER, "retention.get")
    return _shown(engine, engine.store.retention.get(actor.company_id))


def set_policies(
    engine: Engine, actor: Actor, wishes: Sequence[PolicyWish], *, rev: int | None = None
) -> ShownPolicies:
    """Put these in place of all policies of the company; with `rev` only if they are still at it.

    Raises:
        Denied: without the right to administer.
        Invalid: every field that is not right.
        Conflict: RETENTION_CHANGED meanwhile.
    """
    must(engine, actor, Right.ADMINISTER, "retention.change")
    old, store = engine.store.retention.get(actor.company_id), engine.store
    policies = read_policies(engine, actor, wishes)
    reach = store.clock.now() - policies_of(engine.settings, old.policies).least_age
    new = store.retention.replace(actor.company_id, policies, actor.name, reach, rev=rev)
    if new is None:
        message = "Somebody changed the retention policies meanwhile; look at them again, then change them."
        raise Conflict(message, code="RETENTION_CHANGED")
    was, now = _shown(engine, old), _shown(engine, new)
    audit(engine, actor, "retention.change", before=_told(was.own), after=_told(now.own))
    return now


def read_policies(engine: Engine, actor: Actor, wishes: Sequence[PolicyWish]) -> list[Policy]:
    """The policies that are wished for.

    Raises:
        Denied: without the right to administer.
        Invalid: every field that is not right.
    """
    must(engine, actor, Right.ADMINISTER, "retention.read")
    reader = _Reader(engine, actor.company_id)
    if len(wishes) > MOST_POLICIES:
        reader.problems.append(Problem("policies", f"at most {MOST_POLICIES} policies may be given"))
        wishes = ()
    policies = [reader.read(wish, f"policies[{place}]") for place, wish in enumerate(wishes)]
    refuse(reader.problems, "These policies cannot be kept.")
    return policies


def policies_of(settings: Settings, own: Sequence[Policy]) -> Policies:
    """What holds in a company that says this itself: never less than what the settings enforce."""
    said = [*defaults(settings), *own]
    return Policies(policy.never_below(floor(settings, policy.scope)) for policy in said)


def whole_since(engine: Engine, company_id: str) -> datetime:
    """The moment since which no play of the company was removed, whatever policies it had."""
    stored = engine.store.retention.get(company_id)
    reached = engine.store.clock.now() - policies_of(engine.settings, stored.policies).least_age
    return reached if stored.reach is None else max(reached, stored.reach)


def defaults(settings: Settings) -> list[Policy]:
    """What the settings say."""
    return [
        _default(settings, RetentionScope.AUDIT, "retention_audit"),
        _default(settings, RetentionScope.ALL, "retention_flows_all"),
        _default(settings, RetentionScope.FILTERED, "retention_flows_filtered"),
    ]


def _default(settings: Settings, scope: RetentionScope, name: str) -> Policy:
    cadence, entries, least = (
        getattr(settings, f"{name}_{field}") for field in ("cadence", "min_entries", "enforced_minimum")
    )
    return Policy(scope, cadence, entries, least, is_default=True)


def floor(settings: Settings, scope: RetentionScope) -> timedelta:
    """Below this age nothing goes, whatever a company wishes."""
    if scope is RetentionScope.AUDIT:
        return settings.retention_audit_enforced_minimum
    every = settings.retention_flows_all_enforced_minimum
    if scope is RetentionScope.FILTERED:
        return max(every, settings.retention_flows_filtered_enforced_minimum)
    return every


def duration_text(duration: timedelta) -> str:
    """A time as the settings write it, in the largest unit that says it exactly."""
    seconds = int(duration.total_seconds())
    unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}" if seconds else "0s"


class _Reader:
    """Reads the wishes of a company, and gathers what is wrong with them."""

    def __init__(self, engine: Engine, company_id: str) -> None:
        self._engine, self._company_id = engine, company_id
        self._known = {each.subject for each in engine.store.retention.get(company_id).policies}
        self._seen: set[tuple[RetentionScope, str | None]] = set()
        self.problems: list[Problem] = []

    def read(self, wish: PolicyWish, path: str) -> Policy:
        """The policy of a wish; whatever it holds, once there are problems."""
        if wish.scope not in list(RetentionScope):
            self._refuse(f"{path}.scope", f"must be one of {SCOPES}")
        scope = RetentionScope(wish.scope) if wish.scope in list(RetentionScope) else RetentionScope.ALL
        subject = self._subject(wish, scope, path)
        if (scope, subject) in self._seen:
            self._refuse(path, "is there twice; one policy is enough for the same thing")
        self._seen.add((scope, subject))
        if not 0 <= wish.min_entries <= MOST_KEPT:
            self._refuse(f"{path}.minEntries", f"must be from 0 to {MOST_KEPT}")
        cadence = self._duration(wish.cadence, f"{path}.cadence")
        return Policy(scope, cadence, wish.min_entries, self._least(wish, scope, path), subject)

    def _refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def _least(self, wish: PolicyWish, scope: RetentionScope, path: str) -> timedelta:
        least = floor(self._engine.settings, scope)
        if wish.enforced_minimum is None:
            return least
        wished = self._duration(wish.enforced_minimum, f"{path}.enforcedMinimum")
        if wished < least:
            told = f"must be at least {duration_text(least)}, which the settings of this installation enforce"
            self._refuse(f"{path}.enforcedMinimum", told)
        return wished

    def _duration(self, text: str, path: str) -> timedelta:
        try:
            found = DURATION.read(text)
        except (ValueError, OverflowError):
            self._refuse(path, f"must be {DURATION.words}")
            return timedelta()
        if found > LONGEST:
            self._refuse(path, f"must be at most {duration_text(LONGEST)}")
        return found

    def _subject(self, wish: PolicyWish, scope: RetentionScope, path: str) -> str | None:
        found = None
        given = {RetentionScope.FLOW: ("flow", wish.flow), RetentionScope.GROUP: ("group", wish.group)}
        for each, (field, name) in given.items():
            if each is not scope and name is not None:
                self._refuse(f"{path}.{field}", f"goes with the scope {each.value} only; leave it out")
            elif each is scope and name is None:
                self._refuse(f"{path}.{field}", f"is missing; name the {field}")
            elif each is scope and name is not None:
                found = self._id(field, name, f"{path}.{field}")
        return found

    def _id(self, kind: str, name: str, path: str) -> str | None:
        if name in self._known:
            return name
        store = self._engine.store
        find = store.flows.find if kind == "flow" else store.groups.named
        found = find(self._company_id, name) if name.isprintable() else None
        if found is None:
            self._refuse(path, f"there is no {kind} '{name}'")
        return None if found is None else str(found.id)


def _shown(engine: Engine, stored: CompanyPolicies) -> ShownPolicies:
    ids = [policy.subject for policy in stored.policies if policy.subject]
    flows = engine.store.flows.of_ids(stored.company_id, ids)
    groups = engine.store.groups.of_ids(stored.company_id, ids)
    names = {**{flow.id: flow.permanent_id for flow in flows}, **{group.id: group.name for group in groups}}
    own = [ShownPolicy(policy, names.get(policy.subject or "")) for policy in stored.policies]
    usual = [ShownPolicy(policy) for policy in defaults(engine.settings)]
    return ShownPolicies(stored, own, usual, behind(engine.store, engine.settings))


def _told(shown: Sequence[ShownPolicy]) -> dict[str, str]:
    """The policies for the audit: a line for each thing, so that only what changed is kept."""
    return dict(_lines(shown))


def _lines(shown: Sequence[ShownPolicy]) -> Iterator[tuple[str, str]]:
    for each in shown:
        policy, place = each.policy, each.name or each.policy.subject
        key = policy.scope.value if place is None else f"{policy.scope.value} {place}"
        times = duration_text(policy.cadence), duration_text(policy.enforced_minimum)
        yield key, f"{times[0]}, {policy.min_entries} stay, never below {times[1]}"
