"""What retention may remove of each flow at one moment, by the policies of its company."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from config.settings import Settings
from flow8.domain.retention import Policies, Rule
from flow8.engine.accept import KEY_IS_KEPT
from flow8.engine.engine import Engine
from flow8.services.retention_policies import policies_of
from flow8.store.access import DEEPEST
from flow8.store.aged_plays import Aged
from flow8.store.flows import FlowPlace

FLOWS_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Share:
    """The plays of one flow that one rule is about."""

    company_id: str
    flow_id: str
    place: FlowPlace | None
    rule: Rule
    aged: Aged

    @property
    def age(self) -> timedelta:
        """The age at which they go."""
        return self.rule.policy.age


@dataclass
class Rulebook:
    """The policies of every company as they stand at the beginning of one clean-up."""

    settings: Settings
    now: datetime
    own: dict[str, Policies] = field(default_factory=dict)
    """Those of companies that say something themselves."""
    revs: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._usual = policies_of(self.settings, [])

    def of(self, company_id: str) -> Policies:
        """The policies of a company."""
        return self.own.get(company_id, self._usual)

    def ages(self) -> list[timedelta]:
        """Every age at which plays go, the least first."""
        every = [self._usual, *self.own.values()]
        return sorted({policy.age for policies in every for policy in policies.of_plays})


def rulebook_of(engine: Engine) -> Rulebook:
    """What holds now in every company."""
    said = list(engine.store.retention.all())
    own = {each.company_id: policies_of(engine.settings, each.policies) for each in said}
    revs = {each.company_id: each.rev for each in said}
    return Rulebook(engine.settings, engine.store.clock.now(), own, revs)


def shares_of(engine: Engine, book: Rulebook, company_id: str, flow_ids: Collection[str]) -> Iterator[Share]:
    """One or two shares for each of these flows, whose groups are asked for all of them together."""
    parents, policies, ids = engine.store.groups.parents(company_id), book.of(company_id), sorted(flow_ids)
    for start in range(0, len(ids), FLOWS_AT_ONCE):
        some = ids[start : start + FLOWS_AT_ONCE]
        places = engine.store.flows.places(company_id, some)
        for flow_id in some:
            place = places.get(flow_id)
            groups = groups_from(parents, None if place is None else place.group_id)
            for rule in policies.rules(flow_id, groups):
                aged = _aged(book.now, flow_id, rule)
                yield Share(company_id, flow_id, place, rule, aged)


def groups_from(parents: dict[str, str | None], group_id: str | None) -> list[str]:
    """A group and those that it stands in, outwards."""
    found: list[str] = []
    while group_id is not None and group_id in parents and group_id not in found and len(found) <= DEEPEST:
        found.append(group_id)
        group_id = parents[group_id]
    return found


def _aged(now: datetime, flow_id: str, rule: Rule) -> Aged:
    policy = rule.policy
    return Aged(flow_id, rule.states, now - policy.age, policy.min_entries, now - KEY_IS_KEPT)
