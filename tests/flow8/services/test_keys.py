"""API keys."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.engine.fresh import Fresh
from flow8.errors import Denied, Invalid, NotFound, Unauthorized
from flow8.services.keys import actor_of_key, create_key, list_keys, revoke_key
from tests.support.audit import actions_of
from tests.support.system import until


def test_a_standard_key_acts_with_the_rights_of_its_maker(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")

    actor = actor_of_key(engine, text, door="web", ip="192.0.2.1", request_id="r")

    assert actor == Actor(
        company_id=admin.company_id,
        name="key deploy",
        rights=RIGHTS[Role.ADMIN],
        door="web",
        key_id=key.id,
        ip="192.0.2.1",
        request_id="r",
    )


def test_a_key_may_have_a_lower_role_than_its_maker(engine: Engine, admin: Actor) -> None:
    _, text = create_key(engine, admin, name="dashboard", role="viewer")

    assert actor_of_key(engine, text, door="web").rights == {Right.VIEW}


def test_an_mcp_key_may_call_tools_and_nothing_else(engine: Engine, admin: Actor) -> None:
    _, text = create_key(engine, admin, name="agent", scopes=("mcp",))

    assert actor_of_key(engine, text, door="mcp").rights == {Right.CALL_TOOLS}


def test_nothing_of_the_secret_is_kept(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")

    secret = text.removeprefix(f"f8_{key.id}_")
    [kept] = engine.store.database["api_keys"].find()
    audited = list(engine.store.database["audit"].find())
    assert len(secret) == 43
    assert secret not in str(kept)
    assert secret not in str(audited)


def wrong_texts(text: str) -> Iterator[str]:
    prefix, public_id, secret = text.split("_", 2)
    yield f"{prefix}_{public_id}_{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}"
    yield f"{prefix}_{'0' * 24}_{secret}"
    yield f"{prefix}_{public_id}_"
    yield f"{prefix}_{public_id}"
    yield secret
    yield ""
    yield text + "\n"
    yield "f8_\ud800_\ud800"
    yield "f8_" + "a" * 10_000_000


def test_anything_but_the_whole_key_is_refused_in_the_same_words(
    engine: Engine, admin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    _, text = create_key(engine, admin, name="deploy")

    for wrong in wrong_texts(text):
        with pytest.raises(Unauthorized) as refused:
            actor_of_key(engine, wrong, door="web")

        assert (refused.value.error_code, refused.value.message) == (
            "KEY_NOT_VALID",
            "This API key is not valid.",
        )
    assert text.split("_", 2)[2] not in caplog.text


def test_a_revoked_key_is_refused_at_once(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")

    revoke_key(engine, admin, key.id)

    with pytest.raises(Unauthorized):
        actor_of_key(engine, text, door="web")
    assert actions_of(engine, admin.company_id) == ["keys.create", "keys.revoke"]


def is_refused(engine: Engine, text: str) -> bool:
    try:
        actor_of_key(engine, text, door="web")
    except Unauthorized:
        return True
    return False


def test_a_key_in_use_is_refused_at_once_when_it_is_revoked_here(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")
    actor_of_key(engine, text, door="web")

    revoke_key(engine, admin, key.id)

    assert is_refused(engine, text)


def test_a_key_in_use_is_refused_within_a_second_when_another_process_revokes_it(
    engine: Engine, admin: Actor
) -> None:
    key, text = create_key(engine, admin, name="deploy")
    elsewhere = replace(engine, fresh=Fresh())
    actor_of_key(elsewhere, text, door="web")

    revoke_key(engine, admin, key.id)

    time.sleep(1)
    assert is_refused(elsewhere, text)


def test_that_a_key_was_just_used_opens_nothing_for_a_wrong_secret(engine: Engine, admin: Actor) -> None:
    _, text = create_key(engine, admin, name="deploy")
    actor_of_key(engine, text, door="web")

    wrong = list(wrong_texts(text))[:3]

    assert [is_refused(engine, each) for each in wrong] == [True] * 3


def test_a_key_ends_at_its_time_though_what_was_read_of_it_is_still_kept(
    engine: Engine, admin: Actor
) -> None:
    end = utc_now() + timedelta(seconds=2)
    _, text = create_key(engine, admin, name="deploy", expires_at=end)
    keeping = replace(engine, fresh=Fresh(60))
    actor_of_key(keeping, text, door="web")

    until(lambda: utc_now() >= end)

    assert is_refused(keeping, text)


def test_the_use_of_a_busy_key_is_noted_once(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")

    actor_of_key(engine, text, door="web")
    [noted] = engine.store.database["api_keys"].find({"_id": key.id})
    for _ in range(20):
        actor_of_key(engine, text, door="web")

    [kept] = engine.store.database["api_keys"].find({"_id": key.id})
    assert noted["lastUsedAt"] is not None
    assert kept["lastUsedAt"] == noted["lastUsedAt"]


def test_every_wrong_field_is_named(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        create_key(engine, admin, name=" ", scopes=("root",), expires_at=utc_now(), role="king")

    assert [problem.path for problem in refused.value.problems] == ["name", "scopes", "expiresAt", "role"]


def test_a_key_is_never_above_its_maker(engine: Engine, company_admin_key: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        create_key(engine, company_admin_key, name="more", role="admin")
    _, text = create_key(engine, company_admin_key, name="as much")

    assert [problem.path for problem in refused.value.problems] == ["role"]
    assert actor_of_key(engine, text, door="web").rights == RIGHTS[Role.VIEWER]


@pytest.fixture
def company_admin_key(admin: Actor) -> Actor:
    """Somebody who may administer, and beyond that only look."""
    return Actor(admin.company_id, "half", frozenset({Right.VIEW, Right.ADMINISTER}), "test")


def test_keys_are_for_administrators(engine: Engine, viewer: Actor) -> None:
    with pytest.raises(Denied):
        create_key(engine, viewer, name="mine")
    with pytest.raises(Denied):
        list_keys(engine, viewer)
    with pytest.raises(Denied):
        revoke_key(engine, viewer, "0" * 24)


def test_another_company_sees_no_key_and_ends_none(engine: Engine, admin: Actor, stranger: Actor) -> None:
    key, text = create_key(engine, admin, name="deploy")

    with pytest.raises(NotFound):
        revoke_key(engine, stranger, key.id)

    assert list_keys(engine, stranger).data == []
    assert [each.id for each in list_keys(engine, admin).data] == [key.id]
    assert actor_of_key(engine, text, door="web").key_id == key.id


def test_the_last_use_is_noted_once_a_minute(engine: Engine, admin: Actor) -> None:
    _, text = create_key(engine, admin, name="deploy")

    actor_of_key(engine, text, door="web")
    first = list_keys(engine, admin).data[0].last_used_at
    actor_of_key(engine, text, door="web")

    assert first is not None
    assert list_keys(engine, admin).data[0].last_used_at == first


def test_a_key_for_agents_may_be_limited_to_named_tools(engine: Engine, admin: Actor) -> None:
    key, text = create_key(engine, admin, name="agent", scopes=("mcp",), tools=("triage", "triage"))
    _, whole = create_key(engine, admin, name="agent", scopes=("mcp",))

    assert key.tools == ("triage",)
    assert actor_of_key(engine, text, door="mcp").tools == frozenset({"triage"})
    assert actor_of_key(engine, whole, door="mcp").tools is None


@pytest.mark.parametrize(
    ("scopes", "tools", "path"),
    [
        (("standard",), ("triage",), "tools"),
        (("mcp",), (), "tools"),
        (("mcp",), ("tri age",), "tools[0]"),
        (("mcp",), ("x",) * 101, "tools"),
    ],
)
def test_tools_that_are_none_are_refused(
    engine: Engine, admin: Actor, scopes: tuple[str, ...], tools: tuple[str, ...], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_key(engine, admin, name="agent", scopes=scopes, tools=tools)

    assert [problem.path for problem in refused.value.problems] == [path]
