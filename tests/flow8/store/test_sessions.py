"""Sessions and tickets in the store."""

from datetime import timedelta

from flow8.clock import utc_now
from flow8.store import Store
from flow8.store.sessions import Session, Ticket
from tests.support.factories import COMPANY


def test_a_session_ends_with_its_time_or_by_hand(store: Store) -> None:
    soon, past = utc_now() + timedelta(hours=1), utc_now() - timedelta(seconds=1)
    for digest, until in (("live", soon), ("late", past), ("left", soon)):
        store.sessions.create(Session(digest, "u", COMPANY, until, until))

    store.sessions.remove("left")

    assert [store.sessions.find(digest) is not None for digest in ("live", "late", "left")] == [
        True,
        False,
        False,
    ]
    store.sessions.remove_of("u")
    assert store.sessions.find("live") is None


def test_a_session_is_put_off_and_never_drawn_nearer_or_brought_back(store: Store) -> None:
    now = utc_now()
    store.sessions.create(Session("s", "u", COMPANY, now + timedelta(hours=1), now + timedelta(hours=9)))

    store.sessions.put_off("s", now + timedelta(hours=2))
    store.sessions.put_off("s", now + timedelta(hours=1))
    store.sessions.put_off("gone", now + timedelta(hours=2))

    found = store.sessions.find("s")
    assert found is not None
    assert found.expires_at == now + timedelta(hours=2)
    assert store.sessions.find("gone") is None


def test_the_sessions_of_a_user_in_one_company_end_apart(store: Store) -> None:
    soon = utc_now() + timedelta(hours=1)
    for digest, company in (("here", COMPANY), ("there", "2" * 24)):
        store.sessions.create(Session(digest, "u", company, soon, soon))

    store.sessions.remove_in(COMPANY, "u")

    assert store.sessions.find("here") is None
    assert store.sessions.find("there") is not None


def test_a_ticket_is_taken_once_and_not_after_its_time(store: Store) -> None:
    soon, past = utc_now() + timedelta(seconds=30), utc_now() - timedelta(milliseconds=1)
    ticket = Ticket("t", soon, session_digest="s")
    store.tickets.create(ticket)
    store.tickets.create(Ticket("late", past, key_id="k"))

    assert store.tickets.take("t") == ticket
    assert store.tickets.take("t") is None
    assert store.tickets.take("late") is None
