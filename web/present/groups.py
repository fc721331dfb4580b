"""Groups, with how many flows stand in each."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.groups import CountedGroup


class GroupShape(TypedDict):
    """A folder of flows; `parentId` is the group that it stands in."""

    id: str
    name: str
    parentId: str | None
    flows: int
    createdAt: datetime
    createdBy: str


def group(found: CountedGroup) -> GroupShape:
    """A group."""
    return {
        "id": found.group.id,
        "name": found.group.name,
        "parentId": found.group.parent_id,
        "flows": found.flows,
        "createdAt": found.group.created_at,
        "createdBy": found.group.created_by,
    }
