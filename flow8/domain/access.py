"""Who may do what: the roles of a company and the rights each one gives."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Actor:
    """Someone who asks for something, in one company, through one door."""

    company_id: str
    name: str
    rights: frozenset[Right]
    door: str
    user_id: str | None = None
    key_id: str | None = None
    ip: str | None = None
    request_id: str | None = None

    def must(self, right: Right) -> None:
        """Go on only with this right.

        Raises:
            Denied: the actor does not hold it.
        """
        if right not in self.rights:
            raise Denied(
                f"{self.name} lacks the right '{right}' in this company; ask an administrator for it."
            )
