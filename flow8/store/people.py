"""Companies, and the users who belong to them. Passwords are kept as hashes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class Company:
    """A tenant."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True)
class User:
    """A person who may sign in.

    `roles` maps the ids of their companies to the role there; None is a member without one, who may do what
    is granted. `epoch` counts up whenever all sessions end: with a new password, and when they are shut out.
    `microsoft` names their Microsoft account, by its tenant and object id, never by an address.
    """

    id: str
    email: str
    name: str
    password_hash: str | None
    roles: Mapping[str, str | None]
    disabled: bool
    epoch: int = 0
    microsoft: str | None = None


class Companies:
    """The collection `companies`."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._companies = database["companies"]

    def get(self, company_id: str) -> Company | None:
        """One company."""
        row = self._companies.find_one({"_id": company_id})
        return None if row is None else _company(row)

    def by_slug(self, slug: str) -> Company | None:
        """The company of a slug."""
        row = self._companies.find_one({"slug": slug})
        return None if row is None else _company(row)

    def of_ids(self, company_ids: Sequence[str]) -> list[Company]:
        """The companies with these ids, by name."""
        found = self._companies.find({"_id": {"$in": list(company_ids)}}).sort([("name", 1), ("_id", 1)])
        return [_company(row) for row in found]

    def ids(self) -> list[str]:
        """The ids of all companies."""
        return [row["_id"] for row in self._companies.find({}, {"_id": 1})]

    def ensure(self, slug: str, name: str) -> Company:
        """The company of a slug, made when there is none; two that try at once get the same."""
        try:
            return self.create(slug, name)
        except Conflict:
            return self.by_slug(slug) or self.create(slug, name)

    def create(self, slug: str, name: str) -> Company:
        """A new company.

        Raises:
            Conflict: the slug is taken.
        """
        row = {"_id": new_id(), "slug": slug, "name": name, "createdAt": utc_now()}
        try:
            self._companies.insert_one(row)
        except DuplicateKeyError:
            raise Conflict(
                f"The slug '{slug}' is taken; choose another one.", code="COMPANY_EXISTS"
            ) from None
        return _company(row)

    def rename(self, company_id: str, name: str) -> Company | None:
        """Give a company another name."""
        row = self._companies.find_one_and_update(
            {"_id": company_id}, {"$set": {"name": name}}, return_document=ReturnDocument.AFTER
        )
        return None if row is None else _company(row)

    def holdings(self, company_id: str, besides: Sequence[str]) -> list[str]:
        """The collections, without some, in which something belongs to the company."""
        names = self._database.list_collection_names(filter={"options.capped": {"$ne": True}})
        return sorted(
            name
            for name in names
            if name not in besides and self._database[name].find_one({"companyId": company_id}, {"_id": 1})
        )

    def remove(self, company_id: str) -> None:
        """Forget a company; what it holds must be gone before."""
        self._companies.delete_one({"_id": company_id})


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
        row = self._users.find_one({"email": normal_email(email)})
        return None if row is None else _user(row)

    def by_microsoft(self, account: str) -> User | None:
        """The user whose Microsoft account this is."""
        row = self._users.find_one({"microsoft": account})
        return None if row is None else _user(row)

    def any_exists(self) -> bool:
        """Whether anybody was made yet."""
        return self._users.find_one({}, {"_id": 1}) is not None

    def member(self, company_id: str, user_id: str) -> User | None:
        """One user of a company."""
        row = self._users.find_one({"_id": user_id, **_in(company_id)})
        return None if row is None else _user(row)

    def members(self, company_id: str, user_ids: Sequence[str]) -> list[User]:
        """Those of these users who belong to a company, by address."""
        found = self._users.find({"_id": {"$in": list(user_ids)}, **_in(company_id)})
        return [_user(row) for row in found.sort("email", 1)]

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[User], int]:
        """Users of a company by address, and how many there are in all."""
        found = self._users.find(_in(company_id)).sort("email", 1).skip(skip).limit(size)
        return [_user(row) for row in found], self._users.count_documents(_in(company_id))

    def administrators(self, company_id: str) -> list[str]:
        """The ids of the company's administrators who are not shut out."""
        wanted = {f"roles.{company_id}": "admin", "disabled": False}
        return [row["_id"] for row in self._users.find(wanted, {"_id": 1})]

    def create(
        self,
        email: str,
        name: str,
        password_hash: str | None,
        roles: Mapping[str, str | None],
        microsoft: str | None = None,
    ) -> User:
        """A new user.

        Raises:
            Conflict: the address is taken, or the Microsoft account.
        """
        row = {
            "_id": new_id(),
            "email": normal_email(email),
            "name": name,
            "passwordHash": password_hash,
            "roles": dict(roles),
            "disabled": False,
            "epoch": 0,
            "createdAt": utc_now(),
            **({} if microsoft is None else {"microsoft": microsoft}),
        }
        try:
            self._users.insert_one(row)
        except DuplicateKeyError:
            raise Conflict(f"There is a user {row['email']} already.", code="USER_EXISTS") from None
        return _user(row)

    def join(self, company_id: str, user_id: str, role: str | None) -> User | None:
        """Give a user a role in a company, which they belong to from now on."""
        return self._change(user_id, {"$set": {f"roles.{company_id}": role}})

    def leave(self, company_id: str, user_id: str) -> None:
        """Take a user out of a company; one who is in none any more is forgotten."""
        self._change(user_id, {"$unset": {f"roles.{company_id}": ""}})
        self._users.delete_one({"_id": user_id, "roles": {}})

    def rename(self, user_id: str, name: str) -> User | None:
        """Give a user another name."""
        return self._change(user_id, {"$set": {"name": name}})

    def disable(self, user_id: str, *, disabled: bool) -> User | None:
        """Shut a user out, or let them in again; their sessions count no more."""
        return self._change(user_id, {"$set": {"disabled": disabled}, "$inc": {"epoch": 1}})

    def set_password_hash(self, user_id: str, password_hash: str) -> User | None:
        """Give a user another password; their sessions count no more."""
        return self._change(user_id, {"$set": {"passwordHash": password_hash}, "$inc": {"epoch": 1}})

    def link_microsoft(self, user_id: str, account: str) -> User | None:
        """Give a user this Microsoft account in place of any other.

        Raises:
            Conflict: it is somebody else's.
        """
        try:
            return self._change(user_id, {"$set": {"microsoft": account}})
        except DuplicateKeyError:
            message = "Another user has this Microsoft account already."
            raise Conflict(message, code="MICROSOFT_ACCOUNT_TAKEN") from None

    def renew_hash(self, user_id: str, password_hash: str, instead_of: str) -> None:
        """Another hash of the same password, unless that was changed meanwhile."""
        as_read = {"_id": user_id, "passwordHash": instead_of}
        self._users.update_one(as_read, {"$set": {"passwordHash": password_hash}})

    def _change(self, user_id: str, update: Document) -> User | None:
        row = self._users.find_one_and_update({"_id": user_id}, update, return_document=ReturnDocument.AFTER)
        return None if row is None else _user(row)


def normal_email(email: str) -> str:
    """An address as it is kept and compared."""
    return email.strip().lower()


def _in(company_id: str) -> dict[str, Any]:
    return {f"roles.{company_id}": {"$exists": True}}


def _company(row: Document) -> Company:
    return Company(row["_id"], row["slug"], row["name"])


def _user(row: Document) -> User:
    return User(
        id=row["_id"],
        email=row["email"],
        name=row["name"],
        password_hash=row["passwordHash"],
        roles=row["roles"],
        disabled=row["disabled"],
        epoch=row.get("epoch", 0),
        microsoft=row.get("microsoft"),
    )
