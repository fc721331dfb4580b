"""Links without their secrets."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.store.links import LinkRecord


class LinkShape(TypedDict):
    """A link; its secret is never shown. `user` is of the kind `basic`, `header` of the kind `key`."""

    id: str
    name: str
    service: str
    kind: str
    hosts: list[str]
    user: str | None
    header: str | None
    rev: int
    updatedAt: datetime
    updatedBy: str


def link(kept: LinkRecord) -> LinkShape:
    """A link."""
    return {
        "id": kept.id,
        "name": kept.name,
        "service": kept.service,
        "kind": kept.kind,
        "hosts": list(kept.hosts),
        "user": kept.user,
        "header": kept.header,
        "rev": kept.rev,
        "updatedAt": kept.updated_at,
        "updatedBy": kept.updated_by,
    }
