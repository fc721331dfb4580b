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
    assert {**listed["data"][0], "draft": read["draft"], "problems": []} == read
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


def test_a_draft_is_saved_by_its_etag_and_a_stale_one_is_refused(program: Program) -> None:
    made = program.post("flows", json=a_flow())
    first, etag = made.json or {}, made.headers["ETag"]

    saved = program.ask("PUT", "flows/a-flow", json=a_flow(name="B"), headers={"If-Match": etag})
    stale = program.ask("PUT", "flows/a-flow", json=a_flow(name="C"), headers={"If-Match": etag})

    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/flows/a-flow")
    assert (first["published"], first["problems"], first["draft"]) == (None, [], a_flow())
    assert (saved.status_code, (saved.json or {})["draft"]["name"]) == (200, "B")
    assert (stale.status_code, (stale.json or {})["error"]) == (409, "DRAFT_CHANGED")
    assert [each["path"] for each in (stale.json or {})["details"]] == ["name"]
    read = program.get("flows/a-flow")
    assert (read.json or {})["name"] == "B"
    assert read.headers["ETag"] == saved.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("header", "status"),
    [({}, 428), ({"If-Match": "*"}, 200), ({"If-Match": "abc"}, 400), ({"If-Match": '"abc"'}, 409)],
)
def test_a_save_says_what_it_has_seen(program: Program, header: dict[str, str], status: int) -> None:
    program.post("flows", json=a_flow())

    assert program.ask("PUT", "flows/a-flow", json=a_flow(name="B"), headers=header).status_code == status


@pytest.mark.parametrize(("etag", "status"), [("", 400), ("0", 400), ("*", 200)])
def test_an_empty_if_match_is_a_slip_and_publishes_nothing(program: Program, etag: str, status: int) -> None:
    program.post("flows", json=a_flow())

    answer = program.post("flows/a-flow/publish", json={}, headers={"If-Match": etag})

    assert answer.status_code == status


def test_a_draft_with_problems_is_saved_and_cannot_be_published(program: Program) -> None:
    made = program.post("flows", json=a_flow({"ref": "a", "appId": "vra"}, {"ref": "b"}))
    refused = program.post("flows/a-flow/publish", json={})

    paths = [each["path"] for each in (made.json or {})["problems"]]
    assert (made.status_code, paths) == (201, ["flowlets[0].appId", "flowlets[1].appId"])
    assert refused.status_code == 422
    assert [each["path"] for each in (refused.json or {})["details"]] == paths
    assert (program.get("flows/a-flow").json or {})["published"] is None


def test_only_the_draft_that_was_seen_is_published(program: Program) -> None:
    etag = program.post("flows", json=a_flow()).headers["ETag"]
    program.ask("PUT", "flows/a-flow", json=a_flow(name="B"), headers={"If-Match": etag})

    refused = program.post("flows/a-flow/publish", json={}, headers={"If-Match": etag})

    assert (refused.status_code, (refused.json or {})["error"]) == (409, "DRAFT_CHANGED")
    assert program.post("flows/a-flow/publish", json={}).status_code == 200


def test_versions_are_listed_read_and_compared(program: Program) -> None:
    program.post("flows", json=a_flow())
    program.post("flows/a-flow/publish", json={"note": "first"})
    program.ask("PUT", "flows/a-flow", json=a_flow(name="B"), headers={"If-Match": "*"})
    program.post("flows/a-flow/publish", json={})

    listed = program.get("flows/a-flow/versions").json or {}
    first = program.get("flows/a-flow/versions/1").json or {}
    diff = program.get("flows/a-flow/diff?a=1&b=2").json or {}

    assert [(each["version"], each["note"]) for each in listed["data"]] == [(2, None), (1, "first")]
    assert first["definition"] == a_flow()
    assert [each["path"] for each in diff["fields"]] == ["name"]
    assert (program.get("flows/a-flow/diff").json or {})["same"] is True
    assert program.get("flows/a-flow/versions/3").status_code == 404
    assert program.get("flows/a-flow/diff?a=x").status_code == 422
