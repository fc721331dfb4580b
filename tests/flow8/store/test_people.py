"""Companies, users, sessions and keys in the store."""

from datetime import datetime, timedelta

import pytest

from flow8.clock import utc_now
from flow8.errors import Conflict
from flow8.store import Store
from flow8.store.people import ApiKey, Session
from tests.support.factories import COMPANY, OTHER_COMPANY


def a_key(public_id: str, expires_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        id=public_id,
        company_id=COMPANY,
        name="k",
        digest="d",
        scopes=("standard",),
        role="editor",
        created_by="ana",
        created_at=utc_now(),
        expires_at=expires_at,
    )


def test_a_company_is_made_once(store: Store) -> None:
    made, again = (store.companies.ensure("default", "Default") for _ in range(2))

    assert made == again
    assert store.companies.get(made.id) == store.companies.by_slug("default")


def test_a_user_is_found_by_address_whatever_its_case_and_made_once(store: Store) -> None:
    made = store.users.create("Ana@Example.org ", "Ana", "hash", {COMPANY: "admin"})

    assert store.users.by_email("ANA@example.org") == made == store.users.get(made.id)
    with pytest.raises(Conflict):
        store.users.create("ana@example.org", "Another", None, {})


def test_a_session_ends_with_its_time_or_by_hand(store: Store) -> None:
    soon, past = utc_now() + timedelta(hours=1), utc_now() - timedelta(seconds=1)
    for digest, until in (("live", soon), ("late", past), ("left", soon)):
        store.sessions.create(Session(digest, "u", COMPANY, until))

    store.sessions.remove("left")

    assert [store.sessions.find(digest) is not None for digest in ("live", "late", "left")] == [
        True,
        False,
        False,
    ]
    store.sessions.remove_of("u")
    assert store.sessions.find("live") is None


def test_a_key_ends_with_its_time_or_when_its_own_company_revokes_it(store: Store) -> None:
    for key in (a_key("a"), a_key("b", expires_at=utc_now() - timedelta(seconds=1))):
        store.api_keys.create(key)

    assert store.api_keys.find("b") is None
    assert store.api_keys.revoke(OTHER_COMPANY, "a") is False
    assert store.api_keys.find("a") is not None
    assert store.api_keys.revoke(COMPANY, "a") is True
    assert store.api_keys.find("a") is None


def test_the_last_use_of_a_key_is_noted(store: Store) -> None:
    store.api_keys.create(a_key("a"))

    store.api_keys.was_used(COMPANY, "a")

    found = store.api_keys.find("a")
    assert found is not None
    assert found.last_used_at is not None
