"""Flows over HTTP."""

from collections.abc import Callable

import pytest

from flow8.domain.access import Role
from tests.support.factories import a_flow
from tests.support.web import Program

YAML = """
flow: triage
name: Triage
flowlets:
  - ref: one
    appId: var
    args: {values: {n: 1}}
---
channel: doors
kind: http
routes:
  - {httpMethod: POST, path: /in}
"""


@pytest.mark.parametrize("kind", ["application/yaml", "text/yaml", "application/x-yaml"])
def test_an_import_of_yaml_makes_a_flow_its_version_and_its_channels(program: Program, kind: str) -> None:
    answer = program.post("flows/import?publish=true&note=first", data=YAML, content_type=kind)

    done = answer.json or {}
    assert answer.status_code == 200, answer.text
    assert (done["flow"]["permanentId"], done["version"], done["problems"]) == ("triage", 1, [])
    (channel,) = done["channels"]
    assert (channel["slug"], channel["enabled"]) == ("doors", True)
    assert len(channel["authToken"]) > 20
    assert channel["routes"][0]["targetFlowIds"] == [done["flow"]["id"]]


def test_an_import_of_json_alone_is_a_draft(program: Program) -> None:
    done = program.post("flows/import", json=a_flow()).json or {}

    assert (done["version"], done["flow"]["published"]) == (None, None)
    assert done["flow"]["hasUnpublishedEdits"] is True


def test_edits_that_nobody_published_are_not_lost_unless_forced(program: Program) -> None:
    program.post("flows/import", json=a_flow())

    refused = program.post("flows/import", json=a_flow(name="Another name"))
    forced = program.post("flows/import?force=true", json=a_flow(name="Another name"))

    assert (refused.status_code, (refused.json or {})["error"]) == (409, "UNPUBLISHED_EDITS")
    assert forced.status_code == 200


def test_all_mistakes_are_told_and_nothing_is_changed(program: Program) -> None:
    wrong = a_flow(
        {"ref": "a", "appId": "var", "args": {"values": {"n": "{{ 1 + }}"}}},
        {"ref": "a", "appId": "vra"},
        {"ref": "b", "appId": "var", "after": ["nobody"]},
    )

    answer = program.post("flows/import?publish=true", json=wrong)

    assert answer.status_code == 422
    paths = [each["path"] for each in (answer.json or {})["details"]]
    assert len(paths) >= 4
    assert all(path.startswith("flowlets[") for path in paths)
    assert program.get("flows/a-flow").status_code == 404


def test_text_that_cannot_be_read_is_400_and_says_where(program: Program) -> None:
    answer = program.post("flows/import", data="flow: [1,\n", content_type="application/yaml")

    assert answer.status_code == 400
    assert "line" in (answer.json or {})["message"]


def test_an_import_as_plain_text_is_415(program: Program) -> None:
    answer = program.post("flows/import", data=YAML, content_type="text/plain")

    assert answer.status_code == 415
    assert "application/yaml" in (answer.json or {})["message"]


def test_a_flow_is_listed_read_published_and_exported(program: Program) -> None:
    program.post("flows/import", json=a_flow())

    published = program.post("flows/a-flow/publish", json={"note": "the first"})
    listed = program.get("flows").json or {}
    read = program.get("flows/a-flow").json or {}
    exported = program.get(f"flows/{read['id']}/export")
    again = program.post("flows/import", data=exported.data, content_type="application/yaml")

    assert published.status_code == 200
    assert (published.json or {})["published"] == 1
    assert (listed["total"], listed["page"], listed["size"], listed["pages"]) == (1, 1, 25, 1)
    assert {**listed["data"][0], "draft": read["draft"]} == read
    assert read["draft"]["flowlets"][0]["appId"] == "var"
    assert exported.mimetype == "application/yaml"
    assert (again.json or {})["flow"]["updatedAt"] == read["updatedAt"]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_flows_are_cut_right(program: Program, count: int) -> None:
    for number in range(count):
        program.post("flows/import", json=a_flow(flow=f"flow-{number}"))

    page = program.get("flows?page=2&size=1").json or {}

    assert [each["permanentId"] for each in page["data"]] == ["flow-1"][: count - 1]
    assert (page["total"], page["pages"]) == (count, count)


def test_moments_are_iso_with_milliseconds_and_zone(program: Program) -> None:
    done = program.post("flows/import", json=a_flow()).json or {}

    assert len(done["flow"]["updatedAt"]) == len("2026-04-04T10:23:45.123Z")
    assert done["flow"]["updatedAt"].endswith("Z")


def test_an_unknown_flow_is_404_with_its_own_code(program: Program) -> None:
    for path in ("flows/nobody", "flows/nobody/export", "flows/nobody/plays"):
        answer = program.get(path)

        assert (answer.status_code, (answer.json or {})["error"]) == (404, "FLOW_NOT_FOUND")


def test_who_may_only_look_may_not_change(program_as: Callable[[Role], Program]) -> None:
    viewer = program_as(Role.VIEWER)

    assert viewer.post("flows/import", json=a_flow()).status_code == 403
    assert viewer.post("flows/a-flow/publish", json={}).status_code == 403
