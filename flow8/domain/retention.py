"""Which retention policy holds for a play: the most specific one, and how long it keeps what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from flow8.domain.play import PLAY_CHANGES, UNFINISHED, PlayState

LONGEST: Final = timedelta(days=36_500)
"""A hundred years: for ever, as far as calendars are concerned."""
ENDED: Final = frozenset(PLAY_CHANGES) - UNFINISHED
FILTERED: Final = frozenset({PlayState.FILTERED})


class RetentionScope(StrEnum):
    """What a policy is about."""

    AUDIT = "audit"
    ALL = "flows.all"
    FILTERED = "flows.filtered"
    GROUP = "flows.group"
    FLOW = "flow"


@dataclass(frozen=True)
class Policy:
    """What goes once it is older than `age`, but for the newest `min_entries` of each flow.

    `subject` is the id of the group or flow that it is for.
    """

    scope: RetentionScope
    cadence: timedelta
    min_entries: int
    enforced_minimum: timedelta = timedelta()
    subject: str | None = None
    is_default: bool = False

    @property
    def age(self) -> timedelta:
        """The age at which things go: the cadence, and never below the enforced minimum."""
        return min(max(self.cadence, self.enforced_minimum), LONGEST)

    def never_below(self, least: timedelta) -> "Policy":
        """The same with an enforced minimum of at least this."""
        return replace(self, enforced_minimum=max(self.enforced_minimum, least))


@dataclass(frozen=True)
class Rule:
    """What holds for the plays of one flow that ended in one of these states; they are counted together."""

    states: frozenset[PlayState]
    policy: Policy


class Policies:
    """All policies of a company. Those named later take the place of earlier ones for the same thing."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._by_place: Mapping[tuple[RetentionScope, str | None], Policy] = {
            (policy.scope, policy.subject): policy for policy in policies
        }

    def __iter__(self) -> Iterator[Policy]:
        return iter(self._by_place.values())

    @property
    def audit(self) -> Policy:
        """What holds for the audit."""
        return self._by_place[RetentionScope.AUDIT, None]

    @property
    def of_plays(self) -> list[Policy]:
        """Those that are about plays."""
        return [policy for policy in self if policy.scope is not RetentionScope.AUDIT]

    @property
    def least_age(self) -> timedelta:
        """The age up to which no play at all goes."""
        return min(policy.age for policy in self.of_plays)

    def winner(self, flow_id: str, groups: Sequence[str], *, filtered: bool) -> Policy:
        """The most specific policy for the plays of a flow, which stands in `groups`, the nearest first."""
        places = [(RetentionScope.FLOW, flow_id), *((RetentionScope.GROUP, group) for group in groups)]
        for place in places:
            if policy := self._by_place.get(place):
                return policy
        general = RetentionScope.FILTERED if filtered else RetentionScope.ALL
        return self._by_place[general, None]

    def rules(self, flow_id: str, groups: Sequence[str]) -> tuple[Rule, ...]:
        """One rule for all plays of a flow, or one for the FILTERED and one for the others."""
        filtered = self.winner(flow_id, groups, filtered=True)
        others = self.winner(flow_id, groups, filtered=False)
        if filtered is others:
            return (Rule(ENDED, others),)
        return (Rule(ENDED - FILTERED, others), Rule(FILTERED, filtered))
