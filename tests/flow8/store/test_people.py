"""Companies and users in the store."""

import pytest

from flow8.errors import Conflict
from flow8.store import Store
from tests.support.factories import COMPANY, OTHER_COMPANY


def test_a_company_is_made_once(store: Store) -> None:
    made, again = (store.companies.ensure("default", "Default") for _ in range(2))

    assert made == again
    assert store.companies.get(made.id) == store.companies.by_slug("default")


def test_a_user_is_found_by_address_whatever_its_case_and_made_once(store: Store) -> None:
    made = store.users.create("Ana@Example.org ", "Ana", "hash", {COMPANY: "admin"})

    assert store.users.by_email("ANA@example.org") == made == store.users.get(made.id)
    with pytest.raises(Conflict):
        store.users.create("ana@example.org", "Another", None, {})


def test_people_are_listed_by_address_in_their_company_only(store: Store) -> None:
    for email, roles in (
        ("c@example.org", {COMPANY: None}),
        ("a@example.org", {COMPANY: "viewer", OTHER_COMPANY: "admin"}),
        ("b@example.org", {OTHER_COMPANY: "viewer"}),
    ):
        store.users.create(email, email, None, roles)

    found, total = store.users.page(COMPANY, skip=0, size=10)
    second, _ = store.users.page(COMPANY, skip=1, size=1)

    assert ([user.email for user in found], total) == (["a@example.org", "c@example.org"], 2)
    assert second == [found[1]]
    assert store.users.member(COMPANY, "nobody") is None
    stranger = store.users.by_email("b@example.org")
    assert stranger is not None
    assert store.users.member(COMPANY, stranger.id) is None
    assert store.users.members(COMPANY, [stranger.id, found[0].id]) == [found[0]]


def test_a_user_who_leaves_their_last_company_is_forgotten(store: Store) -> None:
    user = store.users.create("a@example.org", "A", None, {COMPANY: "viewer", OTHER_COMPANY: "viewer"})

    store.users.leave(COMPANY, user.id)
    left = store.users.get(user.id)
    store.users.leave(OTHER_COMPANY, user.id)

    assert left is not None
    assert list(left.roles) == [OTHER_COMPANY]
    assert store.users.get(user.id) is None


def test_each_new_password_and_each_shutting_out_begins_an_epoch(store: Store) -> None:
    user = store.users.create("a@example.org", "A", "old", {COMPANY: "admin"})

    store.users.renew_hash(user.id, "renewed", instead_of="old")
    store.users.renew_hash(user.id, "too late", instead_of="old")
    renewed = store.users.get(user.id)
    store.users.set_password_hash(user.id, "new")
    assert store.users.administrators(COMPANY) == [user.id]
    shut_out = store.users.disable(user.id, disabled=True)

    assert renewed is not None
    assert (renewed.password_hash, renewed.epoch) == ("renewed", 0)
    assert shut_out is not None
    assert (shut_out.password_hash, shut_out.epoch, shut_out.disabled) == ("new", 2, True)
    assert store.users.administrators(COMPANY) == []


def test_a_company_tells_in_which_collections_something_of_it_is(store: Store) -> None:
    company = store.companies.create("shop", "Shop")
    store.database["flows"].insert_one({"_id": "f", "companyId": company.id, "permanentId": "f"})
    store.database["audit"].insert_one({"_id": "a", "companyId": company.id})

    assert store.companies.holdings(company.id, ("audit",)) == ["flows"]
    assert store.companies.holdings("nobody", ()) == []
    with pytest.raises(Conflict):
        store.companies.create("shop", "Another")


def test_the_people_of_a_company_are_found_by_an_index(store: Store) -> None:
    for number in range(50):
        company = COMPANY if number == 7 else OTHER_COMPANY
        store.users.create(f"{number}@example.org", "X", None, {company: None if number == 7 else "viewer"})

    plan = store.database["users"].find({f"roles.{COMPANY}": {"$exists": True}}).explain()

    assert plan["executionStats"]["totalDocsExamined"] == 1
    assert store.users.page(COMPANY, skip=0, size=10)[1] == 1
