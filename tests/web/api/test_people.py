"""Users, companies, user groups and grants over HTTP, and what a session may do about itself."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flow8.engine.engine import Engine
from flow8.services.sign_in_limits import ACCOUNT
from flow8.services.tickets import actor_of_ticket
from flow8.store.people import User
from tests.support.factories import a_flow
from tests.support.web import ADDRESS, PASSWORD, Browser, Program
from web.front import Front

NEW = "another long password"


def send(browser: Browser, method: str, path: str, **fields: object) -> TestResponse:
    """A request of a page's script."""
    return browser.client.open(
        f"/api/v1/{path}", method=method, base_url=ADDRESS, json=fields, headers={"Origin": ADDRESS}
    )


def sid_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


def test_a_person_is_added_signs_in_and_is_shut_out(app: Front, program: Program) -> None:
    made = program.post("users", json={"email": "bob@example.com", "name": "Bob", "role": "viewer"})
    bob = made.json or {}
    theirs = app.test_client()
    login = {"email": "bob@example.com", "password": bob["password"]}
    assert theirs.post("/api/v1/auth/login", base_url=ADDRESS, json=login).status_code == 200
    assert theirs.get("/api/v1/flows", base_url=ADDRESS).status_code == 200

    listed = program.get("users").json or {}
    changed = program.ask("PUT", f"users/{bob['id']}", json={"disabled": True})

    assert made.status_code == 201
    assert (changed.json or {})["disabled"] is True
    assert [each["email"] for each in listed["data"]] == ["bob@example.com"]
    assert "password" not in listed["data"][0]
    assert theirs.get("/api/v1/flows", base_url=ADDRESS).status_code == 401
    assert theirs.post("/api/v1/auth/login", base_url=ADDRESS, json=login).status_code == 401


def test_a_null_role_is_taken_away_and_a_missing_one_stays(program: Program) -> None:
    bob = program.post("users", json={"email": "b@example.com", "name": "B", "role": "editor"}).json or {}

    kept = program.ask("PUT", f"users/{bob['id']}", json={"name": "Bob"}).json or {}
    taken = program.ask("PUT", f"users/{bob['id']}", json={"role": None}).json or {}

    assert (kept["name"], kept["role"], taken["role"]) == ("Bob", "editor", None)


def test_whoever_has_a_grant_sees_that_flow_only(app: Front, program: Program, greeting: str) -> None:
    program.post("flows/import?publish=true", json=a_flow(flow="secret", name="Secret"))
    wish = {"email": "gil@example.com", "name": "Gil", "role": None}
    gil = program.post("users", json=wish).json or {}
    client = app.test_client()
    login = {"email": "gil@example.com", "password": gil["password"]}
    client.post("/api/v1/auth/login", base_url=ADDRESS, json=login)
    before = client.get("/api/v1/flows", base_url=ADDRESS).status_code

    made = program.post("access", json={"right": "run", "userId": gil["id"], "flowId": greeting})

    until_known = [client.get("/api/v1/flows", base_url=ADDRESS) for _ in range(2)][-1]
    run = client.post(
        f"/api/v1/flows/{greeting}/run",
        base_url=ADDRESS,
        json={"args": {"name": "Ada"}},
        headers={"Origin": ADDRESS},
    )
    page = client.get("/", base_url=ADDRESS, headers={"Accept": "text/html"})
    assert (before, made.status_code, run.status_code) == (403, 201, 202)
    assert [each["permanentId"] for each in (until_known.json or {})["data"]] == [greeting]
    assert client.get("/api/v1/flows/secret", base_url=ADDRESS).status_code == 404
    assert "secret" not in page.text
    assert "greeting" in page.text
    assert client.get("/api/v1/channels", base_url=ADDRESS).status_code == 403
    assert (program.get(f"access?userId={gil['id']}").json or {})["total"] == 1
    assert program.ask("DELETE", f"access/{(made.json or {})['id']}").status_code == 204
    assert client.get("/api/v1/flows", base_url=ADDRESS).status_code == 403


def test_user_groups_are_made_changed_and_removed(program: Program) -> None:
    bob = program.post("users", json={"email": "b@example.com", "name": "B", "role": "viewer"}).json or {}
    made = program.post("user-groups", json={"name": "Team", "userIds": [bob["id"]]}).json or {}

    changed = program.ask("PUT", f"user-groups/{made['id']}", json={"name": "Crew", "userIds": []}).json or {}
    found = program.get(f"user-groups/{made['id']}").json

    assert made["userIds"] == [bob["id"]]
    assert found == changed == {"id": made["id"], "name": "Crew", "userIds": []}
    assert program.ask("DELETE", f"user-groups/{made['id']}").status_code == 204
    assert (program.get("user-groups").json or {})["data"] == []


def test_a_new_password_takes_a_new_session_and_ends_all_others(app: Front, browser: Browser) -> None:
    before, elsewhere = sid_of(browser), Browser(app.test_client())
    elsewhere.sign_in()

    wrong = send(browser, "POST", "auth/password", current="wrong", new=NEW)
    done = send(browser, "POST", "auth/password", current=PASSWORD, new=NEW)

    assert (wrong.status_code, done.status_code) == (401, 200)
    assert sid_of(browser) != before
    assert browser.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 200
    assert elsewhere.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 401
    browser.client.set_cookie("sid", before, domain="localhost")
    assert browser.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 401
    assert elsewhere.sign_in(NEW).status_code == 303


def test_one_makes_a_company_and_goes_on_in_it(browser: Browser, program: Program, greeting: str) -> None:
    before = sid_of(browser)
    made = send(browser, "POST", "companies", name="Bakery")
    there = send(browser, "POST", "auth/company", company="bakery")

    mine = browser.client.get("/api/v1/auth/me", base_url=ADDRESS).json or {}
    seen = browser.client.get(f"/api/v1/flows/{greeting}", base_url=ADDRESS)
    assert (made.status_code, there.status_code) == (201, 200)
    assert sid_of(browser) != before
    assert mine["company"]["slug"] == "bakery"
    assert {each["slug"]: each["role"] for each in mine["companies"]} == {
        "bakery": "admin",
        "default": "admin",
    }
    assert seen.status_code == 404
    assert (program.get("companies").json or {})["data"][0]["slug"] == "default"
    assert send(browser, "PUT", "companies/bakery", name="The Bakery").status_code == 200
    assert send(browser, "DELETE", "companies/bakery").status_code == 204
    assert browser.client.get("/api/v1/auth/me", base_url=ADDRESS).status_code == 401


def test_a_ticket_opens_once(browser: Browser, program: Program, engine: Engine) -> None:
    of_session = send(browser, "POST", "auth/ws-ticket")
    of_key = program.post("auth/ws-ticket", json={})

    for answer, name in ((of_session, "admin@localhost"), (of_key, "key for admin")):
        assert answer.status_code == 201
        assert actor_of_ticket(engine, (answer.json or {})["ticket"], door="web").name == name
    with pytest.raises(Exception, match="ticket"):
        actor_of_ticket(engine, (of_key.json or {})["ticket"], door="web")


@pytest.mark.parametrize("email", ["admin@localhost", "nobody@localhost"])
def test_too_many_tries_are_answered_alike_on_page_and_api(
    app: Front, administrator: User, email: str
) -> None:
    client: FlaskClient = app.test_client()
    for _ in range(ACCOUNT.free):
        client.post("/api/v1/auth/login", json={"email": email, "password": "wrong"})

    answer = client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    page = client.post("/sign-in", data={"email": email, "password": "x"}, headers={"Accept": "text/html"})

    assert administrator.email == "admin@localhost"
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert (answer.json or {})["error"] == "TOO_MANY_TRIES"
    assert "Set-Cookie" not in answer.headers
    assert (page.status_code, page.headers["Retry-After"]) == (429, "1")
    assert "Too many tries" in page.text


def test_a_key_has_neither_password_nor_another_company(program: Program) -> None:
    for path, body in (
        ("auth/password", {"current": "x", "new": NEW}),
        ("auth/company", {"company": "default"}),
    ):
        answer = program.post(path, json=body)
        assert (answer.status_code, (answer.json or {})["error"]) == (401, "SESSION_NEEDED")
