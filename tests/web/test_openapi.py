"""The description of the API, asked of a real server: every GET answers what it says."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.services import drafts, flows
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, value
from tests.support.routes import World, a_world, path_of
from tests.support.web import ADDRESS, Browser, Program, an_actor
from web.front import Front
from web.openapi import document

NEVER_EMPTY = ("/flows", "/plays", "/groups", "/kv", "/users", "/user-groups", "/access", "/channels")


@pytest.fixture
def world(engine: Engine) -> World:
    """A company with everything in it."""
    return a_world(engine, "default")


@pytest.fixture
def told(app: Front) -> dict[str, Any]:
    """The description of the API, in which answers may hold nothing that it does not name."""
    found = copy.deepcopy(document(app, ADDRESS))
    for name, schema in found["components"]["schemas"].items():
        if name.endswith(("Shape", "Row", "Shape_", "Row_")) and "properties" in schema:
            schema["additionalProperties"] = False
    return found


def test_every_documented_get_answers_what_it_says(
    app: Front, program: Program, stage: Stage, world: World, told: dict[str, Any]
) -> None:
    loop = stage.play(each([1, 0], onItemError="continue"), inside(value("price", {"n": "{{ 6 / $item }}"})))
    asked, wrong = 0, {}
    for path, rule in _gets(app):
        for ids in (world.ids, {**world.ids, "play_id": loop.id, "layer_id": "each"}):
            answer = program.ask("GET", path_of(rule, ids).removeprefix("/api/v1/"))
            asked += 1
            problems = _problems(told, path, answer.status_code, answer)
            if problems or answer.status_code not in (200, 404):
                wrong[f"{path} {ids['play_id']}"] = [answer.status_code, *problems]
            if path in NEVER_EMPTY and not (answer.json or {})["data"]:
                wrong[path] = ["is empty, so nothing was shown"]

    assert wrong == {}
    assert asked > 60


def _gets(app: Front) -> Iterator[tuple[str, Any]]:
    """Each GET but the one that opens a WebSocket."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and "GET" in (rule.methods or ()) and rule.rule != "/api/v1/ws":
            yield rule.rule.removeprefix("/api/v1").replace("<int:", "<"), rule


def _problems(told: dict[str, Any], path: str, status: int, answer: Any) -> list[str]:
    operation = told["paths"][path.replace("<", "{").replace(">", "}")]["get"]
    response = operation["responses"].get(str(status))
    if response is None:
        return [f"status {status} is not described"]
    content = response.get("content", {}).get(answer.mimetype)
    if content is None:
        return [f"{answer.mimetype} is not described"]
    if answer.mimetype != "application/json":
        return []
    return _misfits(told, content["schema"], answer.json)


def _misfits(told: dict[str, Any], schema: dict[str, Any], found: Any) -> list[str]:
    whole = {**schema, "components": told["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(found)]


def test_answers_of_writes_fit_as_well(program: Program, told: dict[str, Any], engine: Engine) -> None:
    def check(answer: Any, method: str, path: str) -> None:
        response = told["paths"][path][method]["responses"][str(answer.status_code)]
        schema = response["content"]["application/json"]["schema"]
        assert _misfits(told, schema, answer.json) == [], (method, path)

    made = program.post("flows", json=a_flow())
    check(made, "post", "/flows")
    headers = {"If-Match": made.headers["ETag"]}
    check(program.ask("PUT", "flows/a-flow", json=a_flow(name="B"), headers=headers), "put", "/flows/{name}")
    check(program.ask("PUT", "flows/a-flow", json=a_flow(), headers=headers), "put", "/flows/{name}")
    check(program.ask("PUT", "flows/a-flow", json=a_flow()), "put", "/flows/{name}")
    check(program.post("flows/a-flow/publish", json={}), "post", "/flows/{name}/publish")
    check(program.post("flows/a-flow/test", json={"args": {"n": 1}}), "post", "/flows/{name}/test")
    check(program.post("flows/import", json=a_flow(flow="b")), "post", "/flows/import")
    run = program.post("flows/a-flow/run", json={"args": {"n": 1}})
    check(run, "post", "/flows/{name}/run")
    play_id = (run.json or {})["playId"]
    check(program.post(f"plays/{play_id}/cancel", json={}), "post", "/plays/{play_id}/cancel")
    perform(engine, play_id)
    check(program.post(f"plays/{play_id}/hold", json={}), "post", "/plays/{play_id}/hold")
    check(program.post(f"plays/{play_id}/rerun", json={}), "post", "/plays/{play_id}/rerun")
    check(program.post("plays/bulk", json={"action": "hold", "dryRun": True}), "post", "/plays/bulk")
    check(program.post("groups", json={"name": "g"}), "post", "/groups")
    check(program.post("groups", json={"name": "g"}), "post", "/groups")
    check(program.post("groups", json={"name": ""}), "post", "/groups")
    check(program.post("channels", json={"name": "c", "kind": "http"}), "post", "/channels")
    check(program.post("auth/api-keys", json={"name": "k"}), "post", "/auth/api-keys")


def step(ref: str, **fields: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": {}}, **fields}


def test_a_diff_with_everything_in_it_fits(program: Program, told: dict[str, Any], engine: Engine) -> None:
    actor = an_actor(engine)
    drafts.create_draft(engine, actor, a_flow(step("a"), step("b")))
    flows.publish(engine, actor, "a-flow")
    after = a_flow(step("c"), step("a", name="A"), name="N")
    drafts.save_draft(engine, actor, "a-flow", after, digest=None)

    answer = program.get("flows/a-flow/diff?a=1&b=draft")

    found = answer.json or {}
    assert [len(found["flowlets"][kind]) for kind in ("added", "removed", "changed")] == [1, 1, 1]
    assert (len(found["fields"]), found["same"]) == (1, False)
    schema = told["paths"]["/flows/{name}/diff"]["get"]["responses"]["200"]["content"]["application/json"]
    assert _misfits(told, schema["schema"], found) == []


def test_the_description_is_for_whoever_is_known(program: Program, bare: Any) -> None:
    found = program.get("openapi.json")

    assert (found.json or {})["openapi"] == "3.1.0"
    assert bare.get("/api/v1/openapi.json").status_code == 401
    assert bare.get("/api/v1/docs").status_code == 401


def test_the_page_needs_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.get("/api/v1/docs")

    assert page.status_code == 200
    assert "GET /plays/histogram" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert [part for part in page.text.split('"') if part.startswith(("http:", "https:", "//"))] == []
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'href="#shape-FlowShape"' in page.text
    assert 'id="shape-FlowShape"' in page.text
    assert Role.ADMIN in page.text
