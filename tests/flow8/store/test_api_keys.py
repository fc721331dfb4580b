"""API keys in the store."""

from datetime import datetime, timedelta

from flow8.clock import utc_now
from flow8.store import Store
from flow8.store.api_keys import ApiKey
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
