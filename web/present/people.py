"""Companies, users, user groups and grants as people and programs see them; no password, no hash."""

from typing import Any

from flow8.store.access import Grant
from flow8.store.people import Company, User
from flow8.store.user_groups import UserGroup


def company(found: Company, role: str | None) -> dict[str, Any]:
    """A company, and the role that who asks has there."""
    return {"id": found.id, "slug": found.slug, "name": found.name, "role": role}


def user(found: User, company_id: str) -> dict[str, Any]:
    """A user as one of their companies sees them; nothing of the others."""
    return {
        "id": found.id,
        "email": found.email,
        "name": found.name,
        "role": found.roles.get(company_id),
        "disabled": found.disabled,
        "hasPassword": found.password_hash is not None,
    }


def user_group(found: UserGroup) -> dict[str, Any]:
    """A user group with the ids of its members."""
    return {"id": found.id, "name": found.name, "userIds": list(found.user_ids)}


def grant(found: Grant) -> dict[str, Any]:
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
