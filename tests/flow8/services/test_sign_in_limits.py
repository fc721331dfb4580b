"""How often somebody may try to sign in."""

from dataclasses import replace

import pytest

from flow8.engine.engine import Engine
from flow8.engine.fresh import Fresh
from flow8.errors import TooMany, Unauthorized
from flow8.services.passwords import hash_of
from flow8.services.sign_in import sign_in
from flow8.services.sign_in_limits import ACCOUNT, ADDRESS, Try, begin, forget, succeed
from flow8.store.people import Company

PASSWORD = "correct horse battery"


def tried(engine: Engine, email: str, ip: str | None) -> bool:
    try:
        begin(engine, email, ip)
    except TooMany:
        return False
    return True


def test_an_account_is_shut_from_wherever_it_is_tried(engine: Engine) -> None:
    let_through = [tried(engine, "ada@example.com", f"192.0.2.{n}") for n in range(10)]

    assert let_through == [True] * ACCOUNT.free + [False] * (10 - ACCOUNT.free)
    assert tried(engine, "bob@example.com", "192.0.2.1")


@pytest.mark.parametrize("spelling", ["ADA@example.com", " ada@example.com "])
def test_an_account_is_the_same_however_it_is_spelled(engine: Engine, spelling: str) -> None:
    for _ in range(ACCOUNT.free):
        begin(engine, "ada@example.com", None)

    assert not tried(engine, spelling, None)


@pytest.mark.parametrize(
    "addresses", [["192.0.2.1"], ["2001:db8::1", "2001:db8::2"], ["192.0.2.1", "::ffff:192.0.2.1"]]
)
def test_an_address_is_shut_whatever_it_tries(engine: Engine, addresses: list[str]) -> None:
    let_through = [
        tried(engine, f"{n}@example.com", addresses[n % len(addresses)]) for n in range(ADDRESS.free + 5)
    ]

    assert let_through == [True] * ADDRESS.free + [False] * 5
    assert tried(engine, "x@example.com", "198.51.100.1")
    assert tried(engine, "x@example.com", "2001:db8:0:1::1")


def test_what_is_refused_says_when_to_come_back_and_nothing_else(
    engine: Engine, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    engine.store.users.create("known@example.com", "K", hash_of(PASSWORD), {company.id: "viewer"})

    answers = {}
    for email in ("known@example.com", "unknown@example.com"):
        told = []
        for _ in range(ACCOUNT.free + 2):
            with pytest.raises((Unauthorized, TooMany)) as refused:
                sign_in(engine, email, "wrong")
            retry = getattr(refused.value, "retry_after", None)
            told.append((refused.value.error_code, refused.value.message, retry))
        answers[email] = told

    assert answers["known@example.com"] == answers["unknown@example.com"]
    assert answers["known@example.com"][-1][0] == "TOO_MANY_TRIES"
    assert answers["known@example.com"][-1][2] == 1
    assert caplog.record_tuples[-1] == ("auth", 40, "login failed: too_many_tries")


def test_the_right_password_waits_as_well_and_then_clears_the_account(
    engine: Engine, company: Company
) -> None:
    engine.store.users.create("known@example.com", "K", hash_of(PASSWORD), {company.id: "viewer"})
    for _ in range(ACCOUNT.free):
        begin(engine, "known@example.com", None)
    with pytest.raises(TooMany):
        sign_in(engine, "known@example.com", PASSWORD)
    engine.store.database["attempts"].update_many({}, [{"$set": {"blockedUntil": "$$NOW"}}])

    sign_in(engine, "known@example.com", PASSWORD)

    assert [tried(engine, "known@example.com", None) for _ in range(ACCOUNT.free + 1)] == [True] * 5 + [False]


def test_every_process_counts_with_the_others(engine: Engine) -> None:
    elsewhere = replace(engine, fresh=Fresh())

    for _ in range(ACCOUNT.free):
        begin(engine, "ada@example.com", None)

    assert not tried(elsewhere, "ada@example.com", None)
    forget(elsewhere, "ada@example.com")
    assert tried(engine, "ada@example.com", None)


def test_an_office_that_signs_in_all_day_is_never_shut(engine: Engine) -> None:
    for n in range(3 * ADDRESS.free):
        succeed(engine, begin(engine, f"{n}@example.com", "192.0.2.1"))

    assert tried(engine, "x@example.com", "192.0.2.1")


def test_what_was_typed_is_not_kept(engine: Engine) -> None:
    assert isinstance(begin(engine, "hunter2", "not an address"), Try)

    assert "hunter2" not in str(list(engine.store.database["attempts"].find()))
