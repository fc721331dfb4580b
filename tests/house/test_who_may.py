"""Every route, tried by everybody: nobody, each role, and whoever names what another company has.

`who_may.txt` beside this file says what has to happen. A route without a line there fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from flow8.domain.access import RIGHTS, Right, Role
from flow8.engine.engine import Engine
from flow8.services.actors import actor_of
from flow8.services.sessions import begin
from tests.support.routes import MARK, World, a_world, body_of, everything_of, path_of, routes
from tests.support.web import ADDRESS
from web.app import create_app
from web.front import Front
from web.policy import Policy, policy_of

FILE = Path(__file__).with_name("who_may.txt")
ROLES: dict[str, Role | None] = {"nobody": None, **{role.value: role for role in Role}}
REFUSED = (401, 403)
FORMS = ("/sign-in", "/sign-out", "/flows/<name>/run")


@dataclass(frozen=True)
class Line:
    """What the file says about a route."""

    who: str
    where: str
    others: str


def lines() -> dict[str, Line]:
    """By method and path."""
    rows = [row.split() for row in FILE.read_text().splitlines() if row and not row.startswith("#")]
    return {f"{method} {path}": Line(*rest) for method, path, *rest in rows}


LINES = lines()


@pytest.fixture
def app(engine: Engine) -> Front:
    """The front over a real engine."""
    return create_app(engine)


@pytest.fixture
def ours(engine: Engine) -> World:
    """A company with everything in it."""
    return a_world(engine, "default")


@pytest.fixture
def theirs(engine: Engine) -> World:
    """Another one."""
    return a_world(engine, "other")


def test_every_route_stands_in_the_file_and_no_other(app: Front) -> None:
    told = {name: _told(policy_of(app.view_functions[rule.endpoint])) for name, rule in _all(app)}

    missing = [f"{name} {' '.join(told[name])} ?" for name in told if name not in LINES]
    assert missing == [], "give each a line in tests/house/who_may.txt"
    assert sorted(set(LINES) - set(told)) == [], "these routes are gone"
    assert {name: (line.who, line.where) for name, line in LINES.items()} == told


def test_every_role_comes_as_far_as_the_file_says(app: Front, ours: World) -> None:
    wrong = {}
    for name, rule in _all(app):
        for role, known in ROLES.items():
            sid = _session(app, ours, known, name) if known else None
            status = _ask(app, name, rule, ours, sid).status_code
            if not _fits(LINES[name], known, status):
                wrong[f"{role} {name}"] = status

    assert wrong == {}


def test_nothing_of_another_company_is_read_or_changed(
    app: Front, engine: Engine, ours: World, theirs: World
) -> None:
    before, wrong = everything_of(engine, theirs.company), {}
    for name, rule in _all(app):
        sid = _session(app, ours, Role.ADMIN, name)
        answer = _ask(app, name, rule, theirs, sid)
        expected = LINES[name].others
        said = _said(name, rule, theirs)
        leaks = [value for value in _secrets(theirs) if value in answer.text and value not in said]
        if (expected != "-" and str(answer.status_code) != expected) or leaks:
            wrong[name] = (answer.status_code, leaks)

    assert wrong == {}
    assert everything_of(engine, theirs.company) == before
    assert f"{MARK} other" not in str(everything_of(engine, ours.company))


def test_a_member_without_role_or_grant_comes_nowhere(app: Front, engine: Engine, ours: World) -> None:
    user = engine.store.users.create("nil@default.example", "Nil", None, {ours.company.id: None})
    assert actor_of(engine, user, ours.company.id, door="test").rights == frozenset()

    answers = {
        name: _ask(app, name, rule, ours, begin(engine, user, ours.company.id, door="web").sid).status_code
        for name, rule in _all(app)
        if LINES[name].who not in ("anybody", "known")
    }

    assert {name: status for name, status in answers.items() if status != 403} == {}


def _all(app: Front) -> Iterator[tuple[str, Rule]]:
    """Each route once; what stands under /api as well stands there by the same name."""
    for name, rule in sorted(routes(app), key=lambda each: each[0]):
        if not rule.rule.startswith("/api/") or rule.rule.startswith("/api/v1/"):
            yield name, rule


def _told(policy: Policy | None) -> tuple[str, str]:
    """A policy in the words of the file."""
    assert policy is not None
    if policy.public:
        return "anybody", "-"
    if policy.right is None:
        return "known", "-"
    return _least(policy.right).value, "flow" if policy.somewhere else "company"


def _least(right: Right) -> Role:
    return next(role for role in Role if right in RIGHTS[role])


def _session(app: Front, world: World, role: Role, name: str) -> str:
    """A session of the user of a role; a new one for each write, since some end what they are asked with."""
    if name.startswith("GET"):
        return world.sids[role.value]
    engine: Engine = app.extensions["flow8"]
    user = engine.store.users.by_email(f"{role}@{world.company.slug}.example")
    if user is None:
        user = engine.store.users.create(
            f"{role}@{world.company.slug}.example", "again", None, {world.company.id: role.value}
        )
    return begin(engine, user, world.company.id, door="web").sid


def _ask(app: Front, name: str, rule: Rule, named: World, sid: str | None) -> TestResponse:
    """One request that names the records of a world."""
    client: FlaskClient = app.test_client()
    if sid is not None:
        client.set_cookie("sid", sid)
    method = name.partition(" ")[0]
    more: dict[str, Any] = {}
    if method != "GET":
        is_form = rule.rule in FORMS
        more = {"data": {"args": "{}"}} if is_form else {"json": body_of(name, named.ids)}
    return client.open(
        path_of(rule, named.ids),
        base_url=ADDRESS,
        method=method,
        headers={"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"},
        **more,
    )


def _fits(line: Line, role: Role | None, status: int) -> bool:
    if status >= 500:
        return False
    if line.who == "anybody":
        return status != 403
    if role is None:
        return status == 401
    if line.who == "known":
        return status != 403
    may = list(Role).index(role) >= list(Role).index(Role(line.who))
    return status not in REFUSED if may else status == 403


def _secrets(world: World) -> list[str]:
    """What only records of this world hold."""
    ids = [each for name, each in world.ids.items() if name not in ("layer_id", "app_id")]
    return [f"{MARK} {world.company.slug}", *ids]


def _said(name: str, rule: Rule, world: World) -> str:
    """What the request itself said, and its refusal may repeat."""
    return path_of(rule, world.ids) + str(body_of(name, world.ids))
