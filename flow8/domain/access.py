"""Who may do what: the roles of a company, and grants on single flows or groups of flows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flow8.errors import Denied


class Role(StrEnum):
    """A person's standing in one company; each role holds all rights of the ones before it."""

    VIEWER = "viewer"
    RUNNER = "runner"
    APPROVER = "approver"
    EDITOR = "editor"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that someone may be allowed to do."""

    VIEW = "view"
    RUN = "run"
    APPROVE = "approve"
    EDIT = "edit"
    ADMINISTER = "administer"
    CALL_TOOLS = "call_tools"


_STANDARD = (Right.VIEW, Right.RUN, Right.APPROVE, Right.EDIT, Right.ADMINISTER)
RIGHTS: dict[Role, frozenset[Right]] = {
    role: frozenset(_STANDARD[: place + 1]) for place, role in enumerate(Role)
}
"""What each role may do in its company."""

GRANTED: dict[Right, frozenset[Right]] = {
    Right.VIEW: RIGHTS[Role.VIEWER],
    Right.RUN: RIGHTS[Role.RUNNER],
    Right.EDIT: RIGHTS[Role.EDITOR],
    Right.ADMINISTER: RIGHTS[Role.ADMIN],
}
"""What a grant on a flow, or on a group of flows, allows there: as much as the role that it is like."""


@dataclass(frozen=True)
class Grants:
    """What somebody may do on single flows and groups of flows beside what the role allows everywhere."""

    flows: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[Right]] = field(default_factory=dict)

    def anywhere(self) -> frozenset[Right]:
        """Every right that is granted on at least one flow or group."""
        return frozenset().union(*self.flows.values(), *self.groups.values())

    def on(self, flow_id: str, around: Collection[str]) -> frozenset[Right]:
        """The rights granted on a flow that stands in these groups, the nearest and those around it."""
        found = [self.flows.get(flow_id), *(self.groups.get(group) for group in around)]
        return frozenset().union(*(rights for rights in found if rights))

    def flows_with(self, right: Right) -> frozenset[str]:
        """The flows on which this right is granted by name."""
        return frozenset(flow for flow, rights in self.flows.items() if right in rights)

    def groups_with(self, right: Right) -> frozenset[str]:
        """The groups on whose flows this right is granted."""
        return frozenset(group for group, rights in self.groups.items() if right in rights)


@dataclass(frozen=True)
class Actor:
    """Someone who asks for something, in one company, through one door.

    `rights` hold everywhere in the company, `grants` only where they say. `user_groups` are the names of the
    groups that a person is in. An agent's key may be limited to `tools`. The `operator` sits at the machine.
    """

    company_id: str
    name: str
    rights: frozenset[Right]
    door: str
    user_id: str | None = None
    key_id: str | None = None
    ip: str | None = None
    request_id: str | None = None
    grants: Grants = Grants()
    user_groups: frozenset[str] = frozenset()
    tools: frozenset[str] | None = None
    operator: bool = False

    def holds_somewhere(self, right: Right) -> bool:
        """Whether the right is held in the whole company, or granted on at least one flow."""
        return right in self.rights or right in self.grants.anywhere()

    def must(self, right: Right) -> None:
        """Go on only with this right.

        Raises:
            Denied: the actor does not hold it.
        """
        if right not in self.rights:
            raise Denied(
                f"{self.name} lacks the right '{right}' in this company; ask an administrator for it."
            )
