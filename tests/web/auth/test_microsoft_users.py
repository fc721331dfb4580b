"""Who a Microsoft account is here: found by its ids, made when that is allowed, in the role of its groups."""

import logging
from typing import Any

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.services import sessions, users
from flow8.store.people import User
from tests.support.microsoft import OBJECT_ID, TENANT, Microsoft
from tests.support.travellers import Traveller
from tests.support.web import an_actor, hash_of_password
from tests.web.auth.conftest import Opened

ACCOUNT = f"{TENANT}/{OBJECT_ID}"
ADDRESS_OF_ADA = "ada@contoso.example"
EDITORS, ADMINS = "0f7c0000-0000-4000-8000-000000000001", "0f7c0000-0000-4000-8000-000000000002"
ROLES = f"{EDITORS}=editor, {ADMINS}=admin, Flow8.Run=runner"


def ada(engine: Engine, role: str | None = "viewer", microsoft: str | None = ACCOUNT) -> User:
    """Somebody with a password, and with a Microsoft account unless told otherwise."""
    company = engine.store.companies.ensure("default", "Default")
    made = engine.store.users.create("ada@here.example", "Ada", hash_of_password(), {company.id: role})
    return made if microsoft is None else engine.store.users.link_microsoft(made.id, microsoft) or made


def role_of_ada(engine: Engine) -> str | None:
    user = engine.store.users.by_microsoft(ACCOUNT)
    company = engine.store.companies.by_slug("default")
    assert user is not None
    assert company is not None
    return user.roles[company.id]


def entries(engine: Engine, action: str) -> list[dict[str, Any]]:
    return list(engine.store.database["audit"].find({"action": action}).sort("_id", 1))


def somebody(opened: Opened, microsoft: Microsoft, **settings: str) -> Traveller:
    return Traveller(opened(**settings).test_client(), microsoft)


def test_somebody_known_by_the_account_is_signed_in_whatever_the_address(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    user = ada(engine)
    caplog.set_level(logging.INFO)

    assert somebody(opened, microsoft).sign_in().status_code == 200

    [entry] = entries(engine, "auth.login")
    assert (entry["userId"], entry["details"]) == (user.id, {"by": "microsoft"})
    assert entry["ip"] == "127.0.0.1"
    assert f"login user_id={user.id} by=microsoft" in caplog.text
    assert engine.store.users.by_email(ADDRESS_OF_ADA) is None


def test_somebody_unknown_is_refused_while_nobody_said_that_users_are_made(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    answer = somebody(opened, microsoft).sign_in()

    assert answer.status_code == 401
    assert "This Microsoft account may not sign in" in answer.text
    assert TENANT not in answer.text
    assert f"login failed: microsoft_unknown_user tenant={TENANT} object={OBJECT_ID}" in caplog.text
    [entry] = entries(engine, "auth.login_failed")
    assert entry["details"] == {"reason": "microsoft_unknown_user", "account": ACCOUNT, "by": "microsoft"}


def test_the_first_sign_in_makes_a_user_once(traveller: Traveller, engine: Engine) -> None:
    traveller.sign_in()
    traveller.microsoft.claims = {"preferred_username": "married@contoso.example"}
    traveller.sign_in()

    [made] = entries(engine, "users.create")
    assert (made["actor"], made["details"]) == (ADDRESS_OF_ADA, {"role": "viewer", "by": "microsoft"})
    assert engine.store.database["users"].count_documents({}) == 1
    assert role_of_ada(engine) == Role.VIEWER


@pytest.mark.parametrize("theirs", [None, f"{TENANT}/99999999-2222-4333-8444-555555555555"])
def test_an_address_never_leads_to_a_user_who_is_there_already(
    traveller: Traveller, engine: Engine, caplog: pytest.LogCaptureFixture, theirs: str | None
) -> None:
    user = ada(engine, "admin", theirs)
    traveller.microsoft.claims = {"preferred_username": user.email.upper(), "email": user.email}

    answer = traveller.sign_in()

    assert answer.status_code == 401
    assert "microsoft_address_taken" in caplog.text
    assert engine.store.users.by_microsoft(ACCOUNT) is None
    assert not traveller.is_signed_in()


def test_the_same_object_id_in_another_tenant_is_somebody_else(
    opened: Opened, microsoft: Microsoft, engine: Engine
) -> None:
    other = "99999999-86f1-41af-91ab-2d7cd011db47"
    ada(engine, microsoft=f"{other}/{OBJECT_ID}")

    assert somebody(opened, microsoft).sign_in().status_code == 401


@pytest.mark.parametrize(
    "claims",
    [{"preferred_username": None}, {"preferred_username": "no address"}, {"preferred_username": "a@b\u202e"}],
)
def test_nobody_is_made_without_an_address(
    traveller: Traveller, caplog: pytest.LogCaptureFixture, claims: dict[str, Any]
) -> None:
    traveller.microsoft.claims = claims

    assert traveller.sign_in().status_code == 401
    assert "microsoft_no_address" in caplog.text


def test_a_user_who_is_shut_out_stays_out_and_is_told_nothing_of_it(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    user = ada(engine)
    traveller = somebody(opened, microsoft)
    unknown = Traveller(traveller.client.application.test_client(), microsoft)
    traveller.sign_in()
    engine.store.users.disable(user.id, disabled=True)
    assert not traveller.is_signed_in()

    answer = traveller.sign_in()

    assert answer.status_code == 401
    assert f"microsoft_disabled_user user_id={user.id}" in caplog.text
    assert not traveller.is_signed_in()
    microsoft.claims = {"oid": "99999999-2222-4333-8444-555555555555"}
    assert unknown.sign_in().text == answer.text


def test_whoever_is_shut_out_while_they_sign_in_gets_a_session_that_counts_not(engine: Engine) -> None:
    user = ada(engine)
    company_id = next(iter(user.roles))
    engine.store.users.disable(user.id, disabled=True)
    engine.store.users.disable(user.id, disabled=False)

    begun = sessions.begin(engine, user, company_id, door="web")

    with pytest.raises(Exception, match="session is over"):
        sessions.actor_of_session(engine, begun.sid, door="web")


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": [EDITORS]}, "editor"),
        ({"groups": [EDITORS, ADMINS, "another"]}, "admin"),
        ({"roles": ["Flow8.Run"]}, "runner"),
        ({"groups": [ADMINS], "roles": ["Flow8.Run"]}, "admin"),
        ({"groups": ["another"]}, "viewer"),
        ({"groups": EDITORS}, "viewer"),
        ({}, "viewer"),
    ],
)
def test_the_role_is_the_highest_of_the_groups_or_else_the_default_one(
    opened: Opened, microsoft: Microsoft, engine: Engine, claims: dict[str, Any], role: str
) -> None:
    microsoft.claims = claims
    settings = {"OAUTH2_CREATE_USERS": "true", "OAUTH2_ROLES": ROLES, "OAUTH2_DEFAULT_ROLE": "viewer"}

    assert somebody(opened, microsoft, **settings).sign_in().status_code == 200
    assert role_of_ada(engine) == role


def test_without_a_default_role_whoever_is_in_no_group_is_refused(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    traveller = somebody(opened, microsoft, OAUTH2_CREATE_USERS="true", OAUTH2_ROLES=ROLES)

    assert traveller.sign_in().status_code == 401
    assert "microsoft_no_role" in caplog.text
    ada(engine)
    assert traveller.sign_in().status_code == 401


def test_each_sign_in_brings_the_role_of_the_groups_as_they_are_now(
    opened: Opened, microsoft: Microsoft, engine: Engine
) -> None:
    traveller = somebody(opened, microsoft, OAUTH2_CREATE_USERS="true", OAUTH2_ROLES=ROLES)
    company = engine.store.companies.ensure("default", "Default")
    engine.store.users.create("boss@here.example", "Boss", None, {company.id: "admin"})
    seen = []
    for group in (EDITORS, ADMINS, EDITORS):
        microsoft.claims = {"groups": [group]}
        assert traveller.sign_in().status_code == 200
        seen.append(role_of_ada(engine))

    assert seen == ["editor", "admin", "editor"]
    changes = entries(engine, "users.change")
    assert [entry["actor"] for entry in changes] == ["Microsoft groups"] * 2


def test_the_last_administrator_stays_one(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    ada(engine, "admin")
    microsoft.claims = {"groups": [EDITORS]}

    assert somebody(opened, microsoft, OAUTH2_ROLES=ROLES).sign_in().status_code == 200
    assert role_of_ada(engine) == Role.ADMIN
    assert "stays: LAST_ADMINISTRATOR" in caplog.text


@pytest.mark.parametrize("left_out", [{"hasgroups": True}, {"_claim_names": {"groups": "src1"}}])
def test_who_is_in_too_many_groups_to_be_named_keeps_the_role(
    opened: Opened, microsoft: Microsoft, engine: Engine, left_out: dict[str, Any]
) -> None:
    ada(engine, "editor")
    microsoft.claims = left_out

    assert somebody(opened, microsoft, OAUTH2_ROLES=ROLES).sign_in().status_code == 200
    assert role_of_ada(engine) == Role.EDITOR


def test_without_a_map_the_role_is_up_to_flow8(opened: Opened, microsoft: Microsoft, engine: Engine) -> None:
    ada(engine, "editor")
    microsoft.claims = {"groups": [ADMINS]}

    assert somebody(opened, microsoft, OAUTH2_DEFAULT_ROLE="viewer").sign_in().status_code == 200
    assert role_of_ada(engine) == Role.EDITOR


def test_a_company_that_is_not_there_lets_nobody_in(
    opened: Opened, microsoft: Microsoft, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"OAUTH2_CREATE_USERS": "true", "OAUTH2_DEFAULT_ROLE": "viewer", "OAUTH2_COMPANY": "nowhere"}

    assert somebody(opened, microsoft, **settings).sign_in().status_code == 401
    assert "microsoft_no_company" in caplog.text
    assert engine.store.users.by_email(ADDRESS_OF_ADA) is None


def test_people_of_several_tenants_may_be_let_in_and_others_not(
    opened: Opened, microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    second, third = (f"{digit * 8}-86f1-41af-91ab-2d7cd011db47" for digit in "89")
    settings = {"OAUTH2_CREATE_USERS": "true", "OAUTH2_DEFAULT_ROLE": "viewer"}
    app = opened(OAUTH2_TENANTS=f"{TENANT}, {second}", **settings)
    answers = {}
    for tenant in (TENANT, second, third):
        microsoft.claims = {
            "tid": tenant,
            "iss": microsoft.issuer(tenant),
            "preferred_username": f"ada@{tenant}.example",
        }
        answers[tenant] = Traveller(app.test_client(), microsoft).sign_in().status_code

    assert answers == {TENANT: 200, second: 200, third: 401}
    assert f"microsoft_tenant_not_allowed tenant={third}" in caplog.text


def test_one_account_belongs_to_one_user(engine: Engine) -> None:
    linked = ada(engine)
    actor = an_actor(engine)
    company = engine.store.companies.ensure("default", "Default")
    other = engine.store.users.create("bob@here.example", "Bob", None, {company.id: "viewer"})

    with pytest.raises(Exception, match="Another user has this Microsoft account") as refused:
        users.link_microsoft(engine, actor, other.id, TENANT.upper(), OBJECT_ID)
    with pytest.raises(Exception, match="This is no Microsoft account"):
        users.link_microsoft(engine, actor, other.id, "contoso.example", "ada@contoso.example")

    assert getattr(refused.value, "error_code", "") == "MICROSOFT_ACCOUNT_TAKEN"
    again = engine.store.users.get(linked.id)
    assert again is not None
    assert again.microsoft == ACCOUNT
