"""MongoDB's operators, and fields that nobody may set, in every parameter of every route."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.services.sessions import begin
from tests.support.routes import BODIES, World, a_world, body_of, everything_of, path_of, routes
from tests.support.web import ADDRESS
from web.describe import description_of
from web.front import Front

PAYLOADS: tuple[dict[str, Any], ...] = (
    {"$ne": None},
    {"$gt": ""},
    {"$gte": ""},
    {"$exists": True},
    {"$in": ["a", "b"]},
    {"$nin": []},
    {"$regex": ".*"},
    {"$where": "1"},
    {"$expr": {"$eq": [1, 1]}},
    {"$not": {"$eq": 0}},
    {"$or": [{}, {"a": "a"}]},
    {"$function": {"body": "function(){return true}", "args": [], "lang": "js"}},
)
PRIVILEGED = (
    "_id",
    "id",
    "companyId",
    "company_id",
    "passwordHash",
    "roles",
    "rights",
    "grants",
    "operator",
    "isAdmin",
    "epoch",
    "digest",
    "tokenDigest",
    "createdBy",
    "createdAt",
    "published",
    "state",
    "$set",
    "__proto__",
    "a.b",
)
UNKNOWN = ("flowId", "groupId", "companyId", "userGroupId", "$where")
"""Query parameters that no route takes, beside each route's own."""
FORM_WITH_A_FILE = "POST /files"
DATA = {
    ("POST /flows/<name>/run", "args"),
    ("POST /flows/<name>/test", "args"),
    ("POST /plays/<play_id>/event", "value"),
    ("POST /flows", "flowlets"),
    ("PUT /flows/<name>", "flowlets"),
    ("POST /kv", "value"),
    ("PUT /kv/<entry_id>", "value"),
}
"""Fields whose value is the caller's own data, whatever it looks like."""


@pytest.fixture
def world(engine: Engine) -> World:
    """A company with everything in it."""
    return a_world(engine, "default")


@pytest.fixture
def theirs(engine: Engine) -> World:
    """Another one, which nothing may reach."""
    return a_world(engine, "other")


def test_there_is_a_body_for_every_route_that_takes_one(app: Front) -> None:
    takes_none = {
        "POST /auth/logout",
        "POST /auth/ws-ticket",
        "POST /components/<component>/test",
        FORM_WITH_A_FILE,
        "POST /flows/<name>/enable",
        "POST /flows/<name>/disable",
        "POST /plays/<play_id>/cancel",
        "POST /plays/<play_id>/hold",
        "POST /plays/<play_id>/resume",
        "POST /schedules/<schedule_id>/enable",
        "POST /schedules/<schedule_id>/disable",
    }
    written = {
        f"{name.partition(' ')[0]} {rule.rule.removeprefix('/api/v1')}"
        for name, rule in _api(app)
        if name.partition(" ")[0] in ("POST", "PUT", "PATCH")
    }

    assert written == set(BODIES) | takes_none, "give each new route a body in tests/support/routes.py"


def test_an_operator_in_a_field_of_a_body_is_refused_and_changes_nothing(
    app: Front, engine: Engine, world: World, theirs: World
) -> None:
    before, others = everything_of(engine, world.company), everything_of(engine, theirs.company)
    wrong = {}
    for name, rule in _api(app):
        for field in _fields(name, world):
            for payload in PAYLOADS:
                body = {**body_of(name, world.ids), field: payload}
                status = _ask(app, engine, world, name, rule, json=body).status_code
                if not 400 <= status < 500:
                    wrong[f"{name} {field}={payload}"] = status

    assert wrong == {}
    assert everything_of(engine, world.company) == before
    assert everything_of(engine, theirs.company) == others


def test_an_operator_in_a_list_of_texts_is_refused(app: Front, engine: Engine, world: World) -> None:
    wrong = {}
    for name, rule in _api(app):
        for field, value in body_of(name, world.ids).items():
            if isinstance(value, list) and (_short(name), field) not in DATA:
                for payload in PAYLOADS:
                    body = {**body_of(name, world.ids), field: [payload]}
                    status = _ask(app, engine, world, name, rule, json=body).status_code
                    if not 400 <= status < 500:
                        wrong[f"{name} {field}={payload}"] = status

    assert wrong == {}


def test_a_field_that_nobody_may_set_is_refused_in_every_write(
    app: Front, engine: Engine, world: World
) -> None:
    before, wrong = everything_of(engine, world.company), {}
    for name, rule in _api(app):
        if name.startswith(("GET", "DELETE")) or name.endswith(("/auth/logout", "/files")):
            continue  # these read no JSON
        for field in PRIVILEGED:
            body = {**body_of(name, world.ids), field: "admin"}
            answer = _ask(app, engine, world, name, rule, json=body)
            paths = [each["path"] for each in (answer.json or {}).get("details", ())]
            if answer.status_code != 422 or not any(field in path for path in paths):
                wrong[f"{name} {field}"] = (answer.status_code, paths)

    assert wrong == {}
    assert everything_of(engine, world.company) == before


def test_an_operator_in_a_path_or_query_finds_nothing_and_changes_nothing(
    app: Front, engine: Engine, world: World, theirs: World
) -> None:
    before, others, wrong = everything_of(engine, world.company), everything_of(engine, theirs.company), {}
    for name, rule in _api(app):
        for payload in PAYLOADS:
            text = json.dumps(payload)
            for argument in rule.arguments:
                path = path_of(rule, world.ids, **{argument: "{}"}).replace("{}", _quoted(text))
                status = _ask(app, engine, world, name, rule, path=path).status_code
                if not 400 <= status < 500:
                    wrong[path] = status
            wrong.update(_wrong_queries(app, engine, world, name, rule, payload))

    assert wrong == {}
    assert everything_of(engine, world.company) == before
    assert everything_of(engine, theirs.company) == others


def test_an_operator_in_the_query_of_a_write_is_no_mistake_of_ours(
    app: Front, engine: Engine, world: World, theirs: World
) -> None:
    others, wrong, tried = everything_of(engine, theirs.company), {}, 0
    for name, rule in _api(app):
        if name.startswith("GET") or not _query_names(app, rule):
            continue
        for payload in PAYLOADS:
            for query in _queries(_query_names(app, rule), payload):
                tried += 1
                status = _ask(app, engine, world, name, rule, query=query).status_code
                if status >= 500:
                    wrong[f"{name}?{query}"] = status

    assert wrong == {}
    assert tried > 12
    assert everything_of(engine, theirs.company) == others


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: next(iter(payload)))
def test_an_operator_in_a_header_is_a_text_like_any_other(
    app: Front, engine: Engine, world: World, payload: dict[str, Any]
) -> None:
    text, rules, wrong = json.dumps(payload), dict(_api(app)), {}
    before = everything_of(engine, world.company)
    for name, rule in rules.items():
        description = description_of(app.view_functions[rule.endpoint])
        if description is not None and description.if_match:
            answer = _ask(app, engine, world, name, rule, headers={"If-Match": text})
            quoted = _ask(app, engine, world, name, rule, headers={"If-Match": json.dumps(text)})
            if not {answer.status_code, quoted.status_code} <= {400, 409, 412, 422}:
                wrong[name] = (answer.status_code, quoted.status_code)
        elif name.startswith("GET"):
            odd = {"X-Request-Id": text, "If-Match": text, "Idempotency-Key": text, "Accept": text}
            answer, plain = (_ask(app, engine, world, name, rule, headers=each) for each in (odd, {}))
            if answer.status_code != plain.status_code or text in answer.text:
                wrong[name] = (answer.status_code, plain.status_code)

    assert wrong == {}
    assert everything_of(engine, world.company) == before


def test_an_operator_as_idempotency_key_is_a_key_of_its_own(app: Front, engine: Engine, world: World) -> None:
    name = "POST /api/v1/flows/<name>/run"
    rule = dict(_api(app))[name]
    keys = ["k", *map(json.dumps, PAYLOADS)]

    def run(key: str) -> str:
        answer = _ask(app, engine, world, name, rule, json={"args": {}}, headers={"Idempotency-Key": key})
        assert answer.status_code == 202
        return str((answer.json or {})["playId"])

    first, again = [run(key) for key in keys], [run(key) for key in keys]

    assert first == again
    assert len(set(first)) == len(keys)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: next(iter(payload)))
def test_an_operator_as_session_or_key_is_nobody(app: Front, world: World, payload: dict[str, Any]) -> None:
    text, client = json.dumps(payload), app.test_client()
    client.set_cookie("sid", _quoted(text))

    by_cookie = client.get("/api/v1/auth/me", base_url=ADDRESS)
    by_key = app.test_client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {text}"})
    half = app.test_client().get(
        "/api/v1/auth/me", headers={"Authorization": f"Bearer f8_{world.ids['key_id']}_{text}"}
    )

    assert {by_cookie.status_code, by_key.status_code, half.status_code} == {401}


def _wrong_queries(
    app: Front, engine: Engine, world: World, name: str, rule: Rule, payload: dict[str, Any]
) -> dict[str, int]:
    """The queries that are our mistake, or find something that is not found without them."""
    names = _query_names(app, rule)
    if not name.startswith("GET") or (not names and payload is not PAYLOADS[0]):
        return {}  # who reads no query is asked once
    plain, wrong = _ask(app, engine, world, name, rule), {}
    for query in _queries({*names, *UNKNOWN}, payload):
        answer = _ask(app, engine, world, name, rule, query=query)
        # Who reads no query may tell the time.
        is_harmless = not names or answer.text == plain.text or _is_empty(answer)
        if answer.status_code >= 500 or (answer.status_code == 200 and not is_harmless):
            wrong[f"{name}?{query}"] = answer.status_code
    return wrong


def _is_empty(answer: TestResponse) -> bool:
    """Whether it holds no rows, or only the empty spans of a histogram."""
    found = answer.get_json(silent=True)
    rows = found.get("data") if isinstance(found, dict) else found
    return isinstance(rows, list) and all(isinstance(row, dict) and row.get("total") == 0 for row in rows)


def _queries(names: set[str], payload: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name in names:
        yield {name: json.dumps(payload)}
    yield {f"{name}[{next(iter(payload))}]": "1" for name in names}


def _query_names(app: Front, rule: Rule) -> set[str]:
    """The query parameters of a route, as its own description names them."""
    description = description_of(app.view_functions[rule.endpoint])
    if description is None or description.query is None:
        return set()
    return {field.alias or name for name, field in description.query.model_fields.items()}


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _api(app: Front) -> Iterator[tuple[str, Rule]]:
    """The routes of the API, those last that end something."""
    found = [each for each in routes(app) if each[1].rule.startswith("/api/v1/")]
    yield from sorted(found, key=lambda each: (each[0].startswith("DELETE"), each[0]))


def _short(name: str) -> str:
    method, _, path = name.partition(" ")
    return f"{method} {path.removeprefix('/api/v1')}"


def _fields(name: str, world: World) -> list[str]:
    taken = body_of(name, world.ids)
    return [field for field in taken if (_short(name), field) not in DATA]


def _ask(
    app: Front,
    engine: Engine,
    world: World,
    name: str,
    rule: Rule,
    *,
    path: str | None = None,
    json: Any = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    """One request of the administrator, in a session of its own."""
    user = engine.store.users.by_email(f"{Role.ADMIN}@default.example")
    assert user is not None
    client = app.test_client()
    method = name.partition(" ")[0]
    # A new one for each write, since some end the session that they are asked with.
    is_read = method == "GET"
    sid = world.sids["admin"] if is_read else begin(engine, user, world.company.id, door="web").sid
    client.set_cookie("sid", sid)
    given = {} if json is None and method in ("GET", "DELETE") else {"json": json or body_of(name, world.ids)}
    return client.open(
        path or path_of(rule, world.ids),
        base_url=ADDRESS,
        method=method,
        query_string=query,
        headers={"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin", "If-Match": "*", **(headers or {})},
        **given,
    )
