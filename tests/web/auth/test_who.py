"""Who is let in, and as whom."""

from collections.abc import Callable

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.services import keys
from tests.support.web import ADDRESS, Browser, Program, a_key
from web.front import Front


def test_a_key_gives_the_rights_of_its_role(program_as: Callable[[Role], Program]) -> None:
    viewer = program_as(Role.VIEWER)

    assert viewer.get("flows").status_code == 200
    assert viewer.get("auth/api-keys").status_code == 403
    assert program_as(Role.ADMIN).get("auth/api-keys").status_code == 200


def test_a_key_for_tools_only_opens_nothing_here(app: Front, engine: Engine) -> None:
    tools = Program(app.test_client(), a_key(engine, scopes=(keys.MCP,)))

    assert tools.get("flows").status_code == 403


def test_a_denial_is_audited(program_as: Callable[[Role], Program], engine: Engine) -> None:
    program_as(Role.VIEWER).post("flows/any/run", json={})

    entry = engine.store.database["audit"].find_one({"action": "denied"})
    assert entry is not None
    assert entry["details"]["right"] == "run"
    assert entry["details"]["asked"] == "POST /api/v1/flows/<name>/run"


def test_a_wrong_key_is_not_helped_by_a_good_session(browser: Browser) -> None:
    answer = browser.client.get(
        "/api/v1/auth/me", base_url=ADDRESS, headers={"Authorization": "Bearer f8_wrong"}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("sid", ["", "x", "x" * 1_000, "{$ne: null}", "ü"])
def test_a_made_up_session_is_none(app: Front, sid: str) -> None:
    client = app.test_client()
    client.set_cookie("sid", sid)

    assert client.get("/api/v1/auth/me").status_code == 401


def test_a_session_is_over_after_sign_out_for_the_old_cookie_too(browser: Browser) -> None:
    cookie = browser.client.get_cookie("sid")
    assert cookie is not None

    browser.send("/sign-out", {})
    browser.client.set_cookie("sid", cookie.value)

    assert browser.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 401


def test_signing_in_again_ends_the_session_before(browser: Browser) -> None:
    before = browser.client.get_cookie("sid")
    assert before is not None

    browser.sign_in()
    after = browser.client.get_cookie("sid")
    assert after is not None
    browser.client.set_cookie("sid", before.value)

    assert after.value != before.value
    assert browser.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 401
