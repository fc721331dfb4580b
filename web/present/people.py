"""Companies, users, user groups and grants as people and programs see them; no password, no hash."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.seen_as import Seen
from flow8.store.access import Grant
from flow8.store.people import Company, User
from flow8.store.user_groups import UserGroup


class CompanyShape(TypedDict):
    """A company, and the role that who asks has there."""

    id: str
    slug: str
    name: str
    role: str | None


class UserShape(TypedDict):
    """A user as one of their companies sees them."""

    id: str
    email: str
    name: str
    role: str | None
    disabled: bool
    hasPassword: bool


class SeenShape(TypedDict):
    """A flow that somebody sees, and all that they may do with it: `view`, `run`, `edit` or more."""

    flowId: str
    permanentId: str
    name: str
    rights: list[str]


class PasswordShape(TypedDict):
    """A password that was made up, shown this once; null where one was given."""

    password: str | None


class MadeUserShape(UserShape, PasswordShape):
    """Somebody new, and the password that was made up for them."""


class UserGroupShape(TypedDict):
    """A user group with the ids of its members."""

    id: str
    name: str
    userIds: list[str]


class GrantShape(TypedDict):
    """A grant; of its four ids, two are there."""

    id: str
    right: str
    userId: str | None
    userGroupId: str | None
    flowId: str | None
    groupId: str | None
    createdAt: datetime
    createdBy: str


def company(found: Company, role: str | None) -> CompanyShape:
    """A company, and the role that who asks has there."""
    return {"id": found.id, "slug": found.slug, "name": found.name, "role": role}


def user(found: User, company_id: str) -> UserShape:
    """A user as one of their companies sees them; nothing of the others."""
    return {
        "id": found.id,
        "email": found.email,
        "name": found.name,
        "role": found.roles.get(company_id),
        "disabled": found.disabled,
        "hasPassword": found.password_hash is not None,
    }


def seen(found: Seen) -> SeenShape:
    """A flow as somebody sees it."""
    return {
        "flowId": found.flow_id,
        "permanentId": found.permanent_id,
        "name": found.name,
        "rights": sorted(right.value for right in found.rights),
    }


def user_group(found: UserGroup) -> UserGroupShape:
    """A user group with the ids of its members."""
    return {"id": found.id, "name": found.name, "userIds": list(found.user_ids)}


def grant(found: Grant) -> GrantShape:
    """A grant; of its four ids, two are there."""
    return {
        "id": found.id,
        "right": found.right,
        "userId": found.user_id,
        "userGroupId": found.user_group_id,
        "flowId": found.flow_id,
        "groupId": found.group_id,
        "createdAt": found.created_at,
        "createdBy": found.created_by,
    }
