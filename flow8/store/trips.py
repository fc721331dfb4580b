"""Trips: browsers that are on their way to Microsoft and back. Only hashes of what names them are kept."""

from dataclasses import dataclass
from datetime import datetime

from flow8.clock import utc_now
from flow8.store.database import Documents


@dataclass(frozen=True)
class Trip:
    """What a browser must come back with, and what only we know of it.

    `state` is what Microsoft hands back in the address, `nonce` what it writes into the ID token, `verifier`
    what proves that the code was asked for by us (PKCE). `back` is the page that one wanted, `earlier` the
    digest of the session that the browser had.
    """

    digest: str
    state: str
    nonce: str
    verifier: str
    back: str
    expires_at: datetime
    earlier: str | None = None


class Trips:
    """The collection `trips`: MongoDB removes those that nobody came back from."""

    def __init__(self, database: Documents) -> None:
        self._trips = database["trips"]

    def create(self, trip: Trip) -> None:
        """Keep a trip."""
        self._trips.insert_one(
            {
                "_id": trip.digest,
                "state": trip.state,
                "nonce": trip.nonce,
                "verifier": trip.verifier,
                "back": trip.back,
                "expiresAt": trip.expires_at,
                "earlier": trip.earlier,
            }
        )

    def take(self, digest: str) -> Trip | None:
        """The trip of a digest, which ends by this; None when it is unknown, was taken, or took too long."""
        row = self._trips.find_one_and_delete({"_id": digest})
        if row is None or row["expiresAt"] <= utc_now():
            return None
        return Trip(
            digest=row["_id"],
            state=row["state"],
            nonce=row["nonce"],
            verifier=row["verifier"],
            back=row["back"],
            expires_at=row["expiresAt"],
            earlier=row["earlier"],
        )
