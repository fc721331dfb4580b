"""Changing one's own password."""

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Invalid, TooMany, Unauthorized
from flow8.services.account import change_password
from flow8.services.passwords import hash_of
from flow8.services.sign_in import sign_in
from flow8.store.people import Company
from tests.support.audit import actions_of, entries_of

PASSWORD = "correct horse battery"


@pytest.fixture
def cleo(engine: Engine, company: Company) -> Actor:
    """Somebody who signed in with a password."""
    engine.store.users.create("cleo@example.com", "Cleo", hash_of(PASSWORD), {company.id: "viewer"})
    return sign_in(engine, "cleo@example.com", PASSWORD).actor


@pytest.mark.parametrize("new", ["short", "a" * 30, "CLEO@example.com", PASSWORD, "x" * 2000])
def test_a_password_that_is_none_is_refused_with_its_field(engine: Engine, cleo: Actor, new: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(engine, cleo, PASSWORD, new)

    assert [problem.path for problem in refused.value.problems] == ["new"]
    assert new not in str(refused.value)


def test_who_found_an_open_session_may_not_guess_the_password(engine: Engine, cleo: Actor) -> None:
    answers = []
    for guess in range(20):
        with pytest.raises((Unauthorized, TooMany)) as refused:
            change_password(engine, cleo, f"guess {guess}", "another long password")
        answers.append(refused.value.error_code)

    assert answers[:5] == ["WRONG_PASSWORD"] * 5
    assert answers.count("WRONG_PASSWORD") < 10
    assert "guess" not in str(entries_of(engine, cleo.company_id))
    assert "auth.password_refused" in actions_of(engine, cleo.company_id)


def test_a_key_has_no_password(engine: Engine, company: Company) -> None:
    with pytest.raises(Unauthorized):
        change_password(engine, Actor(company.id, "key", frozenset(), "web", key_id="k"), "a", "b")
