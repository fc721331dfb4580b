"""Sessions of browsers, and tickets that open one WebSocket. Only hashes of what names them are kept."""

from dataclasses import dataclass
from datetime import datetime

from flow8.clock import utc_now
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class Session:
    """A signed-in browser. It is over at `expires_at`, which use puts off until `ends_at` at most.

    `epoch` is the user's when they signed in: once that has moved on, the session counts no more.
    """

    digest: str
    user_id: str
    company_id: str
    expires_at: datetime
    ends_at: datetime
    epoch: int = 0


@dataclass(frozen=True)
class Ticket:
    """What opens one WebSocket: for whoever holds this session, or else this API key."""

    digest: str
    expires_at: datetime
    session_digest: str | None = None
    key_id: str | None = None


class Sessions:
    """The collection `sessions`: MongoDB removes what has expired."""

    def __init__(self, database: Documents) -> None:
        self._sessions = database["sessions"]

    def create(self, session: Session) -> None:
        """Keep a session."""
        self._sessions.insert_one(
            {
                "_id": session.digest,
                "userId": session.user_id,
                "companyId": session.company_id,
                "expiresAt": session.expires_at,
                "endsAt": session.ends_at,
                "epoch": session.epoch,
            }
        )

    def find(self, digest: str) -> Session | None:
        """The session of a cookie's digest, unless it has expired."""
        row = self._sessions.find_one({"_id": digest, "expiresAt": {"$gt": utc_now()}})
        return None if row is None else _session(row)

    def put_off(self, digest: str, expires_at: datetime) -> None:
        """Let a session live on; one that was ended meanwhile stays ended."""
        self._sessions.update_one({"_id": digest}, {"$max": {"expiresAt": expires_at}})

    def remove(self, digest: str) -> None:
        """Forget one session."""
        self._sessions.delete_one({"_id": digest})

    def remove_of(self, user_id: str) -> None:
        """Forget every session of a user."""
        self._sessions.delete_many({"userId": user_id})

    def remove_in(self, company_id: str, user_id: str) -> None:
        """Forget every session of a user in one company."""
        self._sessions.delete_many({"userId": user_id, "companyId": company_id})


class Tickets:
    """The collection `tickets`: MongoDB removes what nobody used."""

    def __init__(self, database: Documents) -> None:
        self._tickets = database["tickets"]

    def create(self, ticket: Ticket) -> None:
        """Keep a ticket."""
        self._tickets.insert_one(
            {
                "_id": ticket.digest,
                "expiresAt": ticket.expires_at,
                "session": ticket.session_digest,
                "keyId": ticket.key_id,
            }
        )

    def take(self, digest: str) -> Ticket | None:
        """The ticket of a digest, which is used up by this; None when it is unknown, used or over."""
        row = self._tickets.find_one_and_delete({"_id": digest})
        if row is None or row["expiresAt"] <= utc_now():
            return None
        return Ticket(row["_id"], row["expiresAt"], row["session"], row["keyId"])


def _session(row: Document) -> Session:
    expires_at: datetime = row["expiresAt"]
    return Session(
        digest=row["_id"],
        user_id=row["userId"],
        company_id=row["companyId"],
        expires_at=expires_at,
        # Sessions of an earlier release knew one end only.
        ends_at=row.get("endsAt") or expires_at,
        epoch=row.get("epoch", 0),
    )
