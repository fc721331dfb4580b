"""Companies, users, their sessions and API keys. Secrets are kept as hashes only."""

from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store.database import QUICK, Document, Documents


@dataclass(frozen=True)
class Company:
    """A tenant."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True)
class User:
    """A person who may sign in; `roles` maps company ids to the role held there."""

    id: str
    email: str
    name: str
    password_hash: str | None
    roles: dict[str, str]
    disabled: bool


@dataclass(frozen=True)
class Session:
    """A signed-in browser."""

    digest: str
    user_id: str
    company_id: str
    expires_at: datetime


@dataclass(frozen=True)
class ApiKey:
    """A key as it is kept: `id` is its public part, `digest` the SHA-256 of its secret part."""

    id: str
    company_id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class Companies:
    """The collection `companies`."""

    def __init__(self, database: Documents) -> None:
        self._companies = database["companies"]

    def get(self, company_id: str) -> Company | None:
        """One company."""
        row = self._companies.find_one({"_id": company_id})
        return None if row is None else _company(row)

    def by_slug(self, slug: str) -> Company | None:
        """The company of a slug."""
        row = self._companies.find_one({"slug": slug})
        return None if row is None else _company(row)

    def ids(self) -> list[str]:
        """The ids of all companies."""
        return [row["_id"] for row in self._companies.find({}, {"_id": 1})]

    def ensure(self, slug: str, name: str) -> Company:
        """The company of a slug, made when there is none; two that try at once get the same."""
        row = {"_id": new_id(), "slug": slug, "name": name, "createdAt": utc_now()}
        try:
            self._companies.insert_one(row)
        except DuplicateKeyError:
            row = self._companies.find_one({"slug": slug}) or row
        return _company(row)


class Users:
    """The collection `users`."""

    def __init__(self, database: Documents) -> None:
        self._users = database["users"]

    def get(self, user_id: str) -> User | None:
        """One user."""
        row = self._users.find_one({"_id": user_id})
        return None if row is None else _user(row)

    def by_email(self, email: str) -> User | None:
        """The user of an address, whatever its case."""
        row = self._users.find_one({"email": email.strip().lower()})
        return None if row is None else _user(row)

    def any_exists(self) -> bool:
        """Whether anybody was made yet."""
        return self._users.find_one({}, {"_id": 1}) is not None

    def create(self, email: str, name: str, password_hash: str | None, roles: dict[str, str]) -> User:
        """A new user.

        Raises:
            Conflict: the address is taken.
        """
        row = {
            "_id": new_id(),
            "email": email.strip().lower(),
            "name": name,
            "passwordHash": password_hash,
            "roles": roles,
            "disabled": False,
            "createdAt": utc_now(),
        }
        try:
            self._users.insert_one(row)
        except DuplicateKeyError:
            raise Conflict(f"There is a user {row['email']} already.", code="USER_EXISTS") from None
        return _user(row)

    def set_password_hash(self, user_id: str, password_hash: str) -> None:
        """Replace a user's password hash."""
        self._users.update_one({"_id": user_id}, {"$set": {"passwordHash": password_hash}})


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
            }
        )

    def find(self, digest: str) -> Session | None:
        """The session of a cookie's digest, unless it has expired."""
        row = self._sessions.find_one({"_id": digest, "expiresAt": {"$gt": utc_now()}})
        if row is None:
            return None
        return Session(row["_id"], row["userId"], row["companyId"], row["expiresAt"])

    def remove(self, digest: str) -> None:
        """Forget one session."""
        self._sessions.delete_one({"_id": digest})

    def remove_of(self, user_id: str) -> None:
        """Forget every session of a user."""
        self._sessions.delete_many({"userId": user_id})


class ApiKeys:
    """The collection `api_keys`."""

    def __init__(self, database: Documents) -> None:
        self._keys = database["api_keys"]
        self._quick = self._keys.with_options(write_concern=QUICK)

    def create(self, key: ApiKey) -> None:
        """Keep a new key."""
        self._keys.insert_one(_key_document(key))

    def find(self, public_id: str) -> ApiKey | None:
        """The key of a public id, unless it is revoked or expired."""
        row = self._keys.find_one({"_id": public_id, "revokedAt": None})
        if row is None or (row["expiresAt"] is not None and row["expiresAt"] <= utc_now()):
            return None
        return _key(row)

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[ApiKey], int]:
        """Keys of a company, newest first, revoked ones too, and how many there are in all."""
        found = self._keys.find({"companyId": company_id}).sort("createdAt", -1).skip(skip).limit(size)
        return [_key(row) for row in found], self._keys.count_documents({"companyId": company_id})

    def revoke(self, company_id: str, public_id: str) -> bool:
        """End a key; False when the company has no such key."""
        mine = {"_id": public_id, "companyId": company_id}
        return self._keys.update_one(mine, {"$set": {"revokedAt": utc_now()}}).matched_count == 1

    def was_used(self, company_id: str, public_id: str) -> None:
        """Note the last use; may be lost."""
        mine = {"_id": public_id, "companyId": company_id}
        self._quick.update_one(mine, {"$set": {"lastUsedAt": utc_now()}})


def _company(row: Document) -> Company:
    return Company(row["_id"], row["slug"], row["name"])


def _user(row: Document) -> User:
    return User(row["_id"], row["email"], row["name"], row["passwordHash"], row["roles"], row["disabled"])


def _key_document(key: ApiKey) -> Document:
    return {
        "_id": key.id,
        "companyId": key.company_id,
        "name": key.name,
        "digest": key.digest,
        "scopes": list(key.scopes),
        "role": key.role,
        "createdBy": key.created_by,
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "lastUsedAt": key.last_used_at,
        "revokedAt": key.revoked_at,
    }


def _key(row: Document) -> ApiKey:
    return ApiKey(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        digest=row["digest"],
        scopes=tuple(row["scopes"]),
        role=row["role"],
        created_by=row["createdBy"],
        created_at=row["createdAt"],
        expires_at=row["expiresAt"],
        last_used_at=row["lastUsedAt"],
        revoked_at=row["revokedAt"],
    )
