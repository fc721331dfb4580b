"""Retention policies, how the clean-up stands, and what a preview tells."""

from datetime import datetime
from typing import Final

from typing_extensions import TypedDict

from flow8.domain.play import PlayState
from flow8.domain.retention import ENDED, FILTERED, Policy, RetentionScope
from flow8.services.retention_policies import ShownPolicies, ShownPolicy, duration_text
from flow8.services.retention_preview import Freed, Preview

MOST_FLOWS: Final = 500
"""A preview names so many flows, those first where most would be freed."""


class PolicyShape(TypedDict):
    """A policy. `keptFor` is what holds: the cadence, but never below the enforced minimum.

    `flow` or `group` is the name of what it is for, or its id when that `isGone`; it may be sent back so.
    """

    scope: str
    flow: str | None
    flowId: str | None
    group: str | None
    groupId: str | None
    cadence: str
    minEntries: int
    enforcedMinimum: str
    keptFor: str
    isDefault: bool
    isGone: bool


class CleanUpShape(TypedDict):
    """How the clean-up of the installation stands: since when the oldest play waits that should be gone."""

    lastRunAt: datetime | None
    overdueSeconds: float
    isBehind: bool


class RetentionShape(TypedDict):
    """What the company says itself (`policies`), and what holds where it says nothing (`defaults`)."""

    rev: int
    changedAt: datetime | None
    changedBy: str | None
    policies: list[PolicyShape]
    defaults: list[PolicyShape]
    cleanUp: CleanUpShape


class WinnerShape(TypedDict):
    """The policy that wins, by what it is for."""

    scope: str
    groupId: str | None
    keptFor: str
    minEntries: int
    isDefault: bool


class FreedShape(TypedDict):
    """What would go of one flow: of `all` its finished plays, of the `filtered` ones, or of all but those.

    `bytes` is what the plays take in the database, `fileBytes` what their files take on disk. They are
    reckoned from some of the plays unless they are `exact`.
    """

    flowId: str
    flow: str | None
    name: str | None
    about: str
    policy: WinnerShape
    plays: int
    files: int
    bytes: int
    fileBytes: int
    exact: bool
    oldestEndedAt: datetime | None


class AuditFreedShape(TypedDict):
    """What would go of the audit."""

    policy: WinnerShape
    entries: int
    bytes: int


class PreviewShape(TypedDict):
    """What a clean-up at this moment would remove, the sums first.

    Of the `flowsInAll` with plays, `flows` names at most 500, those with the most bytes first. When not
    `complete`, there were too many flows to look at all of them.
    """

    moment: datetime
    complete: bool
    exact: bool
    plays: int
    files: int
    bytes: int
    fileBytes: int
    audit: AuditFreedShape
    flows: list[FreedShape]
    flowsInAll: int


def retention(found: ShownPolicies) -> RetentionShape:
    """The policies of a company."""
    return {
        "rev": found.stored.rev,
        "changedAt": found.stored.changed_at,
        "changedBy": found.stored.changed_by,
        "policies": [_policy(each) for each in found.own],
        "defaults": [_policy(each) for each in found.defaults],
        "cleanUp": {
            "lastRunAt": found.behind.last_run_at,
            "overdueSeconds": round(found.behind.overdue_seconds, 1),
            "isBehind": found.behind.is_behind,
        },
    }


def _policy(shown: ShownPolicy) -> PolicyShape:
    policy, name = shown.policy, shown.name or shown.policy.subject
    is_flow, is_group = policy.scope is RetentionScope.FLOW, policy.scope is RetentionScope.GROUP
    return {
        "scope": policy.scope.value,
        "flow": name if is_flow else None,
        "flowId": policy.subject if is_flow else None,
        "group": name if is_group else None,
        "groupId": policy.subject if is_group else None,
        "cadence": duration_text(policy.cadence),
        "minEntries": policy.min_entries,
        "enforcedMinimum": duration_text(policy.enforced_minimum),
        "keptFor": duration_text(policy.age),
        "isDefault": policy.is_default,
        "isGone": policy.subject is not None and shown.name is None,
    }


def preview(found: Preview) -> PreviewShape:
    """What would go."""
    return {
        "moment": found.moment,
        "complete": found.complete,
        "exact": found.complete and all(each.exact for each in found.flows),
        "plays": sum(each.plays for each in found.flows),
        "files": sum(each.files for each in found.flows),
        "bytes": sum(each.play_bytes for each in found.flows),
        "fileBytes": sum(each.file_bytes for each in found.flows),
        "audit": {
            "policy": _winner(found.audit_policy),
            "entries": found.audit.entries,
            "bytes": found.audit.bytes,
        },
        "flows": [_freed(each) for each in found.flows[:MOST_FLOWS]],
        "flowsInAll": len({each.share.flow_id for each in found.flows}),
    }


def _freed(freed: Freed) -> FreedShape:
    place = freed.share.place
    return {
        "flowId": freed.share.flow_id,
        "flow": None if place is None else place.permanent_id,
        "name": None if place is None else place.name,
        "about": _about(freed.share.rule.states),
        "policy": _winner(freed.share.rule.policy),
        "plays": freed.plays,
        "files": freed.files,
        "bytes": freed.play_bytes,
        "fileBytes": freed.file_bytes,
        "exact": freed.exact,
        "oldestEndedAt": freed.oldest,
    }


def _about(states: frozenset[PlayState]) -> str:
    if states == ENDED:
        return "all"
    return "filtered" if states == FILTERED else "all but filtered"


def _winner(policy: Policy) -> WinnerShape:
    return {
        "scope": policy.scope.value,
        "groupId": policy.subject if policy.scope is RetentionScope.GROUP else None,
        "keptFor": duration_text(policy.age),
        "minEntries": policy.min_entries,
        "isDefault": policy.is_default,
    }
