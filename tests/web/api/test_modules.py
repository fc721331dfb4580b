"""The catalogue over HTTP."""

from flow8.engine.engine import Engine
from tests.support.web import Program


def test_every_module_is_listed(program: Program, engine: Engine) -> None:
    listed = program.get("modules").json or {}

    assert [each["appId"] for each in listed["data"]] == sorted(engine.registry.modules)
    groups = {each["appId"]: each["group"] for each in listed["data"]}
    assert (groups["var"], groups["curl"], groups["probe"]) == ("core", "http", "private")


def test_every_module_shows_its_forms_and_examples(program: Program, engine: Engine) -> None:
    for app_id in engine.registry.modules:
        answer = program.get(f"modules/{app_id}")

        shown = answer.json or {}
        assert answer.status_code == 200
        assert shown["title"]
        assert shown["args"]["type"] == "object"
        assert shown["output"]["description"]
        assert shown["examples"]


def test_a_module_that_returns_an_order_shows_the_output_that_is_left(program: Program) -> None:
    outputs = {
        app_id: (program.get(f"modules/{app_id}").json or {})["output"]
        for app_id in ("delay", "iterator", "wait-for-event")
    }

    assert list(outputs["delay"]["properties"]) == ["waitedUntil"]
    assert list(outputs["iterator"]["properties"]) == ["count", "done", "failed"]
    assert outputs["wait-for-event"] == {
        "title": "Out",
        "description": "The value that the event was sent with.",
    }


def test_an_unknown_module_is_404_with_a_hint(program: Program) -> None:
    answer = program.get("modules/vra")

    assert (answer.status_code, (answer.json or {})["error"]) == (404, "MODULE_NOT_FOUND")
    assert "var" in (answer.json or {})["message"]
