"""Entries of KV over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from flow8.domain.access import Role
from tests.support.web import Program

SECRET = "swordfish-and-chips"
AsRole = Callable[[Role], Program]


def made(program: Program, **fields: Any) -> dict[str, Any]:
    answer = program.post("kv", json={"key": "token", "value": SECRET, **fields})
    assert answer.status_code == 201, answer.text
    entry: dict[str, Any] = answer.json or {}
    return entry


def put(program: Program, entry_id: str, value: Any, **headers: str) -> TestResponse:
    return program.ask("PUT", f"kv/{entry_id}", json={"value": value}, headers=headers)


def test_a_secret_is_written_and_never_read(program: Program) -> None:
    entry = made(program)

    answers = [program.get(f"kv/{entry['id']}"), program.get("kv"), put(program, entry["id"], SECRET + "2")]

    assert (entry["value"], entry["readable"], entry["rev"], entry["scope"]) == (None, False, 1, "global")
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any(SECRET in answer.text for answer in answers)


def test_a_readable_entry_is_read_changed_and_removed(program: Program) -> None:
    entry = made(program, value={"a": 1}, readable=True)

    read = program.get(f"kv/{entry['id']}")
    assert ((read.json or {})["value"], read.headers["ETag"]) == ({"a": 1}, '"1"')
    changed = put(program, entry["id"], [2], **{"If-Match": read.headers["ETag"]})
    assert (changed.status_code, (changed.json or {})["value"], changed.headers["ETag"]) == (200, [2], '"2"')
    assert put(program, entry["id"], [3], **{"If-Match": '"1"'}).status_code == 409
    assert put(program, entry["id"], [3], **{"If-Match": "*"}).status_code == 200
    stale = program.ask("DELETE", f"kv/{entry['id']}", headers={"If-Match": "1"})
    assert (stale.status_code, (stale.json or {})["error"]) == (409, "KV_CHANGED")
    assert program.ask("DELETE", f"kv/{entry['id']}").status_code == 204
    assert program.get(f"kv/{entry['id']}").status_code == 404


def test_the_scope_of_a_list_follows_from_its_group_or_flow(program: Program, greeting: str) -> None:
    assert program.post("groups", json={"name": "sales"}).status_code == 201
    for place in ({}, {"scope": "flow_group", "group": "sales"}, {"scope": "flow", "flow": greeting}):
        made(program, **place)

    def total(query: str) -> int:
        return int((program.get(f"kv{query}").json or {})["total"])

    assert [total(query) for query in ("", "?scope=global", "?group=sales", f"?flow={greeting}")] == [
        3,
        1,
        1,
        1,
    ]
    assert program.get("kv?scope=flow").status_code == 422


def test_keys_are_found_by_a_part_of_them(program: Program) -> None:
    for key in ("stripe_token", "cursor"):
        made(program, key=key)

    found = {text: program.get(f"kv?text={text}").json or {} for text in ("TOKEN", ".", "")}

    assert {text: answer["total"] for text, answer in found.items()} == {"TOKEN": 1, ".": 0, "": 2}


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"key", "value"}),
        ({"key": "a-b", "value": "short"}, {"key", "value"}),
        ({"key": "a", "value": SECRET, "more": 1}, {"more"}),
    ],
)
def test_every_problem_of_a_wish_is_told(program: Program, body: dict[str, Any], paths: set[str]) -> None:
    answer = program.post("kv", json=body)

    assert answer.status_code == 422
    assert {each["path"] for each in (answer.json or {})["details"]} == paths


@pytest.mark.parametrize("rev", ["", '""', "x", "-1", "1.5", "9" * 30, '"1", "2"'])
def test_a_rev_is_a_number(program: Program, rev: str) -> None:
    assert put(program, made(program)["id"], SECRET, **{"If-Match": rev}).status_code == 400


def test_a_viewer_looks_and_changes_nothing(program: Program, program_as: AsRole) -> None:
    entry, viewer = made(program), program_as(Role.VIEWER)

    assert viewer.get("kv").status_code == 200
    assert viewer.post("kv", json={"key": "x", "value": SECRET}).status_code == 403
    assert put(viewer, entry["id"], SECRET).status_code == 403
    assert viewer.ask("DELETE", f"kv/{entry['id']}").status_code == 403
