"""Who is signed in, and what opens a WebSocket."""

from datetime import datetime

from typing_extensions import TypedDict

from web.present.people import CompanyShape


class OwnCompanyShape(TypedDict):
    """The company that somebody acts in."""

    id: str
    slug: str
    name: str


class MeShape(TypedDict):
    """Whoever the session or key names, with the companies to choose from; of a person, e-mail and role."""

    name: str
    userId: str | None
    keyId: str | None
    email: str | None
    role: str | None
    company: OwnCompanyShape | None
    rights: list[str]
    grantedSomewhere: list[str]
    userGroups: list[str]
    companies: list[CompanyShape]


class TicketShape(TypedDict):
    """What opens one WebSocket within 30 seconds."""

    ticket: str
    expiresAt: datetime
