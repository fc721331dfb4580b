"""How flows fare, what leads to them, what stands in them, and what to begin with, over HTTP."""

from typing import Any

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.perform import perform
from flow8.services import keys
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import FAILING, copies
from tests.support.web import Program

CALL = {
    "ref": "call",
    "appId": "curl",
    "name": "Ask the bank",
    "args": {"url": "https://bank.example/rates", "headers": {"Authorization": "Bearer s3cr3t-value"}},
}


def names(program: Program, query: str) -> list[str]:
    """The permanent ids of the flows that a query lists."""
    return [each["permanentId"] for each in (program.get(f"flows?{query}").json or {})["data"]]


def a_draft(program: Program, flow: str, *flowlets: dict[str, Any], **more: Any) -> None:
    """A flow that nobody published."""
    assert program.post("flows", json=a_flow(*flowlets, flow=flow, name=flow, **more)).status_code == 201


def test_a_search_looks_inside_flows_and_says_where(program: Program) -> None:
    a_draft(program, "billing", CALL, category="money")
    a_draft(program, "greeting", category="people")

    (row,) = (program.get("flows?text=RATES%20bank").json or {})["data"]

    assert row["matches"] == [
        {"ref": "call", "path": "name", "text": "Ask the bank"},
        {"ref": "call", "path": "args.url", "text": "https://bank.example/rates"},
    ]
    assert names(program, "text=curl") == ["billing"]
    assert names(program, "text=authorization") == ["billing"]
    # Each flow has a field of this name; in a value it stands nowhere.
    assert names(program, "text=flowlets") == []
    assert names(program, "text=var") == ["greeting"]
    assert names(program, "category=money") == ["billing"]
    assert names(program, "text=.*") == []
    assert program.get(f"flows?text={'x' * 201}").status_code == 422


def test_a_search_shows_no_secret(program: Program) -> None:
    a_draft(program, "billing", CALL)

    assert "s3cr3t" not in program.get("flows?text=bearer").text


def test_the_pages_of_a_search_are_right(program: Program) -> None:
    for n in range(5):
        a_draft(program, f"found-{n}", CALL)
        a_draft(program, f"other-{n}")

    page = program.get("flows?text=bank&size=2&page=3").json or {}

    assert (page["total"], page["pages"]) == (5, 3)
    assert [each["permanentId"] for each in page["data"]] == ["found-4"]


def test_overviews_tell_of_many_flows_at_once(program: Program, stage: Stage) -> None:
    good = stage.play({"ref": "ok", "appId": "var", "args": {"values": {}}}, flow="good", name="Good").id
    bad = stage.play(*FAILING, args={"id": 1}, flow="bad", name="Bad").id
    copies(stage.engine, good, 2)
    copies(stage.engine, bad, 1)
    program.post("flows/bad/test", json={"args": {"id": 1}})
    channel = (
        program.post("channels", json={"name": "Doors", "kind": "http", "authMode": "public"}).json or {}
    )
    route = {"name": "in", "httpMethod": "POST", "path": "/in", "targetFlowIds": ["good"]}
    assert program.post(f"channels/{channel['id']}/routes", json=route).status_code == 201
    timer = {"name": "nightly", "flow": "good", "cron": "0 2 * * *", "timeZone": "Europe/Berlin"}
    assert program.post("schedules", json=timer).status_code == 201
    ids = {name: (program.get(f"flows/{name}").json or {})["id"] for name in ("good", "bad")}

    query = f"flow-overviews?flows={ids['good']},{ids['bad']},{'0' * 24}"
    found = {each["flowId"]: each for each in (program.get(query).json or {})["data"]}

    assert set(found) == set(ids.values())
    one, other = found[ids["good"]], found[ids["bad"]]
    assert ([each["state"] for each in one["latest"]], one["wentWell"], one["failed"]) == (["DONE"] * 3, 3, 0)
    assert isinstance(one["p95Ms"], int)
    assert (other["wentWell"], other["failed"], len(other["latest"])) == (0, 2, 2)
    (door,), (due,) = one["doors"], one["timers"]
    assert door["address"].endswith("/c/doors/in")
    assert (due["name"], due["cron"]) == ("nightly", "0 2 * * *")
    assert program.get(f"flow-overviews?flows={','.join('x' * 101)}").status_code == 422


def test_what_leads_to_a_flow_is_told_before_it_goes(program: Program) -> None:
    program.post("flows/import?publish=true", json=a_flow(flow="inner", name="Inner"))
    plays_it = {"ref": "sub", "appId": "subflow", "args": {"flow": "inner"}}
    program.post("flows/import?publish=true", json=a_flow(plays_it, flow="outer", name="Outer"))
    mentions_it = {"ref": "say", "appId": "var", "args": {"values": {"text": "inner"}}}
    program.post("flows/import?publish=true", json=a_flow(mentions_it, flow="talker", name="Talker"))

    assert program.get("flows/inner/uses").json == {"doors": [], "timers": [], "flows": ["outer"]}


def test_versions_have_numbers_of_their_last_plays(program: Program, stage: Stage) -> None:
    bad = stage.play(*FAILING, args={"id": 1}, flow="bad", name="Bad").id
    copies(stage.engine, bad, 3)
    program.post("flows/import?publish=true", json=a_flow(flow="bad", name="Mended"))
    started = program.post("flows/bad/run", json={"args": {"n": 1}}).json or {}
    perform(stage.engine, started["playId"])

    found = (program.get("flows/bad/versions/numbers").json or {})["data"]

    assert found == [
        {"version": 2, "plays": 1, "wentWell": 1, "failed": 0},
        {"version": 1, "plays": 4, "wentWell": 0, "failed": 4},
    ]


def test_a_version_is_restored_unless_edits_would_be_lost(program: Program) -> None:
    program.post("flows/import?publish=true", json=a_flow(name="First"))
    program.post("flows/import?publish=true", json=a_flow(name="Second"))
    program.post("flows/import", json=a_flow(name="Third"))

    refused = program.post("flows/a-flow/versions/1/restore", json={})
    done = program.post("flows/a-flow/versions/1/restore", json={"force": True})

    assert (refused.status_code, (refused.json or {})["error"]) == (409, "UNPUBLISHED_EDITS")
    assert (done.json or {})["name"] == "First"
    assert (done.json or {})["hasUnpublishedEdits"] is True
    assert program.post("flows/a-flow/versions/9/restore", json={}).status_code == 404


def test_every_example_can_be_imported_and_runs_as_it_is(program: Program, stage: Stage) -> None:
    examples = (program.get("examples").json or {})["data"]
    assert len(examples) == 5

    for example in examples:
        kind = "application/yaml"
        done = program.post("flows/import?publish=true", data=example["text"], content_type=kind)
        assert done.status_code == 200, (example["name"], done.text)
        assert bool((done.json or {})["channels"]) == example["makesChannels"]
        args = {
            name: each["default"]
            for name, each in _inputs(program, example["name"]).items()
            if "default" in each
        }
        started = program.post(f"flows/{example['name']}/run", json={"args": args})
        assert started.status_code == 202, (example["name"], started.text)
        perform(stage.engine, (started.json or {})["playId"])
        play = program.get(f"plays/{(started.json or {})['playId']}").json or {}
        wanted = "WAIT" if example["name"] == "refund-approval" else "DONE"
        assert play["state"] == wanted, (example["name"], play["error"])


def _inputs(program: Program, name: str) -> dict[str, dict[str, Any]]:
    draft = (program.get(f"flows/{name}").json or {})["draft"]
    return dict(draft["input"]["properties"])


def test_another_company_is_told_nothing(program: Program, stage: Stage) -> None:
    a_draft(program, "secret")
    other = (program.get("flows/secret").json or {})["id"]
    company = stage.engine.store.companies.ensure("other", "Other")
    admin = Actor(company.id, "theirs", RIGHTS[Role.ADMIN], "test")
    _, key = keys.create_key(stage.engine, admin, name="theirs", role=Role.VIEWER.value)
    nobody = Program(program.client, key)

    assert (nobody.get(f"flow-overviews?flows={other}").json or {})["data"] == []
    assert (nobody.get("flow-categories").json or {})["data"] == []
